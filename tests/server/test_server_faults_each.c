/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each system call of each kind fails, one after the other, once or from then on, while a server
 * starts and while it serves. Nothing is left behind, and without the fault all is well again.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/faulty_calls.h"
#include "support/footprint.h"
#include "support/hang.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static promlet_server *start_well(void)
{
    promlet_server *server = start_any(NULL);
    assert_non_null(server);
    return server;
}

static void assert_serves(const promlet_server *server)
{
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
}

/* ---- Starting ---- */

/* Returns whether the call was made so often that the fault was met. */
static bool start_with_fault(enum call call, int error, int after, bool is_sticky)
{
    promlet_server *server = NULL;
    footprint before = take_footprint_without_server();
    set_fault(call, error, after, is_sticky, true);
    promlet_status status = promlet_server_start(&(promlet_server_opts){0}, &server);
    clear_fault();
    if (status == PROMLET_OK) {
        assert_serves(server);
    } else {
        assert_null(server);
        assert_string_not_equal(promlet_last_error(), "");
    }
    promlet_server_stop(server);
    assert_nothing_is_left(&before);
    return atomic_load(&fault.hits) > 0;
}

static void start_with_each_call_failing_leaves_nothing(void **state)
{
    static const struct {
        enum call call;
        int error;
    } cases[] = {
        {CALL_SOCKET, EMFILE},        {CALL_BIND, EADDRINUSE},      {CALL_LISTEN, EADDRINUSE},
        {CALL_GETSOCKNAME, ENOBUFS},  {CALL_SETSOCKOPT, ENOMEM},    {CALL_EVENTFD, EMFILE},
        {CALL_EPOLL_CREATE1, EMFILE}, {CALL_EPOLL_CTL, ENOSPC},     {CALL_EPOLL_CTL, ENOMEM},
        {CALL_EVENTFD, ENOMEM},       {CALL_PTHREAD_CREATE, EAGAIN}};
    int points = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int after = 0;
        while (start_with_fault(cases[i].call, cases[i].error, after, false)) {
            (void)start_with_fault(cases[i].call, cases[i].error, after, true);
            after++;
        }
        assert_true(after > 0);
        points += after;
    }
    print_message("%d calls, each once and from then on\n", points);
}

/* ---- Serving ---- */

/* Whatever is answered, or nothing, but soon: the fault is there. Returns whether anything is. */
static bool ask_in_vain(int port, const char *method, const char *target)
{
    char bytes[4096];
    int fd = http_connect(port);
    assert_true(fd >= 0);
    (void)http_ask(fd, method, target);
    struct pollfd source = {fd, POLLIN, 0};
    bool is_answered = poll(&source, 1, 100) == 1;
    if (is_answered) {
        (void)recv(fd, bytes, sizeof bytes, 0);
    }
    close(fd);
    return is_answered;
}

/* These are answered by different calls, and made by different threads. Who was not answered and
   met no fault was in too much of a hurry for a machine with much else to do, and tries again. */
static void ask_for_both(int port)
{
    bool is_first_answered;
    bool is_second_answered;
    do {
        is_first_answered = ask_in_vain(port, "GET", "/metrics");
        is_second_answered = ask_in_vain(port, "HEAD", "/metrics?name[]=jobs_total");
    } while (!(is_first_answered && is_second_answered) && atomic_load(&fault.hits) == 0);
}

/* Returns whether the fault was met. */
static bool serve_with_fault(enum call call, int error, int after, bool is_sticky)
{
    footprint before = take_footprint_without_server();
    promlet_server *server = start_well();
    assert_serves(server);
    set_fault(call, error, after, is_sticky, false);
    ask_for_both(promlet_server_port(server));
    clear_fault();
    assert_serves(server);
    promlet_server_stop(server);
    assert_nothing_is_left(&before);
    return atomic_load(&fault.hits) > 0;
}

/* The most calls of a kind that two requests take. */
#define MOST_CALLS 6

static void serve_with_each_call_failing_goes_on(void **state)
{
    static const struct {
        enum call call;
        int error;
    } cases[] = {
        {CALL_ACCEPT4, ECONNABORTED}, {CALL_ACCEPT4, EMFILE},      {CALL_ACCEPT4, ENFILE},
        {CALL_ACCEPT4, ENOMEM},       {CALL_ACCEPT4, ENOBUFS},     {CALL_ACCEPT4, EPERM},
        {CALL_ACCEPT4, EPROTO},       {CALL_ACCEPT4, EINTR},       {CALL_RECV, ECONNRESET},
        {CALL_RECV, EINTR},           {CALL_RECV, ENOMEM},         {CALL_RECV, EIO},
        {CALL_EPOLL_CTL, ENOSPC},     {CALL_EPOLL_CTL, ENOMEM},    {CALL_EPOLL_WAIT, EINTR},
        {CALL_SHUTDOWN, ENOTCONN},    {CALL_SEND, EPIPE},          {CALL_SEND, EINTR},
        {CALL_SEND, ENOBUFS},         {CALL_SENDMSG, EPIPE},       {CALL_SENDMSG, ECONNRESET},
        {CALL_SENDMSG, EINTR},        {CALL_SENDMSG, ENOBUFS},     {CALL_SENDMSG, ENOMEM},
        {CALL_SETSOCKOPT, ENOMEM},    {CALL_EVENTFD_WRITE, EAGAIN}};
    int points = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int after = 0;
        while (after < MOST_CALLS &&
               serve_with_fault(cases[i].call, cases[i].error, after, false)) {
            if (cases[i].call != CALL_EPOLL_WAIT) { /* Without it nothing can be seen. */
                (void)serve_with_fault(cases[i].call, cases[i].error, after, true);
            }
            after++;
        }
        if (after == 0) {
            fail_msg("case %zu: the call is not made", i);
        }
        points += after;
    }
    print_message("%d calls, each once and from then on\n", points);
}

