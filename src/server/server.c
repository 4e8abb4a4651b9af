/* SPDX-License-Identifier: Apache-2.0 */
/* Starts and stops a server. What it does meanwhile is loop.c's, and what it answers answer.c's. */
#include "server/server.h"

#include "server/failure.h"
#include "server/forks.h"
#include "server/loop.h"
#include "server/options.h"
#include "server/teardown.h"

#include <promlet/status.h>

#include <errno.h>
#include <math.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Start ---- */

static bool copy_content(pml_server_content *content, const promlet_server_opts *options)
{
    content->registry = options->registry;
    content->formats = options->formats;
    content->no_gzip = options->no_gzip;
    content->with_created = options->with_created;
    content->is_ready = options->is_ready;
    content->ready_ctx = options->ready_ctx;
    content->has_page = !options->no_page;
    content->path = strdup(options->path);
    return content->path != NULL &&
           (!content->has_page || pml_server_page_init(&content->page, options->path));
}

static bool begin_locks(promlet_server *server)
{
    if (pml_server_life_begin(&server->life) != 0) {
        return false;
    }
    if (pml_server_worker_begin(&server->worker) != 0) {
        pml_server_life_end(&server->life);
        return false;
    }
    pml_http_budget_start(&server->budget, server->limits.body_bytes);
    return true;
}

/* Returns NULL when out of memory. */
static promlet_server *new_server(const promlet_server_opts *options,
                                  const pml_server_limits *limits)
{
    promlet_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        return NULL;
    }
    server->limits = *limits;
    server->has_no_thread = options->no_thread;
    server->starter = pml_server_this_process();
    server->epoll_fd = -1;
    server->wake_fd = -1;
    server->daemon_epoll_fd = -1;
    server->accepting.reserve_fd = -1;
    server->listener.fd = -1;
    if (!begin_locks(server)) {
        free(server);
        return NULL;
    }
    bool is_told = options->hide_server_metrics || pml_server_metrics_start(&server->metrics);
    if (!is_told || !copy_content(&server->content, options) ||
        !pml_server_connections_start(&server->connections, &server->limits, &server->metrics)) {
        pml_server_free(server);
        return NULL;
    }
    pml_server_routes_start(&server->routes, &server->content);
    return server;
}

/* What libmicrohttpd says is the reason then, and not told: the log callback may start servers, and
   would wait for this start, where it is that of the default one. */
static promlet_status start_daemon(promlet_server *server)
{
    static const char step[] = "cannot start libmicrohttpd";
    const char *place = server->listener.place;
    const pml_server_http_log *log = &server->http_log;
    errno = 0;
    server->daemon = pml_server_start_answering(server);
    if (server->daemon != NULL) {
        int error = pml_server_loop_add_daemon(server);
        return error == 0 ? PROMLET_OK : pml_server_fail(place, step, error);
    }
    int error = errno;
    if (log->waiting_count == 0) {
        return pml_server_fail(place, step, error);
    }
    return pml_server_fail_with(pml_server_status_of(error), place, step, log->waiting[0]);
}

/* Bring a server to life that listens already. On an error some of it is left to discard(). */
static promlet_status start_parts(promlet_server *server)
{
    const char *place = server->listener.place;
    int error = pml_server_loop_open(server);
    if (error != 0) {
        return pml_server_fail(place, "cannot wait for clients", error);
    }
    promlet_status status = start_daemon(server);
    if (status != PROMLET_OK) {
        return status;
    }
    pml_server_forks_add(server);
    error = server->has_no_thread ? 0 : pml_server_start_threads(server);
    if (error != 0) {
        pml_server_forks_hold(server);
        pml_server_forks_remove(server);
        pml_server_forks_release(server);
        return pml_server_fail(place, "cannot start a thread", error);
    }
    return PROMLET_OK;
}

/* What becomes of a server that could not be started. */
static void discard(promlet_server *server)
{
    if (server->daemon != NULL) {
        MHD_stop_daemon(server->daemon);
    }
    pml_server_loop_close(server);
    pml_server_unlisten(&server->listener);
    pml_server_free(server);
}

/* Read who may be answered. */
static promlet_status read_guards(pml_server_content *content, const promlet_server_opts *options)
{
    promlet_status status = pml_server_auth_new(options, &content->auth);
    return status == PROMLET_OK ? pml_server_tls_new(options, &content->tls) : status;
}

