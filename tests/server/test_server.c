/* SPDX-License-Identifier: Apache-2.0 */
/* What the server answers to requests. */
#include <promlet/http.h>
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char expected_text[] = "# HELP jobs_total Jobs done.\n"
                                    "# TYPE jobs_total counter\n"
                                    "jobs_total 3\n";

/* A registry with one counter at 3, served on a free port. */
struct fixture {
    promlet_registry *registry;
    promlet_server *server;
    int port;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->registry = promlet_registry_new();
    assert_non_null(fixture->registry);
    promlet_counter_add_u64(
        promlet_counter_new(fixture->registry,
                            &(promlet_opts){.name = "jobs_total", .help = "Jobs done."}),
        3);
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.registry = fixture->registry,
                                                                 .hide_server_metrics = true},
                                          &fixture->server),
                     PROMLET_OK);
    fixture->port = promlet_server_port(fixture->server);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    promlet_server_stop(fixture->server);
    promlet_registry_free(fixture->registry);
    free(fixture);
    return 0;
}

static int port_of(void **state)
{
    const struct fixture *fixture = *state;
    return fixture->port;
}

static void assert_header(const http_reply *reply, const char *name, const char *expected)
{
    char value[256] = "";
    assert_non_null(http_header(reply, name, value));
    assert_string_equal(value, expected);
}

static void get_metrics_is_the_text_of_a_snapshot(void **state)
{
    struct fixture *fixture = *state;
    http_reply reply;
    assert_int_equal(http_request(fixture->port, "GET", "/metrics", &reply), 200);
    assert_string_equal(reply.body, expected_text);

    size_t length = 0;
    promlet_snapshot *snapshot = promlet_snapshot_take(fixture->registry);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, &length);
    assert_int_equal(reply.body_length, length);
    assert_string_equal(reply.body, text);

    promlet_free(text);
    promlet_snapshot_release(snapshot);
    http_reply_clear(&reply);
}

