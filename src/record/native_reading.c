/* SPDX-License-Identifier: Apache-2.0 */
/* Reading native cells: for a scrape, and for the calls that read back. */
#include "record/native.h"

#include "base/atomic.h"
#include "series/spread.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is in the slots -------------------------------------------------------------------- */

/* A walk over all slots that have counted something. */
typedef struct walk {
    const pml_native_cell *cell;
    const pml_native_table *table; /* NULL: the walk has ended */
    uint32_t at;
    pml_native_slot slot;
} walk;

static walk begin_walk(const pml_native_cell *cell)
{
    return (walk){.cell = cell, .table = pml_native_next_table(cell, NULL)};
}

static bool walk_on(walk *self)
{
    while (self->table != NULL) {
        for (; self->at <= self->table->mask; self->at++) {
            if (pml_native_read_slot(self->cell, self->table, self->at, &self->slot)) {
                self->at++;
                return true;
            }
        }
        self->table = pml_native_next_table(self->cell, self->table);
        self->at = 0;
    }
    return false;
}

static double own_sum(const pml_native_table *table)
{
    /* relaxed: ordered behind the slots by the acquires with which they are read. */
    return pml_double_of_bits(pml_word_load_relaxed(&table->words[PML_HISTOGRAM_SUM]));
}

double pml_native_sum(const pml_native_cell *cell)
{
    double sum = 0;
    const pml_native_table *table = NULL;
    while ((table = pml_native_next_table(cell, table)) != NULL) {
        sum += pml_spread_real(pml_spread_of(&table->spread), PML_HISTOGRAM_SUM, own_sum(table));
    }
    return sum;
}

uint64_t pml_native_count(const pml_native_cell *cell)
{
    uint64_t count = 0;
    for (walk all = begin_walk(cell); walk_on(&all);) {
        count += all.slot.count;
    }
    return count;
}

static void clear_words(const pml_native_cell *cell, uint64_t *words)
{
    size_t count = PML_HISTOGRAM_COUNTS + cell->settings->bounds.count + 1;
    memset(words, 0, count * sizeof *words);
}

void pml_native_words(const pml_native_cell *cell, uint64_t *words)
{
    clear_words(cell, words);
    for (walk all = begin_walk(cell); walk_on(&all);) {
        words[PML_HISTOGRAM_COUNTS + all.slot.bucket] += all.slot.count;
    }
    words[PML_HISTOGRAM_SUM] = pml_bits_of_double(pml_native_sum(cell));
}

/* ---- for a scrape ---------------------------------------------------------------------------- */

size_t pml_native_slot_total(const pml_native_cell *cell)
{
    return cell->table_count * cell->settings->native.slot_count;
}

static void read_sums(const pml_native_cell *cell, pml_native_reading *reading)
{
    const pml_native_table *table = NULL;
    for (size_t i = 0; (table = pml_native_next_table(cell, table)) != NULL; i++) {
        reading->sums[i] = own_sum(table);
        reading->cell_sums[i] =
            pml_spread_mark_real(pml_spread_of(&table->spread), PML_HISTOGRAM_SUM);
    }
}

static void note_slot(pml_native_reading *reading, const pml_native_slot *slot)
{
    if (slot->range == PML_NATIVE_AT_ZERO) {
        reading->zero_count += slot->count;
        return;
    }
    reading->shift = slot->shift > reading->shift ? slot->shift : reading->shift;
    reading->buckets[reading->bucket_count++] =
        (pml_native_bucket){slot->range, slot->shift, slot->index, slot->count};
}

static void read_slots(const pml_native_cell *cell, pml_native_reading *reading, uint64_t *words)
{
    uint64_t *counts = reading->counts;
    const pml_native_table *table = NULL;
    while ((table = pml_native_next_table(cell, table)) != NULL) {
        for (uint32_t at = 0; at <= table->mask; at++) {
            pml_native_slot slot;
            bool is_used = pml_native_read_slot(cell, table, at, &slot);
            *counts++ = is_used ? slot.count : 0;
            if (is_used) {
                words[PML_HISTOGRAM_COUNTS + slot.bucket] += slot.count;
                note_slot(reading, &slot);
            }
        }
    }
}

static int compare_buckets(const void *a, const void *b)
{
    const pml_native_bucket *left = a;
    const pml_native_bucket *right = b;
    return left->range != right->range   ? (left->range < right->range ? -1 : 1)
           : left->index != right->index ? (left->index < right->index ? -1 : 1)
                                         : 0;
}

/* Brings all buckets to the schema of the reading. */
static void coarsen(pml_native_reading *reading)
{
    for (size_t i = 0; i < reading->bucket_count; i++) {
        pml_native_bucket *bucket = &reading->buckets[i];
        bucket->index = pml_native_coarser(bucket->index, reading->shift - bucket->shift);
        bucket->shift = reading->shift;
    }
}

