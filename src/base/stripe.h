/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which CPU a thread runs on, as far as that is known without a system call. There is a
 * file for each sort of system: stripe_rseq.c where libc registers rseq areas (glibc 2.35), which
 * CMake says by PML_HAS_RSEQ, else stripe_thread.c.
 */
#ifndef PML_BASE_STRIPE_H
#define PML_BASE_STRIPE_H

#include <stdint.h>

/* pml_stripe(): a number for this thread: of the CPU it runs on, or at least one that most threads
   have for themselves. Any value; the thread may run elsewhere a moment later. Signal-safe. */

#ifdef PML_HAS_RSEQ

#include "base/atomic.h"
#include "base/hash.h"

#include <sys/rseq.h>

/* In place: a call costs a tenth of a whole recording on a cell of this number. */
static inline uint32_t pml_stripe(void)
{
    const char *thread = __builtin_thread_pointer();
    if (__rseq_size != 0) {
        const struct rseq *area = (const struct rseq *)(const void *)(thread + __rseq_offset);
        /* relaxed: the kernel writes it on this thread's own CPU. */
        return pml_half_word_load_relaxed(&area->cpu_id);
    }
    return (uint32_t)pml_hash_mix((uint64_t)(uintptr_t)thread, PML_HASH_ODD1);
}

#else

uint32_t pml_stripe(void);

#endif

/* The highest number of the CPUs that this thread may run on; 0 if the system does not say. */
uint32_t pml_highest_cpu(void);

/* From the thread pointer of any thread to its rseq area; 0 if libc has registered none. */
int64_t pml_rseq_offset(void);

#endif
