/* SPDX-License-Identifier: Apache-2.0 */
/* Giving tables to native cells, and deciding what resolution they show. */
#include "registry/natives.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "registry/limits.h"
#include "registry/spreading.h"
#include "series/spread.h"

static pml_native_cell *cell_of(const pml_family *family, pml_series *series)
{
    return family->definition->kind->native(series->cell);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* One that is there already if it will do, so that a series which is reset again and again does not
   grow. Without memory, or with too many tables, the one that there is goes on. */
static void change_table(pml_family *family, pml_series *series, unsigned shift)
{
    const pml_definition *definition = family->definition;
    pml_native_cell *cell = cell_of(family, series);
    size_t bytes = pml_native_table_bytes(&definition->settings);
    if (pml_native_reuse_table(cell, shift) || cell->table_count == PML_NATIVE_TABLES ||
        !pml_limits_have_memory(family->registry, bytes)) {
        return;
    }
    void *memory = pml_alloc_zeroed(bytes);
    if (memory == NULL) {
        return;
    }
    pml_limits_take_bytes(family, bytes);
    pml_native_add_table(cell, memory, shift);
    if (definition->cells == PROMLET_CELLS_PER_CPU) {
        pml_spreading_publish_locked(family, series);
    }
}

void pml_natives_free(const pml_family *family, pml_series *series)
{
    const pml_settings *settings = &family->definition->settings;
    pml_native_cell *cell = cell_of(family, series);
    pml_native_table *table = pml_native_next_table(cell, NULL);
    while (table != NULL) {
        pml_native_table *older = pml_native_next_table(cell, table);
        pml_spreading_give_back_locked(family->registry, pml_spread_of(&table->spread),
                                       pml_native_word_count(settings));
        if (table != &cell->first) {
            pml_limits_give_back_bytes(family, pml_native_table_bytes(settings));
            pml_free(table);
        }
        table = older;
    }
}

/* ---- decisions ------------------------------------------------------------------------------- */

static bool may_be_reset(const pml_native_cell *cell)
{
    uint64_t least = cell->settings->native.min_reset_ns;
    return least != 0 && pml_clock_monotonic_ns() - cell->reset_ns >= least;
}

/* What is recorded more finely than it is shown needs more slots than there may be. And slots that
   were taken before a reset, or one each for a classic and a native bucket, may be too many while
   the buckets are not. */
static void fit_table(pml_family *family, pml_series *series)
{
    const pml_native_cell *cell = cell_of(family, series);
    if (cell->shift > cell->current->shifts[0] || pml_native_is_crowded(cell)) {
        change_table(family, series, cell->shift);
    }
}

bool pml_natives_judge(pml_family *family, pml_series *series, const pml_native_reading *reading)
{
    pml_native_cell *cell = cell_of(family, series);
    const unsigned full = (unsigned)(PML_NATIVE_FINEST - cell->settings->native.schema);
    cell->shift = reading->shift;
    bool is_due = cell->shift > full && may_be_reset(cell);
    if (!is_due) {
        fit_table(family, series);
    }
    return is_due;
}

void pml_natives_reset(pml_family *family, pml_series *series, const pml_native_reading *reading)
{
    pml_native_forget(cell_of(family, series), reading);
    pml_series_restart(series);
    fit_table(family, series);
}
