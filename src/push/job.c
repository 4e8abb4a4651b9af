/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch job pushes at its end, with the gauges that alerts on jobs look at. */
#include "push/config.h"
#include "push/push.h"

#include <promlet/gauge.h>
#include <promlet/push.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct gauge {
    const char *suffix;
    const char *help;
} gauge;

static const gauge duration = {"_duration_seconds", "How long the job ran."};
static const gauge completion = {"_last_completion_timestamp_seconds",
                                 "When the job ended, well or not."};
static const gauge success = {"_last_success_timestamp_seconds", "When the job last ended well."};

static bool may_be_in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether it is another byte of a character that began before, in UTF-8. */
static bool goes_on(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Each character that may not be in a name is one `_`. Returns NULL when out of memory. */
static char *name_of(const char *job, const char *suffix)
{
    size_t size = strlen(job);
    char *name = malloc(size + strlen(suffix) + 2);
    if (name == NULL) {
        return NULL;
    }
    char *to = name;
    if (job[0] >= '0' && job[0] <= '9') {
        *to++ = '_';
    }
    for (size_t i = 0; i < size; i++) {
        if (!goes_on(job[i])) {
            *to++ = may_be_in_name(job[i]) ? job[i] : '_';
        }
    }
    memcpy(to, suffix, strlen(suffix) + 1);
    return name;
}

/* Returns false when out of memory. A name that belongs to another metric is the registry's to
   tell. */
static bool set(const pml_push_config *config, const gauge *which, double value)
{
    char *name = name_of(config->options.job, which->suffix);
    if (name == NULL) {
        return false;
    }
    promlet_gauge *made =
        promlet_gauge_new(config->options.registry,
                          &(promlet_opts){.name = name, .help = which->help, .unit = "seconds"});
    promlet_gauge_set(made, value);
    promlet_gauge_release(made);
    free(name);
    return true;
}

static double now(void)
{
    struct timespec moment;
    (void)clock_gettime(CLOCK_REALTIME, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static promlet_status push_job(const pml_push_config *config, promlet_timer timer,
                               bool has_succeeded)
{
    /* Such a timer was started while recording was switched off, and has measured nothing. */
    bool is_timed = timer.clock != PROMLET_CLOCK_NONE;
    bool is_set = (!is_timed || set(config, &duration, promlet_timer_seconds(timer))) &&
                  set(config, &completion, now()) &&
                  (!has_succeeded || set(config, &success, now()));
    return is_set ? pml_push_send(config, "POST", NULL, NULL)
                  : promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
}

promlet_status promlet_push_job_sized(const promlet_push_opts *options, promlet_timer timer,
                                      bool has_succeeded, size_t options_size)
{
    pml_push_config *config = NULL;
    promlet_status status = pml_push_config_new(options, options_size, &config);
    if (status == PROMLET_OK) {
        status = push_job(config, timer, has_succeeded);
    }
    pml_push_config_free(config);
    return status;
}
