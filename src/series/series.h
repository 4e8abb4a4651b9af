/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A series: its label set and the cell that recordings go to, in one piece of memory. The handle
 * that the user keeps is the address of the cell. A series lives as long as its family.
 */
#ifndef PML_SERIES_SERIES_H
#define PML_SERIES_SERIES_H

#include "series/label_set.h"

#include <stddef.h>

struct pml_dropped;

typedef struct pml_series {
    pml_label_set labels;
    struct pml_dropped *dropped;       /* where the registry counts what a recording refuses */
    uint64_t judged;                   /* recordings when it was last asked whether it is hot */
    _Alignas(16) unsigned char cell[]; /* a struct promlet_counter, _gauge or _histogram */
} pml_series;

/* A series with a zeroed cell; NULL when out of memory. */
pml_series *pml_series_new(size_t cell_size, uint64_t hash, const pml_labels *labels);

void pml_series_free(pml_series *series);

#endif
