/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a document, and the numbers that they stand for. */
#ifndef PML_EXPOSE_TESTING_NUMBER_H
#define PML_EXPOSE_TESTING_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* A part of the document, or of another string; not terminated. */
typedef struct pml_testing_part {
    const char *bytes;
    size_t size;
} pml_testing_part;

bool pml_testing_is(pml_testing_part part, const char *text);

/* The number that a value stands for, whatever the locale; false if it stands for none. */
bool pml_testing_number(pml_testing_part value, double *number);

/* Both values are the same number. */
bool pml_testing_is_same_number(pml_testing_part a, pml_testing_part b);

#endif
