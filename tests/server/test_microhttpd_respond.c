/* SPDX-License-Identifier: Apache-2.0 */
/* Scrapes that a libmicrohttpd service answers in its own handler. */
#include "server/measured.h"
#include "support/hang.h"

#include <promlet/http.h>

#define TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

static void declare_some(const service *self)
{
    promlet_counter_add_u64(
        promlet_counter_new(self->registry, &(promlet_opts){.name = "a_total", .help = "A."}), 7);
    promlet_gauge_set(promlet_gauge_new(self->registry, &(promlet_opts){.name = "b", .help = "B."}),
                      8);
}

static void expect_header(const http_reply *reply, const char *name, const char *expected)
{
    char value[256];
    const char *found = http_header(reply, name, value);
    if (found == NULL || strcmp(found, expected) != 0) {
        fail_msg("%s: %s instead of %s", name, found != NULL ? found : "nothing", expected);
    }
}

static void scrape_shows_the_registry_and_not_itself(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    declare_some(&self);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(http_request(self.port, "GET", "/metrics", &reply), 200);
        assert_non_null(strstr(reply.body, "\na_total 7\n"));
        assert_non_null(strstr(reply.body, "\nb 8\n"));
        assert_non_null(strstr(reply.body, "\nhttp_requests_in_progress 0\n"));
        assert_null(strstr(reply.body, "{"));
        http_reply_clear(&reply);
    }
    stop_daemon(&self);
    expect_no_requests(&self);
    free_service(&self);
}

static void scrape_is_measured_when_asked(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    promlet_microhttpd_opts options = service_options(&self);
    options.with_scrapes = true;
    start_service_with(&self, &options, MHD_USE_AUTO_INTERNAL_THREAD, NULL);
    assert_int_equal(http_request(self.port, "GET", "/metrics", &reply), 200);
    assert_non_null(strstr(reply.body, "\nhttp_requests_in_progress 1\n"));
    double size = (double)reply.body_length;
    http_reply_clear(&reply);
    ask(&self, "POST", "/metrics", 405);
    stop_daemon(&self);
    assert_true(requests_of(&self, "GET", ROUTE_METRICS, "200") == 1);
    assert_true(requests_of(&self, "POST", ROUTE_METRICS, "405") == 1);
    assert_true(histogram_of(&self, "http_response_size_bytes", "_sum", "GET", ROUTE_METRICS) ==
                size);
    free_service(&self);
}

static void get_and_head_are_answered_and_others_refused(void **state)
{
    service self;
    http_reply reply;
    char get_length[256];
    char head_length[256];
    (void)state;
    start_service(&self);
    declare_some(&self);
    assert_int_equal(http_request(self.port, "GET", "/metrics", &reply), 200);
    expect_header(&reply, "Content-Type", TEXT_TYPE);
    expect_header(&reply, "Vary", "Accept, Accept-Encoding");
    expect_header(&reply, "Cache-Control", "no-store");
    assert_non_null(http_header(&reply, "Content-Length", get_length));
    http_reply_clear(&reply);
    assert_int_equal(http_request(self.port, "HEAD", "/metrics", &reply), 200);
    expect_header(&reply, "Content-Type", TEXT_TYPE);
    assert_non_null(http_header(&reply, "Content-Length", head_length));
    assert_string_equal(get_length, head_length);
    http_reply_clear(&reply);
    assert_int_equal(http_request(self.port, "DELETE", "/metrics", &reply), 405);
    expect_header(&reply, "Allow", "GET, HEAD");
    http_reply_clear(&reply);
    free_service(&self);
}

/* What the client asks for, and the metrics that it gets. */
static void query_chooses_families_whatever_their_escapes(void **state)
{
    static const struct {
        const char *target;
        int status;
        bool has_a;
        bool has_b;
    } cases[] = {
        {"/metrics?", 200, true, true},
        {"/metrics?other=a_total", 200, true, true},
        {"/metrics?name[]=a_total", 200, true, false},
        {"/metrics?name%5B%5D=%61_total", 200, true, false},
        {"/metrics?x&name[]=b&y=1&name[]=a_total", 200, true, true},
        {"/metrics?name[]=b&name[]", 200, false, true},
        {"/metrics?name[]=", 200, false, false},
        {"/metrics?name[]=a%26name[]=b", 200, false, false},
        {"/metrics?name[]=%25", 200, false, false},
        {"/metrics?name[]=a_total%00", 400, false, false},
    };
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    declare_some(&self);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int status = http_request(self.port, "GET", cases[i].target, &reply);
        if (status != cases[i].status ||
            (strstr(reply.body, "a_total 7\n") != NULL) != cases[i].has_a ||
            (strstr(reply.body, "b 8\n") != NULL) != cases[i].has_b) {
            fail_msg("%s: %d\n%s", cases[i].target, status, reply.body);
        }
        http_reply_clear(&reply);
    }
    free_service(&self);
}

