/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a family: bring the order of its series up to date, then read every cell once. Cells are
 * read while others record on them; the only locks are short ones that creators of series take.
 */
#include "snapshot/reading.h"

#include "base/atomic.h"
#include "base/locks.h"
#include "record/plain.h"
#include "registry/lifetime.h"
#include "registry/order.h"
#include "registry/static_metrics.h"
#include "snapshot/exemplars.h"
#include "snapshot/room.h"

/* What a series is read for: its values, and with `spreading` whether it is hot. */
typedef struct reading {
    const pml_spreading *spreading; /* NULL: not for that, the kind is never spread, or
                                       PML_LOCK_CHANGES is held */
    pml_family *family;
    pml_snapshot_family *to;
    pml_natives *natives; /* NULL: the family has none */
    bool is_out_of_memory;
} reading;

/* Gives a series that is hot by its words per-CPU cells. Only where pml_spreading_looks_at(): what
   can be spread has kind->recordings. */
static void judge(const reading *self, pml_series *series, const uint64_t *words)
{
    const pml_kind *kind = self->family->definition->kind;
    size_t word_count = kind->word_count(&self->family->definition->settings);
    pml_spreading_judge(self->spreading, self->family, series, kind->recordings(words, word_count));
}

static void read_histogram(const uint64_t *words, pml_snapshot_series *copy)
{
    copy->as.histogram.sum = pml_double_of_bits(words[PML_HISTOGRAM_SUM]);
    copy->as.histogram.counts = words + PML_HISTOGRAM_COUNTS;
}

static void read_quantiles(const pml_definition *definition, const void *cell, double *values)
{
    const pml_settings *settings = &definition->settings;
    definition->kind->quantiles(cell, settings->quantiles, settings->quantile_count, values);
}

static void read_summary(const reading *self, pml_series *series, size_t at, const uint64_t *words)
{
    const pml_snapshot_family *to = self->to;
    double *values = NULL;
    if (to->quantile_values != NULL) {
        values = to->quantile_values + at * to->bound_count;
        read_quantiles(self->family->definition, series->cell, values);
    }
    to->summaries[at] =
        (pml_summary){pml_double_of_bits(words[PML_SUMMARY_SUM]), words[PML_SUMMARY_COUNT], values};
    to->series[at].as.summary = &to->summaries[at];
}

static inline void read_value(const reading *self, const pml_kind *kind, pml_series *series,
                              size_t at, const uint64_t *words)
{
    pml_snapshot_family *to = self->to;
    pml_snapshot_series *copy = &to->series[at];
    switch (kind->shape) {
    case PML_SHAPE_NUMBER:
        copy->as.number = kind->number(words);
        break;
    case PML_SHAPE_HISTOGRAM:
        read_histogram(words, copy);
        break;
    case PML_SHAPE_SUMMARY:
        read_summary(self, series, at, words);
        break;
    case PML_SHAPE_STATES:
        copy->as.states = words[0];
        break;
    }
}

/* What few families have: exemplars, which come before the words that count them, and native
   buckets. */
static void read_beside(reading *self, pml_series *series, size_t at, uint64_t *words)
{
    bool is_read = self->to->exemplars == NULL || pml_snapshot_read_exemplars(series, at, self->to);
    if (self->natives != NULL) {
        is_read = pml_natives_read(self->natives, self->family, series, words) && is_read;
    } else {
        self->family->definition->kind->capture(series->cell, words);
    }
    self->is_out_of_memory |= !is_read;
}

/* Where the next series is shown. */
typedef struct place {
    pml_snapshot_series *series;
    int64_t *start;  /* NULL: none is known */
    uint64_t *words; /* of a histogram; else NULL */
} place;

static inline place next_place(const pml_snapshot_family *to)
{
    size_t at = to->series_count;
    return (place){to->series + at, to->starts != NULL ? to->starts + at : NULL,
                   to->words != NULL ? to->words + at * to->words_a_series : NULL};
}

/* What every series has. */
static inline void read_head(place *next, pml_series *series)
{
    next->series->labels = series->labels.text;
    next->series->labels_size = series->labels.text_size;
    if (next->start != NULL) {
        *next->start++ = pml_series_start_ns(series);
    }
}

/* Those of some series that are shown, of any family. Place and kind stand in variables, here and
   below, since the compiler can't know that the calls leave them as they are, and what is rare in
   a function of its own: that saves a quarter of the time. */
