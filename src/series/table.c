/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing, at most half full, so a free slot ends every search. */
#include "series/table.h"

#include "base/alloc.h"
#include "base/atomic.h"

#define FIRST_CAPACITY 8

struct pml_table_slots {
    struct pml_table_slots *older;
    size_t capacity; /* a power of two */
    _Atomic(pml_series *) series[];
};

pml_series *pml_table_find(pml_table *table, uint64_t hash, const char *const *values, size_t count)
{
    /* acquire: pairs with the release in grow(); the slots behind the pointer are filled. */
    struct pml_table_slots *slots = pml_load_acquire(&table->slots);
    if (slots == NULL) {
        return NULL;
    }
    size_t mask = slots->capacity - 1;
    for (size_t at = (size_t)hash & mask;; at = (at + 1) & mask) {
        /* acquire: pairs with the release in fill_slot(); the series behind it is complete. */
        pml_series *series = pml_load_acquire(&slots->series[at]);
        if (series == NULL || pml_label_set_equals(&series->labels, hash, values, count)) {
            return series;
        }
    }
}

static void fill_slot(struct pml_table_slots *slots, pml_series *series)
{
    size_t mask = slots->capacity - 1;
    size_t at = (size_t)series->labels.hash & mask;
    /* relaxed: only the one writer, this thread, ever fills a slot. */
    while (pml_load_relaxed(&slots->series[at]) != NULL) {
        at = (at + 1) & mask;
    }
    /* release: pairs with the acquire in pml_table_find(); publishes the complete series. */
    pml_store_release(&slots->series[at], series);
}

static void copy_slots(struct pml_table_slots *to, struct pml_table_slots *from)
{
    for (size_t i = 0; i < from->capacity; i++) {
        /* relaxed: only the one writer, this thread, ever fills a slot. */
        pml_series *series = pml_load_relaxed(&from->series[i]);
        if (series != NULL) {
            fill_slot(to, series);
        }
    }
}

static struct pml_table_slots *grow(pml_table *table, struct pml_table_slots *old)
{
    size_t capacity = old == NULL ? FIRST_CAPACITY : old->capacity * 2;
    struct pml_table_slots *slots =
        pml_alloc_zeroed(sizeof *slots + capacity * sizeof slots->series[0]);
    if (slots == NULL) {
        return NULL;
    }
    slots->older = old;
    slots->capacity = capacity;
    if (old != NULL) {
        copy_slots(slots, old);
    }
    /* release: pairs with the acquire in pml_table_find(); publishes the filled slots. */
    pml_store_release(&table->slots, slots);
    return slots;
}

bool pml_table_add(pml_table *table, pml_series *series)
{
    /* relaxed: only the one writer, this thread, ever stores it. */
    struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    if (slots == NULL || (table->count + 1) * 2 > slots->capacity) {
        slots = grow(table, slots);
    }
    if (slots == NULL) {
        return false;
    }
    fill_slot(slots, series);
    table->count++;
    return true;
}

void pml_table_free(pml_table *table)
{
    /* relaxed: no other thread is left. */
    struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    while (slots != NULL) {
        struct pml_table_slots *older = slots->older;
        pml_free(slots);
        slots = older;
    }
    /* relaxed: no other thread is left. */
    pml_store_relaxed(&table->slots, NULL);
    table->count = 0;
}
