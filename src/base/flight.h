/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One flight at a time: callers who want the same expensive result share it, as long as its making
 * began after each of them had asked.
 */
#ifndef PML_BASE_FLIGHT_H
#define PML_BASE_FLIGHT_H

#include <pthread.h>
#include <stdbool.h>

struct pml_passenger;

/* Everything is guarded by PML_LOCK_FLIGHTS. */
typedef struct pml_flight {
    pthread_cond_t landed;
    bool in_the_air;               /* somebody makes a result now: */
    pthread_t pilot;               /* this thread */
    struct pml_passenger *aboard;  /* who gets that result too */
    struct pml_passenger *waiting; /* who asked since that began, the last of them first */
    struct pml_flight *next;       /* among all flights of the process, once it is listed */
    bool is_listed;
} pml_flight;

#define PML_FLIGHT_INITIALIZER                                                                     \
    {                                                                                              \
        .landed = PTHREAD_COND_INITIALIZER                                                         \
    }

/* What is made, and how it gets one more owner. */
typedef struct pml_flight_plan {
    void *(*make)(void *ctx);    /* a result that the caller owns, or NULL */
    void (*share)(void *result); /* counts one more owner */
    void *ctx;
    bool is_own; /* nobody else may have the result, nor the caller that of another */
} pml_flight_plan;

/* The result of a make() that began after this call; NULL if that one returned NULL. */
void *pml_flight_join(pml_flight *flight, const pml_flight_plan *plan);

/* The same without waiting for anybody: false, with nothing done, when another make() runs. */
bool pml_flight_try(pml_flight *flight, const pml_flight_plan *plan, void **result);

void pml_flight_start(pml_flight *flight);
void pml_flight_end(pml_flight *flight);

/* In a forked child, with PML_LOCK_FLIGHTS held: the threads that fly and wait are not here. If
   make() itself has forked it goes on, but without those that would have got its result. */
void pml_flights_forget(void);

#endif
