/* SPDX-License-Identifier: Apache-2.0 */
/* A gate at which a callback or collector waits in its call, until the test lets it go on. */
#ifndef TESTS_SUPPORT_GATE_H
#define TESTS_SUPPORT_GATE_H

#include <promlet/collector.h>

#include <pthread.h>
#include <signal.h>

/* A deadline that shall pass, and one that shall not. */
#define SHORT 1e-3
#define LONG 3600.0

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_open;
    int entered;
    int left;
    const char *family;
    pthread_t thread;
    struct gate *other;         /* must be entered before this one returns */
    promlet_collector *to_free; /* before it returns */
    bool all_signals_blocked;
};

#define GATE(name)                                                                                 \
    {                                                                                              \
        .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .family = (name)   \
    }

static inline void wait_until_entered(struct gate *gate, int entered)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->entered < entered) {
        pthread_cond_wait(&gate->changed, &gate->lock);
    }
    pthread_mutex_unlock(&gate->lock);
}

static inline int times_entered(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    int entered = gate->entered;
    pthread_mutex_unlock(&gate->lock);
    return entered;
}

static inline void wait_until_left(struct gate *gate, int left)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->left < left) {
        pthread_cond_wait(&gate->changed, &gate->lock);
    }
    pthread_mutex_unlock(&gate->lock);
}

static inline void set_open(struct gate *gate, bool is_open)
{
    pthread_mutex_lock(&gate->lock);
    gate->is_open = is_open;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

/* What a callback or collector does in its call. */
static inline void pass_gate(struct gate *gate)
{
    sigset_t blocked;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    pthread_mutex_lock(&gate->lock);
    gate->all_signals_blocked = sigismember(&blocked, SIGTERM) == 1;
    gate->thread = pthread_self();
    gate->entered++;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
    if (gate->other != NULL) {
        wait_until_entered(gate->other, 1);
    }
    if (gate->to_free != NULL) {
        promlet_collector_free(gate->to_free);
    }
    pthread_mutex_lock(&gate->lock);
    while (!gate->is_open) {
        pthread_cond_wait(&gate->changed, &gate->lock);
    }
    gate->left++;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

/* A collector of a gate: it emits a gauge of the gate's name, which is 1. */
static inline promlet_status emit_past_gate(promlet_emitter *emitter, void *ctx)
{
    struct gate *gate = ctx;
    promlet_status status = promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = gate->family, .type = PROMLET_TYPE_GAUGE});
    pass_gate(gate);
    return status == PROMLET_OK ? promlet_emit_value(emitter, 1) : status;
}

/* A callback of a gate: it answers with 1. */
static inline double answer_past_gate(void *ctx)
{
    pass_gate(ctx);
    return 1;
}

#endif
