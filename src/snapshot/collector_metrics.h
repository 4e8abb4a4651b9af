/* SPDX-License-Identifier: Apache-2.0 */
/* promlet's own metrics about collectors. */
#ifndef PML_SNAPSHOT_COLLECTOR_METRICS_H
#define PML_SNAPSHOT_COLLECTOR_METRICS_H

#include "snapshot/collecting.h"

/* Counts and reports the failures of the runs of a collection, and adds what is shown of them.
   False when out of memory. */
bool pml_collection_add_own(pml_collection *collection);

#endif
