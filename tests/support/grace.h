/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of read sections share: polling a grace period, and a forked child with an end. */
#ifndef TESTS_SUPPORT_GRACE_H
#define TESTS_SUPPORT_GRACE_H

#include "base/locks.h"
#include "series/readers.h"
#include "series/spread.h"
#include "support/expect.h"
#include "support/hang.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that waits for ever is ended by SIGALRM. */
#define GRACE_SECONDS_UNTIL_KILLED 20

/* As the first metric with labels does. */
static inline void grace_prepare(void)
{
    pml_lock(PML_LOCK_CHANGES);
    pml_readers_prepare(true);
    pml_unlock(PML_LOCK_CHANGES);
}

static inline uint64_t grace_ticket(void)
{
    pml_lock(PML_LOCK_CHANGES);
    uint64_t ticket = pml_grace_ticket();
    pml_unlock(PML_LOCK_CHANGES);
    return ticket;
}

/* Whether it is over, without a look at readers. */
static inline bool grace_is_over(uint64_t ticket)
{
    pml_lock(PML_LOCK_CHANGES);
    bool is_over = pml_grace_is_over(ticket);
    pml_unlock(PML_LOCK_CHANGES);
    return is_over;
}

static inline bool grace_is_over_after(uint64_t ticket, int polls)
{
    for (int i = 0; i < polls; i++) {
        pml_lock(PML_LOCK_CHANGES);
        pml_grace_advance();
        pml_unlock(PML_LOCK_CHANGES);
    }
    return grace_is_over(ticket);
}

/* Whether readers leave their fences to whoever looks. */
static inline bool grace_needs_fence_everywhere(void)
{
    const struct promlet_spread *spread = pml_spread_of(&pml_all_readers.spread);
    return spread != NULL && spread->rseq_offset != 0;
}

/* Of a forked child; 1000 and more: the signal that ended it. */
static inline int grace_exit_status_of(int (*run)(void))
{
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGALRM, SIG_DFL);
        end_hang_after(GRACE_SECONDS_UNTIL_KILLED);
        _exit(run());
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#endif
