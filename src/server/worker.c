/* SPDX-License-Identifier: Apache-2.0 */
/* Answers all jobs that wait as one batch: what arrives meanwhile waits for the next, so that no
   request gets metrics from before it came. */
#include "server/worker.h"

#include "server/connections.h"
#include "server/exchange.h"
#include "server/loop.h"
#include "server/server.h"

#include <stddef.h>

int pml_server_worker_begin(pml_server_worker *worker)
{
    int error = pthread_mutex_init(&worker->lock, NULL);
    if (error != 0) {
        return error;
    }
    error = pthread_cond_init(&worker->wanted, NULL);
    if (error != 0) {
        pthread_mutex_destroy(&worker->lock);
    }
    return error;
}

void pml_server_worker_end(pml_server_worker *worker)
{
    pthread_cond_destroy(&worker->wanted);
    pthread_mutex_destroy(&worker->lock);
}

/* ---- Lists ---- */

/* Where the pointer to the next job is to be put. */
static pml_http_job **end_of(pml_http_job **list)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    return list;
}

static pml_http_job *take_all(pml_http_job **list)
{
    pml_http_job *all = *list;
    *list = NULL;
    return all;
}

/* ---- Answering ---- */

static bool is_ending(void *ctx)
{
    pml_server_worker *worker = ctx;
    pthread_mutex_lock(&worker->lock);
    bool result = worker->is_ending;
    pthread_mutex_unlock(&worker->lock);
    return result;
}

static void answer_jobs(promlet_server *server, pml_http_job *jobs)
{
    /* In this order a merge notes our few names, and only looks for those of the other. */
    promlet_registry *registries[] = {server->metrics.registry, server->content.registry};
    size_t left_out = server->metrics.registry == NULL ? 1 : 0;
    pml_http_source source = {
        .registries = registries + left_out,
        .registry_count = 2 - left_out,
        .limits = {&server->budget, is_ending, &server->worker},
    };
    pml_http_answer(&source, jobs);
}

/* ---- The thread ---- */

/* NULL: it is to end. */
static pml_http_job *wait_for_jobs(pml_server_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (worker->waiting == NULL && !worker->is_ending) {
        worker->is_idle = true;
        pthread_cond_wait(&worker->wanted, &worker->lock);
        worker->is_idle = false;
    }
    worker->taken = worker->is_ending ? NULL : take_all(&worker->waiting);
    pml_http_job *taken = worker->taken;
    pthread_mutex_unlock(&worker->lock);
    return taken;
}

static void free_all(pml_http_job *jobs)
{
    while (jobs != NULL) {
        pml_http_job *next = jobs->next;
        pml_server_exchange_free((pml_server_exchange *)jobs);
        jobs = next;
    }
}

/* Returns false when it is to end. The host may have closed our descriptors in the meantime and
   opened its own under their numbers. */
static bool hand_back(promlet_server *server)
{
    pml_server_worker *worker = &server->worker;
    pthread_mutex_lock(&worker->lock);
    pml_http_job *jobs = take_all(&worker->taken);
    bool was_empty = worker->done == NULL;
    bool goes_on = !worker->is_ending;
    if (goes_on) {
        *end_of(&worker->done) = jobs;
    }
    pthread_mutex_unlock(&worker->lock);
    if (!goes_on) {
        free_all(jobs);
    } else if (was_empty && pml_server_has_descriptors(server)) {
        pml_server_loop_wake(server);
    }
    return goes_on;
}

void pml_server_worker_run(promlet_server *server)
{
    pml_http_job *jobs = wait_for_jobs(&server->worker);
    while (jobs != NULL) {
        answer_jobs(server, jobs);
        jobs = hand_back(server) ? wait_for_jobs(&server->worker) : NULL;
    }
}

/* ---- The thread that serves ---- */

void pml_server_worker_add(pml_server_worker *worker, pml_http_job *job)
{
    job->next = NULL;
    *end_of(&worker->fresh) = job;
    worker->in_flight++;
}

void pml_server_worker_postpone(pml_server_worker *worker, pml_http_job *job)
{
    job->next = NULL;
    *end_of(&worker->postponed) = job;
}

static void hand_over(pml_server_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    *end_of(&worker->waiting) = take_all(&worker->fresh);
    bool is_idle = worker->is_idle;
    pthread_mutex_unlock(&worker->lock);
    if (is_idle) {
        pthread_cond_signal(&worker->wanted);
    }
}

void pml_server_worker_submit(promlet_server *server)
{
    pml_server_worker *worker = &server->worker;
    if (worker->fresh == NULL) {
        return;
    }
    if (server->has_no_thread) {
        worker->taken = take_all(&worker->fresh);
        answer_jobs(server, worker->taken);
        worker->done = take_all(&worker->taken);
    } else {
        hand_over(worker);
    }
}

pml_http_job *pml_server_worker_take_done(pml_server_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    pml_http_job *done = take_all(&worker->done);
    pthread_mutex_unlock(&worker->lock);
    for (const pml_http_job *job = done; job != NULL; job = job->next) {
        worker->in_flight--;
    }
    return done;
}

void pml_server_worker_stop(pml_server_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->is_ending = true;
    for (pml_http_job *job = worker->taken; job != NULL; job = job->next) {
        ((pml_server_exchange *)job)->place->exchange = NULL;
    }
    pthread_cond_signal(&worker->wanted);
    pthread_mutex_unlock(&worker->lock);
}
