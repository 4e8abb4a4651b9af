/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which CPU a thread runs on, as far as that is known without a system call. There is a
 * file for each sort of system: stripe_rseq.c where libc registers rseq areas (glibc 2.35), else
 * stripe_thread.c.
 */
#ifndef PML_BASE_STRIPE_H
#define PML_BASE_STRIPE_H

#include <stdint.h>

/* A number for this thread: of the CPU it runs on, or at least one that most threads have for
   themselves. Any value; the thread may run elsewhere a moment later. Signal-safe. */
uint32_t pml_stripe(void);

/* The highest number of the CPUs that this thread may run on; 0 if the system does not say. */
uint32_t pml_highest_cpu(void);

/* From the thread pointer of any thread to its rseq area; 0 if libc has registered none. */
int64_t pml_rseq_offset(void);

#endif
