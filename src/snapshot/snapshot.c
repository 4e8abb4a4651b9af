/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a snapshot, and how it is taken: call the collectors, then read the families that are
 * wanted (reading.c). When that is done, series that came to their end are buried.
 */
#include "snapshot/snapshot.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/flight.h"
#include "registry/lifetime.h"
#include "registry/registry.h"
#include "registry/self_metrics.h"
#include "registry/spreading.h"
#include "registry/static_metrics.h"
#include "snapshot/collecting.h"
#include "snapshot/filter.h"
#include "snapshot/reading.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ------------------------------------------------------------------------------------ */

static void free_family(pml_snapshot_family *family)
{
    if (!family->is_lent) {
        pml_free(family->series);
        pml_free(family->timestamps);
        pml_free(family->starts);
        pml_free(family->exemplars);
        pml_free(family->natives);
        pml_arena_free(&family->parts);
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

void pml_snapshot_describe(const pml_definition *definition, pml_snapshot_family *to)
{
    to->name = &definition->name;
    to->claims = definition->claims;
    to->help = &definition->help;
    to->unit = &definition->unit;
    to->type = definition->kind->type;
    to->shape = definition->kind->shape;
    to->has_utf8_names = definition->has_utf8_names;
    to->is_own = definition->is_own;
    switch (to->shape) {
    case PML_SHAPE_HISTOGRAM:
        to->bounds = definition->bound_texts;
        to->bound_values = definition->settings.bounds.values;
        to->bound_count = definition->settings.bounds.count;
        break;
    case PML_SHAPE_SUMMARY:
        to->bounds = definition->quantile_texts;
        to->bound_values = definition->settings.quantiles;
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

/* ---- taking ---------------------------------------------------------------------------------- */

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

/* Leaves out the families that have no series: promlet's own, or all of them. */
static void drop_empty(promlet_snapshot *snapshot, bool all)
{
    size_t kept = 0;
    for (size_t i = 0; i < snapshot->family_count; i++) {
        const pml_snapshot_family *family = &snapshot->families[i];
        if (family->series_count > 0 || !(all || family->is_own)) {
            snapshot->families[kept++] = snapshot->families[i];
        } else {
            free_family(&snapshot->families[i]);
        }
    }
    snapshot->family_count = kept;
}

static bool read_list(const pml_spreading *spreading, pml_family **list, size_t count,
                      pml_snapshot_family *families)
{
    pml_natives natives = {.room = 0};
    bool is_read = true;
    for (size_t i = 0; is_read && i < count; i++) {
        is_read = pml_snapshot_read(spreading, &natives, list[i], &families[i]);
    }
    if (is_read) {
        pml_snapshot_reset_natives(&natives);
    }
    pml_natives_end(&natives);
    return is_read;
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
    /* What is reset behind its reading must not be lost by anything that fails afterwards. */
    if (!pml_collection_show(collection, snapshot, families + count) ||
        !read_list(spreading, list, count, families)) {
        pml_snapshot_free(snapshot);
        return NULL;
    }
    for (size_t i = 0; i < count + collected; i++) {
        families[i].teller = spreading->registry;
    }
    if (collected > 0) {
        qsort(families, count + collected, sizeof *families, compare_families);
    }
    drop_empty(snapshot, pml_registry_hides_empty_families(spreading->registry));
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
