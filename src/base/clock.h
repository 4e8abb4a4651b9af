/* SPDX-License-Identifier: Apache-2.0 */
/* The monotonic clock, precise and coarse. */
#ifndef PML_BASE_CLOCK_H
#define PML_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some moment in the past; never goes back. Signal-safe. */
uint64_t pml_clock_monotonic_ns(void);

/* The same clock as of the kernel's last tick, which is milliseconds old; the precise clock where
   there is no such thing. Signal-safe. */
uint64_t pml_clock_coarse_ns(void);

#endif