/* An error that stays is looked at now and then, not again and again. */
static void accept_that_goes_on_failing_is_tried_now_and_then(void **state)
{
    static const int errors[] = {EMFILE, ENFILE, ENOMEM, ENOBUFS, EPERM};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        promlet_server *server = start_well();
        set_fault(CALL_ACCEPT4, errors[i], 0, true, false);
        int fd = http_connect(promlet_server_port(server));
        assert_true(fd >= 0);
        assert_true(http_ask(fd, "GET", "/metrics"));
        (void)poll(NULL, 0, 500);
        int tries = atomic_load(&fault.count);
        clear_fault();
        assert_in_range(tries, 1, 50);
        http_reply reply;
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
        close(fd);
        promlet_server_stop(server);
    }
}

/* While it reads slowly its connection has to be watched again, and can't be. libmicrohttpd does
   not say that the request is over then. */
static void request_whose_connection_is_lost_amid_its_answer_has_ended(void **state)
{
    http_reply reply;
    promlet_server *server = NULL;
    (void)state;
    promlet_registry *registry = new_big_registry();
    (void)promlet_server_start(&(promlet_server_opts){.registry = registry}, &server);
    int port = promlet_server_port(server);
    assert_int_equal(http_get_status(port, "/-/healthy"), 200);
    set_fault(CALL_EPOLL_CTL, ENOSPC, 1, false, false);
    int fd = http_connect_with("127.0.0.1", port, 4096);
    assert_true(http_ask(fd, "GET", "/metrics"));
    while (atomic_load(&fault.hits) == 0) {
        (void)poll(NULL, 0, 1);
    }
    clear_fault();
    assert_int_equal(
        http_request(port, "GET", "/metrics?name[]=promlet_server_requests_in_flight", &reply),
        200);
    assert_non_null(strstr(reply.body, "\npromlet_server_requests_in_flight 1\n"));
    http_reply_clear(&reply);
    close(fd);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

/* The end of the listening socket wakes it as well. */
static void stop_whose_wake_fails_ends_the_server(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        footprint before = take_footprint_without_server();
        promlet_server *server = start_well();
        set_fault(CALL_EVENTFD_WRITE, EAGAIN, 0, true, true);
        promlet_server_stop(server);
        clear_fault();
        assert_true(atomic_load(&fault.hits) > 0);
        assert_nothing_is_left(&before);
    }
}

/* There is no room for the second client until the first has gone. */
static void listening_socket_that_stays_watched_is_served(void **state)
{
    promlet_server *server = NULL;
    http_reply reply;
    (void)state;
    (void)promlet_server_start(&(promlet_server_opts){.max_connections = 1}, &server);
    int port = promlet_server_port(server);
    set_fault(CALL_EPOLL_CTL_OF_OURS, ENOMEM, 0, true, false);
    int first = http_connect(port);
    assert_true(http_send(first, "GET /metrics HTTP/1.1\r\nHost: x\r\n"));
    int second = http_connect(port);
    assert_true(http_ask(second, "GET", "/-/healthy"));
    while (atomic_load(&fault.hits) == 0) {
        (void)poll(NULL, 0, 1);
    }
    close(first);
    assert_true(http_receive(second, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    clear_fault();
    close(second);
    promlet_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_with_each_call_failing_leaves_nothing),
        cmocka_unit_test(serve_with_each_call_failing_goes_on),
        cmocka_unit_test(accept_that_goes_on_failing_is_tried_now_and_then),
        cmocka_unit_test(request_whose_connection_is_lost_amid_its_answer_has_ended),
        cmocka_unit_test(stop_whose_wake_fails_ends_the_server),
        cmocka_unit_test(listening_socket_that_stays_watched_is_served),
    };
    is_starter = true;
    promlet_counter_inc(promlet_counter_new(NULL, &(promlet_opts){.name = "jobs_total"}));
    /* The thread sanitizer makes a thread of its own beside the first. */
    promlet_server_stop(start_well());
    end_hang_after(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
