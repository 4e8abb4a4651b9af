/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counts are kept where they arise, so that recording needs nothing else. Here they are copied
 * into ordinary families, which are exposed like all others.
 */
#include "registry/self_metrics.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/locks.h"
#include "registry/collector.h"
#include "registry/lifetime.h"
#include "registry/limits.h"
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

static const promlet_opts dropped_options = {
    .name = PML_DROPPED_STEM "_total",
    .help = "Recordings that were refused, by reason.",
    .labels = {PML_REASON_LABEL},
    .cells = PROMLET_CELLS_SHARED, /* stored to, see set_counter() */
};

static const promlet_opts overflow_options = {
    .name = PML_OVERFLOW_STEM "_total",
    .help = "Look-ups of label values that were beyond a limit.",
    .labels = {PML_FAMILY_LABEL},
    .cells = PROMLET_CELLS_SHARED,
};

static const promlet_opts cut_options = {
    .name = PML_SERIES_STEM "_values_cut_total",
    .help = "Look-ups with a label value that was cut, being too long.",
    .labels = {PML_FAMILY_LABEL},
    .cells = PROMLET_CELLS_SHARED,
};

static const promlet_opts help_options = {
    .name = PML_HELP_STEM "_texts_cut_total",
    .help = "Help texts that were cut, being too long.",
    .labels = {PML_FAMILY_LABEL},
    .cells = PROMLET_CELLS_SHARED,
};

static const promlet_opts series_options = {
    .name = PML_SERIES_STEM,
    .help = "Series that are shown, by family.",
    .labels = {PML_FAMILY_LABEL},
};

static const promlet_opts memory_options = {
    .name = PML_MEMORY_STEM "_bytes",
    .help = "Memory of the series of this registry.",
    .unit = "bytes",
};

/* ---- choosing -------------------------------------------------------------------------------- */

void pml_self_metrics_choose(promlet_registry *registry, bool hides_all, bool shows_usage)
{
    /* relaxed: each is a choice of its own, and the next scrape follows it. */
    pml_store_relaxed(&registry->hides_self_metrics, hides_all);
    /* relaxed: as above. */
    pml_store_relaxed(&registry->shows_usage, shows_usage);
}

bool pml_self_metrics_are_hidden(promlet_registry *registry)
{
    /* relaxed: a lone choice. */
    return pml_load_relaxed(&registry->hides_self_metrics);
}

static bool shows_usage(promlet_registry *registry)
{
    /* relaxed: a lone choice. */
    return pml_load_relaxed(&registry->shows_usage) && !pml_self_metrics_are_hidden(registry);
}

bool pml_self_metrics_show(const pml_family *family)
{
    const pml_definition *definition = family->definition;
    if (!definition->is_own) {
        return true;
    }
    bool is_usage = strcmp(definition->name.bytes, series_options.name) == 0 ||
                    strcmp(definition->name.bytes, memory_options.name) == 0;
    return is_usage ? shows_usage(family->registry)
                    : !pml_self_metrics_are_hidden(family->registry);
}

/* ---- setting --------------------------------------------------------------------------------- */

/* The cell of one series, with the value of the only label or NULL without labels, made when it is
   missing. NULL when out of memory. */
static void *cell_of(promlet_registry *registry, const pml_kind *kind, const promlet_opts *options,
                     const char *value)
{
    promlet_status status;
    pml_naming naming = pml_own_naming(registry);
    pml_definition *definition =
        pml_definition_new(kind, options, sizeof *options, &naming, &status);
    if (definition == NULL) {
        return NULL;
    }
    definition->is_own = true;
    bool is_new;
    pml_family *family = pml_registry_family(registry, definition, &is_new, &status);
    if (family == NULL) {
        return NULL;
    }
    pml_series *series = pml_family_series(family, &value, value != NULL, &status);
    if (series == NULL) {
        return NULL;
    }
    /* Only this thread takes it away again. */
    (void)pml_series_unpin(series);
    return series->cell;
}

static bool set_counter(promlet_registry *registry, const promlet_opts *options, const char *value,
                        uint64_t count)
{
    struct promlet_counter *counter = cell_of(registry, &pml_counter_kind, options, value);
    if (counter != NULL) {
        /* relaxed: a lone counter, and nobody else writes this one. */
        pml_word_store_relaxed(&counter->whole, count);
    }
    return counter != NULL;
}

static bool set_gauge(promlet_registry *registry, const promlet_opts *options, const char *value,
                      size_t amount)
{
    struct promlet_gauge *gauge = cell_of(registry, &pml_gauge_kind, options, value);
    if (gauge != NULL) {
        /* relaxed: a lone value. */
        pml_word_store_relaxed(&gauge->value, pml_bits_of_double((double)amount));
    }
    return gauge != NULL;
}

