/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recording calls themselves. The library compiles each as an ordinary function; a program that
 * includes <promlet/inline.h> compiles them in place. Not for programs to include or call by these
 * names.
 *
 * A recording adds to words of a cell: to this CPU's cell if the series is spread, else to the
 * series' own. No lock, no allocation, no system call, and no state of the thread but what libc
 * registers with the kernel for restartable sequences.
 */
#ifndef PROMLET_HOT_PATH_H
#define PROMLET_HOT_PATH_H

#include <promlet/cell.h>
#include <promlet/section.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PROMLET_LIKELY(condition) __builtin_expect(!!(condition), 1)

/* Whether recording is switched off. Each call but those of gauges asks first, so that what is not
   recorded is not refused either. */
PROMLET_ALWAYS_INLINE bool promlet_hot_is_off(void)
{
    /* relaxed: the switch stands for itself; who records meanwhile may see it a moment later. */
    uint32_t flags = __atomic_load_n(&promlet_cell1_switch.flags, __ATOMIC_RELAXED);
    return !PROMLET_LIKELY((flags & PROMLET_SWITCH_OFF) == 0);
}

/* Whether there is more to do, or less, than to record; the library then does it. */
PROMLET_ALWAYS_INLINE bool promlet_hot_is_flagged(void)
{
    /* relaxed: as above. */
    return !PROMLET_LIKELY(__atomic_load_n(&promlet_cell1_switch.flags, __ATOMIC_RELAXED) == 0);
}

/* ---- words ----------------------------------------------------------------------------------- */

PROMLET_ALWAYS_INLINE double promlet_hot_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

PROMLET_ALWAYS_INLINE uint64_t promlet_hot_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

PROMLET_ALWAYS_INLINE bool promlet_hot_is_finite(double value)
{
    return (promlet_hot_bits(value) << 1) < UINT64_C(0x7ff) << 53;
}

