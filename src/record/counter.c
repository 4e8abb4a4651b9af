/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters. Whole amounts go to an integer, so that a counter is exact to 2^64-1; fractional ones
 * to a double beside it. The value is the sum of both.
 */
#include <promlet/counter.h>

#include "base/atomic.h"
#include "record/plain.h"
#include "series/spread.h"

#include <promlet/hot_path.h>

#define TWO_TO_64 18446744073709551616.0

void promlet_counter_inc(promlet_counter *counter)
{
    promlet_hot_counter_inc(counter);
}

void promlet_counter_add_u64(promlet_counter *counter, uint64_t amount)
{
    promlet_hot_counter_add_u64(counter, amount);
}

void promlet_counter_add(promlet_counter *counter, double amount)
{
    promlet_hot_counter_add(counter, amount);
}

enum {
    WHOLE = PROMLET_COUNTER_WHOLE,
    FRACTION = PROMLET_COUNTER_FRACTION,
    WORDS = PROMLET_COUNTER_WORDS
};

static promlet_counter counter_sink;

static size_t counter_cell_size(const pml_settings *settings)
{
    (void)settings;
    return sizeof(promlet_counter);
}

static void counter_start(void *cell, void *series, const pml_settings *settings)
{
    (void)settings;
    promlet_counter *counter = cell;
    counter->series = series;
}

static size_t counter_exemplar_count(const pml_settings *settings)
{
    (void)settings;
    return 1;
}

static size_t counter_word_count(const pml_settings *settings)
{
    (void)settings;
    return WORDS;
}

static void counter_capture(const void *cell, uint64_t *words)
{
    const promlet_counter *counter = cell;
    const struct promlet_spread *spread = pml_spread_of(&counter->spread);
    /* relaxed: each amount only grows, so the value does too, whatever is read first. */
    uint64_t whole = pml_word_load_relaxed(&counter->whole);
    double fraction = pml_double_of_bits(pml_word_load_relaxed(&counter->fraction));
    words[WHOLE] = pml_spread_whole(spread, WHOLE, whole);
    words[FRACTION] = pml_bits_of_double(pml_spread_real(spread, FRACTION, fraction));
}

static void counter_reset(void *cell)
{
    promlet_counter *counter = cell;
    struct promlet_spread *spread = pml_spread_of(&counter->spread);
    /* relaxed: each word stands for itself; who revives the series publishes that it is done. */
    pml_word_store_relaxed(&counter->whole, 0);
    pml_word_store_relaxed(&counter->fraction, 0);
    pml_spread_reset_whole(spread, WHOLE);
    pml_spread_reset_real(spread, FRACTION);
}

static struct promlet_spread **counter_spread(void *cell)
{
    promlet_counter *counter = cell;
    return &counter->spread;
}

/* Amounts above 1 make it too many; that costs memory at worst. */
static uint64_t counter_recordings(const uint64_t *words, size_t count)
{
    (void)count;
    return words[WHOLE];
}

static void counter_add_words(uint64_t *to, const uint64_t *from, size_t count)
{
    (void)count;
    to[WHOLE] += from[WHOLE];
    to[FRACTION] =
        pml_bits_of_double(pml_double_of_bits(to[FRACTION]) + pml_double_of_bits(from[FRACTION]));
}

static void counter_keep_from_falling(uint64_t *words, uint64_t *floor)
{
    /* Bits of doubles that are not negative are in the order of the doubles. */
    if (words[FRACTION] < floor[FRACTION]) {
        words[FRACTION] = floor[FRACTION];
    }
    floor[FRACTION] = words[FRACTION];
}

static void counter_absorb(void *cell, const uint64_t *words)
{
    promlet_counter *counter = cell;
    /* relaxed: lone counters. */
    pml_word_add_relaxed(&counter->whole, words[WHOLE]);
    pml_word_add_double_relaxed(&counter->fraction, pml_double_of_bits(words[FRACTION]));
}

#define TWO_TO_53 (UINT64_C(1) << 53)

/*
 * Below 2^53 a fraction is shown, and the integer is a double exactly. From there on a double has
 * no fractions, and its shortest text may be lower than the integer that was shown before a
 * fraction joined; so the sum's integer part is shown, exactly. Beyond 2^64 only a double can hold
 * the sum.
 */
static pml_number counter_number(const uint64_t *words)
{
    double fraction = pml_double_of_bits(words[FRACTION]);
    uint64_t whole = words[WHOLE];
    if (words[FRACTION] == 0) { /* the bits of 0, as nearly always */
        return (pml_number){.is_whole = true, .as.whole = whole};
    }
    if (fraction < TWO_TO_64 && (uint64_t)fraction <= UINT64_MAX - whole) {
        uint64_t sum = whole + (uint64_t)fraction;
        if (fraction == 0 || sum >= TWO_TO_53) {
            return (pml_number){.is_whole = true, .as.whole = sum};
        }
    }
    return (pml_number){.is_whole = false, .as.real = (double)whole + fraction};
}

/* Not inlined: what it keeps on the stack would cost the usual case a third of its time. */
static __attribute__((noinline)) pml_number unusual_value(const promlet_counter *counter)
{
    uint64_t words[WORDS];
    counter_capture(counter, words);
    return counter_number(words);
}

/* Nearly always there is one word to read, and nothing to add to it. */
static pml_number counter_value(const void *cell)
{
    uint64_t whole;
    return pml_counter_read_plain(cell, &whole) ? (pml_number){.is_whole = true, .as.whole = whole}
                                                : unusual_value(cell);
}

static pml_number value_of(const promlet_counter *counter)
{
    return counter != NULL && counter != &counter_sink
               ? counter_value(counter)
               : (pml_number){.is_whole = true, .as.whole = 0};
}

double promlet_counter_value(const promlet_counter *counter)
{
    pml_number number = value_of(counter);
    return number.is_whole ? (double)number.as.whole : number.as.real;
}

uint64_t promlet_counter_value_u64(const promlet_counter *counter)
{
    pml_number number = value_of(counter);
    if (number.is_whole) {
        return number.as.whole;
    }
    return number.as.real < TWO_TO_64 ? (uint64_t)number.as.real : UINT64_MAX;
}

/* OpenMetrics calls the family by the name without _total and may show when it was created. */
static const char *const counter_other_names[] = {"", "_created", NULL};

const pml_kind pml_counter_kind = {
    .type = "counter",
    .noun = "a counter",
    .call = "counter",
    .shape = PML_SHAPE_NUMBER,
    .has_totals = true,
    .suffix = "_total",
    .other_names = counter_other_names,
    .sink = &counter_sink,
    .cell_size = counter_cell_size,
    .start = counter_start,
    .exemplar_count = counter_exemplar_count,
    .word_count = counter_word_count,
    .capture = counter_capture,
    .spread = counter_spread,
    .recordings = counter_recordings,
    .add_words = counter_add_words,
    .keep_from_falling = counter_keep_from_falling,
    .reset = counter_reset,
    .absorb = counter_absorb,
    .number = counter_number,
    .value = counter_value,
};
