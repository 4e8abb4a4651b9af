/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation of a series, since when it counts, and the changes of its state. */
#include "series/series.h"

#include "base/alloc.h"
#include "base/clock.h"

pml_series *pml_series_new(size_t cell_size, uint32_t hash, const pml_labels *labels)
{
    size_t labels_size = pml_label_set_size(labels);
    pml_series *series = pml_alloc_zeroed(pml_series_bytes(cell_size, labels_size));
    if (series != NULL) {
        char *memory = (char *)series->cell + cell_size;
        series->hash = hash;
        pml_label_set_write(&series->labels, memory, labels);
    }
    return series;
}

void pml_series_free(pml_series *series)
{
    pml_free(series);
}

/* ---- since when it counts -------------------------------------------------------------------- */

void pml_series_restart(pml_series *series)
{
    uint64_t now_ns = pml_clock_unix_ns();
    uint64_t began_ns = series->owner->began_ns;
    /* The time of day may have been set back. */
    uint64_t steps = now_ns > began_ns ? (now_ns - began_ns) / PML_SERIES_STEP_NS : 0;
    /* relaxed: as in pml_series_start_ns(). */
    pml_store_relaxed(&series->started, steps < UINT32_MAX ? (uint32_t)steps : UINT32_MAX);
}

/* ---- state ----------------------------------------------------------------------------------- */

/* Stores `state` if the series still has *old, else updates that; for a loop. */
static bool exchange(pml_series *series, uint32_t *old, uint32_t state)
{
    /* acq_rel: pairs with itself and with the acquire in pml_series_is_live(). Who buries a series
       sees what was recorded with handles that were released, and who finds one alive again what
       its revival has stored. */
    return pml_exchange_if_acq_rel(&series->state, old, state);
}

static uint32_t state_of(pml_series *series)
{
    /* relaxed: a guess, which the exchange that follows checks. */
    return pml_load_relaxed(&series->state);
}

uint32_t pml_series_change(pml_series *series, uint32_t take, uint32_t set)
{
    uint32_t old = state_of(series);
    while (!exchange(series, &old, (old & ~take) | set)) {
    }
    return old;
}

static uint32_t one_more_pin(uint32_t state)
{
    return (state & PML_SERIES_PINS) == PML_SERIES_PINS ? state : state + 1;
}

bool pml_series_pin(pml_series *series)
{
    uint32_t old = state_of(series);
    do {
        if (old & (PML_SERIES_HIDDEN | PML_SERIES_LEAVING)) {
            return false;
        }
    } while (!exchange(series, &old, one_more_pin(old) & ~(uint32_t)PML_SERIES_IDLE));
    return true;
}

void pml_series_pin_anyway(pml_series *series)
{
    uint32_t old = state_of(series);
    while (!exchange(series, &old, one_more_pin(old) & ~(uint32_t)PML_SERIES_IDLE)) {
    }
}

bool pml_series_unpin(pml_series *series)
{
    uint32_t old = state_of(series);
    do {
        uint32_t pins = old & PML_SERIES_PINS;
        if (pins == 0 || pins == PML_SERIES_PINS) {
            return pins != 0;
        }
    } while (!exchange(series, &old, old - 1));
    return true;
}

bool pml_series_wake(pml_series *series)
{
    uint32_t old = state_of(series);
    do {
        if (old & (PML_SERIES_HIDDEN | PML_SERIES_LEAVING)) {
            return false;
        }
    } while ((old & PML_SERIES_IDLE) && !exchange(series, &old, old & ~(uint32_t)PML_SERIES_IDLE));
    return true;
}

bool pml_series_set_idle(pml_series *series)
{
    uint32_t old = 0;
    return exchange(series, &old, PML_SERIES_IDLE);
}

bool pml_series_set_leaving(pml_series *series)
{
    uint32_t old = PML_SERIES_IDLE;
    return exchange(series, &old, PML_SERIES_IDLE | PML_SERIES_LEAVING);
}
