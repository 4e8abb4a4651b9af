/* SPDX-License-Identifier: Apache-2.0 */
/* The Prometheus text formats 0.0.4 and 1.0.0. */
#ifndef PML_ENCODE_TEXT_H
#define PML_ENCODE_TEXT_H

#include "base/output.h"
#include "snapshot/snapshot.h"

/* Appends the whole document, without `# EOF`. */
void pml_encode_text(pml_output *output, const promlet_snapshot *snapshot,
                     const promlet_encoding *encoding);

#endif