static void test_fault_F13_get_metrics_has_exact_headers(void **state)
{
    http_reply reply;
    assert_int_equal(http_request(port_of(state), "GET", "/metrics", &reply), 200);
    assert_header(&reply, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    assert_header(&reply, "Cache-Control", "no-store");
    assert_header(&reply, "X-Content-Type-Options", "nosniff");
    char value[256];
    assert_null(http_header(&reply, "Server", value));
    http_reply_clear(&reply);
}

static void head_metrics_has_the_headers_and_no_body(void **state)
{
    http_reply reply;
    char length[32];
    snprintf(length, sizeof length, "%zu", strlen(expected_text));

    int fd = http_connect(port_of(state));
    assert_true(http_ask(fd, "HEAD", "/metrics"));
    assert_true(http_receive(fd, false, &reply));
    assert_int_equal(reply.status, 200);
    assert_header(&reply, "Content-Length", length);
    assert_header(&reply, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    http_reply_clear(&reply);

    /* Whatever came behind the head would be read as the beginning of the next reply. */
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    assert_string_equal(reply.body, expected_text);
    http_reply_clear(&reply);
    close(fd);
}

static void test_defect_23_get_query_is_ignored(void **state)
{
    assert_int_equal(http_get_status(port_of(state), "/metrics?name[]=jobs&x=%00"), 200);
    assert_int_equal(http_get_status(port_of(state), "/metrics?"), 200);
}

static void get_other_paths_are_not_found(void **state)
{
    static const char *const targets[] = {
        "//",          "/metric",       "/metricss",           "/metrics/",
        "/Metrics",    "//metrics",     "/metrics%00",         "/metrics%00x",
        "/%00metrics", "/metrics%20",   "/metrics%3Fa",        "/metrics#a",
        "/metric%73",  "/x/../metrics", "http://host/metrics", "*",
    };
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        int status = http_get_status(port_of(state), targets[i]);
        if (status != 404) {
            fail_msg("GET %s: %d", targets[i], status);
        }
    }
}

static void other_methods_are_not_allowed(void **state)
{
    static const char *const methods[] = {"DELETE", "OPTIONS", "PUT", "TRACE", "get", "GETS"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        http_reply reply;
        int status = http_request(port_of(state), methods[i], "/metrics", &reply);
        if (status != 405) {
            fail_msg("%s /metrics: %d", methods[i], status);
        }
        assert_header(&reply, "Allow", "GET, HEAD");
        http_reply_clear(&reply);
    }
}

static void other_method_on_another_path_is_not_found(void **state)
{
    http_reply reply;
    assert_int_equal(http_request(port_of(state), "DELETE", "/jobs", &reply), 404);
    http_reply_clear(&reply);
}

static void keep_alive_serves_many_requests_on_one_connection(void **state)
{
    int fd = http_connect(port_of(state));
    for (int i = 0; i < 3; i++) {
        http_reply reply;
        assert_true(http_ask(fd, i == 1 ? "HEAD" : "GET", "/metrics"));
        assert_true(http_receive(fd, i != 1, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
    }
    close(fd);
}

static void pipelined_requests_are_all_answered(void **state)
{
    int fd = http_connect(port_of(state));
    for (int i = 0; i < 20; i++) {
        assert_true(http_ask(fd, "GET", "/metrics"));
    }
    for (int i = 0; i < 20; i++) {
        http_reply reply;
        assert_true(http_receive(fd, true, &reply));
        assert_string_equal(reply.body, expected_text);
        http_reply_clear(&reply);
    }
    close(fd);
}

/* Send a request, and expect an answer with status and then the end of the connection. */
static void assert_answer_and_close(int port, const char *request, int status)
{
    http_reply reply;
    int fd = http_connect(port);
    assert_true(http_send(fd, request));
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, status);
    assert_true(http_is_closed(fd));
    http_reply_clear(&reply);
    close(fd);
}

static void request_body_is_not_read_and_the_connection_closes(void **state)
{
    assert_answer_and_close(
        port_of(state), "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc",
        405);
    assert_answer_and_close(
        port_of(state), "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 200);
    assert_answer_and_close(
        port_of(state),
        "PUT /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", 404);
}

static void request_announcing_an_empty_body_keeps_the_connection(void **state)
{
    int fd = http_connect(port_of(state));
    for (int i = 0; i < 2; i++) {
        http_reply reply;
        assert_true(http_send(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
    }
    close(fd);
}

static void malformed_requests_leave_the_server_alive(void **state)
{
    static const struct {
        const char *text;
        int status; /* 0: no answer is due. */
    } requests[] = {
        {"\r\n\r\n\r\n", 0},
        {"GET\r\n\r\n", 0},
        {"\x16\x03\x01\x02\x00\x01", 0},
        {"GET /metrics\r\n\r\n", 400},
        {"GET /metrics HTTP/1.1\r\n\r\n", 400},
        {"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
        {"GET /metrics HTTP/9.9\r\n\r\n", 505},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        http_reply reply = {0};
        int fd = http_connect(port_of(state));
        assert_true(http_send(fd, requests[i].text));
        if (requests[i].status != 0) {
            assert_true(http_receive(fd, true, &reply));
            assert_int_equal(reply.status, requests[i].status);
        }
        http_reply_clear(&reply);
        close(fd);
        assert_int_equal(http_get_status(port_of(state), "/metrics"), 200);
    }
}

static void request_headers_beyond_the_limit_are_refused(void **state)
{
    http_reply reply;
    char *padding = malloc(210000);
    assert_non_null(padding);
    memset(padding, 'a', 209999);
    padding[209999] = '\0';
    int fd = http_connect(port_of(state));
    assert_true(http_send(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\nX: "));
    (void)http_send(fd, padding);
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 431);
    http_reply_clear(&reply);
    close(fd);
    free(padding);
    assert_int_equal(http_get_status(port_of(state), "/metrics"), 200);
}

/* 300 series of nearly a piece each. */
static promlet_registry *new_registry_of_many_pieces(void)
{
    static char value[110001];
    promlet_registry *registry = promlet_registry_new();
    (void)promlet_registry_configure(
        registry, &(promlet_registry_opts){.max_label_value_bytes = sizeof value - 1});
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "big_total", .labels = {"x"}});
    memset(value, 'v', sizeof value - 1);
    for (int i = 0; i < 300; i++) {
        value[0] = (char)('a' + i % 20);
        value[1] = (char)('a' + i / 20);
        promlet_counter_inc(promlet_counter_with(family, value));
    }
    return registry;
}

/* libmicrohttpd lists them in the little memory of a connection. */
static void document_of_many_pieces_is_whole(void **state)
{
    http_reply reply;
    promlet_registry *registry = new_registry_of_many_pieces();
    promlet_server *server = start_any(registry);
    (void)state;
    size_t length = 0;
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, &length);
    assert_true(length > (size_t)30 << 20);
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    assert_int_equal(reply.body_length, length);
    assert_memory_equal(reply.body, text, length);
    http_reply_clear(&reply);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(get_metrics_is_the_text_of_a_snapshot),
        WITH_SERVER(test_fault_F13_get_metrics_has_exact_headers),
        WITH_SERVER(head_metrics_has_the_headers_and_no_body),
        WITH_SERVER(test_defect_23_get_query_is_ignored),
        WITH_SERVER(get_other_paths_are_not_found),
        WITH_SERVER(other_methods_are_not_allowed),
        WITH_SERVER(other_method_on_another_path_is_not_found),
        WITH_SERVER(keep_alive_serves_many_requests_on_one_connection),
        WITH_SERVER(pipelined_requests_are_all_answered),
        WITH_SERVER(request_body_is_not_read_and_the_connection_closes),
        WITH_SERVER(request_announcing_an_empty_body_keeps_the_connection),
        WITH_SERVER(malformed_requests_leave_the_server_alive),
        WITH_SERVER(request_headers_beyond_the_limit_are_refused),
        cmocka_unit_test(document_of_many_pieces_is_whole),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
