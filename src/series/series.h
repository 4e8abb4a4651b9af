/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A series: its label set and the cell that recordings go to, in one piece of memory, and how long
 * it lives. The handle that the user keeps is the address of the cell.
 *
 * The state says who needs the series. A handle pins it: it stays in memory until it is released.
 * Who records by label values pins nothing, but works inside a read section (series/readers.h).
 *
 *   hidden   The user removed it. It isn't shown; asking for its labels makes it start again at
 *            zero. Set and taken back with PML_LOCK_CHANGES held.
 *   idle     A scrape has seen it without pins, and nobody has asked for it since: the next one who
 *            does takes that back, without a lock.
 *   leaving  It was idle for long, and the scrape that runs shows it for the last time. Set by that
 *            scrape, and taken back with PML_LOCK_CHANGES held.
 *
 * Hidden and leaving series can't be pinned nor recorded on by label values; whoever finds one
 * takes the lock and looks again. Those that nothing pins are then buried (registry/lifetime.h).
 */
#ifndef PML_SERIES_SERIES_H
#define PML_SERIES_SERIES_H

#include "base/atomic.h"
#include "series/label_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pml_dropped;

/* What the series of one family have in common. It outlives them. */
typedef struct pml_series_owner {
    const char *name;            /* of the metric, for sentences */
    struct pml_dropped *dropped; /* where the registry counts what a recording refuses */
    uint64_t began_ns;           /* when the family was made, in ns since 1970 */
    size_t exemplars_at;         /* where behind the beginning of the cell their slots are */
    size_t exemplar_count;       /* how many each has; 0: none */
} pml_series_owner;

enum {
    PML_SERIES_PINS = (1 << 28) - 1, /* at most so many; then it is pinned for ever */
    PML_SERIES_HIDDEN = 1 << 28,
    PML_SERIES_IDLE = 1 << 29,
    PML_SERIES_LEAVING = 1 << 30
};

typedef struct pml_series {
    pml_label_set labels;
    uint32_t hash;            /* of the label values; 0 if no table holds it */
    _Atomic uint32_t started; /* see pml_series_restart() */
    pml_series_owner *owner;
    union {
        uint64_t judged;         /* recordings when it was last asked whether it is hot */
        struct pml_series *next; /* when buried: in its family's limbo */
    };
    _Atomic uint32_t state; /* see above */
    uint32_t idle_since;    /* in the family's time; of the thread that takes snapshots */
    _Alignas(16) unsigned char cell[]; /* a struct promlet_counter, _gauge or _histogram */
} pml_series;

_Static_assert(sizeof(pml_series) == 48, "each series pays for it");

/* A series with a zeroed cell and no pins; NULL when out of memory. */
pml_series *pml_series_new(size_t cell_size, uint32_t hash, const pml_labels *labels);

/* The memory of a series with a cell of that size and labels of pml_label_set_size(). */
static inline size_t pml_series_bytes(size_t cell_size, size_t labels_size)
{
    return sizeof(pml_series) + cell_size + labels_size;
}

void pml_series_free(pml_series *series);

/* Says that the series, which has an owner, counts from now on. It is told to a sixteenth of a
   second, counted from when the family was made: exactly, for a metric without labels. A start that
   is later by eight years or more, as on a device that learns the date after it has booted, is told
   as those eight years. */
void pml_series_restart(pml_series *series);

/* A step of `started`. */
#define PML_SERIES_STEP_NS (UINT64_C(1000000000) / 16)

/* Since when it counts, in ns since 1970. */
static inline int64_t pml_series_start_ns(pml_series *series)
{
    /* relaxed: who adds the series publishes it; a snapshot that meets a revival reads it again. */
    uint64_t steps = pml_load_relaxed(&series->started);
    return (int64_t)(series->owner->began_ns + steps * PML_SERIES_STEP_NS);
}

/* Takes flags away and sets others; returns what the state was. */
uint32_t pml_series_change(pml_series *series, uint32_t take, uint32_t set);

/* One more pin; false, and none, if the series is hidden or leaving. In a read section or with
   PML_LOCK_CHANGES held. */
bool pml_series_pin(pml_series *series);

/* The same whatever the state; with PML_LOCK_CHANGES held. */
void pml_series_pin_anyway(pml_series *series);

/* One pin less; false if there is none. Takes no lock. */
bool pml_series_unpin(pml_series *series);

/* From idle back to live; false if the series is hidden or leaving. */
bool pml_series_wake(pml_series *series);

/* For who has found it in a read section: true if it may be recorded on until that ends. */
static inline bool pml_series_is_live(pml_series *series)
{
    /* acquire: pairs with the release in exchange() of series.c; a series that was hidden has been
       set to zero. */
    uint32_t state = pml_load_acquire(&series->state);
    return state <= PML_SERIES_PINS || pml_series_wake(series);
}

/* Says that nothing has pinned the series nor asked for it, until somebody does; false if something
   pins it or it is not live. */
bool pml_series_set_idle(pml_series *series);

/* From idle to leaving; false if somebody has asked for it. */
bool pml_series_set_leaving(pml_series *series);

#endif