static void read_some(reading *self, pml_series *const *some, size_t count)
{
    pml_family *family = self->family;
    pml_snapshot_family *to = self->to;
    const pml_kind *kind = family->definition->kind;
    const pml_spreading *spreading = self->natives == NULL ? self->spreading : NULL;
    const bool has_more = to->exemplars != NULL || self->natives != NULL;
    uint64_t few_words[PML_MAX_NUMBER_WORDS];
    place next = next_place(to);
    uint64_t *words = next.words != NULL ? next.words : few_words;
    for (size_t i = 0; i < count; i++) {
        pml_series *series = some[i];
        if (!pml_lifetime_shows(family, series)) {
            continue;
        }
        read_head(&next, series);
        if (has_more) {
            read_beside(self, series, to->series_count, words);
        } else {
            kind->capture(series->cell, words);
        }
        if (spreading != NULL) {
            judge(self, series, words);
        }
        if (family->has_static_metrics) {
            pml_static_metrics_add(family, words);
        }
        read_value(self, kind, series, to->series_count, words);
        words += to->words_a_series;
        to->series_count++;
        next.series++;
    }
}

/* The number of one that is judged. Not inlined, because what it keeps on the stack would cost the
   others. */
static __attribute__((noinline)) pml_number read_judged(const reading *self, pml_series *series)
{
    const pml_kind *kind = self->family->definition->kind;
    uint64_t whole;
    if (pml_number_read_plain(kind, series->cell, &whole)) {
        pml_spreading_judge(self->spreading, self->family, series, whole);
        return (pml_number){.is_whole = true, .as.whole = whole};
    }
    uint64_t words[PML_MAX_NUMBER_WORDS];
    kind->capture(series->cell, words);
    judge(self, series, words);
    return kind->number(words);
}

static inline pml_number read_number(const reading *self, const pml_kind *kind, pml_series *series)
{
    uint64_t whole;
    if (self->spreading != NULL) {
        return read_judged(self, series);
    }
    return pml_number_read_plain(kind, series->cell, &whole)
               ? (pml_number){.is_whole = true, .as.whole = whole}
               : kind->value(series->cell);
}

/* This and the next: what read_some() does, in two thirds to four fifths of its time, for the
   families for which read_of() chooses them. */
static void read_numbers(reading *self, pml_series *const *some, size_t count)
{
    pml_family *family = self->family;
    const pml_kind *kind = family->definition->kind;
    place next = next_place(self->to);
    for (size_t i = 0; i < count; i++) {
        pml_series *series = some[i];
        if (pml_lifetime_shows(family, series)) {
            read_head(&next, series);
            next.series->as.number = read_number(self, kind, series);
            next.series++;
        }
    }
    self->to->series_count = (size_t)(next.series - self->to->series);
}

static void read_histograms(reading *self, pml_series *const *some, size_t count)
{
    pml_family *family = self->family;
    const pml_kind *kind = family->definition->kind;
    const size_t words_a_series = self->to->words_a_series;
    const size_t bucket_count = words_a_series - PML_HISTOGRAM_COUNTS;
    place next = next_place(self->to);
    for (size_t i = 0; i < count; i++) {
        pml_series *series = some[i];
        if (pml_lifetime_shows(family, series)) {
            read_head(&next, series);
            if (!pml_histogram_capture_plain(series->cell, bucket_count, next.words)) {
                kind->capture(series->cell, next.words);
            }
            read_histogram(next.words, next.series);
            if (self->spreading != NULL) { /* so there are recordings, as in judge() */
                pml_spreading_judge(self->spreading, family, series,
                                    kind->recordings(next.words, words_a_series));
            }
            next.words += words_a_series;
            next.series++;
        }
    }
    self->to->series_count = (size_t)(next.series - self->to->series);
}

/* One that is set to zero waits until the series was read, or comes before. */
static void read_with_lock(reading *self, pml_series *const *some, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pml_lock(PML_LOCK_CHANGES);
        read_some(self, &some[i], 1);
        pml_unlock(PML_LOCK_CHANGES);
    }
}

/* A series whose native buckets are due for a reset, and where it is shown. */
struct pml_native_due {
    struct pml_native_due *next;
    pml_family *family;
    pml_series *series;
    pml_snapshot_family *to;
    size_t at;
};

/* Without memory it is reset another time. */
static void keep_due(const reading *self, pml_series *series, size_t at)
{
    pml_natives *natives = self->natives;
    struct pml_native_due *due = pml_arena_take(&natives->memory, sizeof *due);
    if (due != NULL) {
        *due = (struct pml_native_due){natives->due, self->family, series, self->to, at};
        natives->due = due;
    }
}

/* A histogram with native buckets: what is decided of it must fit what was read. What needs no lock
   comes behind it. */
