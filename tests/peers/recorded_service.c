/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that a Prometheus scrapes (tests/peers/prometheus_formats): support/recorded.h and one
 * histogram that goes on, served by three servers, of which two are held to a format. It says where
 * and runs until SIGTERM.
 *
 *     serving protobuf=127.0.0.1:1 openmetrics=127.0.0.1:2 text=127.0.0.1:3
 */
#include "support/recorded.h"

#include <promlet/server.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RECORDINGS_A_SECOND 100

/* The one called protobuf leaves the choice to the scraper. */
static const struct {
    const char *name;
    promlet_server_opts options;
} servers[] = {
    {"protobuf", {.hide_server_metrics = true}},
    {"openmetrics",
     {.formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_OPENMETRICS_1_0_0),
      .with_created = true,
      .hide_server_metrics = true}},
    {"text",
     {.formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4), .hide_server_metrics = true}},
};

static void fail(const char *why)
{
    (void)fprintf(stderr, "recorded_service: %s\n", why);
    exit(EXIT_FAILURE);
}

static void serve(void)
{
    (void)fputs("serving", stdout);
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        promlet_server *server; /* until the process ends */
        if (promlet_server_start(&servers[i].options, &server) != PROMLET_OK) {
            fail(promlet_last_error());
        }
        (void)printf(" %s=127.0.0.1:%d", servers[i].name, promlet_server_port(server));
    }
    (void)putchar('\n');
    (void)fflush(stdout);
}

/* From 10 ms to 1 s, evenly, in an order in which some dozens are even, too; until SIGTERM comes.
 */
static void go_on(const sigset_t *ending)
{
    promlet_histogram *histogram =
        promlet_histogram_new(NULL, &(promlet_opts){.name = "t_live_seconds",
                                                    .help = "It goes on.",
                                                    .native_factor = 1.1,
                                                    .native_only = true});
    const struct timespec pause = {.tv_nsec = 1000000000 / RECORDINGS_A_SECOND};
    for (int i = 0; sigtimedwait(ending, NULL, &pause) < 0; i = (i + 37) % 100) {
        promlet_histogram_observe(histogram, (i + 1) / 100.0);
    }
}

int main(void)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    if (record_everything(NULL) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    serve();
    go_on(&ending);
    return EXIT_SUCCESS;
}
