/* SPDX-License-Identifier: Apache-2.0 */
/* Names and addresses that a server listens on, which options say so, and what it says about
   others. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/ipv6.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Options that name a place ---- */

static void start_in_two_places_or_none_is_refused_with_a_sentence(void **state)
{
    static const char unix_path_rule[] =
        "unix_path: must begin with '/', or with '@' for an abstract name";
    static const struct {
        promlet_server_opts options;
        const char *sentence;
    } cases[] = {
        {{.unix_path = "/a", .host = "::"},
         "unix_path and host: a server listens in one place only"},
        {{.unix_path = "/a", .port = 1}, "unix_path and port: a server listens in one place only"},
        {{.listen_fd = 9, .host = "::"}, "listen_fd and host: a server listens in one place only"},
        {{.listen_fd = -1, .port = 1}, "listen_fd and port: a server listens in one place only"},
        {{.unix_path = "/a", .listen_fd = 9},
         "unix_path and listen_fd: a server listens in one place only"},
        {{.unix_mode = 0600}, "unix_mode: needs a unix_path that begins with '/'"},
        {{.unix_mode = 0600, .unix_path = "@a"},
         "unix_mode: needs a unix_path that begins with '/'"},
        {{.unix_mode = 660, .unix_path = "/a"}, "unix_mode: 660 is not within 0 to 0777 (octal)"},
        {{.unix_mode = -1, .unix_path = "/a"}, "unix_mode: -1 is not within 0 to 0777 (octal)"},
        {{.listen_fd = -2}, "listen_fd: -2 is no descriptor"},
        {{.unix_path = ""}, unix_path_rule},
        {{.unix_path = "a.sock"}, unix_path_rule},
        {{.unix_path = "./a.sock"}, unix_path_rule},
        {{.unix_path = "/"}, "unix_path: must end with a name"},
        {{.unix_path = "/run/"}, "unix_path: must end with a name"},
        {{.unix_path = "@"}, "unix_path: must end with a name"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        promlet_server *server = (promlet_server *)&server;
        assert_int_equal(promlet_server_start(&cases[i].options, &server), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
        assert_null(server);
    }
}

static void start_too_long_unix_path_is_refused_with_a_sentence(void **state)
{
    char path[200];
    char expected[100];
    promlet_server *server = NULL;
    (void)state;
    for (size_t length = 108; length < sizeof path; length++) {
        memset(path, 'p', length);
        path[0] = length % 2 == 0 ? '/' : '@';
        path[length] = '\0';
        assert_int_equal(promlet_server_start(&(promlet_server_opts){.unix_path = path}, &server),
                         PROMLET_ERROR_ARGUMENT);
        snprintf(expected, sizeof expected, "unix_path: has %zu bytes, but only 107 fit an address",
                 length);
        assert_string_equal(promlet_last_error(), expected);
    }
}

/* ---- Names and addresses ---- */

static int warnings;

static void count_warning(const char *message, void *ctx)
{
    char *last = ctx;
    warnings++;
    snprintf(last, 256, "%s", message);
}

/* How many warnings a server on host draws; the last one goes to last. */
static int warnings_of(const char *host, char last[256], int *port)
{
    promlet_server *server = NULL;
    warnings = 0;
    promlet_set_log_callback(count_warning, last);
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = host}, &server),
                     PROMLET_OK);
    *port = promlet_server_port(server);
    assert_int_equal(http_get_status(*port, "/metrics"), 200);
    promlet_server_stop(server);
    promlet_set_log_callback(NULL, NULL);
    return warnings;
}

static void start_warns_once_when_other_machines_can_reach_it(void **state)
{
    char last[256] = "";
    char expected[256];
    int port;
    (void)state;
    assert_int_equal(warnings_of(NULL, last, &port), 0);
    assert_int_equal(warnings_of("127.0.0.1", last, &port), 0);
    assert_int_equal(warnings_of("localhost", last, &port), 0);

    assert_int_equal(warnings_of("0.0.0.0", last, &port), 1);
    snprintf(expected, sizeof expected,
             "0.0.0.0:%d: anyone who reaches this address can read the metrics", port);
    assert_string_equal(last, expected);

    assert_int_equal(warnings_of("::", last, &port), 1);
    snprintf(expected, sizeof expected,
             "[::]:%d: anyone who reaches this address can read the metrics", port);
    assert_string_equal(last, expected);
}

/* Those who have an IPv6 address from a URL have it in brackets. */
static void start_takes_ipv6_addresses_in_brackets(void **state)
{
    char last[256] = "";
    char expected[256];
    int port;
    (void)state;
    assert_int_equal(warnings_of("[::]", last, &port), 1);
    snprintf(expected, sizeof expected,
             "[::]:%d: anyone who reaches this address can read the metrics", port);
    assert_string_equal(last, expected);
}

static void start_on_another_loopback_address_draws_no_warning(void **state)
{
    char last[256] = "";
    promlet_server *server = NULL;
    (void)state;
    warnings = 0;
    promlet_set_log_callback(count_warning, last);
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "127.0.0.2"}, &server),
                     PROMLET_OK);
    promlet_server_stop(server);
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(warnings, 0);
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
        skip_ipv6();
    }
    assert_serves("::1", "::1");
    assert_serves("::", "::1");
    assert_serves("::", "127.0.0.1");
    assert_serves("[::1]", "::1");
    assert_serves("[::]", "127.0.0.1");
}

/* Whatever order the machine's resolver has. */
static void start_localhost_is_served_on_ipv4(void **state)
{
    (void)state;
    assert_serves("localhost", "127.0.0.1");
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

static void start_host_that_is_more_than_one_is_refused_with_a_sentence(void **state)
{
    static const char *const hosts[] = {
        "localhost:9464", "127.0.0.1:9464", ":9464", "http://localhost/",
        "[::1]:9464",     "[::1",           "[",     "http://localhost:9464",
        "[::1]]"};
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        promlet_server *server = NULL;
        assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = hosts[i]}, &server),
                         PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), "host: must be a name or an address alone, "
                                                  "without scheme or port");
    }
}

/* Brackets don't make a name of what is none. */
static void start_other_hosts_in_brackets_are_refused(void **state)
{
    static const char *const hosts[] = {
        "[]", "[:]", "[localhost]", "[127.0.0.1]",
        "[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd:eeee:ffff]"};
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        promlet_server *server = NULL;
        assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = hosts[i]}, &server),
                         PROMLET_ERROR_ADDRESS);
        assert_non_null(strstr(promlet_last_error(), ": cannot find the address: "));
    }
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
        cmocka_unit_test(start_in_two_places_or_none_is_refused_with_a_sentence),
        cmocka_unit_test(start_too_long_unix_path_is_refused_with_a_sentence),
        cmocka_unit_test(start_warns_once_when_other_machines_can_reach_it),
        cmocka_unit_test(start_takes_ipv6_addresses_in_brackets),
        cmocka_unit_test(start_on_another_loopback_address_draws_no_warning),
        cmocka_unit_test(start_ipv6_addresses_are_served),
        cmocka_unit_test(start_localhost_is_served_on_ipv4),
        cmocka_unit_test(start_unknown_addresses_are_refused_with_a_sentence),
        cmocka_unit_test(start_host_that_is_more_than_one_is_refused_with_a_sentence),
        cmocka_unit_test(start_other_hosts_in_brackets_are_refused),
        cmocka_unit_test(start_long_host_is_cut_before_the_reason),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
