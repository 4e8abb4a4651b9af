/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each system call of each kind fails, one after the other, once or from then on, while a server
 * starts and while it serves. Nothing is left behind, and without the fault all is well again. The
 * calls are replaced in this program, which reaches libmicrohttpd's too.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum call {
    CALL_NONE,
    CALL_SOCKET,
    CALL_BIND,
    CALL_LISTEN,
    CALL_GETSOCKNAME,
    CALL_SETSOCKOPT,
    CALL_GETSOCKOPT,
    CALL_SHUTDOWN,
    CALL_EVENTFD,
    CALL_EPOLL_CREATE1,
    CALL_EPOLL_CTL,
    CALL_EPOLL_WAIT,
    CALL_PTHREAD_CREATE,
    CALL_ACCEPT4,
    CALL_RECV,
    CALL_SEND,
    CALL_SENDMSG,
    CALL_WRITEV
};

/* ---- The calls ---- */

/* What fails, in the thread that starts servers or in all others, which are the servers'. */
static struct {
    atomic_int call;
    int error;
    int after;      /* Once it has worked so often, */
    bool is_sticky; /* and whether it goes on failing. */
    bool is_at_start;
    atomic_int count;
    atomic_int hits;
} fault;

static _Thread_local bool is_starter;

/* Whether this call is to fail, with errno. */
static bool fails(enum call call)
{
    if (atomic_load(&fault.call) != (int)call || fault.is_at_start != is_starter) {
        return false;
    }
    int number = atomic_fetch_add(&fault.count, 1);
    if (number < fault.after || (number > fault.after && !fault.is_sticky)) {
        return false;
    }
    atomic_fetch_add(&fault.hits, 1);
    errno = fault.error;
    return true;
}

static void set_fault(enum call call, int error, int after, bool is_sticky, bool is_at_start)
{
    atomic_store(&fault.call, CALL_NONE);
    fault.error = error;
    fault.after = after;
    fault.is_sticky = is_sticky;
    fault.is_at_start = is_at_start;
    atomic_store(&fault.count, 0);
    atomic_store(&fault.hits, 0);
    atomic_store(&fault.call, (int)call);
}

static void clear_fault(void)
{
    atomic_store(&fault.call, CALL_NONE);
}

/* The function that this program's own hides: a sanitizer's, which wants to see the call, or
 * libc's.
 */
#define HIDDEN(name) extern __typeof__(name) __interceptor_##name __attribute__((weak))
#define REAL(name)                                                                                 \
    (__interceptor_##name != NULL ? __interceptor_##name                                           \
                                  : (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

HIDDEN(socket);
HIDDEN(bind);
HIDDEN(listen);
HIDDEN(getsockname);
HIDDEN(setsockopt);
HIDDEN(getsockopt);
HIDDEN(shutdown);
HIDDEN(eventfd);
HIDDEN(epoll_create1);
HIDDEN(epoll_ctl);
HIDDEN(epoll_wait);
HIDDEN(pthread_create);
HIDDEN(accept4);
HIDDEN(recv);
HIDDEN(send);
HIDDEN(sendmsg);
HIDDEN(writev);

int socket(int domain, int type, int protocol)
{
    return fails(CALL_SOCKET) ? -1 : REAL(socket)(domain, type, protocol);
}

/* Some of these take a union of all address pointers under _GNU_SOURCE. */
int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
    return fails(CALL_BIND) ? -1 : REAL(bind)(fd, address, size);
}

int listen(int fd, int backlog)
{
    return fails(CALL_LISTEN) ? -1 : REAL(listen)(fd, backlog);
}

int getsockname(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
    return fails(CALL_GETSOCKNAME) ? -1 : REAL(getsockname)(fd, address, size);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
    return fails(CALL_SETSOCKOPT) ? -1 : REAL(setsockopt)(fd, level, option, value, size);
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
    return fails(CALL_GETSOCKOPT) ? -1 : REAL(getsockopt)(fd, level, option, value, size);
}

int shutdown(int fd, int how)
{
    return fails(CALL_SHUTDOWN) ? -1 : REAL(shutdown)(fd, how);
}

int eventfd(unsigned int count, int flags)
{
    return fails(CALL_EVENTFD) ? -1 : REAL(eventfd)(count, flags);
}

int epoll_create1(int flags)
{
    return fails(CALL_EPOLL_CREATE1) ? -1 : REAL(epoll_create1)(flags);
}

/* What was added can be removed; libmicrohttpd ends the process where it can't. */
int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    bool is_failing = operation == EPOLL_CTL_ADD && fails(CALL_EPOLL_CTL);
    return is_failing ? -1 : REAL(epoll_ctl)(epoll_fd, operation, fd, event);
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int count, int timeout_ms)
{
    return fails(CALL_EPOLL_WAIT) ? -1 : REAL(epoll_wait)(epoll_fd, events, count, timeout_ms);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    return fails(CALL_PTHREAD_CREATE) ? errno
                                      : REAL(pthread_create)(thread, attributes, run, argument);
}

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
    return fails(CALL_ACCEPT4) ? -1 : REAL(accept4)(fd, address, size, flags);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    return fails(CALL_RECV) ? -1 : REAL(recv)(fd, bytes, size, flags);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    return fails(CALL_SEND) ? -1 : REAL(send)(fd, bytes, size, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return fails(CALL_SENDMSG) ? -1 : REAL(sendmsg)(fd, message, flags);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    return fails(CALL_WRITEV) ? -1 : REAL(writev)(fd, pieces, count);
}

