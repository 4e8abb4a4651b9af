/* SPDX-License-Identifier: Apache-2.0 */
/* The monotonic clock. */
#ifndef PML_BASE_CLOCK_H
#define PML_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some moment in the past; never goes back. Signal-safe. */
uint64_t pml_clock_monotonic_ns(void);

#endif
