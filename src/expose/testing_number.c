/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in documents, read the same in every locale. */
#include "expose/testing_number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool pml_testing_is(pml_testing_part part, const char *text)
{
    return strlen(text) == part.size && memcmp(text, part.bytes, part.size) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number whose point is moved behind its last digit, because strtod() asks the locale how a point
   looks. */
typedef struct pointless {
    char text[400];
    size_t size;
    long exponent;
} pointless;

/* Takes digits and perhaps a point; false if there is no digit, or there are too many. */
static bool take_digits(pointless *number, const char **at, const char *end)
{
    bool is_behind_point = false;
    size_t digits = 0;
    for (; *at < end && (is_digit(**at) || (**at == '.' && !is_behind_point)); (*at)++) {
        if (**at == '.') {
            is_behind_point = true;
            continue;
        }
        if (number->size >= sizeof number->text - 30) {
            return false;
        }
        number->text[number->size++] = **at;
        number->exponent -= is_behind_point;
        digits++;
    }
    return digits > 0;
}

static bool take_exponent(pointless *number, const char **at, const char *end)
{
    if (*at == end) {
        return true;
    }
    if (**at != 'e' && **at != 'E') {
        return false;
    }
    (*at)++;
    bool is_negative = *at < end && **at == '-';
    if (*at < end && (**at == '-' || **at == '+')) {
        (*at)++;
    }
    long exponent = 0;
    const char *first = *at;
    for (; *at < end && is_digit(**at) && exponent < 100000; (*at)++) {
        exponent = exponent * 10 + (**at - '0');
    }
    number->exponent += is_negative ? -exponent : exponent;
    return *at > first && *at == end;
}

bool pml_testing_number(pml_testing_part value, double *number)
{
    if (pml_testing_is(value, "NaN")) {
        *number = NAN;
        return true;
    }
    if (pml_testing_is(value, "+Inf") || pml_testing_is(value, "-Inf") ||
        pml_testing_is(value, "Inf")) {
        *number = value.bytes[0] == '-' ? -INFINITY : INFINITY;
        return true;
    }
    pointless text = {.size = 0};
    const char *at = value.bytes;
    const char *end = at + value.size;
    if (at < end && (*at == '-' || *at == '+')) {
        text.text[text.size++] = *at++;
    }
    if (!take_digits(&text, &at, end) || !take_exponent(&text, &at, end)) {
        return false;
    }
    (void)snprintf(text.text + text.size, sizeof text.text - text.size, "e%ld", text.exponent);
    *number = strtod(text.text, NULL);
    return true;
}

static bool is_whole(pml_testing_part value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (!is_digit(value.bytes[i])) {
            return false;
        }
    }
    return value.size > 0;
}

bool pml_testing_is_same_number(pml_testing_part a, pml_testing_part b)
{
    if (is_whole(a) && is_whole(b)) { /* a double would round them */
        return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
    }
    double x;
    double y;
    if (!pml_testing_number(a, &x) || !pml_testing_number(b, &y)) {
        return false;
    }
    return (isnan(x) && isnan(y)) || (x <= y && x >= y);
}
