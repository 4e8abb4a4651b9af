/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and creating series, the limit of series, and their order. */
#include "registry/family.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/locks.h"
#include "base/report.h"
#include "base/utf8.h"
#include "registry/names.h"
#include "registry/spreading.h"
#include "registry/view.h"
#include "series/dropped.h"
#include "series/readers.h"
#include "series/spread.h"

#include <stdlib.h>
#include <string.h>

/* ---- making and freeing ---------------------------------------------------------------------- */

static bool add_claim(pml_family *family, size_t *count, size_t stem_size, const char *suffix)
{
    size_t suffix_size = strlen(suffix);
    char *claim = pml_alloc(stem_size + suffix_size + 1);
    if (claim == NULL) {
        return false;
    }
    memcpy(claim, family->definition->name.bytes, stem_size);
    memcpy(claim + stem_size, suffix, suffix_size + 1);
    family->claims[(*count)++] = claim;
    return true;
}

/* The name itself, and those that its kind derives from it. */
static bool make_claims(pml_family *family)
{
    const pml_kind *kind = family->definition->kind;
    size_t stem_size = family->definition->name.size - strlen(kind->suffix);
    size_t count = 0;
    bool is_made = add_claim(family, &count, family->definition->name.size, "");
    for (const char *const *other = kind->other_names; is_made && *other != NULL; other++) {
        is_made = add_claim(family, &count, stem_size, *other);
    }
    return is_made;
}

pml_family *pml_family_new(promlet_registry *registry, struct pml_dropped *dropped,
                           pml_definition *definition)
{
    pml_family *family = pml_alloc_zeroed(sizeof *family);
    if (family == NULL) {
        pml_definition_free(definition);
        return NULL;
    }
    family->registry = registry;
    family->dropped = dropped;
    family->definition = definition;
    uint64_t seed = pml_hash_mix((uint64_t)(uintptr_t)family, pml_clock_monotonic_ns() | 1);
    pml_label_reader_start(&family->label_reader, seed, definition->label_count);
    if (!make_claims(family)) {
        pml_family_free(family);
        return NULL;
    }
    return family;
}

static void free_series(const pml_family *family, pml_series *series)
{
    const pml_kind *kind = family->definition->kind;
    if (series != NULL && kind->spread != NULL) {
        size_t word_count = kind->word_count(&family->definition->bounds);
        struct promlet_spread *spread = pml_spread_of(kind->spread(series->cell));
        pml_spreading_give_back(family->registry, spread, word_count);
    }
    pml_series_free(series);
}

static void free_all_series(const pml_family *family, pml_series **series, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free_series(family, series[i]);
    }
    pml_free(series);
}

void pml_family_free(pml_family *family)
{
    free_all_series(family, family->fresh, family->fresh_count);
    free_all_series(family, family->sorted, family->sorted_count);
    free_series(family, pml_family_overflow(family));
    for (char **claim = family->claims; *claim != NULL; claim++) {
        pml_free(*claim);
    }
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
    size_t capacity = family->fresh_capacity == 0 ? 4 : family->fresh_capacity * 2;
    pml_series **fresh = pml_resize_array(family->fresh, capacity, sizeof *fresh);
    if (fresh == NULL) {
        return false;
    }
    family->fresh = fresh;
    family->fresh_capacity = capacity;
    return true;
}

static pml_series *make_series(pml_family *family, uint64_t hash, const pml_labels *labels)
{
    const pml_definition *definition = family->definition;
    const pml_kind *kind = definition->kind;
    pml_series *series = pml_series_new(kind->cell_size(&definition->bounds), hash, labels);
    if (series != NULL) {
        series->dropped = family->dropped;
        kind->start(series->cell, series, &definition->bounds);
    }
    return series;
}

static void spread_if_wanted(const pml_family *family, pml_series *series)
{
    const pml_definition *definition = family->definition;
    if (definition->cells == PROMLET_CELLS_PER_CPU) {
        size_t word_count = definition->kind->word_count(&definition->bounds);
        pml_spread_publish(definition->kind->spread(series->cell),
                           pml_spreading_take_locked(family->registry, word_count));
    }
}

