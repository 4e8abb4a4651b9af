/* SPDX-License-Identifier: Apache-2.0 */
/* Sending to Graphite where the system or memory fails at any step: the error says which it was,
   and no descriptor and no memory is left over. */
#include "support/failing_steps.h"
#include "support/graphite_peer.h"
#include "support/hang.h"

#include <errno.h>
#include <netdb.h>

enum {
    CALL_GETADDRINFO = NO_CALL + 1,
    CALL_SOCKET,
    CALL_CONNECT,
    CALL_POLL,
    CALL_GETSOCKOPT,
    CALL_SEND,
    CALL_SHUTDOWN,
    CALL_RECV
};

/* Sockets of this thread have small buffers and send in small pieces. */
static _Thread_local bool is_narrow;

/* The host "two" has one address twice. */
WRAP(int, getaddrinfo,
     (const char *host, const char *service, const struct addrinfo *hints,
      struct addrinfo **addresses))
{
    bool is_two = strcmp(host, "two") == 0;
    if (fails(CALL_GETADDRINFO)) {
        int error = fault.error;
        errno = EMFILE;
        return error;
    }
    int error = __real_getaddrinfo(is_two ? "127.0.0.1" : host, service, hints, addresses);
    if (error == 0 && is_two) {
        error = __real_getaddrinfo("127.0.0.1", service, hints, &(*addresses)->ai_next);
    }
    return error;
}

WRAP(int, socket, (int family, int type, int protocol))
{
    int fd = fails(CALL_SOCKET) ? -1 : __real_socket(family, type, protocol);
    if (is_narrow && fd >= 0) {
        int size = 4096;
        assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
    }
    return fd;
}

WRAP(int, connect, (int fd, const struct sockaddr *address, socklen_t size))
{
    return fails(CALL_CONNECT) ? -1 : __real_connect(fd, address, size);
}

WRAP(int, poll, (struct pollfd * fds, nfds_t count, int timeout))
{
    return fails(CALL_POLL) ? -1 : __real_poll(fds, count, timeout);
}

WRAP(int, getsockopt, (int fd, int level, int option, void *value, socklen_t *size))
{
    return fails(CALL_GETSOCKOPT) ? -1 : __real_getsockopt(fd, level, option, value, size);
}

WRAP(ssize_t, send, (int fd, const void *data, size_t size, int flags))
{
    if (fails(CALL_SEND)) {
        return -1;
    }
    return __real_send(fd, data, is_narrow && size > 1000 ? 1000 : size, flags);
}

WRAP(int, shutdown, (int fd, int how))
{
    return fails(CALL_SHUTDOWN) ? -1 : __real_shutdown(fd, how);
}

WRAP(ssize_t, recv, (int fd, void *data, size_t size, int flags))
{
    return fails(CALL_RECV) ? -1 : __real_recv(fd, data, size, flags);
}

static graphite_peer peer;

static promlet_status send_with(promlet_registry *registry, int call, int error, int after)
{
    promlet_graphite_opts options = {
        .registry = registry, .host = "127.0.0.1", .port = peer.port, .send_seconds = 30};
    fault.call = call;
    fault.error = error;
    fault.after = after;
    promlet_status status = promlet_graphite_send(&options, NULL);
    fault.call = NO_CALL;
    return status;
}

static void expect_sentence(const char *reason)
{
    char expected[300];
    (void)snprintf(expected, sizeof expected, "127.0.0.1:%d: %s", peer.port, reason);
    assert_string_equal(promlet_last_error(), expected);
}

