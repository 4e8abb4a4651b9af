/* SPDX-License-Identifier: Apache-2.0 */
/* The delimited protobuf format. */
#ifndef PML_ENCODE_PROTOBUF_H
#define PML_ENCODE_PROTOBUF_H

#include "base/output.h"
#include "snapshot/snapshot.h"

/* Appends the whole document: of each family that has series its length and a MetricFamily. */
void pml_encode_protobuf(pml_output *output, const promlet_snapshot *snapshot,
                         const promlet_encoding *encoding);

#endif
