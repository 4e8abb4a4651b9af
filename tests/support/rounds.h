/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds of <promlet/periodic.h> that a test can wait for, hold up and have do something. */
#ifndef TESTS_SUPPORT_ROUNDS_H
#define TESTS_SUPPORT_ROUNDS_H

#include "support/expect.h"
#include "support/periodic.h"

#include <pthread.h>

typedef struct rounds {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int begun;
    int ended;
    int freed;
    bool is_held; /* A round that begins waits until this is false. */

    promlet_status status;
    promlet_periodic *periodic;
    promlet_status (*in_round)(struct rounds *rounds);
} rounds;

#define ROUNDS_INITIALIZER                                                                         \
    {                                                                                              \
        .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER                     \
    }

/* In a forked child the lock may be held by a thread that is not there, and nobody else counts. */
static bool is_child;

static inline void note(rounds *of, int *count)
{
    if (is_child) {
        ++*count;
        return;
    }
    pthread_mutex_lock(&of->lock);
    ++*count;
    pthread_cond_broadcast(&of->changed);
    pthread_mutex_unlock(&of->lock);
}

static inline void wait_for(rounds *of, const int *count, int least)
{
    pthread_mutex_lock(&of->lock);
    while (*count < least) {
        pthread_cond_wait(&of->changed, &of->lock);
    }
    pthread_mutex_unlock(&of->lock);
}

static inline void hold(rounds *of, bool is_held)
{
    pthread_mutex_lock(&of->lock);
    of->is_held = is_held;
    pthread_cond_broadcast(&of->changed);
    pthread_mutex_unlock(&of->lock);
}

static inline promlet_status run(void *ctx)
{
    rounds *of = ctx;
    note(of, &of->begun);
    pthread_mutex_lock(&of->lock);
    while (of->is_held) {
        pthread_cond_wait(&of->changed, &of->lock);
    }
    pthread_mutex_unlock(&of->lock);
    promlet_status status = of->in_round != NULL ? of->in_round(of) : of->status;
    note(of, &of->ended);
    return status;
}

static inline void free_rounds(void *ctx)
{
    rounds *of = ctx;
    note(of, &of->freed);
}

static inline void start(rounds *of, double seconds, bool runs_at_stop)
{
    assert_int_equal(promlet_periodic_start(&(promlet_periodic_opts){.interval_seconds = seconds,
                                                                     .run = run,
                                                                     .ctx = of,
                                                                     .free_ctx = free_rounds,
                                                                     .runs_at_stop = runs_at_stop,
                                                                     .name = "rounds"},
                                            &of->periodic),
                     PROMLET_OK);
}

static inline promlet_status stop_from_within(rounds *of)
{
    return promlet_periodic_stop(of->periodic) == PROMLET_ERROR_BUSY ? PROMLET_OK
                                                                     : PROMLET_ERROR_SYSTEM;
}

#endif
