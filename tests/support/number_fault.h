/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Says what is wrong with the texts of a number, by what base/number.h promises alone: that strtod
 * reads it back, that no shorter decimal would be read back, that none of that length is closer,
 * and how it is written down.
 */
#ifndef TESTS_SUPPORT_NUMBER_FAULT_H
#define TESTS_SUPPORT_NUMBER_FAULT_H

#include "support/exact_decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX_DIGITS UINT64_C(99999999999999999)

/* digits * 10^exponent, digits without zeros at either end. */
typedef struct number_decimal {
    uint64_t digits;
    int exponent;
} number_decimal;

/* The doubles around value lie further away than lower and upper, which are times 2^exponent, as is
   exact. What lies on them is read as value only if they are its own. */
typedef struct number_interval {
    uint64_t lower;
    uint64_t exact;
    uint64_t upper;
    int exponent;
    bool is_closed;
} number_interval;

static inline uint64_t number_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Of a finite value that is not zero; its sign does not matter. */
static inline number_interval number_interval_of(double value)
{
    int biased = (int)(number_bits(value) >> 52) & 0x7ff;
    uint64_t significand = number_bits(value) & ((UINT64_C(1) << 52) - 1);
    bool is_lopsided = significand == 0 && biased > 1;
    significand |= (uint64_t)(biased > 0) << 52;
    return (number_interval){.lower = 4 * significand - (is_lopsided ? 1 : 2),
                             .exact = 4 * significand,
                             .upper = 4 * significand + 2,
                             .exponent = (biased > 0 ? biased : 1) - 1075 - 2,
                             .is_closed = significand % 2 == 0};
}

static inline bool number_is_above_lower(const number_interval *interval, number_decimal decimal)
{
    int order =
        exact_compare(decimal.digits, decimal.exponent, interval->lower, interval->exponent);
    return order > 0 || (order == 0 && interval->is_closed);
}

static inline bool number_is_below_upper(const number_interval *interval, number_decimal decimal)
{
    int order =
        exact_compare(decimal.digits, decimal.exponent, interval->upper, interval->exponent);
    return order < 0 || (order == 0 && interval->is_closed);
}

/* The decimal of a text, whatever its notation. False: it is not one of 1 to 17 digits. */
static inline bool number_parse(const char *text, number_decimal *decimal)
{
    const char *next = text + (*text == '-');
    int zeros = 0; /* since the last other digit */
    bool is_behind_point = false;
    *decimal = (number_decimal){0, 0};
    for (; (*next >= '0' && *next <= '9') || *next == '.'; next++) {
        if (*next == '.') {
            is_behind_point = true;
            continue;
        }
        decimal->exponent -= is_behind_point;
        zeros++;
        if (*next != '0') {
            for (; zeros > 0 && decimal->digits <= NUMBER_MAX_DIGITS; zeros--) {
                decimal->digits *= 10;
            }
            zeros = 0;
            decimal->digits += (uint64_t)(*next - '0');
        }
        if (decimal->digits > NUMBER_MAX_DIGITS) {
            return false;
        }
    }
    decimal->exponent += zeros;
    if (*next == 'e') {
        char *end;
        decimal->exponent += (int)strtol(next + 1, &end, 10);
        next = end;
    }
    return *next == '\0' && decimal->digits != 0;
}

/* NULL if the decimal is the right one for this value. */
static inline const char *number_decimal_fault(double value, number_decimal decimal)
{
    const number_interval interval = number_interval_of(value);
    if (!number_is_above_lower(&interval, decimal) || !number_is_below_upper(&interval, decimal)) {
        return "is read as another number";
    }
    /* If any decimal with fewer digits is in the interval, then one of the two around this one
       with a digit less: all others lie farther out on the same side. */
    number_decimal shorter = {decimal.digits / 10, decimal.exponent + 1};
    if (shorter.digits > 0 && number_is_above_lower(&interval, shorter)) {
        return "is not the shortest";
    }
    shorter.digits++;
    if (decimal.digits >= 10 && number_is_below_upper(&interval, shorter)) {
        return "is not the shortest";
    }
    /* Halfway to the neighbours of the same length: beyond these they are closer, unless they are
       read as another number. */
    number_decimal below = {decimal.digits - 1, decimal.exponent};
    number_decimal above = {decimal.digits + 1, decimal.exponent};
    int order_below = exact_compare(2 * decimal.digits - 1, decimal.exponent, 2 * interval.exact,
                                    interval.exponent);
    int order_above = exact_compare(2 * decimal.digits + 1, decimal.exponent, 2 * interval.exact,
                                    interval.exponent);
    bool is_odd = decimal.digits % 2 == 1;
    if ((order_below > 0 || (order_below == 0 && is_odd)) && below.digits > 0 &&
        number_is_above_lower(&interval, below)) {
        return "is not the closest";
    }
    if ((order_above < 0 || (order_above == 0 && is_odd)) &&
        number_is_below_upper(&interval, above)) {
        return "is not the closest";
    }
    return NULL;
}

