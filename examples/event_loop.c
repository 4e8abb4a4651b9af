/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that has one thread and one loop, here libevent's, which drives promlet's server as
 * well. It ticks once a second, until SIGINT or SIGTERM.
 *
 * usage: event_loop PORT     0 takes a free one, which is printed
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <event2/event.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

PROMLET_STATIC_COUNTER(ticks, "service_ticks_total", "Ticks since the service was started.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(interval, "service_tick_interval_seconds",
                                "Time between a tick and the next one.", PROMLET_BOUNDS_OTEL_HTTP);

static promlet_server *server;
static struct event *server_event;

/* The time changes with each round, so the event is added anew after each. */
static void wait_for_server(void)
{
    int timeout_ms = promlet_server_timeout_ms(server);
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    event_add(server_event, timeout_ms < 0 ? NULL : &timeout);
}

static void run_server(evutil_socket_t fd, short events, void *base)
{
    (void)fd;
    (void)events;
    if (promlet_server_run(server) != PROMLET_OK) {
        fprintf(stderr, "event_loop: %s\n", promlet_last_error());
        event_base_loopbreak(base);
        return;
    }
    wait_for_server();
}

static void tick(evutil_socket_t fd, short events, void *timer)
{
    (void)fd;
    (void)events;
    promlet_timer_observe(*(promlet_timer *)timer, interval);
    *(promlet_timer *)timer = promlet_timer_start();
    promlet_counter_inc(ticks);
}

static void end(evutil_socket_t number, short events, void *base)
{
    (void)number;
    (void)events;
    event_base_loopbreak(base);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: event_loop PORT\n", stderr);
        return 2;
    }
    promlet_server_opts options = {.port = atoi(argv[1]), .no_thread = true};
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        fprintf(stderr, "event_loop: %s\n", promlet_last_error());
        return 1;
    }
    printf("serving http://127.0.0.1:%d/metrics\n", promlet_server_port(server));
    fflush(stdout);

    struct timeval second = {.tv_sec = 1};
    promlet_timer timer = promlet_timer_start();
    struct event_base *base = event_base_new();
    struct event *all[] = {
        event_new(base, promlet_server_fd(server), EV_READ, run_server, base),
        event_new(base, -1, EV_PERSIST, tick, &timer),
        evsignal_new(base, SIGINT, end, base),
        evsignal_new(base, SIGTERM, end, base),
    };
    server_event = all[0];
    wait_for_server();
    event_add(all[1], &second);
    event_add(all[2], NULL);
    event_add(all[3], NULL);
    event_base_dispatch(base);

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        event_free(all[i]);
    }
    event_base_free(base);
    promlet_server_stop(server);
    return 0;
}
