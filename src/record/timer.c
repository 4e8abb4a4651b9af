/* SPDX-License-Identifier: Apache-2.0 */
/* Timers: two readings of the monotonic clock. */
#include <promlet/timer.h>

#include "base/clock.h"

#define NANOSECONDS_PER_SECOND 1e9

promlet_timer promlet_timer_start(void)
{
    return (promlet_timer){pml_clock_monotonic_ns()};
}

double promlet_timer_seconds(promlet_timer timer)
{
    uint64_t now = pml_clock_monotonic_ns();
    /* A start in the future can only be made up; it must not become a huge duration. */
    return now > timer.start_ns ? (double)(now - timer.start_ns) / NANOSECONDS_PER_SECOND : 0;
}

double promlet_timer_observe(promlet_timer timer, promlet_histogram *histogram)
{
    double seconds = promlet_timer_seconds(timer);
    promlet_histogram_observe(histogram, seconds);
    return seconds;
}
