/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which CPU a thread runs on, as far as that is known without a system call. One file a system
 * says so: stripe_rseq.c where libc registers rseq areas (glibc 2.35), else stripe_thread.c.
 */
#ifndef PML_BASE_STRIPE_H
#define PML_BASE_STRIPE_H

#include <stdint.h>

/* A number for this thread: of the CPU it runs on, or at least one that most threads have for
   themselves. Any value; the thread may run elsewhere a moment later. Signal-safe. */
uint32_t pml_stripe(void);

/* From the thread pointer of any thread to its rseq area; 0 if libc has registered none. */
int64_t pml_rseq_offset(void);

#endif
