/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A refresh has two steps. First, inside the loader's lock, everything that the modules hold is
 * copied into readings, because afterwards any of them may be unloaded; no lock of promlet is taken
 * there. Then, outside it, each reading is matched with what the refresh before knew:
 *
 *   seen again   its words replace the old ones. If its cell has lost our mark, the module was
 *                unloaded and loaded again in between: the old words are absorbed first.
 *   new          it joins the family of its name, which is created if need be.
 *   gone         the old words of a monotonic kind are absorbed by the family's own cell, so that
 *                no total ever goes down.
 */
#include "registry/static_metrics.h"

#include "base/alloc.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/names.h"
#include "registry/registry.h"
#include "registry/static_notes.h"

#include <promlet/static.h>
#include <promlet/version.h>

#include <string.h>

/* One definition as it was read. It is a reading during a refresh and is then kept in the
   registry's list until the definition is gone. */
typedef struct pml_static_metric {
    struct pml_static_metric *next;           /* in the registry's list, or among the readings */
    struct pml_static_metric *next_of_family; /* in the family's list */
    const void *address;                      /* tells definitions apart; never followed */
    const pml_kind *kind;                     /* NULL: made for another layout */
    pml_family *family;                       /* NULL: refused, and reported once */
    char *name;
    char *help;
    struct promlet_bounds bounds;
    size_t word_count;
    uint64_t *words;
    bool is_seen;
    bool is_reloaded; /* its cell had no mark, so it is another one than the words are from */
} pml_static_metric;

/* What step one found. */
struct readings {
    pml_static_metric *first;
    bool is_out_of_memory;
};

static void free_metric(pml_static_metric *metric)
{
    if (metric != NULL) {
        pml_free(metric->name);
        pml_free(metric->help);
        pml_free((double *)metric->bounds.values);
        pml_free(metric->words);
        pml_free(metric);
    }
}

static void free_list(pml_static_metric *metric)
{
    while (metric != NULL) {
        pml_static_metric *next = metric->next;
        free_metric(metric);
        metric = next;
    }
}

/* ---- step one: reading, inside the loader's lock --------------------------------------------- */

static const pml_kind *kind_of(const pml_static_note *note)
{
    if (note->abi != PROMLET_CELL_ABI) {
        return NULL;
    }
    switch (note->kind) {
    case PROMLET_STATIC_KIND_COUNTER:
        return &pml_counter_kind;
    case PROMLET_STATIC_KIND_GAUGE:
        return &pml_gauge_kind;
    case PROMLET_STATIC_KIND_HISTOGRAM:
        return &pml_histogram_kind;
    default:
        return NULL;
    }
}

static bool copy_bounds(pml_static_metric *metric, const pml_static_note *note)
{
    double *values = pml_resize_array(NULL, note->bound_count, sizeof *values);
    if (values == NULL) {
        return false;
    }
    memcpy(values, note->bounds, note->bound_count * sizeof *values);
    metric->bounds = (struct promlet_bounds){note->bound_count, values, NULL};
    return true;
}

static void capture(pml_static_metric *metric, const pml_static_note *note)
{
    if (metric->kind == &pml_histogram_kind) {
        const struct promlet_histogram *histogram = note->cell;
        pml_histogram_capture_parts(note->buckets, note->bound_count + 1, &histogram->sum,
                                    metric->words);
    } else {
        metric->kind->capture(note->cell, metric->words);
    }
}

static bool copy_cell(pml_static_metric *metric, const pml_static_note *note)
{
    if (metric->kind == NULL) {
        return true;
    }
    if (metric->kind == &pml_histogram_kind && !copy_bounds(metric, note)) {
        return false;
    }
    metric->word_count = metric->kind->word_count(&metric->bounds);
    metric->words = pml_resize_array(NULL, metric->word_count, sizeof *metric->words);
    if (metric->words == NULL) {
        return false;
    }
    capture(metric, note);
    return true;
}

/* The word of a cell where a mark can be left; a gauge has no totals to keep apart. */
static void **mark_of(const pml_static_metric *metric, void *cell)
{
    if (metric->kind == &pml_counter_kind) {
        return &((struct promlet_counter *)cell)->spread;
    }
    return metric->kind == &pml_histogram_kind ? &((struct promlet_histogram *)cell)->spread : NULL;
}

/* Leaves our mark in a cell. A cell without it was loaded after the last refresh. */
static void mark_cell(pml_static_metric *metric, void *cell)
{
    static char ours;
    void **mark = mark_of(metric, cell);
    if (mark != NULL) {
        metric->is_reloaded = *mark == NULL;
        *mark = &ours;
    }
}

static pml_static_metric *read_metric(const pml_static_note *note)
{
    pml_static_metric *metric = pml_alloc_zeroed(sizeof *metric);
    if (metric == NULL) {
        return NULL;
    }
    metric->address = note->address;
    metric->kind = kind_of(note);
    metric->name = pml_copy_string(note->name);
    metric->help = pml_copy_string(metric->kind != NULL ? note->help : "");
    if (metric->name == NULL || metric->help == NULL || !copy_cell(metric, note)) {
        free_metric(metric);
        return NULL;
    }
    mark_cell(metric, note->cell);
    return metric;
}

static void read_note(const pml_static_note *note, void *ctx)
{
    struct readings *readings = ctx;
    pml_static_metric *metric = read_metric(note);
    if (metric == NULL) {
        readings->is_out_of_memory = true;
        return;
    }
    metric->next = readings->first;
    readings->first = metric;
}

/* ---- step two: matching ---------------------------------------------------------------------- */

