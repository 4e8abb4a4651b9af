/* SPDX-License-Identifier: Apache-2.0 */
/* The order of series of different registries, told from their escaped labels. */
#ifndef PML_SNAPSHOT_LABEL_ORDER_H
#define PML_SNAPSHOT_LABEL_ORDER_H

#include "snapshot/snapshot.h"

/* Rising order of values, the first label first, as within a registry; where label names differ, of
   those, but the overflow series comes last. 0: the same labels. */
int pml_compare_labels(const pml_snapshot_series *a, const pml_snapshot_series *b);

#endif
