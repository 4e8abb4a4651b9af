/* SPDX-License-Identifier: Apache-2.0 */
/* Which document the server sends for which Accept header. The rules themselves are tested where
   they are, in unit/test_negotiation*.c. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define OM "application/openmetrics-text"

#define TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define OM_TYPE OM "; version=1.0.0; charset=utf-8"

static promlet_registry *registry;
static promlet_server *server;

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    assert_non_null(registry);
    promlet_counter_add(
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "A \"job\"."}),
        3.5);
    promlet_histogram_observe(
        promlet_histogram_new(registry, &(promlet_opts){.name = "wait_seconds", .help = "Wait."}),
        0.3);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "level"}), 7);
    server = start_any(registry);
    assert_non_null(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}

static void expect_header(const http_reply *reply, const char *name, const char *expected)
{
    char value[256] = "(none)";
    (void)http_header(reply, name, value);
    if (strcmp(value, expected) != 0) {
        fail_msg("%s: %s instead of %s", name, value, expected);
    }
}

/* ---- formats --------------------------------------------------------------------------------- */

/* Headers for each document that there is. */
static const struct negotiated {
    const char *headers;
    promlet_encoding encoding;
    const char *content_type;
} forms[] = {
    {"", {.format = PROMLET_FORMAT_TEXT_0_0_4}, TEXT_TYPE},
    {"Accept: */*\r\n", {.format = PROMLET_FORMAT_TEXT_0_0_4}, TEXT_TYPE},
    {"Accept: text/plain;version=1.0.0\r\n",
     {.format = PROMLET_FORMAT_TEXT_1_0_0},
     "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"},
    {"Accept: text/plain;version=1.0.0;escaping=allow-utf-8\r\n",
     {.format = PROMLET_FORMAT_TEXT_1_0_0, .escaping = PROMLET_ESCAPING_ALLOW_UTF8},
     "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"},
    {"Accept: " OM "\r\n", {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0}, OM_TYPE},
    {"Accept: " OM ";version=1.0.0;escaping=values\r\n",
     {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0, .escaping = PROMLET_ESCAPING_VALUES},
     OM_TYPE "; escaping=values"},
    {"Accept: " OM ";version=2.0.0\r\n",
     {.format = PROMLET_FORMAT_OPENMETRICS_2_0_0},
     OM "; version=2.0.0; charset=utf-8"},
    {"Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
     "encoding=delimited\r\n",
     {.format = PROMLET_FORMAT_PROTOBUF},
     "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
     "encoding=delimited"},
};

/* The reply to the headers is what the library itself writes of a snapshot. */
static void expect_document(const struct negotiated *form, const char *target,
                            const promlet_snapshot *snapshot)
{
    http_reply reply;
    size_t length = 0;
    assert_int_equal(
        http_request_with(promlet_server_port(server), "GET", target, form->headers, &reply), 200);
    expect_header(&reply, "Content-Type", form->content_type);
    expect_header(&reply, "Vary", "Accept, Accept-Encoding");
    expect_header(&reply, "Content-Encoding", "(none)");
    char *expected = promlet_snapshot_string_as(snapshot, &form->encoding, &length);
    assert_non_null(expected);
    assert_int_equal(reply.body_length, length);
    assert_memory_equal(reply.body, expected, length);
    promlet_free(expected);
    http_reply_clear(&reply);
}

static void each_form_is_what_the_library_writes(void **state)
{
    (void)state;
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        expect_document(&forms[i], "/metrics", snapshot);
    }
    promlet_snapshot_release(snapshot);
}

static void names_in_the_query_choose_families_of_each_form(void **state)
{
    const char *names[] = {"wait_seconds_bucket", "level"};
    (void)state;
    promlet_snapshot *snapshot =
        promlet_snapshot_take_filtered(registry, &(promlet_filter){names, 2, NULL, 0, NULL, 0});
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        expect_document(&forms[i], "/metrics?name[]=wait_seconds_bucket&name[]=level", snapshot);
    }
    promlet_snapshot_release(snapshot);
}

static void head_has_the_headers_of_each_form(void **state)
{
    static const char *const names[] = {"Content-Type", "Content-Length", "Vary", "Cache-Control"};
    (void)state;
    int fd = http_connect(promlet_server_port(server));
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        http_reply head;
        http_reply get;
        assert_true(http_ask_with(fd, "HEAD", "/metrics", forms[i].headers));
        assert_true(http_receive(fd, false, &head));
        assert_true(http_ask_with(fd, "GET", "/metrics", forms[i].headers));
        assert_true(http_receive(fd, true, &get));
        assert_int_equal(head.status, 200);
        for (size_t n = 0; n < COUNT_OF(names); n++) {
            char value[256];
            assert_non_null(http_header(&get, names[n], value));
            expect_header(&head, names[n], value);
        }
        http_reply_clear(&head);
        http_reply_clear(&get);
    }
    close(fd);
}

