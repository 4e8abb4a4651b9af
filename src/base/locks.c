/* SPDX-License-Identifier: Apache-2.0 */
/* The locks, and the handlers that hold them across fork(). */
#include "base/locks.h"

#include "base/calls.h"
#include "base/flight.h"
#include "base/process_id.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

static pthread_mutex_t locks[PML_LOCKS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                           PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                           PTHREAD_MUTEX_INITIALIZER};

/* Between the handlers of a fork its thread holds all locks. Handlers of the program run in between
   too, if they were registered before ours, and may call promlet. The model spares libc from asking
   for memory at the first use in a thread, where it ends the process when there is none. */
static _Thread_local __attribute__((tls_model("initial-exec"))) bool holds_all;

/* Of what stands above base/; see pml_locks_tell_child(). */
static void (*forget_above)(void);

static void before_fork(void)
{
    for (int id = 0; id < PML_LOCKS; id++) {
        pthread_mutex_lock(&locks[id]);
    }
    holds_all = true;
}

static void after_fork_in_parent(void)
{
    holds_all = false;
    for (int id = PML_LOCKS - 1; id >= 0; id--) {
        pthread_mutex_unlock(&locks[id]);
    }
}

static void after_fork_in_child(void)
{
    pml_process_was_forked();
    pml_flights_forget();
    pml_calls_forget();
    if (forget_above != NULL) {
        forget_above();
    }
    after_fork_in_parent();
}

/* Fails only without memory; a child of a fork amid a change is then worse off, and nobody else. */
static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/* At the first use, because there is no code that runs before main(). */
static void watch_forks_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, watch_forks);
}

void pml_lock(pml_lock_id id)
{
    watch_forks_once();
    if (!holds_all) {
        pthread_mutex_lock(&locks[id]);
    }
}

bool pml_try_lock(pml_lock_id id)
{
    watch_forks_once();
    return holds_all || pthread_mutex_trylock(&locks[id]) == 0;
}

void pml_unlock(pml_lock_id id)
{
    if (!holds_all) {
        pthread_mutex_unlock(&locks[id]);
    }
}

void pml_locks_tell_child(void (*forget)(void))
{
    forget_above = forget;
}

void pml_lock_wait(pml_lock_id id, pthread_cond_t *condition)
{
    pthread_cond_wait(condition, &locks[id]);
}

bool pml_lock_wait_until(pml_lock_id id, pthread_cond_t *condition, uint64_t until_ns)
{
    struct timespec until = {(time_t)(until_ns / 1000000000u), (long)(until_ns % 1000000000u)};
    return pthread_cond_timedwait(condition, &locks[id], &until) != ETIMEDOUT;
}
