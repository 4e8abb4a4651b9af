/* SPDX-License-Identifier: Apache-2.0 */
/* Which samples are of the same series, and how a series is written. */
#ifndef PML_TOOL_SERIES_H
#define PML_TOOL_SERIES_H

#include "tool/buffer.h"

#include <promlet/parse.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool pml_text_is_same(const promlet_parsed_text *one, const promlet_parsed_text *other);
bool pml_text_is(const promlet_parsed_text *text, const char *word);

/* The parts of one histogram or summary have all labels in common but this one, and no name. NULL:
   the sample is no such part, and stands for itself. */
const char *pml_tool_series_own_label(const promlet_parsed_sample *sample);

/* Name and labels, in whatever order. A label without a value is none, as Prometheus has it. With
   the families' names and without the label of the part, where is_whole: the metric that a sample
   is a part of. */
uint64_t pml_tool_series_hash(const promlet_parsed_sample *sample, bool is_whole);
bool pml_tool_series_is_same(const promlet_parsed_sample *one, const promlet_parsed_sample *other,
                             bool is_whole);

/* A metric's name, in quotes where it has to be. */
void pml_tool_name_put(pml_buffer *to, const promlet_parsed_text *name);

/* The name and the labels, as both formats read them. */
void pml_tool_series_put(pml_buffer *to, const promlet_parsed_sample *sample);

/* The same for all that are the same series: labels by rising name, without those that are empty.
 */
void pml_tool_series_put_sorted(pml_buffer *to, const promlet_parsed_sample *sample);

/* The name and the labels of the metric that a sample is a part of. */
void pml_tool_series_put_whole(pml_buffer *to, const promlet_parsed_sample *sample);

/* Samples by series. An index is whatever the user counts by. */
typedef struct pml_tool_series_table {
    struct pml_tool_series_slot {
        const promlet_parsed_sample *sample; /* NULL: free */
        size_t index;
    } * slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    bool is_whole;
} pml_tool_series_table;

/* The index of a series; SIZE_MAX when it is not there. */
size_t pml_tool_series_find(const pml_tool_series_table *table,
                            const promlet_parsed_sample *sample);

/* Adds a series which is not there. The sample is lent for the life of the table. */
void pml_tool_series_add(pml_tool_series_table *table, const promlet_parsed_sample *sample,
                         size_t index);

void pml_tool_series_free(pml_tool_series_table *table);

#endif