/* ---- headers --------------------------------------------------------------------------------- */

static void expect_type(promlet_server *asked, const char *headers, const char *content_type)
{
    http_reply reply;
    assert_int_equal(
        http_request_with(promlet_server_port(asked), "GET", "/metrics", headers, &reply), 200);
    expect_header(&reply, "Content-Type", content_type);
    http_reply_clear(&reply);
}

static void lines_of_one_header_are_joined(void **state)
{
    (void)state;
    expect_type(server, "Accept: text/html\r\nAccept: " OM ";q=0.5\r\n", OM_TYPE);
    expect_type(server, "Accept: " OM ";q=0.5\r\nX: y\r\nAccept: text/plain;q=0.4\r\n", OM_TYPE);
    expect_type(server, "Accept: " OM ";q=0.5\r\nAccept: text/plain;q=0.6\r\n", TEXT_TYPE);
    expect_type(server, "Accept: text/html;x=\"\r\nAccept: " OM "\r\n", TEXT_TYPE);
}

static void names_of_headers_have_any_case(void **state)
{
    (void)state;
    expect_type(server, "aCCepT: " OM "\r\n", OM_TYPE);
    expect_type(server, "ACCEPT:" OM "\r\n", OM_TYPE);
    expect_type(server, "Accept-Charset: " OM "\r\n", TEXT_TYPE);
    expect_type(server, "Accep: " OM "\r\n", TEXT_TYPE);
    expect_type(server, "Accept:\r\n", TEXT_TYPE);
}

/* Nothing is read behind the limit, wherever the lines end. */
static void headers_beyond_the_limit_are_cut(void **state)
{
    static char headers[40000];
    (void)state;
    for (int size = PROMLET_MAX_ACCEPT_BYTES - 60; size < PROMLET_MAX_ACCEPT_BYTES + 20; size++) {
        (void)snprintf(headers, sizeof headers, "Accept: %0*d\r\nAccept: " OM ";q=0.5\r\n", size,
                       0);
        bool is_read = size + (int)strlen(", " OM ";q=0.5") <= PROMLET_MAX_ACCEPT_BYTES;
        expect_type(server, headers, is_read ? OM_TYPE : TEXT_TYPE);
    }
    (void)snprintf(headers, sizeof headers, "Accept: " OM ", %030000d\r\n", 0);
    expect_type(server, headers, OM_TYPE);
}

static void other_answers_do_not_vary(void **state)
{
    (void)state;
    http_reply reply;
    assert_int_equal(http_request_with(promlet_server_port(server), "GET", "/other",
                                       "Accept: " OM "\r\n", &reply),
                     404);
    expect_header(&reply, "Content-Type", "text/plain; charset=utf-8");
    expect_header(&reply, "Vary", "(none)");
    http_reply_clear(&reply);
}

/* ---- options --------------------------------------------------------------------------------- */

static void server_held_to_some_formats_sends_no_other(void **state)
{
    (void)state;
    promlet_server_opts options = {.registry = registry};
    promlet_server *held = NULL;
    options.formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4);
    assert_int_equal(promlet_server_start(&options, &held), PROMLET_OK);
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        expect_type(held, forms[i].headers, TEXT_TYPE);
    }
    promlet_server_stop(held);

    options.formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_OPENMETRICS_1_0_0);
    assert_int_equal(promlet_server_start(&options, &held), PROMLET_OK);
    expect_type(held, "Accept: " OM "\r\n", OM_TYPE);
    expect_type(held, "Accept: " OM ";version=2.0.0\r\n", TEXT_TYPE);
    expect_type(held, "", TEXT_TYPE);
    promlet_server_stop(held);
}

static void server_with_created_shows_since_when(void **state)
{
    (void)state;
    promlet_server_opts options = {
        .registry = registry, .with_created = true, .hide_server_metrics = true};
    promlet_server *created = NULL;
    assert_int_equal(promlet_server_start(&options, &created), PROMLET_OK);
    promlet_server *usual = server;
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    server = created;
    expect_document(
        &(struct negotiated){"Accept: " OM "\r\n",
                             {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0, .with_created = true},
                             OM_TYPE},
        "/metrics", snapshot);
    server = usual;
    promlet_snapshot_release(snapshot);
    promlet_server_stop(created);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_what_the_library_writes),
        cmocka_unit_test(names_in_the_query_choose_families_of_each_form),
        cmocka_unit_test(head_has_the_headers_of_each_form),
        cmocka_unit_test(lines_of_one_header_are_joined),
        cmocka_unit_test(names_of_headers_have_any_case),
        cmocka_unit_test(headers_beyond_the_limit_are_cut),
        cmocka_unit_test(other_answers_do_not_vary),
        cmocka_unit_test(server_held_to_some_formats_sends_no_other),
        cmocka_unit_test(server_with_created_shows_since_when),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
