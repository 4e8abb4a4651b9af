/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metrics of a family: which samples are of the same one, in what order they may stand, and
 * that none stands twice. OpenMetrics has them one after the other; the text format in any order,
 * so that there, of histograms and summaries, each one's state is kept.
 */
#ifndef PML_PARSE_GROUPING_H
#define PML_PARSE_GROUPING_H

#include "parse/point.h"
#include "parse/seen.h"

/* Zeroed at first, but for the seed. */
typedef struct pml_grouping {
    pml_key seed;
    pml_seen metrics; /* of the family */
    pml_seen parts;   /* states, or quantiles, of the point */
    pml_point point;  /* that the last sample belongs to */
    bool is_point_judged;
    size_t at;         /* the number of its metric */
    pml_key key;       /* of the metric of the sample that is being read */
    pml_point *points; /* in the text format, of each metric */
    size_t point_room;
    size_t ended; /* of these, how many were found to be complete, or not */
} pml_grouping;

/* Before the first sample of a family. */
void pml_grouping_begin(pml_grouping *grouping);

/* Turns to the metric of a sample. False, with the rule, if the one before is not complete; then
   the sample may be taken all the same. */
bool pml_grouping_turn(pml_grouping *grouping, pml_reader *reader,
                       const promlet_parsed_sample *sample);

/* Takes a sample of the metric that was turned to. False with the rule that is broken. */
bool pml_grouping_take(pml_grouping *grouping, pml_reader *reader,
                       const promlet_parsed_sample *sample, size_t max_series);

/* Behind the last sample of a family. False, with the rule, for a metric that is not complete; call
   it again then. */
bool pml_grouping_end(pml_grouping *grouping, pml_reader *reader,
                      const promlet_parsed_family *family);

void pml_grouping_free(pml_grouping *grouping);

#endif
