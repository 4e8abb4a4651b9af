/* SPDX-License-Identifier: Apache-2.0 */
/* Rates, the budget, and the public calls about them. */
#include "registry/spreading.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/limits.h"
#include "series/spread.h"

#include <promlet/recording.h>

#define NANOSECONDS_PER_SECOND 1000000000u

/* Snapshots may follow each other closely; a rate needs some time. */
#define LEAST_INTERVAL_NS (NANOSECONDS_PER_SECOND / 10)

pml_spreading pml_spreading_begin(promlet_registry *registry)
{
    pml_spread_prepare();
    uint64_t now = pml_clock_monotonic_ns();
    uint64_t last = registry->judged_ns;
    pml_spreading spreading = {registry, now - last >= LEAST_INTERVAL_NS, UINT64_MAX};
    if (spreading.is_due) {
        registry->judged_ns = now;
    }
    if (spreading.is_due && last != 0) { /* the first look has nothing to compare with */
        double seconds = (double)(now - last) / NANOSECONDS_PER_SECOND;
        spreading.hot_recordings = (uint64_t)(seconds * PML_HOT_RATE);
    }
    return spreading;
}

bool pml_spreading_is_hot(const pml_spreading *spreading, const pml_kind *kind,
                          const uint64_t *words, size_t word_count, uint64_t *judged)
{
    return spreading->is_due && kind->recordings != NULL &&
           pml_spreading_is_much(spreading, kind->recordings(words, word_count), judged);
}

bool pml_spreading_looks_at(const pml_spreading *spreading, const pml_family *family)
{
    const pml_definition *definition = family->definition;
    return spreading->is_due && definition->kind->spread != NULL &&
           definition->cells != PROMLET_CELLS_SHARED;
}

void pml_spreading_give(const pml_spreading *spreading, pml_family *family, pml_series *series)
{
    const pml_kind *kind = family->definition->kind;
    struct promlet_spread **place = kind->spread(series->cell);
    if (pml_spread_of(place) == NULL) {
        size_t spread_words = pml_kind_spread_words(kind, &family->definition->settings);
        pml_spread_publish(place, pml_spreading_take(spreading->registry, spread_words));
    }
}

static bool is_short(promlet_registry *registry)
{
    /* relaxed: a lone flag; without the lock, what is set meanwhile is for the next snapshot. */
    return pml_load_relaxed(&registry->is_cell_budget_short);
}

static void set_short(promlet_registry *registry, bool value)
{
    /* relaxed: as above. */
    pml_store_relaxed(&registry->is_cell_budget_short, value);
}

void pml_spreading_end(const pml_spreading *spreading)
{
    promlet_registry *registry = spreading->registry;
    if (!is_short(registry)) {
        return;
    }
    pml_lock(PML_LOCK_CHANGES);
    bool must_warn = is_short(registry) && !registry->is_cell_budget_reported;
    registry->is_cell_budget_reported |= must_warn;
    size_t budget = registry->cell_budget;
    pml_unlock(PML_LOCK_CHANGES);
    if (must_warn) {
        pml_warn("the budget of %zu bytes for per-CPU cells is used up; further series stay with "
                 "one cell, see promlet_registry_set_cell_budget()",
                 budget);
    }
}

/* ---- the budget ------------------------------------------------------------------------------ */

struct promlet_spread *pml_spreading_take_locked(promlet_registry *registry, size_t word_count)
{
    size_t bytes = pml_spread_bytes(word_count);
    bool is_left = registry->cell_bytes <= registry->cell_budget &&
                   bytes <= registry->cell_budget - registry->cell_bytes;
    if (!is_left && registry->cell_budget != 0) {
        set_short(registry, true);
    }
    if (!is_left) {
        return NULL;
    }
    if (!pml_limits_have_memory(registry, bytes)) {
        return NULL;
    }
    struct promlet_spread *spread = pml_spread_new(word_count);
    if (spread != NULL) { /* without memory the series stays as it is, and is asked for again */
        registry->cell_bytes += bytes;
    }
    return spread;
}

void pml_spreading_publish_locked(pml_family *family, pml_series *series)
{
    const pml_definition *definition = family->definition;
    size_t word_count = pml_kind_spread_words(definition->kind, &definition->settings);
    pml_spread_publish(definition->kind->spread(series->cell),
                       pml_spreading_take_locked(family->registry, word_count));
}

struct promlet_spread *pml_spreading_take(promlet_registry *registry, size_t word_count)
{
    pml_lock(PML_LOCK_CHANGES);
    struct promlet_spread *spread = pml_spreading_take_locked(registry, word_count);
    pml_unlock(PML_LOCK_CHANGES);
    return spread;
}

void pml_spreading_give_back_locked(promlet_registry *registry, struct promlet_spread *spread,
                                    size_t word_count)
{
    if (spread != NULL) {
        registry->cell_bytes -= pml_spread_bytes(word_count);
        pml_spread_free(spread);
    }
}

void pml_spreading_give_back(promlet_registry *registry, struct promlet_spread *spread,
                             size_t word_count)
{
    pml_lock(PML_LOCK_CHANGES);
    pml_spreading_give_back_locked(registry, spread, word_count);
    pml_unlock(PML_LOCK_CHANGES);
}

void promlet_registry_set_cell_budget(promlet_registry *registry, size_t bytes)
{
    promlet_registry *self = pml_registry_of(registry);
    pml_lock(PML_LOCK_CHANGES);
    self->cell_budget = bytes;
    set_short(self, false);
    self->is_cell_budget_reported = false;
    pml_unlock(PML_LOCK_CHANGES);
}

size_t promlet_registry_cell_bytes(promlet_registry *registry)
{
    promlet_registry *self = pml_registry_of(registry);
    pml_lock(PML_LOCK_CHANGES);
    size_t bytes = self->cell_bytes;
    pml_unlock(PML_LOCK_CHANGES);
    return bytes;
}
