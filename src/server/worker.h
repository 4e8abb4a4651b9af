/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects and encodes beside the thread that serves, so that a callback which takes long delays
 * neither other answers nor a stop. Exchanges go to it in lists of jobs and come back answered.
 * While one is there, nobody else touches it.
 */
#ifndef PML_SERVER_WORKER_H
#define PML_SERVER_WORKER_H

#include "http/batch.h"

#include <promlet/server.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct pml_server_worker {
    pthread_mutex_t lock;  /* Guards the members up to is_ending; nothing else is locked while it is
                              held. */
    pthread_cond_t wanted; /* There are jobs, or it is to end. */
    pml_http_job *waiting;
    pml_http_job *taken; /* Being answered. */
    pml_http_job *done;
    uint64_t turns; /* How many there were. */
    bool is_idle;   /* Its thread waits for the condition. */
    bool is_ending;

    /* Of the thread that serves. */
    pml_http_job *fresh;     /* Not handed over yet. */
    size_t in_flight;        /* Those that are fresh or not back yet. */
    pml_http_job *postponed; /* To be answered when there is room. */
} pml_server_worker;

/* Returns 0 or an errno value. */
int pml_server_worker_begin(pml_server_worker *worker);
void pml_server_worker_end(pml_server_worker *worker);

/* Put a job, which has a request and no response, to the fresh ones. */
void pml_server_worker_add(pml_server_worker *worker, pml_http_job *job);

/* Put a job, with its response if it has one, to those that are answered again when there is room.
 */
void pml_server_worker_postpone(pml_server_worker *worker, pml_http_job *job);

/* Hand over the fresh jobs, but answer them in here if that takes a moment only, or if there is no
   thread. */
void pml_server_worker_submit(promlet_server *server);

/* The jobs that are done, for the caller to deal with. */
pml_http_job *pml_server_worker_take_done(pml_server_worker *worker);

/* From now on nothing is answered, and its thread ends as soon as it can. It frees the exchanges
   that it has; the others are whose they were. In any thread, if that which serves is not there. */
void pml_server_worker_stop(pml_server_worker *worker);

/* The body of the worker's thread. */
void pml_server_worker_run(promlet_server *server);

#endif
