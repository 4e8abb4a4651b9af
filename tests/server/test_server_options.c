/* SPDX-License-Identifier: Apache-2.0 */
/* Which options and addresses a server takes, and what it says about others. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Options ---- */

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
    assert_string_equal(promlet_last_error(),
                        "options: their size is none that promlet_server_opts has had");
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
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.registry = registry}, &server),
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

/* ---- Addresses ---- */

static int warnings;

static void count_warning(const char *message, void *ctx)
{
    char *last = ctx;
    warnings++;
    snprintf(last, 256, "%s", message);
}

static void start_warns_when_other_machines_can_reach_it(void **state)
{
    char last[256] = "";
    char expected[256];
    promlet_server *server = NULL;
    (void)state;
    warnings = 0;
    promlet_set_log_callback(count_warning, last);

    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "127.0.0.2"}, &server),
                     PROMLET_OK);
    promlet_server_stop(server);
    assert_int_equal(warnings, 0);

    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "0.0.0.0"}, &server),
                     PROMLET_OK);
    snprintf(expected, sizeof expected,
             "0.0.0.0:%d: anyone who reaches this address can read the metrics",
             promlet_server_port(server));
    promlet_server_stop(server);
    assert_int_equal(warnings, 1);
    assert_string_equal(last, expected);
    promlet_set_log_callback(NULL, NULL);
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool can_bind = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return can_bind;
}

/* Start on host and GET from address. */
static void assert_serves(const char *host, const char *address)
{
    http_reply reply;
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = host}, &server),
                     PROMLET_OK);
    int fd = http_connect_with(address, promlet_server_port(server), 0);
    assert_true(fd >= 0);
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    close(fd);
    promlet_server_stop(server);
}

static void start_ipv6_addresses_are_served(void **state)
{
    (void)state;
    if (!has_ipv6()) {
        fputs("*** SKIPPED: this machine has no IPv6 loopback, so IPv6 is NOT tested ***\n",
              stderr);
        skip();
    }
    assert_serves("::1", "::1");
    assert_serves("::", "::1");
    assert_serves("::", "127.0.0.1");
}

static void start_name_is_resolved(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "localhost"}, &server),
                     PROMLET_OK);
    promlet_server_stop(server);
}

static void start_unknown_addresses_are_refused_with_a_sentence(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    /* 192.0.2.0/24 is for documentation, so no machine has it. */
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.host = "192.0.2.1", .port = 9464}, &server),
        PROMLET_ERROR_ADDRESS);
    assert_string_equal(promlet_last_error(),
                        "192.0.2.1:9464: cannot listen: cannot assign requested address");
    assert_null(server);

    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "1.2.3.4.5"}, &server),
                     PROMLET_ERROR_ADDRESS);
    assert_non_null(strstr(promlet_last_error(), "1.2.3.4.5:0: cannot find the address: "));
}

static void start_long_host_is_cut_before_the_reason(void **state)
{
    char host[2000];
    promlet_server *server = NULL;
    (void)state;
    memset(host, 'h', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = host}, &server),
                     PROMLET_ERROR_ADDRESS);
    assert_non_null(strstr(promlet_last_error(), "h:0: cannot find the address: "));
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
        cmocka_unit_test(start_warns_when_other_machines_can_reach_it),
        cmocka_unit_test(start_ipv6_addresses_are_served),
        cmocka_unit_test(start_name_is_resolved),
        cmocka_unit_test(start_unknown_addresses_are_refused_with_a_sentence),
        cmocka_unit_test(start_long_host_is_cut_before_the_reason),
    };
    alarm(60); /* A hang must end the run. */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
