/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a snapshot: call the collectors, bring the order of series up to date, then read every
 * cell once. Cells are read while others record on them; the only locks are short ones that
 * creators of series take. When it is done, series that came to their end are buried.
 */
#include "snapshot/snapshot.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/flight.h"
#include "base/locks.h"
#include "registry/lifetime.h"
#include "registry/order.h"
#include "registry/registry.h"
#include "registry/self_metrics.h"
#include "registry/spreading.h"
#include "registry/static_metrics.h"
#include "snapshot/collecting.h"
#include "snapshot/filter.h"

#include <stdlib.h>
#include <string.h>

/* ---- one family ------------------------------------------------------------------------------ */

/* What a series is read for: its values, and with `spreading` whether it is hot. */
typedef struct reading {
    const pml_spreading *spreading; /* NULL: PML_LOCK_CHANGES is held */
    pml_family *family;
    pml_snapshot_family *to;
} reading;

static void read_words(const reading *self, pml_series *series, uint64_t *words)
{
    self->family->definition->kind->capture(series->cell, words);
    if (self->spreading != NULL) {
        pml_spreading_judge(self->spreading, self->family, series, words);
    }
    pml_static_metrics_add(self->family, words);
}

static void read_histogram(const uint64_t *words, pml_snapshot_series *copy)
{
    copy->as.histogram.sum = pml_double_of_bits(words[PML_HISTOGRAM_SUM]);
    copy->as.histogram.counts = words + PML_HISTOGRAM_COUNTS;
}

static void read_summary(const uint64_t *words, pml_snapshot_series *copy)
{
    copy->as.summary.sum = pml_double_of_bits(words[PML_SUMMARY_SUM]);
    copy->as.summary.count = words[PML_SUMMARY_COUNT];
    copy->as.summary.values = NULL;
}

static void read_quantiles(const pml_definition *definition, const void *cell, double *values,
                           pml_snapshot_series *copy)
{
    const pml_settings *settings = &definition->settings;
    definition->kind->quantiles(cell, settings->quantiles, settings->quantile_count, values);
    copy->as.summary.values = values;
}

static void read_series(const reading *self, pml_series *series)
{
    const pml_definition *definition = self->family->definition;
    pml_snapshot_family *to = self->to;
    size_t at = to->series_count;
    pml_snapshot_series *copy = &to->series[at];
    copy->labels = series->labels.text;
    copy->labels_size = series->labels.text_size;
    uint64_t few_words[PML_MAX_NUMBER_WORDS];
    uint64_t *words = to->words != NULL ? to->words + at * to->words_a_series : few_words;
    read_words(self, series, words);
    switch (to->shape) {
    case PML_SHAPE_NUMBER:
        copy->as.number = definition->kind->number(words);
        break;
    case PML_SHAPE_HISTOGRAM:
        read_histogram(words, copy);
        break;
    case PML_SHAPE_SUMMARY:
        read_summary(words, copy);
        if (to->quantile_values != NULL) {
            read_quantiles(definition, series->cell, to->quantile_values + at * to->bound_count,
                           copy);
        }
        break;
    case PML_SHAPE_STATES:
        copy->as.states = words[0];
        break;
    }
    to->series_count++;
}

static void read_if_shown(const reading *self, pml_series *series)
{
    if (pml_lifetime_shows(self->family, series)) {
        read_series(self, series);
    }
}

/* One that is set to zero waits until the series was read, or comes before. */
static void read_with_lock(const reading *self, pml_series *series)
{
    pml_lock(PML_LOCK_CHANGES);
    read_if_shown(self, series);
    pml_unlock(PML_LOCK_CHANGES);
}

static void read_each(const reading *self, pml_series *overflow,
                      void (*read)(const reading *self, pml_series *series))
{
    self->to->series_count = 0;
    for (size_t i = 0; i < self->family->sorted_count; i++) {
        read(self, self->family->sorted[i]);
    }
    if (overflow != NULL) {
        read(self, overflow);
    }
}

/* If some series is set to zero meanwhile, half of what was read may be from before. */
static void read_all(const pml_spreading *spreading, pml_family *family, pml_series *overflow,
                     pml_snapshot_family *to)
{
    reading self = {spreading, family, to};
    /* acquire: pairs with the release half of the addition in pml_lifetime_reset(). */
    uint64_t before = pml_load_acquire(&family->revivals);
    read_each(&self, overflow, read_if_shown);
    /* acq_rel: pairs with the first addition in pml_lifetime_reset(). Either that comes later, and
       what it is followed by was not read; or it is seen. */
    uint64_t after = pml_add_acq_rel(&family->revivals, 0);
    if (before != after || before % 2 != 0) {
        self.spreading = NULL;
        read_each(&self, overflow, read_with_lock);
    }
}

