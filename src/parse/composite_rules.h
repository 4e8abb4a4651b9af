/* SPDX-License-Identifier: Apache-2.0 */
/* What the numbers of a composite value must be to each other. */
#ifndef PML_PARSE_COMPOSITE_RULES_H
#define PML_PARSE_COMPOSITE_RULES_H

#include "parse/reader.h"

/* False with the rule that the sample's composite value breaks. */
bool pml_composite_check(pml_reader *reader, const promlet_parsed_sample *sample);

#endif
