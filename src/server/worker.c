/* SPDX-License-Identifier: Apache-2.0 */
/* Answers jobs that wait for the same families as one batch: what arrives meanwhile waits for the
   next, so that no request gets metrics from before it came. */
#include "server/worker.h"

#include "server/connections.h"
#include "server/exchange.h"
#include "server/loop.h"
#include "server/server.h"

#include <promlet/snapshot.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* For how many turns a job lets others pass for each that its address has asked for before, and
   that is not answered. */
#define TURNS_TO_PASS 8

/* The most memory of what is shown where a document is made at once: its series, as
   `promlet_memory_bytes` has it. Writing them was measured to take up to 200 us, as was compressing
   what is written of an eighth of it. */
#define AT_ONCE_BYTES ((size_t)256 << 10)
#define AT_ONCE_GZIP_BYTES ((size_t)32 << 10)

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

/* Moves those jobs of a list for which the test is true to the end of another one. */
static void move(pml_http_job **from, pml_http_job **to,
                 bool (*is_to_move)(const pml_http_job *job, const void *ctx), const void *ctx)
{
    pml_http_job **end = end_of(to);
    while (*from != NULL) {
        pml_http_job *job = *from;
        if (is_to_move(job, ctx)) {
            *from = job->next;
            job->next = NULL;
            *end = job;
            end = &job->next;
        } else {
            from = &job->next;
        }
    }
}

static bool is_answered(const pml_http_job *job, const void *ctx)
{
    (void)ctx;
    return job->response != NULL;
}

static bool is_same(const pml_http_job *job, const void *other)
{
    return job == other;
}

static bool wants_families(const pml_http_job *job, const void *request)
{
    return pml_http_same_names(job->request, request);
}

/* ---- Whose turn it is ---- */

static const pml_server_address *address_of(const pml_http_job *job)
{
    return &((const pml_server_exchange *)job)->place->address;
}

/* How many of the jobs are of this address; all clients of a UNIX socket are as one. */
static size_t count_of_address(const pml_http_job *list, const pml_server_address *address)
{
    size_t count = 0;
    for (; list != NULL; list = list->next) {
        count += memcmp(address_of(list), address, sizeof *address) == 0;
    }
    return count;
}

/* Who asks for many different documents, each of which has to be made, keeps others waiting for one
   of them, not for all: what an address asks for beside lets others pass, but not for ever. */
static void give_number(const pml_server_worker *worker, pml_http_job *job)
{
    size_t before = count_of_address(worker->taken, address_of(job)) +
                    count_of_address(worker->waiting, address_of(job));
    ((pml_server_exchange *)job)->number = worker->turns + before * TURNS_TO_PASS;
}

static uint64_t number_of(const pml_http_job *job)
{
    return ((const pml_server_exchange *)job)->number;
}

/* The first of those with the lowest number. */
static const pml_http_job *whose_turn_it_is(const pml_http_job *list)
{
    const pml_http_job *found = list;
    for (const pml_http_job *job = list; job != NULL; job = job->next) {
        if (number_of(job) < number_of(found)) {
            found = job;
        }
    }
    return found;
}

/* ---- The thread ---- */

static bool is_ending(void *ctx)
{
    pml_server_worker *worker = ctx;
    pthread_mutex_lock(&worker->lock);
    bool result = worker->is_ending;
    pthread_mutex_unlock(&worker->lock);
    return result;
}

/* Takes the job whose turn it is, and behind it those that want the same families. */
static void take_alike(pml_server_worker *worker)
{
    const pml_http_job *first = whose_turn_it_is(worker->waiting);
    move(&worker->waiting, &worker->taken, is_same, first);
    move(&worker->waiting, &worker->taken, wants_families, first->request);
    worker->turns++;
}

/* Puts the one of those that are taken to the front whose turn it is next, or lets all of them wait
   again when it is none of them. */
static void give_way(pml_server_worker *worker)
{
    const pml_http_job *next = whose_turn_it_is(worker->taken);
    const pml_http_job *other = whose_turn_it_is(worker->waiting);
    pml_http_job *taken = NULL;
    if (next == NULL) {
        return;
    }
    move(&worker->taken, &taken, is_same, next);
    *end_of(&taken) = take_all(&worker->taken);
    if (other != NULL && number_of(other) < number_of(next)) {
        *end_of(&taken) = take_all(&worker->waiting);
        worker->waiting = taken;
    } else {
        worker->taken = taken;
        worker->turns++;
    }
}

/* Returns false when it is to end. */
static bool wait_for_jobs(pml_server_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (worker->waiting == NULL && !worker->is_ending) {
        worker->is_idle = true;
        pthread_cond_wait(&worker->wanted, &worker->lock);
        worker->is_idle = false;
    }
    bool goes_on = !worker->is_ending;
    if (goes_on) {
        take_alike(worker);
    }
    pthread_mutex_unlock(&worker->lock);
    return goes_on;
}

