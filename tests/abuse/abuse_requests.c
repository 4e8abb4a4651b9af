/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each odd request gets what the table says and no more, whether it comes in one piece or byte by
 * byte, and a good one is answered afterwards.
 *
 * With PROMLET_ODD_REQUESTS=FOLDER the requests are written into files there, from which fuzzing
 * begins.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "odd_requests.h"
#include "server/http_client.h"
#include "support/hang.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MOST_REPLY_BYTES ((size_t)1 << 20)

/* What came back for one request. */
typedef struct answers {
    char *bytes; /* With a NUL behind them. */
    size_t size;
    bool is_closed;
    bool is_whole;     /* They are nothing but whole answers. */
    char statuses[64]; /* As in the table. */
} answers;

static promlet_server *server;
static int port;

/* ---- Talking ---- */

/* Whether a send() or recv() that returned -1 may do better later. */
static bool is_passing(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static void take_bytes(int fd, answers *from)
{
    ssize_t count = recv(fd, from->bytes + from->size, MOST_REPLY_BYTES - from->size, MSG_DONTWAIT);
    if (count > 0) {
        from->size += (size_t)count;
        from->bytes[from->size] = '\0';
    } else if (count == 0 || !is_passing()) {
        from->is_closed = true;
    }
}

/* Send as much as the server takes, step bytes at once, and read meanwhile. Where it has closed the
   connection the rest is not sent. */
static void talk(int fd, const char *bytes, size_t size, size_t step, answers *to)
{
    size_t sent = 0;
    while (sent < size && !to->is_closed) {
        struct pollfd place = {fd, POLLIN | POLLOUT, 0};
        assert_int_equal(poll(&place, 1, HTTP_WAIT_MS), 1);
        if ((place.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            take_bytes(fd, to);
        }
        if ((place.revents & POLLOUT) != 0) {
            size_t rest = size - sent;
            ssize_t count =
                send(fd, bytes + sent, rest < step ? rest : step, MSG_NOSIGNAL | MSG_DONTWAIT);
            sent += count > 0 ? (size_t)count : 0;
        }
    }
}

static void wait_for_more(int fd, answers *to)
{
    struct pollfd place = {fd, POLLIN, 0};
    assert_int_equal(poll(&place, 1, HTTP_WAIT_MS), 1);
    take_bytes(fd, to);
}

/* ---- Reading answers ---- */

/* The end of the answer that begins at start; NULL: it is not whole. Nobody asks for a body of a
   HEAD, so what follows the headers is another answer, or the body. */
static const char *end_of_answer(const char *start, const char *end)
{
    const char *headers = strstr(start, "\r\n\r\n");
    if (headers != NULL && strncmp(start, "HTTP/1.1 100 ", 13) == 0) {
        return headers + 4;
    }
    const char *length = strstr(start, "\r\nContent-Length: ");
    if (headers == NULL || length == NULL || length > headers) {
        return NULL;
    }
    const char *body = headers + 4;
    size_t size = strtoul(length + strlen("\r\nContent-Length: "), NULL, 10);
    if (strncmp(body, "HTTP/1.1 ", 9) == 0 || size == 0) {
        return body;
    }
    return (size_t)(end - body) >= size ? body + size : NULL;
}

/* libmicrohttpd 0.9.75 sends the head of an answer twice when a length is no number, and then
   closes the connection. Returns where the second one begins, or else start. */
static const char *pass_over_first_head(const char *start)
{
    const char *headers = strstr(start, "\r\n\r\n");
    if (headers == NULL) {
        return start;
    }
    size_t size = (size_t)(headers - start) + 4;
    bool is_refusal = strncmp(start, "HTTP/1.1 4", 10) == 0;
    return is_refusal && strncmp(start, start + size, size) == 0 ? start + size : start;
}

/* Notes the statuses of what has come. Returns whether it ends with a whole answer: one to HEAD
   comes last in no row that stays open. */
static bool read_statuses(answers *of, bool is_head)
{
    const char *at = of->bytes;
    const char *end = of->bytes + of->size;
    size_t length = 0;
    of->statuses[0] = '\0';
    while (at < end) {
        int status = 0;
        at = pass_over_first_head(at);
        const char *next = end_of_answer(at, end);
        if (next == NULL && is_head) {
            next = strstr(at, "\r\n\r\n");
            next = next != NULL ? next + 4 : NULL;
        }
        if (next == NULL || sscanf(at, "HTTP/1.%*1[01] %d ", &status) != 1) {
            return false;
        }
        length += (size_t)snprintf(of->statuses + length, sizeof of->statuses - length, "%s%d",
                                   length > 0 ? " " : "", status);
        assert_true(length < sizeof of->statuses - 1);
        at = next;
    }
    return true;
}

/* How many statuses a row of the table expects. */
static size_t count_expected(const char *expected)
{
    size_t count = expected[0] >= '0' && expected[0] <= '9' ? 1 : 0;
    for (; *expected != '\0'; expected++) {
        count += *expected == ' ';
    }
    return count;
}

static size_t count_found(const answers *of)
{
    return count_expected(of->statuses);
}

/* ---- Each row ---- */

/* On the connection that was left open. */
static void check_good_one(int fd, const odd_request *request, answers *found)
{
    static const char good[] = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    size_t before = found->size;
    talk(fd, good, sizeof good - 1, sizeof good, found);
    while (!found->is_closed) {
        wait_for_more(fd, found);
    }
    if (strncmp(found->bytes + before, "HTTP/1.1 200 ", 13) != 0) {
        fail_msg("%s: a good request afterwards: %.20s", request->name, found->bytes + before);
    }
    found->size = before;
    found->bytes[before] = '\0';
    found->is_closed = false;
}

static answers ask(const odd_request *request, const char *bytes, size_t size, size_t step)
{
    bool is_to_close = strchr(request->expected, '.') != NULL;
    bool is_head = request->size > 5 && memcmp(request->bytes, "HEAD ", 5) == 0;
    answers found = {.bytes = calloc(MOST_REPLY_BYTES + 1, 1)};
    assert_non_null(found.bytes);
    int fd = http_connect(port);
    assert_true(fd >= 0);
    talk(fd, bytes, size, step, &found);
    while (!found.is_closed && (is_to_close || !read_statuses(&found, is_head) ||
                                count_found(&found) < count_expected(request->expected))) {
        wait_for_more(fd, &found);
    }
    if (!found.is_closed) {
        check_good_one(fd, request, &found);
    }
    found.is_whole = read_statuses(&found, is_head);
    close(fd);
    return found;
}

static bool is_expected(const odd_request *request, const answers *found)
{
    char both[80];
    snprintf(both, sizeof both, "%s%s", found->statuses, found->is_closed ? "." : "");
    bool says_what_is_allowed = strstr(found->statuses, "405") == NULL ||
                                strstr(found->bytes, "\r\nAllow: GET, HEAD\r\n") != NULL;
    bool is_right = found->is_whole && strcmp(both, request->expected) == 0 && says_what_is_allowed;
    if (!is_right) {
        print_error("%s: \"%s\" instead of \"%s\":\n%s\n", request->name, both, request->expected,
                    found->bytes);
    }
    return is_right;
}

/* Returns whether it is answered as it must be, and a good one after it. */
static bool withstands(const odd_request *request, size_t step)
{
    size_t size;
    double before = seconds_now(CLOCK_MONOTONIC);
    char *bytes = odd_request_bytes(request, &size);
    answers found = ask(request, bytes, size, step);
    bool is_right = is_expected(request, &found);
    free(found.bytes);
    free(bytes);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    double seconds = seconds_now(CLOCK_MONOTONIC) - before;
    if (seconds > 1) {
        print_message("%s: %.1f s\n", request->name, seconds);
    }
    return is_right;
}

static void odd_request_gets_what_it_must(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < odd_request_count; i++) {
        wrong += !withstands(&odd_requests[i], SIZE_MAX);
    }
    assert_int_equal(wrong, 0);
}

/* Where the pieces end makes no difference. */
static void odd_request_in_single_bytes_gets_the_same(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < odd_request_count; i++) {
        wrong += odd_requests[i].filling_size == 0 && !withstands(&odd_requests[i], 1);
    }
    assert_int_equal(wrong, 0);
}