static pml_series *add_series(pml_family *family, uint64_t hash, const char *const *values)
{
    if (!reserve_fresh(family)) {
        return NULL;
    }
    pml_labels labels = pml_definition_labels(family->definition, values);
    pml_series *series = make_series(family, hash, &labels);
    if (series == NULL || !pml_table_add(&family->table, series)) {
        pml_series_free(series);
        return NULL;
    }
    spread_if_wanted(family, series);
    family->fresh[family->fresh_count++] = series;
    return series;
}

/* The overflow series is not in the table: its label is not one that the family declares. */
static pml_series *add_overflow_series(pml_family *family)
{
    static const char *const name = PML_OVERFLOW_LABEL;
    static const char *const value = "true";
    pml_labels labels = {&family->definition->const_labels, &name, &value, 1};
    pml_series *series = make_series(family, 0, &labels);
    if (series != NULL) {
        spread_if_wanted(family, series);
    }
    /* release: pairs with the acquire in pml_family_overflow(); publishes the complete series. */
    pml_store_release(&family->overflow, series);
    return series;
}

/* ---- looking up ------------------------------------------------------------------------------ */

pml_series *pml_family_overflow(pml_family *family)
{
    /* acquire: pairs with the release in add_overflow_series(). */
    return pml_load_acquire(&family->overflow);
}

static pml_series *count_overflow(pml_family *family, pml_series *overflow)
{
    /* relaxed: a lone counter. */
    pml_add_relaxed(&family->overflow_count, 1);
    return overflow;
}

/* What a look-up did, where that is worth a warning. */
typedef enum lookup_event { EVENT_NONE, EVENT_ADDED, EVENT_FIRST_OVERFLOW } lookup_event;

static pml_series *find_or_add_locked(pml_family *family, const pml_label_query *query,
                                      lookup_event *event)
{
    pml_series *series = pml_table_find(&family->table, query);
    if (series != NULL) {
        return series;
    }
    if (family->table.count < family->definition->max_series) {
        *event = EVENT_ADDED;
        return add_series(family, query->hash, query->values);
    }
    pml_series *overflow = pml_family_overflow(family);
    if (overflow == NULL) {
        *event = EVENT_FIRST_OVERFLOW;
        overflow = add_overflow_series(family);
    }
    return overflow == NULL ? NULL : count_overflow(family, overflow);
}

static void warn_of_limit(const pml_family *family)
{
    pml_warn("%.80s: reached its limit of %zu series; further label values share the series with "
             "%s=\"true\"",
             family->definition->name.bytes, family->definition->max_series, PML_OVERFLOW_LABEL);
}

/* Without the lock. */
static pml_series *find(pml_family *family, const pml_label_query *query)
{
    uint32_t phase = pml_readers_enter();
    pml_series *series = pml_table_find(&family->table, query);
    pml_readers_leave(phase);
    return series;
}

static pml_series *find_or_add(pml_family *family, const pml_label_query *query,
                               lookup_event *event)
{
    *event = EVENT_NONE;
    /* Read before looking: a series that was added before the family became full is then found. */
    pml_series *overflow = pml_family_overflow(family);
    pml_series *series = find(family, query);
    if (series != NULL || overflow != NULL) {
        return series != NULL ? series : count_overflow(family, overflow);
    }
    pml_lock(PML_LOCK_CHANGES);
    series = find_or_add_locked(family, query, event);
    pml_unlock(PML_LOCK_CHANGES);
    if (series == NULL) {
        *event = EVENT_NONE;
    }
    if (*event == EVENT_FIRST_OVERFLOW) {
        warn_of_limit(family);
    }
    return series;
}

static promlet_status check_values(const pml_family *family, const char *const *values,
                                   size_t count)
{
    const pml_definition *definition = family->definition;
    if (count != definition->label_count || (values == NULL && count > 0)) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: needs %zu label values, got %zu",
                        definition->name.bytes, definition->label_count,
                        values == NULL ? (size_t)0 : count);
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i] == NULL) {
            return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the value of label \"%.60s\" is NULL",
                            definition->name.bytes, definition->label_names[i]);
        }
    }
    return PROMLET_OK;
}

static bool are_valid_utf8(const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!pml_utf8_is_valid(values[i], strlen(values[i]))) {
            return false;
        }
    }
    return true;
}

