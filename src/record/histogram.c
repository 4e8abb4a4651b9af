/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histograms. An observation adds to the sum and then releases one count in one bucket; buckets are
 * not cumulative, and the number of observations is not kept: a scrape derives both. It reads every
 * bucket before the sum, so it never shows a count whose value is missing from the sum, and neither
 * side ever waits for the other. One with native buckets counts elsewhere: see record/native.h.
 */
#include <promlet/histogram.h>

#include "base/atomic.h"
#include "record/native.h"
#include "record/plain.h"
#include "series/spread.h"

#include <promlet/hot_path.h>

#include <math.h>

void promlet_histogram_observe(promlet_histogram *histogram, double value)
{
    promlet_hot_histogram_observe(histogram, value);
}

static size_t bucket_count(const struct promlet_bounds *bounds)
{
    return bounds->count + 1;
}

static const struct promlet_bounds sink_bounds;
static uint64_t sink_buckets[1];
static promlet_histogram histogram_sink = {.bounds = &sink_bounds, .buckets = sink_buckets};

/* A scrape may just now give a file-scope histogram bounds with a table. */
static const struct promlet_bounds *bounds_of(const promlet_histogram *histogram)
{
    /* acquire: pairs with the release in settle() of static_metrics.c. */
    return pml_pointer_load_acquire(&histogram->bounds);
}

static size_t histogram_cell_size(const pml_settings *settings)
{
    if (settings->native.slot_count > 0) {
        return sizeof(promlet_histogram) + pml_native_cell_bytes(settings);
    }
    return sizeof(promlet_histogram) + bucket_count(&settings->bounds) * sizeof(uint64_t);
}

static void histogram_start(void *cell, void *series, const pml_settings *settings)
{
    promlet_histogram *histogram = cell;
    histogram->series = series;
    histogram->bounds = &settings->bounds;
    if (settings->native.slot_count == 0) {
        histogram->buckets = (uint64_t *)(histogram + 1);
        return;
    }
    pml_native_cell *native = (pml_native_cell *)(histogram + 1);
    pml_native_start(native, settings);
    /* From before anyone can record: so no count ever goes to the buckets, which are not there. */
    pml_spread_publish(&histogram->spread, &native->face);
}

static size_t histogram_exemplar_count(const pml_settings *settings)
{
    return bucket_count(&settings->bounds);
}

static size_t histogram_word_count(const pml_settings *settings)
{
    return PML_HISTOGRAM_COUNTS + bucket_count(&settings->bounds);
}

static inline void capture_buckets(const uint64_t *buckets, size_t count,
                                   const struct promlet_spread *spread, uint64_t *words)
{
    for (size_t i = 0; i < count; i++) {
        words[PML_HISTOGRAM_COUNTS + i] = pml_capture_bucket(buckets, i, spread);
    }
}

static double capture_sum(const uint64_t *sum, const struct promlet_spread *spread)
{
    /* relaxed: ordered behind all buckets of all cells by the acquires of pml_capture_bucket(). */
    double own = pml_double_of_bits(pml_word_load_relaxed(sum));
    return pml_spread_real(spread, PML_HISTOGRAM_SUM, own);
}

/* Not inlined: what it saves on the stack would cost the usual case a tenth of its time. */
static __attribute__((noinline)) void capture_spread_parts(const uint64_t *buckets, size_t count,
                                                           const uint64_t *sum,
                                                           const struct promlet_spread *spread,
                                                           uint64_t *words)
{
    capture_buckets(buckets, count, spread, words);
    words[PML_HISTOGRAM_SUM] = pml_bits_of_double(capture_sum(sum, spread));
}

void pml_histogram_capture_parts(const uint64_t *buckets, size_t bucket_count, const uint64_t *sum,
                                 const struct promlet_spread *spread, uint64_t *words)
{
    if (spread != NULL) { /* asked once, not for each bucket */
        capture_spread_parts(buckets, bucket_count, sum, spread, words);
    } else {
        pml_capture_own_parts(buckets, bucket_count, sum, words);
    }
}

