/* SPDX-License-Identifier: Apache-2.0 */
/* What the inlined recording calls leave to the library. */
#include "base/atomic.h"
#include "base/stripe.h"
#include "series/dropped.h"

#include <promlet/hot_path.h>

/* This CPU's word, or that of another one: atomic additions may meet anywhere. */
static uint64_t *stripe_word(struct promlet_spread *spread, size_t word)
{
    size_t cell = pml_stripe() % spread->cell_count;
    return (uint64_t *)(void *)(spread->cells + cell * spread->stride) + word;
}

/* A section fails on a CPU that has no cell, and when it is interrupted; another try may fail as
   well, so the second failure goes to the series' own cell, which any thread may add to. */

void promlet_cell1_add_whole(struct promlet_spread *spread, size_t word, uint64_t *base,
                             uint64_t amount)
{
    if (promlet_section_add_whole(spread, word, amount)) {
        return;
    }
    uint64_t *target = spread->rseq_offset != 0 ? base : stripe_word(spread, word);
    /* release: pairs with the acquire in pml_spread_whole() and pml_histogram_capture_parts(). */
    pml_word_add_release(target, amount);
}

void promlet_cell1_add_real(struct promlet_spread *spread, size_t word, uint64_t *base,
                            double amount)
{
    if (promlet_section_add_real(spread, word, amount)) {
        return;
    }
    uint64_t *target = spread->rseq_offset != 0 ? base : stripe_word(spread, word);
    /* relaxed: the release of the word that is added to next makes it visible. */
    pml_word_add_double_relaxed(target, amount);
}

void promlet_cell1_refuse(const void *series, double amount)
{
    pml_drop(series,
             promlet_hot_is_finite(amount) ? PML_DROP_NEGATIVE : pml_drop_reason_of(amount));
}

void promlet_cell1_refuse_null(void)
{
    pml_drop(NULL, PML_DROP_INVALID_HANDLE);
}