static promlet_status start(const promlet_server_opts *options, const pml_server_limits *limits,
                            promlet_server **started)
{
    promlet_server *server = new_server(options, limits);
    if (server == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_status status = read_guards(&server->content, options);
    if (status == PROMLET_OK) {
        status = pml_server_listen(options, &server->listener);
    }
    if (status == PROMLET_OK) {
        status = start_parts(server);
    }
    if (status != PROMLET_OK) {
        discard(server);
        return status;
    }
    pml_server_warn_if_public(options, &server->listener);
    *started = server;
    return PROMLET_OK;
}

promlet_status promlet_server_start_sized(const promlet_server_opts *options,
                                          promlet_server **server, size_t options_size)
{
    if (server == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, "server: must not be NULL");
    }
    *server = NULL;
    promlet_server_opts known;
    pml_server_limits limits;
    promlet_status status = pml_server_read_options(options, options_size, &known);
    if (status == PROMLET_OK) {
        status = pml_server_read_limits(&known, &limits);
    }
    if (status == PROMLET_OK) {
        /* A thread that is cancelled half-way would leave descriptors open. */
        int cancel_state;
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
        status = start(&known, &limits, server);
        pthread_setcancelstate(cancel_state, NULL);
    }
    return status;
}

int promlet_server_port(const promlet_server *server)
{
    return server != NULL ? server->listener.port : 0;
}

promlet_status promlet_server_reload_tls(promlet_server *server)
{
    if (server == NULL || server->content.tls == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT,
                                      "server: must be one that was started with a "
                                      "certificate_path");
    }
    return pml_server_tls_reload(server->content.tls);
}

/* ---- Stop ---- */

/* In a forked child there is no thread, and libmicrohttpd's connections are the parent's: to stop
   it would shut them down. So its memory stays until the child ends. */
static void leave_to_parent(promlet_server *server)
{
    pml_server_forks_leave(server);
    pml_server_free_memory(server);
}

void pml_server_stop_listening(const promlet_server *server)
{
    if (server != NULL && pml_server_is_this_process(&server->starter)) {
        pml_server_refuse_clients(&server->listener);
    }
}

/* Clients are gone when it returns. */
static void turn_away(promlet_server *server)
{
    if (!server->is_stopping) {
        pml_server_stop_listening(server);
        pml_server_forks_cut(server);
        server->is_stopping = true;
    }
}

/* A callback may stop the server in whose round it runs; the round then ends it. Any other one runs
   beside a loop that may be using the server, or is about to, so it can only tell it. */
static promlet_status stop_without_thread(promlet_server *server)
{
    bool has_descriptors = pml_server_has_descriptors(server);
    bool is_in_round = pml_server_end_with_round(server);
    if (!is_in_round && !pml_server_must_not_wait()) {
        pml_server_end_driven(server);
        return PROMLET_OK;
    }
    if (has_descriptors) {
        turn_away(server);
    }
    if (is_in_round) {
        return PROMLET_OK;
    }
    if (has_descriptors) {
        (void)pml_server_give_order(server, PML_SERVER_END);
    }
    return promlet_set_last_error(PROMLET_ERROR_BUSY,
                                  "server: the loop that runs it has to stop it");
}

/* With the descriptors closed by the host, the thread that serves can't be told; if it ever wakes
   up, it ends by itself, so its memory stays. */
static void leave_behind(promlet_server *server)
{
    pthread_detach(server->life.thread);
    pml_server_worker_stop(&server->worker);
    if (pml_server_must_not_wait()) {
        pthread_detach(server->life.worker);
    } else {
        pthread_join(server->life.worker, NULL);
    }
}

/* In a callback nobody waits: the last thread frees the server. After a stop that did not wait for
   long all may have ended, though; then there is nothing to wait for, and nobody else to free it.
 */
static promlet_status stop(promlet_server *server, double seconds)
{
    if (server->has_no_thread) {
        return stop_without_thread(server);
    }
    if (!server->is_stopping && !pml_server_has_descriptors(server)) {
        leave_behind(server);
        return PROMLET_OK;
    }
    turn_away(server);
    bool is_alone = pml_server_must_not_wait();
    if (pml_server_give_order(server, is_alone ? PML_SERVER_END_ALONE : PML_SERVER_END) &&
        is_alone) {
        return PROMLET_OK;
    }
    if (!pml_server_join_threads(server, seconds)) {
        return promlet_set_last_error(PROMLET_ERROR_BUSY,
                                      "server: a callback that it has called is running");
    }
    pml_server_free(server);
    return PROMLET_OK;
}

promlet_status promlet_server_stop_within(promlet_server *server, double seconds)
{
    promlet_status status = PROMLET_OK;
    if (server == NULL) {
        return PROMLET_OK;
    }
    int cancel_state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (pml_server_is_this_process(&server->starter)) {
        status = stop(server, seconds);
    } else {
        leave_to_parent(server);
    }
    pthread_setcancelstate(cancel_state, NULL);
    return status;
}

void promlet_server_stop(promlet_server *server)
{
    (void)promlet_server_stop_within(server, HUGE_VAL);
}
