/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doubles on which a number formatter goes wrong if it does: a fixed set around powers of two
 * and ten with every exponent, and as many random ones as wanted, among them halfway cases of 15 to
 * 17 digits.
 */
#ifndef TESTS_SUPPORT_NUMBER_VALUES_H
#define TESTS_SUPPORT_NUMBER_VALUES_H

#include "support/stress.h"

#include <math.h>
#include <string.h>

/* All are finite, above zero. */
typedef void number_visit_fn(double value, void *ctx);

#define NUMBER_NEIGHBOURS 16

static inline double number_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A value and those around it, on both sides. */
static inline void number_visit_around(double value, number_visit_fn *visit, void *ctx)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (uint64_t i = 0; i <= 2 * NUMBER_NEIGHBOURS; i++) {
        double neighbour = number_of_bits(bits + i - NUMBER_NEIGHBOURS);
        if (neighbour > 0 && isfinite(neighbour)) {
            visit(neighbour, ctx);
        }
    }
}

/* With this exponent: no bit of the fraction, each bit alone, each bit but one, all from a bit on,
   all up to a bit. */
static inline void number_visit_exponent(uint64_t biased, number_visit_fn *visit, void *ctx)
{
    const uint64_t all = (UINT64_C(1) << 52) - 1;
    const uint64_t exponent = biased << 52;
    if (biased > 0) {
        visit(number_of_bits(exponent), ctx);
    }
    visit(number_of_bits(exponent | all), ctx);
    for (unsigned bit = 0; bit < 52; bit++) {
        uint64_t alone = UINT64_C(1) << bit;
        visit(number_of_bits(exponent | alone), ctx);
        visit(number_of_bits(exponent | (all ^ alone)), ctx);
        visit(number_of_bits(exponent | (all >> (51 - bit))), ctx);
        visit(number_of_bits(exponent | (all & (all << bit))), ctx);
    }
}

static inline void number_visit_fixed(number_visit_fn *visit, void *ctx)
{
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        number_visit_around(ldexp(1, exponent), visit, ctx);
    }
    for (int exponent = -323; exponent <= 308; exponent++) {
        char text[16];
        (void)snprintf(text, sizeof text, "1e%d", exponent);
        number_visit_around(strtod(text, NULL), visit, ctx);
    }
    for (uint64_t biased = 0; biased < 0x7ff; biased++) {
        number_visit_exponent(biased, visit, ctx);
    }
}

/* ---- random ones ----------------------------------------------------------------------------- */

static inline uint64_t number_power(uint64_t base, unsigned exponent)
{
    uint64_t power = 1;
    for (; exponent > 0; exponent--) {
        power *= base;
    }
    return power;
}

static inline uint64_t number_between(uint64_t *random, uint64_t low, uint64_t high)
{
    return low + stress_random(random) % (high - low);
}

/* Lies exactly in the middle of two neighbouring decimals of 15, 16 or 17 digits: it has one digit
   more, a 5 at the end. An odd number divided by 2^places has as many places behind the point, the
   last of which is a 5. */
static inline double number_between_decimals(uint64_t *random)
{
    const uint64_t limit = UINT64_C(1) << 53;
    unsigned digits = 16 + (unsigned)(stress_random(random) % 3);
    /* 18 digits of which only one is behind the point have more bits than a double. */
    unsigned least_places = digits == 18 ? 2 : 1;
    unsigned places = least_places + (unsigned)(stress_random(random) % (23 - least_places));
    uint64_t low = number_power(10, digits - 1) / number_power(5, places) + 1;
    uint64_t high = number_power(10, digits) / number_power(5, places);
    uint64_t odd = number_between(random, low, high < limit ? high : limit) | 1;
    return ldexp((double)odd, -(int)places);
}

/* Lies below or above a decimal of at most 17 digits that is exactly in the middle of two doubles:
   an odd number of 54 bits times a power of two. So many fives and twos are in it that its last
   digits are zeros. */
static inline double number_beside_decimal(uint64_t *random)
{
    const uint64_t least = UINT64_C(1) << 53;
    for (;;) {
        unsigned fives = (unsigned)(stress_random(random) % 23);
        unsigned twos = (unsigned)(stress_random(random) % 70);
        uint64_t five = number_power(5, fives);
        uint64_t odd = number_between(random, least / five + 1, least / five * 2) | 1;
        uint64_t middle = odd * five;
        double last_place = pow(10, fives < twos ? fives : twos);
        bool is_short = (double)middle / last_place * pow(2, twos) < 1e17;
        if (is_short && middle > least && middle < 2 * least) {
            return ldexp((double)(middle / 2 + stress_random(random) % 2), (int)twos + 1);
        }
    }
}

/* What programs measure: a decimal of few digits. */
static inline double number_of_few_digits(uint64_t *random)
{
    uint64_t bits = stress_random(random);
    uint64_t limit = number_power(10, (unsigned)(bits % 15) + 1);
    double digits = (double)number_between(random, 1, limit);
    int exponent = (int)(bits >> 32) % 23;
    return bits >> 63 ? digits / pow(10, exponent) : digits * pow(10, exponent);
}

/* From 2^-20 to 2^76, where the notation changes. */
static inline double number_of_everyday_size(uint64_t *random)
{
    uint64_t bits = stress_random(random);
    return ldexp(1 + (double)(bits >> 12) * 0x1p-52, (int)(bits % 96) - 20);
}

static inline double number_of_any_bits(uint64_t *random)
{
    double value;
    do {
        value = fabs(number_of_bits(stress_random(random)));
    } while (value == 0 || !isfinite(value));
    return value;
}

/* The next of a series in which kinds alternate, and in one of them the exponents. */
static inline double number_draw(uint64_t turn, uint64_t *random)
{
    switch (turn % 8) {
    case 0:
        return number_between_decimals(random);
    case 1:
        return number_beside_decimal(random);
    case 2:
        return number_of_few_digits(random);
    case 3:
        return number_of_everyday_size(random);
    case 4:
        return number_of_bits(turn / 8 % 0x7ff << 52 | stress_random(random) >> 12 | 1);
    default:
        return number_of_any_bits(random);
    }
}

#endif
