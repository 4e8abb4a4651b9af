/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Summaries: how many values there were, and their sum. That is a histogram with one bucket, and is
 * recorded and read in the same order. Quantiles, where the options want some, come from a sketch
 * behind the cell.
 */
#include <promlet/summary.h>

#include "base/atomic.h"
#include "base/clock.h"
#include "record/kind.h"
#include "record/sketch.h"
#include "series/spread.h"

#include <promlet/hot_path.h>

#include <math.h>

_Static_assert((int)PML_SUMMARY_SUM == (int)PML_HISTOGRAM_SUM &&
                   (int)PML_SUMMARY_COUNT == (int)PML_HISTOGRAM_COUNTS,
               "a summary's words are those of a histogram with one bucket");

_Static_assert(sizeof(pml_sketch) == PROMLET_QUANTILE_BYTES, "the header says how large it is");

static promlet_summary summary_sink;

/* ---- recording ------------------------------------------------------------------------------- */

void promlet_summary_observe(promlet_summary *summary, double value)
{
    promlet_hot_summary_observe(summary, value);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void summary_capture(const void *cell, uint64_t *words)
{
    const promlet_summary *summary = cell;
    pml_histogram_capture_parts(&summary->count, 1, &summary->sum, pml_spread_of(&summary->spread),
                                words);
}

static void summary_quantiles(const void *cell, const double *quantiles, size_t count,
                              double *values)
{
    const promlet_summary *summary = cell;
    if (summary->sketch != NULL) {
        pml_sketch_read(summary->sketch, pml_clock_coarse_ns(), quantiles, count, values);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = NAN;
    }
}

static bool is_readable(const promlet_summary *summary)
{
    return summary != NULL && summary != &summary_sink;
}

uint64_t promlet_summary_count(const promlet_summary *summary)
{
    uint64_t words[PROMLET_SUMMARY_WORDS] = {0, 0};
    if (is_readable(summary)) {
        summary_capture(summary, words);
    }
    return words[PML_SUMMARY_COUNT];
}

double promlet_summary_sum(const promlet_summary *summary)
{
    uint64_t words[PROMLET_SUMMARY_WORDS] = {0, 0};
    if (is_readable(summary)) {
        summary_capture(summary, words);
    }
    return pml_double_of_bits(words[PML_SUMMARY_SUM]);
}

double promlet_summary_quantile(const promlet_summary *summary, double quantile)
{
    double value = NAN;
    /* A NaN is not above 0 either. */
    if (is_readable(summary) && quantile >= 0 && quantile <= 1) {
        summary_quantiles(summary, &quantile, 1, &value);
    }
    return value;
}

/* ---- the kind -------------------------------------------------------------------------------- */

static size_t summary_cell_size(const pml_settings *settings)
{
    return sizeof(promlet_summary) + (settings->quantile_count > 0 ? sizeof(pml_sketch) : 0);
}

static void summary_start(void *cell, void *series, const pml_settings *settings)
{
    promlet_summary *summary = cell;
    summary->series = series;
    if (settings->quantile_count > 0) {
        summary->sketch = (pml_sketch *)(summary + 1);
        pml_sketch_start(summary->sketch, settings->window_ns);
    }
}

static size_t summary_word_count(const pml_settings *settings)
{
    (void)settings;
    return PROMLET_SUMMARY_WORDS;
}

/* In the order of histogram_reset(). */
static void summary_reset(void *cell)
{
    promlet_summary *summary = cell;
    struct promlet_spread *spread = pml_spread_of(&summary->spread);
    /* relaxed: who revives the series publishes that it is done. */
    pml_word_store_relaxed(&summary->sum, pml_bits_of_double(0));
    pml_spread_reset_real(spread, PML_SUMMARY_SUM);
    /* relaxed: as above. */
    pml_word_store_relaxed(&summary->count, 0);
    pml_spread_reset_whole(spread, PML_SUMMARY_COUNT);
    if (summary->sketch != NULL) {
        pml_sketch_clear(summary->sketch);
    }
}

static struct promlet_spread **summary_spread(void *cell)
{
    promlet_summary *summary = cell;
    return &summary->spread;
}

static uint64_t summary_recordings(const uint64_t *words, size_t count)
{
    (void)count;
    return words[PML_SUMMARY_COUNT];
}

static void summary_add_words(uint64_t *to, const uint64_t *from, size_t count)
{
    (void)count;
    to[PML_SUMMARY_SUM] = pml_bits_of_double(pml_double_of_bits(to[PML_SUMMARY_SUM]) +
                                             pml_double_of_bits(from[PML_SUMMARY_SUM]));
    to[PML_SUMMARY_COUNT] += from[PML_SUMMARY_COUNT];
}

static void summary_absorb(void *cell, const uint64_t *words)
{
    promlet_summary *summary = cell;
    /* relaxed: the release below makes it visible with the count. */
    pml_word_add_double_relaxed(&summary->sum, pml_double_of_bits(words[PML_SUMMARY_SUM]));
    /* release: pairs with the acquire in pml_capture_bucket(). */
    pml_word_add_release(&summary->count, words[PML_SUMMARY_COUNT]);
}

static const char *const summary_other_names[] = {"_sum", "_count", "_created", NULL};

const pml_kind pml_summary_kind = {
    .type = "summary",
    .noun = "a summary",
    .call = "summary",
    .shape = PML_SHAPE_SUMMARY,
    .has_totals = true,
    .suffix = "",
    .other_names = summary_other_names,
    .sink = &summary_sink,
    .cell_size = summary_cell_size,
    .start = summary_start,
    .word_count = summary_word_count,
    .capture = summary_capture,
    .reset = summary_reset,
    .spread = summary_spread,
    .recordings = summary_recordings,
    .add_words = summary_add_words,
    .absorb = summary_absorb,
    .quantiles = summary_quantiles,
};
