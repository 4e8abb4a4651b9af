/* SPDX-License-Identifier: Apache-2.0 */
/* How long the stop of a server takes beside attackers. To be included after cmocka.h. */
#ifndef PML_TESTS_SERVER_STOPPING_H
#define PML_TESTS_SERVER_STOPPING_H

#include "server/attackers.h"
#include "server/http_client.h"
#include "support/sanitizers.h"

/* More than the milliseconds that are promised, as a loaded machine takes longer to run a thread; a
   stop that waits for a client takes no less than 5 s, the shortest of the deadlines, where there
   are PLACES for all. */
#define CLIENTS 100
#define PLACES 128

static inline double most_seconds_of_a_stop(void)
{
    return runs_under_valgrind() || sanitizer_name() != NULL ? 10 : 2;
}

/* One stop of so many is soon, mostly the first. */
#define STOPS 20

static inline double seconds_of_stop(promlet_server *server)
{
    int port = promlet_server_port(server);
    double before = seconds_now(CLOCK_MONOTONIC);
    promlet_server_stop(server);
    double seconds = seconds_now(CLOCK_MONOTONIC) - before;
    assert_true(http_is_refused(port));
    return seconds;
}

/* Starts a server, has it attacked, and stops it. */
typedef double stop_once_fn(void *ctx);

static inline void assert_one_is_soon(const char *what, stop_once_fn *stop_once, void *ctx)
{
    double least = stop_once(ctx);
    for (int i = 1; i < STOPS && least > most_seconds_of_a_stop(); i++) {
        double seconds = stop_once(ctx);
        least = seconds < least ? seconds : least;
    }
    print_message("%s: stopped after %.3f s\n", what, least);
    if (least > most_seconds_of_a_stop()) {
        fail_msg("%s: stopped after %.3f s", what, least);
    }
}

#endif
