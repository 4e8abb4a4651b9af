/* SPDX-License-Identifier: Apache-2.0 */
/* One family of a registry, as a snapshot shows it. */
#ifndef PML_SNAPSHOT_READING_H
#define PML_SNAPSHOT_READING_H

#include "registry/spreading.h"
#include "snapshot/natives.h"
#include "snapshot/snapshot.h"

/* Fills in a family that is zero, for the one thread that takes a snapshot. False when out of
   memory; what was filled in is then still to be freed. natives: the same for all families of the
   snapshot. */
bool pml_snapshot_read(const pml_spreading *spreading, pml_natives *natives, pml_family *family,
                       pml_snapshot_family *to);

/* Resets the native buckets that are due for it, right behind a second reading, which is what the
   snapshot shows then. For when nothing else of it can fail, and its families are where they were
   filled in. A series for which there is no memory is shown as it was read first, and reset another
   time. */
void pml_snapshot_reset_natives(pml_natives *natives);

#endif
