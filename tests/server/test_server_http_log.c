/* SPDX-License-Identifier: Apache-2.0 */
/* What libmicrohttpd says of clients reaches the log callback, and nobody can fill a log with it.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/http_log.h"
#include "support/hang.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- What is told ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char told[16][512];
static size_t told_count;

static void keep_line(const char *message, void *ctx)
{
    (void)ctx;
    pthread_mutex_lock(&lock);
    if (told_count < sizeof told / sizeof told[0]) {
        (void)snprintf(told[told_count], sizeof told[0], "%s", message);
    }
    told_count++;
    pthread_mutex_unlock(&lock);
}

static void forget_lines(void)
{
    pthread_mutex_lock(&lock);
    told_count = 0;
    pthread_mutex_unlock(&lock);
}

static size_t count_lines(void)
{
    pthread_mutex_lock(&lock);
    size_t count = told_count;
    pthread_mutex_unlock(&lock);
    return count;
}

static void wait_for_lines(size_t count)
{
    while (count_lines() < count) {
        (void)poll(NULL, 0, 1);
    }
}

/* ---- Sentences ---- */

static __attribute__((format(printf, 2, 3))) void note(pml_server_http_log *log, const char *format,
                                                       ...)
{
    va_list arguments;
    va_start(arguments, format);
    pml_server_http_log_note(log, format, arguments);
    va_end(arguments);
}

static void log_keeps_the_first_the_tenth_and_the_hundredth_of_a_kind(void **state)
{
    static pml_server_http_log log;
    static const char *const expected[] = {"1 and so on", "10 and so on (10 times by now)",
                                           "100 and so on (100 times by now)"};
    size_t seen = 0;
    (void)state;
    for (int i = 1; i <= 200; i++) {
        note(&log, "%d and so on\n", i);
        if (log.waiting_count > 0) {
            assert_int_equal(log.waiting_count, 1);
            assert_true(seen < 3);
            assert_string_equal(log.waiting[0], expected[seen++]);
            log.waiting_count = 0;
        }
    }
    assert_int_equal(seen, 3);
}

static void log_makes_one_plain_line_of_what_a_client_sent(void **state)
{
    static pml_server_http_log log;
    char large[1000];
    (void)state;
    note(&log, "`%s'\n", "a\nb\x1b[1m\x7f c\xc3 d\xff");
    assert_string_equal(log.waiting[0], "`a?b?[1m? c? d?'");
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    note(&log, "large: %s\n", large);
    assert_int_equal(strlen(log.waiting[1]), PML_SERVER_LOG_BYTES - 1);
}

static void log_that_is_not_emptied_keeps_what_fits(void **state)
{
    static pml_server_http_log log;
    static char formats[2 * PML_SERVER_LOG_KINDS][8];
    (void)state;
    for (size_t i = 0; i < 2 * PML_SERVER_LOG_KINDS; i++) {
        (void)snprintf(formats[i], sizeof formats[i], "%zu", i);
        note(&log, formats[i], 0);
    }
    assert_int_equal(log.waiting_count, PML_SERVER_LOG_WAITING);
    assert_string_equal(log.waiting[PML_SERVER_LOG_WAITING - 1], "3");
    assert_int_equal(log.kind_count, PML_SERVER_LOG_KINDS);
}

/* ---- A server ---- */

static void send_malformed(const promlet_server *server)
{
    int fd = http_connect(promlet_server_port(server));
    assert_true(fd >= 0);
    assert_true(http_send(fd, "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n"));
    while (!http_is_closed(fd)) {
    }
    close(fd);
}

static void server_tells_of_a_malformed_request_now_and_then(void **state)
{
    char start[64];
    (void)state;
    promlet_server *server = start_any(NULL);
    promlet_set_log_callback(keep_line, NULL);
    forget_lines();
    send_malformed(server);
    wait_for_lines(1);
    (void)snprintf(start, sizeof start,
                   "127.0.0.1:%d: libmicrohttpd: ", promlet_server_port(server));
    assert_memory_equal(told[0], start, strlen(start));
    size_t first = count_lines();
    for (int i = 0; i < 8; i++) {
        send_malformed(server);
    }
    assert_int_equal(http_get_status(promlet_server_port(server), "/-/healthy"), 200);
    assert_int_equal(count_lines(), first);
    send_malformed(server);
    wait_for_lines(first + 1);
    promlet_set_log_callback(NULL, NULL);
    promlet_server_stop(server);
}

static void stop_it(const char *message, void *ctx)
{
    promlet_server **server = ctx;
    (void)message;
    if (*server != NULL) {
        promlet_server_stop(*server);
        *server = NULL;
    }
    keep_line(message, NULL);
}

static void callback_that_hears_of_a_client_may_stop_the_server(void **state)
{
    (void)state;
    forget_lines();
    int threads = count_threads_without_server();
    promlet_server *server = start_any(NULL);
    int port = promlet_server_port(server);
    promlet_set_log_callback(stop_it, &server);
    int fd = http_connect(port);
    assert_true(http_send(fd, "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n"));
    wait_for_lines(1);
    assert_true(http_is_refused(port));
    assert_true(has_thread_entries(threads));
    promlet_set_log_callback(NULL, NULL);
    close(fd);
}

static void good_scrapes_are_not_told(void **state)
{
    (void)state;
    promlet_server *server = start_any(NULL);
    promlet_set_log_callback(keep_line, NULL);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    forget_lines();
    for (int i = 0; i < 20; i++) {
        assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    }
    int idle = http_connect(promlet_server_port(server));
    promlet_server_stop(server);
    assert_int_equal(count_lines(), 0);
    promlet_set_log_callback(NULL, NULL);
    close(idle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_keeps_the_first_the_tenth_and_the_hundredth_of_a_kind),
        cmocka_unit_test(log_makes_one_plain_line_of_what_a_client_sent),
        cmocka_unit_test(log_that_is_not_emptied_keeps_what_fits),
        cmocka_unit_test(server_tells_of_a_malformed_request_now_and_then),
        cmocka_unit_test(callback_that_hears_of_a_client_may_stop_the_server),
        cmocka_unit_test(good_scrapes_are_not_told),
    };
    end_hang_after(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
