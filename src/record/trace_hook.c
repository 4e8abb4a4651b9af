/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hook for traces: a function and its context, which are set together under a lock, and read
 * together by recordings without one. A recording that meets a change of them goes without.
 */
#include "record/trace_hook.h"

#include "base/atomic.h"
#include "base/locks.h"

#include <errno.h>
#include <string.h>

static struct {
    _Atomic uint64_t turn; /* odd: it is being set */
    _Atomic(promlet_trace_context_fn) fn;
    _Atomic(void *) ctx;
} hook;

/* What the function records itself must not ask again. A signal handler that comes amid a question
   goes without, too. The model spares libc from asking for memory at the first use in a thread. */
static _Thread_local __attribute__((tls_model("initial-exec"))) bool is_asking;

void promlet_set_trace_context_hook(promlet_trace_context_fn fn, void *ctx)
{
    pml_lock(PML_LOCK_LOG);
    /* relaxed: only changed with this lock held. */
    uint64_t turn = pml_load_relaxed(&hook.turn);
    /* relaxed: what follows publishes it. */
    pml_store_relaxed(&hook.turn, turn + 1);
    /* release: pairs with the acquire in read_hook(); who sees it sees that the turn is another. */
    pml_store_release(&hook.fn, fn);
    /* release: pairs with the acquire in read_hook(), as above. */
    pml_store_release(&hook.ctx, ctx);
    /* release: pairs with the acquire in read_hook(); both are set. */
    pml_store_release(&hook.turn, turn + 2);
    pml_switch_set_traced(fn != NULL);
    pml_unlock(PML_LOCK_LOG);
}

/* NULL if there is none, or if it is being set. */
static promlet_trace_context_fn read_hook(void **ctx)
{
    /* acquire: pairs with the release of the turn in promlet_set_trace_context_hook(). */
    uint64_t turn = pml_load_acquire(&hook.turn);
    /* acquire: pairs with the release in promlet_set_trace_context_hook(). */
    promlet_trace_context_fn fn = pml_load_acquire(&hook.fn);
    /* acquire: pairs with the release there, as above. */
    *ctx = pml_load_acquire(&hook.ctx);
    /* relaxed: the two loads before it order it. */
    bool is_whole = turn % 2 == 0 && pml_load_relaxed(&hook.turn) == turn;
    return is_whole ? fn : NULL;
}

static bool ask(promlet_trace_context_fn fn, promlet_trace_context *context, void *ctx)
{
    int saved_errno = errno;
    is_asking = true;
    bool is_known = fn(context, ctx);
    is_asking = false;
    errno = saved_errno;
    return is_known;
}

bool pml_trace_ask(promlet_trace_context *context)
{
    void *ctx;
    promlet_trace_context_fn fn = is_asking ? NULL : read_hook(&ctx);
    memset(context, 0, sizeof *context);
    return fn != NULL && ask(fn, context, ctx) && pml_trace_is_of_use(context);
}

static bool is_zero(const unsigned char *id, size_t size)
{
    unsigned char any = 0;
    for (size_t i = 0; i < size; i++) {
        any |= id[i];
    }
    return any == 0;
}

bool pml_trace_is_of_use(const promlet_trace_context *context)
{
    return context->is_sampled && !is_zero(context->trace_id, sizeof context->trace_id) &&
           !is_zero(context->span_id, sizeof context->span_id);
}
