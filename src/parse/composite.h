/* SPDX-License-Identifier: Apache-2.0 */
/* Values of several fields, as OpenMetrics 2.0 has them for histograms and summaries. */
#ifndef PML_PARSE_COMPOSITE_H
#define PML_PARSE_COMPOSITE_H

#include "parse/sample.h"

/* Reads one, from its opening brace on, into parts->composite. */
bool pml_composite_read(pml_reader *reader, pml_sample_parts *parts);

#endif
