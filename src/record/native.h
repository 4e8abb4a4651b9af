/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cell of a histogram with native buckets. Its observations go to tables: a slot counts the
 * values that share a native bucket and, where the histogram has classic ones, the classic bucket
 * too. So one count stands for both, and both totals are the same in whatever moment they are read.
 *
 * A slot's number is nearly its bucket's: neighbours lie side by side, and what collides moves on.
 * A slot belongs to its bucket for ever, since a recorder that was stopped may still add to it. So
 * a table fills up: then values that have no slot yet go to slots of a coarser tier in the same
 * table, and in the last tier, of the coarsest schema, there is a slot for every double. A scrape
 * notices, and gives the cell another table; the old one stays, and is read as well.
 *
 * A table's words are those of an ordinary histogram's cell, the sum and then one count a slot, and
 * so it can have per-CPU cells as any other one.
 */
#ifndef PML_RECORD_NATIVE_H
#define PML_RECORD_NATIVE_H

#include "base/atomic.h"
#include "record/kind.h"
#include "record/native_index.h"
#include "series/spread.h"

#include <promlet/cell.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PML_NATIVE_TIERS = 4,
    PML_NATIVE_TABLES = 24 /* a cell gets no more; one that is full goes on with coarse tiers */
};

/* Where a value is. A slot's key holds one of these, so none is 0. */
typedef enum pml_native_range {
    PML_NATIVE_AT_ZERO = 1, /* not farther from 0 than the threshold */
    PML_NATIVE_ABOVE,
    PML_NATIVE_BELOW
} pml_native_range;

typedef struct pml_native_table {
    struct promlet_spread *spread; /* NULL until the table is given per-CPU cells */
    uint64_t *words;               /* its own ones, which always count */
    uint32_t *keys;                /* one a slot, 0: free; written once */
    uint32_t mask;                 /* slots - 1 */
    uint32_t tier_count;
    uint8_t shifts[PML_NATIVE_TIERS];  /* of each tier: how many schemas below the finest one */
    uint32_t limits[PML_NATIVE_TIERS]; /* slots that are taken when a tier gets no more */
    uint64_t zero_bits;                /* of the threshold, whose bits sort as it does */
    int64_t rare_bits;                 /* the same, or those of the highest subnormal number */
    uint64_t taken;                    /* slots, or slightly more */
    struct pml_native_table *older;    /* the one that was given before */
} pml_native_table;

/* Behind the promlet_histogram, whose `spread` it is: per-CPU cells that are none, so that the
   recording calls leave the observation to promlet_cell1_observe(). */
typedef struct pml_native_cell {
    struct promlet_spread face; /* all 0 */
    pml_native_table *current;  /* which is recorded on */
    pml_native_table *newest;   /* of all, to be read */
    const pml_settings *settings;
    size_t table_count;
    uint64_t reset_ns; /* when it last started at zero, if it may be reset */
    uint32_t shift;    /* what is shown: so many schemas below the finest one; only grows, until a
                          reset */
    pml_native_table first;
} pml_native_cell;

/* How many slots a table needs for these settings, which lack nothing else. */
uint32_t pml_native_slot_count(const pml_settings *settings);

/* The bytes of a pml_native_cell with its first table. */
size_t pml_native_cell_bytes(const pml_settings *settings);

/* The words of a table, and those of its per-CPU cells. */
size_t pml_native_word_count(const pml_settings *settings);

/* Makes a zeroed cell ready. */
void pml_native_start(pml_native_cell *cell, const pml_settings *settings);

/* Whether these per-CPU cells are the face of a native cell. */
static inline bool pml_native_is_face(const struct promlet_spread *spread)
{
    return spread->cells == NULL;
}

/* The cell behind a histogram; NULL if that has no native buckets. */
static inline pml_native_cell *pml_native_of(const struct promlet_histogram *histogram)
{
    struct promlet_spread *spread = pml_spread_of(&histogram->spread);
    return spread != NULL && pml_native_is_face(spread) ? (pml_native_cell *)spread : NULL;
}

