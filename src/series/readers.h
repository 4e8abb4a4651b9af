/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read sections: who looks up a series without a lock, and uses it without having pinned it, does
 * so inside of one; and what was taken out of reach is freed only when all sections are over in
 * which somebody may have come by it. The latter is polled, never waited for: a reader that is
 * stopped inside of a section delays the freeing, nothing else. One domain for the whole process.
 *
 * A section counts itself in at its beginning and out at its end, in one of two phases, on whatever
 * CPU it is. A phase is empty when as many left as entered. One look at a phase reads
 *
 *     the leaves of all cells, then has a fence, then reads the enters of all cells,
 *
 * while sections come and go. Suppose that both sums are equal.
 *
 *   - Whose leave was seen, their enter was seen, too: it was made before, by the same thread, and
 *     is read after. So the enters that were seen have each their leave among those that were seen,
 *     and what these sections did is done.
 *   - Whose enter was not seen, made it after the fence, and a section looks at the table after its
 *     enter. So it finds what was stored before the fence: nothing that was unlinked until then.
 *
 * That holds for each phase by itself. A reader is in one phase or the other, so what was unlinked
 * before both were seen empty, be it at one look or at two, can be freed. The phase that sections
 * begin in matters to progress only: with a single one there could always be somebody inside. It is
 * changed when nobody is left in the other one, so that nobody new comes to where one waits. A
 * reader may have loaded the phase long before it counts itself in; it is then in the old one,
 * where the next look finds it.
 *
 * For the second point a reader's enter must come before its loads for all to see. An atomic
 * addition with a fence has that. A restartable section does not: a plain store may become visible
 * after loads that follow it. There the looking thread has all others run a fence (base/fence.h):
 * what a reader did before it has become visible, and what a reader does after it finds what was
 * unlinked before. A context switch is a fence, too, so that a reader may enter on one CPU and
 * leave on another. Where the system has no such fence, the counts are atomic, whatever recordings
 * are.
 *
 * A signal handler is one more reader; it may come anywhere in enter() and leave(). Counting may
 * fail on a CPU without a cell; the words beside the cells are then added to, atomically.
 *
 * In a forked child, sections of other threads will never end; what they leave is taken off. It
 * must not be forked by a handler that came upon its own thread within a section: such a fork may
 * find a lock held by the same thread anyway.
 */
#ifndef PML_SERIES_READERS_H
#define PML_SERIES_READERS_H

#include "base/atomic.h"

#include <promlet/cell.h>
#include <promlet/hot_path.h>

#include <stdbool.h>
#include <stdint.h>

#define PML_PHASES 2

/* The words of a cell: one for each phase of both. */
enum { PML_READERS_ENTERED, PML_READERS_LEFT = PML_PHASES, PML_READERS_WORDS = 2 * PML_PHASES };

typedef struct pml_readers {
    struct promlet_spread *spread; /* NULL: the own words are enough, or memory is short */
    _Atomic uint32_t phase;        /* in which sections begin */
    uint64_t own[PML_READERS_WORDS];
} pml_readers;

extern pml_readers pml_all_readers;

/* To be called before there is anything to read; with PML_LOCK_CHANGES held. `are_many`: look-ups
   by label values are to come, which are worth per-CPU counts. Safe to call again and again;
   without memory sections are only slower, until the next call. */
void pml_readers_prepare(bool are_many);

static inline void pml_readers_count(uint32_t word)
{
    promlet_hot_add_whole(promlet_hot_spread(&pml_all_readers.spread), word,
                          &pml_all_readers.own[word], 1);
}

/* Begins a section; its end must be told what comes back. Any thread, also inside of another
   section; a signal handler, too. No lock, no system call, keeps errno. */
static inline uint32_t pml_readers_enter(void)
{
    /* relaxed: any phase is right, and a recent one soon enough. */
    uint32_t phase = pml_load_relaxed(&pml_all_readers.phase);
    pml_readers_count(PML_READERS_ENTERED + phase);
    /* seq_cst: pairs with the fence in fence() of readers.c. The look finds us in, or we find that
       it is unlinked. */
    pml_fence_behind_add_seq_cst();
    return phase;
}

/* Ends it: nothing that was found inside may be touched any more. */
static inline void pml_readers_leave(uint32_t phase)
{
    /* Adds with a release, which pairs with the acquires in sum() and sum_whole(). */
    pml_readers_count(PML_READERS_LEFT + phase);
}

/* All that follows is for the cold side, with PML_LOCK_CHANGES held. */

/* Names the grace period that must be over before what was unlinked until now may be freed. */
uint64_t pml_grace_ticket(void);

bool pml_grace_is_over(uint64_t ticket);

/* Looks whether sections have ended. Without readers, all tickets are over after one call. Does
   nothing, and costs nothing, when they are already. Never waits; keeps errno. */
void pml_grace_advance(void);

#endif
