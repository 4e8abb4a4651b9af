/* SPDX-License-Identifier: Apache-2.0 */
/* How servers start on ports, move, stop and leave nothing behind. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Ports ---- */

static void test_fault_F14_start_port_in_use_says_so_and_the_host_lives(void **state)
{
    char expected[256];
    int port = 0;
    int occupied = http_occupy_port(&port);
    promlet_server *server = NULL;
    (void)state;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.port = port}, &server),
                     PROMLET_ERROR_PORT_IN_USE);
    snprintf(expected, sizeof expected, "127.0.0.1:%d: cannot listen: address already in use",
             port);
    assert_string_equal(promlet_last_error(), expected);
    assert_null(server);

    close(occupied);
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.port = port}, &server),
                     PROMLET_OK);
    assert_int_equal(promlet_server_port(server), port);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    promlet_server_stop(server);
}

static void start_twice_gives_two_servers(void **state)
{
    (void)state;
    promlet_server *first = start_any(NULL);
    promlet_server *second = start_any(NULL);
    assert_int_not_equal(promlet_server_port(first), promlet_server_port(second));
    promlet_server_stop(first);
    assert_true(http_is_refused(promlet_server_port(second)) == false);
    assert_int_equal(http_get_status(promlet_server_port(second), "/metrics"), 200);
    promlet_server_stop(second);
}

static void default_server_starts_and_stops(void **state)
{
    (void)state;
    assert_int_equal(promlet_metrics_server_port(), 0);
    promlet_stop_metrics_server();
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    assert_true(port > 0);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    promlet_stop_metrics_server();
    assert_true(http_is_refused(port));
    assert_int_equal(promlet_metrics_server_port(), 0);
    promlet_stop_metrics_server();
}

static void default_server_same_port_stays(void **state)
{
    (void)state;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    int fd = http_connect(port);
    assert_int_equal(promlet_start_metrics_server(port), PROMLET_OK);
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    assert_int_equal(promlet_metrics_server_port(), port);

    /* A connection from before shows that it is the same server. */
    http_reply reply;
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    close(fd);
    promlet_stop_metrics_server();
}

static void default_server_moves_to_another_port(void **state)
{
    int free_port = 0;
    (void)state;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int old_port = promlet_metrics_server_port();
    close(http_occupy_port(&free_port));
    assert_int_equal(promlet_start_metrics_server(free_port), PROMLET_OK);
    assert_int_equal(promlet_metrics_server_port(), free_port);
    assert_int_equal(http_get_status(free_port, "/metrics"), 200);
    assert_true(http_is_refused(old_port));
    promlet_stop_metrics_server();
}

static void default_server_error_keeps_the_old_one(void **state)
{
    int taken = 0;
    int occupied = http_occupy_port(&taken);
    (void)state;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    assert_int_equal(promlet_start_metrics_server(taken), PROMLET_ERROR_PORT_IN_USE);
    assert_int_equal(promlet_start_metrics_server(-1), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_metrics_server_port(), port);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    close(occupied);
    promlet_stop_metrics_server();
}

/* ---- Stop ---- */

/* A client that asks for a lot and reads only the beginning. */
static int connect_without_reading(int port)
{
    char byte;
    int fd = http_connect_with("127.0.0.1", port, 4096);
    assert_true(fd >= 0);
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_int_equal(http_read(fd, &byte, 1), 1);
    return fd;
}

static void stop_with_stubborn_clients_returns(void **state)
{
    int clients[9];
    (void)state;
    promlet_registry *registry = new_big_registry();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    for (size_t i = 0; i < 9; i += 3) {
        clients[i] = http_connect(port);
        clients[i + 1] = http_connect(port);
        assert_true(http_send(clients[i + 1], "GET /metrics HTTP/1.1\r\nHos"));
        clients[i + 2] = connect_without_reading(port);
    }
    promlet_server_stop(server);
    assert_true(http_is_refused(port));
    for (size_t i = 0; i < 9; i++) {
        close(clients[i]);
    }
    promlet_registry_free(registry);
}

static void stop_with_all_places_taken_returns(void **state)
{
    int clients[80];
    (void)state;
    promlet_server *server = NULL;
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.max_connections_per_address = 64}, &server),
        PROMLET_OK);
    int port = promlet_server_port(server);
    for (size_t i = 0; i < 80; i++) {
        clients[i] = http_connect(port);
        assert_true(clients[i] >= 0);
    }
    promlet_server_stop(server);
    assert_true(http_is_refused(port));
    for (size_t i = 0; i < 80; i++) {
        close(clients[i]);
    }
}

static void start_and_stop_200_times_leaves_nothing_open(void **state)
{
    (void)state;
    promlet_server_stop(start_any(NULL)); /* What libraries open once is open now. */
    int threads = count_threads_without_server();
    int descriptors = count_descriptors();
    for (int i = 0; i < 200; i++) {
        promlet_server *server = start_any(NULL);
        if (i % 10 == 0) {
            assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
        }
        promlet_server_stop(server);
    }
    assert_int_equal(count_descriptors(), descriptors);
    assert_true(has_thread_entries(threads));
}

static void test_fault_F17_client_that_goes_away_amid_a_reply_leaves_the_server_alive(void **state)
{
    (void)state;
    promlet_registry *registry = new_big_registry();
    promlet_server *server = start_any(registry);
    for (int i = 0; i < 5; i++) {
        close(connect_without_reading(promlet_server_port(server)));
    }
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

/* An idle server must not run, whatever it waits for. */
static void server_without_work_uses_no_processor_time(void **state)
{
    (void)state;
    promlet_server *server = start_any(NULL);
    int fd = http_connect(promlet_server_port(server));
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    double before = seconds_now(CLOCK_PROCESS_CPUTIME_ID);
    struct pollfd source = {fd, POLLIN, 0};
    assert_int_equal(poll(&source, 1, 500), 0);
    assert_true(seconds_now(CLOCK_PROCESS_CPUTIME_ID) - before < 0.2);
    close(fd);
    promlet_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault_F14_start_port_in_use_says_so_and_the_host_lives),
        cmocka_unit_test(start_twice_gives_two_servers),
        cmocka_unit_test(default_server_starts_and_stops),
        cmocka_unit_test(default_server_same_port_stays),
        cmocka_unit_test(default_server_moves_to_another_port),
        cmocka_unit_test(default_server_error_keeps_the_old_one),
        cmocka_unit_test(stop_with_stubborn_clients_returns),
        cmocka_unit_test(stop_with_all_places_taken_returns),
        cmocka_unit_test(start_and_stop_200_times_leaves_nothing_open),
        cmocka_unit_test(test_fault_F17_client_that_goes_away_amid_a_reply_leaves_the_server_alive),
        cmocka_unit_test(server_without_work_uses_no_processor_time),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