/* Whoever stops in the midst of a request gets nothing. What came right before the end keeps
   libmicrohttpd from seeing the end at once, so it is the deadline that closes some of them. */
static void beginning_of_a_request_gets_nothing(void **state)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    (void)state;
    for (size_t size = 0; size < sizeof request - 1; size++) {
        answers found = {.bytes = calloc(MOST_REPLY_BYTES + 1, 1)};
        assert_non_null(found.bytes);
        int fd = http_connect(port);
        talk(fd, request, size, SIZE_MAX, &found);
        /* On a busy machine the deadline may have come before. */
        assert_true(shutdown(fd, SHUT_WR) == 0 || errno == ENOTCONN);
        while (!found.is_closed) {
            wait_for_more(fd, &found);
        }
        if (found.size > 0) {
            fail_msg("after %zu bytes: %s", size, found.bytes);
        }
        free(found.bytes);
        close(fd);
    }
    assert_int_equal(http_get_status(port, "/metrics"), 200);
}

static int start_with(void **state, const promlet_server_opts *options)
{
    static int descriptors;
    *state = &descriptors;
    descriptors = count_descriptors();
    (void)promlet_server_start(options, &server);
    port = promlet_server_port(server);
    return server != NULL ? 0 : -1;
}

static int start(void **state)
{
    return start_with(state, &(promlet_server_opts){0});
}

static int start_hasty(void **state)
{
    return start_with(state, &(promlet_server_opts){.header_seconds = 0.1});
}

static int stop(void **state)
{
    promlet_server_stop(server);
    return count_descriptors() == *(int *)*state ? 0 : -1;
}

/* ---- Files ---- */

static int write_files(const char *folder)
{
    for (size_t i = 0; i < odd_request_count; i++) {
        char path[512];
        size_t size;
        char *bytes = odd_request_bytes(&odd_requests[i], &size);
        snprintf(path, sizeof path, "%s/odd_%03zu", folder, i);
        FILE *file = fopen(path, "wb");
        if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
            perror(path);
            return 1;
        }
        free(bytes);
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(odd_request_gets_what_it_must, start, stop),
        cmocka_unit_test_setup_teardown(odd_request_in_single_bytes_gets_the_same, start, stop),
        cmocka_unit_test_setup_teardown(beginning_of_a_request_gets_nothing, start_hasty, stop),
    };
    if (getenv("PROMLET_ODD_REQUESTS") != NULL) {
        return write_files(getenv("PROMLET_ODD_REQUESTS"));
    }
    end_hang_after(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
