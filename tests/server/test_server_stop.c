/* SPDX-License-Identifier: Apache-2.0 */
/* How long a stop takes: next to nothing, but for a callback that runs. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/slow_callback.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/stopping.h"
#include "support/hang.h"

static const struct {
    const char *name;
    attack_kind kind;
} attacks[] = {
    {"idle", ATTACK_IDLE},         {"drip", ATTACK_DRIP},   {"read", ATTACK_READ},
    {"leave", ATTACK_LEAVE},       {"sip", ATTACK_SIP},     {"reset", ATTACK_RESET},
    {"pipeline", ATTACK_PIPELINE}, {"noise", ATTACK_NOISE}, {"half", ATTACK_HALF},
    {"hello", ATTACK_HELLO},
};

typedef struct attacked {
    promlet_registry *registry;
    attack_kind kind;
    int places; /* 0: fewer than clients, who then wait for them */
} attacked;

static double stop_attacked(void *ctx)
{
    const attacked *of = ctx;
    promlet_server *server = NULL;
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.registry = of->registry,
                                                    .max_connections = of->places,
                                                    .max_connections_per_address = of->places,
                                                    .hide_server_metrics = true},
                             &server),
        PROMLET_OK);
    static attack bad;
    bad = (attack){.kind = of->kind, .port = promlet_server_port(server), .count = CLIENTS};
    assert_true(attack_begin(&bad));
    double seconds = seconds_of_stop(server);
    attack_end(&bad);
    return seconds;
}

static void stop_beside_attackers_is_soon(void **state)
{
    (void)state;
    promlet_registry *registry = new_big_registry();
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        assert_one_is_soon(attacks[i].name, stop_attacked,
                           &(attacked){registry, attacks[i].kind, PLACES});
        assert_one_is_soon(attacks[i].name, stop_attacked,
                           &(attacked){registry, attacks[i].kind, 0});
    }
    promlet_registry_free(registry);
}

static void *let_callback_end(void *argument)
{
    bool *has_ended = argument;
    (void)poll(NULL, 0, 100); /* Time for a stop that does not wait; the others need none. */
    *has_ended = true;
    sem_post(&slow_may_end);
    return NULL;
}

static void assert_stop_waits(promlet_registry *registry)
{
    pthread_t thread;
    bool has_ended = false;
    promlet_server *server = start_any(registry);
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);
    assert_int_equal(pthread_create(&thread, NULL, let_callback_end, &has_ended), 0);
    promlet_server_stop(server);
    assert_true(has_ended);
    pthread_join(thread, NULL);
    close(fd);
    promlet_registry_free(registry);
}

static void stop_waits_for_a_callback(void **state)
{
    (void)state;
    assert_stop_waits(new_slow_registry());
}

/* It runs in a thread of its own, but the server's waits for it. */
static void stop_waits_for_a_callback_with_a_deadline(void **state)
{
    (void)state;
    sem_init(&slow_begins, 0, 0);
    sem_init(&slow_may_end, 0, 0);
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = "slow", .deadline_seconds = HUGE_VAL}, slow_answer, NULL);
    assert_stop_waits(registry);
}

static void stop_within_a_time_says_busy_and_can_be_asked_again(void **state)
{
    (void)state;
    int descriptors = count_descriptors();
    int threads = count_threads_without_server();
    promlet_registry *registry = new_slow_registry();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    int fd = http_connect(port);
    int waiting = http_connect(port);
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);
    assert_true(http_ask(waiting, "GET", "/metrics"));
    assert_int_equal(http_get_status(port, "/other"), 404);

    static const double times[] = {0.05, 0, -1, NAN};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        assert_int_equal(promlet_server_stop_within(server, times[i]), PROMLET_ERROR_BUSY);
        assert_string_equal(promlet_last_error(),
                            "server: a callback that it has called is running");
        assert_true(http_is_refused(port));
    }
    assert_true(http_is_closed(fd));
    assert_true(http_is_closed(waiting));
    sem_post(&slow_may_end);
    assert_int_equal(promlet_server_stop_within(server, 1000), PROMLET_OK);
    close(fd);
    close(waiting);
    promlet_registry_free(registry);
    assert_int_equal(count_descriptors(), descriptors);
    assert_true(has_thread_entries(threads));
}

static void stop_within_a_time_is_usually_done(void **state)
{
    (void)state;
    promlet_server *server = start_any(NULL);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    assert_int_equal(promlet_server_stop_within(server, 1000), PROMLET_OK);
    assert_int_equal(promlet_server_stop_within(start_any(NULL), HUGE_VAL), PROMLET_OK);
}

/* The callback of one server's scrape stops the other server, whose callback runs as well. */
static promlet_server *to_stop;

static double stop_the_other(void *ctx)
{
    (void)ctx;
    promlet_server_stop(to_stop);
    return 1;
}

