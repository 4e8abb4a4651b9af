/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots for exemplars: one that is kept beside a counter or a bucket. They lie behind the cell of a
 * series, if its family has room for them.
 *
 * Nobody waits. A writer that finds another one in the slot, be it of another thread or the one
 * that its signal handler has interrupted, keeps nothing. A reader that meets a writer tries a few
 * times. So a writer that is stopped, killed or left behind by fork() costs the exemplars of one
 * slot, and holds up nobody.
 */
#ifndef PML_SERIES_EXEMPLARS_H
#define PML_SERIES_EXEMPLARS_H

#include "series/series.h"

#include <promlet/exemplar.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PML_EXEMPLAR_WORDS (PROMLET_MAX_EXEMPLAR_BYTES / 8)

/* An exemplar on its way into a slot, or out of one. */
typedef struct pml_exemplar_note {
    double value;
    uint64_t time_ns; /* since 1970 */
    size_t size;      /* of what follows: for each label, its name, NUL, its value, NUL */
    union {
        char bytes[PROMLET_MAX_EXEMPLAR_BYTES];
        uint64_t words[PML_EXEMPLAR_WORDS];
    } labels; /* zero behind their size, up to the end of a word */
} pml_exemplar_note;

typedef struct pml_exemplar_slot {
    /* Bit 0: somebody writes. Bit 1: there is an exemplar. Bit 2: no scrape has shown it yet.
       Above: how often it was written or cleared. */
    _Atomic uint64_t turn;
    _Atomic uint64_t value; /* the bits of a double */
    _Atomic uint64_t time_ns;
    _Atomic uint64_t size;
    _Atomic uint64_t labels[PML_EXEMPLAR_WORDS];
} pml_exemplar_slot;

_Static_assert(sizeof(pml_exemplar_slot) == 224, "as <promlet/registry.h> says");

/* The slot of a bucket, or the only one of a counter, which is number 0; NULL if the family of the
   series has no room for them, or if the series is NULL. */
static inline pml_exemplar_slot *pml_exemplar_slot_of(void *series, size_t number)
{
    pml_series *own = series;
    if (own == NULL || own->owner->exemplar_count == 0) {
        return NULL;
    }
    return (pml_exemplar_slot *)(void *)(own->cell + own->owner->exemplars_at) + number;
}

/* Whether the slot has nothing that no scrape has shown yet, and nobody is writing to it. */
bool pml_exemplar_is_due(pml_exemplar_slot *slot);

/* Keeps an exemplar in place of the one before; false if another writer was there first. Lock-free
   and signal-safe. */
bool pml_exemplar_write(pml_exemplar_slot *slot, const pml_exemplar_note *note);

/* For a scrape: the exemplar that it shows, after which the slot is due for another one. False if
   there is none, or if it is being written. */
bool pml_exemplar_read(pml_exemplar_slot *slot, pml_exemplar_note *note);

/* Forgets the exemplars of a series; one that is written meanwhile may stay. */
void pml_exemplars_clear(pml_series *series);

#endif
