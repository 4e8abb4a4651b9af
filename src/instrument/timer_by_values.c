/* SPDX-License-Identifier: Apache-2.0 */
/* A timer that is observed by label values; by handle it is in record/timer.c. */
#include <promlet/timer.h>

#include <promlet/recording.h>

double promlet_timer_observe_by_values(promlet_timer timer, promlet_histogram_family *family,
                                       const char *const *values, size_t count)
{
    if (timer.clock == PROMLET_CLOCK_NONE || !promlet_recording_is_on()) {
        return 0;
    }
    double seconds = promlet_timer_seconds(timer); /* before the look-up, which takes its time */
    promlet_histogram_observe_by_values(family, seconds, values, count);
    return seconds;
}
