/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests the server takes: those that everybody reads alike. */
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

#define HOST "Host: x\r\n"
#define GET "GET /metrics HTTP/1.1\r\n" HOST

/* Closed without an answer. */
#define NO_ANSWER 0

/* Bytes, and what is answered. */
struct request {
    const char *bytes;
    size_t size;
    int status;
};

#define REQUEST(bytes, status)                                                                     \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, status                                                           \
    }

static promlet_registry *registry;
static promlet_server *server;
static int port;

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    server = start_any(registry);
    port = promlet_server_port(server);
    return server != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}

/* Send a request; the index is for who reads a failure. Returns the connection. */
static int send_request(const struct request *request, size_t index)
{
    http_reply reply;
    int fd = http_connect(port);
    assert_true(fd >= 0);
    assert_true(http_send_bytes(fd, request->bytes, request->size));
    (void)http_receive(fd, strncmp(request->bytes, "HEAD", 4) != 0, &reply);
    if (reply.status != request->status) {
        fail_msg("request %zu: %d instead of %d\n%s", index, reply.status, request->status,
                 request->bytes);
    }
    http_reply_clear(&reply);
    return fd;
}

static void assert_all_close(const struct request *requests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int fd = send_request(&requests[i], i);
        if (!http_is_closed(fd)) {
            fail_msg("request %zu: the connection is open\n%s", i, requests[i].bytes);
        }
        close(fd);
    }
    assert_int_equal(http_get_status(port, "/metrics"), 200);
}

/* Each is followed by a whole request, which is answered on the same connection. */
static void assert_all_stay_open(const struct request *requests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        http_reply reply;
        int fd = send_request(&requests[i], i);
        assert_true(http_ask(fd, "GET", "/metrics"));
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
        close(fd);
    }
}

