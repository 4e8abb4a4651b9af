/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for the rounds of a thread of <promlet/periodic.h>. */
#ifndef TESTS_SUPPORT_PERIODIC_H
#define TESTS_SUPPORT_PERIODIC_H

#include <promlet/periodic.h>

#include <sched.h>

/* Nobody waits for a second round. */
#define AN_HOUR 3600.0

static inline void wait_for_rounds(promlet_periodic *periodic, uint64_t least)
{
    while (promlet_periodic_rounds(periodic) < least) {
        (void)sched_yield();
    }
}

#endif
