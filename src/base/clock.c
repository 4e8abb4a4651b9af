/* SPDX-License-Identifier: Apache-2.0 */
/* The monotonic clocks, read without a system call where the vDSO has them. */
#include "base/clock.h"

#include <time.h>

/* Linux has it; elsewhere the precise clock does. */
#ifdef CLOCK_MONOTONIC_COARSE
#define COARSE_CLOCK CLOCK_MONOTONIC_COARSE
#else
#define COARSE_CLOCK CLOCK_MONOTONIC
#endif

static uint64_t read_ns(clockid_t clock)
{
    struct timespec now = {0, 0};
    /* Fails only for an unknown clock, which POSIX and Linux rule out here; then time stands still.
     */
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t pml_clock_monotonic_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

uint64_t pml_clock_coarse_ns(void)
{
    return read_ns(COARSE_CLOCK);
}
