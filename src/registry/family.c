/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and creating series. */
#include "registry/family.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/label_values.h"
#include "registry/lifetime.h"
#include "registry/limits.h"
#include "registry/names.h"
#include "registry/natives.h"
#include "registry/spreading.h"
#include "registry/view.h"
#include "series/dropped.h"
#include "series/readers.h"
#include "series/spread.h"

#include <string.h>

/* ---- making and freeing ---------------------------------------------------------------------- */

pml_family *pml_family_new(promlet_registry *registry, struct pml_dropped *dropped,
                           pml_definition *definition)
{
    pml_family *family = pml_alloc_zeroed(sizeof *family);
    if (family == NULL) {
        pml_definition_free(definition);
        return NULL;
    }
    family->registry = registry;
    family->owner = (pml_series_owner){
        .name = definition->name.bytes,
        .dropped = dropped,
        .began_ns = pml_clock_unix_ns(),
        .exemplars_at = definition->kind->cell_size(&definition->settings),
        .exemplar_count = pml_definition_exemplar_count(definition),
    };
    family->definition = definition;
    uint64_t seed = pml_hash_mix((uint64_t)(uintptr_t)family, pml_clock_monotonic_ns() | 1);
    pml_label_reader_start(&family->label_reader, seed, definition->label_count);
    family->idle_unit_ns = pml_lifetime_idle_unit(definition);
    return family;
}

void pml_family_free_series(const pml_family *family, pml_series *series)
{
    const pml_kind *kind = family->definition->kind;
    if (series == NULL) {
        return;
    }
    if (pml_natives_are_in(family)) {
        pml_natives_free(family, series);
    } else if (kind->spread != NULL) {
        size_t word_count = kind->word_count(&family->definition->settings);
        struct promlet_spread *spread = pml_spread_of(kind->spread(series->cell));
        pml_spreading_give_back_locked(family->registry, spread, word_count);
    }
    pml_limits_give_back(family, series);
    pml_series_free(series);
}

static void free_array(const pml_family *family, pml_series **series, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pml_family_free_series(family, series[i]);
    }
    pml_free(series);
}

void pml_family_free(pml_family *family)
{
    pml_lock(PML_LOCK_CHANGES);
    free_array(family, family->fresh, family->fresh_count);
    free_array(family, family->sorted, family->sorted_count);
    pml_lifetime_free(family, family->limbo.gathered);
    pml_lifetime_free(family, family->limbo.waiting);
    pml_family_free_series(family, pml_family_overflow(family));
    pml_unlock(PML_LOCK_CHANGES);
    pml_views_free(family->views);
    pml_table_free(&family->table);
    pml_definition_free(family->definition);
    pml_free(family);
}

/* ---- creating series, with PML_LOCK_CHANGES held --------------------------------------------- */

static bool reserve_fresh(pml_family *family)
{
    if (family->fresh_count < family->fresh_capacity) {
        return true;
    }
    /* Who adds and removes all the time, and never scrapes, needs no more memory for it. */
    pml_lifetime_sweep(family);
    if (family->fresh_capacity > 0 && family->fresh_count <= family->fresh_capacity / 2) {
        return true;
    }
    size_t capacity = family->fresh_capacity == 0 ? 4 : family->fresh_capacity * 2;
    pml_series **fresh = pml_resize_array(family->fresh, capacity, sizeof *fresh);
    if (fresh == NULL) {
        return false;
    }
    family->fresh = fresh;
    family->fresh_capacity = capacity;
    return true;
}

static pml_series *make_series(pml_family *family, uint32_t hash, const pml_labels *labels)
{
    const pml_definition *definition = family->definition;
    const pml_kind *kind = definition->kind;
    pml_series *series = pml_series_new(pml_definition_cell_size(definition), hash, labels);
    if (series != NULL) {
        series->owner = &family->owner;
        pml_series_restart(series);
        kind->start(series->cell, series, &definition->settings);
    }
    return series;
}

static void spread_if_wanted(pml_family *family, pml_series *series)
{
    if (family->definition->cells == PROMLET_CELLS_PER_CPU) {
        pml_spreading_publish_locked(family, series);
    }
}

static pml_series *add_series(pml_family *family, const pml_label_query *query)
{
    if (!reserve_fresh(family)) {
        return NULL;
    }
    pml_labels labels = pml_definition_labels(family->definition, query->values);
    pml_series *series = make_series(family, query->hash, &labels);
    if (series == NULL || !pml_limits_table_add(family, series)) {
        pml_series_free(series);
        return NULL;
    }
    pml_limits_take(family, series);
    spread_if_wanted(family, series);
    family->fresh[family->fresh_count++] = series;
    family->shown_count++;
    if (family->is_unregistered) {
        pml_lifetime_hide(family, series);
    }
    return series;
}

/* The overflow series is not in the table: its label is not one that the family declares. With the
   lock held; NULL when out of memory. */
static pml_series *add_overflow(pml_family *family)
{
    static const char *const name = PML_OVERFLOW_LABEL;
    static const char *const value = "true";
    pml_labels labels = {&family->definition->const_labels, &name, &value, 1, false};
    pml_series *series = make_series(family, 0, &labels);
    if (series != NULL) {
        pml_limits_take(family, series);
        spread_if_wanted(family, series);
        (void)pml_series_change(series, 0, family->is_unregistered ? PML_SERIES_HIDDEN : 0);
    }
    /* release: pairs with the acquire in pml_family_overflow(); publishes the complete series. */
    pml_store_release(&family->overflow, series);
    return series;
}

