/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that tests set; the clock itself is in base/clock.h, which knows no public header. */
#include <promlet/testing.h>

#include "base/clock.h"
#include "base/report.h"

#include <math.h>

/* Nanoseconds must fit into 63 bits. In 1970 and 292 years. */
#define MOST_SECONDS 9.2e9

/* To the nearest nanosecond. The seconds are split, since their product has more bits than a
 * double. */
static uint64_t ns_of(double seconds)
{
    double whole = floor(seconds);
    return (uint64_t)whole * PML_NS_PER_SECOND +
           (uint64_t)llround((seconds - whole) * (double)PML_NS_PER_SECOND);
}

static promlet_status refuse(const char *what)
{
    return pml_fail(PROMLET_ERROR_ARGUMENT, "%s: must be from 0 to 9.2e9 seconds", what);
}

promlet_status promlet_testing_set_time(double unix_seconds)
{
    if (!(unix_seconds >= 0 && unix_seconds < MOST_SECONDS)) {
        return refuse("the time of a test");
    }
    pml_clock_stop_at(ns_of(unix_seconds));
    return PROMLET_OK;
}

promlet_status promlet_testing_advance(double seconds)
{
    if (!(seconds >= 0 && seconds < MOST_SECONDS) || !pml_clock_advance(ns_of(seconds))) {
        return refuse("the time that passes in a test");
    }
    return PROMLET_OK;
}

void promlet_testing_use_real_time(void)
{
    pml_clock_run();
}
