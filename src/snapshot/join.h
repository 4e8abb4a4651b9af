/* SPDX-License-Identifier: Apache-2.0 */
/* One family from several snapshots. */
#ifndef PML_SNAPSHOT_JOIN_H
#define PML_SNAPSHOT_JOIN_H

#include "snapshot/sorted_runs.h"

/* Makes *to of families that are alike, whose series it lends or copies. False when out of memory;
 *to can be freed in any case. */
bool pml_join_families(const pml_sorted_item *families, size_t count, pml_snapshot_family *to);

#endif
