/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and times from text. */
#include "parse/number.h"

#include "parse/digits.h"

#include <math.h>
#include <stddef.h>

#define NANOSECONDS 1000000000u

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A word in lower case, in letters of either case; <ctype.h> would ask the locale. */
static bool is_word(const char *text, const char *end, const char *word)
{
    for (; text < end && *word != '\0'; text++, word++) {
        if ((*text | 0x20) != *word) {
            return false;
        }
    }
    return text == end && *word == '\0';
}

static bool read_special(const char *text, const char *end, double *value)
{
    if (is_word(text, end, "nan")) {
        *value = NAN;
        return true;
    }
    bool is_negative = text < end && *text == '-';
    text += text < end && (*text == '-' || *text == '+');
    *value = is_negative ? -INFINITY : INFINITY;
    return is_word(text, end, "inf") || is_word(text, end, "infinity");
}

/* Digits that make an integer below 2^64; false for anything else. */
static bool read_whole(const char *text, const char *end, uint64_t *whole)
{
    *whole = 0;
    for (const char *at = text; at < end; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (digit > 9 || __builtin_mul_overflow(*whole, 10, whole) ||
            __builtin_add_overflow(*whole, digit, whole)) {
            return false;
        }
    }
    return end > text;
}

pml_spelling pml_parse_number(const char *text, const char *end, promlet_parsed_number *number)
{
    *number = (promlet_parsed_number){.is_whole = false};
    uint64_t whole;
    if (read_whole(text, end, &whole)) {
        number->whole = whole;
        number->is_whole = true;
        if (whole <= UINT64_C(1) << 53) {
            /* From a uint64_t, clang's zero is a difference, which is -0 when rounding down. */
            number->real = (double)(int64_t)whole;
            return PML_SPELLING_RIGHT;
        }
    }
    pml_digits decimal;
    if (!pml_digits_read(text, end, &decimal)) {
        return read_special(text, end, &number->real) ? PML_SPELLING_RIGHT : PML_SPELLING_WRONG;
    }
    number->real = pml_digits_magnitude(&decimal);
    if (isinf(number->real)) {
        return PML_SPELLING_TOO_LARGE;
    }
    number->real = decimal.is_negative ? -number->real : number->real;
    return PML_SPELLING_RIGHT;
}

pml_spelling pml_parse_integer(const char *text, const char *end, int64_t *value)
{
    bool is_negative = text < end && *text == '-';
    text += text < end && (*text == '-' || *text == '+');
    uint64_t magnitude;
    if (read_whole(text, end, &magnitude) && magnitude <= (uint64_t)INT64_MAX + is_negative) {
        *value = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
        return PML_SPELLING_RIGHT;
    }
    const char *at = text;
    while (at < end && is_digit(*at)) {
        at++;
    }
    return at == end && at > text ? PML_SPELLING_TOO_LARGE : PML_SPELLING_WRONG;
}

/* The time that so many seconds and nanoseconds before or after 1970 are. */
static promlet_parsed_time time_of(bool is_negative, int64_t seconds, uint32_t nanoseconds)
{
    if (!is_negative || nanoseconds == 0) {
        return (promlet_parsed_time){is_negative ? -seconds : seconds, nanoseconds};
    }
    return (promlet_parsed_time){-seconds - 1, NANOSECONDS - nanoseconds};
}

pml_spelling pml_parse_milliseconds(const char *text, const char *end, promlet_parsed_time *time)
{
    int64_t value;
    pml_spelling spelling = pml_parse_integer(text, end, &value);
    if (spelling == PML_SPELLING_RIGHT) {
        uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        *time = time_of(value < 0, (int64_t)(magnitude / 1000),
                        (uint32_t)(magnitude % 1000) * (NANOSECONDS / 1000));
    }
    return spelling;
}

/* The next digit; 0 behind the last one. */
static unsigned next_digit(pml_digits *decimal)
{
    if (decimal->first < decimal->end && *decimal->first == '.') {
        decimal->first++;
    }
    return decimal->first < decimal->end ? (unsigned)(*decimal->first++ - '0') : 0;
}

pml_spelling pml_parse_seconds(const char *text, const char *end, promlet_parsed_time *time)
{
    pml_digits decimal;
    if (!pml_digits_read(text, end, &decimal)) {
        return PML_SPELLING_WRONG;
    }
    if (decimal.first == decimal.end) {
        *time = (promlet_parsed_time){0, 0};
        return PML_SPELLING_RIGHT;
    }
    if (decimal.point > 19) {
        return PML_SPELLING_TOO_LARGE;
    }
    uint64_t seconds = 0;
    for (int64_t i = 0; i < decimal.point; i++) {
        seconds = seconds * 10 + next_digit(&decimal);
    }
    uint32_t nanoseconds = 0;
    for (int64_t i = decimal.point < -9  ? -9
                     : decimal.point < 0 ? decimal.point
                                         : 0,
                 digit = 0;
         digit < 9; digit++, i++) {
        nanoseconds = nanoseconds * 10 + (i < 0 ? 0 : next_digit(&decimal));
    }
    if (seconds >= INT64_MAX) {
        return PML_SPELLING_TOO_LARGE;
    }
    *time = time_of(decimal.is_negative, (int64_t)seconds, nanoseconds);
    return PML_SPELLING_RIGHT;
}
