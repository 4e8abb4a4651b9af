/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded of the requests to a libmicrohttpd service, over real sockets. */
#include "server/measured.h"
#include "support/hang.h"
#include "support/heard_log.h"

#include <promlet/testing.h>

/* ---- answers --------------------------------------------------------------------------------- */

/* Time stands still, so that durations are exact. */
static void whole_document_is_as_expected(void **state)
{
    service self;
    (void)state;
    assert_int_equal(promlet_testing_set_time(1000), PROMLET_OK);
    const double bound = 0.1;
    promlet_microhttpd_opts options = service_options(&self);
    options.duration_bounds = &bound;
    options.duration_bound_count = 1;
    start_service_with(&self, &options, MHD_USE_AUTO_INTERNAL_THREAD, NULL);
    ask(&self, "GET", "/text/a", 200);
    ask(&self, "GET", "/text/b?with=query", 200);
    stop_daemon(&self);
    promlet_testing_use_real_time();
    expect_metrics(
        self.registry, "microhttpd", NULL,
        "# HELP http_request_duration_seconds Time from the headers of an HTTP request to the end "
        "of its answer.\n"
        "# TYPE http_request_duration_seconds histogram\n"
        "http_request_duration_seconds_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"0.1\"} "
        "2\n"
        "http_request_duration_seconds_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"+Inf\"} "
        "2\n"
        "http_request_duration_seconds_sum{method=\"GET\",handler=\"/text/{name}\"} 0\n"
        "http_request_duration_seconds_count{method=\"GET\",handler=\"/text/{name}\"} 2\n"
        "# HELP http_request_size_bytes Size of the body of an HTTP request.\n"
        "# TYPE http_request_size_bytes histogram\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"100.0\"} 2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1000.0\"} 2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"10000.0\"} 2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"100000.0\"} "
        "2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1e+06\"} "
        "2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1e+07\"} 2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1e+08\"} 2\n"
        "http_request_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"+Inf\"} 2\n"
        "http_request_size_bytes_sum{method=\"GET\",handler=\"/text/{name}\"} 0\n"
        "http_request_size_bytes_count{method=\"GET\",handler=\"/text/{name}\"} 2\n"
        "# HELP http_requests_in_progress HTTP requests that are being answered.\n"
        "# TYPE http_requests_in_progress gauge\n"
        "http_requests_in_progress 0\n"
        "# HELP http_requests_total HTTP requests that ended, by the status of the answer.\n"
        "# TYPE http_requests_total counter\n"
        "http_requests_total{method=\"GET\",handler=\"/text/{name}\",code=\"200\"} 2\n"
        "# HELP http_response_size_bytes Size of the body of the answer to an HTTP request.\n"
        "# TYPE http_response_size_bytes histogram\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"100.0\"} 2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1000.0\"} 2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"10000.0\"} "
        "2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"100000.0\"} "
        "2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1e+06\"} "
        "2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1e+07\"} 2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"1e+08\"} 2\n"
        "http_response_size_bytes_bucket{method=\"GET\",handler=\"/text/{name}\",le=\"+Inf\"} 2\n"
        "http_response_size_bytes_sum{method=\"GET\",handler=\"/text/{name}\"} 10\n"
        "http_response_size_bytes_count{method=\"GET\",handler=\"/text/{name}\"} 2\n"
        "# EOF\n");
    free_service(&self);
}

static void methods_are_shown_and_unknown_ones_folded(void **state)
{
    static const char *const known[] = {"GET",    "HEAD",    "POST",  "PUT",
                                        "DELETE", "OPTIONS", "TRACE", "PATCH"};
    static const char *const unknown[] = {"BREW", "get", "GETTING", "PROPFIND"};
    service self;
    (void)state;
    start_service(&self);
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        ask(&self, known[i], "/text/a", 200);
    }
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        ask(&self, unknown[i], "/text/a", 200);
    }
    stop_daemon(&self);
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        assert_true(requests_of(&self, known[i], ROUTE_TEXT, "200") == 1);
    }
    assert_true(requests_of(&self, "other", ROUTE_TEXT, "200") == COUNT_OF(unknown));
    free_service(&self);
}

