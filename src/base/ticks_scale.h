/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tick of the CPU's counter is worth in seconds. It is learned from pairs, moments at which
 * counter and clock were read together, and is learned anew about once a second, so that a virtual
 * machine that moves to a CPU of another rate is wrong for about that long. Where pairs come from
 * is the caller's business.
 *
 * No call waits for another or holds anything, so a learner may be interrupted by a signal handler
 * that learns, be stopped, or be left behind by fork(). All operations are relaxed: the worth is
 * one word and stands for itself; the last pair is four, written by whoever gets there, and the
 * fourth is a checksum of the others. Words of different pairs do not fit together and count as no
 * pair. A learner that is held up stores what was true then, which the next one sets right. A flag
 * that admits one learner was rejected, since it stays up in a child that is forked while another
 * thread holds it, and so was a sequence number, which stays odd.
 */
#ifndef PML_BASE_TICKS_SCALE_H
#define PML_BASE_TICKS_SCALE_H

#include "base/atomic.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* A moment, on the counter and on the monotonic clock. */
typedef struct pml_ticks_pair {
    uint64_t ticks;
    uint64_t ns;
    uint64_t width; /* ticks for which the clock was being read; the moment is somewhere in them */
} pml_ticks_pair;

/* All zero is a scale of which nothing is known. It fills a cache line, since it is read by every
   timer, and whatever lay beside it might be written by each. */
typedef struct pml_ticks_scale {
    /* Bits of a double. 0: not known yet. Negative: it was this, and is in doubt. */
    _Alignas(64) _Atomic uint64_t seconds_per_tick;
    /* The last pair. */
    _Atomic uint64_t ticks;
    _Atomic uint64_t ns;
    _Atomic uint64_t width;
    _Atomic uint64_t checksum;
} pml_ticks_scale;

/* In ticks, so that looking takes no arithmetic: 0.4 to 2 s for counters of 5 to 1 GHz. */
#define PML_TICKS_SCALE_PERIOD (UINT64_C(1) << 31)

/* The pair of a clock that was read between two readings of the counter. */
pml_ticks_pair pml_ticks_pair_of(uint64_t ticks_before, uint64_t ns, uint64_t ticks_after);

/* Takes in a pair that was just read. Pairs that come too early, or whose moment is not sharp
   enough, change nothing; one that contradicts what is known puts it in doubt. */
void pml_ticks_scale_learn(pml_ticks_scale *scale, const pml_ticks_pair *pair);

static inline double pml_ticks_scale_load(const pml_ticks_scale *scale)
{
    /* relaxed: one word that stands for itself. */
    return pml_double_of_bits(pml_load_relaxed(&scale->seconds_per_tick));
}

/* Whether ticks may be counted. Never so before the first pml_ticks_scale_learn(). */
static inline bool pml_ticks_scale_is_known(const pml_ticks_scale *scale)
{
    return pml_ticks_scale_load(scale) > 0;
}

/* Whether what is known wants to be learned anew. A counter that has gone back wants it too. */
static inline bool pml_ticks_scale_is_due(const pml_ticks_scale *scale, uint64_t now_ticks)
{
    /* relaxed: a hint; whoever learns looks at the whole pair. */
    return now_ticks - pml_load_relaxed(&scale->ticks) > PML_TICKS_SCALE_PERIOD &&
           pml_ticks_scale_is_known(scale);
}

/* What was counted when the scale was known is still worth something when it is in doubt. */
static inline double pml_ticks_scale_seconds(const pml_ticks_scale *scale, uint64_t ticks)
{
    return (double)ticks * fabs(pml_ticks_scale_load(scale));
}

#endif
