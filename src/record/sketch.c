/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the bins of a power of two end. A quadratic, x(4-x)/3, stands for the logarithm of 1+x: it
 * takes no libm in the recording, and needs 8 % more bins than the logarithm, which makes all as
 * wide as they may be. Bins of equal width within a power of two would take two thirds more.
 */
#include "record/sketch.h"

#include "base/atomic.h"

#include <math.h>
#include <stdbool.h>

#define FRACTION_BITS 52
#define EXPONENT_BIAS 1023
#define LOWEST_EXPONENT (-30)
#define LOWEST_MAGNITUDE 0x1p-30

/* ---- bins ------------------------------------------------------------------------------------ */

/* Of a magnitude from 2^LOWEST_EXPONENT on. */
static size_t bin_of_magnitude(uint64_t bits)
{
    int octave = (int)(bits >> FRACTION_BITS) - EXPONENT_BIAS - LOWEST_EXPONENT;
    if (octave >= PML_SKETCH_OCTAVES) {
        return PML_SKETCH_SIDE - 1;
    }
    uint64_t fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
    double x = (double)fraction / (double)(UINT64_C(1) << FRACTION_BITS);
    double place = (octave + x * (4 - x) / 3) * PML_SKETCH_BINS_AN_OCTAVE;
    /* Rounding can make of the last place of an octave the first one of the next. */
    return place < PML_SKETCH_SIDE ? (size_t)place : PML_SKETCH_SIDE - 1;
}

static size_t bin_of(double value)
{
    double magnitude = fabs(value);
    if (magnitude < LOWEST_MAGNITUDE) {
        return PML_SKETCH_SIDE;
    }
    size_t at = bin_of_magnitude(pml_bits_of_double(magnitude));
    return value > 0 ? PML_SKETCH_SIDE + 1 + at : PML_SKETCH_SIDE - 1 - at;
}

/* Where a bin of positive values begins; the inverse of bin_of_magnitude(). */
static double edge_of(size_t at)
{
    int octave = (int)(at / PML_SKETCH_BINS_AN_OCTAVE);
    double part = (double)(at % PML_SKETCH_BINS_AN_OCTAVE) / PML_SKETCH_BINS_AN_OCTAVE;
    double x = 2 - sqrt(4 - 3 * part);
    return ldexp(1 + x, octave + LOWEST_EXPONENT);
}

/* The value that is as far, relatively, from one end of a bin as from the other. */
static double middle_of(size_t at)
{
    double begin = edge_of(at);
    double end = edge_of(at + 1);
    return 2 * begin * end / (begin + end);
}

static double value_of(size_t bin)
{
    if (bin == PML_SKETCH_SIDE) {
        return 0;
    }
    return bin > PML_SKETCH_SIDE ? middle_of(bin - PML_SKETCH_SIDE - 1)
                                 : -middle_of(PML_SKETCH_SIDE - 1 - bin);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The upper half of a word is the period, modulo 2^32: with periods of 0.2 s and more, what was
   left behind in one that is taken for another is 27 years old. */
static uint32_t period_of(uint64_t word)
{
    return (uint32_t)(word >> 32);
}

static uint32_t count_of(uint64_t word)
{
    return (uint32_t)word;
}

/* The word with one more; the word itself where that can't be counted: 2^32 in one period, or a
   recorder that was stopped for so long that the word is of a later period. */
static uint64_t one_more(uint64_t word, uint32_t period)
{
    uint32_t ahead = period_of(word) - period;
    if (count_of(word) == 0 || ahead > UINT32_MAX / 2) {
        return (uint64_t)period << 32 | 1;
    }
    return ahead == 0 && count_of(word) < UINT32_MAX ? word + 1 : word;
}

static void count_in(uint64_t *word, uint32_t period)
{
    /* relaxed: a word stands for itself alone, period and count together. */
    uint64_t old = pml_word_load_relaxed(word);
    uint64_t next;
    do {
        next = one_more(old, period);
        /* relaxed: as above. Lock-free: a failed exchange means that another thread got on. */
    } while (next != old && !pml_word_exchange_if_relaxed(word, &old, next));
}

static void raise_to(uint64_t *word, uint64_t value)
{
    /* relaxed: it only grows; who has seen it large enough leaves it alone. */
    uint64_t old = pml_word_load_relaxed(word);
    /* relaxed: as above. */
    while (old < value && !pml_word_exchange_if_relaxed(word, &old, value)) {
    }
}

/* ---- recording and reading ------------------------------------------------------------------- */

void pml_sketch_start(pml_sketch *sketch, uint64_t window_ns)
{
    sketch->period_ns = (window_ns + PML_SKETCH_PERIODS - 1) / PML_SKETCH_PERIODS;
}

void pml_sketch_record(pml_sketch *sketch, double value, uint64_t now_ns)
{
    uint64_t period = now_ns / sketch->period_ns;
    size_t bin = bin_of(value);
    raise_to(&sketch->lowest_from_top, PML_SKETCH_BINS - 1 - bin);
    raise_to(&sketch->highest, bin);
    count_in(&sketch->words[bin][period % PML_SKETCH_PERIODS], (uint32_t)period);
}

/* The values of a bin in the window that ends in a period. */
static uint64_t count_in_window(const pml_sketch *sketch, size_t bin, uint32_t period)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < PML_SKETCH_PERIODS; i++) {
        /* relaxed: a word stands for itself alone. */
        uint64_t word = pml_word_load_relaxed(&sketch->words[bin][i]);
        uint32_t age = period - period_of(word);
        sum += age < PML_SKETCH_PERIODS ? count_of(word) : 0;
    }
    return sum;
}

