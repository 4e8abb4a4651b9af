/* SPDX-License-Identifier: Apache-2.0 */
/* OpenMetrics 1.0.0. */
#ifndef PML_ENCODE_OPENMETRICS_H
#define PML_ENCODE_OPENMETRICS_H

#include "base/output.h"
#include "snapshot/snapshot.h"

/* Appends the whole document, without `# EOF`. */
void pml_encode_openmetrics(pml_output *output, const promlet_snapshot *snapshot,
                            const promlet_encoding *encoding);

#endif