static void sound_requests_are_answered_and_the_connection_stays(void **state)
{
    static const struct request requests[] = {
        REQUEST(GET "\r\n", 200),
        REQUEST("HEAD /metrics HTTP/1.1\r\n" HOST "\r\n", 200),
        REQUEST("\r\n" GET "\r\n", 200),
        REQUEST("GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200),
        REQUEST("GET /metrics?x=\xc3\xa4&y HTTP/1.1\r\n" HOST "\r\n", 200),
        REQUEST("GET /metrics? HTTP/1.1\r\n" HOST "\r\n", 200),
        REQUEST("GET /metrics?a?b HTTP/1.1\r\n" HOST "\r\n", 200),
        REQUEST("GET /metrics HTTP/1.1\r\nhost:\r\n\r\n", 200),
        REQUEST(GET "Content-Length: 0\r\n\r\n", 200),
        REQUEST(GET "X:\r\nY: \r\nZ:\t a\tb \t\r\n\r\n", 200),
        REQUEST(GET "X: a\r\nX: b\r\nx: \xe4\r\n\r\n", 200),
        REQUEST(GET "!#$%&'*+-.^_`|~09azAZ: a: b\r\n\r\n", 200),
        REQUEST(GET "Cookie: a=b; c=\"d\"\r\nCookie: e\r\nAccept: */*\r\n\r\n", 200),
        REQUEST(GET "Content-Type: text/plain\r\nExpect: nothing\r\n\r\n", 200),
    };
    (void)state;
    assert_all_stay_open(requests, COUNT_OF(requests));
}

static void wrong_request_lines_are_refused(void **state)
{
    static const struct request requests[] = {
        REQUEST("GET /metrics\r\n\r\n", 400),
        REQUEST("GET  /metrics HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics  HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics HTTP/1.1 \r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics x HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET\t/metrics HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics\tHTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics\tx HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics\r HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics?\x01 HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics?\x7f HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics\0 HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics\0x HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics?\0 HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET \0/metrics HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET\0 /metrics HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("G(T /metrics HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("G\xc3\x84T /metrics HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST(" GET /metrics HTTP/1.1\r\n" HOST "\r\n", NO_ANSWER),
        REQUEST("GET\r\n\r\n", NO_ANSWER),
        REQUEST("GET /metrics http/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics HTTP/1.11\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics HTTP/1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics HTTP/0.9\r\n" HOST "\r\n", 505),
        REQUEST("GET /metrics HTTP/9.9\r\n" HOST "\r\n", 505),
        REQUEST("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        REQUEST("\x16\x03\x01\x02\n", NO_ANSWER),
    };
    (void)state;
    assert_all_close(requests, COUNT_OF(requests));
}

static void wrong_lines_are_refused(void **state)
{
    static const struct request requests[] = {
        /* Bare line feeds, at every end there is. */
        REQUEST("GET /metrics HTTP/1.1\n" HOST "\r\n", 400),
        REQUEST("GET /metrics HTTP/1.1\r\nHost: x\n\r\n", 400),
        REQUEST(GET "\n", 400),
        REQUEST("GET /metrics HTTP/1.1\nHost: x\n\n", 400),
        REQUEST(GET "X: a\nY: b\r\n\r\n", 400),
        REQUEST(GET "X: a\r\nY: b\n\r\n", 400),
        REQUEST(GET "X:\n\r\n", 400),
        REQUEST("GET /metrics HTTP/1.0\n\n", 400),
        REQUEST("GET /metrics HTTP/1.0\r\n\n", 400),
        REQUEST("GET /metrics HTTP/1.0\n\r\n", 400),
        REQUEST(GET "X: a\nContent-Length: 1000000\r\n\r\na", 400),
        REQUEST(GET "X: a\nTransfer-Encoding: chunked\r\n\r\n", 400),
        /* One missing byte at one end does not make up for one more at another. */
        REQUEST(GET "X: a\n \r\nY: b\r\n\r\n", 400),
        REQUEST("GET  /metrics HTTP/1.1\nHost: x\r\n\r\n", 400),
        /* Bare carriage returns. */
        REQUEST(GET "X: a\rY: b\r\n\r\n", 400),
        REQUEST(GET "X: a\r\r\n\r\n", 400),
        REQUEST(GET "X\r: a\r\n\r\n", 400),
        /* Continued lines. */
        REQUEST(GET "X: a\r\n b\r\n\r\n", 400),
        REQUEST(GET "X: a\r\n\tb\r\n\r\n", 400),
        REQUEST(GET "X: a\r\n \r\n\r\n", 400),
        REQUEST(GET "X: a\r\n b\r\nY: c\r\n\r\n", 400),
        REQUEST(GET "X:\r\n a\r\n\r\n", 400),
        REQUEST("GET /metrics HTTP/1.1\r\n Host: x\r\n\r\n", 400),
        REQUEST("GET /metrics HTTP/1.1\r\n \r\n" HOST "\r\n", 400),
        /* Names and values. */
        REQUEST(GET "X : a\r\n\r\n", 400),
        REQUEST(GET "X\t: a\r\n\r\n", 400),
        REQUEST(GET ": a\r\n\r\n", 400),
        REQUEST(GET "X\r\n\r\n", 400),
        REQUEST(GET "X(: a\r\n\r\n", 400),
        REQUEST(GET "\xc3\xa4: a\r\n\r\n", 400),
        REQUEST(GET "X\0: a\r\n\r\n", 400),
        REQUEST(GET "X:\0a\r\n\r\n", 400),
        REQUEST(GET "X: a\0\r\n\r\n", 400),
        REQUEST(GET "X: a\0b\r\nY: c\r\n\r\n", 400),
        REQUEST(GET "X: a\0\0b\r\n\r\n", 400),
        REQUEST(GET "X: \x01\r\n\r\n", 400),
        REQUEST(GET "X: \x7f\r\n\r\n", 400),
    };
    (void)state;
    assert_all_close(requests, COUNT_OF(requests));
}

static void wrong_hosts_and_lengths_are_refused(void **state)
{
    static const struct request requests[] = {
        REQUEST("GET /metrics HTTP/1.1\r\n\r\n", 400),
        REQUEST("GET /metrics HTTP/1.1\r\nX: Host\r\n\r\n", 400),
        REQUEST(GET HOST "\r\n", 400),
        REQUEST(GET "host: y\r\n\r\n", 400),
        REQUEST(GET "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400),
        REQUEST(GET "Content-Length: 3\r\ncontent-length: 3\r\n\r\nabc", 400),
        REQUEST(GET "Content-Length: 0\r\nContent-Length: 3\r\n\r\nabc", 400),
        REQUEST(GET "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        REQUEST(GET "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        REQUEST(GET "Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n", 400),
        REQUEST(GET "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    };
    (void)state;
    assert_all_close(requests, COUNT_OF(requests));
}

/* libmicrohttpd 0.9.75 answers these itself, and sends the head of its answer twice. */
static void lengths_that_are_no_numbers_are_refused(void **state)
{
    static const struct request requests[] = {
        REQUEST(GET "Content-Length: 3, 3\r\n\r\nabc", 400),
        REQUEST(GET "Content-Length: -1\r\n\r\n", 400),
        REQUEST(GET "Content-Length: +1\r\n\r\na", 400),
        REQUEST(GET "Content-Length: 0x0\r\n\r\n", 400),
        REQUEST(GET "Content-Length:\r\n\r\n", 400),
        REQUEST(GET "Content-Length: a\r\n\r\n", 400),
        REQUEST(GET "Content-Length: 99999999999999999999999\r\n\r\n", 413),
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        char rest[1024];
        int fd = send_request(&requests[i], i);
        while (http_read(fd, rest, sizeof rest) > 0) {
        }
        assert_true(http_is_closed(fd));
        close(fd);
    }
}

/* What follows the headers may be a body, or a request that a proxy has not seen. */
static void request_with_a_body_closes_the_connection(void **state)
{
    static const struct request requests[] = {
        REQUEST(GET "Content-Length: 3\r\n\r\nabc", 200),
        REQUEST(GET "Content-Length: 00\r\n\r\n", 200),
        REQUEST("HEAD /metrics HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 200),
        REQUEST(GET "Content-Length: 1000000\r\n\r\n", 200),
        REQUEST(GET "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" GET "\r\n", 200),
        REQUEST(GET "Transfer-Encoding: chunked\r\n\r\nno chunk", 200),
        REQUEST("GET /metrics HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
                200),
        REQUEST("POST /metrics HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 405),
        REQUEST("PUT /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nab", 404),
    };
    (void)state;
    assert_all_close(requests, COUNT_OF(requests));
}

static void answer_that_blames_the_client_closes_the_connection(void **state)
{
    static const struct request requests[] = {
        REQUEST("GET /other HTTP/1.1\r\n" HOST "\r\n", 404),
        REQUEST("HEAD /other HTTP/1.1\r\n" HOST "\r\n", 404),
        REQUEST("DELETE /metrics HTTP/1.1\r\n" HOST "\r\n", 405),
        REQUEST("GET /metrics?name[]=a%00b HTTP/1.1\r\n" HOST "\r\n", 400),
        REQUEST("GET /metrics?name[]=%zz HTTP/1.1\r\n" HOST "\r\n" GET "\r\n", 400),
    };
    (void)state;
    assert_all_close(requests, COUNT_OF(requests));
}

/* A request that comes in pieces lies where one in one piece would. */
static void request_byte_by_byte_is_as_sound(void **state)
{
    static const char text[] = GET "Accept: text/plain\r\nX:\r\nUser-Agent: test\r\n\r\n";
    (void)state;
    int fd = http_connect(port);
    for (int i = 0; i < 2; i++) {
        http_reply reply;
        for (const char *at = text; *at != '\0'; at++) {
            assert_true(http_send_bytes(fd, at, 1));
        }
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
    }
    close(fd);
}

/* ---- Sizes ---- */

/* A request whose middle is `size` letters. */
static int status_of_long(const char *start, size_t size, const char *end)
{
    http_reply reply;
    char *middle = malloc(size + 1);
    assert_non_null(middle);
    memset(middle, 'a', size);
    middle[size] = '\0';
    int fd = http_connect(port);
    assert_true(http_send(fd, start));
    (void)http_send(fd, middle);
    (void)http_send(fd, end);
    (void)http_receive(fd, true, &reply);
    int status = reply.status;
    http_reply_clear(&reply);
    close(fd);
    free(middle);
    return status;
}

static void long_requests_are_answered_up_to_a_limit(void **state)
{
    (void)state;
    const char *end = " HTTP/1.1\r\n" HOST "\r\n";
    assert_int_equal(status_of_long("GET /metrics?x=", 24000, end), 200);
    assert_int_equal(status_of_long("GET /", 24000, end), 404);
    assert_int_equal(status_of_long("GET /metrics?x=", 200000, end), 414);
    assert_int_equal(status_of_long(GET "X: ", 24000, "\r\n\r\n"), 200);
    assert_int_equal(status_of_long(GET "X: ", 200000, "\r\n\r\n"), 431);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
}

static void many_headers_are_refused(void **state)
{
    http_reply reply;
    (void)state;
    int fd = http_connect(port);
    assert_true(http_send(fd, GET));
    for (int i = 0; i < 5000; i++) {
        (void)http_send(fd, "X: a\r\n");
    }
    (void)http_receive(fd, true, &reply);
    assert_int_equal(reply.status, 431);
    http_reply_clear(&reply);
    close(fd);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_requests_are_answered_and_the_connection_stays),
        cmocka_unit_test(wrong_request_lines_are_refused),
        cmocka_unit_test(wrong_lines_are_refused),
        cmocka_unit_test(wrong_hosts_and_lengths_are_refused),
        cmocka_unit_test(lengths_that_are_no_numbers_are_refused),
        cmocka_unit_test(request_with_a_body_closes_the_connection),
        cmocka_unit_test(answer_that_blames_the_client_closes_the_connection),
        cmocka_unit_test(request_byte_by_byte_is_as_sound),
        cmocka_unit_test(long_requests_are_answered_up_to_a_limit),
        cmocka_unit_test(many_headers_are_refused),
    };
    end_hang_after(120);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
