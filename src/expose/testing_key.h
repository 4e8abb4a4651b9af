/* SPDX-License-Identifier: Apache-2.0 */
/* What tells one sample from another, as one string. */
#ifndef PML_EXPOSE_TESTING_KEY_H
#define PML_EXPOSE_TESTING_KEY_H

#include "expose/testing_number.h"

#include <stddef.h>

/* The most labels of a sample. */
#define PML_TESTING_LABELS 128

typedef struct pml_testing_label {
    pml_testing_part name;
    pml_testing_part value; /* escaped */
} pml_testing_label;

/* As strcmp(). */
int pml_testing_compare_parts(pml_testing_part a, pml_testing_part b);

/* name{label="value",...} in order of the labels' names; NULL when out of memory. Sorts labels. */
char *pml_testing_make_key(pml_testing_part name, pml_testing_label *labels, size_t count);

/* The key of a sample that is given as its name and pairs of label names and values; NULL when out
   of memory, or, with *fault set, when it can't be one. */
char *pml_testing_key(const char *const *sample, size_t count, const char **fault);

#endif
