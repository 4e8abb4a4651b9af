/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends to the Graphite that it is given (tests/peers/graphite): support/recorded.h, labels that a
 * path can't have, and a value with a time. Once without tags and every so often with them; what it
 * has sent it prints in the text format.
 */
#include "support/recorded.h"

#include <promlet/graphite.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void fail(const char *why)
{
    (void)fprintf(stderr, "graphite_sender: %s\n", why);
    exit(EXIT_FAILURE);
}

static promlet_status emit_at(promlet_emitter *emitter, void *ctx)
{
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "t_timed",
                                                      .help = "It has a time.",
                                                      .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value_at(emitter, 5, *(const int64_t *)ctx);
}

static void record_odd_labels(void)
{
    static const char *const values[] = {
        "",   "a b",          "c.d/e", "f;g=h", "~i", "\"}", "*[?]",   "j\xe2\x80\xa8k",
        "\t", "l\xc2\xa0m\n", "%n\\",  "+Inf",  "~",  "{\"", "0123 -", "\xe6\xbc\xa2\xe5\xad\x97",
    };
    promlet_gauge_family *family = promlet_gauge_family_new(
        NULL, &(promlet_opts){.name = "t_odd", .help = "Odd.", .labels = {"which", "name", "z"}});
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char which[20];
        (void)snprintf(which, sizeof which, "%zu", i);
        promlet_gauge_set(promlet_gauge_with(family, which, "n", values[i]), (double)i + 0.5);
    }
}

static void send_both(promlet_graphite_opts *options)
{
    promlet_periodic *periodic = NULL;
    uint64_t left_out = 0;
    if (promlet_graphite_send(options, &left_out) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    options->tagged = true;
    options->hide_own_metrics = true;
    if (promlet_graphite_start(options, &periodic) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    (void)promlet_periodic_stop(periodic); /* after at least one sending */
    (void)fprintf(stderr, "graphite_sender: %d values were left out\n", (int)left_out);
}

int main(int argc, char **argv)
{
    int64_t time_ms = (int64_t)(time(NULL) - 30) * 1000 + 999;
    if (argc != 3) {
        fail("give it a port and a prefix");
    }
    /* The duration of a collector is another one each time. */
    const promlet_registry_opts bare = {.utf8_names = true, .hide_self_metrics = true};
    if (record_everything(NULL) != PROMLET_OK ||
        promlet_registry_configure(NULL, &bare) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    record_odd_labels();
    (void)promlet_collector_new(
        NULL, &(promlet_collector_opts){.name = "timed", .collect = emit_at, .ctx = &time_ms});
    promlet_graphite_opts options = {
        .host = "localhost", .port = atoi(argv[1]), .prefix = argv[2], .send_seconds = 60};
    send_both(&options);
    char *text = promlet_get_metrics();
    (void)fputs(text != NULL ? text : "", stdout);
    promlet_free(text);
    promlet_registry_free(NULL);
    return EXIT_SUCCESS;
}