/* Adds to the double in a word that other threads add to as well. */
PROMLET_ALWAYS_INLINE void promlet_hot_add_shared_real(uint64_t *word, double amount)
{
    /* relaxed: nothing but the sum itself is handed on; see promlet_hot_add_whole() for order. */
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    uint64_t sum;
    do {
        sum = promlet_hot_bits(promlet_hot_double(old) + amount);
        /* relaxed: as above. Lock-free: a failed exchange means that another thread got on. */
    } while (
        !__atomic_compare_exchange_n(word, &old, sum, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

/* The per-CPU cells, or NULL. */
PROMLET_ALWAYS_INLINE struct promlet_spread *promlet_hot_spread(struct promlet_spread *const *place)
{
    /* acquire: pairs with the release in pml_spread_publish(); head and zeroed cells are ready. */
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

/* Adds to a word. What the thread recorded before is visible to whoever sees the addition. */
PROMLET_ALWAYS_INLINE void promlet_hot_add_whole(struct promlet_spread *spread, size_t word,
                                                 uint64_t *base, uint64_t amount)
{
    if (spread == NULL) {
        /* release: pairs with the acquire in pml_capture_bucket(); who sees a count sees
           the sum that was added to before. */
        (void)__atomic_fetch_add(base, amount, __ATOMIC_RELEASE);
    } else if (!PROMLET_LIKELY(promlet_section_add_whole(spread, word, amount))) {
        promlet_cell1_add_whole(spread, word, base, amount);
    }
}

PROMLET_ALWAYS_INLINE void promlet_hot_add_real(struct promlet_spread *spread, size_t word,
                                                uint64_t *base, double amount)
{
    if (spread == NULL) {
        promlet_hot_add_shared_real(base, amount);
    } else if (!PROMLET_LIKELY(promlet_section_add_real(spread, word, amount))) {
        promlet_cell1_add_real(spread, word, base, amount);
    }
}

/* ---- counters -------------------------------------------------------------------------------- */

/* What is done whatever the switch says, here and below: a name that ends in _record. */
PROMLET_ALWAYS_INLINE void promlet_hot_counter_u64_record(struct promlet_counter *counter,
                                                          uint64_t amount)
{
    if (!PROMLET_LIKELY(counter != NULL)) {
        promlet_cell1_refuse_null();
        return;
    }
    promlet_hot_add_whole(promlet_hot_spread(&counter->spread), PROMLET_COUNTER_WHOLE,
                          &counter->whole, amount);
}

PROMLET_ALWAYS_INLINE void promlet_hot_counter_add_u64(struct promlet_counter *counter,
                                                       uint64_t amount)
{
    if (promlet_hot_is_flagged()) {
        promlet_cell1_counter_add_u64(counter, amount);
        return;
    }
    promlet_hot_counter_u64_record(counter, amount);
}

PROMLET_ALWAYS_INLINE void promlet_hot_counter_inc(struct promlet_counter *counter)
{
    promlet_hot_counter_add_u64(counter, 1);
}

PROMLET_ALWAYS_INLINE void promlet_hot_counter_record(struct promlet_counter *counter,
                                                      double amount)
{
    if (!PROMLET_LIKELY(counter != NULL)) {
        promlet_cell1_refuse_null();
    } else if (!PROMLET_LIKELY(promlet_hot_is_finite(amount) && amount >= 0)) {
        /* In this order: comparing a NaN raises a floating-point exception. */
        promlet_cell1_refuse(counter->series, amount);
    } else if (amount < 18446744073709551616.0 && amount == (double)(uint64_t)amount) {
        promlet_hot_add_whole(promlet_hot_spread(&counter->spread), PROMLET_COUNTER_WHOLE,
                              &counter->whole, (uint64_t)amount);
    } else {
        promlet_hot_add_real(promlet_hot_spread(&counter->spread), PROMLET_COUNTER_FRACTION,
                             &counter->fraction, amount);
    }
}

PROMLET_ALWAYS_INLINE void promlet_hot_counter_add(struct promlet_counter *counter, double amount)
{
    if (promlet_hot_is_flagged()) {
        promlet_cell1_counter_add(counter, amount);
        return;
    }
    promlet_hot_counter_record(counter, amount);
}

/* ---- gauges: recorded whatever the switch says ----------------------------------------------- */

PROMLET_ALWAYS_INLINE void promlet_hot_gauge_set(struct promlet_gauge *gauge, double value)
{
    if (!PROMLET_LIKELY(gauge != NULL)) {
        promlet_cell1_refuse_null();
        return;
    }
    /* relaxed: a lone value; a scrape needs a recent one, not an ordered one. */
    __atomic_store_n(&gauge->value, promlet_hot_bits(value), __ATOMIC_RELAXED);
}

PROMLET_ALWAYS_INLINE void promlet_hot_gauge_add(struct promlet_gauge *gauge, double amount)
{
    if (!PROMLET_LIKELY(gauge != NULL)) {
        promlet_cell1_refuse_null();
    } else if (!PROMLET_LIKELY(promlet_hot_is_finite(amount))) {
        promlet_cell1_refuse(gauge->series, amount);
    } else {
        promlet_hot_add_shared_real(&gauge->value, amount);
    }
}

PROMLET_ALWAYS_INLINE void promlet_hot_gauge_sub(struct promlet_gauge *gauge, double amount)
{
    promlet_hot_gauge_add(gauge, -amount);
}

PROMLET_ALWAYS_INLINE void promlet_hot_gauge_inc(struct promlet_gauge *gauge)
{
    promlet_hot_gauge_add(gauge, 1);
}

PROMLET_ALWAYS_INLINE void promlet_hot_gauge_dec(struct promlet_gauge *gauge)
{
    promlet_hot_gauge_add(gauge, -1);
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* The bits of a double as an integer that sorts as the double does. */
PROMLET_ALWAYS_INLINE int64_t promlet_hot_rank(double value)
{
    int64_t bits = (int64_t)promlet_hot_bits(value);
    return bits ^ (int64_t)((uint64_t)(bits >> 63) >> 1);
}

/* The first of some buckets whose bound is not below the value. The range is halved as often for
   every value, and chosen by arithmetic, so that no branch depends on the value. */
PROMLET_ALWAYS_INLINE size_t promlet_hot_search(const double *values, size_t at, size_t left,
                                                double value)
{
    while (left > 0) {
        size_t half = (left + 1) / 2;
        at += half & -(size_t)(values[at + half - 1] < value);
        left -= half;
    }
    return at;
}

/* The first bucket whose bound is not below the value. The table leaves `span` bounds to choose
   from, nearly always one. */
PROMLET_ALWAYS_INLINE size_t promlet_hot_bucket(const struct promlet_bounds *bounds, double value)
{
    const struct promlet_bound_table *table = bounds->table;
    const double *values = bounds->values;
    if (!PROMLET_LIKELY(table != NULL)) {
        return promlet_hot_search(values, 0, bounds->count, value);
    }
    int64_t slot = promlet_hot_rank(value) >> table->shift;
    slot = slot < table->first_slot ? table->first_slot : slot;
    slot = slot > table->last_slot ? table->last_slot : slot;
    size_t at = ((const uint16_t *)(table + 1))[slot - table->first_slot];
    if (!PROMLET_LIKELY(table->span == 1)) {
        return promlet_hot_search(values, at, table->span, value);
    }
    return at + (size_t)(values[at] < value);
}

PROMLET_ALWAYS_INLINE void promlet_hot_histogram_record(struct promlet_histogram *histogram,
                                                        double value)
{
    if (!PROMLET_LIKELY(histogram != NULL)) {
        promlet_cell1_refuse_null();
        return;
    }
    if (!PROMLET_LIKELY(promlet_hot_is_finite(value))) {
        promlet_cell1_refuse(histogram->series, value);
        return;
    }
    /* acquire: pairs with the release in settle() of static_metrics.c, which gives a file-scope
       histogram bounds with a table. */
    const struct promlet_bounds *bounds = __atomic_load_n(&histogram->bounds, __ATOMIC_ACQUIRE);
    size_t bucket = promlet_hot_bucket(bounds, value);
    struct promlet_spread *spread = promlet_hot_spread(&histogram->spread);
    if (spread != NULL && spread->rseq_offset == 0) {
        promlet_cell1_observe(spread, bucket, value);
        return;
    }
    /* The sum first: no scrape may see a count whose value is missing. */
    promlet_hot_add_real(spread, PROMLET_HISTOGRAM_SUM, &histogram->sum, value);
    promlet_hot_add_whole(spread, PROMLET_HISTOGRAM_COUNTS + bucket, &histogram->buckets[bucket],
                          1);
}

PROMLET_ALWAYS_INLINE void promlet_hot_histogram_observe(struct promlet_histogram *histogram,
                                                         double value)
{
    if (promlet_hot_is_flagged()) {
        promlet_cell1_histogram_observe(histogram, value);
        return;
    }
    promlet_hot_histogram_record(histogram, value);
}

/* ---- summaries ------------------------------------------------------------------------------- */

PROMLET_ALWAYS_INLINE void promlet_hot_summary_observe(struct promlet_summary *summary,
                                                       double value)
{
    if (promlet_hot_is_off()) {
        return;
    }
    if (!PROMLET_LIKELY(summary != NULL)) {
        promlet_cell1_refuse_null();
        return;
    }
    if (!PROMLET_LIKELY(promlet_hot_is_finite(value))) {
        promlet_cell1_refuse(summary->series, value);
        return;
    }
    if (!PROMLET_LIKELY(summary->sketch == NULL)) {
        promlet_cell1_note(summary->sketch, value);
    }
    struct promlet_spread *spread = promlet_hot_spread(&summary->spread);
    if (spread != NULL && spread->rseq_offset == 0) {
        promlet_cell1_observe(spread, 0, value);
        return;
    }
    /* The sum first, as in a histogram. */
    promlet_hot_add_real(spread, PROMLET_SUMMARY_SUM, &summary->sum, value);
    promlet_hot_add_whole(spread, PROMLET_SUMMARY_COUNT, &summary->count, 1);
}

#endif
