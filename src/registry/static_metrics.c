/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A refresh takes readings of all file-scope metrics and matches each with what the refresh before
 * has kept:
 *
 * - Seen again: its words replace the old ones. If its cell was never read, the module was unloaded
 *   and loaded again in between: the old words are absorbed first.
 * - New: it joins the family of its name, which is created if need be.
 * - Gone: the old words are absorbed.
 *
 * To absorb is to add the words to the family's own cell, so that no total ever goes down; a gauge
 * has no total.
 */
#include "registry/static_metrics.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/declare.h"
#include "registry/names.h"
#include "registry/static_notes.h"
#include "registry/static_readings.h"
#include "series/spread.h"

#include <promlet/version.h>

#include <string.h>

/* One definition that is loaded, and what was read of it last. */
typedef struct pml_static_metric {
    struct pml_static_metric *next;           /* in the registry's list */
    struct pml_static_metric *next_of_family; /* in the family's list */
    pml_family *family;                       /* NULL: refused, and reported once */
    pml_static_reading last;                  /* owns its name, bounds and words; has no help */
    struct promlet_spread *spread;            /* per-CPU cells that it was given, or NULL */
    uint64_t judged;                          /* recordings when it was last asked whether hot */
    bool is_here;                             /* this refresh has found it */
    bool is_settled;  /* its cell knows the spread, and bounds with a table */
    bool is_reloaded; /* the words are those of an earlier load */
} pml_static_metric;

static void free_metric(pml_static_metric *metric)
{
    if (metric != NULL) {
        pml_free((char *)metric->last.name);
        pml_free((double *)metric->last.bounds.values);
        pml_free((uint64_t *)metric->last.words);
        pml_free(metric);
    }
}

/* A metric that keeps a reading; NULL when out of memory. */
static pml_static_metric *new_metric(const pml_static_reading *reading)
{
    pml_static_metric *metric = pml_alloc_zeroed(sizeof *metric);
    char *name = pml_copy_string(reading->name);
    double *values = pml_resize_array(NULL, reading->bounds.count, sizeof *values);
    uint64_t *words = pml_resize_array(NULL, reading->word_count, sizeof *words);
    if (metric == NULL || name == NULL || values == NULL || words == NULL) {
        pml_free(metric);
        pml_free(name);
        pml_free(values);
        pml_free(words);
        return NULL;
    }
    if (reading->kind != NULL) {
        memcpy(values, reading->bounds.values, reading->bounds.count * sizeof *values);
        memcpy(words, reading->words, reading->word_count * sizeof *words);
    }
    metric->last = *reading;
    metric->last.name = name;
    metric->last.help = NULL;
    metric->last.bounds.values = values;
    metric->last.words = words;
    return metric;
}

/* ---- matching -------------------------------------------------------------------------------- */

static bool is_same_definition(const pml_static_reading *a, const pml_static_reading *b)
{
    return a->address == b->address && a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           a->bounds.count == b->bounds.count &&
           (a->bounds.count == 0 || memcmp(a->bounds.values, b->bounds.values,
                                           a->bounds.count * sizeof *a->bounds.values) == 0);
}

/* Readings come in the same order every time, and the list is kept in it. So the one that follows
   the last match is almost always it, which keeps thousands of definitions cheap. */
static pml_static_metric *find_known(const promlet_registry *registry,
                                     const pml_static_reading *reading, pml_static_metric *previous)
{
    pml_static_metric *first = registry->static_metrics;
    pml_static_metric *known = previous != NULL ? previous->next : first;
    if (known != NULL && is_same_definition(&known->last, reading)) {
        return known;
    }
    known = first;
    while (known != NULL && !is_same_definition(&known->last, reading)) {
        known = known->next;
    }
    return known;
}

static void absorb(const pml_static_metric *metric)
{
    if (metric->family == NULL || !metric->last.kind->has_totals) {
        return;
    }
    promlet_status status;
    pml_series *series = pml_family_series(metric->family, NULL, 0, &status);
    const pml_static_reading *last = &metric->last;
    last->kind->absorb(series->cell, last->words); /* made by find_family() */
    /* What is left behind was recorded elsewhere, and at another time. */
    series->judged += last->kind->recordings(last->words, last->word_count);
    (void)pml_series_unpin(series);
}

/* Its cell is gone, and with the module all who could record on it. */
static void give_back_spread(pml_static_metric *metric)
{
    if (metric->spread != NULL) {
        pml_spreading_give_back(metric->family->registry, metric->spread, metric->last.word_count);
        metric->spread = NULL;
    }
}

