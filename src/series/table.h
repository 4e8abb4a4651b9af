/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table from label values to series. Looking up takes no lock and allocates nothing; one
 * writer at a time, with PML_LOCK_CHANGES held, adds and removes.
 *
 * Who looks up without that lock does so within a read section (series/readers.h), and what is
 * found is good until its end. The writer frees a series that was removed, and the table frees
 * slots that were replaced, when the sections are over that may have come by them.
 *
 * New slots are filled first and then published. A reader with older slots, or with older tags, can
 * miss a series that is being added; it then takes the lock and looks again. It can also find one
 * that was just removed.
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
    struct pml_table_slots *replaced;        /* from here on all is the writer's */
    size_t count;                            /* of series */
    size_t removed_count;                    /* slots that a removed series has left taken */
} pml_table;

/* The series with these values, or NULL. Any thread, in a read section or with the lock; a signal
   handler, too. */
pml_series *pml_table_find(pml_table *table, const pml_label_query *query);

/* Adds a series that is not there; false when out of memory. */
bool pml_table_add(pml_table *table, pml_series *series);

/* Takes out a series that is there. Readers may still be using it: see pml_grace_ticket(). */
void pml_table_remove(pml_table *table, pml_series *series);

/* Whether replaced slots wait for readers; and frees those that nobody can be reading any more. */
bool pml_table_waits(const pml_table *table);
void pml_table_reclaim(pml_table *table);

/* The memory that it takes, replaced slots included. */
size_t pml_table_bytes(const pml_table *table);

/* The memory that adding one more series takes: that of new slots, beside which the old ones stay
   until nobody reads them. */
size_t pml_table_growth(const pml_table *table);

/* Frees the slots, not the series. No reader may be left. */
void pml_table_free(pml_table *table);

#endif
