/* SPDX-License-Identifier: Apache-2.0 */
/* Unknowns: a number that comes from elsewhere, held as a gauge is. */
#include <promlet/unknown.h>

#include "base/atomic.h"
#include "record/kind.h"

#include <promlet/hot_path.h>

#include <math.h>

struct promlet_unknown {
    struct promlet_gauge gauge;
};

static promlet_unknown unknown_sink;

void promlet_unknown_set(promlet_unknown *unknown, double value)
{
    promlet_hot_gauge_set(unknown != NULL ? &unknown->gauge : NULL, value);
}

double promlet_unknown_value(const promlet_unknown *unknown)
{
    if (unknown == NULL || unknown == &unknown_sink) {
        return NAN;
    }
    /* relaxed: a lone value. */
    return pml_double_of_bits(pml_word_load_relaxed(&unknown->gauge.value));
}

static size_t unknown_cell_size(const pml_settings *settings)
{
    (void)settings;
    return sizeof(promlet_unknown);
}

static void unknown_start(void *cell, void *series, const pml_settings *settings)
{
    (void)settings;
    promlet_unknown *unknown = cell;
    unknown->gauge.series = series;
}

static size_t unknown_word_count(const pml_settings *settings)
{
    (void)settings;
    return 1;
}

static void unknown_capture(const void *cell, uint64_t *words)
{
    const promlet_unknown *unknown = cell;
    /* relaxed: a lone value. */
    words[0] = pml_word_load_relaxed(&unknown->gauge.value);
}

static void unknown_reset(void *cell)
{
    promlet_unknown *unknown = cell;
    /* relaxed: who revives the series publishes that it is done. */
    pml_word_store_relaxed(&unknown->gauge.value, pml_bits_of_double(0));
}

static pml_number unknown_number(const uint64_t *words)
{
    return (pml_number){.is_whole = false, .as.real = pml_double_of_bits(words[0])};
}

static pml_number unknown_value(const void *cell)
{
    uint64_t word;
    unknown_capture(cell, &word);
    return unknown_number(&word);
}

static const char *const unknown_other_names[] = {NULL};

const pml_kind pml_unknown_kind = {
    .type = "unknown",
    .noun = "an unknown",
    .call = "unknown",
    .shape = PML_SHAPE_NUMBER,
    .has_totals = false,
    .suffix = "",
    .other_names = unknown_other_names,
    .sink = &unknown_sink,
    .cell_size = unknown_cell_size,
    .start = unknown_start,
    .word_count = unknown_word_count,
    .capture = unknown_capture,
    .reset = unknown_reset,
    .number = unknown_number,
    .value = unknown_value,
};
