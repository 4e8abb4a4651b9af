/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monotonic clock, precise and coarse, and the time of day; and how a test takes their place.
 * All time that promlet tells comes from here, but for the CPU's counter (base/ticks.h). What waits
 * for real, as for another thread, must not: for a test may have stopped this time.
 */
#ifndef PML_BASE_CLOCK_H
#define PML_BASE_CLOCK_H

#include "base/atomic.h"

#include <stdbool.h>
#include <stdint.h>

#define PML_NS_PER_SECOND UINT64_C(1000000000)

/* Nanoseconds since some moment in the past; never goes back. Signal-safe. */
uint64_t pml_clock_monotonic_ns(void);

/* The same clock as of the kernel's last tick, which is milliseconds old; the precise clock where
   there is no such thing. Signal-safe. */
uint64_t pml_clock_coarse_ns(void);

/* Nanoseconds since 1970 (Unix time); may be set back. Signal-safe. */
uint64_t pml_clock_unix_ns(void);

/* ---- for tests ------------------------------------------------------------------------------- */

/* Of a clock that was stopped: this bit, and the nanoseconds at which it stands. Else how far it is
   ahead of the system's. */
#define PML_CLOCK_STOPPED (UINT64_C(1) << 63)
extern _Atomic uint64_t pml_clock_shift;

/* Whether the monotonic clock is the system's. */
static inline bool pml_clock_is_real(void)
{
    /* relaxed: one word that stands for itself. */
    return pml_load_relaxed(&pml_clock_shift) == 0;
}

/* Stops all clocks, the time of day at unix_ns, below 2^63. The monotonic clock stands where it is,
   as it does when someone sets a system's time of day. A thread that is reading it just then may be
   a moment ahead. This call and the next two: one thread at a time, while others may read. */
void pml_clock_stop_at(uint64_t unix_ns);

/* Moves all clocks on, which stops them where they are if they run. False, and nothing happens,
   beyond 2^63. */
bool pml_clock_advance(uint64_t ns);

/* Lets the clocks run: the time of day as the system has it, the monotonic clock from where it
   stood, or from the system's if that is ahead. */
void pml_clock_run(void);

#endif
