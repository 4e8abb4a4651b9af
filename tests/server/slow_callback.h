/* SPDX-License-Identifier: Apache-2.0 */
/* A gauge whose callback does not return until it may, so that a scrape takes as long as a test
   wants. */
#ifndef PML_TESTS_SERVER_SLOW_CALLBACK_H
#define PML_TESTS_SERVER_SLOW_CALLBACK_H

#include <promlet/promlet.h>

#include <semaphore.h>

static sem_t slow_begins;
static sem_t slow_may_end;

static inline double slow_answer(void *ctx)
{
    (void)ctx;
    sem_post(&slow_begins);
    while (sem_wait(&slow_may_end) != 0) {
    }
    return 7;
}

/* Gives a registry the gauge `slow`. */
static inline void add_slow_callback(promlet_registry *registry)
{
    sem_init(&slow_begins, 0, 0);
    sem_init(&slow_may_end, 0, 0);
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "slow"}, slow_answer, NULL);
}

/* A registry with nothing but that. */
static inline promlet_registry *new_slow_registry(void)
{
    promlet_registry *registry = promlet_registry_new();
    add_slow_callback(registry);
    return registry;
}

#endif
