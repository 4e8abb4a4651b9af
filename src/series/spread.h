/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Per-CPU cells: made on the cold side, all words zero, published once, and read by scrapes as the
 * sum over all of them. The series' own cell goes on to count beside them.
 *
 * Nobody but the threads of its CPU may write to a cell, so a series that starts again at zero
 * leaves the cells as they are and keeps their sums, the baseline, which reading subtracts.
 */
#ifndef PML_SERIES_SPREAD_H
#define PML_SERIES_SPREAD_H

#include "base/atomic.h"

#include <promlet/cell.h>

#include <stddef.h>
#include <stdint.h>

/* Asks the system what the making of cells needs to know, so that nothing has to be opened for it
   later, when the process may have locked itself in. */
void pml_spread_prepare(void);

/* The bytes that cells of so many words take. */
size_t pml_spread_bytes(size_t word_count);

/* One zeroed cell for each CPU that the system may have; NULL when out of memory. */
struct promlet_spread *pml_spread_new(size_t word_count);

/* The same, with cells that are written by atomic operations, whatever the process has chosen. */
struct promlet_spread *pml_spread_new_atomic(size_t word_count);

/* No thread may be recording with it. NULL is allowed. */
void pml_spread_free(struct promlet_spread *spread);

/* Recordings use the cells from now on. */
void pml_spread_publish(struct promlet_spread **place, struct promlet_spread *spread);

/* The cells of a series, NULL if it has none. */
static inline struct promlet_spread *pml_spread_of(struct promlet_spread *const *place)
{
    /* acquire: pairs with the release in pml_spread_publish(). */
    return pml_pointer_load_acquire(place);
}

/* For the two functions below: of a series that has cells. Most have none, and a histogram asks for
   each bucket. */
uint64_t pml_spread_sum_whole(const struct promlet_spread *spread, size_t word, uint64_t own);
double pml_spread_sum_real(const struct promlet_spread *spread, size_t word, double own);

/* The sum of a word over all cells, without its baseline, and what a series' own cell holds added
   first. spread may be NULL. A call that follows pml_spread_whole() sees all that was recorded
   before what that saw. */
static inline uint64_t pml_spread_whole(const struct promlet_spread *spread, size_t word,
                                        uint64_t own)
{
    return spread != NULL ? pml_spread_sum_whole(spread, word, own) : own;
}

static inline double pml_spread_real(const struct promlet_spread *spread, size_t word, double own)
{
    return spread != NULL ? pml_spread_sum_real(spread, word, own) : own;
}

/* Makes what the cells hold of a word now its baseline. spread may be NULL. Whoever reads the word
   meanwhile may see nonsense. */
void pml_spread_reset_whole(struct promlet_spread *spread, size_t word);
void pml_spread_reset_real(struct promlet_spread *spread, size_t word);

/* The sum over all cells with its baseline, 0 without cells; and such a one becomes the baseline.
   One that has overflowed makes the cells start at 0 instead.
 */
double pml_spread_mark_real(const struct promlet_spread *spread, size_t word);
void pml_spread_rebase_real(struct promlet_spread *spread, size_t word, double mark);

#endif
