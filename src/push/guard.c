/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some TLS libraries write to a socket that the other side has closed without asking for no signal.
 * A SIGPIPE goes to the thread that writes, so it is blocked in this one, and taken away if it
 * came, before the host can see it. A thread that is cancelled half-way would leave connections
 * open.
 */
#include "push/guard.h"

#include <pthread.h>
#include <time.h>

static bool is_pending(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

void pml_push_guard_begin(pml_push_guard *guard)
{
    sigset_t pipes;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &guard->cancel_state);
    guard->was_pending = is_pending();
    pthread_sigmask(SIG_BLOCK, &pipes, &guard->mask);
}

void pml_push_guard_end(const pml_push_guard *guard)
{
    static const struct timespec no_time = {0, 0};
    sigset_t pipes;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    if (!guard->was_pending && is_pending()) {
        (void)sigtimedwait(&pipes, NULL, &no_time);
    }
    pthread_sigmask(SIG_SETMASK, &guard->mask, NULL);
    pthread_setcancelstate(guard->cancel_state, NULL);
}
