/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers: how long something took, as a value that needs no freeing.
 *
 *     promlet_histogram *latency = promlet_histogram_new(
 *         NULL, &(promlet_opts){.name = "lookup_seconds", .help = "Time of a lookup."});
 *     promlet_timer timer = promlet_timer_start_with(PROMLET_CLOCK_FAST);
 *     ...
 *     promlet_timer_observe(timer, latency);
 *
 * Reading the clock costs more than recording what it says. promlet_timer_start() takes the precise
 * clock, which is right unless what is timed takes less than some microseconds and happens very
 * often; promlet_clock says what the others cost and what they give up.
 */
#ifndef PROMLET_TIMER_H
#define PROMLET_TIMER_H

#include <promlet/export.h>
#include <promlet/histogram.h>
#include <promlet/labels.h>
#include <promlet/summary.h>

#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/**
 * What a timer reads. All of them are monotonic: nobody sets them back. Costs are of one reading on
 * x86-64 Linux, where the precise clock needs no system call; a timer takes two readings. A value
 * that is none of these means PROMLET_CLOCK_PRECISE.
 */
typedef enum promlet_clock {
    /**
     * CLOCK_MONOTONIC.
     * Cost: 20 to 30 ns.
     * Accuracy: the clock's own, some 10 ns; at the rate that time synchronisation gives it.
     * Order: on x86-64 the reading waits for the instructions before it.
     * Suspend: the time in which the machine sleeps is not counted.
     * Migration of a virtual machine: as its system handles it.
     */
    PROMLET_CLOCK_PRECISE = 0,
    /**
     * The CPU's time-stamp counter, where it runs at one rate (x86-64 with an invariant counter,
     * which some virtual machines hide); elsewhere the precise clock.
     * Cost: less than half of the precise clock. Until the counter's rate is known, which takes
     * 10 ms from the first use in the process, twice the precise clock at the start of a timer.
     * So also whenever the rate is in doubt, and in a process that starts no fast timer for 4 s
     * before it is known. Once a second one timer costs as much, to learn the rate anew.
     * Accuracy: the rate is learned from the precise clock and seldom wrong by more than 10
     * millionths, never by more than 62 when it was learned. It is off by up to 0.1 % for a second
     * when the precise clock is being slewed. CPUs may differ by some 10 ns; what would come out
     * negative is 0.
     * Order: none. The CPU may read it earlier or later than the program says, by what it has in
     * flight, some 10 ns as a rule, 100 ns and more beside a cache miss.
     * Suspend: the time in which the machine sleeps may be counted or not, and a timer that runs
     * through it may show anything, though never less than 0.
     * Migration of a virtual machine: a timer that runs through it may show anything likewise. If
     * the rate changes, timers are wrong in proportion, until one that ends a second or so after
     * the rate was last learned notices; after that the precise clock is used until the new rate
     * is known.
     */
    PROMLET_CLOCK_FAST,
    /**
     * CLOCK_MONOTONIC_COARSE, which is the precise clock as of the kernel's last tick; on systems
     * other than Linux the precise clock.
     * Cost: an eighth of the precise clock.
     * Accuracy: one tick of the kernel, which is 1 to 10 ms, either way. What takes less comes out
     * as 0, or now and then as a whole tick: the sum of many is about right, buckets below a tick
     * tell nothing.
     * Order: none, which does not matter at this resolution.
     * Suspend, migration: as the precise clock.
     */
    PROMLET_CLOCK_COARSE,
    /**
     * None: the timer tells 0 and records nothing. What a timer has that is started while recording
     * is switched off (recording.h). Asked for, it times only some of many calls:
     * promlet_timer_start_with(is_sampled ? PROMLET_CLOCK_PRECISE : PROMLET_CLOCK_NONE).
     */
    PROMLET_CLOCK_NONE
} promlet_clock;

/** A moment. Copy it freely; there is nothing to free, so any way out of a function is fine. */
typedef struct promlet_timer {
    uint64_t start;      /**< Nanoseconds; ticks when the clock is PROMLET_CLOCK_FAST; or 0. */
    promlet_clock clock; /**< What was read, and will be; not always what was asked for. */
} promlet_timer;

/**
 * Note the time on the precise clock.
 *
 * Returns: the moment; while recording is switched off, a timer with PROMLET_CLOCK_NONE.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_timer promlet_timer_start(void);

/**
 * Note the time on a clock of your choice. The timer remembers the clock.
 *
 * clock  what to read, or PROMLET_CLOCK_PRECISE if that can't be had. Any other value means
 *        PROMLET_CLOCK_PRECISE, too.
 * Returns: the moment; while recording is switched off, a timer with PROMLET_CLOCK_NONE.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_timer promlet_timer_start_with(promlet_clock clock);

/**
 * The time since a timer was started, also while recording is switched off.
 *
 * timer  from promlet_timer_start() or promlet_timer_start_with().
 * Returns: seconds, never negative; 0 for a timer with PROMLET_CLOCK_NONE, which is nothing to
 * record.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_timer_seconds(promlet_timer timer);

/**
 * Record the time since a timer was started. A timer can be observed more than once. With
 * PROMLET_CLOCK_NONE, and while recording is switched off, nothing is recorded and no clock read.
 *
 * timer      from promlet_timer_start() or promlet_timer_start_with().
 * histogram  as for promlet_histogram_observe(); its unit must be seconds.
 * Returns: the seconds that were recorded, never negative; 0 when nothing was.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_timer_observe(promlet_timer timer, promlet_histogram *histogram);

/**
 * Record the time since a timer was started in a summary: promlet_timer_observe() for one.
 *
 * timer    from promlet_timer_start() or promlet_timer_start_with().
 * summary  as for promlet_summary_observe(); its unit must be seconds.
 * Returns: the seconds that were recorded, never negative; 0 when nothing was.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_timer_observe_summary(promlet_timer timer, promlet_summary *summary);

/**
 * Record the time since a timer was started in the series with these label values, which is created
 * when it is new: promlet_timer_observe() for code that can't keep a handle. The usual call is
 * promlet_timer_observe_by(timer, family, "GET", "200"), which counts the values. Unlike
 * promlet_histogram_observe_by() with promlet_timer_seconds(), it records nothing of a timer that
 * was started while recording was switched off.
 *
 * timer   from promlet_timer_start() or promlet_timer_start_with().
 * family  as for promlet_histogram_observe_by_values(), with the same errors; its unit must be
 *         seconds.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Returns: the seconds, never negative, also when there is no series for them; 0 with
 * PROMLET_CLOCK_NONE and while recording is switched off.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API double promlet_timer_observe_by_values(promlet_timer timer,
                                                   promlet_histogram_family *family,
                                                   const char *const *values, size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
template <class... Values>
double promlet_timer_observe_by(promlet_timer timer, promlet_histogram_family *family,
                                Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_timer_observe_by_values(timer, family, list, sizeof...(values));
}
#else
#define promlet_timer_observe_by(timer, family, ...)                                               \
    promlet_timer_observe_by_values((timer), (family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
