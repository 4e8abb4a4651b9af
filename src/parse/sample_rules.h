/* SPDX-License-Identifier: Apache-2.0 */
/* What the type of a family lets one of its samples say, whatever the others say. */
#ifndef PML_PARSE_SAMPLE_RULES_H
#define PML_PARSE_SAMPLE_RULES_H

#include "parse/reader.h"

/* The label that tells samples of one metric apart: of a bucket, a quantile or a state. NULL for
   other samples, and where it is missing. */
const promlet_parsed_label *pml_sample_own_label(const promlet_parsed_sample *sample);

/* The role is one for values of fields exactly if the value has fields; false, with the rule, where
   the type has it otherwise. */
bool pml_sample_fit_role(pml_reader *reader, promlet_parsed_sample *sample);

/* False with the rule that is broken; *at is the number that the own label of a bucket or a
   quantile is. */
bool pml_sample_check(pml_reader *reader, const promlet_parsed_sample *sample, double *at);

/* Whether it counts something: an integer, not below 0. */
bool pml_number_is_count(const promlet_parsed_number *number);

/* False for NaN, too. */
bool pml_number_is_at_least(const promlet_parsed_number *number,
                            const promlet_parsed_number *least);

#endif
