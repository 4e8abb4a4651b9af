/* SPDX-License-Identifier: Apache-2.0 */
/* One line with a value, taken apart. */
#ifndef PML_PARSE_SAMPLE_H
#define PML_PARSE_SAMPLE_H

#include "parse/reader.h"

/* The most of each. */
typedef struct pml_sample_limits {
    size_t labels;
    size_t exemplars;
    size_t fields;
} pml_sample_limits;

/* Room for the parts of samples, used for one after the other; zeroed at first. */
typedef struct pml_sample_parts {
    pml_sample_limits limits;
    promlet_parsed_label *labels; /* of the sample, then of its exemplars */
    size_t label_count;
    size_t label_room;
    promlet_parsed_exemplar *exemplars;
    size_t exemplar_count;
    size_t exemplar_room;
    promlet_parsed_field *fields;
    size_t field_count;
    size_t field_room;
    promlet_parsed_span *spans; /* negative, then positive */
    size_t span_count;
    size_t span_room;
    promlet_parsed_number *counts; /* the same */
    size_t count_count;
    size_t count_room;
    promlet_parsed_composite composite;
} pml_sample_parts;

/* Reads a line, and ends it. What is not known from the line alone is zero: family, role, number of
   the line. False with the rule that is broken. */
bool pml_sample_read(pml_reader *reader, pml_sample_parts *parts, promlet_parsed_sample *sample);

/* Makes room for one more part; false, with the rule, beyond the limit and out of memory. */
bool pml_sample_grow(pml_reader *reader, void *array, size_t *room, size_t count, size_t part_size);

/* A number up to one of these characters; `whose` is such as "the value". */
bool pml_sample_take_number(pml_reader *reader, const char *ends, const char *whose,
                            promlet_parsed_number *number);

void pml_sample_parts_free(pml_sample_parts *parts);

#endif
