/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All locks of the core. They belong to the process, not to an object: what they guard changes
 * rarely and for moments only, and so all of them can be held across fork(). A child then finds
 * nothing half done and no lock held by a thread that it does not have.
 *
 * No code of the user runs with one of them held, and recording takes none, but for a new series.
 * They are taken in the order in which they stand here.
 */
#ifndef PML_BASE_LOCKS_H
#define PML_BASE_LOCKS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum pml_lock_id {
    /* What one snapshot leaves for the next: sorted series, file-scope metrics. */
    PML_LOCK_ORDER,
    /* What exists: registries' families, names, per-CPU cells and first errors, and families'
       series. */
    PML_LOCK_CHANGES,
    /* Who takes a snapshot and who waits for one. */
    PML_LOCK_FLIGHTS,
    /* Collectors and callbacks: which there are, which run, and who waits for their end. */
    PML_LOCK_CALLS,
    /* What the program has set for all of it, with their contexts: the log callback, and the hook
       for traces. */
    PML_LOCK_LOG,
    PML_LOCKS
} pml_lock_id;

void pml_lock(pml_lock_id id);
void pml_unlock(pml_lock_id id);

/* Does not wait: false when another thread holds it. */
bool pml_try_lock(pml_lock_id id);

/* Has a function called in every forked child, with all locks held, to forget the threads that are
   not there; with PML_LOCK_CHANGES held. There is one such function, of whoever sets it. */
void pml_locks_tell_child(void (*forget)(void));

/* Unlocks, waits for the condition, and locks again. */
void pml_lock_wait(pml_lock_id id, pthread_cond_t *condition);

/* The same until that time of the monotonic clock, to which the condition must be set; false once
   it is over. */
bool pml_lock_wait_until(pml_lock_id id, pthread_cond_t *condition, uint64_t until_ns);

#endif
