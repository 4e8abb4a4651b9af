/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table from label values to series. Looking up takes no lock and allocates nothing; one
 * writer at a time (its owner's lock) adds.
 *
 * Slots are filled once and never emptied. When the table grows, the new slots are filled first and
 * then published; the old ones stay until the table is freed, because a reader may still be walking
 * them. A reader with old slots can miss a series that is being added; it then takes the owner's
 * lock and looks again. All old slots together are smaller than the current ones.
 */
#ifndef PML_SERIES_TABLE_H
#define PML_SERIES_TABLE_H

#include "series/series.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pml_table_slots;

typedef struct pml_table {
    _Atomic(struct pml_table_slots *) slots; /* NULL: empty */
    size_t count;                            /* the writer's */
} pml_table;

/* The series with these values, or NULL. Any thread, at any time; a signal handler, too. */
pml_series *pml_table_find(pml_table *table, const pml_label_query *query);

/* Adds a series that is not there; false when out of memory. One thread at a time. */
bool pml_table_add(pml_table *table, pml_series *series);

/* Frees the slots, not the series. No reader may be left. */
void pml_table_free(pml_table *table);

#endif
