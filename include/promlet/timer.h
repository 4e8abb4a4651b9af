/* SPDX-License-Identifier: Apache-2.0 */
/* Timers: how long something took, as a value that needs no freeing. */
#ifndef PROMLET_TIMER_H
#define PROMLET_TIMER_H

#include <promlet/export.h>
#include <promlet/histogram.h>

#include <stdint.h>

PROMLET_BEGIN_DECLS

/** A moment. Copy it freely; there is nothing to free, so any way out of a function is fine. */
typedef struct promlet_timer {
    uint64_t start_ns; /**< Monotonic clock, in nanoseconds. */
} promlet_timer;

/**
 * Note the time on the monotonic clock, which nobody sets back.
 *
 * Returns: the moment.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_timer promlet_timer_start(void);

/**
 * The time since a timer was started.
 *
 * timer  from promlet_timer_start().
 * Returns: seconds, never negative.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_timer_seconds(promlet_timer timer);

/**
 * Record the time since a timer was started. A timer can be observed more than once.
 *
 * timer      from promlet_timer_start().
 * histogram  as for promlet_histogram_observe(); its unit must be seconds.
 * Returns: the seconds that were recorded, never negative.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_timer_observe(promlet_timer timer, promlet_histogram *histogram);

PROMLET_END_DECLS

#endif
