/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a snapshot, and how it is taken: call the collectors, then read the families that are
 * wanted (reading.c). When that is done, series that came to their end are buried.
 */
#include "snapshot/snapshot.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/flight.h"
#include "base/locks.h"
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

/* A snapshot lies in its own memory. */
static void free_memory(promlet_snapshot *snapshot)
{
    pml_arena memory = snapshot->memory;
    pml_arena_free(&memory);
}

void pml_snapshot_free(promlet_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->part_count; i++) {
        promlet_snapshot_release(snapshot->parts[i]);
    }
    pml_free(snapshot->parts);
    pml_emitters_free(snapshot->emitted);
    pml_collectors_unpin(snapshot->collectors, snapshot->collector_count);
    if (snapshot->registry != NULL) {
        pml_lease_end(snapshot->registry, &snapshot->lease);
        pml_registry_release(snapshot->registry);
    }
    free_memory(snapshot);
}

/* Where a larger piece is not to be had, smaller ones may be, and perhaps what the last snapshot
   needed is not needed any more. */
#define WISH_BYTES ((size_t)128 << 10)

static bool reserve(pml_arena *memory, size_t bytes)
{
    return pml_arena_reserve(memory, bytes) || bytes > WISH_BYTES;
}

static bool make_families(promlet_snapshot *snapshot, size_t count)
{
    pml_arena *memory = &snapshot->memory;
    pml_snapshot_family *families = pml_arena_take_array(memory, count, sizeof *families);
    if (families == NULL) {
        return false;
    }
    memset(families, 0, count * sizeof *families);
    for (size_t i = 0; i < count; i++) {
        families[i].memory = memory;
    }
    snapshot->families = families;
    snapshot->family_count = count;
    return true;
}

static promlet_snapshot *make_snapshot(size_t family_count, size_t bytes)
{
    pml_arena memory = {.blocks = NULL};
    promlet_snapshot *snapshot =
        reserve(&memory, bytes) ? pml_arena_take(&memory, sizeof *snapshot) : NULL;
    if (snapshot == NULL) {
        pml_arena_free(&memory);
        return NULL;
    }
    *snapshot = (promlet_snapshot){.memory = memory};
    if (!make_families(snapshot, family_count)) {
        free_memory(snapshot);
        return NULL;
    }
    return snapshot;
}

