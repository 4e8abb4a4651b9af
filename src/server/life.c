/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the threads of a server until they are told to end. What a round is is loop.c's. */
#include "server/life.h"

#include "server/clock.h"
#include "server/loop.h"
#include "server/server.h"
#include "server/teardown.h"

#include <promlet/collector.h>

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

/* Longer waits are without end. */
#define MOST_SECONDS 1e9

/* Set in the threads of all servers. A thread of ours runs callbacks of the host in the midst of a
   scrape, and must not wait there for one of ours: that one may be waiting for it. */
static _Thread_local bool is_servers_thread;

/* So it may for a callback in another thread: one with a deadline, or one of a scrape of the host's
   own, which ours may share. */
bool pml_server_must_not_wait(void)
{
    return is_servers_thread || promlet_is_collecting();
}

/* ---- Orders ---- */

int pml_server_life_begin(pml_server_life *life)
{
    pthread_condattr_t attributes;
    int error = pthread_mutex_init(&life->lock, NULL);
    if (error != 0) {
        return error;
    }
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    error = pthread_cond_init(&life->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (error != 0) {
        pthread_mutex_destroy(&life->lock);
    }
    life->order = PML_SERVER_GO_ON;
    life->threads = 0;
    life->is_in_round = false;
    return error;
}

void pml_server_life_end(pml_server_life *life)
{
    pthread_cond_destroy(&life->changed);
    pthread_mutex_destroy(&life->lock);
}

/* Woken with the lock held: without it, the last thread, or the loop, could free the server in
   between. */
bool pml_server_give_order(promlet_server *server, pml_server_order order)
{
    pthread_mutex_lock(&server->life.lock);
    bool has_threads = server->life.threads > 0;
    server->life.order = order;
    pml_server_loop_wake(server);
    pthread_mutex_unlock(&server->life.lock);
    return has_threads;
}

pml_server_order pml_server_read_order(promlet_server *server)
{
    pthread_mutex_lock(&server->life.lock);
    pml_server_order order = server->life.order;
    pthread_mutex_unlock(&server->life.lock);
    return order;
}

/* The last thing that a thread does with its server. */
static void leave(promlet_server *server)
{
    pthread_mutex_lock(&server->life.lock);
    bool is_last = --server->life.threads == 0;
    bool is_alone = server->life.order == PML_SERVER_END_ALONE;
    pthread_cond_broadcast(&server->life.changed);
    pthread_mutex_unlock(&server->life.lock);
    if (is_last && is_alone) {
        pthread_detach(server->life.thread);
        pthread_detach(server->life.worker);
        pml_server_free(server);
    }
}

/* ---- Without a thread ---- */

bool pml_server_enter_round(promlet_server *server)
{
    pml_server_life *life = &server->life;
    pthread_mutex_lock(&life->lock);
    bool is_first = !life->is_in_round;
    if (is_first) {
        life->is_in_round = true;
        life->runner = pthread_self();
    }
    pthread_mutex_unlock(&life->lock);
    return is_first;
}

pml_server_order pml_server_leave_round(promlet_server *server)
{
    pthread_mutex_lock(&server->life.lock);
    server->life.is_in_round = false;
    pml_server_order order = server->life.order;
    pthread_mutex_unlock(&server->life.lock);
    return order;
}

bool pml_server_end_with_round(promlet_server *server)
{
    pml_server_life *life = &server->life;
    pthread_mutex_lock(&life->lock);
    bool is_here = life->is_in_round && pthread_equal(life->runner, pthread_self()) != 0;
    if (is_here) {
        life->order = PML_SERVER_END_ALONE;
    }
    pthread_mutex_unlock(&life->lock);
    return is_here;
}

/* ---- The threads ---- */

static void *work(void *argument)
{
    promlet_server *server = argument;
    (void)prctl(PR_SET_NAME, "promlet-worker");
    is_servers_thread = true;
    pml_server_worker_run(server);
    leave(server);
    return NULL;
}

/* With the descriptors gone everything else stays: libmicrohttpd aborts the process when it finds
   one closed that it has to close. */
static void *serve(void *argument)
{
    promlet_server *server = argument;
    (void)prctl(PR_SET_NAME, "promlet-http");
    is_servers_thread = true;
    bool is_there = true;
    while (is_there && pml_server_read_order(server) == PML_SERVER_GO_ON) {
        is_there = pml_server_loop_round(server, pml_server_loop_timeout_ms(server));
    }
    pml_server_tear_down(server);
    leave(server);
    return NULL;
}

/* The host's signals are for its own threads, so ours start with all of them blocked. */
static int start_thread(pthread_t *thread, void *(*run)(void *), promlet_server *server)
{
    sigset_t all;
    sigset_t callers;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &callers);
    int error = pthread_create(thread, NULL, run, server);
    pthread_sigmask(SIG_SETMASK, &callers, NULL);
    return error;
}

int pml_server_start_threads(promlet_server *server)
{
    server->life.threads = 2;
    int error = start_thread(&server->life.worker, work, server);
    if (error != 0) {
        return error;
    }
    error = start_thread(&server->life.thread, serve, server);
    if (error != 0) {
        pml_server_worker_stop(&server->worker);
        pthread_join(server->life.worker, NULL);
    }
    return error;
}

/* ---- Waiting ---- */

/* Returns whether the threads have ended. */
static bool wait_until(pml_server_life *life, int64_t moment_ns)
{
    struct timespec moment = {.tv_sec = (time_t)(moment_ns / PML_NS_PER_S),
                              .tv_nsec = (long)(moment_ns % PML_NS_PER_S)};
    int error = 0;
    pthread_mutex_lock(&life->lock);
    while (life->threads > 0 && error != ETIMEDOUT) {
        error = moment_ns == PML_NEVER_NS
                    ? pthread_cond_wait(&life->changed, &life->lock)
                    : pthread_cond_timedwait(&life->changed, &life->lock, &moment);
    }
    bool have_ended = life->threads == 0;
    pthread_mutex_unlock(&life->lock);
    return have_ended;
}

bool pml_server_join_threads(promlet_server *server, double seconds)
{
    int64_t moment_ns = PML_NEVER_NS;
    if (!(seconds > 0)) {
        moment_ns = pml_server_now_ns();
    } else if (seconds < MOST_SECONDS) {
        moment_ns = pml_server_now_ns() + (int64_t)(seconds * (double)PML_NS_PER_S);
    }
    if (!wait_until(&server->life, moment_ns)) {
        return false;
    }
    pthread_join(server->life.thread, NULL);
    pthread_join(server->life.worker, NULL);
    return true;
}
