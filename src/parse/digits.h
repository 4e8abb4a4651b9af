/* SPDX-License-Identifier: Apache-2.0 */
/* A decimal number taken apart. */
#ifndef PML_PARSE_DIGITS_H
#define PML_PARSE_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* (-1)^is_negative * 0.digits * 10^point, where digits stand from `first` to before `end`, with a
   decimal point among them that means nothing. Zeros in front are left out; zero has no digits. */
typedef struct pml_digits {
    const char *first;
    const char *end;
    int64_t point;
    bool is_negative;
} pml_digits;

/* False if the text is none: [sign] digits [. digits] [e [sign] digits], where one of the digits
   around the point may be missing. */
bool pml_digits_read(const char *text, const char *end, pml_digits *decimal);

/* The double that is closest to its magnitude, the even one of two; infinity if none is near. */
double pml_digits_magnitude(const pml_digits *decimal);

#endif
