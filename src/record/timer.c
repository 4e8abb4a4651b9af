/* SPDX-License-Identifier: Apache-2.0 */
/* Timers: two readings of one clock. */
#include <promlet/timer.h>

#include "base/atomic.h"
#include "base/clock.h"
#include "base/ticks.h"
#include "base/ticks_scale.h"
#include "record/native.h"
#include "record/timer.h"

#include <promlet/hot_path.h>

/* To multiply with: a division takes 2 ns longer, for the last bit, which only a test can tell. */
#define SECONDS_PER_NANOSECOND 1e-9
/* What a tick is worth, for the whole process. */
static pml_ticks_scale scale;

static double seconds_between(uint64_t start_ns, uint64_t now_ns)
{
    /* A start in the future can only be made up; it must not become a huge duration. */
    if (now_ns <= start_ns) {
        return 0;
    }
    double ns = (double)(now_ns - start_ns);
    return pml_clock_is_real() ? ns * SECONDS_PER_NANOSECOND : ns / PML_NS_PER_SECOND;
}

static promlet_timer start_precise(void)
{
    return (promlet_timer){pml_clock_monotonic_ns(), PROMLET_CLOCK_PRECISE};
}

/* ---- the CPU's counter ----------------------------------------------------------------------- */

/* Reads counter and clock together and learns from it. Returns the clock's nanoseconds. Not
   inlined, so that the calls that need not learn save no registers for it. */
__attribute__((noinline)) static uint64_t learn_scale(void)
{
    uint64_t before = pml_ticks_read();
    uint64_t ns = pml_clock_monotonic_ns();
    pml_ticks_pair pair = pml_ticks_pair_of(before, ns, pml_ticks_read());
    pml_ticks_scale_learn(&scale, &pair);
    return ns;
}

/* What a timer does until the counter can be used, which may be never. */
static promlet_timer start_without_counter(void)
{
    if (!pml_clock_is_real() || !pml_ticks_are_steady()) {
        return start_precise();
    }
    return (promlet_timer){learn_scale(), PROMLET_CLOCK_PRECISE};
}

static promlet_timer start_fast(void)
{
    /* The counter can't be stopped as a test stops the clock, nor learned from that. */
    if (!pml_clock_is_real() || !pml_ticks_scale_is_known(&scale)) {
        return start_without_counter();
    }
    return (promlet_timer){pml_ticks_read(), PROMLET_CLOCK_FAST};
}

static double fast_seconds(uint64_t start)
{
    uint64_t now = pml_ticks_read();
    /* Before it is used, so that after a long rest nobody reckons with what is long past. */
    if (pml_ticks_scale_is_due(&scale, now) && pml_clock_is_real()) {
        (void)learn_scale();
    }
    /* The start may be of a CPU that is ahead. */
    return now > start ? pml_ticks_scale_seconds(&scale, now - start) : 0;
}

/* ---- timers ---------------------------------------------------------------------------------- */

static promlet_timer start_none(void)
{
    return (promlet_timer){0, PROMLET_CLOCK_NONE};
}

promlet_timer promlet_timer_start(void)
{
    return promlet_hot_is_off() ? start_none() : start_precise();
}

promlet_timer promlet_timer_start_with(promlet_clock clock)
{
    if (promlet_hot_is_off()) {
        return start_none();
    }
    switch (clock) {
    case PROMLET_CLOCK_NONE:
        return start_none();
    case PROMLET_CLOCK_FAST:
        return start_fast();
    case PROMLET_CLOCK_COARSE:
        return (promlet_timer){pml_clock_coarse_ns(), PROMLET_CLOCK_COARSE};
    case PROMLET_CLOCK_PRECISE:
    default:
        return start_precise();
    }
}

double promlet_timer_seconds(promlet_timer timer)
{
    switch (timer.clock) {
    case PROMLET_CLOCK_NONE:
        return 0;
    case PROMLET_CLOCK_FAST:
        return fast_seconds(timer.start);
    case PROMLET_CLOCK_COARSE:
        return seconds_between(timer.start, pml_clock_coarse_ns());
    case PROMLET_CLOCK_PRECISE:
    default:
        return seconds_between(timer.start, pml_clock_monotonic_ns());
    }
}

/* An observation of 0. It leaves the sum as it is, so none is added to: with the coarse clock an
   atomic addition is a tenth of all that a timer takes. */
static void count_zero(promlet_histogram *histogram)
{
    /* acquire: pairs with the release in settle() of static_metrics.c. */
    const struct promlet_bounds *bounds = pml_pointer_load_acquire(&histogram->bounds);
    size_t bucket = promlet_hot_bucket(bounds, 0);
    struct promlet_spread *spread = promlet_hot_spread(&histogram->spread);
    if (spread != NULL && pml_native_is_face(spread)) {
        pml_native_observe(spread, bucket, 0);
        return;
    }
    promlet_hot_add_whole(spread, PROMLET_HISTOGRAM_COUNTS + bucket, &histogram->buckets[bucket],
                          1);
}

/* Nearly all that the coarse clock tells is 0, and hardly anything that the others do. */
void pml_timer_record(promlet_histogram *histogram, double seconds)
{
    if (seconds != 0 || histogram == NULL || promlet_hot_is_flagged()) {
        promlet_hot_histogram_observe(histogram, seconds);
    } else {
        count_zero(histogram);
    }
}

double promlet_timer_observe(promlet_timer timer, promlet_histogram *histogram)
{
    if (promlet_hot_is_off() || timer.clock == PROMLET_CLOCK_NONE) {
        return 0;
    }
    double seconds = promlet_timer_seconds(timer);
    pml_timer_record(histogram, seconds);
    return seconds;
}

double promlet_timer_observe_summary(promlet_timer timer, promlet_summary *summary)
{
    if (promlet_hot_is_off() || timer.clock == PROMLET_CLOCK_NONE) {
        return 0;
    }
    double seconds = promlet_timer_seconds(timer);
    promlet_hot_summary_observe(summary, seconds);
    return seconds;
}
