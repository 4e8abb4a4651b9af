/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the text file that it is given, every so often until SIGTERM, for a node_exporter that
 * reads it (tests/peers/node_exporter): support/recorded.h, something that goes on, and a value
 * with a time, which that would refuse.
 */
#include "support/recorded.h"

#include <promlet/text_file.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *why)
{
    (void)fprintf(stderr, "text_file_writer: %s\n", why);
    exit(EXIT_FAILURE);
}

static promlet_status emit_at(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "t_timed",
                                                      .help = "It has a time.",
                                                      .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value_at(emitter, 5, 1520879607789);
}

static void declare(void)
{
    if (record_everything(NULL) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    (void)promlet_collector_new(NULL,
                                &(promlet_collector_opts){.name = "timed", .collect = emit_at});
}

int main(int argc, char **argv)
{
    sigset_t ending;
    int number;
    promlet_periodic *periodic = NULL;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    if (argc != 2) {
        fail("give it a path");
    }
    declare();
    promlet_text_file_opts options = {.path = argv[1], .interval_seconds = 0.002};
    if (promlet_text_file_start(&options, &periodic) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    (void)sigwait(&ending, &number);
    uint64_t failures = promlet_periodic_failures(periodic);
    (void)promlet_periodic_stop(periodic);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
