/* SPDX-License-Identifier: Apache-2.0 */
/* The exemplars of one family, as a snapshot shows them. */
#ifndef PML_SNAPSHOT_EXEMPLARS_H
#define PML_SNAPSHOT_EXEMPLARS_H

#include "registry/definition.h"
#include "series/series.h"
#include "snapshot/snapshot.h"

/* Makes room for those of so many series, if the family has any. False when out of memory. */
bool pml_snapshot_reserve_exemplars(const pml_definition *definition, size_t series_count,
                                    pml_snapshot_family *to);

/* Reads those of a series, to be shown with the one at that place; before its values, so that what
   an exemplar stands for is counted. False when out of memory. */
bool pml_snapshot_read_exemplars(pml_series *series, size_t at, pml_snapshot_family *to);

#endif
