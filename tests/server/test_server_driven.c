/* SPDX-License-Identifier: Apache-2.0 */
/* A server without a thread, run by a loop of the test's own. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static promlet_server *start_driven(promlet_registry *registry)
{
    promlet_server *server = NULL;
    (void)promlet_server_start(&(promlet_server_opts){.registry = registry,
                                                      .hide_server_metrics = true,
                                                      .no_thread = true},
                               &server);
    return server;
}

/* Run the server as an event loop does until a client has something to read. */
static void run_until_readable(promlet_server *server, int client)
{
    for (;;) {
        struct pollfd sources[] = {{client, POLLIN, 0}, {promlet_server_fd(server), POLLIN, 0}};
        int timeout_ms = promlet_server_timeout_ms(server);
        int limit_ms = timeout_ms < 0 ? HTTP_WAIT_MS : timeout_ms;
        int count = poll(sources, 2, limit_ms);
        assert_true(count > 0 || timeout_ms >= 0);
        if (sources[0].revents != 0) {
            return;
        }
        assert_int_equal(promlet_server_run(server), PROMLET_OK);
    }
}

static int ask(const promlet_server *server)
{
    int fd = http_connect(promlet_server_port(server));
    assert_true(fd >= 0);
    assert_true(http_ask(fd, "GET", "/metrics"));
    return fd;
}

static void server_without_thread_makes_none(void **state)
{
    (void)state;
    int threads = count_threads_without_server();
    int descriptors = count_descriptors();
    promlet_server *server = start_driven(NULL);
    assert_non_null(server);
    assert_int_equal(count_entries("/proc/self/task"), threads);
    assert_true(promlet_server_fd(server) >= 0);
    assert_int_equal(promlet_server_timeout_ms(server), -1);
    promlet_server_stop(server);
    assert_int_equal(count_descriptors(), descriptors);
}

static void server_without_thread_answers_when_it_is_run(void **state)
{
    http_reply reply;
    (void)state;
    promlet_registry *registry = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total"}));
    promlet_server *server = start_driven(registry);
    int fd = ask(server);
    for (int i = 0; i < 3; i++) {
        run_until_readable(server, fd);
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.body, "\njobs_total 1\n"));
        http_reply_clear(&reply);
        assert_true(http_ask(fd, "GET", "/metrics"));
    }
    close(fd);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

static void run_without_anything_to_do_returns(void **state)
{
    (void)state;
    promlet_server *server = start_driven(NULL);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(promlet_server_run(server), PROMLET_OK);
    }
    promlet_server_stop(server);
}

/* The deadlines are the caller's loop's to keep, by the timeout. */
static void deadlines_are_kept_by_the_timeout(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(
                         &(promlet_server_opts){.no_thread = true, .header_seconds = 0.2}, &server),
                     PROMLET_OK);
    int fd = http_connect(promlet_server_port(server));
    run_until_readable(server, fd);
    assert_true(http_is_closed(fd));
    assert_int_equal(promlet_server_timeout_ms(server), -1);
    close(fd);
    promlet_server_stop(server);
}

static void server_with_a_thread_is_not_to_be_run(void **state)
{
    (void)state;
    promlet_server *server = start_any(NULL);
    assert_int_equal(promlet_server_fd(server), -1);
    assert_int_equal(promlet_server_timeout_ms(server), -1);
    assert_int_equal(promlet_server_run(server), PROMLET_ERROR_ARGUMENT);
    promlet_server_stop(server);
}

/* ---- Stops in callbacks ---- */

/* What the callback of a test does, and what it finds. */
static struct scene {
    promlet_server *server;
    int client;
    promlet_status status_of_run;
    promlet_status status_of_stop;
    bool is_refused;
    bool is_closed;
    sem_t is_over;   /* For a callback that comes late: the round that has asked it, */
    sem_t has_acted; /* and that it has stopped the server. */
} scene;

static double run_and_stop(void *ctx)
{
    int port = promlet_server_port(scene.server);
    (void)ctx;
    scene.status_of_run = promlet_server_run(scene.server);
    scene.status_of_stop = promlet_server_stop_within(scene.server, HUGE_VAL);
    scene.is_refused = http_is_refused(port);
    scene.is_closed = http_is_closed(scene.client);
    return 1;
}

static double stop_only(void *ctx)
{
    (void)ctx;
    scene.status_of_stop = promlet_server_stop_within(scene.server, HUGE_VAL);
    return 1;
}

static double stop_late(void *ctx)
{
    (void)ctx;
    sem_wait(&scene.is_over);
    scene.status_of_stop = promlet_server_stop_within(scene.server, 0);
    sem_post(&scene.has_acted);
    return 1;
}

/* A driven server of a registry with one callback, and a client. */
static promlet_registry *set_scene(promlet_callback_fn act, double deadline)
{
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = "stopping", .deadline_seconds = deadline}, act, NULL);
    scene.server = start_driven(registry);
    scene.client = http_connect(promlet_server_port(scene.server));
    assert_true(scene.client >= 0);
    scene.status_of_run = PROMLET_OK;
    scene.status_of_stop = PROMLET_ERROR_SYSTEM;
    sem_init(&scene.is_over, 0, 0);
    sem_init(&scene.has_acted, 0, 0);
    return registry;
}

