/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel keeps the number of the CPU in the rseq area that glibc registers for each thread. */
#define _GNU_SOURCE /* sched_getaffinity() */

#include "base/stripe.h"

#include "base/atomic.h"
#include "base/hash.h"

#include <sched.h>
#include <stddef.h>
#include <sys/rseq.h>

int64_t pml_rseq_offset(void)
{
    /* glibc says 0 when the kernel has no rseq, or when a tunable or valgrind keeps it away. */
    return __rseq_size != 0 ? (int64_t)__rseq_offset : 0;
}

uint32_t pml_stripe(void)
{
    const char *thread = __builtin_thread_pointer();
    if (__rseq_size != 0) {
        const struct rseq *area = (const struct rseq *)(const void *)(thread + __rseq_offset);
        /* relaxed: the kernel writes it on this thread's own CPU. */
        return pml_half_word_load_relaxed(&area->cpu_id);
    }
    return (uint32_t)pml_hash_mix((uint64_t)(uintptr_t)thread, PML_HASH_ODD1);
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
