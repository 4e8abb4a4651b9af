/* SPDX-License-Identifier: Apache-2.0 */
/* A server without a thread, run by a loop of the test's own. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

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

static promlet_server *called_by;
static int client;
static promlet_status status_in_callback;
static bool is_refused_in_callback;
static bool is_closed_in_callback;

static double run_and_stop(void *ctx)
{
    int port = promlet_server_port(called_by);
    (void)ctx;
    status_in_callback = promlet_server_run(called_by);
    promlet_server_stop(called_by);
    is_refused_in_callback = http_is_refused(port);
    is_closed_in_callback = http_is_closed(client);
    return 1;
}

static void stop_in_a_round(double deadline)
{
    int descriptors = count_descriptors();
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_callback_new(registry,
                               &(promlet_opts){.name = "stopping", .deadline_seconds = deadline},
                               run_and_stop, NULL);
    promlet_server *server = start_driven(registry);
    client = ask(server);
    called_by = server;
    status_in_callback = PROMLET_OK;
    while (status_in_callback == PROMLET_OK) {
        assert_int_equal(promlet_server_run(server), PROMLET_OK);
    }
    assert_int_equal(status_in_callback, PROMLET_ERROR_ARGUMENT);
    assert_true(is_refused_in_callback);
    assert_true(is_closed_in_callback);
    close(client);
    promlet_registry_free(registry);
    assert_int_equal(count_descriptors(), descriptors);
}

static void callback_stops_the_server_that_is_run(void **state)
{
    (void)state;
    stop_in_a_round(0);
}

static void callback_with_a_deadline_stops_the_server_that_is_run(void **state)
{
    (void)state;
    stop_in_a_round(3600);
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
        cmocka_unit_test(callback_with_a_deadline_stops_the_server_that_is_run),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
