/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of one family of a snapshot, before it is read. */
#ifndef PML_SNAPSHOT_ROOM_H
#define PML_SNAPSHOT_ROOM_H

#include "registry/definition.h"
#include "snapshot/snapshot.h"

/* Makes room for so many series in a family that is described. False when out of memory. */
bool pml_snapshot_reserve(const pml_definition *definition, size_t series_count,
                          pml_snapshot_family *to);

#endif