static void routes_that_the_service_names_are_taken_and_others_folded(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    ask(&self, "GET", "/by-hand", 202);
    ask(&self, "GET", "/text", 202);
    ask(&self, "GET", "/text/", 200);
    ask(&self, "GET", "/text/a/b", 200);
    ask(&self, "GET", "/by%20hand", 404);
    stop_daemon(&self);
    assert_true(requests_of(&self, "GET", ROUTE_BY_HAND, "202") == 1);
    assert_true(requests_of(&self, "GET", "other", "202") == 1);
    assert_true(requests_of(&self, "GET", "other", "200") == 2);
    assert_true(requests_of(&self, "GET", "other", "404") == 1);
    free_service(&self);
}

static void request_that_is_left_out_is_nowhere(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    ask(&self, "GET", "/left-out", 200);
    ask(&self, "GET", "/left-out", 200);
    stop_daemon(&self);
    expect_no_requests(&self);
    free_service(&self);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void sizes_are_those_of_bodies(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    int fd = http_connect(self.port);
    assert_true(http_send(fd, "POST /upload HTTP/1.1\r\nHost: localhost\r\n"
                              "Content-Length: 12\r\n\r\n123456789012"));
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 201);
    http_reply_clear(&reply);
    assert_true(http_send(fd,
                          "POST /upload HTTP/1.1\r\nHost: localhost\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n3\r\n567\r\n0\r\n\r\n"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    close(fd);
    ask(&self, "GET", "/text/a", 200);
    ask(&self, "HEAD", "/text/a", 200);
    ask(&self, "GET", "/by-hand", 202);
    stop_daemon(&self);
    assert_true(histogram_of(&self, "http_request_size_bytes", "_sum", "POST", "/upload") == 19);
    assert_true(histogram_of(&self, "http_request_size_bytes", "_count", "POST", "/upload") == 2);
    assert_true(histogram_of(&self, "http_request_size_bytes", "_count", "GET", ROUTE_TEXT) == 1);
    assert_true(histogram_of(&self, "http_response_size_bytes", "_sum", "GET", ROUTE_TEXT) == 5);
    assert_true(histogram_of(&self, "http_response_size_bytes", "_sum", "HEAD", ROUTE_TEXT) == 0);
    assert_true(histogram_of(&self, "http_response_size_bytes", "_count", "HEAD", ROUTE_TEXT) == 1);
    assert_true(histogram_of(&self, "http_response_size_bytes", "_count", "GET", ROUTE_BY_HAND) ==
                0);
    free_service(&self);
}

/* ---- requests without an answer -------------------------------------------------------------- */

static void handler_that_gives_up_counts_as_failed(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    ask(&self, "GET", "/fail", 0);
    stop_daemon(&self);
    assert_true(requests_of(&self, "GET", ROUTE_FAIL, "failed") == 1);
    assert_true(histogram_of(&self, "http_request_duration_seconds", "_count", "GET", ROUTE_FAIL) ==
                1);
    free_service(&self);
}

/* Sends the beginning of an upload, whose end never comes. */
static int begin_upload(const service *self)
{
    int fd = http_connect(self->port);
    assert_true(http_send(fd, "PUT /upload HTTP/1.1\r\nHost: localhost\r\n"
                              "Content-Length: 100\r\n\r\n1234567"));
    for (int i = 0; i < HTTP_WAIT_MS && in_progress_of(self) != 1; i++) {
        (void)poll(NULL, 0, 1);
    }
    assert_true(in_progress_of(self) == 1);
    return fd;
}

static void client_that_goes_away_counts_as_aborted(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    close(begin_upload(&self));
    wait_for_rest(&self);
    assert_true(requests_of(&self, "PUT", ROUTE_UPLOAD, "aborted") == 1);
    free_service(&self);
}

static void client_that_is_too_slow_counts_as_aborted(void **state)
{
    service self;
    static const struct MHD_OptionItem options[] = {{MHD_OPTION_CONNECTION_TIMEOUT, 1, NULL},
                                                    {MHD_OPTION_END, 0, NULL}};
    (void)state;
    start_service_with(&self, NULL, MHD_USE_AUTO_INTERNAL_THREAD, options);
    int fd = begin_upload(&self);
    wait_for_rest(&self);
    close(fd);
    assert_true(requests_of(&self, "PUT", ROUTE_UPLOAD, "aborted") == 1);
    free_service(&self);
}

static void stop_of_the_daemon_counts_as_aborted(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    int fd = begin_upload(&self);
    stop_daemon(&self);
    close(fd);
    assert_true(requests_of(&self, "PUT", ROUTE_UPLOAD, "aborted") == 1);
    assert_true(in_progress_of(&self) == 0);
    free_service(&self);
}

/* The status was sent, so that is what counts. */
static void answer_that_is_broken_off_counts_with_its_status(void **state)
{
    service self;
    char some[1000];
    (void)state;
    start_service(&self);
    int fd = http_connect_with("127.0.0.1", self.port, 4096);
    assert_true(http_ask(fd, "GET", "/big"));
    assert_true(http_read(fd, some, sizeof some) > 0);
    assert_true(in_progress_of(&self) == 1);
    close(fd);
    wait_for_rest(&self);
    assert_true(requests_of(&self, "GET", ROUTE_BIG, "200") == 1);
    free_service(&self);
}

/* What libmicrohttpd refuses by itself reaches no handler. */
static void request_that_is_no_http_is_not_counted(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    int fd = http_connect(self.port);
    assert_true(http_send(fd, "GET /text/a HTTP/1.1\r\nno header\r\n\r\n"));
    (void)http_receive(fd, true, &reply);
    http_reply_clear(&reply);
    close(fd);
    stop_daemon(&self);
    expect_no_requests(&self);
    free_service(&self);
}

/* A connection that becomes something else may stay for hours. */
static void upgraded_connection_counts_without_a_duration(void **state)
{
    service self;
    char reply[1000];
    (void)state;
    start_service_with(&self, NULL, MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_UPGRADE, NULL);
    int fd = http_connect(self.port);
    assert_true(http_ask_with(fd, "GET", "/switch", "Connection: Upgrade\r\nUpgrade: test\r\n"));
    assert_true(http_read(fd, reply, sizeof reply) > 0);
    assert_memory_equal(reply, "HTTP/1.1 101", 12);
    close(fd);
    stop_daemon(&self);
    assert_true(requests_of(&self, "GET", "other", "101") == 1);
    assert_true(histogram_of(&self, "http_request_duration_seconds", "_count", "GET", "other") ==
                0);
    assert_true(in_progress_of(&self) == 0);
    free_service(&self);
}

#define ROUTES 50

/* Routes of a service that has more of them than the one before, or fewer. */
static promlet_microhttpd *measure_with_routes(promlet_registry *registry, size_t count)
{
    static char texts[ROUTES][16];
    const char *routes[ROUTES];
    service unused;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "/route/%zu", i);
        routes[i] = texts[i];
    }
    promlet_microhttpd_opts options = service_options(&unused);
    options.routes = routes;
    options.route_count = count;
    return promlet_microhttpd_new(registry, &options);
}

