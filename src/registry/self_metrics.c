/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counts are kept where they arise, so that recording needs nothing else. Here they are copied
 * into ordinary families, which are exposed like all others.
 */
#include "registry/self_metrics.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "registry/names.h"
#include "registry/registry.h"

#include <promlet/cell.h>

#include <string.h>

pml_naming pml_own_naming(promlet_registry *registry)
{
    pml_naming naming = *pml_registry_naming(registry);
    naming.prefix = "";
    return naming;
}

/* Sets one series of a family of counters with one label, both made when they are missing. */
static bool show(promlet_registry *registry, const promlet_opts *options, const char *value,
                 uint64_t count)
{
    promlet_status status;
    pml_naming naming = pml_own_naming(registry);
    pml_definition *definition =
        pml_definition_new(&pml_counter_kind, options, sizeof *options, &naming, &status);
    if (definition == NULL) {
        return false;
    }
    bool is_new;
    pml_family *family = pml_registry_family(registry, definition, &is_new, &status);
    pml_series *series = family == NULL ? NULL : pml_family_series(family, &value, 1, &status);
    if (series == NULL) {
        return false;
    }
    struct promlet_counter *counter = (struct promlet_counter *)(void *)series->cell;
    /* relaxed: a lone counter, and nobody else writes this one. */
    pml_word_store_relaxed(&counter->whole, count);
    return true;
}

static bool show_dropped(promlet_registry *registry)
{
    static const promlet_opts options = {
        .name = PML_DROPPED_STEM "_total",
        .help = "Recordings that were refused, by reason.",
        .labels = {PML_REASON_LABEL},
        .cells = PROMLET_CELLS_SHARED, /* stored to, see show() */
    };
    for (int reason = 0; reason < PML_DROP_REASONS; reason++) {
        uint64_t count = pml_dropped_count(registry->dropped, (pml_drop_reason)reason);
        const char *text = pml_drop_reason_text((pml_drop_reason)reason);
        if (count > 0 && !show(registry, &options, text, count)) {
            return false;
        }
    }
    return true;
}

static bool show_overflow(promlet_registry *registry, pml_family *family)
{
    static const promlet_opts options = {
        .name = PML_OVERFLOW_STEM "_total",
        .help = "Look-ups of label values that a full family could not hold.",
        .labels = {PML_FAMILY_LABEL},
        .max_series = SIZE_MAX,
        .cells = PROMLET_CELLS_SHARED,
    };
    /* relaxed: a lone counter. */
    uint64_t count = pml_load_relaxed(&family->overflow_count);
    return count == 0 || show(registry, &options, family->definition->name.bytes, count);
}

bool pml_self_metrics_refresh(promlet_registry *registry)
{
    size_t count;
    pml_family **families = pml_registry_list(registry, &count);
    bool is_complete = families != NULL && show_dropped(registry);
    for (size_t i = 0; is_complete && i < count; i++) {
        is_complete = show_overflow(registry, families[i]);
    }
    pml_free(families);
    return is_complete;
}
