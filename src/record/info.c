/* SPDX-License-Identifier: Apache-2.0 */
/* Infos: what they say is in their labels; the value is 1 and nothing is ever recorded. */
#include <promlet/info.h>

#include "record/kind.h"

struct promlet_info {
    void *series;
};

static promlet_info info_sink;

static size_t info_cell_size(const pml_settings *settings)
{
    (void)settings;
    return sizeof(promlet_info);
}

static void info_start(void *cell, void *series, const pml_settings *settings)
{
    (void)settings;
    promlet_info *info = cell;
    info->series = series;
}

static size_t info_word_count(const pml_settings *settings)
{
    (void)settings;
    return 1;
}

static void info_capture(const void *cell, uint64_t *words)
{
    (void)cell;
    words[0] = 1;
}

static void info_reset(void *cell)
{
    (void)cell;
}

static pml_number info_number(const uint64_t *words)
{
    return (pml_number){.is_whole = true, .as.whole = words[0]};
}

static pml_number info_value(const void *cell)
{
    uint64_t word;
    info_capture(cell, &word);
    return info_number(&word);
}

/* OpenMetrics calls the family by the name without _info. */
static const char *const info_other_names[] = {"", NULL};

const pml_kind pml_info_kind = {
    .type = "info",
    .noun = "an info",
    .call = "info",
    .shape = PML_SHAPE_NUMBER,
    .has_totals = false,
    .is_unitless = true,
    .suffix = "_info",
    .other_names = info_other_names,
    .sink = &info_sink,
    .cell_size = info_cell_size,
    .start = info_start,
    .word_count = info_word_count,
    .capture = info_capture,
    .reset = info_reset,
    .number = info_number,
    .value = info_value,
};
