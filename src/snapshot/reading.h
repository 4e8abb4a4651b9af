/* SPDX-License-Identifier: Apache-2.0 */
/* One family of a registry, as a snapshot shows it. */
#ifndef PML_SNAPSHOT_READING_H
#define PML_SNAPSHOT_READING_H

#include "registry/spreading.h"
#include "snapshot/snapshot.h"

/* Fills in a family that is zero, for the one thread that takes a snapshot. False when out of
   memory; what was filled in is then still to be freed. */
bool pml_snapshot_read(const pml_spreading *spreading, pml_family *family, pml_snapshot_family *to);

#endif