static void read_native(reading *self, pml_series *series)
{
    pml_snapshot_family *to = self->to;
    size_t at = to->series_count;
    read_with_lock(self, &series, 1);
    if (to->series_count == at || self->is_out_of_memory) {
        return;
    }
    const uint64_t *words = to->words + at * to->words_a_series;
    if (self->spreading != NULL) {
        judge(self, series, words);
    }
    const pml_settings *settings = &self->family->definition->settings;
    self->is_out_of_memory =
        !pml_natives_show(self->natives, settings, to->memory, &to->natives[at]);
    if (self->natives->is_due) {
        keep_due(self, series, at);
    }
}

static void read_natives(reading *self, pml_series *const *some, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        read_native(self, some[i]);
    }
}

typedef void (*read_fn)(reading *self, pml_series *const *some, size_t count);

/* For a family without native buckets. Nearly all are numbers or histograms of which nothing is
   shown but what their cells hold. */
static read_fn read_of(const reading *self)
{
    const pml_snapshot_family *to = self->to;
    bool has_more = to->exemplars != NULL || self->family->has_static_metrics;
    if (!has_more && to->shape == PML_SHAPE_NUMBER) {
        return read_numbers;
    }
    return !has_more && to->shape == PML_SHAPE_HISTOGRAM ? read_histograms : read_some;
}

static void read_each(reading *self, pml_series *overflow, read_fn read)
{
    self->to->series_count = 0;
    read(self, self->family->sorted, self->family->sorted_count);
    if (overflow != NULL) {
        read(self, &overflow, 1);
    }
}

/* This and the next: false when out of memory. */
static bool read_all_native(const pml_spreading *spreading, pml_natives *natives,
                            pml_family *family, pml_series *overflow, pml_snapshot_family *to)
{
    reading self = {spreading, family, to, natives, false};
    read_each(&self, overflow, read_natives);
    return !self.is_out_of_memory;
}

/* If some series is set to zero meanwhile, half of what was read may be from before. */
static bool read_all(const pml_spreading *spreading, pml_family *family, pml_series *overflow,
                     pml_snapshot_family *to)
{
    reading self = {spreading, family, to, NULL, false};
    /* acquire: pairs with the release half of the addition in pml_lifetime_reset(). */
    uint64_t before = pml_load_acquire(&family->revivals);
    read_each(&self, overflow, read_of(&self));
    /* acq_rel: pairs with the first addition in pml_lifetime_reset(). Either that comes later, and
       what it is followed by was not read; or it is seen. */
    uint64_t after = pml_add_acq_rel(&family->revivals, 0);
    if (before != after || before % 2 != 0) {
        self.spreading = NULL;
        read_each(&self, overflow, read_with_lock);
    }
    return !self.is_out_of_memory;
}

bool pml_snapshot_read(const pml_spreading *look, pml_natives *natives, pml_family *family,
                       pml_snapshot_family *to)
{
    const pml_spreading *spreading = pml_spreading_looks_at(look, family) ? look : NULL;
    pml_snapshot_describe(family->definition, to);
    if (!pml_family_sort(family)) {
        return false;
    }
    pml_series *overflow = pml_family_overflow(family);
    if (!pml_snapshot_reserve(family->definition, family->sorted_count + (overflow != NULL), to)) {
        return false;
    }
    pml_lifetime_look(family);
    return pml_natives_are_in(family) ? read_all_native(spreading, natives, family, overflow, to)
                                      : read_all(spreading, family, overflow, to);
}

/* ---- resets ---------------------------------------------------------------------------------- */

/* Into other memory than before, so that what is shown stays whole if there is none. Not due any
   more is a series that was set to zero meanwhile. */
static bool read_again(pml_natives *natives, const struct pml_native_due *due)
{
    pml_snapshot_family *to = due->to;
    const pml_settings *settings = &due->family->definition->settings;
    pml_native native;
    uint64_t *words = pml_arena_take(to->memory, to->words_a_series * sizeof *words);
    if (words == NULL || !pml_natives_read(natives, due->family, due->series, words) ||
        !natives->is_due || !pml_natives_show(natives, settings, to->memory, &native)) {
        return false;
    }
    to->natives[due->at] = native;
    read_histogram(words, &to->series[due->at]);
    to->starts[due->at] = pml_series_start_ns(due->series);
    return true;
}

void pml_snapshot_reset_natives(pml_natives *natives)
{
    for (const struct pml_native_due *due = natives->due; due != NULL; due = due->next) {
        pml_lock(PML_LOCK_CHANGES);
        if (read_again(natives, due)) {
            pml_natives_reset(due->family, due->series, &natives->reading);
        }
        pml_unlock(PML_LOCK_CHANGES);
    }
}