/* The table that is recorded on. */
static inline pml_native_table *pml_native_current(const pml_native_cell *cell)
{
    /* acquire: pairs with the releases in publish_table() and return_to() of native_table.c. */
    return pml_pointer_load_acquire(&cell->current);
}

/* Records a value of this classic bucket. Lock-free and signal-safe. */
void pml_native_observe(struct promlet_spread *face, size_t bucket, double value);

/* ---- tables, with PML_LOCK_CHANGES held ------------------------------------------------------ */

/* The bytes of a further table. */
size_t pml_native_table_bytes(const pml_settings *settings);

/* Recordings go to a table of the schema that is so many below the finest one, if an earlier life
   of the cell has left one that is not crowded; else false. */
bool pml_native_reuse_table(pml_native_cell *cell, unsigned shift);

/* Recordings go to a new table, of the schema that is so many below the finest one. memory is
   zeroed, of pml_native_table_bytes(), and belongs to the table. */
void pml_native_add_table(pml_native_cell *cell, void *memory, unsigned shift);

/* Whether so many slots are taken that a table of this schema had better have a successor. */
bool pml_native_is_crowded(const pml_native_cell *cell);

/* Sets all to zero, as kind.h has it, and shows the full resolution again. */
void pml_native_reset(pml_native_cell *cell);

/* ---- reading --------------------------------------------------------------------------------- */

/* What is found in the slot at some place of a table. */
typedef struct pml_native_slot {
    pml_native_range range;
    unsigned shift; /* of its tier */
    int32_t index;  /* of its native bucket, in the schema of its tier; of AT_ZERO 0 */
    size_t bucket;  /* its classic bucket */
    uint64_t count;
} pml_native_slot;

/* The oldest table last. Starts with NULL, ends with NULL. */
pml_native_table *pml_native_next_table(const pml_native_cell *cell, const pml_native_table *table);

/* False if the slot is free or has counted nothing. */
bool pml_native_read_slot(const pml_native_cell *cell, const pml_native_table *table, uint32_t at,
                          pml_native_slot *slot);

/* The sum over all tables; read behind the slots, it has all values that they count. */
double pml_native_sum(const pml_native_cell *cell);

/* The words of a classic histogram, as kind.h has them. */
void pml_native_words(const pml_native_cell *cell, uint64_t *words);

uint64_t pml_native_count(const pml_native_cell *cell);

/* As promlet_histogram_quantile() has it, for a quantile from 0 to 1. */
double pml_native_quantile(const pml_native_cell *cell, double quantile);

/* Native buckets that hold something. */
typedef struct pml_native_bucket {
    pml_native_range range; /* ABOVE or BELOW */
    unsigned shift;         /* of its schema */
    int32_t index;
    uint64_t count;
} pml_native_bucket;

/* All of a cell, as it is shown and as it was found. */
typedef struct pml_native_reading {
    pml_native_bucket *buckets; /* those ABOVE 0 first, each range by index; the caller's memory */
    uint64_t *counts;           /* of each slot of each table, the newest first; the caller's */
    size_t bucket_count;
    uint64_t zero_count;
    unsigned shift;
    double sums[PML_NATIVE_TABLES];      /* of each table's own words, when reading began */
    double cell_sums[PML_NATIVE_TABLES]; /* and of its per-CPU cells */
} pml_native_reading;

/* How many buckets and counts a reading needs room for. */
size_t pml_native_slot_total(const pml_native_cell *cell);

/* Reads a cell: buckets of one schema, within the limit if the coarsest one is, and the words of
   the classic histogram. With PML_LOCK_CHANGES held, so that it is not set to zero meanwhile. */
void pml_native_read(const pml_native_cell *cell, pml_native_reading *reading, uint64_t *words);

/* Starts again at zero behind a reading: what that has found counts no more, and all that came
   since does. With PML_LOCK_CHANGES held ever since. */
void pml_native_forget(pml_native_cell *cell, const pml_native_reading *reading);

#endif
