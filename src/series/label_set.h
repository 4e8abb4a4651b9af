/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The label values of one series: kept raw, to be compared exactly, and as text that was escaped
 * once, when the series was created.
 */
#ifndef PML_SERIES_LABEL_SET_H
#define PML_SERIES_LABEL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pml_label_set {
    uint64_t hash;      /* of the values; 0 for a set that no table holds */
    const char *values; /* one NUL-terminated string after the other */
    const char *text;   /* name="value",name2="value2"; not terminated; "" without labels */
    size_t text_size;
    size_t count; /* how many values */
} pml_label_set;

/* The hash of some values. */
uint64_t pml_label_hash(uint64_t seed, const char *const *values, size_t count);

/* True if a set holds exactly these values. */
bool pml_label_set_equals(const pml_label_set *set, uint64_t hash, const char *const *values,
                          size_t count);

/* Rising order of values, the first label first; for qsort-like use on sets of one family. */
int pml_label_set_compare(const pml_label_set *a, const pml_label_set *b);

/* The bytes that pml_label_set_write() needs for these names and values. */
size_t pml_label_set_size(const char *const *names, const char *const *values, size_t count);

/* Makes a set in memory of that size, which must live as long as the set. The values must be valid
   UTF-8. */
void pml_label_set_write(pml_label_set *set, char *memory, uint64_t hash, const char *const *names,
                         const char *const *values, size_t count);

#endif
