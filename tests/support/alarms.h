/* SPDX-License-Identifier: Apache-2.0 */
/* A timer whose signals strike wherever the program is just then. */
#ifndef TESTS_SUPPORT_ALARMS_H
#define TESTS_SUPPORT_ALARMS_H

#include "support/expect.h"

#include <signal.h>
#include <sys/time.h>

#define ALARMS_MICROSECONDS 50

static inline void alarms_set(int microseconds)
{
    const struct itimerval timer = {{0, microseconds}, {0, microseconds}};
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* The kernel prefers the main thread, which shall not have them all, or have none beside it. */
static inline void alarms_block(bool is_blocked)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGALRM);
    assert_int_equal(pthread_sigmask(is_blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL), 0);
}

/* The handler is run for SIGALRM from now on. */
static inline void alarms_begin(void (*handler)(int))
{
    const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    alarms_set(ALARMS_MICROSECONDS);
}

/* It may still be running in other threads. */
static inline void alarms_end(void)
{
    alarms_set(0);
    (void)signal(SIGALRM, SIG_IGN);
}

#endif