static void stop_in_a_callback_does_not_wait(void **state)
{
    (void)state;
    int threads = count_threads_without_server();
    promlet_registry *slow = new_slow_registry();
    promlet_registry *stopping = promlet_registry_new();
    promlet_gauge_callback_new(stopping, &(promlet_opts){.name = "stopping"}, stop_the_other, NULL);
    to_stop = start_any(slow);
    promlet_server *server = start_any(stopping);
    int fd = http_connect(promlet_server_port(to_stop));
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    assert_true(http_is_closed(fd));
    sem_post(&slow_may_end);
    close(fd);
    promlet_server_stop(server);
    assert_true(has_thread_entries(threads));
    promlet_registry_free(stopping);
    promlet_registry_free(slow);
}

/* A callback with a deadline is called in a thread that is none of the server's, and the scrape
   waits for it there. */
static double stop_own(void *ctx)
{
    promlet_server_stop(*(promlet_server **)ctx);
    return 1;
}

static promlet_status stop_own_within(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    return promlet_server_stop_within(*(promlet_server **)ctx, HUGE_VAL);
}

static double stop_default(void *ctx)
{
    (void)ctx;
    promlet_stop_metrics_server();
    return 1;
}

static void stop_in_a_callback_with_a_deadline_does_not_wait_for_itself(void **state)
{
    (void)state;
    int threads = count_threads_without_server();
    promlet_registry *registry = promlet_registry_new();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    promlet_gauge_callback_new(registry,
                               &(promlet_opts){.name = "stopping", .deadline_seconds = HUGE_VAL},
                               stop_own, &server);
    assert_int_equal(http_get_status(port, "/metrics"), 0);
    assert_true(http_is_refused(port));
    assert_true(has_thread_entries(threads));
    promlet_registry_free(registry);
}

static void stop_in_a_collector_with_a_deadline_does_not_wait_for_itself(void **state)
{
    (void)state;
    int threads = count_threads_without_server();
    promlet_registry *registry = promlet_registry_new();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    promlet_collector_new(registry, &(promlet_collector_opts){.name = "stopping",
                                                              .collect = stop_own_within,
                                                              .ctx = &server,
                                                              .deadline_seconds = HUGE_VAL});
    assert_int_equal(http_get_status(port, "/metrics"), 0);
    assert_true(http_is_refused(port));
    assert_true(has_thread_entries(threads));
    promlet_registry_free(registry);
}

/* The second stop comes when the threads have ended, or before. */
static void stop_in_a_callback_after_busy(bool have_ended)
{
    int descriptors = count_descriptors();
    int threads = count_threads_without_server();
    promlet_registry *slow = new_slow_registry();
    promlet_registry *stopping = promlet_registry_new();
    promlet_gauge_callback_new(stopping, &(promlet_opts){.name = "stopping"}, stop_the_other, NULL);
    to_stop = start_any(slow);
    int fd = http_connect(promlet_server_port(to_stop));
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);
    assert_int_equal(promlet_server_stop_within(to_stop, 0), PROMLET_ERROR_BUSY);
    if (have_ended) {
        sem_post(&slow_may_end);
        assert_true(has_thread_entries(threads));
    }
    promlet_free(promlet_registry_get_metrics(stopping));
    if (!have_ended) {
        sem_post(&slow_may_end);
    }
    assert_true(has_thread_entries(threads));
    close(fd);
    assert_int_equal(count_descriptors(), descriptors);
    promlet_registry_free(stopping);
    promlet_registry_free(slow);
}

static void stop_in_a_callback_after_busy_and_the_end_of_the_threads_frees_it(void **state)
{
    (void)state;
    stop_in_a_callback_after_busy(true);
}

static void stop_in_a_callback_after_busy_leaves_it_to_the_last_thread(void **state)
{
    (void)state;
    stop_in_a_callback_after_busy(false);
}

static void stop_of_the_default_server_in_a_callback_with_a_deadline_does_not_wait(void **state)
{
    (void)state;
    int threads = count_threads_without_server();
    promlet_collector *callback = promlet_gauge_callback_new(
        NULL, &(promlet_opts){.name = "stopping", .deadline_seconds = HUGE_VAL}, stop_default,
        NULL);
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    assert_int_equal(http_get_status(port, "/metrics"), 0);
    assert_true(http_is_refused(port));
    assert_true(has_thread_entries(threads));
    promlet_collector_free(callback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop_beside_attackers_is_soon),
        cmocka_unit_test(stop_waits_for_a_callback),
        cmocka_unit_test(stop_waits_for_a_callback_with_a_deadline),
        cmocka_unit_test(stop_within_a_time_says_busy_and_can_be_asked_again),
        cmocka_unit_test(stop_within_a_time_is_usually_done),
        cmocka_unit_test(stop_in_a_callback_does_not_wait),
        cmocka_unit_test(stop_in_a_callback_with_a_deadline_does_not_wait_for_itself),
        cmocka_unit_test(stop_in_a_collector_with_a_deadline_does_not_wait_for_itself),
        cmocka_unit_test(stop_in_a_callback_after_busy_and_the_end_of_the_threads_frees_it),
        cmocka_unit_test(stop_in_a_callback_after_busy_leaves_it_to_the_last_thread),
        cmocka_unit_test(stop_of_the_default_server_in_a_callback_with_a_deadline_does_not_wait),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
