/* SPDX-License-Identifier: Apache-2.0 */
/* A decimal number taken apart. */
#include "parse/digits.h"

#include "base/number.h"

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>

/* Exponents beyond are as good as infinite, whatever digits stand before them. */
#define EXPONENT_MAX INT64_C(1000000000000)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent that a text is; false if it is none. */
static bool read_exponent(const char *at, const char *end, int64_t *exponent)
{
    bool is_negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (at == end) {
        return false;
    }
    *exponent = 0;
    for (; at < end; at++) {
        if (!is_digit(*at)) {
            return false;
        }
        *exponent = *exponent < EXPONENT_MAX ? *exponent * 10 + (*at - '0') : *exponent;
    }
    *exponent = is_negative ? -*exponent : *exponent;
    return true;
}

/* Leaves out the zeros in front, and with them the point. */
static void skip_zeros(pml_digits *decimal)
{
    bool is_behind_point = false;
    while (decimal->first < decimal->end && (*decimal->first == '0' || *decimal->first == '.')) {
        is_behind_point = is_behind_point || *decimal->first == '.';
        decimal->point -= *decimal->first == '0';
        decimal->first++;
    }
}

bool pml_digits_read(const char *text, const char *end, pml_digits *decimal)
{
    const char *at = text;
    *decimal = (pml_digits){.is_negative = at < end && *at == '-'};
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    decimal->first = at;
    size_t digits = 0;
    const char *point = NULL;
    for (; at < end && (is_digit(*at) || (*at == '.' && point == NULL)); at++) {
        point = *at == '.' ? at : point;
        digits += *at != '.';
    }
    decimal->end = at;
    decimal->point = (point != NULL ? point : at) - decimal->first;
    int64_t exponent = 0;
    bool has_exponent = at < end && (*at == 'e' || *at == 'E');
    if (digits == 0 || (has_exponent ? !read_exponent(at + 1, end, &exponent) : at < end)) {
        return false;
    }
    skip_zeros(decimal);
    decimal->point += exponent;
    return true;
}

/* Digits that fit 64 bits. */
#define FAST_DIGITS 19

/* What the digits are without those that do not fit; *exponent is the power of ten behind them. */
static uint64_t take_digits(const pml_digits *decimal, int64_t *exponent, bool *is_whole)
{
    uint64_t digits = 0;
    int count = 0;
    *is_whole = true;
    for (const char *at = decimal->first; at < decimal->end; at++) {
        if (*at == '.') {
            continue;
        }
        if (count < FAST_DIGITS) {
            digits = digits * 10 + (uint64_t)(*at - '0');
            count++;
        } else {
            *is_whole = *is_whole && *at == '0';
        }
    }
    *exponent = decimal->point - count;
    return digits;
}

/* Longer ones round as the two do between which they are, if these agree. */
static bool find_fast(const pml_digits *decimal, double *value)
{
    int64_t exponent;
    bool is_whole;
    double above;
    uint64_t digits = take_digits(decimal, &exponent, &is_whole);
    return pml_closest_double(digits, exponent, value) &&
           (is_whole || (pml_closest_double(digits + 1, exponent, &above) && above == *value));
}

/* libc's answer, which is right to the last digit, but rounds as it is told. It is given no decimal
   point, which locales disagree about, and as many digits as can matter: no double, and nothing in
   the middle of two, has more than 768; a 1 stands for all that follow. */
static double ask_libc(const pml_digits *decimal)
{
    char text[900];
    size_t size = 0;
    bool has_more = false;
    for (const char *at = decimal->first; at < decimal->end; at++) {
        if (*at != '.' && size < 800) {
            text[size++] = *at;
        } else {
            has_more = has_more || (*at != '.' && *at != '0');
        }
    }
    text[size] = '1';
    size += has_more;
    (void)snprintf(text + size, sizeof text - size, "e%lld",
                   (long long)decimal->point - (long long)size);
    int mode = fegetround();
    (void)fesetround(FE_TONEAREST);
    double value = strtod(text, NULL);
    (void)fesetround(mode);
    return value;
}

double pml_digits_magnitude(const pml_digits *decimal)
{
    double value = 0;
    if (decimal->first == decimal->end || find_fast(decimal, &value)) {
        return value;
    }
    return ask_libc(decimal);
}