/* The bins that were ever used; none at all where first is above last. */
typedef struct bin_range {
    size_t first;
    size_t last;
} bin_range;

static bin_range used_bins(const pml_sketch *sketch)
{
    /* relaxed: whoever knows of a recording has seen the bounds that it saw, or wider ones. */
    size_t first = PML_SKETCH_BINS - 1 - pml_word_load_relaxed(&sketch->lowest_from_top);
    /* relaxed: as above. */
    return (bin_range){first, pml_word_load_relaxed(&sketch->highest)};
}

static uint64_t count_all(const pml_sketch *sketch, bin_range bins, uint32_t period)
{
    uint64_t total = 0;
    for (size_t bin = bins.first; bin <= bins.last; bin++) {
        total += count_in_window(sketch, bin, period);
    }
    return total;
}

/* How many values must lie below the one at a quantile. One ulp less than the product, because such
   as 0.07 * 100 may come out above the integer. */
static double values_below(double quantile, uint64_t total)
{
    return ceil(nextafter(quantile * (double)total, 0)) - 1;
}

/* The first pass tells the ranks and the second looks for them. Between the two counts may change;
   then it is the quantile of something between what was and what is. */
void pml_sketch_read(const pml_sketch *sketch, uint64_t now_ns, const double *quantiles,
                     size_t count, double *values)
{
    uint32_t period = (uint32_t)(now_ns / sketch->period_ns);
    bin_range bins = used_bins(sketch);
    uint64_t total = count_all(sketch, bins, period);
    uint64_t below = 0;
    size_t found = 0;
    size_t last = PML_SKETCH_BINS; /* the highest bin that holds something */
    for (size_t bin = bins.first; bin <= bins.last && found < count; bin++) {
        uint64_t here = count_in_window(sketch, bin, period);
        last = here > 0 ? bin : last;
        below += here;
        while (here > 0 && found < count && values_below(quantiles[found], total) < (double)below) {
            values[found++] = value_of(bin);
        }
    }
    while (found < count) { /* there is nothing, or less than a moment ago */
        values[found++] = last < PML_SKETCH_BINS ? value_of(last) : NAN;
    }
}

void pml_sketch_clear(pml_sketch *sketch)
{
    uint64_t *word = sketch->words[0];
    for (size_t i = 0; i < PML_SKETCH_PERIODS * PML_SKETCH_BINS; i++) {
        /* relaxed: a word stands for itself alone. Read first, because most are 0, and what is
           never written to takes no memory. */
        if (pml_word_load_relaxed(&word[i]) != 0) {
            /* relaxed: as above. */
            pml_word_store_relaxed(&word[i], 0);
        }
    }
}
