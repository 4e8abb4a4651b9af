/* SPDX-License-Identifier: Apache-2.0 */
/* OpenMetrics 2.0.0, as its release candidate has it. */
#ifndef PML_ENCODE_OPENMETRICS2_H
#define PML_ENCODE_OPENMETRICS2_H

#include "base/output.h"
#include "snapshot/snapshot.h"

/* Appends the whole document, without `# EOF`. */
void pml_encode_openmetrics2(pml_output *output, const promlet_snapshot *snapshot,
                             const promlet_encoding *encoding);

#endif
