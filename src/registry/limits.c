/* SPDX-License-Identifier: Apache-2.0 */
/* Counting what there is, and saying what there is no room for. */
#include "registry/limits.h"

#include "base/atomic.h"
#include "base/locks.h"
#include "registry/names.h"

/* ---- memory ---------------------------------------------------------------------------------- */

static size_t labels_bytes(const pml_label_set *set)
{
    size_t written = (size_t)set->values_size + set->text_size;
    size_t readable = set->values_size == 0 ? 0 : set->values_size - 1 + PML_BLOCK_SIZE;
    return written > readable ? written : readable;
}

/* With its place in the order. */
static size_t series_bytes(const pml_family *family, size_t labels_size)
{
    size_t cell_size = pml_definition_cell_size(family->definition);
    return pml_series_bytes(cell_size, labels_size) + sizeof(pml_series *);
}

static bool has_limits(const pml_family *family)
{
    return !family->definition->is_own;
}

void pml_limits_take_bytes(const pml_family *family, size_t bytes)
{
    if (has_limits(family)) {
        family->registry->series_bytes += bytes;
    }
}

void pml_limits_give_back_bytes(const pml_family *family, size_t bytes)
{
    if (has_limits(family)) {
        family->registry->series_bytes -= bytes;
        pml_limits_make_room(family->registry);
    }
}

void pml_limits_take(const pml_family *family, const pml_series *series)
{
    pml_limits_take_bytes(family, series_bytes(family, labels_bytes(&series->labels)));
}

void pml_limits_give_back(const pml_family *family, const pml_series *series)
{
    pml_limits_give_back_bytes(family, series_bytes(family, labels_bytes(&series->labels)));
}

static void count_table(const pml_family *family, size_t bytes_before)
{
    if (has_limits(family)) {
        family->registry->table_bytes += pml_table_bytes(&family->table) - bytes_before;
    }
}

bool pml_limits_table_add(pml_family *family, pml_series *series)
{
    size_t bytes = pml_table_bytes(&family->table);
    bool is_added = pml_table_add(&family->table, series);
    count_table(family, bytes);
    return is_added;
}

void pml_limits_table_remove(pml_family *family, pml_series *series)
{
    size_t bytes = pml_table_bytes(&family->table);
    pml_table_remove(&family->table, series);
    count_table(family, bytes);
}

void pml_limits_table_reclaim(pml_family *family)
{
    size_t bytes = pml_table_bytes(&family->table);
    pml_table_reclaim(&family->table);
    count_table(family, bytes);
    if (pml_table_bytes(&family->table) < bytes) {
        pml_limits_make_room(family->registry);
    }
}

size_t pml_limits_memory(const promlet_registry *registry)
{
    return registry->series_bytes + registry->table_bytes + registry->cell_bytes;
}

bool pml_limits_have_memory(const promlet_registry *registry, size_t bytes)
{
    size_t used = pml_limits_memory(registry);
    return registry->memory_limit == 0 ||
           (used <= registry->memory_limit && bytes <= registry->memory_limit - used);
}

static bool has_memory(const pml_family *family, const pml_label_query *query)
{
    pml_labels labels = pml_definition_labels(family->definition, query->values);
    size_t bytes = series_bytes(family, pml_label_set_size(&labels));
    return pml_limits_have_memory(family->registry, bytes + pml_table_growth(&family->table));
}

void pml_limits_set(promlet_registry *registry, size_t max_label_value_bytes,
                    size_t max_memory_bytes)
{
    pml_lock(PML_LOCK_CHANGES);
    /* relaxed: a look-up that runs meanwhile may use either. */
    pml_store_relaxed(&registry->max_value_bytes, max_label_value_bytes != 0
                                                      ? max_label_value_bytes
                                                      : PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES);
    registry->memory_limit = max_memory_bytes;
    pml_limits_make_room(registry);
    pml_unlock(PML_LOCK_CHANGES);
}

/* ---- room ------------------------------------------------------------------------------------ */

void pml_limits_make_room(promlet_registry *registry)
{
    /* relaxed: a look-up that does not see it yet came before it. */
    pml_add_relaxed(&registry->room, 1);
}

/* room counts from 0 on, so that a family that was never full has the 0 to itself. */
static uint64_t room_of(promlet_registry *registry)
{
    /* relaxed: as above. */
    return pml_load_relaxed(&registry->room) + 1;
}

bool pml_limits_is_full(pml_family *family)
{
    /* acquire: pairs with the release in pml_limits_ask(); the table has all that it had then. */
    uint64_t full_at = pml_load_acquire(&family->full_at);
    return full_at != 0 && full_at == room_of(family->registry);
}

size_t pml_limits_value_bytes(const pml_family *family)
{
    /* relaxed: a lone number. */
    return has_limits(family) ? pml_load_relaxed(&family->registry->max_value_bytes) : SIZE_MAX;
}

bool pml_limits_is_too_long(const pml_family *family, const pml_label_query *query)
{
    size_t most = pml_limits_value_bytes(family);
    size_t at = 0;
    while (at < query->count && query->read[at].size <= most) {
        at++;
    }
    return at < query->count;
}

pml_limit pml_limits_ask(pml_family *family, const pml_label_query *query,
                         const pml_series *removed)
{
    if (!has_limits(family) || family->definition->label_count == 0 ||
        (family->is_unregistered && removed != NULL)) {
        return PML_LIMIT_NONE;
    }
    bool has_place = family->shown_count < family->definition->max_series;
    if (has_place && (removed != NULL || has_memory(family, query))) {
        return PML_LIMIT_NONE;
    }
    /* release: pairs with the acquire in pml_limits_is_full(). */
    pml_store_release(&family->full_at, room_of(family->registry));
    return has_place ? PML_LIMIT_MEMORY : PML_LIMIT_SERIES;
}

void pml_limits_count(pml_family *family)
{
    /* relaxed: a lone counter. */
    pml_add_relaxed(&family->overflow_count, 1);
}

/* ---- warnings -------------------------------------------------------------------------------- */

void pml_limits_count_cut(pml_family *family, size_t place)
{
    /* relaxed: a lone counter; only that one thread gets the 0 matters. */
    if (pml_add_relaxed(&family->cut_count, 1) == 0) {
        pml_warn("%.80s: a value of label \"%.40s\" is longer than %zu bytes; such label values "
                 "are cut there",
                 family->definition->name.bytes, family->definition->label_names[place],
                 pml_limits_value_bytes(family));
    }
}

void pml_limits_warn(const pml_family *family, pml_limit limit)
{
    const char *name;
    switch (limit) {
    case PML_LIMIT_NONE:
        break;
    case PML_LIMIT_SERIES:
        name = family->definition->name.bytes;
        pml_warn("%.80s: reached its limit of %zu series; further label values share the series "
                 "with %s=\"true\"",
                 name, family->definition->max_series, PML_OVERFLOW_LABEL);
        break;
    case PML_LIMIT_MEMORY:
        name = family->definition->name.bytes;
        pml_warn("%.80s: its registry has reached its limit of memory; further label values share "
                 "the series with %s=\"true\"",
                 name, PML_OVERFLOW_LABEL);
        break;
    }
}
