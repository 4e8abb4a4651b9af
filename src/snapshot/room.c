/* SPDX-License-Identifier: Apache-2.0 */
/* Room for what the series of a family have: only what its kind and its options ask for. */
#include "snapshot/room.h"

#include "snapshot/exemplars.h"

/* What only totals have. promlet's own count since before they are first shown. */
static bool reserve_starts(const pml_definition *definition, size_t series_count,
                           pml_snapshot_family *to)
{
    if (!definition->kind->has_totals || definition->is_own) {
        return true;
    }
    to->starts = pml_arena_take_array(to->memory, series_count, sizeof *to->starts);
    return to->starts != NULL;
}

static bool reserve_natives(const pml_definition *definition, size_t series_count,
                            pml_snapshot_family *to)
{
    if (definition->settings.native.slot_count == 0) {
        return true;
    }
    to->natives = pml_arena_take_array(to->memory, series_count, sizeof *to->natives);
    return to->natives != NULL;
}

static bool reserve_summaries(size_t series_count, pml_snapshot_family *to)
{
    to->summaries = pml_arena_take_array(to->memory, series_count, sizeof *to->summaries);
    if (to->summaries == NULL || to->bound_count == 0) {
        return to->summaries != NULL;
    }
    size_t size = to->bound_count * sizeof *to->quantile_values;
    to->quantile_values = pml_arena_take_array(to->memory, series_count, size);
    return to->quantile_values != NULL;
}

static bool reserve_values(const pml_definition *definition, size_t series_count,
                           pml_snapshot_family *to)
{
    if (to->shape == PML_SHAPE_HISTOGRAM) {
        to->words_a_series = definition->kind->word_count(&definition->settings);
        to->words =
            pml_arena_take_array(to->memory, series_count, to->words_a_series * sizeof *to->words);
        return to->words != NULL && reserve_natives(definition, series_count, to);
    }
    return to->shape != PML_SHAPE_SUMMARY || reserve_summaries(series_count, to);
}

bool pml_snapshot_reserve(const pml_definition *definition, size_t series_count,
                          pml_snapshot_family *to)
{
    to->series = pml_arena_take_array(to->memory, series_count, sizeof *to->series);
    return to->series != NULL && reserve_values(definition, series_count, to) &&
           reserve_starts(definition, series_count, to) &&
           pml_snapshot_reserve_exemplars(definition, series_count, to);
}
