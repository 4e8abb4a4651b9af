/* SPDX-License-Identifier: Apache-2.0 */
/* Pushes every so often, in a thread of <promlet/periodic.h>. */
#include "push/config.h"
#include "push/metrics.h"
#include "push/push.h"

#include <promlet/periodic.h>
#include <promlet/push.h>
#include <promlet/status.h>

#include <stdlib.h>

/* All of it belongs to the thread. */
typedef struct pushing {
    pml_push_config *config;
    pml_push_metrics metrics;
    pml_push_outcome last; /* Of the round before. */
} pushing;

/* The log hears of the first round in a row that fails by what runs them; and here of one that
   fails for another reason than the one before, as when a gateway is back and refuses what it gets.
 */
static void tell(const pushing *self, pml_push_outcome outcome)
{
    if (outcome != PML_PUSH_DONE && self->last != PML_PUSH_DONE && outcome != self->last) {
        promlet_log(promlet_last_error());
    }
}

static promlet_status push_round(void *ctx)
{
    pushing *self = ctx;
    pml_push_report report;
    promlet_timer started = promlet_timer_start();
    promlet_status status = pml_push_send(self->config, self->config->options.adds ? "POST" : "PUT",
                                          self->metrics.registry, &report);
    pml_push_metrics_note(&self->metrics, &report, started);
    tell(self, report.outcome);
    self->last = report.outcome;
    return status;
}

static void free_pushing(void *ctx)
{
    pushing *self = ctx;
    pml_push_metrics_end(&self->metrics);
    pml_push_config_free(self->config);
    free(self);
}

/* Of one that has nothing yet; what there is after an error is for free_pushing(). */
static promlet_status start(pushing *self, const promlet_push_opts *options, size_t options_size,
                            promlet_periodic **periodic)
{
    promlet_status status = pml_push_config_new(options, options_size, &self->config);
    if (status != PROMLET_OK) {
        return status;
    }
    if (!self->config->options.hide_own_metrics && !pml_push_metrics_start(&self->metrics)) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    return promlet_periodic_start(
        &(promlet_periodic_opts){.interval_seconds = self->config->options.interval_seconds,
                                 .run = push_round,
                                 .ctx = self,
                                 .free_ctx = free_pushing,
                                 .runs_at_stop = true,
                                 .name = "promlet push"},
        periodic);
}

promlet_status promlet_push_start_sized(const promlet_push_opts *options,
                                        promlet_periodic **periodic, size_t options_size)
{
    if (periodic == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT,
                                      "periodic: there is no place to put it");
    }
    *periodic = NULL;
    pushing *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_status status = start(self, options, options_size, periodic);
    if (status != PROMLET_OK) {
        free_pushing(self);
    }
    return status;
}
