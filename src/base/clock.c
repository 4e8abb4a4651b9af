/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks, read without a system call where the vDSO has them. */
#include "base/clock.h"

#include <time.h>

/* Linux has it; elsewhere the precise clock does. */
#ifdef CLOCK_MONOTONIC_COARSE
#define COARSE_CLOCK CLOCK_MONOTONIC_COARSE
#else
#define COARSE_CLOCK CLOCK_MONOTONIC
#endif

_Atomic uint64_t pml_clock_shift;
static _Atomic uint64_t unix_shift; /* as the former; 0 while the clock runs */

static uint64_t read_ns(clockid_t clock)
{
    struct timespec now = {0, 0};
    /* Fails only for an unknown clock, which POSIX and Linux rule out here; then time stands still.
     */
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * PML_NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static uint64_t read_shifted(clockid_t clock, uint64_t shift)
{
    return (shift & PML_CLOCK_STOPPED) != 0 ? shift & ~PML_CLOCK_STOPPED : read_ns(clock) + shift;
}

uint64_t pml_clock_monotonic_ns(void)
{
    /* relaxed: one word that stands for itself. */
    return read_shifted(CLOCK_MONOTONIC, pml_load_relaxed(&pml_clock_shift));
}

uint64_t pml_clock_coarse_ns(void)
{
    /* relaxed: one word that stands for itself. */
    return read_shifted(COARSE_CLOCK, pml_load_relaxed(&pml_clock_shift));
}

uint64_t pml_clock_unix_ns(void)
{
    /* relaxed: one word that stands for itself. */
    return read_shifted(CLOCK_REALTIME, pml_load_relaxed(&unix_shift));
}

/* ---- for tests ------------------------------------------------------------------------------- */

static void stop_at(_Atomic uint64_t *shift, uint64_t ns)
{
    /* relaxed: one word that stands for itself, also for the sanitizer: who reads meanwhile gets
       the time before or after. */
    pml_store_relaxed(shift, ns | PML_CLOCK_STOPPED);
}

void pml_clock_stop_at(uint64_t unix_ns)
{
    stop_at(&pml_clock_shift, pml_clock_monotonic_ns());
    stop_at(&unix_shift, unix_ns);
}

bool pml_clock_advance(uint64_t ns)
{
    uint64_t monotonic_ns = pml_clock_monotonic_ns();
    uint64_t unix_ns = pml_clock_unix_ns();
    uint64_t later_ns = monotonic_ns > unix_ns ? monotonic_ns : unix_ns;
    if (ns >= PML_CLOCK_STOPPED - later_ns) {
        return false;
    }
    stop_at(&pml_clock_shift, monotonic_ns + ns);
    stop_at(&unix_shift, unix_ns + ns);
    return true;
}

void pml_clock_run(void)
{
    uint64_t stopped_ns = pml_clock_monotonic_ns();
    /* The coarse clock is behind; it must not go back either. */
    uint64_t real_ns = read_ns(COARSE_CLOCK);
    /* relaxed: as in stop_at(). */
    pml_store_relaxed(&pml_clock_shift, stopped_ns > real_ns ? stopped_ns - real_ns : 0);
    pml_store_relaxed(&unix_shift, 0);
}
