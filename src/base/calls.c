/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls run, waiting for their end, and threads for them. */
#include "base/calls.h"

#include "base/locks.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

/* Guarded by PML_LOCK_CALLS. */
static pml_callee *running;

/* A child has no threads of its parent. */
static unsigned int forks;

/* Calls end seldom, so one condition for all of them will do. */
static pthread_cond_t some_call_ended;

/* As everywhere, the model spares libc from asking for memory at the first use in a thread. */
static _Thread_local __attribute__((tls_model("initial-exec"))) pml_callee *here;

pml_callee *pml_call_here(void)
{
    return here;
}

void pml_call_set_here(pml_callee *callee)
{
    here = callee;
}

void pml_call_begin(pml_callee *callee)
{
    callee->is_running = true;
    callee->next = running;
    running = callee;
}

static void make_condition(void)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&some_call_ended, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

static pthread_once_t condition_once = PTHREAD_ONCE_INIT;

void pml_call_end(pml_callee *callee)
{
    pml_callee **at = &running;
    while (*at != NULL && *at != callee) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = callee->next;
    }
    callee->is_running = false;
    (void)pthread_once(&condition_once, make_condition);
    pthread_cond_broadcast(&some_call_ended);
}

bool pml_call_wait(uint64_t until_ns)
{
    (void)pthread_once(&condition_once, make_condition);
    if (until_ns != UINT64_MAX) {
        return pml_lock_wait_until(PML_LOCK_CALLS, &some_call_ended, until_ns);
    }
    pml_lock_wait(PML_LOCK_CALLS, &some_call_ended);
    return true;
}

uint64_t pml_call_moment(uint64_t ns)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + ns;
}

void pml_call_keep_thread(pml_callee *callee, pthread_t thread)
{
    callee->has_thread = true;
    callee->thread = thread;
    callee->forks = forks;
}

bool pml_call_take_thread(pml_callee *callee, pthread_t *thread)
{
    bool is_here = callee->has_thread && callee->forks == forks;
    callee->has_thread = false;
    *thread = callee->thread;
    return is_here;
}

void pml_calls_forget(void)
{
    forks++;
    pml_callee *own = NULL;
    while (running != NULL) {
        pml_callee *callee = running;
        running = callee->next;
        callee->is_running = callee == here;
        own = callee->is_running ? callee : own;
    }
    running = own;
    if (own != NULL) {
        own->next = NULL;
    }
    /* The threads that waited for the old one are not here either. */
    make_condition();
}

bool pml_call_start_thread(pthread_t *thread, void *(*run)(void *ctx), void *ctx)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_made = pthread_create(thread, NULL, run, ctx) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_made;
}