/* Joins those of sorted buckets that are the same. */
static void join(pml_native_reading *reading)
{
    pml_native_bucket *buckets = reading->buckets;
    size_t kept = 0;
    for (size_t i = 0; i < reading->bucket_count; i++) {
        if (kept > 0 && compare_buckets(&buckets[kept - 1], &buckets[i]) == 0) {
            buckets[kept - 1].count += buckets[i].count;
        } else {
            buckets[kept++] = buckets[i];
        }
    }
    reading->bucket_count = kept;
}

void pml_native_read(const pml_native_cell *cell, pml_native_reading *reading, uint64_t *words)
{
    clear_words(cell, words);
    reading->bucket_count = 0;
    reading->zero_count = 0;
    reading->shift = cell->shift;
    read_sums(cell, reading);
    read_slots(cell, reading, words);
    words[PML_HISTOGRAM_SUM] = pml_bits_of_double(pml_native_sum(cell));
    coarsen(reading);
    qsort(reading->buckets, reading->bucket_count, sizeof *reading->buckets, compare_buckets);
    join(reading);
    while (reading->bucket_count > cell->settings->native.max_buckets &&
           reading->shift < PML_NATIVE_FINEST - PML_NATIVE_COARSEST) {
        reading->shift++;
        coarsen(reading);
        join(reading);
    }
}

/* ---- quantiles ------------------------------------------------------------------------------- */

/* Buckets of one schema in order of their values: below 0 negative numbers, at it 0. Nothing can be
   copied here, for want of memory; so each step of the search counts anew, which may find a few
   more than the step before. */
typedef struct axis {
    const pml_native_cell *cell;
    unsigned shift;
    int32_t lowest; /* the index of the first bucket above the threshold */
    uint64_t total;
} axis;

static axis make_axis(const pml_native_cell *cell)
{
    axis made = {.cell = cell,
                 .shift = (unsigned)(PML_NATIVE_FINEST - cell->settings->native.schema)};
    for (walk all = begin_walk(cell); walk_on(&all);) {
        made.shift = all.slot.shift > made.shift ? all.slot.shift : made.shift;
        made.total += all.slot.count;
    }
    made.lowest = pml_native_index_of(cell->settings->native.zero_threshold, made.shift);
    return made;
}

static int32_t number_on(const axis *self, const pml_native_slot *slot)
{
    if (slot->range == PML_NATIVE_AT_ZERO) {
        return 0;
    }
    int32_t index = pml_native_coarser(slot->index, self->shift - slot->shift);
    int32_t number = index - self->lowest + 1;
    return slot->range == PML_NATIVE_ABOVE ? number : -number;
}

/* What has been counted in the buckets up to a number. A slot of a tier that came into use
   meanwhile may be too coarse; it is for the next call. */
static uint64_t count_up_to(const axis *self, int32_t number)
{
    uint64_t count = 0;
    for (walk all = begin_walk(self->cell); walk_on(&all);) {
        bool fits = all.slot.shift <= self->shift;
        count += fits && number_on(self, &all.slot) <= number ? all.slot.count : 0;
    }
    return count;
}

/* The first bucket with which so many are reached. */
static int32_t find_number(const axis *self, double wanted)
{
    int32_t high = pml_native_coarser(1024 * PML_OCTAVE_PARTS, self->shift) - self->lowest + 1;
    int32_t low = -high;
    while (low < high) {
        int32_t middle = (int32_t)(((int64_t)low + high) >> 1);
        if ((double)count_up_to(self, middle) >= wanted) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* 2 to the power of a place between two bounds. */
static double power_at(const axis *self, double place)
{
    return fmin(exp2(ldexp(place, (int)self->shift - PML_NATIVE_FINEST)), DBL_MAX);
}

/* On one side of 0 only if all other values are there. */
static double value_at_zero(const axis *self, double part)
{
    double threshold = self->cell->settings->native.zero_threshold;
    bool has_below = count_up_to(self, -1) > 0;
    bool has_above = count_up_to(self, 0) < self->total;
    double begin = has_below || !has_above ? -threshold : 0;
    double end = has_above || !has_below ? threshold : 0;
    return begin + (end - begin) * part;
}

/* What lies above a part of the values of a bucket: in the zero bucket they are taken to be spread
   evenly, elsewhere evenly by their logarithms, as in PromQL since Prometheus 3. */
static double value_at(const axis *self, int32_t number, double part)
{
    if (number == 0) {
        return value_at_zero(self, part);
    }
    int32_t index = (number > 0 ? number : -number) + self->lowest - 1;
    return number > 0 ? power_at(self, index - 1 + part) : -power_at(self, index - part);
}

double pml_native_quantile(const pml_native_cell *cell, double quantile)
{
    axis all = make_axis(cell);
    if (all.total == 0) {
        return NAN;
    }
    double rank = quantile * (double)all.total;
    int32_t number = find_number(&all, fmax(rank, 1));
    double below = (double)count_up_to(&all, number - 1);
    double inside = (double)count_up_to(&all, number) - below;
    double part = inside > 0 ? (rank - below) / inside : 1;
    return value_at(&all, number, fmin(fmax(part, 0), 1));
}