/* Not inlined, as above. */
static __attribute__((noinline)) void capture_spread(const promlet_histogram *histogram,
                                                     uint64_t *words)
{
    const pml_native_cell *native = pml_native_of(histogram);
    if (native != NULL) {
        pml_native_words(native, words);
        return;
    }
    pml_histogram_capture_parts(histogram->buckets, bucket_count(histogram->bounds),
                                &histogram->sum, pml_spread_of(&histogram->spread), words);
}

static void histogram_capture(const void *cell, uint64_t *words)
{
    const promlet_histogram *histogram = cell;
    if (!pml_histogram_capture_plain(histogram, bucket_count(histogram->bounds), words)) {
        capture_spread(histogram, words);
    }
}

/* The sum first, as a recorder has it: of the observations that run meanwhile, only one that began
   before this and ends behind it is then counted without its value. */
static void histogram_reset(void *cell)
{
    promlet_histogram *histogram = cell;
    pml_native_cell *native = pml_native_of(histogram);
    if (native != NULL) {
        pml_native_reset(native);
        return;
    }
    struct promlet_spread *spread = pml_spread_of(&histogram->spread);
    /* relaxed: who revives the series publishes that it is done. */
    pml_word_store_relaxed(&histogram->sum, pml_bits_of_double(0));
    pml_spread_reset_real(spread, PML_HISTOGRAM_SUM);
    size_t buckets = bucket_count(histogram->bounds);
    for (size_t i = 0; i < buckets; i++) {
        /* relaxed: as above. */
        pml_word_store_relaxed(&histogram->buckets[i], 0);
        pml_spread_reset_whole(spread, PML_HISTOGRAM_COUNTS + i);
    }
}

/* ---- reading back ---------------------------------------------------------------------------- */

static bool is_readable(const promlet_histogram *histogram)
{
    return histogram != NULL && histogram != &histogram_sink;
}

uint64_t promlet_histogram_count(const promlet_histogram *histogram)
{
    if (!is_readable(histogram)) {
        return 0;
    }
    const pml_native_cell *native = pml_native_of(histogram);
    if (native != NULL) {
        return pml_native_count(native);
    }
    uint64_t count = 0;
    size_t buckets = bucket_count(bounds_of(histogram));
    for (size_t i = 0; i < buckets; i++) {
        count += pml_capture_bucket(histogram->buckets, i, pml_spread_of(&histogram->spread));
    }
    return count;
}

double promlet_histogram_sum(const promlet_histogram *histogram)
{
    if (!is_readable(histogram)) {
        return 0;
    }
    const pml_native_cell *native = pml_native_of(histogram);
    return native != NULL ? pml_native_sum(native)
                          : capture_sum(&histogram->sum, pml_spread_of(&histogram->spread));
}

/* Counts are cumulative here, and a quantile of 0 or above is asked for. */
static double quantile_of(const struct promlet_bounds *bounds, const uint64_t *counts,
                          double quantile)
{
    double rank = quantile * (double)counts[bounds->count];
    size_t at = 0;
    while (at < bounds->count && (double)counts[at] < rank) {
        at++;
    }
    if (at == bounds->count) {
        return bounds->values[at - 1];
    }
    if (at == 0 && bounds->values[0] <= 0) {
        return bounds->values[0];
    }
    double begin = at > 0 ? bounds->values[at - 1] : 0;
    double below = at > 0 ? (double)counts[at - 1] : 0;
    double part = (rank - below) / ((double)counts[at] - below);
    return begin + (bounds->values[at] - begin) * part;
}

/* The words of a histogram, with counts that are cumulative. */
static void capture_cumulative(const promlet_histogram *histogram,
                               const struct promlet_bounds *bounds, uint64_t *words)
{
    const pml_native_cell *native = pml_native_of(histogram);
    if (native != NULL) {
        pml_native_words(native, words);
    } else {
        pml_histogram_capture_parts(histogram->buckets, bucket_count(bounds), &histogram->sum,
                                    pml_spread_of(&histogram->spread), words);
    }
    for (size_t i = 1; i <= bounds->count; i++) {
        words[PML_HISTOGRAM_COUNTS + i] += words[PML_HISTOGRAM_COUNTS + i - 1];
    }
}

