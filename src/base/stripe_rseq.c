/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel keeps the number of the CPU in the rseq area that glibc registers for each thread. */
#define _GNU_SOURCE /* sched_getaffinity() */

#include "base/stripe.h"

#ifndef PML_HAS_RSEQ
#error "stripe_rseq.c is for builds with PML_HAS_RSEQ; stripe_thread.c for all others"
#endif

#include <sched.h>
#include <sys/rseq.h>

int64_t pml_rseq_offset(void)
{
    /* glibc says 0 when the kernel has no rseq, or when a tunable or valgrind keeps it away. */
    return __rseq_size != 0 ? (int64_t)__rseq_offset : 0;
}

uint32_t pml_highest_cpu(void)
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    uint32_t highest = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            highest = CPU_ISSET(cpu, &allowed) ? cpu : highest;
        }
    }
    return highest;
}
