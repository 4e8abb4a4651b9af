/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each system call of each kind that a server makes for a client with TLS fails, one after the
 * other, once or from then on: amid its handshake, its request, its answer and its end. Nothing is
 * left behind, and without the fault all is well again.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/faulty_calls.h"
#include "server/tls_server.h"
#include "support/footprint.h"
#include "support/hang.h"

/* How long a client waits for what may never come. */
#define PATIENCE_MS 100

/* More calls of a kind than one client takes. */
#define MOST_CALLS 100

static void assert_serves(const promlet_server *server)
{
    tls_manners manners = anonymous();
    assert_int_equal(status_of(server, &manners), 200);
}

/* A client that is answered, or meets the fault. Who did neither was in too much of a hurry for a
   machine with much else to do, and tries again. */
static void ask_in_vain(const promlet_server *server)
{
    tls_manners hurried = anonymous();
    hurried.patience_ms = PATIENCE_MS;
    while (status_of(server, &hurried) == 0 && atomic_load(&fault.hits) == 0) {
    }
}

/* Returns whether the fault was met. */
static bool serve_with_fault(enum call call, int error, int after, bool is_sticky)
{
    footprint before = take_footprint_without_server();
    promlet_server *server = start(NULL);
    set_fault(call, error, after, is_sticky, false);
    ask_in_vain(server);
    clear_fault();
    assert_serves(server);
    promlet_server_stop(server);
    assert_nothing_is_left(&before);
    return atomic_load(&fault.hits) > 0;
}

/* The first client is served by a server that is new, so each call of its is met. */
static void serve_with_each_call_failing_goes_on(void **state)
{
    static const struct {
        enum call call;
        int error;
    } cases[] = {{CALL_RECV, ECONNRESET},  {CALL_RECV, EINTR},       {CALL_RECV, EIO},
                 {CALL_RECV, ENOMEM},      {CALL_SENDMSG, EPIPE},    {CALL_SENDMSG, EINTR},
                 {CALL_SENDMSG, ENOBUFS},  {CALL_EPOLL_CTL, ENOSPC}, {CALL_EPOLL_CTL, ENOMEM},
                 {CALL_SETSOCKOPT, ENOMEM}};
    int points = 0;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int after = 0;
        while (after < MOST_CALLS &&
               serve_with_fault(cases[i].call, cases[i].error, after, false)) {
            (void)serve_with_fault(cases[i].call, cases[i].error, after, true);
            after++;
        }
        if (after == 0) {
            fail_msg("case %zu: the call is not made", i);
        }
        points += after;
    }
    print_message("%d calls, each once and from then on\n", points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWED(serve_with_each_call_failing_goes_on),
    };
    is_starter = true;
    /* The thread sanitizer makes a thread of its own beside the first. */
    promlet_server_stop(start_any(NULL));
    end_hang_after(110);
    return cmocka_run_group_tests(tests, begin, end);
}
