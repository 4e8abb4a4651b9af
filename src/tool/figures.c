/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text, and back. The command never sets a locale for numbers, so a point is a point. */
#include "tool/figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- exact ----------------------------------------------------------------------------------- */

void pml_figure_put_real(pml_buffer *to, double value)
{
    char text[40];
    if (isnan(value) || isinf(value)) {
        pml_buffer_text(to, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    if (fabs(value) < 1e15 && value == floor(value)) {
        (void)snprintf(text, sizeof text, "%.0f", value); /* no exponent where none is needed */
    }
    pml_buffer_text(to, text);
}

void pml_figure_put(pml_buffer *to, const promlet_parsed_number *number)
{
    if (number->is_whole) {
        pml_buffer_format(to, "%" PRIu64, number->whole);
    } else {
        pml_figure_put_real(to, number->real);
    }
}

/* strtod() knows more than documents do: blanks, hexadecimal digits, and names for kinds of NaN.
   What is beyond the largest double is no infinity. */
bool pml_figure_read(const char *text, double *value)
{
    char *end;
    if (text == NULL || *text == '\0' || strpbrk(text, " \t\n\v\f\rxX(") != NULL) {
        return false;
    }
    *value = strtod(text, &end);
    bool is_too_large = isinf(*value) && strpbrk(text, "0123456789") != NULL;
    return *end == '\0' && !isnan(*value) && !is_too_large;
}

/* ---- short ----------------------------------------------------------------------------------- */

typedef struct step {
    double factor;
    const char *name;
} step;

static const step plain_steps[] = {{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"},
                                   {1e6, "M"},  {1e3, "k"},  {1, ""}};
static const step second_steps[] = {{86400, "d"}, {3600, "h"},  {1, "s"},
                                    {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}};
static const step byte_steps[] = {{0x1p60, "EiB"}, {0x1p50, "PiB"}, {0x1p40, "TiB"},
                                  {0x1p30, "GiB"}, {0x1p20, "MiB"}, {0x1p10, "KiB"},
                                  {1, "B"}};

static const step *steps_of(pml_unit unit, size_t *count)
{
    switch (unit) {
    case PML_UNIT_SECONDS:
        *count = sizeof second_steps / sizeof second_steps[0];
        return second_steps;
    case PML_UNIT_BYTES:
        *count = sizeof byte_steps / sizeof byte_steps[0];
        return byte_steps;
    case PML_UNIT_NONE:
        break;
    }
    *count = sizeof plain_steps / sizeof plain_steps[0];
    return plain_steps;
}

#define MOST_COLUMNS 7

/* What would need four digits is the next step's. Hours begin late: 3600s says more. */
static bool is_at_least(double size, const step *at, pml_unit unit)
{
    bool is_late = *at->name == 'h' || *at->name == 'd';
    return size >= at->factor * (is_late ? 2.8 : unit == PML_UNIT_BYTES ? 0.976 : 0.9995);
}

void pml_figure_short(char text[PML_FIGURE_SIZE], double value, pml_unit unit)
{
    double size = fabs(value);
    if (isnan(value) || isinf(value)) {
        (void)snprintf(text, PML_FIGURE_SIZE, "%s",
                       isnan(value) ? "-"
                       : value > 0  ? "+Inf"
                                    : "-Inf");
        return;
    }
    size_t count;
    const step *at = steps_of(unit, &count);
    const step *last = at + count - 1;
    while (at < last && !is_at_least(size, at, unit)) {
        at++;
    }
    double scaled = value / at->factor;
    int columns = 0;
    if (size == 0 || (at->factor == 1 && value == floor(value))) {
        (void)snprintf(text, PML_FIGURE_SIZE, "%.0f%s", value, at->factor == 1 ? at->name : "");
    } else if (at == last && fabs(scaled) < 0.01) {
        (void)snprintf(text, PML_FIGURE_SIZE, "%.0e", value);
    } else {
        int decimals = fabs(scaled) < 9.995 ? 2 : fabs(scaled) < 99.95 ? 1 : 0;
        decimals -= value < 0 && decimals > 0; /* a column for the sign */
        columns = snprintf(text, PML_FIGURE_SIZE, "%.*f%s", decimals, scaled, at->name);
    }
    if (columns > MOST_COLUMNS) { /* beyond the last step; cut, it would look like a smaller one */
        (void)snprintf(text, PML_FIGURE_SIZE, "%.0e", value);
    }
}

void pml_figure_age(char text[PML_FIGURE_SIZE], double seconds)
{
    static const step steps[] = {{31557600, "y"}, {7 * 86400, "w"}, {86400, "d"},
                                 {3600, "h"},     {60, "m"},        {1, "s"}};
    /* What would need three digits is the next step's. */
    static const double begins[] = {100 * 7 * 86400., 100 * 86400., 100 * 3600., 6000, 100, 0};
    double size = fabs(seconds);
    size_t i = 0;
    while (size < begins[i]) {
        i++;
    }
    double count = floor(size / steps[i].factor);
    (void)snprintf(text, PML_FIGURE_SIZE, seconds < 0 && count > 0 ? "in %.0f%s" : "%.0f%s ago",
                   count, steps[i].name);
}

/* ---- units ----------------------------------------------------------------------------------- */

static bool has_word(const promlet_parsed_text *name, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= name->size; i++) {
        bool begins = i == 0 || name->bytes[i - 1] == '_' || name->bytes[i - 1] == '.';
        bool ends =
            i + size == name->size || name->bytes[i + size] == '_' || name->bytes[i + size] == '.';
        if (begins && ends && memcmp(name->bytes + i, word, size) == 0) {
            return true;
        }
    }
    return false;
}

pml_unit pml_figure_unit_of(const promlet_parsed_family *family)
{
    const promlet_parsed_text *text = family->unit.size > 0 ? &family->unit : &family->name;
    if (has_word(text, "seconds")) {
        return PML_UNIT_SECONDS;
    }
    return has_word(text, "bytes") ? PML_UNIT_BYTES : PML_UNIT_NONE;
}
