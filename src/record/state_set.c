/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State sets: one bit a state, all in one word, so that a scrape sees them as they were at one
 * moment, and never none or two of those that exclude each other.
 */
#include <promlet/state_set.h>

#include "base/atomic.h"
#include "record/kind.h"
#include "series/dropped.h"

struct promlet_state_set {
    void *series;
    size_t state_count;
    uint64_t states; /* bit i: the i-th state is on */
};

static promlet_state_set state_set_sink = {.state_count = PML_MAX_STATES};

static bool is_recordable(const promlet_state_set *set, size_t state)
{
    if (set == NULL) {
        pml_drop(NULL, PML_DROP_INVALID_HANDLE);
        return false;
    }
    if (state >= set->state_count) {
        pml_drop(set->series, PML_DROP_INVALID_STATE);
        return false;
    }
    return true;
}

void promlet_state_set_set(promlet_state_set *set, size_t state, bool is_on)
{
    if (!is_recordable(set, state)) {
        return;
    }
    uint64_t bit = UINT64_C(1) << state;
    if (is_on) {
        /* relaxed: a lone word; a scrape needs a recent value, not an ordered one. */
        (void)pml_word_or_relaxed(&set->states, bit);
    } else {
        /* relaxed: as above. */
        (void)pml_word_and_relaxed(&set->states, ~bit);
    }
}

void promlet_state_set_select(promlet_state_set *set, size_t state)
{
    if (is_recordable(set, state)) {
        /* relaxed: a lone word. */
        pml_word_store_relaxed(&set->states, UINT64_C(1) << state);
    }
}

static void state_set_capture(const void *cell, uint64_t *words)
{
    const promlet_state_set *set = cell;
    /* relaxed: a lone word. */
    words[0] = pml_word_load_relaxed(&set->states);
}

bool promlet_state_set_is_on(const promlet_state_set *set, size_t state)
{
    if (set == NULL || set == &state_set_sink || state >= set->state_count) {
        return false;
    }
    uint64_t states;
    state_set_capture(set, &states);
    return (states >> state & 1) != 0;
}

static size_t state_set_cell_size(const pml_settings *settings)
{
    (void)settings;
    return sizeof(promlet_state_set);
}

static void state_set_start(void *cell, void *series, const pml_settings *settings)
{
    promlet_state_set *set = cell;
    set->series = series;
    set->state_count = settings->state_count;
}

static size_t state_set_word_count(const pml_settings *settings)
{
    (void)settings;
    return 1;
}

static void state_set_reset(void *cell)
{
    promlet_state_set *set = cell;
    /* relaxed: who revives the series publishes that it is done. */
    pml_word_store_relaxed(&set->states, 0);
}

static const char *const state_set_other_names[] = {NULL};

const pml_kind pml_state_set_kind = {
    .type = "stateset",
    .noun = "a state set",
    .call = "state_set",
    .shape = PML_SHAPE_STATES,
    .has_totals = false,
    .is_unitless = true,
    .suffix = "",
    .other_names = state_set_other_names,
    .sink = &state_set_sink,
    .cell_size = state_set_cell_size,
    .start = state_set_start,
    .word_count = state_set_word_count,
    .capture = state_set_capture,
    .reset = state_set_reset,
};