void pml_snapshot_describe(const pml_definition *definition, pml_snapshot_family *to)
{
    to->name = &definition->name;
    to->claims = definition->claims;
    to->help = &definition->help;
    to->unit = &definition->unit;
    to->type = definition->kind->type;
    to->shape = definition->kind->shape;
    switch (to->shape) {
    case PML_SHAPE_HISTOGRAM:
        to->bounds = definition->bound_texts;
        to->bound_count = definition->settings.bounds.count;
        break;
    case PML_SHAPE_SUMMARY:
        to->bounds = definition->quantile_texts;
        to->bound_count = definition->settings.quantile_count;
        break;
    case PML_SHAPE_STATES:
        to->bounds = definition->state_texts;
        to->bound_count = definition->settings.state_count;
        break;
    case PML_SHAPE_NUMBER:
        break;
    }
}

static bool reserve_series(const pml_definition *definition, size_t series_count,
                           pml_snapshot_family *to)
{
    to->series = pml_resize_array(NULL, series_count, sizeof *to->series);
    if (to->shape == PML_SHAPE_HISTOGRAM) {
        to->words_a_series = definition->kind->word_count(&definition->settings);
        to->words = pml_resize_array(NULL, series_count, to->words_a_series * sizeof *to->words);
        return to->series != NULL && to->words != NULL;
    }
    if (to->shape == PML_SHAPE_SUMMARY && to->bound_count > 0) {
        size_t size = to->bound_count * sizeof *to->quantile_values;
        to->quantile_values = pml_resize_array(NULL, series_count, size);
        return to->series != NULL && to->quantile_values != NULL;
    }
    return to->series != NULL;
}

static bool read_family(const pml_spreading *spreading, pml_family *family, pml_snapshot_family *to)
{
    pml_snapshot_describe(family->definition, to);
    if (!pml_family_sort(family)) {
        return false;
    }
    pml_series *overflow = pml_family_overflow(family);
    if (!reserve_series(family->definition, family->sorted_count + (overflow != NULL), to)) {
        return false;
    }
    pml_lifetime_look(family, pml_clock_monotonic_ns());
    read_all(spreading, family, overflow, to);
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void free_family(pml_snapshot_family *family)
{
    if (!family->is_lent) {
        pml_free(family->series);
        pml_free(family->timestamps);
        pml_free(family->words);
        pml_free(family->quantile_values);
    }
}

void pml_snapshot_free(promlet_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->family_count; i++) {
        free_family(&snapshot->families[i]);
    }
    for (size_t i = 0; i < snapshot->part_count; i++) {
        promlet_snapshot_release(snapshot->parts[i]);
    }
    pml_free(snapshot->parts);
    pml_free(snapshot->families);
    pml_emitters_free(snapshot->emitted);
    pml_collectors_unpin(snapshot->collectors, snapshot->collector_count);
    if (snapshot->registry != NULL) {
        pml_lease_end(snapshot->registry, &snapshot->lease);
        pml_registry_release(snapshot->registry);
    }
    pml_free(snapshot);
}

promlet_snapshot *pml_snapshot_new(promlet_registry *registry, size_t family_count)
{
    promlet_snapshot *snapshot = pml_alloc_zeroed(sizeof *snapshot);
    pml_snapshot_family *families = pml_resize_array(NULL, family_count, sizeof *families);
    if (snapshot == NULL || families == NULL) {
        pml_free(snapshot);
        pml_free(families);
        return NULL;
    }
    memset(families, 0, family_count * sizeof *families);
    if (registry != NULL) {
        pml_registry_retain(registry);
        pml_lease_begin(registry, &snapshot->lease);
    }
    snapshot->registry = registry;
    snapshot->families = families;
    snapshot->family_count = family_count;
    /* relaxed: no other thread knows it yet. */
    pml_store_relaxed(&snapshot->owners, 1);
    return snapshot;
}

/* Keeps the wanted ones of a list of families, without promlet's own that are not to be shown, and
   says how many. */
static size_t select_families(const pml_filter *filter, pml_family **list, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (pml_self_metrics_show(list[i]) &&
            pml_filter_takes(filter, list[i]->definition->claims)) {
            list[kept++] = list[i];
        }
    }
    return kept;
}

static int compare_families(const void *a, const void *b)
{
    const pml_snapshot_family *left = a;
    const pml_snapshot_family *right = b;
    return strcmp(left->name->bytes, right->name->bytes);
}

/* Leaves out the families that have no series. */
static void drop_empty(promlet_snapshot *snapshot)
{
    size_t kept = 0;
    for (size_t i = 0; i < snapshot->family_count; i++) {
        if (snapshot->families[i].series_count > 0) {
            snapshot->families[kept++] = snapshot->families[i];
        } else {
            free_family(&snapshot->families[i]);
        }
    }
    snapshot->family_count = kept;
}

