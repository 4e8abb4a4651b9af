/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call that is made in a thread of its own belongs to the scrape, until that gives up waiting for
 * it; from then on to its thread, which frees what it has emitted too late.
 */
#include "snapshot/run.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/locks.h"
#include "registry/registry.h"
#include "registry/self_metrics.h"

#include <stdio.h>
#include <string.h>

struct pml_run_call {
    promlet_collector *collector; /* not freed while it runs */
    promlet_emitter *emitter;     /* NULL for a callback */
    double answer;                /* of a callback */
    pml_naming naming;            /* of what promlet's own emits */
    pthread_t thread;
    uint64_t deadline_ns;         /* a moment */
    promlet_status status;        /* what the collector returned */
    char said[PML_SENTENCE_SIZE]; /* its last error */
    uint64_t ended_ns;

    /* Guarded by PML_LOCK_CALLS. */
    bool is_done;
    bool is_left; /* the scrape does not wait any more */
};

void pml_run_fail(pml_run *run, const char *why)
{
    if (!run->has_failed) {
        run->has_failed = true;
        (void)snprintf(run->why, sizeof run->why, "%s", why);
    }
}

static void free_call(struct pml_run_call *call)
{
    pml_emitters_free(call->emitter);
    pml_free(call);
}

/* False when out of memory. */
static bool add_emitter(struct pml_run_call *call)
{
    promlet_registry *registry = call->collector->registry;
    call->emitter = pml_emitter_new(pml_registry_naming(registry));
    if (call->emitter != NULL && call->collector->is_own) {
        call->naming = pml_own_naming(registry);
        call->emitter->naming = &call->naming;
    }
    return call->emitter != NULL;
}

static struct pml_run_call *new_call(promlet_collector *collector)
{
    struct pml_run_call *call = pml_alloc_zeroed(sizeof *call);
    if (call == NULL) {
        return NULL;
    }
    call->collector = collector;
    call->deadline_ns = pml_call_moment(collector->deadline_ns);
    if (!pml_collector_is_callback(collector) && !add_emitter(call)) {
        free_call(call);
        return NULL;
    }
    return call;
}

static promlet_status call_function(struct pml_run_call *call)
{
    promlet_collector *collector = call->collector;
    if (!pml_collector_is_callback(collector)) {
        return collector->collect(call->emitter, collector->ctx);
    }
    call->answer = collector->ask(collector->ctx);
    return PROMLET_OK;
}

/* The last error is the thread's, and a scrape that works must not change it. */
static void call_user(struct pml_run_call *call)
{
    char before[PML_SENTENCE_SIZE];
    memcpy(before, promlet_last_error(), sizeof before);
    (void)pml_fail(PROMLET_OK, "%s", "");
    pml_call_set_here(&call->collector->callee);
    call->status = call_function(call);
    pml_call_set_here(NULL);
    memcpy(call->said, promlet_last_error(), sizeof call->said);
    (void)pml_fail(PROMLET_OK, "%s", before);
    call->ended_ns = pml_clock_monotonic_ns();
}

/* ---- a thread for it ------------------------------------------------------------------------- */

static void *run_thread(void *ctx)
{
    struct pml_run_call *call = ctx;
    promlet_collector *collector = call->collector;
    /* A cancelled call would never end. */
    int cancel_state;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    call_user(call);
    pml_collector_before_end(collector);
    pml_lock(PML_LOCK_CALLS);
    call->is_done = true;
    bool is_left = call->is_left;
    bool is_last = pml_collector_end_locked(collector);
    pml_unlock(PML_LOCK_CALLS);
    if (is_last) {
        pml_collector_discard(collector);
    }
    if (is_left) {
        free_call(call);
    }
    return NULL;
}

/* False if the call belongs to its thread now. */
static bool wait_for_call(struct pml_run_call *call)
{
    pml_lock(PML_LOCK_CALLS);
    bool has_time = true;
    while (!call->is_done && has_time) {
        has_time = pml_call_wait(call->deadline_ns);
    }
    bool is_done = call->is_done;
    pthread_t thread = call->thread;
    if (!is_done) {
        call->is_left = true;
        pml_call_keep_thread(&call->collector->callee, thread);
    }
    pml_unlock(PML_LOCK_CALLS);
    if (is_done) {
        (void)pthread_join(thread, NULL);
    }
    return is_done;
}

/* ---- from begin to end ----------------------------------------------------------------------- */

static void take_results(pml_run *run)
{
    struct pml_run_call *call = run->call;
    run->call = NULL;
    run->duration_ns = call->ended_ns - run->collector->began_ns;
    if (call->status != PROMLET_OK) {
        pml_run_fail(run, call->said[0] != '\0' ? call->said : promlet_status_text(call->status));
    } else if (call->emitter == NULL) {
        run->answer = call->answer;
    } else if (!pml_emitter_finish(call->emitter)) {
        pml_run_fail(run, promlet_status_text(PROMLET_ERROR_MEMORY));
    } else {
        run->emitter = call->emitter;
        run->emitter->naming = NULL;
        call->emitter = NULL;
    }
    if (run->emitter != NULL && run->emitter->status != PROMLET_OK) {
        pml_run_fail(run, run->emitter->why);
    }
    free_call(call);
}

static void fail_begin(pml_run *run, bool still_runs)
{
    run->is_skipped = !still_runs;
    run->duration_ns = pml_clock_monotonic_ns() - run->collector->began_ns;
    pml_run_fail(run, "its call for an earlier scrape is still running");
}

bool pml_run_start(pml_run *run)
{
    promlet_collector *collector = run->collector;
    run->call = new_call(collector);
    if (run->call == NULL) {
        return false;
    }
    bool still_runs;
    if (!pml_collector_begin(collector, &still_runs)) {
        free_call(run->call);
        run->call = NULL;
        fail_begin(run, still_runs);
    } else if (collector->deadline_ns == 0) {
        call_user(run->call);
        pml_collector_end(collector);
        take_results(run);
    } else if (!pml_call_start_thread(&run->call->thread, run_thread, run->call)) {
        pml_collector_end(collector);
        free_call(run->call);
        run->call = NULL;
        pml_run_fail(run, "no thread could be made for it");
    }
    return true;
}

void pml_run_wait(pml_run *run)
{
    if (run->call == NULL) {
        return;
    }
    if (wait_for_call(run->call)) {
        take_results(run);
        return;
    }
    run->call = NULL;
    run->duration_ns = pml_clock_monotonic_ns() - run->collector->began_ns;
    pml_run_fail(run, "it did not return before its deadline");
}
