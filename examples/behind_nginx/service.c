/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that serves its metrics on a UNIX socket, which the nginx.conf beside this file shows
 * to other machines. It ticks once a second, until SIGINT or SIGTERM.
 *
 * usage: behind_nginx SOCKET     such as /run/behind_nginx/metrics.sock, in a folder that is there
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <signal.h>
#include <stdio.h>
#include <time.h>

PROMLET_STATIC_COUNTER(ticks, "service_ticks_total", "Ticks since the service was started.");
PROMLET_STATIC_GAUGE(last, "service_last_tick_timestamp_seconds",
                     "When the service has ticked last.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(interval, "service_tick_interval_seconds",
                                "Time between a tick and the next one.", PROMLET_BOUNDS_OTEL_HTTP);

static void tick_until(const sigset_t *ending)
{
    static const struct timespec second = {.tv_sec = 1};
    promlet_timer timer = promlet_timer_start();
    while (sigtimedwait(ending, NULL, &second) < 0) {
        promlet_timer_observe(timer, interval);
        timer = promlet_timer_start();
        promlet_counter_inc(ticks);
        promlet_gauge_set_to_current_time(last);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: behind_nginx SOCKET\n", stderr);
        return 2;
    }
    /* Blocked before there are threads, which inherit it. */
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);

    /* nginx is another user. Who can reach the folder may read the metrics. */
    promlet_server_opts options = {.unix_path = argv[1], .unix_mode = 0666};
    promlet_server *server = NULL;
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        fprintf(stderr, "behind_nginx: %s\n", promlet_last_error());
        return 1;
    }
    printf("serving on %s\n", argv[1]);
    fflush(stdout);
    tick_until(&ending);
    promlet_server_stop(server); /* removes the socket */
    return 0;
}
