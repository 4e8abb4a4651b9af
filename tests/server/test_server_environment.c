/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a server from the environment, as OpenTelemetry names them. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define HOST "OTEL_EXPORTER_PROMETHEUS_HOST"
#define PORT "OTEL_EXPORTER_PROMETHEUS_PORT"

static const char *program;

static int clear_variables(void **state)
{
    (void)state;
    return unsetenv(HOST) != 0 || unsetenv(PORT) != 0;
}

static void set_variables(const char *host, const char *port)
{
    assert_int_equal(host != NULL ? setenv(HOST, host, 1) : unsetenv(HOST), 0);
    assert_int_equal(port != NULL ? setenv(PORT, port, 1) : unsetenv(PORT), 0);
}

static void variables_become_host_and_port(void **state)
{
    static const struct {
        const char *host_variable;
        const char *port_variable;
        promlet_server_opts before;
        const char *host; /* NULL: not set, and so 127.0.0.1. */
        int port;
    } cases[] = {
        {NULL, NULL, {0}, NULL, 9464},
        {"", "", {0}, NULL, 9464},
        {"::1", "8080", {0}, "::1", 8080},
        {"0.0.0.0", NULL, {0}, "0.0.0.0", 9464},
        {"[::]", NULL, {0}, "[::]", 9464},
        {NULL, "1", {0}, NULL, 1},
        {NULL, "65535", {0}, NULL, 65535},
        {NULL, "0", {0}, NULL, 0},
        {NULL, "00080", {0}, NULL, 80},
        {NULL, NULL, {.host = "10.0.0.1", .port = 80}, "10.0.0.1", 80},
        {"", "", {.host = "10.0.0.1", .port = 80}, "10.0.0.1", 80},
        {"localhost", "0", {.host = "10.0.0.1", .port = 80}, "localhost", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        promlet_server_opts options = cases[i].before;
        set_variables(cases[i].host_variable, cases[i].port_variable);
        assert_int_equal(promlet_server_options_from_env(&options), PROMLET_OK);
        assert_int_equal(options.port, cases[i].port);
        if (cases[i].host == NULL) {
            assert_null(options.host);
        } else {
            assert_string_equal(options.host, cases[i].host);
        }
    }
}

static void other_options_stay_as_they_are(void **state)
{
    (void)state;
    promlet_server_opts options = {.path = "/own", .formats = 3, .no_gzip = true};
    promlet_server_opts expected;
    memcpy(&expected, &options, sizeof options); /* With the bytes between its members. */
    set_variables("127.0.0.2", "77");
    assert_int_equal(promlet_server_options_from_env(&options), PROMLET_OK);
    expected.host = options.host;
    expected.port = 77;
    assert_memory_equal(&options, &expected, sizeof options);
}

static void malformed_port_is_an_error_that_quotes_it(void **state)
{
    static const char *const values[] = {
        "-1",     "65536", "99999999999999999999999",
        "x",      "80x",   " 80",
        "80 ",    "+80",   "0x50",
        "9464\n", "8 0",   "80.0",
        "8_0",    ":80",   "１",
    };
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        promlet_server_opts options = {.host = "kept", .port = 5};
        promlet_server_opts before;
        memcpy(&before, &options, sizeof options);
        char expected[256];
        set_variables("127.0.0.2", values[i]);
        assert_int_equal(promlet_server_options_from_env(&options), PROMLET_ERROR_ARGUMENT);
        snprintf(expected, sizeof expected, PORT ": \"%s\" is no number from 0 to 65535",
                 values[i]);
        assert_string_equal(promlet_last_error(), expected);
        assert_memory_equal(&options, &before, sizeof options);
    }
}

static void long_malformed_port_is_cut_before_the_rule(void **state)
{
    char value[2000];
    promlet_server_opts options = {0};
    (void)state;
    memset(value, '9', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    set_variables(NULL, value);
    assert_int_equal(promlet_server_options_from_env(&options), PROMLET_ERROR_ARGUMENT);
    assert_non_null(strstr(promlet_last_error(), "9\" is no number from 0 to 65535"));
}

static void server_listens_where_the_environment_says(void **state)
{
    int port;
    promlet_server_opts options = {0};
    promlet_server *server = NULL;
    char text[16];
    (void)state;
    close(http_occupy_port(&port));
    snprintf(text, sizeof text, "%d", port);
    set_variables("localhost", text);
    assert_int_equal(promlet_server_options_from_env(&options), PROMLET_OK);
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    set_variables("changed", "1"); /* What was lent is not needed any more. */
    assert_int_equal(promlet_server_port(server), port);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    promlet_server_stop(server);
}

/* Only who asks for the environment gets it. */
static void start_does_not_read_the_environment(void **state)
{
    promlet_server *server = NULL;
    (void)state;
    set_variables("256.256.256.256", "x");
    assert_int_equal(promlet_server_start(&(promlet_server_opts){0}, &server), PROMLET_OK);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

/* ---- A program with more rights than its caller ---- */

#define NOT_PRIVILEGED 77

/* This program as it runs with a set-user-ID bit: 0 when it sees no variables. */
static int see_no_variables(void)
{
    promlet_server_opts options = {0};
    if (getauxval(AT_SECURE) == 0) {
        return NOT_PRIVILEGED;
    }
    return promlet_server_options_from_env(&options) == PROMLET_OK && options.host == NULL &&
                   options.port == PROMLET_DEFAULT_PORT
               ? 0
               : 1;
}

static int run_privileged_copy(const char *copy)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execl(copy, copy, "privileged", (char *)NULL);
        _exit(99);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void privileged_program_does_not_trust_the_environment(void **state)
{
    char command[PATH_MAX + 100];
    char copy[] = "/tmp/promlet-XXXXXX";
    (void)state;
    if (geteuid() != 0) {
        fputs("*** SKIPPED: only root can make a set-user-ID program of another user ***\n",
              stderr);
        skip();
    }
    close(mkstemp(copy));
    snprintf(command, sizeof command, "cp %s %s", program, copy);
    assert_int_equal(system(command), 0);
    assert_int_equal(chown(copy, 65534, 65534), 0);
    assert_int_equal(chmod(copy, 04755), 0);
    set_variables("0.0.0.0", "x");
    int result = run_privileged_copy(copy);
    assert_int_equal(unlink(copy), 0);
    if (result == NOT_PRIVILEGED) {
        fputs("*** SKIPPED: /tmp takes no set-user-ID programs ***\n", stderr);
        skip();
    }
    assert_int_equal(result, 0);
}

static void options_of_null_are_refused(void **state)
{
    (void)state;
    assert_int_equal(promlet_server_options_from_env(NULL), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "options: must not be NULL");
}

#define WITHOUT_VARIABLES(test)                                                                    \
    cmocka_unit_test_setup_teardown(test, clear_variables, clear_variables)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITHOUT_VARIABLES(variables_become_host_and_port),
        WITHOUT_VARIABLES(other_options_stay_as_they_are),
        WITHOUT_VARIABLES(malformed_port_is_an_error_that_quotes_it),
        WITHOUT_VARIABLES(long_malformed_port_is_cut_before_the_rule),
        WITHOUT_VARIABLES(server_listens_where_the_environment_says),
        WITHOUT_VARIABLES(start_does_not_read_the_environment),
        WITHOUT_VARIABLES(privileged_program_does_not_trust_the_environment),
        WITHOUT_VARIABLES(options_of_null_are_refused),
    };
    program = argv[0];
    if (argc == 2 && strcmp(argv[1], "privileged") == 0) {
        _exit(see_no_variables()); /* A leak check is not allowed there. */
    }
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