pml_series *pml_family_overflow(pml_family *family)
{
    /* acquire: pairs with the release in add_overflow(). */
    return pml_load_acquire(&family->overflow);
}

/* ---- looking up ------------------------------------------------------------------------------ */

/* What a look-up did, where that is worth a warning. */
typedef struct look_up {
    const pml_label_query *query;
    bool has_added;
    pml_limit limit; /* that the log has not heard of */
} look_up;

/* Brings a series back to life; with the lock held. */
static pml_series *stay(pml_family *family, pml_series *series)
{
    uint32_t state = pml_series_change(series, PML_SERIES_IDLE | PML_SERIES_LEAVING, 0);
    if ((state & PML_SERIES_HIDDEN) && !family->is_unregistered) {
        pml_lifetime_revive(family, series);
    }
    return series;
}

static pml_series *overflow_locked(pml_family *family, look_up *asked, pml_limit limit)
{
    pml_series *overflow = pml_family_overflow(family);
    if (overflow == NULL) {
        overflow = add_overflow(family);
    }
    if (overflow == NULL) {
        return NULL;
    }
    if (!(family->warned_of & 1u << limit)) {
        family->warned_of |= 1u << limit;
        asked->limit = limit;
    }
    pml_limits_count(family);
    return stay(family, overflow);
}

static pml_series *find_or_add_locked(pml_family *family, look_up *asked)
{
    pml_series *series = pml_table_find(&family->table, asked->query);
    bool is_shown = series != NULL && !pml_series_is_hidden(series);
    pml_limit limit = is_shown ? PML_LIMIT_NONE : pml_limits_ask(family, asked->query, series);
    if (limit != PML_LIMIT_NONE) {
        return overflow_locked(family, asked, limit);
    }
    if (series != NULL) {
        return stay(family, series);
    }
    series = add_series(family, asked->query);
    asked->has_added = series != NULL;
    return series;
}

/* Without the lock; NULL if that can't be. */
static pml_series *pin_known(pml_family *family, const pml_label_query *query, bool is_beyond)
{
    uint32_t section = pml_readers_enter();
    pml_series *series = pml_table_find(&family->table, query);
    bool is_pinned = series != NULL && pml_series_pin(series);
    bool is_missing = series == NULL;
    pml_readers_leave(section);
    if (is_missing && is_beyond) {
        series = pml_family_overflow(family);
        is_pinned = series != NULL && pml_series_pin(series);
        if (is_pinned) {
            pml_limits_count(family);
        }
    }
    return is_pinned ? series : NULL;
}

static pml_series *find_or_add(pml_family *family, look_up *asked)
{
    /* Read before looking: a series that was added before the family became full is then found. */
    bool is_beyond = pml_limits_is_full(family);
    pml_series *series = pin_known(family, asked->query, is_beyond);
    if (series != NULL) {
        return series;
    }
    pml_lock(PML_LOCK_CHANGES);
    series = find_or_add_locked(family, asked);
    if (series != NULL) {
        pml_series_pin_anyway(series);
    }
    pml_unlock(PML_LOCK_CHANGES);
    pml_limits_warn(family, asked->limit);
    return series;
}

/* One bad byte would cost the whole scrape, so the series gets the repaired text, and no more of it
   than a value may have. Only look-ups with such a value allocate. */
static pml_series *find_or_add_fitted(pml_family *family, look_up *asked, bool is_utf8)
{
    const char *fitted[PROMLET_MAX_LABELS];
    size_t count = asked->query->count;
    size_t cut;
    char *memory = pml_label_values_fit(asked->query->values, count, pml_limits_value_bytes(family),
                                        fitted, &cut);
    if (memory == NULL) {
        return NULL;
    }
    pml_label_query query;
    (void)pml_label_query_start(&query, &family->label_reader, fitted);
    asked->query = &query;
    pml_series *series = find_or_add(family, asked);
    pml_free(memory);
    if (series != NULL && cut < count) {
        pml_limits_count_cut(family, cut);
    }
    if (asked->has_added && !is_utf8) {
        pml_warn("%.100s: bytes of a label value that are not UTF-8 were replaced by U+FFFD",
                 family->definition->name.bytes);
    }
    return series;
}

pml_series *pml_family_ask(pml_family *family, const pml_label_query *query)
{
    look_up asked = {.query = query};
    /* What the table holds is valid, so only what is not found there needs to be checked. */
    bool is_utf8 = pml_label_values_are_utf8(query->values, query->count);
    pml_series *series = is_utf8 && !pml_limits_is_too_long(family, query)
                             ? find_or_add(family, &asked)
                             : find_or_add_fitted(family, &asked, is_utf8);
    if (series == NULL) {
        (void)pml_fail(PROMLET_ERROR_MEMORY, "%.100s: out of memory for a new series",
                       family->definition->name.bytes);
    }
    return series;
}

pml_series *pml_family_series(pml_family *family, const char *const *values, size_t count,
                              promlet_status *status)
{
    *status = pml_label_values_check(family->definition, values, count);
    if (*status != PROMLET_OK) {
        return NULL;
    }
    pml_label_query query;
    (void)pml_label_query_start(&query, &family->label_reader, values);
    pml_series *series = pin_known(family, &query, false);
    if (series == NULL) {
        series = pml_family_ask(family, &query);
    }
    *status = series != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    return series;
}
