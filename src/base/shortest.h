/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shortest decimal of a double, for base/number.c only. All in a header, because gcc would make
 * calls of the steps that hand structs over in memory, which is a tenth slower.
 *
 * The algorithm is Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles"): scaled
 * by one power of ten, the interval of all that rounds to a double is one to ten units wide, and
 * the result is an integer in it: the one multiple of ten, if there is one, or else the closest
 * one.
 */
#ifndef PML_BASE_SHORTEST_H
#define PML_BASE_SHORTEST_H

#include "base/pow10_table.h"

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 pml_uint128;

#define PML_STEP __attribute__((always_inline)) static inline

/* A finite double is significand * 2^exponent, where the significand has at most 53 bits. */
#define PML_HIDDEN_BIT (UINT64_C(1) << 52)
#define PML_EXPONENT_MIN (-1074)

/* Every double has a shortest decimal of at most this many digits. */
#define PML_DIGITS_MAX 17

struct pml_binary {
    uint64_t significand;
    int exponent;
};

/* (tens * 10 + last) * 10^(exponent - 16): exponent is that of the first of the 17 digits, and
 * there are 17, with zeros behind them where fewer would do. */
struct pml_decimal {
    uint64_t tens;
    uint64_t last;
    int exponent;
};

#define PML_TEN_TO_15 UINT64_C(1000000000000000)

/* The three functions below multiply by a scaled logarithm. tools/make_pow10_table.py proves them
 * for every exponent that a double has; gcc and clang shift negative numbers towards minus
 * infinity. */
static inline int pml_floor_log10_of_pow2(int exponent)
{
    return (exponent * 1262611) >> 22;
}

static inline int pml_floor_log10_of_three_quarters_pow2(int exponent)
{
    return (exponent * 1262611 - 524031) >> 22;
}

static inline int pml_floor_log2_of_pow10(int exponent)
{
    return (exponent * 1741647) >> 19;
}

/* factor * power / 2^128, rounded to odd: the lowest bit is also set if anything was cut off, so
 * that comparisons with even integers come out as with the exact value. Bits below the 68 that are
 * looked at are no more than the error of the table; tools/make_pow10_table.py proves that. */
static inline uint64_t pml_scale_to_odd(uint64_t factor, const struct pml_pow10 *power)
{
    pml_uint128 low = (pml_uint128)factor * power->low;
    pml_uint128 high = (pml_uint128)factor * power->high + (uint64_t)(low >> 64);
    uint64_t cut_off = (uint64_t)high | (uint64_t)low >> 60;
    return (uint64_t)(high >> 64) | (cut_off != 0);
}

/* Picks the shortest decimal, closest to exact, from the interval lower..upper. The three are in
 * quarters and rounded to odd; the result is in whole units. The interval is at least one unit and
 * less than ten units wide, so it holds at most one multiple of ten, which is then the shortest. */
static inline uint64_t pml_pick_shortest(uint64_t lower, uint64_t exact, uint64_t upper)
{
    uint64_t unit = exact / 4;
    uint64_t ten = unit / 10 * 10;
    bool is_ten_inside = lower <= 4 * ten;
    bool is_next_ten_inside = 4 * (ten + 10) <= upper;
    if (is_ten_inside != is_next_ten_inside) {
        return ten + (is_next_ten_inside ? 10 : 0);
    }
    bool is_unit_inside = lower <= 4 * unit;
    bool is_next_unit_inside = 4 * (unit + 1) <= upper;
    uint64_t half = 4 * unit + 2;
    bool is_next_closer = exact > half || (exact == half && unit % 2 == 1);
    return unit + (!is_unit_inside || (is_next_unit_inside && is_next_closer));
}

/* A double scaled by a power of ten, such that the interval of all that rounds to it is one to ten
 * units wide. */
struct pml_scaling {
    const struct pml_pow10 *power;
    int shift;    /* significand * 2^shift * power / 2^128 is in units */
    int exponent; /* of ten, of the unit */
};

PML_STEP struct pml_scaling pml_scaling_of(int exponent, int unit)
{
    return (struct pml_scaling){
        .power = &pml_pow10_table[-unit - PML_POW10_MIN],
        .shift = exponent + pml_floor_log2_of_pow10(-unit) + 1,
        .exponent = unit,
    };
}