static void judge(const pml_spreading *spreading, pml_static_metric *metric)
{
    const pml_static_reading *last = &metric->last;
    if (metric->family != NULL && metric->spread == NULL &&
        metric->family->definition->cells != PROMLET_CELLS_SHARED &&
        pml_spreading_is_hot(spreading, last->kind, last->words, last->word_count,
                             &metric->judged)) {
        metric->spread = pml_spreading_take(spreading->registry, last->word_count);
        metric->is_settled = metric->is_settled && metric->spread == NULL;
    }
}

static void update_known(const pml_spreading *spreading, pml_static_metric *known,
                         const pml_static_reading *reading)
{
    if (known->is_reloaded || reading->is_first) {
        absorb(known);
        give_back_spread(known);
        known->judged = 0;
        known->is_settled = false;
    }
    if (reading->kind != NULL) {
        memcpy((uint64_t *)known->last.words, reading->words,
               reading->word_count * sizeof *reading->words);
    }
    known->is_here = true;
    known->is_reloaded = false;
    judge(spreading, known);
}

static promlet_status find_family(promlet_registry *registry, const pml_static_reading *reading,
                                  pml_family **family)
{
    if (reading->kind == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: a file-scope metric of a kind or layout that promlet %s does not "
                        "know",
                        reading->name, promlet_version());
    }
    bool is_histogram = reading->kind->shape == PML_SHAPE_HISTOGRAM;
    promlet_opts options = {
        .name = reading->name,
        .help = reading->help,
        .bounds = is_histogram ? reading->bounds.values : NULL,
        .bound_count = reading->bounds.count,
    };
    /* A last +Inf, which a declaration may have, would make the cell longer than the family's. */
    promlet_status status =
        pml_check_bounds(reading->name, reading->bounds.values, reading->bounds.count);
    pml_declaration declaration = {reading->kind, &options, sizeof options,
                                   .may_have_labels = false};
    /* Another thread may unregister it meanwhile; then it is declared once more. */
    do {
        if (status == PROMLET_OK) {
            *family = pml_declare(registry, &declaration, &status);
        }
    } while (status == PROMLET_OK && !pml_registry_keep_family(*family));
    if (status == PROMLET_OK) {
        /* The series that absorb() relies on. */
        (void)pml_family_series(*family, NULL, 0, &status);
    }
    return status;
}

/* False when out of memory; another error is reported and leaves the metric without a family. */
static bool join_family(promlet_registry *registry, const pml_static_reading *reading,
                        pml_static_metric *metric)
{
    pml_family *family = NULL;
    promlet_status status = find_family(registry, reading, &family);
    if (status == PROMLET_ERROR_MEMORY) {
        return false;
    }
    if (status != PROMLET_OK) {
        pml_registry_fail(registry, status);
        return true;
    }
    metric->family = family;
    metric->next_of_family = family->static_metrics;
    family->static_metrics = metric;
    family->has_static_metrics = true;
    return true;
}

/* Adds a metric to the list behind `previous`, NULL: at the front. NULL when out of memory. */
static pml_static_metric *add_new(const pml_spreading *spreading, const pml_static_reading *reading,
                                  pml_static_metric *previous)
{
    promlet_registry *registry = spreading->registry;
    pml_static_metric *metric = new_metric(reading);
    if (metric == NULL || !join_family(registry, reading, metric)) {
        free_metric(metric);
        return NULL;
    }
    pml_static_metric **at = previous != NULL ? &previous->next : &registry->static_metrics;
    metric->is_here = true;
    metric->next = *at;
    *at = metric;
    judge(spreading, metric);
    return metric;
}

static void leave_family(pml_static_metric *metric)
{
    if (metric->family == NULL) {
        return;
    }
    pml_static_metric **at = &metric->family->static_metrics;
    while (*at != metric) {
        at = &(*at)->next_of_family;
    }
    *at = metric->next_of_family;
}

static void forget_gone(promlet_registry *registry)
{
    pml_static_metric **at = &registry->static_metrics;
    while (*at != NULL) {
        pml_static_metric *metric = *at;
        if (metric->is_here) {
            at = &metric->next;
        } else {
            absorb(metric);
            give_back_spread(metric);
            leave_family(metric);
            *at = metric->next;
            free_metric(metric);
        }
    }
}

/* ---- settling: telling a cell of what it was given ------------------------------------------- */

static bool is_unsettled(const pml_static_metric *metric)
{
    return metric->family != NULL && !metric->is_settled;
}

static pml_static_metric *first_unsettled(pml_static_metric *metric)
{
    while (metric != NULL && !is_unsettled(metric)) {
        metric = metric->next;
    }
    return metric;
}

