/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells as nearly all of them are: without per-CPU cells, and counters without fractions. Who reads
 * many cells reads these in place; what else there may be, their kinds know.
 */
#ifndef PML_RECORD_PLAIN_H
#define PML_RECORD_PLAIN_H

#include "base/atomic.h"
#include "record/kind.h"
#include "series/spread.h"

/* ---- numbers --------------------------------------------------------------------------------- */

/* Reads a counter, whose recordings are as many. False for one that is not plain. */
static inline bool pml_counter_read_plain(const void *cell, uint64_t *whole)
{
    const struct promlet_counter *counter = cell;
    if (pml_spread_of(&counter->spread) != NULL) {
        return false;
    }
    /* relaxed: as in counter_capture() of counter.c. */
    *whole = pml_word_load_relaxed(&counter->whole);
    /* relaxed: as above. */
    return pml_word_load_relaxed(&counter->fraction) == 0; /* the bits of 0 */
}

/* The same for a cell of any kind; only counters are plain. */
static inline bool pml_number_read_plain(const pml_kind *kind, const void *cell, uint64_t *whole)
{
    return kind == &pml_counter_kind && pml_counter_read_plain(cell, whole);
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* The count of one bucket, in all cells of a series. */
static inline uint64_t pml_capture_bucket(const uint64_t *buckets, size_t at,
                                          const struct promlet_spread *spread)
{
    /* acquire: pairs with the releases in promlet_hot_add_whole(), histogram_absorb(),
       summary_absorb() and promlet_cell1_add_whole(). */
    uint64_t own = pml_word_load_acquire(&buckets[at]);
    return pml_spread_whole(spread, PML_HISTOGRAM_COUNTS + at, own);
}

/* All words, where there are no per-CPU cells. Unrolled, which saves a tenth of a snapshot's time.
 */
static inline void pml_capture_own_parts(const uint64_t *buckets, size_t bucket_count,
                                         const uint64_t *sum, uint64_t *words)
{
#pragma GCC unroll 8
    for (size_t i = 0; i < bucket_count; i++) {
        words[PML_HISTOGRAM_COUNTS + i] = pml_capture_bucket(buckets, i, NULL);
    }
    /* relaxed: ordered behind all buckets by the acquires of pml_capture_bucket(). */
    words[PML_HISTOGRAM_SUM] = pml_word_load_relaxed(sum);
}

/* What the kind's capture() does. False for a histogram that is not plain; nothing is read then. */
static inline bool pml_histogram_capture_plain(const void *cell, size_t bucket_count,
                                               uint64_t *words)
{
    const struct promlet_histogram *histogram = cell;
    if (pml_spread_of(&histogram->spread) != NULL) {
        return false;
    }
    pml_capture_own_parts(histogram->buckets, bucket_count, &histogram->sum, words);
    return true;
}

#endif