static void lines_of_a_header_are_one_list(void **state)
{
    static const struct {
        const char *headers;
        const char *type;
    } cases[] = {
        {"", TEXT_TYPE},
        {"Accept:\r\n", TEXT_TYPE},
        {"ACCEPT: application/openmetrics-text;version=1.0.0\r\n", OPENMETRICS_TYPE},
        {"Accept: text/plain;q=0.1\r\naccept: application/openmetrics-text\r\n", OPENMETRICS_TYPE},
        {"Accept: text/plain\r\nAccepted: application/openmetrics-text\r\n", TEXT_TYPE},
    };
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(http_request_with(self.port, "GET", "/metrics", cases[i].headers, &reply),
                         200);
        expect_header(&reply, "Content-Type", cases[i].type);
        http_reply_clear(&reply);
    }
    free_service(&self);
}

/* A document of several pieces. */
static void declare_many(const service *self)
{
    promlet_gauge_family *family = promlet_gauge_family_new(
        self->registry, &(promlet_opts){.name = "many", .labels = {"n"}, .max_series = 20000});
    for (int i = 0; i < 20000; i++) {
        char number[32];
        (void)snprintf(number, sizeof number, "%d", i);
        promlet_gauge_set_by(family, i, number);
    }
}

static void document_of_several_pieces_is_whole(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    declare_many(&self);
    char *expected = promlet_registry_get_metrics(self.registry);
    size_t length = strlen(expected) - strlen("# EOF\n");
    int fd = http_connect(self.port);
    for (int i = 0; i < 2; i++) {
        assert_true(http_ask(fd, "GET", "/metrics"));
        assert_true(http_receive(fd, true, &reply));
        assert_true(reply.body_length > (size_t)256 * 1024);
        assert_int_equal(reply.body_length, length);
        assert_memory_equal(reply.body, expected, length);
        http_reply_clear(&reply);
    }
    close(fd);
    promlet_free(expected);
    free_service(&self);
}

/* Compressed, where promlet was built so. */
static void answer_is_that_of_promlet_respond(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    declare_many(&self);
    promlet_http_response *expected = promlet_respond(
        self.registry, &(promlet_http_request){.query = "name[]=many",
                                               .accept = "application/openmetrics-text, */*;q=0.1",
                                               .accept_encoding = "identity;q=0.5, gzip"});
    assert_int_equal(http_request_with(self.port, "GET", "/metrics?name[]=many",
                                       "Accept: application/openmetrics-text, */*;q=0.1\r\n"
                                       "Accept-Encoding: identity;q=0.5\r\n"
                                       "Accept-Encoding: gzip\r\n",
                                       &reply),
                     expected->status);
    for (size_t i = 0; i < expected->header_count; i++) {
        expect_header(&reply, expected->headers[i].name, expected->headers[i].value);
    }
    assert_int_equal(reply.body_length, expected->size);
    size_t at = 0;
    for (size_t i = 0; i < expected->piece_count; i++) {
        assert_memory_equal(reply.body + at, expected->pieces[i].data, expected->pieces[i].size);
        at += expected->pieces[i].size;
    }
    promlet_http_response_release(expected);
    http_reply_clear(&reply);
    free_service(&self);
}

static void client_that_breaks_off_leaves_nothing(void **state)
{
    service self;
    char some[100];
    (void)state;
    start_service(&self);
    declare_many(&self);
    int fd = http_connect_with("127.0.0.1", self.port, 4096);
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_read(fd, some, sizeof some) > 0);
    close(fd);
    free_service(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrape_shows_the_registry_and_not_itself),
        cmocka_unit_test(scrape_is_measured_when_asked),
        cmocka_unit_test(get_and_head_are_answered_and_others_refused),
        cmocka_unit_test(query_chooses_families_whatever_their_escapes),
        cmocka_unit_test(lines_of_a_header_are_one_list),
        cmocka_unit_test(document_of_several_pieces_is_whole),
        cmocka_unit_test(answer_is_that_of_promlet_respond),
        cmocka_unit_test(client_that_breaks_off_leaves_nothing),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
