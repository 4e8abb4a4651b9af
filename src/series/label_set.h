/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The label values of one series: kept raw, to be compared exactly, and as text that was escaped
 * once, when the series was created.
 */
#ifndef PML_SERIES_LABEL_SET_H
#define PML_SERIES_LABEL_SET_H

#include "base/text.h"
#include "series/label_query.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pml_label_set {
    const char *text; /* name="value","a name"="value2"; not terminated; "" without labels */
    uint32_t text_size;
    uint32_t values_size; /* of the values, which stand right before the text */
} pml_label_set;

/* What a set is made of. Only the values tell the sets of a family apart. */
typedef struct pml_labels {
    const pml_text *constant; /* as text, to stand in front of it; NULL for none */
    const char *const *names;
    const char *const *values; /* valid UTF-8 */
    size_t count;
    bool has_utf8_names; /* some name may not be plain, which is then looked for */
} pml_labels;

/* One NUL-terminated value after the other. 16 bytes can be read from wherever one begins. */
static inline const char *pml_label_set_values(const pml_label_set *set)
{
    return set->text - set->values_size;
}

/* True if a set holds exactly the values that are asked for. */
static inline bool pml_label_set_equals(const pml_label_set *set, const pml_label_query *query)
{
    return set->values_size == query->size &&
           pml_label_query_fits(query, pml_label_set_values(set));
}

/* Rising order of values, the first label first; for qsort-like use on sets of one family. */
int pml_label_set_compare(const pml_label_set *a, const pml_label_set *b);

/* A label value as it stands between the quotes in the text formats: its size, and writing it,
   which returns the end. Not terminated. */
size_t pml_label_value_size(const char *value);
char *pml_label_value_write(char *out, const char *value);

/* Labels as text: name="value","a name"="value2", with quotes where a name is not plain. The first
   says how many bytes the second writes, which returns where they end. */
uint64_t pml_label_text_size(const pml_labels *labels);
char *pml_label_text_write(char *out, const pml_labels *labels);

/* The bytes that pml_label_set_write() needs for these labels; more than any allocator has when
   they are too long for a set. */
size_t pml_label_set_size(const pml_labels *labels);

/* Makes a set in memory of that size, which must live as long as the set. */
void pml_label_set_write(pml_label_set *set, char *memory, const pml_labels *labels);

#endif
