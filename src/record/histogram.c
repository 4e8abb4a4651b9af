/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histograms. An observation adds to the sum and then releases one count in one bucket; buckets are
 * not cumulative, and the number of observations is not kept: a scrape derives both. It reads every
 * bucket before the sum, so it never shows a count whose value is missing from the sum, and neither
 * side ever waits for the other.
 */
#include <promlet/histogram.h>

#include "base/atomic.h"
#include "record/kind.h"
#include "series/spread.h"

#include <promlet/hot_path.h>

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

static size_t histogram_cell_size(const pml_settings *settings)
{
    return sizeof(promlet_histogram) + bucket_count(&settings->bounds) * sizeof(uint64_t);
}

static void histogram_start(void *cell, void *series, const pml_settings *settings)
{
    promlet_histogram *histogram = cell;
    histogram->series = series;
    histogram->bounds = &settings->bounds;
    histogram->buckets = (uint64_t *)(histogram + 1);
}

static size_t histogram_word_count(const pml_settings *settings)
{
    return PML_HISTOGRAM_COUNTS + bucket_count(&settings->bounds);
}

void pml_histogram_capture_parts(const uint64_t *buckets, size_t bucket_count, const uint64_t *sum,
                                 const struct promlet_spread *spread, uint64_t *words)
{
    for (size_t i = 0; i < bucket_count; i++) {
        /* acquire: pairs with the releases in promlet_hot_add_whole(), histogram_absorb() and
           promlet_cell1_add_whole(). */
        uint64_t own = pml_word_load_acquire(&buckets[i]);
        words[PML_HISTOGRAM_COUNTS + i] = pml_spread_whole(spread, PML_HISTOGRAM_COUNTS + i, own);
    }
    /* relaxed: ordered behind all buckets of all cells by the acquires above. */
    double own = pml_double_of_bits(pml_word_load_relaxed(sum));
    words[PML_HISTOGRAM_SUM] = pml_bits_of_double(pml_spread_real(spread, PML_HISTOGRAM_SUM, own));
}

static void histogram_capture(const void *cell, uint64_t *words)
{
    const promlet_histogram *histogram = cell;
    pml_histogram_capture_parts(histogram->buckets, bucket_count(histogram->bounds),
                                &histogram->sum, pml_spread_of(&histogram->spread), words);
}

/* The sum first, as a recorder has it: of the observations that run meanwhile, only one that began
   before this and ends behind it is then counted without its value. */
static void histogram_reset(void *cell)
{
    promlet_histogram *histogram = cell;
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

static struct promlet_spread **histogram_spread(void *cell)
{
    promlet_histogram *histogram = cell;
    return &histogram->spread;
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
        /* release: pairs with the acquire in pml_histogram_capture_parts(). */
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
    .word_count = histogram_word_count,
    .capture = histogram_capture,
    .spread = histogram_spread,
    .recordings = histogram_recordings,
    .add_words = histogram_add_words,
    .reset = histogram_reset,
    .absorb = histogram_absorb,
    .number = NULL,
};