/* With PML_LOCK_CHANGES held. */
static void forget(promlet_registry *registry, const promlet_opts *options, const char *value)
{
    pml_family *own = pml_registry_find(registry, options->name);
    pml_label_query query;
    if (own != NULL && own->definition->is_own &&
        pml_label_query_start(&query, &own->label_reader, &value)) {
        pml_series *series = pml_table_find(&own->table, &query);
        if (series != NULL) {
            (void)pml_lifetime_hide(own, series);
        }
    }
}

static bool show_dropped(promlet_registry *registry)
{
    for (int reason = 0; reason < PML_DROP_REASONS; reason++) {
        uint64_t count = pml_dropped_count(registry->dropped, (pml_drop_reason)reason);
        if (count > 0 && !set_counter(registry, &dropped_options,
                                      pml_drop_reason_text((pml_drop_reason)reason), count)) {
            return false;
        }
    }
    return true;
}

static bool show_overflow(promlet_registry *registry, pml_family *family)
{
    /* relaxed: a lone counter. */
    uint64_t count = pml_load_relaxed(&family->overflow_count);
    return count == 0 ||
           set_counter(registry, &overflow_options, family->definition->name.bytes, count);
}

static bool show_cut(promlet_registry *registry, pml_family *family)
{
    /* relaxed: a lone counter. */
    uint64_t count = pml_load_relaxed(&family->cut_count);
    return count == 0 || set_counter(registry, &cut_options, family->definition->name.bytes, count);
}

/* One that is unregistered meanwhile, as by a callback in its own call, was forgotten before. */
static bool show_cut_help(promlet_registry *registry, const pml_family *family)
{
    const char *name = family->definition->name.bytes;
    if (!family->definition->is_help_cut) {
        return true;
    }
    bool is_set = set_counter(registry, &help_options, name, 1);
    pml_lock(PML_LOCK_CHANGES);
    if (pml_name_map_find(&registry->names, name) != family) {
        forget(registry, &help_options, name);
    }
    pml_unlock(PML_LOCK_CHANGES);
    return is_set;
}

/* ---- use of series and memory ---------------------------------------------------------------- */

static size_t count_series(pml_family *family)
{
    pml_lock(PML_LOCK_CHANGES);
    pml_series *overflow = pml_family_overflow(family);
    bool has_overflow = overflow != NULL && !pml_series_is_hidden(overflow);
    size_t count = family->shown_count + has_overflow;
    pml_unlock(PML_LOCK_CHANGES);
    return count;
}

static bool show_series(promlet_registry *registry, pml_family *family)
{
    return set_gauge(registry, &series_options, family->definition->name.bytes,
                     count_series(family));
}

static bool show_memory(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CHANGES);
    size_t bytes = pml_limits_memory(registry);
    pml_unlock(PML_LOCK_CHANGES);
    return set_gauge(registry, &memory_options, NULL, bytes);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool show_family(promlet_registry *registry, pml_family *family)
{
    if (family->definition->is_own) {
        return true;
    }
    return show_overflow(registry, family) && show_cut(registry, family) &&
           show_cut_help(registry, family) &&
           (!shows_usage(registry) || show_series(registry, family));
}

/* Callbacks are no families of the registry's, though they have its names. */
static bool show_callbacks(promlet_registry *registry, promlet_collector *const *collectors,
                           size_t count)
{
    bool is_complete = true;
    for (size_t i = 0; is_complete && i < count; i++) {
        is_complete = !pml_collector_is_callback(collectors[i]) ||
                      show_cut_help(registry, collectors[i]->claim);
    }
    return is_complete;
}

bool pml_self_metrics_refresh(promlet_registry *registry, promlet_collector *const *collectors,
                              size_t collector_count)
{
    if (pml_self_metrics_are_hidden(registry)) {
        return true;
    }
    size_t count;
    pml_family **families = pml_registry_list(registry, &count);
    bool is_complete = families != NULL && show_dropped(registry) &&
                       (!shows_usage(registry) || show_memory(registry)) &&
                       show_callbacks(registry, collectors, collector_count);
    for (size_t i = 0; is_complete && i < count; i++) {
        is_complete = show_family(registry, families[i]);
    }
    pml_free(families);
    return is_complete;
}

void pml_self_metrics_forget(pml_family *family)
{
    /* relaxed: a lone counter. */
    pml_store_relaxed(&family->overflow_count, 0);
    /* relaxed: as above. */
    pml_store_relaxed(&family->cut_count, 0);
    forget(family->registry, &overflow_options, family->definition->name.bytes);
    forget(family->registry, &cut_options, family->definition->name.bytes);
    forget(family->registry, &help_options, family->definition->name.bytes);
    forget(family->registry, &series_options, family->definition->name.bytes);
}
