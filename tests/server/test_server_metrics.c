/* SPDX-License-Identifier: Apache-2.0 */
/* What a server tells about itself, and to whom. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/slow_callback.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PREFIX "promlet_server_"

static promlet_registry *registry;
static promlet_server *server;

static void start(promlet_server_opts options)
{
    options.registry = registry;
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
}

static int set_up(void **state)
{
    (void)state;
    server = NULL;
    registry = promlet_registry_new();
    assert_non_null(registry);
    promlet_gauge_new(registry, &(promlet_opts){.name = "own", .help = "The service's own."});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}

/* The value of a sample of a document; -1: there is none. */
static double value_in(const char *document, const char *sample)
{
    char line[256];
    (void)snprintf(line, sizeof line, "\n%s ", sample);
    const char *found = strstr(document, line);
    return found != NULL ? strtod(found + strlen(line), NULL) : -1;
}

/* The value of a sample that is served now. */
static double served_value(const char *sample)
{
    http_reply reply;
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    double value = value_in(reply.body, sample);
    http_reply_clear(&reply);
    return value;
}

/* The server is told the end of a request a moment after its client has the answer. */
static void wait_for_value(const char *sample, double expected)
{
    double value = served_value(sample);
    for (int i = 0; i < HTTP_WAIT_MS && value != expected; i++) {
        (void)poll(NULL, 0, 1);
        value = served_value(sample);
    }
    if (value != expected) {
        fail_msg("%s is %g instead of %g", sample, value, expected);
    }
}

static void a_first_answer_has_all_series(void **state)
{
    static const struct {
        const char *sample;
        double value;
    } expected[] = {
        {PREFIX "requests_total{code=\"200\"}", 0},
        {PREFIX "requests_total{code=\"503\"}", 0},
        {PREFIX "requests_total{code=\"other\"}", 0},
        {PREFIX "requests_in_flight", 1},
        {PREFIX "request_duration_seconds_bucket{le=\"+Inf\"}", 0},
        {PREFIX "request_duration_seconds_count", 0},
        {PREFIX "response_size_bytes_count", 0},
        {PREFIX "rejected_total{reason=\"connections_of_address\"}", 0},
        {PREFIX "rejected_total{reason=\"place_for_others\"}", 0},
        {PREFIX "rejected_total{reason=\"too_slow\"}", 0},
        {PREFIX "rejected_total{reason=\"requests_in_flight\"}", 0},
        {PREFIX "rejected_total{reason=\"body_bytes\"}", 0},
        {PREFIX "connections", 1},
        {PREFIX "accepted_connections_total", 1},
        {"own", 0},
    };
    http_reply reply;
    (void)state;
    start((promlet_server_opts){0});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        double value = value_in(reply.body, expected[i].sample);
        if (value != expected[i].value) {
            fail_msg("%s is %g instead of %g", expected[i].sample, value, expected[i].value);
        }
    }
    http_reply_clear(&reply);
}

static void the_registry_does_not_have_them(void **state)
{
    (void)state;
    start((promlet_server_opts){0});
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, PREFIX));
    promlet_free(text);
    text = promlet_get_metrics();
    assert_null(strstr(text, PREFIX));
    promlet_free(text);
}

static void hidden_they_are_not_served_and_nothing_is_dropped(void **state)
{
    http_reply reply;
    (void)state;
    start((promlet_server_opts){.hide_server_metrics = true});
    assert_int_equal(http_get_status(promlet_server_port(server), "/nothing"), 404);
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    assert_string_equal(reply.body, "# HELP own The service's own.\n"
                                    "# TYPE own gauge\n"
                                    "own 0\n");
    http_reply_clear(&reply);
    char *text = promlet_get_metrics();
    assert_null(strstr(text, "invalid_handle"));
    promlet_free(text);
}

static void each_status_is_counted_once_it_was_answered(void **state)
{
    (void)state;
    start((promlet_server_opts){0});
    int port = promlet_server_port(server);
    http_reply reply;
    assert_int_equal(http_get_status(port, "/nothing"), 404);
    assert_int_equal(http_get_status(port, "/nothing"), 404);
    assert_int_equal(http_request(port, "POST", "/metrics", &reply), 405);
    http_reply_clear(&reply);
    assert_int_equal(http_get_status(port, "/metrics?name[]=%00"), 400);
    wait_for_value(PREFIX "requests_total{code=\"404\"}", 2);
    wait_for_value(PREFIX "requests_total{code=\"405\"}", 1);
    wait_for_value(PREFIX "requests_total{code=\"400\"}", 1);
    assert_true(served_value(PREFIX "request_duration_seconds_sum") > 0);
    wait_for_value(PREFIX "requests_in_flight", 1);
}

