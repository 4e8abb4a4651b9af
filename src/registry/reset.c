/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public call that sets all totals of a registry to zero. It takes its turn with snapshots: one
 * that ran meanwhile would show some totals of before and some of afterwards.
 */
#include "base/calls.h"
#include "base/flight.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/lifetime.h"
#include "registry/registry.h"
#include "registry/static_metrics.h"
#include "registry/static_notes.h"
#include "registry/static_readings.h"

#include <promlet/registry.h>

#include <string.h>

/* ---- with PML_LOCK_ORDER and PML_LOCK_CHANGES held ------------------------------------------- */

static void reset_some(pml_family *family, pml_series *const *series, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!pml_series_is_hidden(series[i])) { /* else whoever revives it does so */
            pml_lifetime_reset(family, series[i]);
        }
    }
}

static void reset_family(pml_family *family)
{
    if (!family->definition->kind->has_totals || family->definition->is_own) {
        return;
    }
    reset_some(family, family->sorted, family->sorted_count);
    reset_some(family, family->fresh, family->fresh_count);
    pml_series *overflow = pml_family_overflow(family);
    reset_some(family, &overflow, overflow != NULL);
    memset(family->static_floor, 0, sizeof family->static_floor);
}

/* A module whose histogram is not relocated yet has recorded nothing. */
static void reset_static(const pml_static_note *note, void *ctx)
{
    (void)ctx;
    const pml_kind *kind = pml_static_kind_of(note);
    bool is_ready = kind != &pml_histogram_kind || pml_static_histogram_is_relocated(note);
    if (kind != NULL && kind->has_totals && is_ready) {
        kind->reset(note->cell);
    }
}

/* ---- the call -------------------------------------------------------------------------------- */

static void *reset_totals(void *ctx)
{
    promlet_registry *registry = ctx;
    pml_lock(PML_LOCK_ORDER);
    pml_lock(PML_LOCK_CHANGES);
    for (size_t i = 0; i < registry->family_count; i++) {
        reset_family(registry->families[i]);
    }
    if (registry == pml_registry_of(NULL)) {
        pml_static_notes_visit(reset_static, NULL);
        pml_static_metrics_forget_totals(registry);
    }
    pml_unlock(PML_LOCK_CHANGES);
    pml_unlock(PML_LOCK_ORDER);
    return registry;
}

promlet_status promlet_registry_reset_totals(promlet_registry *registry)
{
    promlet_registry *self = pml_registry_of(registry);
    if (pml_call_here() != NULL) {
        return pml_fail(PROMLET_ERROR_BUSY,
                        "totals can't be reset in a callback or collector, which it may wait for");
    }
    pml_flight_plan plan = {.make = reset_totals, .ctx = self, .is_own = true};
    (void)pml_flight_join(&self->snapshot_flight, &plan);
    return PROMLET_OK;
}
