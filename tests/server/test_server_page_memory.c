/* SPDX-License-Identifier: Apache-2.0 */
/* A server that finds no memory, for its page or its metrics, does not start. What leaks is for the
   leak sanitizer to say. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/allocations.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* More than a start makes. */
#define MOST_ALLOCATIONS 300

static void start_without_memory_fails_with_a_sentence(void **state)
{
    (void)state;
    int failures = 0;
    for (long n = 1; n < MOST_ALLOCATIONS; n++) {
        promlet_server *server = NULL;
        allocations_refuse(n, false);
        promlet_status status = promlet_server_start(&(promlet_server_opts){.port = 0}, &server);
        allocations_refuse(0, false);
        if (status != PROMLET_OK) {
            failures++;
            assert_int_equal(status, PROMLET_ERROR_MEMORY);
            assert_null(server);
            assert_true(promlet_last_error()[0] != '\0');
        }
        promlet_server_stop(server);
    }
    assert_true(failures >= 2); /* at least the server and its page */
}

/* ---- The default server ---- */

static promlet_status status_when_told;
static int port_when_told;
static int times_told;

static void start_and_stop_when_told(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
    times_told++;
    status_when_told = promlet_start_metrics_server(0);
    promlet_stop_metrics_server();
    port_when_told = promlet_metrics_server_port();
}

/* The log callback hears of the server's own metrics that were refused, in the midst of the start.
   Then a stop is one of the server that runs, once the start is done with it. */
static void log_callback_amid_a_start_may_start_and_stop(void **state)
{
    int other_port = 0;
    (void)state;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    close(http_occupy_port(&other_port));
    promlet_set_log_callback(start_and_stop_when_told, NULL);
    for (long n = 1; n < MOST_ALLOCATIONS && times_told == 0; n++) {
        allocations_refuse(n, false);
        promlet_status status = promlet_start_metrics_server(other_port);
        allocations_refuse(0, false);
        assert_int_equal(status, PROMLET_ERROR_MEMORY);
    }
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(times_told, 1);
    assert_int_equal(status_when_told, PROMLET_ERROR_BUSY);
    assert_int_equal(port_when_told, port);
    assert_int_equal(promlet_metrics_server_port(), 0);
    assert_true(http_is_refused(port));
    assert_true(http_is_refused(other_port));

    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    assert_true(promlet_metrics_server_port() > 0);
    promlet_stop_metrics_server();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_without_memory_fails_with_a_sentence),
        cmocka_unit_test(log_callback_amid_a_start_may_start_and_stop),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