static bool is_of_note(const pml_static_metric *metric, const pml_static_note *note)
{
    return metric->last.address == note->address && *note->seen != 0 &&
           strcmp(metric->last.name, note->name) == 0 &&
           metric->last.bounds.count == note->bound_count;
}

/* A spread, and for a histogram bounds with a table. */
static void settle(pml_static_metric *metric, const pml_static_note *note)
{
    void *cell = note->cell;
    const pml_definition *definition = metric->family->definition;
    if (definition->kind->spread != NULL) {
        struct promlet_spread **place = definition->kind->spread(cell);
        if (pml_spread_of(place) == NULL) { /* else another copy of promlet was quicker */
            pml_spread_publish(place, metric->spread);
        }
    }
    if (definition->kind == &pml_histogram_kind) {
        struct promlet_histogram *histogram = cell;
        if (!pml_static_histogram_is_relocated(note)) {
            return; /* the next scrape tries again */
        }
        /* release: pairs with the acquires in promlet_hot_histogram_record(), count_zero(),
           bounds_of() and bucket_of(). */
        pml_pointer_store_release(&histogram->bounds, &definition->settings.bounds);
    }
    metric->is_settled = true;
}

/* Notes come in the order of the list. Should another thread's dlopen() have changed that since the
   readings were taken, the next scrape tries again. */
static void settle_if_next(const pml_static_note *note, void *ctx)
{
    pml_static_metric **next = ctx;
    if (*next != NULL && is_of_note(*next, note)) {
        settle(*next, note);
        *next = first_unsettled((*next)->next);
    }
}

/* While the visit lasts, the loader holds the modules; before and afterwards one may be gone. */
static void settle_all(promlet_registry *registry)
{
    pml_static_metric *next = first_unsettled(registry->static_metrics);
    if (next != NULL) {
        pml_static_notes_visit(settle_if_next, &next);
    }
}

/* ---- refreshing ------------------------------------------------------------------------------ */

/* False when out of memory. */
static bool use_readings(const pml_spreading *spreading, const pml_static_readings *readings)
{
    promlet_registry *registry = spreading->registry;
    for (pml_static_metric *known = registry->static_metrics; known != NULL; known = known->next) {
        known->is_here = false;
    }
    bool is_complete = true;
    pml_static_metric *previous = NULL;
    for (size_t i = 0; i < readings->count; i++) {
        pml_static_metric *metric = find_known(registry, &readings->list[i], previous);
        if (metric != NULL) {
            update_known(spreading, metric, &readings->list[i]);
        } else {
            metric = add_new(spreading, &readings->list[i], previous);
            is_complete = is_complete && metric != NULL;
        }
        previous = metric != NULL ? metric : previous;
    }
    forget_gone(registry);
    return is_complete;
}

/* Readings that are not all of them can't be used, as what is missing would seem to be gone. But
   their cells count as read now, so what they have told must be kept. */
static void give_up_readings(promlet_registry *registry, const pml_static_readings *readings)
{
    for (size_t i = 0; i < readings->count; i++) {
        pml_static_metric *known = find_known(registry, &readings->list[i], NULL);
        if (known != NULL && readings->list[i].is_first) {
            known->is_reloaded = true;
        }
    }
}

bool pml_static_metrics_refresh(const pml_spreading *spreading)
{
    promlet_registry *registry = spreading->registry;
    pml_static_readings readings;
    bool is_complete = pml_static_readings_take(&readings);
    if (is_complete) {
        is_complete = use_readings(spreading, &readings);
        settle_all(registry);
    } else {
        give_up_readings(registry, &readings);
    }
    pml_static_readings_free(&readings);
    return is_complete;
}

void pml_static_metrics_add(pml_family *family, uint64_t *words)
{
    for (const pml_static_metric *metric = family->static_metrics; metric != NULL;
         metric = metric->next_of_family) {
        metric->last.kind->add_words(words, metric->last.words, metric->last.word_count);
    }
    /* Words wander into the family's own cell, which changes the order in which they are added. */
    const pml_kind *kind = family->definition->kind;
    if (kind->keep_from_falling != NULL) {
        kind->keep_from_falling(words, family->static_floor);
    }
}

void pml_static_metrics_forget_totals(promlet_registry *registry)
{
    for (pml_static_metric *each = registry->static_metrics; each != NULL; each = each->next) {
        const pml_static_reading *last = &each->last;
        if (last->kind != NULL && last->kind->has_totals) {
            memset((uint64_t *)last->words, 0, last->word_count * sizeof *last->words);
        }
    }
}

void pml_static_metrics_free(promlet_registry *registry)
{
    while (registry->static_metrics != NULL) {
        pml_static_metric *metric = registry->static_metrics;
        registry->static_metrics = metric->next;
        free_metric(metric);
    }
}
