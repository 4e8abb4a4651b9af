/* SPDX-License-Identifier: Apache-2.0 */
/* Compares decimals with binary numbers exactly: by integers as long as it takes, without a step
 * that could round. It knows nothing of how promlet finds its digits. */
#ifndef TESTS_SUPPORT_EXACT_DECIMAL_H
#define TESTS_SUPPORT_EXACT_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 exact_uint128;

/* The least double, in 17 digits, is something times 10^-340. */
#define EXACT_POWERS 341

/* 5^340 times a word has 853 bits. */
#define EXACT_WORDS 14

/* An integer, its lowest word first; the last of the words in use is not zero. */
typedef struct exact_integer {
    uint64_t words[EXACT_WORDS];
    size_t count;
} exact_integer;

static exact_integer exact_powers_of_five[EXACT_POWERS];

static inline exact_integer exact_product(const exact_integer *number, uint64_t factor)
{
    exact_integer result = {.count = number->count};
    uint64_t carry = 0;
    for (size_t i = 0; i < number->count; i++) {
        exact_uint128 product = (exact_uint128)number->words[i] * factor + carry;
        result.words[i] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
    if (carry != 0) {
        result.words[result.count++] = carry;
    }
    return result;
}

/* To be called once, before any thread compares. */
static inline void exact_start(void)
{
    exact_powers_of_five[0] = (exact_integer){.words = {1}, .count = 1};
    for (size_t i = 1; i < EXACT_POWERS; i++) {
        exact_powers_of_five[i] = exact_product(&exact_powers_of_five[i - 1], 5);
    }
}

static inline int exact_bit_count(const exact_integer *number)
{
    return (int)(64 * number->count) - __builtin_clzll(number->words[number->count - 1]);
}

/* number * 2^bits, which must have room. */
static inline exact_integer exact_shifted(const exact_integer *number, int bits)
{
    size_t words = (size_t)bits / 64;
    unsigned rest = (unsigned)bits % 64;
    exact_integer result = {.count = number->count + words};
    uint64_t carry = 0;
    for (size_t i = 0; i < number->count; i++) {
        result.words[words + i] = number->words[i] << rest | carry;
        carry = rest > 0 ? number->words[i] >> (64 - rest) : 0;
    }
    if (carry != 0) {
        result.words[result.count++] = carry;
    }
    return result;
}

static inline int exact_compare_integers(const exact_integer *left, const exact_integer *right)
{
    for (size_t i = left->count; i-- > 0;) {
        if (left->words[i] != right->words[i]) {
            return left->words[i] > right->words[i] ? 1 : -1;
        }
    }
    return 0;
}

/* Compares left * 2^left_shift with right * 2^right_shift. Only numbers of the same length are
   shifted, so there is room. */
static inline int exact_compare_shifted(const exact_integer *left, int left_shift,
                                        const exact_integer *right, int right_shift)
{
    int longer = exact_bit_count(left) + left_shift - exact_bit_count(right) - right_shift;
    if (longer != 0) {
        return longer > 0 ? 1 : -1;
    }
    if (left_shift > right_shift) {
        exact_integer shifted = exact_shifted(left, left_shift - right_shift);
        return exact_compare_integers(&shifted, right);
    }
    exact_integer shifted = exact_shifted(right, right_shift - left_shift);
    return exact_compare_integers(left, &shifted);
}

/* Below 0, 0 or above 0 as digits * 10^exponent10 is less than, equal to or greater than
   factor * 2^exponent2. Neither digits nor factor is zero. */
static inline int exact_compare(uint64_t digits, int exponent10, uint64_t factor, int exponent2)
{
    exact_integer left = {.words = {digits}, .count = 1};
    exact_integer right = {.words = {factor}, .count = 1};
    if (exponent10 >= 0) {
        left = exact_product(&exact_powers_of_five[exponent10], digits);
    } else {
        right = exact_product(&exact_powers_of_five[-exponent10], factor);
    }
    return exact_compare_shifted(&left, exponent10, &right, exponent2);
}

#endif