/* The lowest that is free: each one that is left open raises it. */
static int free_descriptor(void)
{
    int fd = dup(STDERR_FILENO);
    assert_int_equal(close(fd), 0);
    return fd;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* The document of 15 bytes is sent at once. */
static void step_that_fails_is_told(void **state)
{
    static const struct {
        int call;
        int error;
        promlet_status status;
        const char *reason;
    } cases[] = {
        {CALL_GETADDRINFO, EAI_NONAME, PROMLET_ERROR_UNREACHABLE,
         "finding its address: Name or service not known"},
        {CALL_GETADDRINFO, EAI_AGAIN, PROMLET_ERROR_UNREACHABLE,
         "finding its address: Temporary failure in name resolution"},
        {CALL_GETADDRINFO, EAI_SYSTEM, PROMLET_ERROR_UNREACHABLE,
         "finding its address: Too many open files"},
        {CALL_SOCKET, EMFILE, PROMLET_ERROR_SYSTEM, "connecting: Too many open files"},
        {CALL_SOCKET, ENOBUFS, PROMLET_ERROR_MEMORY, "connecting: No buffer space available"},
        {CALL_CONNECT, ENETUNREACH, PROMLET_ERROR_UNREACHABLE,
         "connecting: Network is unreachable"},
        {CALL_CONNECT, ETIMEDOUT, PROMLET_ERROR_TIMEOUT, "connecting: Connection timed out"},
        {CALL_POLL, EINVAL, PROMLET_ERROR_UNREACHABLE, "connecting: Invalid argument"},
        {CALL_GETSOCKOPT, EHOSTUNREACH, PROMLET_ERROR_UNREACHABLE, "connecting: No route to host"},
        {CALL_SEND, ECONNRESET, PROMLET_ERROR_UNREACHABLE,
         "sending, after 0 bytes: Connection reset by peer"},
        {CALL_SEND, EPIPE, PROMLET_ERROR_UNREACHABLE, "sending, after 0 bytes: Broken pipe"},
        {CALL_SHUTDOWN, ENOTCONN, PROMLET_ERROR_UNREACHABLE,
         "waiting for its end, after 15 bytes: Transport endpoint is not connected"},
        {CALL_RECV, ECONNRESET, PROMLET_ERROR_UNREACHABLE,
         "waiting for its end, after 15 bytes: Connection reset by peer"},
    };
    (void)state;
    promlet_registry *registry = registry_of(1);
    int before = free_descriptor();
    peer_starts(&peer, PEER_READS);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(send_with(registry, cases[i].call, cases[i].error, 0), cases[i].status);
        expect_sentence(cases[i].reason);
    }
    assert_int_equal(send_with(registry, CALL_GETADDRINFO, EAI_MEMORY, 0), PROMLET_ERROR_MEMORY);
    assert_int_equal(send_with(registry, NO_CALL, 0, 0), PROMLET_OK);
    peer_ends(&peer);
    assert_int_equal(free_descriptor(), before);
    promlet_registry_free(registry);
}

static void call_that_is_interrupted_is_repeated(void **state)
{
    static const int calls[] = {CALL_POLL, CALL_SEND, CALL_RECV};
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_READS);
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        assert_int_equal(send_with(registry, calls[i], EINTR, 0), PROMLET_OK);
    }
    assert_int_equal(send_with(registry, CALL_SEND, EAGAIN, 0), PROMLET_OK);
    assert_int_equal(send_with(registry, CALL_RECV, EAGAIN, 0), PROMLET_OK);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void document_goes_in_any_pieces(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    peer_starts(&peer, PEER_READS);
    is_narrow = true;
    assert_int_equal(send_with(registry, NO_CALL, 0, 0), PROMLET_OK);
    is_narrow = false;
    char *text = peer_text(&peer);
    assert_non_null(strstr(text, "\ng.which.series_number_00000999_of_a_large_one 1 1"));
    free(text);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

/* More than both sides have room for. */
static void peer_that_does_not_read_takes_its_time(void **state)
{
    int size = 4096;
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    peer.listener = bind_any(&peer.port);
    assert_int_equal(setsockopt(peer.listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), 0);
    peer_starts_on(&peer, PEER_IS_SILENT);
    promlet_graphite_opts options = {
        .registry = registry, .host = "127.0.0.1", .port = peer.port, .send_seconds = 0.05};
    is_narrow = true;
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_ERROR_TIMEOUT);
    is_narrow = false;
    assert_non_null(strstr(promlet_last_error(), ": sending, after "));
    assert_non_null(strstr(promlet_last_error(), " bytes: Connection timed out"));
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void next_address_is_tried(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_READS);
    promlet_graphite_opts options = {.registry = registry, .host = "two", .port = peer.port};
    for (int after = 0; after < 3; after++) {
        fault.call = CALL_CONNECT;
        fault.error = ENETUNREACH;
        fault.after = after;
        assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_OK);
        assert_true((fault.call == NO_CALL) == (after == 0));
    }
    fault.call = NO_CALL;
    peer_ends(&peer);
    promlet_registry_free(registry);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static promlet_status send_once(promlet_registry *registry)
{
    return send_with(registry, NO_CALL, 0, 0);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    peer_starts(&peer, PEER_READS);
    survive_each_refusal(send_once, registry);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static promlet_status start(promlet_registry *registry, promlet_periodic **periodic)
{
    promlet_graphite_opts options = {
        .registry = registry, .host = "127.0.0.1", .port = peer.port, .prefix = "a"};
    return promlet_graphite_start(&options, periodic);
}

static void start_survives_each_failing_allocation(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_READS);
    start_in_spite_of_refusals(start, registry);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_that_fails_is_told),
        cmocka_unit_test(call_that_is_interrupted_is_repeated),
        cmocka_unit_test(document_goes_in_any_pieces),
        cmocka_unit_test(peer_that_does_not_read_takes_its_time),
        cmocka_unit_test(next_address_is_tried),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(start_survives_each_failing_allocation),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
