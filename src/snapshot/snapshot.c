/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a snapshot: bring the order of series up to date, then read every cell once. Cells are
 * read while others record on them; the only locks are short ones that creators of series take.
 */
#include "snapshot/snapshot.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/flight.h"
#include "registry/registry.h"
#include "registry/self_metrics.h"
#include "registry/spreading.h"
#include "registry/static_metrics.h"

#include <string.h>

/* ---- one family ------------------------------------------------------------------------------ */

static void read_words(const pml_spreading *spreading, pml_family *family, pml_series *series,
                       uint64_t *words)
{
    family->definition->kind->capture(series->cell, words);
    pml_spreading_judge(spreading, family, series, words);
    pml_static_metrics_add(family, words);
}

static void read_series(const pml_spreading *spreading, pml_family *family, pml_series *series,
                        pml_snapshot_family *to, size_t at)
{
    const pml_kind *kind = family->definition->kind;
    pml_snapshot_series *copy = &to->series[at];
    copy->labels = series->labels.text;
    copy->labels_size = series->labels.text_size;
    if (kind->shape == PML_SHAPE_NUMBER) {
        uint64_t words[PML_MAX_NUMBER_WORDS];
        read_words(spreading, family, series, words);
        copy->as.number = kind->number(words);
    } else {
        uint64_t *words = to->words + at * to->words_a_series;
        read_words(spreading, family, series, words);
        copy->as.histogram.sum = pml_double_of_bits(words[PML_HISTOGRAM_SUM]);
        copy->as.histogram.counts = words + PML_HISTOGRAM_COUNTS;
    }
}

static void describe(const pml_definition *definition, pml_snapshot_family *to)
{
    to->name = &definition->name;
    to->help = &definition->help;
    to->unit = &definition->unit;
    to->type = definition->kind->type;
    to->shape = definition->kind->shape;
    to->bounds = definition->bound_texts;
    to->bound_count = definition->bounds.count;
}

static bool reserve_series(const pml_definition *definition, size_t series_count,
                           pml_snapshot_family *to)
{
    to->series_count = series_count;
    to->series = pml_resize_array(NULL, series_count, sizeof *to->series);
    if (to->shape == PML_SHAPE_HISTOGRAM) {
        to->words_a_series = definition->kind->word_count(&definition->bounds);
        to->words = pml_resize_array(NULL, series_count, to->words_a_series * sizeof *to->words);
        return to->series != NULL && to->words != NULL;
    }
    return to->series != NULL;
}

static bool read_family(const pml_spreading *spreading, pml_family *family, pml_snapshot_family *to)
{
    describe(family->definition, to);
    if (!pml_family_sort(family)) {
        return false;
    }
    pml_series *overflow = pml_family_overflow(family);
    size_t count = family->sorted_count;
    if (!reserve_series(family->definition, count + (overflow != NULL), to)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        read_series(spreading, family, family->sorted[i], to, i);
    }
    if (overflow != NULL) {
        read_series(spreading, family, overflow, to, count);
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void free_snapshot(promlet_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->family_count; i++) {
        pml_free(snapshot->families[i].series);
        pml_free(snapshot->families[i].words);
    }
    pml_free(snapshot->families);
    pml_registry_release(snapshot->registry);
    pml_free(snapshot);
}

static promlet_snapshot *new_snapshot(promlet_registry *registry, size_t family_count)
{
    promlet_snapshot *snapshot = pml_alloc_zeroed(sizeof *snapshot);
    pml_snapshot_family *families = pml_alloc_zeroed(family_count * sizeof *families);
    if (snapshot == NULL || families == NULL) {
        pml_free(snapshot);
        pml_free(families);
        return NULL;
    }
    pml_registry_retain(registry);
    snapshot->registry = registry;
    snapshot->families = families;
    snapshot->family_count = family_count;
    /* relaxed: no other thread knows it yet. */
    pml_store_relaxed(&snapshot->owners, 1);
    return snapshot;
}

/* Of a family that is left out because it has no series. */
static void leave_out(pml_snapshot_family *family)
{
    pml_free(family->series);
    pml_free(family->words);
    memset(family, 0, sizeof *family);
}

static promlet_snapshot *read_families(const pml_spreading *spreading, pml_family **list,
                                       size_t count)
{
    bool hides_empty = pml_registry_hides_empty_families(spreading->registry);
    promlet_snapshot *snapshot = new_snapshot(spreading->registry, count);
    size_t shown = 0;
    for (size_t i = 0; snapshot != NULL && i < count; i++) {
        pml_snapshot_family *family = &snapshot->families[shown];
        if (!read_family(spreading, list[i], family)) {
            free_snapshot(snapshot);
            return NULL;
        }
        if (hides_empty && family->series_count == 0) {
            leave_out(family);
        } else {
            shown++;
        }
    }
    if (snapshot != NULL) {
        snapshot->family_count = shown;
    }
    return snapshot;
}

static void *take(void *ctx)
{
    promlet_registry *registry = ctx;
    pml_spreading spreading = pml_spreading_begin(registry);
    bool is_default = registry == pml_registry_of(NULL);
    if ((is_default && !pml_static_metrics_refresh(&spreading)) ||
        !pml_self_metrics_refresh(registry)) {
        return NULL;
    }
    size_t count;
    pml_family **list = pml_registry_list(registry, &count);
    promlet_snapshot *snapshot = list != NULL ? read_families(&spreading, list, count) : NULL;
    pml_free(list);
    pml_spreading_end(&spreading);
    return snapshot;
}

static void share(void *snapshot)
{
    (void)promlet_snapshot_retain(snapshot);
}

promlet_snapshot *promlet_snapshot_take(promlet_registry *registry)
{
    promlet_registry *self = pml_registry_of(registry);
    pml_flight_plan plan = {take, share, self, .is_own = false};
    /* The log callback may ask for a snapshot itself, which must not wait for this one. */
    pml_held_log held;
    pml_log_hold(&held);
    promlet_snapshot *snapshot = pml_flight_join(&self->snapshot_flight, &plan);
    pml_log_let_go(&held);
    if (snapshot == NULL) {
        (void)pml_fail_memory();
    }
    return snapshot;
}

promlet_snapshot *promlet_snapshot_retain(promlet_snapshot *snapshot)
{
    if (snapshot != NULL) {
        /* relaxed: the caller holds one already, so it can't become free meanwhile. */
        pml_add_relaxed(&snapshot->owners, 1);
    }
    return snapshot;
}

void promlet_snapshot_release(promlet_snapshot *snapshot)
{
    /* acq_rel: pairs with itself; the last owner sees what all others did. */
    if (snapshot != NULL && pml_sub_acq_rel(&snapshot->owners, 1) == 1) {
        free_snapshot(snapshot);
    }
}