promlet_snapshot *pml_snapshot_new(promlet_registry *registry, size_t family_count, size_t bytes)
{
    promlet_snapshot *snapshot = make_snapshot(family_count, bytes);
    if (snapshot == NULL) {
        return NULL;
    }
    if (registry != NULL) {
        pml_registry_retain(registry);
        pml_lease_begin(registry, &snapshot->lease);
    }
    snapshot->registry = registry;
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

/* What is asked for; a filter of NULL wants everything. */
struct request {
    promlet_registry *registry;
    const pml_filter *filter;
    bool is_at_once; /* or not at all */
    size_t most_bytes;
    bool is_busy; /* It would have taken long. */
};

/* The families of the list, then those that were collected, all by name. */
static promlet_snapshot *read_families(const struct request *request,
                                       const pml_spreading *spreading, pml_collection *collection,
                                       pml_family **list, size_t count)
{
    size_t collected = pml_collection_family_count(collection);
    size_t bytes = request->filter == NULL ? request->registry->snapshot_bytes : 0;
    promlet_snapshot *snapshot = pml_snapshot_new(request->registry, count + collected, bytes);
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

/* Rates are judged over all series at once, or not at all. */
static pml_spreading begin_spreading(const struct request *request)
{
    return request->filter == NULL ? pml_spreading_begin(request->registry)
                                   : (pml_spreading){request->registry, false, UINT64_MAX};
}

/* Another snapshot may hold the lock for as long as it takes to sort a million new series. */
static bool lock_order(struct request *request)
{
    if (request->is_at_once) {
        request->is_busy = !pml_try_lock(PML_LOCK_ORDER);
    } else {
        pml_lock(PML_LOCK_ORDER);
    }
    return !request->is_busy;
}

/* File-scope metrics are the default registry's. */
static bool read_static_metrics(struct request *request, const pml_spreading *spreading)
{
    if (request->registry != pml_registry_of(NULL)) {
        return true;
    }
    if (!lock_order(request)) {
        return false;
    }
    bool is_complete = pml_static_metrics_refresh(spreading);
    pml_unlock(PML_LOCK_ORDER);
    return is_complete;
}

static promlet_snapshot *read_chosen(const struct request *request, const pml_spreading *spreading,
                                     pml_collection *collection, pml_family_list *list)
{
    if (!pml_collection_settle(collection)) {
        return NULL;
    }
    /* What was emitted may have got the name of one that was unregistered just now. */
    if (pml_collection_family_count(collection) > 0) {
        list->count = pml_registry_keep_lasting(list->removals, list->chosen, list->count);
    }
    list->count = select_families(request->filter, list->chosen, list->count);
    return read_families(request, spreading, collection, list->chosen, list->count);
}

static promlet_snapshot *read_listed(const struct request *request, const pml_spreading *spreading,
                                     pml_collection *collection)
{
    pml_family_list list;
    if (!pml_registry_list_all(request->registry, &list)) {
        return NULL;
    }
    promlet_snapshot *snapshot = read_chosen(request, spreading, collection, &list);
    if (snapshot != NULL) {
        pml_lifetime_bury(list.all, list.all_count);
    } else {
        pml_lifetime_keep(list.all, list.all_count);
    }
    pml_free(list.all);
    return snapshot;
}

static promlet_snapshot *read_registry(struct request *request, pml_collection *collection)
{
    promlet_registry *registry = request->registry;
    promlet_snapshot *snapshot = NULL;
    pml_spreading spreading = begin_spreading(request);
    if (read_static_metrics(request, &spreading) &&
        pml_self_metrics_refresh(registry, collection->collectors, collection->count)) {
        snapshot = read_listed(request, &spreading, collection);
    }
    if (snapshot != NULL && request->filter == NULL) {
        registry->snapshot_bytes = pml_arena_taken(&snapshot->memory);
    }
    pml_spreading_end(&spreading);
    return snapshot;
}

/* A collector that is added from here on is one that came later, and is not called. */
static bool start_at_once(pml_collection *collection, struct request *request)
{
    *collection = (pml_collection){.registry = request->registry};
    request->is_busy = pml_collectors_are_there(request->registry) ||
                       !pml_registry_has_little(request->registry, request->most_bytes);
    return !request->is_busy;
}

/* Collectors come first: what they record, and what they are counted for, is then read. */
static void *take(void *ctx)
{
    struct request *request = ctx;
    pml_collection collection;
    promlet_snapshot *snapshot = NULL;
    if (request->is_at_once
            ? start_at_once(&collection, request)
            : pml_collection_start(&collection, request->registry, request->filter)) {
        snapshot = read_registry(request, &collection);
    }
    pml_collection_free(&collection);
    return snapshot;
}

static void share(void *snapshot)
{
    (void)promlet_snapshot_retain(snapshot);
}

/* NULL without memory, or when it would take long. */
static promlet_snapshot *join(struct request *request)
{
    pml_flight *flight = &request->registry->snapshot_flight;
    pml_flight_plan plan = {take, share, request, .is_own = request->filter != NULL};
    if (!request->is_at_once) {
        return pml_flight_join(flight, &plan);
    }
    void *snapshot = NULL;
    request->is_busy = !pml_flight_try(flight, &plan, &snapshot) || request->is_busy;
    return snapshot;
}

static promlet_snapshot *take_requested(struct request *request)
{
    if (pml_call_here() != NULL) {
        (void)pml_fail(
            PROMLET_ERROR_BUSY,
            "a snapshot can't be taken in a callback or collector, which it may wait for");
        return NULL;
    }
    /* The log callback may ask for a snapshot itself, which must not wait for this one. */
    pml_held_log held;
    pml_log_hold(&held);
    promlet_snapshot *snapshot = join(request);
    pml_log_let_go(&held);
    if (request->is_busy) {
        (void)pml_fail(PROMLET_ERROR_BUSY, "a snapshot of this registry can't be taken at once");
    } else if (snapshot == NULL) {
        (void)pml_fail_memory();
    }
    return snapshot;
}

promlet_snapshot *promlet_snapshot_take(promlet_registry *registry)
{
    return take_requested(&(struct request){.registry = pml_registry_of(registry)});
}

promlet_snapshot *promlet_snapshot_take_at_once(promlet_registry *registry, size_t max_bytes)
{
    return take_requested(&(struct request){
        .registry = pml_registry_of(registry), .is_at_once = true, .most_bytes = max_bytes});
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
        take_requested(&(struct request){.registry = pml_registry_of(registry), .filter = &filter});
    pml_filter_end(&filter);
    return snapshot;
}
