/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pushes to a gateway what the options say, for tests/peers/pushgateway: a counter jobs_total at 7
 * and a histogram, and what else is asked for. It says "ok", or promlet's sentence with status 1.
 *
 *     pusher put|add|delete|succeed|fail NAME=VALUE...
 *
 * NAME is an option of promlet_push_opts; label:NAME is one more label of the group, gauge:NAME a
 * gauge with the label "kind", whose value is what follows; summary:NAME is a summary likewise.
 */
#include <promlet/promlet.h>
#include <promlet/push.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t labels;

static void fail(const char *why)
{
    (void)fprintf(stderr, "pusher: %s\n", why);
    exit(EXIT_FAILURE);
}

/* What follows the start in the text; NULL when it does not begin so. */
static char *after(char *text, const char *start)
{
    size_t size = strlen(start);
    return strncmp(text, start, size) == 0 ? text + size : NULL;
}

static bool set_text(promlet_push_opts *options, char *argument)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {
        {"url=", &options->url},           {"job=", &options->job},
        {"instance=", &options->instance}, {"username=", &options->username},
        {"password=", &options->password}, {"bearer_token=", &options->bearer_token},
        {"ca_path=", &options->ca_path},   {"certificate_path=", &options->certificate_path},
        {"key_path=", &options->key_path},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char *value = after(argument, known[i].name);
        if (value != NULL) {
            *known[i].value = value;
            return true;
        }
    }
    return false;
}

static void set_gauge(const char *name, const char *value)
{
    promlet_gauge_family *family = promlet_gauge_family_new(
        NULL, &(promlet_opts){.name = name, .help = "As it was asked for.", .labels = {"kind"}});
    promlet_gauge_set(promlet_gauge_with(family, "any"), strtod(value, NULL));
}

static void set_summary(const char *name, const char *value)
{
    promlet_summary_observe(
        promlet_summary_new(NULL, &(promlet_opts){.name = name, .help = "As it was asked for."}),
        strtod(value, NULL));
}

static void set_option(promlet_push_opts *options, char *argument)
{
    char *value = strchr(argument, '=');
    if (value == NULL) {
        fail("wrong arguments");
    }
    if (set_text(options, argument)) {
        return;
    }
    *value++ = '\0';
    char *label = after(argument, "label:");
    char *gauge = after(argument, "gauge:");
    char *summary = after(argument, "summary:");
    if (label != NULL && labels < PROMLET_MAX_GROUPING_LABELS) {
        options->grouping[labels++] = (promlet_label){label, value};
    } else if (gauge != NULL) {
        set_gauge(gauge, value);
    } else if (summary != NULL) {
        set_summary(summary, value);
    } else if (strcmp(argument, "push_seconds") == 0) {
        options->push_seconds = strtod(value, NULL);
    } else if (strcmp(argument, "format") == 0) {
        options->format =
            strcmp(value, "protobuf") == 0 ? PROMLET_FORMAT_PROTOBUF : PROMLET_FORMAT_TEXT_0_0_4;
    } else {
        fail("wrong arguments");
    }
}

static promlet_status push(const char *how, const promlet_push_opts *options)
{
    if (strcmp(how, "put") == 0) {
        return promlet_push(options);
    }
    if (strcmp(how, "add") == 0) {
        return promlet_push_add(options);
    }
    if (strcmp(how, "delete") == 0) {
        return promlet_push_delete(options);
    }
    return promlet_push_job(options, promlet_timer_start(), strcmp(how, "succeed") == 0);
}

int main(int argument_count, char **arguments)
{
    promlet_push_opts options = {0};
    if (argument_count < 2) {
        fail("wrong arguments");
    }
    promlet_counter_add_u64(
        promlet_counter_new(NULL, &(promlet_opts){.name = "jobs_total", .help = "Jobs done."}), 7);
    promlet_histogram_observe(promlet_histogram_new(NULL, &(promlet_opts){.name = "job_size_bytes",
                                                                          .help = "Size of a job.",
                                                                          PROMLET_BOUNDS(10, 100)}),
                              50);
    for (int i = 2; i < argument_count; i++) {
        set_option(&options, arguments[i]);
    }
    promlet_status status = push(arguments[1], &options);
    (void)puts(status == PROMLET_OK ? "ok" : promlet_last_error());
    return status == PROMLET_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
