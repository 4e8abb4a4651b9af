/* SPDX-License-Identifier: Apache-2.0 */
/* Sorted runs of families or of series, and making one of them. */
#ifndef PML_SNAPSHOT_SORTED_RUNS_H
#define PML_SNAPSHOT_SORTED_RUNS_H

#include "snapshot/snapshot.h"

#include <stdbool.h>
#include <stddef.h>

/* A family, or one series of it. */
typedef struct pml_sorted_item {
    const pml_snapshot_family *family;
    size_t at; /* of the series */
} pml_sorted_item;

typedef int (*pml_compare_sorted)(const pml_sorted_item *a, const pml_sorted_item *b);

/* One sorted run behind the other; run i is ends[i - 1] to ends[i]. */
typedef struct pml_sorted_runs {
    pml_sorted_item *items;
    pml_sorted_item *spare; /* as many */
    size_t *ends;
    size_t count;
} pml_sorted_runs;

/* Room for runs, whose items and ends the caller fills in. False when out of memory; to be freed in
   any case. */
bool pml_sorted_runs_make(pml_sorted_runs *made, size_t item_count, size_t run_count);

void pml_sorted_runs_free(const pml_sorted_runs *made);

/* Merges two neighbours at a time, until one run is left: the items. Of equal ones, that of the
   first run comes first. */
void pml_sorted_runs_merge(pml_sorted_runs *all, pml_compare_sorted compare);

#endif