static void callback_stops_the_server_that_is_run(void **state)
{
    (void)state;
    int descriptors = count_descriptors();
    promlet_registry *registry = set_scene(run_and_stop, 0);
    assert_true(http_ask(scene.client, "GET", "/metrics"));
    while (scene.status_of_run == PROMLET_OK) {
        assert_int_equal(promlet_server_run(scene.server), PROMLET_OK);
    }
    assert_int_equal(scene.status_of_run, PROMLET_ERROR_ARGUMENT);
    assert_int_equal(scene.status_of_stop, PROMLET_OK);
    assert_true(scene.is_refused);
    assert_true(scene.is_closed);
    close(scene.client);
    promlet_registry_free(registry);
    assert_int_equal(count_descriptors(), descriptors);
}

/* Run the server as an event loop does, which its clients do not matter to. */
static promlet_status run_until_told(promlet_server *server)
{
    promlet_status status = PROMLET_OK;
    while (status == PROMLET_OK) {
        struct pollfd source = {promlet_server_fd(server), POLLIN, 0};
        assert_true(poll(&source, 1, HTTP_WAIT_MS) == 1);
        status = promlet_server_run(server);
    }
    return status;
}

/* What a loop finds, and does, whose server was stopped in another thread. */
static void stop_as_it_was_asked_for(int port)
{
    assert_int_equal(scene.status_of_stop, PROMLET_ERROR_BUSY);
    assert_true(http_is_refused(port));
    assert_true(http_is_closed(scene.client));
    assert_int_equal(promlet_server_run(scene.server), PROMLET_ERROR_BUSY);
    assert_string_equal(promlet_last_error(),
                        "server: was stopped in another thread, and has to be stopped in this one");
    assert_int_equal(promlet_server_stop_within(scene.server, 0), PROMLET_OK);
    close(scene.client);
}

static void callback_with_a_deadline_asks_the_loop_to_stop(void **state)
{
    (void)state;
    int descriptors = count_descriptors();
    promlet_registry *registry = set_scene(run_and_stop, 3600);
    int port = promlet_server_port(scene.server);
    assert_true(http_ask(scene.client, "GET", "/metrics"));
    assert_int_equal(run_until_told(scene.server), PROMLET_ERROR_BUSY);
    assert_int_equal(scene.status_of_run, PROMLET_ERROR_ARGUMENT);
    assert_true(scene.is_refused);
    assert_true(scene.is_closed);
    stop_as_it_was_asked_for(port);
    promlet_registry_free(registry);
    assert_int_equal(count_descriptors(), descriptors);
}

/* The round does not wait for it, so the loop is anywhere when it stops the server. */
static void callback_that_is_late_asks_the_loop_to_stop(void **state)
{
    (void)state;
    int descriptors = count_descriptors();
    promlet_registry *registry = set_scene(stop_late, 0.05);
    int port = promlet_server_port(scene.server);
    assert_true(http_ask(scene.client, "GET", "/metrics"));
    run_until_readable(scene.server, scene.client);
    http_reply reply;
    assert_true(http_receive(scene.client, true, &reply));
    http_reply_clear(&reply);
    sem_post(&scene.is_over);
    assert_int_equal(run_until_told(scene.server), PROMLET_ERROR_BUSY);
    sem_wait(&scene.has_acted);
    stop_as_it_was_asked_for(port);
    promlet_registry_free(registry);
    assert_int_equal(count_descriptors(), descriptors);
}

static void *scrape(void *registry)
{
    promlet_free(promlet_registry_get_metrics(registry));
    return NULL;
}

/* As a push does it. Were the server asked as well, the callback could be called in its round. */
static void callback_of_a_scrape_in_another_thread_asks_the_loop_to_stop(void **state)
{
    pthread_t thread;
    (void)state;
    int descriptors = count_descriptors();
    promlet_registry *registry = set_scene(stop_only, 0);
    int port = promlet_server_port(scene.server);
    assert_int_equal(pthread_create(&thread, NULL, scrape, registry), 0);
    assert_int_equal(run_until_told(scene.server), PROMLET_ERROR_BUSY);
    pthread_join(thread, NULL);
    stop_as_it_was_asked_for(port);
    promlet_registry_free(registry);
    assert_int_equal(count_descriptors(), descriptors);
}

static void *run_once(void *server)
{
    return promlet_server_run(server) == PROMLET_OK ? NULL : server;
}

static void server_is_stopped_in_another_thread_than_it_was_run_in(void **state)
{
    pthread_t thread;
    void *error = NULL;
    (void)state;
    int descriptors = count_descriptors();
    promlet_server *server = start_driven(NULL);
    assert_int_equal(pthread_create(&thread, NULL, run_once, server), 0);
    pthread_join(thread, &error);
    assert_null(error);
    assert_int_equal(promlet_server_stop_within(server, 0), PROMLET_OK);
    assert_int_equal(count_descriptors(), descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_without_thread_makes_none),
        cmocka_unit_test(server_without_thread_answers_when_it_is_run),
        cmocka_unit_test(run_without_anything_to_do_returns),
        cmocka_unit_test(deadlines_are_kept_by_the_timeout),
        cmocka_unit_test(server_with_a_thread_is_not_to_be_run),
        cmocka_unit_test(callback_stops_the_server_that_is_run),
        cmocka_unit_test(callback_with_a_deadline_asks_the_loop_to_stop),
        cmocka_unit_test(callback_that_is_late_asks_the_loop_to_stop),
        cmocka_unit_test(callback_of_a_scrape_in_another_thread_asks_the_loop_to_stop),
        cmocka_unit_test(server_is_stopped_in_another_thread_than_it_was_run_in),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
