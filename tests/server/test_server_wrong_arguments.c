/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the server with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/server.h>

#include <math.h>

static const char *const headers[] = {"server.h", NULL};

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    return own == NULL;
}

static const promlet_server_opts any_server_options[] = {
    {.port = -1},
    {.port = 65536},
    {.host = ""},
    {.host = "256.1.1.1"},
    {.path = ""},
    {.path = "metrics"},
    {.path = "/a b"},
    {.path = "/\xff?"},
    {.host = "\xff", .port = 2147483647},
    {.unix_path = ""},
    {.unix_path = "a"},
    {.unix_path = "/", .unix_mode = -1},
    {.unix_mode = 0600},
    {.listen_fd = -2},
    {.listen_fd = 2147483647},
    {.listen_fd = -1},
    {.max_connections = -1},
    {.max_connections = 2147483647},
    {.max_connections_per_address = -2147483647 - 1},
    {.max_in_flight = 65537},
    {.header_seconds = -1},
    {.header_seconds = NAN},
    {.idle_seconds = -INFINITY},
    {.send_seconds = -1e-300},
    {.key_path = ""},
    {.client_ca_path = ""},
    {.certificate_path = "\xff"},
    {.username = ""},
    {.password = ""},
    {.bearer_token = "\xff\xfe"},
};

static void call_promlet_server_start_sized(void)
{
    promlet_server *server;
    FOR_EACH(options, any_server_options)
    {
        (void)promlet_set_last_error(PROMLET_OK, "");
        assert_true(promlet_server_start(options, &server) != PROMLET_OK);
        assert_null(server);
        assert_true(promlet_last_error()[0] != '\0');
        assert_true(promlet_server_start(options, NULL) != PROMLET_OK);
        assert_true(promlet_server_start_sized(options, &server, 1) != PROMLET_OK);
    }
    FOR_EACH(size, any_sizes)
    {
        assert_true(promlet_server_start_sized(NULL, NULL, *size) != PROMLET_OK);
    }
}

static void call_promlet_server_options_from_env(void)
{
    assert_int_equal(promlet_server_options_from_env(NULL), PROMLET_ERROR_ARGUMENT);
}

static void call_promlet_server_stop(void)
{
    promlet_server_stop(NULL);
}

static const double any_seconds[] = {-1, 0, 0.5, 1e300, INFINITY, NAN};

static void call_promlet_server_stop_within(void)
{
    FOR_EACH(seconds, any_seconds)
    {
        assert_int_equal(promlet_server_stop_within(NULL, *seconds), PROMLET_OK);
    }
}

static void call_promlet_server_fd(void)
{
    assert_int_equal(promlet_server_fd(NULL), -1);
}

static void call_promlet_server_timeout_ms(void)
{
    assert_int_equal(promlet_server_timeout_ms(NULL), -1);
}

static void call_promlet_server_run(void)
{
    assert_int_equal(promlet_server_run(NULL), PROMLET_ERROR_ARGUMENT);
}

static void call_promlet_server_port(void)
{
    assert_int_equal(promlet_server_port(NULL), 0);
}

static void call_promlet_server_reload_tls(void)
{
    promlet_server *server = NULL;
    assert_true(promlet_server_reload_tls(NULL) == PROMLET_ERROR_ARGUMENT);
    assert_true(promlet_server_start(&(promlet_server_opts){.registry = own}, &server) ==
                PROMLET_OK);
    assert_true(promlet_server_reload_tls(server) == PROMLET_ERROR_ARGUMENT);
    promlet_server_stop(server);
}

static void call_promlet_server_request_header(void)
{
    promlet_server_request request = {.method = "GET"};
    FOR_EACH(name, any_texts)
    {
        assert_null(promlet_server_request_header(NULL, *name));
        assert_null(promlet_server_request_header(&request, *name));
    }
}

static void call_promlet_start_metrics_server(void)
{
    static const int ports[] = {-1, 65536, 2147483647, -2147483647 - 1};
    FOR_EACH(port, ports)
    {
        (void)promlet_set_last_error(PROMLET_OK, "");
        assert_true(promlet_start_metrics_server(*port) != PROMLET_OK);
        assert_true(promlet_last_error()[0] != '\0');
    }
}

static void call_promlet_stop_metrics_server(void)
{
    promlet_stop_metrics_server();
    promlet_stop_metrics_server();
}

static void call_promlet_metrics_server_port(void)
{
    assert_int_equal(promlet_metrics_server_port(), 0);
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_server_start_sized),
    WRONG_CALL(promlet_server_options_from_env),
    WRONG_CALL(promlet_server_stop),
    WRONG_CALL(promlet_server_port),
    WRONG_CALL(promlet_start_metrics_server),
    WRONG_CALL(promlet_stop_metrics_server),
    WRONG_CALL(promlet_metrics_server_port),
    WRONG_CALL(promlet_server_stop_within),
    WRONG_CALL(promlet_server_fd),
    WRONG_CALL(promlet_server_timeout_ms),
    WRONG_CALL(promlet_server_run),
    WRONG_CALL(promlet_server_reload_tls),
    WRONG_CALL(promlet_server_request_header),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