static bool is_same_definition(const pml_static_metric *a, const pml_static_metric *b)
{
    return a->address == b->address && a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           a->word_count == b->word_count &&
           (a->bounds.count == 0 || memcmp(a->bounds.values, b->bounds.values,
                                           a->bounds.count * sizeof *a->bounds.values) == 0);
}

static pml_static_metric *find_known(pml_static_metric *known, const pml_static_metric *reading)
{
    while (known != NULL && !is_same_definition(known, reading)) {
        known = known->next;
    }
    return known;
}

/* The words of a metric that goes away stay in the family's own cell; a gauge has no total. */
static void absorb(const pml_static_metric *metric)
{
    if (metric->family == NULL || !metric->kind->is_monotonic) {
        return;
    }
    promlet_status status;
    pml_series *series = pml_family_series(metric->family, NULL, 0, &status);
    metric->kind->absorb(series->cell, metric->words); /* made by join_family() */
}

static void update_known(pml_static_metric *known, pml_static_metric *reading)
{
    if (known->is_reloaded || reading->is_reloaded) {
        absorb(known);
    }
    uint64_t *words = known->words;
    known->words = reading->words;
    reading->words = words;
    known->is_seen = true;
    known->is_reloaded = false;
}

static promlet_status declare_family(promlet_registry *registry, pml_static_metric *metric)
{
    if (metric->kind == NULL) {
        return pml_fail(
            PROMLET_ERROR_ARGUMENT,
            "%.100s: a file-scope metric of a kind or layout that promlet %s does not know",
            metric->name, promlet_version());
    }
    bool is_histogram = metric->kind->shape == PML_SHAPE_HISTOGRAM;
    promlet_opts options = {
        .name = metric->name,
        .help = metric->help,
        .bounds = is_histogram ? metric->bounds.values : NULL,
        .bound_count = metric->bounds.count,
    };
    promlet_status status;
    pml_definition *definition =
        pml_definition_new(metric->kind, &options, sizeof options, &status);
    if (definition == NULL) {
        return status;
    }
    if (definition->bounds.count != metric->bounds.count) {
        pml_definition_free(definition);
        return pml_fail(PROMLET_ERROR_BOUNDS, "%.100s: +Inf is implied; leave it out at file scope",
                        metric->name);
    }
    status = pml_check_not_reserved(metric->name);
    if (status != PROMLET_OK) {
        pml_definition_free(definition);
        return status;
    }
    pml_family *family = pml_registry_family(registry, definition, &status);
    if (family == NULL || pml_family_series(family, NULL, 0, &status) == NULL) {
        return status;
    }
    metric->family = family;
    return PROMLET_OK;
}

/* False when out of memory; another error is reported and the metric is kept as refused. */
static bool join_family(promlet_registry *registry, pml_static_metric *metric)
{
    promlet_status status = declare_family(registry, metric);
    if (status == PROMLET_ERROR_MEMORY) {
        return false;
    }
    if (status != PROMLET_OK) {
        pml_registry_fail(registry, status);
        return true;
    }
    metric->next_of_family = metric->family->static_metrics;
    metric->family->static_metrics = metric;
    return true;
}

/* Takes the reading over, or frees it. False when out of memory. */
static bool take_reading(promlet_registry *registry, pml_static_metric *reading)
{
    pml_static_metric *known = find_known(registry->static_metrics, reading);
    if (known != NULL) {
        update_known(known, reading);
        free_metric(reading);
        return true;
    }
    if (!join_family(registry, reading)) {
        free_metric(reading);
        return false;
    }
    reading->is_seen = true;
    reading->is_reloaded = false;
    reading->next = registry->static_metrics;
    registry->static_metrics = reading;
    return true;
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
        if (metric->is_seen) {
            at = &metric->next;
        } else {
            absorb(metric);
            leave_family(metric);
            *at = metric->next;
            free_metric(metric);
        }
    }
}

/* False when out of memory. */
static bool take_readings(promlet_registry *registry, struct readings *readings)
{
    for (pml_static_metric *known = registry->static_metrics; known != NULL; known = known->next) {
        known->is_seen = false;
    }
    bool is_complete = true;
    while (readings->first != NULL) {
        pml_static_metric *reading = readings->first;
        readings->first = reading->next;
        is_complete = take_reading(registry, reading) && is_complete;
    }
    forget_gone(registry);
    return is_complete;
}

/* Without memory for all readings none is used. But their cells carry the mark now, so what it has
   told must not be forgotten. */
static void give_up_readings(promlet_registry *registry, struct readings *readings)
{
    for (pml_static_metric *reading = readings->first; reading != NULL; reading = reading->next) {
        pml_static_metric *known = find_known(registry->static_metrics, reading);
        if (known != NULL && reading->is_reloaded) {
            known->is_reloaded = true;
        }
    }
    free_list(readings->first);
}

bool pml_static_metrics_refresh(promlet_registry *registry)
{
    struct readings readings = {NULL, false};
    pml_static_notes_visit(read_note, &readings);
    bool is_complete = !readings.is_out_of_memory;
    pml_lock(PML_LOCK_ORDER);
    if (is_complete) {
        is_complete = take_readings(registry, &readings);
    } else {
        give_up_readings(registry, &readings);
    }
    pml_unlock(PML_LOCK_ORDER);
    return is_complete;
}

void pml_static_metrics_add(const pml_family *family, uint64_t *words)
{
    for (const pml_static_metric *metric = family->static_metrics; metric != NULL;
         metric = metric->next_of_family) {
        metric->kind->add_words(words, metric->words, metric->word_count);
    }
}

void pml_static_metrics_free(promlet_registry *registry)
{
    free_list(registry->static_metrics);
    registry->static_metrics = NULL;
}