/* The digits of a decimal in the interval: an integer of at most 17 digits. */
static inline uint64_t pml_exact_digits(const struct pml_scaling *scaling, uint64_t significand,
                                        bool is_lopsided)
{
    const struct pml_pow10 *power = scaling->power;
    int shift = scaling->shift;
    uint64_t quarters = 4 * significand;
    /* A tie rounds to the even significand: only then do the ends themselves round to value. */
    uint64_t is_open = significand & 1;
    uint64_t lower = pml_scale_to_odd((quarters - (is_lopsided ? 1 : 2)) << shift, power) + is_open;
    uint64_t exact = pml_scale_to_odd(quarters << shift, power);
    uint64_t upper = pml_scale_to_odd((quarters + 2) << shift, power) - is_open;
    return pml_pick_shortest(lower, exact, upper);
}

/* With its 17 digits. Whether it has them, or 16, is anybody's guess, so the first step is computed
 * instead of jumped over; only subnormal values need more. */
PML_STEP struct pml_decimal pml_decimal_of(uint64_t tens, uint64_t last, int unit)
{
    uint64_t is_short = tens < PML_TEN_TO_15;
    struct pml_decimal result = {
        .tens = tens + is_short * (9 * tens + last),
        .last = last - is_short * last,
        .exponent = unit + PML_DIGITS_MAX - 1 - (int)is_short,
    };
    while (__builtin_expect(result.tens < PML_TEN_TO_15, 0)) {
        result.tens *= 10;
        result.exponent--;
    }
    return result;
}

__attribute__((noinline)) static struct pml_decimal pml_exact_decimal(struct pml_scaling scaling,
                                                                      uint64_t significand,
                                                                      bool is_lopsided)
{
    uint64_t digits = pml_exact_digits(&scaling, significand, is_lopsided);
    return pml_decimal_of(digits / 10, digits % 10, scaling.exponent);
}

static inline bool pml_is_near(uint64_t a, uint64_t b)
{
    return a - b + 2 <= 4;
}

/* Value is scaled to a fixed point, whose distances are compared with half of the interval's
 * width. Both are within one of their last place: the table is above the truth by less than that,
 * and the rest is cut off. So comparisons are right unless both sides lie near each other, and
 * then, hardly ever, the ends of the interval are computed by themselves. It is not
 * zero. */
PML_STEP struct pml_decimal pml_shortest_decimal(struct pml_binary value)
{
    /* Below a power of two the doubles lie twice as close. */
    if (value.significand == PML_HIDDEN_BIT && value.exponent > PML_EXPONENT_MIN) {
        int unit = pml_floor_log10_of_three_quarters_pow2(value.exponent);
        return pml_exact_decimal(pml_scaling_of(value.exponent, unit), value.significand, true);
    }
    struct pml_scaling scaling =
        pml_scaling_of(value.exponent, pml_floor_log10_of_pow2(value.exponent));
    uint64_t factor = value.significand << scaling.shift;
    uint64_t low = (uint64_t)((pml_uint128)factor * scaling.power->low >> 64);
    pml_uint128 scaled = (pml_uint128)factor * scaling.power->high + low;
    uint64_t units = (uint64_t)(scaled >> 64);
    uint64_t fraction = (uint64_t)scaled;
    uint64_t tens = units / 10;
    uint64_t last = units - tens * 10;
    /* A unit is 2^60 here, so that ten of them fit. */
    uint64_t above_ten = last << 60 | fraction >> 4;
    uint64_t below_ten = (UINT64_C(10) << 60) - above_ten;
    uint64_t half_width = scaling.power->high >> (5 - scaling.shift);
    if ((int)pml_is_near(above_ten, half_width) | (int)pml_is_near(below_ten, half_width) |
        (int)pml_is_near(fraction, UINT64_C(1) << 63)) {
        return pml_exact_decimal(scaling, value.significand, false);
    }
    uint64_t is_ten_inside = above_ten < half_width;
    uint64_t is_next_ten_inside = below_ten < half_width;
    uint64_t is_none_inside = 1 ^ is_ten_inside ^ is_next_ten_inside;
    last = is_none_inside * (last + (fraction >> 63));
    return pml_decimal_of(tens + is_next_ten_inside, last, scaling.exponent);
}

#endif
