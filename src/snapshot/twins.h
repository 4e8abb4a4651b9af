/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twins: series whose labels are spelled differently, but are the same for a reader. Their labels
 * stand in another order, or have names that some scheme makes the same (base/name.h); and a label
 * whose value is empty is as good as none. Series of one registry are never twins.
 */
#ifndef PML_SNAPSHOT_TWINS_H
#define PML_SNAPSHOT_TWINS_H

#include "snapshot/snapshot.h"

#include <stdbool.h>
#include <stddef.h>

/* A table of series, by what readers see of their labels. Zeroed to start with. */
typedef struct pml_twins {
    struct pml_twins_entry *entries;
    size_t capacity; /* a power of two */
    int scheme_count;
} pml_twins;

/* Room for so many series. False when out of memory; to be freed in any case. */
bool pml_twins_make(pml_twins *made, size_t series_count, bool have_utf8_names);

void pml_twins_free(const pml_twins *made);

/* The twin of a series, or one with the very same labels; NULL: none was added. */
pml_snapshot_series *pml_twins_find(const pml_twins *twins, const pml_snapshot_series *series);

/* Adds a series that has none. It is lent. */
void pml_twins_add(pml_twins *twins, pml_snapshot_series *series);

#endif
