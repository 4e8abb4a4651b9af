/* SPDX-License-Identifier: Apache-2.0 */
/* What the inlined recording calls leave to the library. */
#include "base/atomic.h"
#include "base/clock.h"
#include "base/stripe.h"
#include "record/exemplar.h"
#include "record/native.h"
#include "record/sketch.h"
#include "series/dropped.h"

#include <promlet/hot_path.h>

/* The cell of this CPU, or of another one: atomic additions may meet anywhere. */
PROMLET_ALWAYS_INLINE uint64_t *stripe_cell(struct promlet_spread *spread)
{
    uint32_t stripe = pml_stripe();
    uint32_t count = spread->cell_count;
    size_t cell =
        stripe < count ? stripe : stripe % count; /* a division costs as much as the rest */
    return (uint64_t *)(void *)(spread->cells + cell * spread->stride);
}

/* A section fails on a CPU that has no cell, and when it is interrupted. Another try may fail as
   well; the second failure goes to the series' own cell, which any thread may add to. */

void promlet_cell1_add_whole(struct promlet_spread *spread, size_t word, uint64_t *base,
                             uint64_t amount)
{
    if (promlet_section_add_whole(spread, word, amount)) {
        return;
    }
    uint64_t *target = spread->rseq_offset != 0 ? base : stripe_cell(spread) + word;
    /* release: pairs with the acquire in pml_capture_bucket(), of a CPU's cell in sum_whole(). */
    pml_word_add_release(target, amount);
}

void promlet_cell1_add_real(struct promlet_spread *spread, size_t word, uint64_t *base,
                            double amount)
{
    if (promlet_section_add_real(spread, word, amount)) {
        return;
    }
    uint64_t *target = spread->rseq_offset != 0 ? base : stripe_cell(spread) + word;
    /* relaxed: the release of the word that is added to next makes it visible. */
    pml_word_add_double_relaxed(target, amount);
}

static __attribute__((noinline)) void observe_striped(struct promlet_spread *spread, size_t bucket,
                                                      double value)
{
    uint64_t *cell = stripe_cell(spread);
    /* relaxed: the release below makes it visible with the bucket. */
    pml_word_add_double_relaxed(&cell[PROMLET_HISTOGRAM_SUM], value);
    /* release: pairs with the acquire in sum_whole(); who sees the count sees the sum. */
    pml_word_add_release(&cell[PROMLET_HISTOGRAM_COUNTS + bucket], 1);
}

void promlet_cell1_observe(struct promlet_spread *spread, size_t bucket, double value)
{
    if (!PROMLET_LIKELY(!pml_native_is_face(spread))) {
        pml_native_observe(spread, bucket, value);
        return;
    }
    observe_striped(spread, bucket, value);
}

/* ---- while a flag of the switch is set ------------------------------------------------------- */

void promlet_cell1_counter_add_u64(struct promlet_counter *counter, uint64_t amount)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_hot_counter_u64_record(counter, amount);
    if (counter != NULL) {
        pml_exemplar_offer(pml_exemplar_slot_of(counter->series, 0), (double)amount);
    }
}

void promlet_cell1_counter_add(struct promlet_counter *counter, double amount)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_hot_counter_record(counter, amount);
    if (counter != NULL && promlet_hot_is_finite(amount) && amount >= 0) {
        pml_exemplar_offer(pml_exemplar_slot_of(counter->series, 0), amount);
    }
}

void promlet_cell1_histogram_observe(struct promlet_histogram *histogram, double value)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_hot_histogram_record(histogram, value);
    if (histogram != NULL && promlet_hot_is_finite(value)) {
        /* The first slot only says whether there are any. */
        pml_exemplar_slot *slots = pml_exemplar_slot_of(histogram->series, 0);
        if (slots != NULL) {
            pml_exemplar_offer(slots + promlet_hot_bucket(histogram->bounds, value), value);
        }
    }
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* The coarse clock, because the sketch is old news anyway: a value may count for the period before
   its own, by one tick of the kernel. */
void promlet_cell1_note(struct promlet_sketch *sketch, double value)
{
    pml_sketch_record(sketch, value, pml_clock_coarse_ns());
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
