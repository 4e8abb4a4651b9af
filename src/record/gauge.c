/* SPDX-License-Identifier: Apache-2.0 */
/* Gauges: one atomic double, never split, because it can be set as well as added to. */
#include <promlet/gauge.h>

#include "base/atomic.h"
#include "base/clock.h"
#include "record/kind.h"
#include "series/dropped.h"

#include <promlet/hot_path.h>

#include <math.h>

static promlet_gauge gauge_sink;

void promlet_gauge_set(promlet_gauge *gauge, double value)
{
    promlet_hot_gauge_set(gauge, value);
}

void promlet_gauge_add(promlet_gauge *gauge, double amount)
{
    promlet_hot_gauge_add(gauge, amount);
}

void promlet_gauge_sub(promlet_gauge *gauge, double amount)
{
    promlet_hot_gauge_sub(gauge, amount);
}

void promlet_gauge_inc(promlet_gauge *gauge)
{
    promlet_hot_gauge_inc(gauge);
}

void promlet_gauge_dec(promlet_gauge *gauge)
{
    promlet_hot_gauge_dec(gauge);
}

void promlet_gauge_set_to_current_time(promlet_gauge *gauge)
{
    promlet_hot_gauge_set(gauge, (double)pml_clock_unix_ns() / PML_NS_PER_SECOND);
}

/* ---- highest and lowest ---------------------------------------------------------------------- */

static bool is_higher(double value, double than)
{
    return value > than;
}

static bool is_lower(double value, double than)
{
    return value < than;
}

static void set_if(promlet_gauge *gauge, double value, bool (*is_wanted)(double value, double than))
{
    if (gauge == NULL || isnan(value)) {
        pml_drop(gauge != NULL ? gauge->series : NULL,
                 gauge != NULL ? PML_DROP_NAN : PML_DROP_INVALID_HANDLE);
        return;
    }
    uint64_t wanted = pml_bits_of_double(value);
    /* relaxed: a lone value. */
    uint64_t old = pml_word_load_relaxed(&gauge->value);
    bool is_set = false;
    while (!is_set) {
        double has = pml_double_of_bits(old);
        /* relaxed: as above. Lock-free: a failed exchange means that another thread got on. */
        is_set = !(isnan(has) || is_wanted(value, has)) ||
                 pml_word_exchange_if_relaxed(&gauge->value, &old, wanted);
    }
}

void promlet_gauge_raise_to(promlet_gauge *gauge, double value)
{
    set_if(gauge, value, is_higher);
}

void promlet_gauge_lower_to(promlet_gauge *gauge, double value)
{
    set_if(gauge, value, is_lower);
}

double promlet_gauge_value(const promlet_gauge *gauge)
{
    if (gauge == NULL || gauge == &gauge_sink) {
        return NAN;
    }
    /* relaxed: a lone value. */
    return pml_double_of_bits(pml_word_load_relaxed(&gauge->value));
}

/* ---- the kind -------------------------------------------------------------------------------- */

static size_t gauge_cell_size(const pml_settings *settings)
{
    (void)settings;
    return sizeof(promlet_gauge);
}

static void gauge_start(void *cell, void *series, const pml_settings *settings)
{
    (void)settings;
    promlet_gauge *gauge = cell;
    gauge->series = series;
}

static size_t gauge_word_count(const pml_settings *settings)
{
    (void)settings;
    return 1;
}

static void gauge_capture(const void *cell, uint64_t *words)
{
    const promlet_gauge *gauge = cell;
    /* relaxed: a lone value. */
    words[0] = pml_word_load_relaxed(&gauge->value);
}

static void gauge_reset(void *cell)
{
    promlet_gauge *gauge = cell;
    /* relaxed: a lone value. */
    pml_word_store_relaxed(&gauge->value, pml_bits_of_double(0));
}

static void gauge_add_words(uint64_t *to, const uint64_t *from, size_t count)
{
    (void)count;
    to[0] = pml_bits_of_double(pml_double_of_bits(to[0]) + pml_double_of_bits(from[0]));
}

static void gauge_absorb(void *cell, const uint64_t *words)
{
    promlet_gauge *gauge = cell;
    /* relaxed: a lone value. */
    pml_word_add_double_relaxed(&gauge->value, pml_double_of_bits(words[0]));
}

static pml_number gauge_number(const uint64_t *words)
{
    return (pml_number){.is_whole = false, .as.real = pml_double_of_bits(words[0])};
}

static pml_number gauge_value(const void *cell)
{
    uint64_t word;
    gauge_capture(cell, &word);
    return gauge_number(&word);
}

static const char *const gauge_other_names[] = {NULL};

const pml_kind pml_gauge_kind = {
    .type = "gauge",
    .noun = "a gauge",
    .call = "gauge",
    .shape = PML_SHAPE_NUMBER,
    .has_totals = false,
    .suffix = "",
    .other_names = gauge_other_names,
    .sink = &gauge_sink,
    .cell_size = gauge_cell_size,
    .start = gauge_start,
    .word_count = gauge_word_count,
    .capture = gauge_capture,
    .add_words = gauge_add_words,
    .reset = gauge_reset,
    .absorb = gauge_absorb,
    .number = gauge_number,
    .value = gauge_value,
};
