/* SPDX-License-Identifier: Apache-2.0 */
/* Which options a server takes, and what it says about others. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void start_custom_path_serves_only_that(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.path = "/internal/m%41.txt"}, &server),
        PROMLET_OK);
    assert_int_equal(http_get_status(promlet_server_port(server), "/internal/m%41.txt"), 200);
    assert_int_equal(http_get_status(promlet_server_port(server), "/internal/mA.txt"), 404);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 404);
    promlet_server_stop(server);
}

static void start_copies_its_options(void **state)
{
    (void)state;
    char host[] = "127.0.0.1";
    char path[] = "/metrics";
    promlet_server *server = NULL;
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.host = host, .path = path}, &server),
        PROMLET_OK);
    memset(host, 'x', sizeof host - 1);
    memset(path, 'x', sizeof path - 1);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

/* A size that ends within a pointer. */
static void start_options_of_odd_size_is_an_error(void **state)
{
    (void)state;
    promlet_server_opts options = {.host = "127.0.0.1", .path = "/metrics"};
    promlet_server *server = NULL;
    for (size_t size = 1; size < sizeof(const char *); size++) {
        assert_int_equal(promlet_server_start_sized(&options, &server, size),
                         PROMLET_ERROR_ARGUMENT);
        assert_null(server);
    }
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence,
                   "options: have a size that they never had: 7, "
                   "where promlet " PROMLET_VERSION_STRING " has %zu bytes",
                   sizeof options);
    assert_string_equal(promlet_last_error(), sentence);
}

static void start_without_registry_serves_the_default_one(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    http_reply reply;
    promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = "default_gauge"}), 7);
    assert_int_equal(promlet_server_start(&(promlet_server_opts){0}, &server), PROMLET_OK);
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    assert_non_null(strstr(reply.body, "\ndefault_gauge 7\n"));
    assert_null(strstr(reply.body, "jobs_total"));
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

static void start_empty_registry_serves_an_empty_body(void **state)
{
    (void)state;
    promlet_registry *registry = promlet_registry_new();
    promlet_server *server = NULL;
    http_reply reply;
    assert_int_equal(
        promlet_server_start(
            &(promlet_server_opts){.registry = registry, .hide_server_metrics = true}, &server),
        PROMLET_OK);
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    assert_int_equal(reply.body_length, 0);
    http_reply_clear(&reply);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

static void start_bad_options_are_refused_with_a_sentence(void **state)
{
    static const char path_rule[] =
        "path: must not contain '?', '#', a space or a control character";
    static const struct {
        promlet_server_opts options;
        const char *sentence;
    } cases[] = {
        {{.port = -1}, "port: -1 is not within 0 to 65535"},
        {{.port = 65536}, "port: 65536 is not within 0 to 65535"},
        {{.host = ""}, "host: must not be empty; NULL means 127.0.0.1"},
        {{.path = ""}, "path: must begin with '/'"},
        {{.path = "metrics"}, "path: must begin with '/'"},
        {{.path = "/a?b"}, path_rule},
        {{.path = "/a#b"}, path_rule},
        {{.path = "/a b"}, path_rule},
        {{.path = "/a\nb"}, path_rule},
        {{.path = "/a\x7f"}, path_rule},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        promlet_server *server = (promlet_server *)&server;
        assert_int_equal(promlet_server_start(&cases[i].options, &server), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
        assert_null(server);
    }
}

static void start_without_a_place_for_the_server_is_refused(void **state)
{
    (void)state;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){0}, NULL), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "server: must not be NULL");
}

/* A struct of a later version, with one member more. */
struct later_options {
    promlet_server_opts known;
    uint64_t added;
};

static void start_larger_options_are_taken_when_the_rest_is_zero(void **state)
{
    (void)state;
    struct later_options options = {.added = 0};
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start_sized(&options.known, &server, sizeof options),
                     PROMLET_OK);
    promlet_server_stop(server);

    options.added = (uint64_t)1 << 63;
    assert_int_equal(promlet_server_start_sized(&options.known, &server, sizeof options),
                     PROMLET_ERROR_ARGUMENT);
    assert_null(server);
}

static void start_smaller_options_are_filled_with_zero(void **state)
{
    (void)state;
    promlet_server_opts options = {.path = "not a path"};
    promlet_server *server = NULL;
    assert_int_equal(
        promlet_server_start_sized(&options, &server, offsetof(promlet_server_opts, path)),
        PROMLET_OK);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

static void stop_and_port_of_null_do_nothing(void **state)
{
    (void)state;
    promlet_server_stop(NULL);
    assert_int_equal(promlet_server_port(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_custom_path_serves_only_that),
        cmocka_unit_test(start_copies_its_options),
        cmocka_unit_test(start_options_of_odd_size_is_an_error),
        cmocka_unit_test(start_without_registry_serves_the_default_one),
        cmocka_unit_test(start_empty_registry_serves_an_empty_body),
        cmocka_unit_test(start_bad_options_are_refused_with_a_sentence),
        cmocka_unit_test(start_without_a_place_for_the_server_is_refused),
        cmocka_unit_test(start_larger_options_are_taken_when_the_rest_is_zero),
        cmocka_unit_test(start_smaller_options_are_filled_with_zero),
        cmocka_unit_test(stop_and_port_of_null_do_nothing),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