static void free_all(pml_http_job *jobs)
{
    while (jobs != NULL) {
        pml_http_job *next = jobs->next;
        pml_server_exchange_free((pml_server_exchange *)jobs);
        jobs = next;
    }
}

/* Hands back what is answered, or ends all when it is to end, and returns false then. The host may
   have closed our descriptors in the meantime and opened its own under their numbers; as long as it
   is not to end, the other thread closes none. */
static bool hand_back(promlet_server *server)
{
    pml_server_worker *worker = &server->worker;
    pml_http_job *ended = NULL;
    pthread_mutex_lock(&worker->lock);
    bool goes_on = !worker->is_ending;
    bool is_to_wake = goes_on && worker->done == NULL && !server->has_no_thread &&
                      pml_server_has_descriptors(server);
    if (goes_on) {
        move(&worker->taken, &worker->done, is_answered, NULL);
        give_way(worker);
    } else {
        ended = take_all(&worker->taken);
    }
    pthread_mutex_unlock(&worker->lock);
    free_all(ended);
    if (is_to_wake) {
        pml_server_loop_wake(server);
    }
    return goes_on;
}

/* What is shown. registries: room for two, lent to it. */
static pml_http_source source_of(promlet_server *server, promlet_registry **registries)
{
    /* In this order a merge notes our few names, and only looks for those of the other. */
    registries[0] = server->metrics.registry;
    registries[1] = server->content.registry;
    size_t left_out = server->metrics.registry == NULL ? 1 : 0;
    return (pml_http_source){
        .registries = registries + left_out,
        .registry_count = 2 - left_out,
        .limits = {&server->budget, is_ending, &server->worker},
    };
}

/* Each response is handed back as soon as it is made. */
static bool answer_taken(promlet_server *server)
{
    promlet_registry *registries[2];
    pml_http_source source = source_of(server, registries);
    bool goes_on = true;
    promlet_snapshot *snapshot = pml_http_take(&source, server->worker.taken->request);
    while (goes_on && server->worker.taken != NULL) {
        pml_http_answer_alike(&source, snapshot, server->worker.taken);
        goes_on = hand_back(server);
    }
    promlet_snapshot_release(snapshot);
    return goes_on;
}

void pml_server_worker_run(promlet_server *server)
{
    while (wait_for_jobs(&server->worker) && answer_taken(server)) {
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
    while (worker->fresh != NULL) {
        pml_http_job *job = worker->fresh;
        worker->fresh = job->next;
        job->next = NULL;
        give_number(worker, job);
        *end_of(&worker->waiting) = job;
    }
    bool is_idle = worker->is_idle;
    pthread_mutex_unlock(&worker->lock);
    if (is_idle) {
        pthread_cond_signal(&worker->wanted);
    }
}

/* Whether all jobs of a list want everything there is, in the same form. */
static bool want_one_document(const pml_http_job *jobs)
{
    const pml_http_form *form = &jobs->request->form;
    for (; jobs != NULL; jobs = jobs->next) {
        if (jobs->request->name_count > 0 || !pml_http_same_form(&jobs->request->form, form)) {
            return false;
        }
    }
    return true;
}

/* Nobody waits before those who would be answered now. */
static bool is_unused(pml_server_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool result = worker->waiting == NULL && worker->taken == NULL;
    pthread_mutex_unlock(&worker->lock);
    return result;
}

/* One small document is made by the thread that serves while another one would wake up. False when
   it is not small, or could take long for any other reason; then nothing is done. */
static bool answer_at_once(promlet_server *server)
{
    pml_server_worker *worker = &server->worker;
    if (server->has_no_thread || !want_one_document(worker->fresh) || !is_unused(worker)) {
        return false;
    }
    promlet_registry *registries[2];
    pml_http_source source = source_of(server, registries);
    source.at_once_bytes =
        worker->fresh->request->form.is_gzip ? AT_ONCE_GZIP_BYTES : AT_ONCE_BYTES;
    promlet_snapshot *snapshot = pml_http_take(&source, worker->fresh->request);
    if (snapshot == NULL) {
        return false;
    }
    pml_http_answer_alike(&source, snapshot, worker->fresh);
    promlet_snapshot_release(snapshot);
    pthread_mutex_lock(&worker->lock);
    *end_of(&worker->done) = take_all(&worker->fresh);
    pthread_mutex_unlock(&worker->lock);
    return true;
}

void pml_server_worker_submit(promlet_server *server)
{
    pml_server_worker *worker = &server->worker;
    if (worker->fresh == NULL || answer_at_once(server)) {
        return;
    }
    hand_over(worker);
    while (server->has_no_thread && worker->waiting != NULL) {
        take_alike(worker);
        (void)answer_taken(server);
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
