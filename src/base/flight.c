/* SPDX-License-Identifier: Apache-2.0 */
/*
 * At most one make() runs. Who comes meanwhile waits in a list; when it lands, one of them is asked
 * to make the next result and hands it to all who were in the list when it began. So nobody gets a
 * result that is older than their question, and there is never more than one running and one next.
 * Who wants a result of their own waits in the same list, and makes it when it is their turn.
 */
#include "base/flight.h"

#include "base/locks.h"

#include <stddef.h>

/* All flights that were ever joined and have not ended; guarded by PML_LOCK_FLIGHTS. */
static pml_flight *listed_flights;

/* One waiting thread; lives on its stack and is touched under the lock only. */
struct pml_passenger {
    struct pml_passenger *next;
    void *result;
    bool is_own; /* takes no other's result */
    bool is_done;
    bool is_pilot; /* asked to make the next result */
};

static bool wait_for_result(pml_flight *flight, struct pml_passenger *self)
{
    self->next = flight->waiting;
    flight->waiting = self;
    while (!self->is_done && !self->is_pilot) {
        pml_lock_wait(PML_LOCK_FLIGHTS, &flight->landed);
    }
    return self->is_done;
}

static void hand_out(pml_flight *flight, const pml_flight_plan *plan, void *result)
{
    struct pml_passenger *passengers = flight->aboard;
    flight->aboard = NULL;
    while (passengers != NULL) {
        /* Read first: once it is done, its thread may go on and its stack with it. */
        struct pml_passenger *next = passengers->next;
        if (result != NULL) {
            plan->share(result);
        }
        passengers->result = result;
        passengers->is_done = true;
        passengers = next;
    }
}

static void choose_next_pilot(pml_flight *flight)
{
    flight->in_the_air = flight->waiting != NULL;
    if (flight->waiting != NULL) {
        struct pml_passenger **at = &flight->waiting;
        while ((*at)->next != NULL) { /* to the one who has waited longest */
            at = &(*at)->next;
        }
        (*at)->is_pilot = true;
        *at = NULL;
    }
    pthread_cond_broadcast(&flight->landed);
}

/* Takes all who share a result out of the list. */
static struct pml_passenger *board(pml_flight *flight)
{
    struct pml_passenger *passengers = NULL;
    struct pml_passenger **at = &flight->waiting;
    while (*at != NULL) {
        struct pml_passenger *passenger = *at;
        if (passenger->is_own) {
            at = &passenger->next;
        } else {
            *at = passenger->next;
            passenger->next = passengers;
            passengers = passenger;
        }
    }
    return passengers;
}

/* Called and left with the lock held. */
static void *fly(pml_flight *flight, const pml_flight_plan *plan)
{
    flight->aboard = plan->is_own ? NULL : board(flight);
    flight->in_the_air = true;
    flight->pilot = pthread_self();
    pml_unlock(PML_LOCK_FLIGHTS);
    void *result = plan->make(plan->ctx);
    pml_lock(PML_LOCK_FLIGHTS);
    hand_out(flight, plan, result);
    choose_next_pilot(flight);
    return result;
}

static void list_flight(pml_flight *flight)
{
    if (!flight->is_listed) {
        flight->next = listed_flights;
        listed_flights = flight;
        flight->is_listed = true;
    }
}

static void unlist_flight(const pml_flight *flight)
{
    pml_flight **at = &listed_flights;
    while (*at != NULL && *at != flight) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = flight->next;
    }
}

void pml_flights_forget(void)
{
    for (pml_flight *flight = listed_flights; flight != NULL; flight = flight->next) {
        flight->in_the_air = flight->in_the_air && pthread_equal(flight->pilot, pthread_self());
        flight->aboard = NULL;
        flight->waiting = NULL;
        flight->landed = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    }
}

void *pml_flight_join(pml_flight *flight, const pml_flight_plan *plan)
{
    /* A thread that is cancelled while it waits or makes would leave the others waiting for ever.
     */
    int cancel_state;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    struct pml_passenger self = {.is_own = plan->is_own};
    pml_lock(PML_LOCK_FLIGHTS);
    list_flight(flight);
    void *result;
    if (flight->in_the_air && wait_for_result(flight, &self)) {
        result = self.result;
    } else {
        result = fly(flight, plan);
    }
    pml_unlock(PML_LOCK_FLIGHTS);
    (void)pthread_setcancelstate(cancel_state, NULL);
    return result;
}

bool pml_flight_try(pml_flight *flight, const pml_flight_plan *plan, void **result)
{
    int cancel_state;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    pml_lock(PML_LOCK_FLIGHTS);
    list_flight(flight);
    bool is_free = !flight->in_the_air; /* and then nobody waits, either */
    if (is_free) {
        *result = fly(flight, plan);
    }
    pml_unlock(PML_LOCK_FLIGHTS);
    (void)pthread_setcancelstate(cancel_state, NULL);
    return is_free;
}

void pml_flight_start(pml_flight *flight)
{
    *flight = (pml_flight)PML_FLIGHT_INITIALIZER;
}

void pml_flight_end(pml_flight *flight)
{
    pml_lock(PML_LOCK_FLIGHTS);
    unlist_flight(flight);
    pml_unlock(PML_LOCK_FLIGHTS);
    pthread_cond_destroy(&flight->landed);
}