/* Repairs each value into memory that the caller frees; NULL when out of memory. */
static char *repair_values(const char *const *values, size_t count, const char **repaired)
{
    size_t sizes = 0;
    for (size_t i = 0; i < count; i++) {
        sizes += pml_utf8_repair(values[i], strlen(values[i]), NULL) + 1;
    }
    char *memory = pml_alloc(sizes);
    char *next = memory;
    for (size_t i = 0; memory != NULL && i < count; i++) {
        repaired[i] = next;
        next += pml_utf8_repair(values[i], strlen(values[i]), next);
        *next++ = '\0';
    }
    return memory;
}

/* One bad byte would cost the whole scrape, so the series gets the repaired text. Only look-ups
   with such a value allocate. */
static pml_series *find_or_add_repaired(pml_family *family, const char *const *values, size_t count)
{
    const char *repaired[PROMLET_MAX_LABELS];
    char *memory = repair_values(values, count, repaired);
    if (memory == NULL) {
        return NULL;
    }
    pml_label_query query;
    (void)pml_label_query_start(&query, &family->label_reader, repaired);
    lookup_event event;
    pml_series *series = find_or_add(family, &query, &event);
    pml_free(memory);
    if (event == EVENT_ADDED) {
        pml_warn("%.100s: bytes of a label value that are not UTF-8 were replaced by U+FFFD",
                 family->definition->name.bytes);
    }
    return series;
}

pml_series *pml_family_series(pml_family *family, const char *const *values, size_t count,
                              promlet_status *status)
{
    *status = check_values(family, values, count);
    if (*status != PROMLET_OK) {
        return NULL;
    }
    pml_label_query query;
    (void)pml_label_query_start(&query, &family->label_reader, values);
    pml_series *series = find(family, &query);
    /* What the table holds is valid, so only what is not found needs to be checked. */
    if (series == NULL && are_valid_utf8(values, count)) {
        lookup_event event;
        series = find_or_add(family, &query, &event);
    } else if (series == NULL) {
        series = find_or_add_repaired(family, values, count);
    }
    if (series == NULL) {
        *status = pml_fail(PROMLET_ERROR_MEMORY, "%.100s: out of memory for a new series",
                           family->definition->name.bytes);
    }
    return series;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int compare_series(const void *a, const void *b)
{
    const pml_series *left = *(pml_series *const *)a;
    const pml_series *right = *(pml_series *const *)b;
    return pml_label_set_compare(&left->labels, &right->labels);
}

/* Merges a sorted tail into the first `at` series, which are sorted, too; from the back, so that
   none is overwritten before it was moved. */
static void merge(pml_series **series, size_t at, pml_series *const *tail, size_t tail_count)
{
    size_t to = at + tail_count;
    while (tail_count > 0) {
        bool take_head = at > 0 && compare_series(&series[at - 1], &tail[tail_count - 1]) > 0;
        series[--to] = take_head ? series[--at] : tail[--tail_count];
    }
}

/* Takes the fresh series away, with room for them among the sorted ones. NULL when there are none
   or memory is out, which *count and *is_out_of_memory tell apart. */
static pml_series **take_fresh(pml_family *family, size_t *count, bool *is_out_of_memory)
{
    pml_series **fresh = NULL;
    pml_lock(PML_LOCK_CHANGES);
    if (pml_table_waits(&family->table)) {
        pml_grace_advance();
        pml_table_reclaim(&family->table);
    }
    *count = family->fresh_count;
    if (*count > 0) {
        pml_series **sorted =
            pml_resize_array(family->sorted, family->sorted_count + *count, sizeof *sorted);
        *is_out_of_memory = sorted == NULL;
        if (sorted != NULL) {
            family->sorted = sorted;
            fresh = family->fresh;
            family->fresh = NULL;
            family->fresh_count = 0;
            family->fresh_capacity = 0;
        }
    }
    pml_unlock(PML_LOCK_CHANGES);
    return fresh;
}

static bool sort(pml_family *family)
{
    size_t count;
    bool is_out_of_memory = false;
    pml_series **fresh = take_fresh(family, &count, &is_out_of_memory);
    if (fresh != NULL) {
        qsort(fresh, count, sizeof *fresh, compare_series);
        merge(family->sorted, family->sorted_count, fresh, count);
        family->sorted_count += count;
        pml_free(fresh);
    }
    return !is_out_of_memory;
}

bool pml_family_sort(pml_family *family)
{
    pml_lock(PML_LOCK_ORDER);
    bool is_sorted = sort(family);
    pml_unlock(PML_LOCK_ORDER);
    return is_sorted;
}
