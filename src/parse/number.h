/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and times as documents spell them, read the same in every locale and rounding mode. */
#ifndef PML_PARSE_NUMBER_H
#define PML_PARSE_NUMBER_H

#include <promlet/parse.h>

#include <stdbool.h>

/* What a text is. */
typedef enum pml_spelling {
    PML_SPELLING_RIGHT,
    PML_SPELLING_WRONG,    /* no number */
    PML_SPELLING_TOO_LARGE /* a number beyond the largest double, or a time beyond 64 bits */
} pml_spelling;

/* The number that a text is, from its first byte to before end: decimal, with a fraction and an
   exponent or without; or `inf`, `infinity`, `nan` in letters of either case, the first two with a
   sign or without. */
pml_spelling pml_parse_number(const char *text, const char *end, promlet_parsed_number *number);

/* The time that a whole number of milliseconds is. */
pml_spelling pml_parse_milliseconds(const char *text, const char *end, promlet_parsed_time *time);

/* The time that a decimal number of seconds is; digits beyond the nanosecond are cut off. */
pml_spelling pml_parse_seconds(const char *text, const char *end, promlet_parsed_time *time);

/* An integer with a sign or without. */
pml_spelling pml_parse_integer(const char *text, const char *end, int64_t *value);

#endif