/* On one connection a request ends before the next one begins, so the numbers are known. */
static void size_and_number_are_those_of_earlier_answers(void **state)
{
    double bytes = 0;
    (void)state;
    start((promlet_server_opts){0});
    int fd = http_connect(promlet_server_port(server));
    for (int i = 0; i < 5; i++) {
        http_reply reply;
        assert_true(http_ask(fd, "GET", "/metrics"));
        assert_true(http_receive(fd, true, &reply));
        assert_true(value_in(reply.body, PREFIX "requests_total{code=\"200\"}") == i);
        assert_true(value_in(reply.body, PREFIX "request_duration_seconds_count") == i);
        assert_true(value_in(reply.body, PREFIX "response_size_bytes_sum") == bytes);
        bytes += (double)reply.body_length;
        http_reply_clear(&reply);
    }
    close(fd);
}

static void clients_that_are_closed_are_counted(void **state)
{
    (void)state;
    start((promlet_server_opts){.header_seconds = 0.2});
    int fd = http_connect(promlet_server_port(server));
    assert_true(fd >= 0);
    wait_for_value(PREFIX "rejected_total{reason=\"too_slow\"}", 1);
    close(fd);
}

static void clients_that_are_done_are_not(void **state)
{
    (void)state;
    start((promlet_server_opts){.idle_seconds = 0.1});
    int fd = http_connect(promlet_server_port(server));
    http_reply reply;
    char byte;
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    assert_true(served_value(PREFIX "rejected_total{reason=\"too_slow\"}") == 0);
    close(fd);
}

static void clients_that_make_room_are_counted(void **state)
{
    (void)state;
    start((promlet_server_opts){.max_connections = 1, .idle_seconds = 1000});
    int fd = http_connect(promlet_server_port(server));
    http_reply reply;
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    assert_true(served_value(PREFIX "rejected_total{reason=\"place_for_others\"}") == 1);
    close(fd);
}

static void requests_beyond_the_limit_are_counted(void **state)
{
    http_reply reply;
    (void)state;
    promlet_registry_free(registry);
    registry = new_slow_registry();
    start((promlet_server_opts){.max_in_flight = 1});
    int first = http_connect(promlet_server_port(server));
    assert_true(http_ask(first, "GET", "/metrics"));
    sem_wait(&slow_begins);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 503);
    sem_post(&slow_may_end);
    assert_true(http_receive(first, true, &reply));
    http_reply_clear(&reply);
    sem_post(&slow_may_end);
    assert_true(served_value(PREFIX "rejected_total{reason=\"requests_in_flight\"}") == 1);
    close(first);
}

static void requests_choose_among_them(void **state)
{
    http_reply reply;
    (void)state;
    start((promlet_server_opts){0});
    assert_int_equal(http_request(promlet_server_port(server), "GET",
                                  "/metrics?name[]=" PREFIX "connections&name[]=own", &reply),
                     200);
    assert_string_equal(reply.body, "# HELP own The service's own.\n"
                                    "# TYPE own gauge\n"
                                    "own 0\n"
                                    "# HELP promlet_server_connections Clients connected to the "
                                    "metrics server.\n"
                                    "# TYPE promlet_server_connections gauge\n"
                                    "promlet_server_connections 1\n");
    http_reply_clear(&reply);
}

/* ---- Names ---- */

static void what_the_registry_has_under_such_a_name_is_left_out(void **state)
{
    http_reply reply;
    (void)state;
    promlet_gauge_new(registry, &(promlet_opts){.name = PREFIX "requests_total", .no_lint = true});
    promlet_histogram_new(registry, &(promlet_opts){.name = PREFIX "connections"});
    start((promlet_server_opts){0});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    assert_non_null(strstr(reply.body, "# TYPE " PREFIX "requests_total counter\n"));
    assert_non_null(strstr(reply.body, "# TYPE " PREFIX "connections gauge\n"));
    assert_null(strstr(reply.body, PREFIX "requests_total gauge"));
    assert_null(strstr(reply.body, PREFIX "connections_bucket"));
    assert_non_null(strstr(reply.body, "\nown 0\n"));
    http_reply_clear(&reply);
}

static int logged;

static void count_log(const char *sentence, void *ctx)
{
    (void)ctx;
    print_message("%s\n", sentence);
    logged++;
}

static void names_are_as_they_should_be(void **state)
{
    (void)state;
    logged = 0;
    promlet_set_log_callback(count_log, NULL);
    start((promlet_server_opts){0});
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(logged, 0);
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(a_first_answer_has_all_series),
        WITH_REGISTRY(the_registry_does_not_have_them),
        WITH_REGISTRY(hidden_they_are_not_served_and_nothing_is_dropped),
        WITH_REGISTRY(each_status_is_counted_once_it_was_answered),
        WITH_REGISTRY(size_and_number_are_those_of_earlier_answers),
        WITH_REGISTRY(clients_that_are_closed_are_counted),
        WITH_REGISTRY(clients_that_are_done_are_not),
        WITH_REGISTRY(clients_that_make_room_are_counted),
        WITH_REGISTRY(requests_beyond_the_limit_are_counted),
        WITH_REGISTRY(requests_choose_among_them),
        WITH_REGISTRY(what_the_registry_has_under_such_a_name_is_left_out),
        WITH_REGISTRY(names_are_as_they_should_be),
    };
    end_hang_after(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