/* ---- What is left ---- */

typedef struct footprint {
    int descriptors;
    int threads;
} footprint;

static footprint take_footprint(void)
{
    return (footprint){count_descriptors(), count_threads_without_server()};
}

static void assert_nothing_is_left(const footprint *before)
{
    assert_int_equal(count_descriptors(), before->descriptors);
    assert_true(has_thread_entries(before->threads));
}

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
    footprint before = take_footprint();
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

/* Whatever is answered, or nothing, but soon: the fault is there. */
static void ask_in_vain(int port, const char *method)
{
    char bytes[4096];
    int fd = http_connect(port);
    assert_true(fd >= 0);
    (void)http_ask(fd, method, "/metrics");
    struct pollfd source = {fd, POLLIN, 0};
    if (poll(&source, 1, 100) == 1) {
        (void)recv(fd, bytes, sizeof bytes, 0);
    }
    close(fd);
}

/* Returns whether the fault was met. */
static bool serve_with_fault(enum call call, int error, int after, bool is_sticky)
{
    footprint before = take_footprint();
    promlet_server *server = start_well();
    assert_serves(server);
    set_fault(call, error, after, is_sticky, false);
    /* These are answered by different calls. */
    ask_in_vain(promlet_server_port(server), "GET");
    ask_in_vain(promlet_server_port(server), "HEAD");
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
    } cases[] = {{CALL_ACCEPT4, ECONNABORTED}, {CALL_ACCEPT4, EMFILE},   {CALL_ACCEPT4, ENFILE},
                 {CALL_ACCEPT4, ENOMEM},       {CALL_ACCEPT4, ENOBUFS},  {CALL_ACCEPT4, EPERM},
                 {CALL_ACCEPT4, EPROTO},       {CALL_ACCEPT4, EINTR},    {CALL_RECV, ECONNRESET},
                 {CALL_RECV, EINTR},           {CALL_RECV, ENOMEM},      {CALL_RECV, EIO},
                 {CALL_EPOLL_CTL, ENOSPC},     {CALL_EPOLL_CTL, ENOMEM}, {CALL_EPOLL_WAIT, EINTR},
                 {CALL_SHUTDOWN, ENOTCONN},    {CALL_SEND, EPIPE},       {CALL_SEND, EINTR},
                 {CALL_SEND, ENOBUFS},         {CALL_SENDMSG, EPIPE},    {CALL_SENDMSG, ECONNRESET},
                 {CALL_SENDMSG, EINTR},        {CALL_SENDMSG, ENOBUFS},  {CALL_SENDMSG, ENOMEM},
                 {CALL_SETSOCKOPT, ENOMEM}};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_with_each_call_failing_leaves_nothing),
        cmocka_unit_test(serve_with_each_call_failing_goes_on),
        cmocka_unit_test(accept_that_goes_on_failing_is_tried_now_and_then),
    };
    is_starter = true;
    promlet_counter_inc(promlet_counter_new(NULL, &(promlet_opts){.name = "jobs_total"}));
    /* The thread sanitizer makes a thread of its own beside the first. */
    promlet_server_stop(start_well());
    alarm(110); /* A hang must end the run. */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
