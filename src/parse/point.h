/* SPDX-License-Identifier: Apache-2.0 */
/* What samples of one metric at one time say together: the buckets of a histogram, its sum and its
   count; the quantiles of a summary. */
#ifndef PML_PARSE_POINT_H
#define PML_PARSE_POINT_H

#include "parse/reader.h"

typedef struct pml_point {
    size_t line;    /* of its first sample; 0: there is none */
    unsigned roles; /* a bit for each that was there */
    bool has_negative_bound;
    bool has_negative_sum;
    bool has_timestamp;
    promlet_parsed_time timestamp;
    double bound; /* of the last bucket or quantile */
    promlet_parsed_number bucket;
    promlet_parsed_number count;
    size_t count_line;
} pml_point;

/* Begins with a sample, which is not taken yet. */
void pml_point_begin(pml_point *point, const promlet_parsed_sample *sample);

/* Takes a sample that is right by itself; `at` is what its own label says. False with the rule that
   is broken by what came before. */
bool pml_point_take(pml_point *point, pml_reader *reader, const promlet_parsed_sample *sample,
                    double at);

/* Whether it is complete; false with the rule, and the line of the first sample. */
bool pml_point_end(const pml_point *point, pml_reader *reader, const promlet_parsed_family *family);

#endif
