/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells which metrics a registry has. It needs a snapshot, though no value of it: taking one finds
 * the metrics at file scope and those of collectors, and while it lives no family goes away.
 * Everything is put together before the first of them is told of, so that an error costs all.
 */
#include <promlet/describe.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/name.h"
#include "base/report.h"
#include "registry/collector.h"
#include "registry/registry.h"
#include "registry/self_metrics.h"
#include "snapshot/emitted.h"

#include <stdlib.h>
#include <string.h>

/* The descriptions so far, and how names are given. */
typedef struct catalogue {
    promlet_description *list;
    size_t count;
    pml_arena arena; /* escaped names */
    bool are_raw;
    pml_scheme scheme; /* else */
    bool is_complete;  /* memory was there for all of it */
} catalogue;

/* ---- names ----------------------------------------------------------------------------------- */

/* Every name is needed, so one that there is no memory for is noted. */
static const char *keep_name(catalogue *self, char *copy)
{
    self->is_complete = self->is_complete && copy != NULL;
    return copy != NULL ? copy : "";
}

static const char *escape(catalogue *self, pml_name_role role, const char *name)
{
    size_t size = strlen(name);
    if (self->are_raw || pml_name_is_plain(role, name, size)) {
        return name;
    }
    pml_escaper escaper = pml_escaper_start(role, name, size, self->scheme);
    char *copy = pml_arena_take(&self->arena, pml_escaper_size(escaper) + 1);
    if (copy != NULL) {
        *pml_escaper_write(escaper, copy) = '\0';
    }
    return keep_name(self, copy);
}

static const char *const *escape_labels(catalogue *self, const pml_definition *definition)
{
    if (self->are_raw || !definition->has_utf8_names) {
        return (const char *const *)definition->label_names;
    }
    const char **names =
        pml_arena_take(&self->arena, (definition->label_count + 1) * sizeof *names);
    if (names == NULL) {
        self->is_complete = false;
        return NULL;
    }
    for (size_t i = 0; i < definition->label_count; i++) {
        names[i] = escape(self, PML_NAME_LABEL, definition->label_names[i]);
    }
    return names;
}

/* ---- metrics --------------------------------------------------------------------------------- */

/* With the number of bounds, or of quantiles, that its series have. */
static void add(catalogue *self, const pml_definition *definition, size_t bound_count)
{
    const pml_native_settings *native = &definition->settings.native;
    bool is_histogram = definition->kind->shape == PML_SHAPE_HISTOGRAM;
    self->list[self->count++] = (promlet_description){
        .name = escape(self, PML_NAME_METRIC, definition->name.bytes),
        .type = definition->kind->type,
        .unit = definition->unit.bytes,
        .help = definition->help.bytes,
        .labels = escape_labels(self, definition),
        .label_count = definition->label_count,
        .has_classic_buckets = is_histogram && bound_count > 0 && !native->is_only,
        .has_native_buckets = is_histogram && native->slot_count > 0,
        .has_quantiles = definition->kind->shape == PML_SHAPE_SUMMARY && bound_count > 0,
    };
}

static void add_declared(catalogue *self, const pml_definition *definition)
{
    add(self, definition, definition->settings.bounds.count + definition->settings.quantile_count);
}

/* What callbacks and collectors show in a snapshot. */
static void add_collected(catalogue *self, const promlet_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->collector_count; i++) {
        const promlet_collector *collector = snapshot->collectors[i];
        if (pml_collector_is_callback(collector)) {
            add_declared(self, collector->claim->definition);
        }
    }
    for (const promlet_emitter *each = snapshot->emitted; each != NULL; each = each->next) {
        const pml_emitted_family *family = each->families;
        for (; family != NULL; family = family->next) {
            /* What its series have is not known without one. */
            size_t bound_count = family->series_count > 0 ? family->bound_count : 1;
            if (!family->is_left_out) {
                add(self, family->definition, bound_count);
            }
        }
    }
}

static size_t count_collected(const promlet_snapshot *snapshot)
{
    size_t count = snapshot->collector_count;
    for (const promlet_emitter *each = snapshot->emitted; each != NULL; each = each->next) {
        const pml_emitted_family *family = each->families;
        for (; family != NULL; family = family->next) {
            count++;
        }
    }
    return count;
}

static int compare(const void *a, const void *b)
{
    const promlet_description *left = a;
    const promlet_description *right = b;
    return strcmp(left->name, right->name);
}

/* False when out of memory. */
static bool fill(catalogue *self, promlet_registry *registry, const promlet_snapshot *snapshot)
{
    size_t count;
    pml_family **families = pml_registry_list(registry, &count);
    self->list = pml_resize_array(NULL, count + count_collected(snapshot) + 1, sizeof *self->list);
    self->is_complete = families != NULL && self->list != NULL;
    for (size_t i = 0; self->is_complete && i < count; i++) {
        if (pml_self_metrics_show(families[i])) {
            add_declared(self, families[i]->definition);
        }
    }
    if (self->is_complete) {
        add_collected(self, snapshot);
    }
    pml_free(families);
    if (self->is_complete && self->count > 0) {
        qsort(self->list, self->count, sizeof *self->list, compare);
    }
    return self->is_complete;
}

/* ---- the call -------------------------------------------------------------------------------- */

static promlet_status check_arguments(promlet_escaping escaping, promlet_describe_fn described)
{
    if (described == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "the function that hears descriptions is NULL");
    }
    if ((unsigned)escaping > PROMLET_ESCAPING_ALLOW_UTF8) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "the escaping %d is none", (int)escaping);
    }
    return PROMLET_OK;
}

static catalogue new_catalogue(promlet_escaping escaping)
{
    catalogue new = {.are_raw = escaping == PROMLET_ESCAPING_ALLOW_UTF8};
    if (escaping == PROMLET_ESCAPING_DOTS) {
        new.scheme = PML_SCHEME_DOTS;
    } else if (escaping == PROMLET_ESCAPING_VALUES) {
        new.scheme = PML_SCHEME_VALUES;
    }
    return new;
}

promlet_status promlet_registry_describe(promlet_registry *registry, promlet_escaping escaping,
                                         promlet_describe_fn described, void *ctx)
{
    promlet_status status = check_arguments(escaping, described);
    if (status != PROMLET_OK) {
        return status;
    }
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    if (snapshot == NULL) {
        return promlet_is_collecting() ? PROMLET_ERROR_BUSY : PROMLET_ERROR_MEMORY;
    }
    catalogue all = new_catalogue(escaping);
    bool is_complete = fill(&all, pml_registry_of(registry), snapshot);
    for (size_t i = 0; is_complete && i < all.count; i++) {
        described(&all.list[i], ctx);
    }
    pml_free(all.list);
    pml_arena_free(&all.arena);
    promlet_snapshot_release(snapshot);
    return is_complete ? PROMLET_OK : pml_fail_memory();
}