double promlet_histogram_quantile(const promlet_histogram *histogram, double quantile)
{
    if (!is_readable(histogram) || isnan(quantile)) {
        return NAN;
    }
    if (quantile < 0 || quantile > 1) {
        return quantile < 0 ? -INFINITY : INFINITY;
    }
    const pml_native_cell *native = pml_native_of(histogram);
    if (native != NULL && native->settings->native.is_only) {
        return pml_native_quantile(native, quantile);
    }
    const struct promlet_bounds *bounds = bounds_of(histogram);
    uint64_t words[PML_HISTOGRAM_COUNTS + PROMLET_MAX_BOUNDS + 1];
    capture_cumulative(histogram, bounds, words);
    const uint64_t *counts = words + PML_HISTOGRAM_COUNTS;
    return bounds->count > 0 && counts[bounds->count] > 0 ? quantile_of(bounds, counts, quantile)
                                                          : NAN;
}

/* ---- the kind -------------------------------------------------------------------------------- */

static struct promlet_spread **histogram_spread(void *cell)
{
    promlet_histogram *histogram = cell;
    pml_native_cell *native = pml_native_of(histogram);
    return native != NULL ? &pml_native_current(native)->spread : &histogram->spread;
}

static pml_native_cell *histogram_native(void *cell)
{
    return pml_native_of(cell);
}

size_t pml_kind_spread_words(const pml_kind *kind, const pml_settings *settings)
{
    return settings->native.slot_count > 0 ? pml_native_word_count(settings)
                                           : kind->word_count(settings);
}

static uint64_t histogram_recordings(const uint64_t *words, size_t count)
{
    uint64_t recordings = 0;
    for (size_t i = PML_HISTOGRAM_COUNTS; i < count; i++) {
        recordings += words[i];
    }
    return recordings;
}

static void histogram_add_words(uint64_t *to, const uint64_t *from, size_t count)
{
    to[PML_HISTOGRAM_SUM] = pml_bits_of_double(pml_double_of_bits(to[PML_HISTOGRAM_SUM]) +
                                               pml_double_of_bits(from[PML_HISTOGRAM_SUM]));
    for (size_t i = PML_HISTOGRAM_COUNTS; i < count; i++) {
        to[i] += from[i];
    }
}

static void histogram_absorb(void *cell, const uint64_t *words)
{
    promlet_histogram *histogram = cell;
    /* relaxed: the releases below make it visible with the buckets. */
    pml_word_add_double_relaxed(&histogram->sum, pml_double_of_bits(words[PML_HISTOGRAM_SUM]));
    size_t buckets = bucket_count(histogram->bounds);
    for (size_t i = 0; i < buckets; i++) {
        /* release: pairs with the acquire in pml_capture_bucket(). */
        pml_word_add_release(&histogram->buckets[i], words[PML_HISTOGRAM_COUNTS + i]);
    }
}

static const char *const histogram_other_names[] = {"_bucket", "_sum", "_count", "_created", NULL};

const pml_kind pml_histogram_kind = {
    .type = "histogram",
    .noun = "a histogram",
    .call = "histogram",
    .shape = PML_SHAPE_HISTOGRAM,
    .has_totals = true,
    .suffix = "",
    .other_names = histogram_other_names,
    .sink = &histogram_sink,
    .cell_size = histogram_cell_size,
    .start = histogram_start,
    .exemplar_count = histogram_exemplar_count,
    .word_count = histogram_word_count,
    .capture = histogram_capture,
    .spread = histogram_spread,
    .native = histogram_native,
    .recordings = histogram_recordings,
    .add_words = histogram_add_words,
    .reset = histogram_reset,
    .absorb = histogram_absorb,
    .number = NULL,
};
