/* SPDX-License-Identifier: Apache-2.0 */
/* One call of a collector, or of a callback that is watched, for one scrape, here or in a thread of
   its own. */
#ifndef PML_SNAPSHOT_RUN_H
#define PML_SNAPSHOT_RUN_H

#include "registry/collector.h"
#include "snapshot/emitted.h"

/* Zeroed, but for the collector, before it starts. */
typedef struct pml_run {
    promlet_collector *collector; /* pinned by the scrape */
    struct pml_run_call *call;    /* while it runs */
    promlet_emitter *emitter;     /* what it has emitted; NULL when it has failed altogether */
    double answer;                /* or, if it is a callback and has not failed, its value */
    bool is_skipped;              /* the collector is being unregistered; or, once that is settled,
                                     is promlet's own, and has nothing to tell */
    bool has_failed;
    char why[PML_SENTENCE_SIZE]; /* it has */
    uint64_t duration_ns;
    /* Of its collector so far, once they are counted: */
    uint64_t failures;
    uint64_t cut_help_texts;
} pml_run;

/* A collector without a deadline is called here; the call of another is begun. False when out of
   memory. */
bool pml_run_start(pml_run *run);

/* Waits for the end of a call that was begun, no longer than its deadline. */
void pml_run_wait(pml_run *run);

/* It has failed; the first sentence that says why is kept. */
void pml_run_fail(pml_run *run, const char *why);

#endif
