/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests with threads share: a seed and a duration that the environment can set, a deadline,
 * random numbers, threads that start together, and a place for the first failure, because cmocka's
 * assertions only work in the main thread.
 */
#ifndef TESTS_SUPPORT_STRESS_H
#define TESTS_SUPPORT_STRESS_H

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STRESS_DEFAULT_SEED UINT64_C(20260817)

/* PROMLET_TEST_SEED, or a fixed one; printed once, so that a failure can be run again. */
static inline uint64_t stress_seed(void)
{
    const char *text = getenv("PROMLET_TEST_SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : STRESS_DEFAULT_SEED;
    printf("PROMLET_TEST_SEED=%" PRIu64 "\n", seed);
    return seed;
}

/* PROMLET_TEST_SECONDS for each case, or what the case takes by default. */
static inline double stress_seconds(double by_default)
{
    const char *text = getenv("PROMLET_TEST_SECONDS");
    double seconds = text != NULL ? strtod(text, NULL) : 0;
    return seconds > 0 ? seconds : by_default;
}

static inline double stress_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* SplitMix64. */
static inline uint64_t stress_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* ---- failures in threads --------------------------------------------------------------------- */

typedef struct stress_failure {
    atomic_flag is_taken;
    atomic_bool is_set;
    char why[2048];
} stress_failure;

#define STRESS_FAILURE_INITIALIZER                                                                 \
    {                                                                                              \
        .is_taken = ATOMIC_FLAG_INIT                                                               \
    }

/* Keeps the first failure; always false. */
__attribute__((format(printf, 2, 3))) static inline bool stress_fail(stress_failure *failure,
                                                                     const char *format, ...)
{
    if (!atomic_flag_test_and_set(&failure->is_taken)) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(failure->why, sizeof failure->why, format, arguments);
        va_end(arguments);
        atomic_store(&failure->is_set, true);
    }
    return false;
}

/* ---- threads that start together ------------------------------------------------------------- */

typedef struct stress_crew stress_crew;

/* One thread of a crew. */
typedef struct stress_member {
    stress_crew *crew;
    void (*run)(struct stress_member *self);
    void *ctx;
    size_t number; /* counted from 0 */
    uint64_t random;
    uint64_t done; /* the member's own count, read after stress_crew_wait() */
    bool has_begun;
    pthread_t thread;
} stress_member;

#define STRESS_MAX_MEMBERS 32

struct stress_crew {
    stress_member members[STRESS_MAX_MEMBERS];
    size_t count;
    atomic_size_t arrived;
    atomic_bool go;
    atomic_size_t finished;
    atomic_bool stop; /* for members that run until others are done */
    double deadline;
};

static inline void stress_crew_begin(stress_crew *crew, double seconds)
{
    crew->count = 0;
    atomic_init(&crew->arrived, 0);
    atomic_init(&crew->go, false);
    atomic_init(&crew->finished, 0);
    atomic_init(&crew->stop, false);
    crew->deadline = stress_now() + seconds;
}

/* Whether a member that runs until the deadline shall go on. Each has one round, however late a
   busy machine lets it begin. */
static inline bool stress_goes_on(stress_member *self)
{
    bool is_first = !self->has_begun;
    self->has_begun = true;
    return is_first || (!atomic_load(&self->crew->stop) && stress_now() < self->crew->deadline);
}

static inline void *stress_run_member(void *ctx)
{
    stress_member *self = ctx;
    atomic_fetch_add(&self->crew->arrived, 1);
    while (!atomic_load(&self->crew->go)) {
        (void)sched_yield();
    }
    self->run(self);
    atomic_fetch_add(&self->crew->finished, 1);
    return NULL;
}

static inline void stress_crew_add(stress_crew *crew, size_t count, void (*run)(stress_member *),
                                   void *ctx, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        if (crew->count == STRESS_MAX_MEMBERS) {
            abort();
        }
        stress_member *member = &crew->members[crew->count];
        *member = (stress_member){.crew = crew, .run = run, .ctx = ctx, .number = crew->count};
        member->random = seed + crew->count * UINT64_C(0x5851f42d4c957f2d);
        crew->count++;
        if (pthread_create(&member->thread, NULL, stress_run_member, member) != 0) {
            abort();
        }
    }
}

/* Lets all threads go at once. */
static inline void stress_crew_go(stress_crew *crew)
{
    while (atomic_load(&crew->arrived) < crew->count) {
        (void)sched_yield();
    }
    atomic_store(&crew->go, true);
}

/* Members may send each other signals as long as they run, and only a thread that nobody has joined
   may be sent one. So all have finished before the first is joined. */
static inline void stress_crew_wait(stress_crew *crew)
{
    while (atomic_load(&crew->finished) < crew->count) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (size_t i = 0; i < crew->count; i++) {
        (void)pthread_join(crew->members[i].thread, NULL);
    }
}

#endif