/* ---- how it is written ----------------------------------------------------------------------- */

/* The characters of digits, and their count. */
static inline int number_put_digits(uint64_t digits, char *out)
{
    char reversed[20];
    int count = 0;
    for (; digits > 0; digits /= 10) {
        reversed[count++] = (char)('0' + digits % 10);
    }
    for (int i = 0; i < count; i++) {
        out[i] = reversed[count - 1 - i];
    }
    return count;
}

/* Returns the length; at least one digit stands before the point. */
static inline size_t number_put_plain(number_decimal decimal, char *out)
{
    char digits[20];
    char *next = out;
    int count = number_put_digits(decimal.digits, digits);
    int point = count + decimal.exponent; /* how many digits stand before it */
    for (int i = point < 1 ? point - 1 : 0; i < count || i < point; i++) {
        if (i == point && point >= 1) {
            *next++ = '.';
        }
        *next++ = i >= 0 && i < count ? digits[i] : '0';
        if (i == point - 1 && point < 1) {
            *next++ = '.';
        }
    }
    return (size_t)(next - out);
}

static inline size_t number_put_exponent(number_decimal decimal, char *out)
{
    char digits[20];
    int count = number_put_digits(decimal.digits, digits);
    int exponent = decimal.exponent + count - 1;
    char *next = out;
    *next++ = digits[0];
    if (count > 1) {
        *next++ = '.';
        memcpy(next, digits + 1, (size_t)count - 1);
        next += count - 1;
    }
    *next++ = 'e';
    *next++ = exponent < 0 ? '-' : '+';
    exponent = abs(exponent);
    if (exponent >= 100) {
        *next++ = (char)('0' + exponent / 100);
    }
    *next++ = (char)('0' + exponent / 10 % 10);
    *next++ = (char)('0' + exponent % 10);
    return (size_t)(next - out);
}

/* What pml_format_double() promises. */
static inline size_t number_put_sample(double value, number_decimal decimal, char *out)
{
    char plain[400];
    size_t plain_size = number_put_plain(decimal, plain);
    size_t exponent_size = number_put_exponent(decimal, out);
    double magnitude = fabs(value);
    bool is_small_integer = magnitude < 0x1p53 && magnitude == floor(magnitude);
    if (!is_small_integer && exponent_size < plain_size) {
        return exponent_size;
    }
    memcpy(out, plain, plain_size);
    return plain_size;
}

/* What pml_format_bound() promises. */
static inline size_t number_put_bound(double value, number_decimal decimal, char *out)
{
    double magnitude = fabs(value);
    if (magnitude < 1e-4 || magnitude >= 1e6) {
        return number_put_exponent(decimal, out);
    }
    size_t size = number_put_plain(decimal, out);
    if (decimal.exponent >= 0) {
        memcpy(out + size, ".0", 2);
        size += 2;
    }
    return size;
}

static inline bool number_is_text(double value, const char *text, const char *expected, size_t size)
{
    bool is_negative = signbit(value);
    return *text == '-'
               ? is_negative && strlen(text + 1) == size && memcmp(text + 1, expected, size) == 0
               : !is_negative && strlen(text) == size && memcmp(text, expected, size) == 0;
}

/* What is wrong with the texts of a finite value that is not zero; NULL: nothing. */
static inline const char *number_fault(double value, const char *sample, const char *bound)
{
    char expected[400];
    number_decimal decimal;
    if (!number_parse(sample, &decimal)) {
        return "is no number of at most 17 digits";
    }
    const char *fault = number_decimal_fault(value, decimal);
    if (fault != NULL) {
        return fault;
    }
    if (!number_is_text(value, sample, expected, number_put_sample(value, decimal, expected))) {
        return "is written as no sample is";
    }
    if (!number_is_text(value, bound, expected, number_put_bound(value, decimal, expected))) {
        return "is written as no bound is";
    }
    char *end;
    double back = strtod(sample, &end);
    return *end != '\0' || number_bits(back) != number_bits(value) ? "is read as another by strtod"
                                                                   : NULL;
}

#endif