/* The families of the list, then those that were collected, all by name. */
static promlet_snapshot *read_families(const pml_spreading *spreading, pml_collection *collection,
                                       pml_family **list, size_t count)
{
    size_t collected = pml_collection_family_count(collection);
    promlet_snapshot *snapshot = pml_snapshot_new(spreading->registry, count + collected);
    if (snapshot == NULL) {
        return NULL;
    }
    pml_snapshot_family *families = snapshot->families;
    bool is_read = true;
    for (size_t i = 0; is_read && i < count; i++) {
        is_read = read_family(spreading, list[i], &families[i]);
    }
    if (!is_read || !pml_collection_show(collection, snapshot, families + count)) {
        pml_snapshot_free(snapshot);
        return NULL;
    }
    if (collected > 0) {
        qsort(families, count + collected, sizeof *families, compare_families);
    }
    if (pml_registry_hides_empty_families(spreading->registry)) {
        drop_empty(snapshot);
    }
    return snapshot;
}

/* What is asked for; a filter of NULL wants everything. */
struct request {
    promlet_registry *registry;
    const pml_filter *filter;
};

/* Rates are judged over all series at once, or not at all. */
static pml_spreading begin_spreading(const struct request *request)
{
    return request->filter == NULL ? pml_spreading_begin(request->registry)
                                   : (pml_spreading){request->registry, false, UINT64_MAX};
}

static promlet_snapshot *read_registry(const struct request *request, pml_collection *collection)
{
    promlet_registry *registry = request->registry;
    pml_spreading spreading = begin_spreading(request);
    bool is_default = registry == pml_registry_of(NULL);
    if ((is_default && !pml_static_metrics_refresh(&spreading)) ||
        !pml_self_metrics_refresh(registry)) {
        return NULL;
    }
    uint64_t removals = pml_registry_removals(registry);
    size_t count;
    size_t all_count;
    pml_family **all = pml_registry_list_all(registry, &count, &all_count);
    pml_family **list = pml_registry_list(registry, &count);
    promlet_snapshot *snapshot = NULL;
    if (list != NULL && all != NULL && pml_collection_settle(collection)) {
        /* What was emitted may have got the name of one that was unregistered just now. */
        count = pml_registry_keep_lasting(removals, list, count);
        count = select_families(request->filter, list, count);
        snapshot = read_families(&spreading, collection, list, count);
    }
    if (snapshot != NULL) {
        pml_lifetime_bury(all, all_count);
    } else if (all != NULL) {
        pml_lifetime_keep(all, all_count);
    }
    pml_free(list);
    pml_free(all);
    pml_spreading_end(&spreading);
    return snapshot;
}

/* Collectors come first: what they record, and what they are counted for, is then read. */
static void *take(void *ctx)
{
    const struct request *request = ctx;
    pml_collection collection;
    promlet_snapshot *snapshot = NULL;
    if (pml_collection_start(&collection, request->registry, request->filter)) {
        snapshot = read_registry(request, &collection);
    }
    pml_collection_free(&collection);
    return snapshot;
}

static void share(void *snapshot)
{
    (void)promlet_snapshot_retain(snapshot);
}

static promlet_snapshot *take_requested(struct request *request)
{
    if (pml_call_here() != NULL) {
        (void)pml_fail(
            PROMLET_ERROR_BUSY,
            "a snapshot can't be taken in a callback or collector, which it may wait for");
        return NULL;
    }
    pml_flight_plan plan = {take, share, request, .is_own = request->filter != NULL};
    /* The log callback may ask for a snapshot itself, which must not wait for this one. */
    pml_held_log held;
    pml_log_hold(&held);
    promlet_snapshot *snapshot = pml_flight_join(&request->registry->snapshot_flight, &plan);
    pml_log_let_go(&held);
    if (snapshot == NULL) {
        (void)pml_fail_memory();
    }
    return snapshot;
}

promlet_snapshot *promlet_snapshot_take(promlet_registry *registry)
{
    return take_requested(&(struct request){pml_registry_of(registry), NULL});
}

promlet_snapshot *promlet_snapshot_take_filtered_sized(promlet_registry *registry,
                                                       const promlet_filter *wanted,
                                                       size_t filter_size)
{
    pml_filter filter;
    if (pml_filter_start(&filter, wanted, filter_size) != PROMLET_OK) {
        return NULL;
    }
    promlet_snapshot *snapshot =
        take_requested(&(struct request){pml_registry_of(registry), &filter});
    pml_filter_end(&filter);
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
        pml_snapshot_free(snapshot);
    }
}
