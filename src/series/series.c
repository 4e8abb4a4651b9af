/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation of a series. */
#include "series/series.h"

#include "base/alloc.h"

pml_series *pml_series_new(size_t cell_size, uint64_t hash, const pml_labels *labels)
{
    size_t labels_size = pml_label_set_size(labels);
    pml_series *series = pml_alloc_zeroed(sizeof *series + cell_size + labels_size);
    if (series != NULL) {
        char *memory = (char *)series->cell + cell_size;
        pml_label_set_write(&series->labels, memory, hash, labels);
    }
    return series;
}

void pml_series_free(pml_series *series)
{
    pml_free(series);
}
