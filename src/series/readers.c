/* SPDX-License-Identifier: Apache-2.0 */
/* The cold side of read sections: looking at both phases. See readers.h for why it is right. */
#include "series/readers.h"

#include "base/fence.h"
#include "base/locks.h"
#include "series/spread.h"

#include <promlet/recording.h>

pml_readers pml_all_readers;

/* Guarded by PML_LOCK_CHANGES. */
static struct {
    uint64_t looks;               /* how many there were; each has its number, from 1 on */
    uint64_t wanted;              /* the last ticket, which is the number of the look after it */
    uint64_t emptied[PML_PHASES]; /* the last look that found nobody there */
    uint64_t lost[PML_PHASES];    /* sections that other threads left open at a fork */
} grace;

static uint64_t sum(uint32_t word)
{
    /* acquire: pairs with the release of promlet_hot_add_whole() in pml_readers_leave(); what a
       section did is done. */
    uint64_t own = pml_word_load_acquire(&pml_all_readers.own[word]);
    return pml_spread_whole(pml_spread_of(&pml_all_readers.spread), word, own);
}

/* ---- beginning and forking ------------------------------------------------------------------- */

/* In a child nobody is inside any more. */
static void forget_readers(void)
{
    for (uint32_t phase = 0; phase < PML_PHASES; phase++) {
        grace.lost[phase] = sum(PML_READERS_ENTERED + phase) - sum(PML_READERS_LEFT + phase);
    }
}

static struct promlet_spread *make_counts(void)
{
    bool may_be_restartable =
        promlet_get_recording_path() == PROMLET_PATH_RESTARTABLE && pml_fence_everywhere_prepare();
    return may_be_restartable ? pml_spread_new(PML_READERS_WORDS)
                              : pml_spread_new_atomic(PML_READERS_WORDS);
}

void pml_readers_prepare(bool are_many)
{
    pml_locks_tell_child(forget_readers);
    if (are_many && pml_spread_of(&pml_all_readers.spread) == NULL) {
        pml_spread_publish(&pml_all_readers.spread, make_counts());
    }
}

/* ---- grace periods --------------------------------------------------------------------------- */

uint64_t pml_grace_ticket(void)
{
    grace.wanted = grace.looks + 1;
    return grace.wanted;
}

bool pml_grace_is_over(uint64_t ticket)
{
    return grace.emptied[0] >= ticket && grace.emptied[1] >= ticket;
}

/* Between what was unlinked and the enters that are read next. */
static bool fence(void)
{
    const struct promlet_spread *spread = pml_spread_of(&pml_all_readers.spread);
    if (spread != NULL && spread->rseq_offset != 0) {
        return pml_fence_everywhere();
    }
    /* seq_cst: pairs with the fence in pml_readers_enter(). */
    pml_fence_seq_cst();
    return true;
}

/* One look at both phases. A look without its fence is none: memory is kept, nothing breaks. */
static bool look(void)
{
    uint64_t left[PML_PHASES] = {sum(PML_READERS_LEFT), sum(PML_READERS_LEFT + 1)};
    if (!fence()) {
        return false;
    }
    grace.looks++;
    for (uint32_t phase = 0; phase < PML_PHASES; phase++) {
        if (sum(PML_READERS_ENTERED + phase) - left[phase] == grace.lost[phase]) {
            grace.emptied[phase] = grace.looks;
        }
    }
    return true;
}

/* Sends new readers to the other phase, if nobody is left there. */
static bool change_phase(void)
{
    /* relaxed: only this thread, which holds the lock, ever stores it. */
    uint32_t phase = pml_load_relaxed(&pml_all_readers.phase);
    if (grace.emptied[1 - phase] != grace.looks) {
        return false;
    }
    /* relaxed: readers that don't see it yet are right, too. */
    pml_store_relaxed(&pml_all_readers.phase, 1 - phase);
    return true;
}

void pml_grace_advance(void)
{
    /* A second look, because sections are short: who was inside at the first is often gone. */
    if (!pml_grace_is_over(grace.wanted) && look() && !pml_grace_is_over(grace.wanted) &&
        change_phase()) {
        (void)look();
    }
}