/* Each has room for all that it can be asked for, whichever was first. */
static void services_of_one_registry_are_told_of_nothing_and_have_room(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_microhttpd *services[] = {measure_with_routes(registry, 1),
                                      measure_with_routes(registry, ROUTES),
                                      measure_with_routes(registry, ROUTES - 1)};
    stop_to_hear();
    assert_string_equal(heard.last, "");
    promlet_counter_family *requests = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "http_requests_total", .labels = {"method", "handler", "code"}});
    for (size_t i = 0; i < (ROUTES + 1) * (size_t)100; i++) {
        char handler[32];
        (void)snprintf(handler, sizeof handler, "/route/%zu", i);
        promlet_counter_inc_by(requests, "GET", handler, "200");
    }
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "http_requests_total{otel_metric_overflow"));
    promlet_free(text);
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        promlet_microhttpd_free(services[i]);
    }
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_document_is_as_expected),
        cmocka_unit_test(methods_are_shown_and_unknown_ones_folded),
        cmocka_unit_test(routes_that_the_service_names_are_taken_and_others_folded),
        cmocka_unit_test(request_that_is_left_out_is_nowhere),
        cmocka_unit_test(sizes_are_those_of_bodies),
        cmocka_unit_test(handler_that_gives_up_counts_as_failed),
        cmocka_unit_test(client_that_goes_away_counts_as_aborted),
        cmocka_unit_test(client_that_is_too_slow_counts_as_aborted),
        cmocka_unit_test(stop_of_the_daemon_counts_as_aborted),
        cmocka_unit_test(answer_that_is_broken_off_counts_with_its_status),
        cmocka_unit_test(request_that_is_no_http_is_not_counted),
        cmocka_unit_test(upgraded_connection_counts_without_a_duration),
        cmocka_unit_test(services_of_one_registry_are_told_of_nothing_and_have_room),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
