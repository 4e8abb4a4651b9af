/* SPDX-License-Identifier: Apache-2.0 */
/* Takes requests for metrics to the worker and back. HEAD is answered as GET; libmicrohttpd leaves
   the body out. */
#include "server/scrape.h"

#include "http/response.h"
#include "server/clock.h"
#include "server/eviction.h"
#include "server/headers.h"
#include "server/reply.h"
#include "server/server.h"

#include <microhttpd.h>

/* How long a request waits for a place among those in flight, and its answer for bytes that others
   hold. It is longer than the grace of slow readers, so where these hold them, one of them goes. */
#define ROOM_WAIT_NS (1500 * PML_NS_PER_MS)

static bool has_place(const promlet_server *server)
{
    return server->worker.in_flight < server->limits.in_flight;
}

static pml_http_request *read_request(const pml_server_exchange *exchange,
                                      promlet_http_response **refusal)
{
    const pml_server_content *content = &exchange->server->content;
    pml_server_header accept;
    pml_server_header accept_encoding;
    promlet_http_request given = {
        .query = exchange->query,
        .accept = pml_server_join_header(exchange->connection, "accept", &accept),
        .accept_encoding =
            pml_server_join_header(exchange->connection, "accept-encoding", &accept_encoding),
        .formats = content->formats,
        .no_gzip = content->no_gzip,
        .with_created = content->with_created,
    };
    return pml_http_request_new(&given, refusal);
}

bool pml_server_scrape(pml_server_exchange *exchange)
{
    promlet_server *server = exchange->server;
    promlet_http_response *refusal = NULL;
    exchange->job.request = read_request(exchange, &refusal);
    if (exchange->job.request == NULL) {
        return pml_server_reply(exchange, refusal);
    }
    exchange->patience_ns = server->now_ns + ROOM_WAIT_NS;
    pml_server_connection_enter(&server->connections, exchange->place, PML_SERVER_COLLECTING,
                                server->now_ns);
    MHD_suspend_connection(exchange->connection);
    if (server->worker.postponed == NULL && has_place(server)) {
        pml_server_worker_add(&server->worker, &exchange->job);
    } else {
        pml_server_worker_postpone(&server->worker, &exchange->job);
    }
    return true;
}

/* ---- Done ---- */

/* What one is answered with whose answer was not begun. */
static promlet_http_response *response_of(const pml_http_job *job)
{
    return job->response != NULL ? job->response : pml_http_refuse(PML_HTTP_TOO_MUCH, false);
}

static void finish(promlet_server *server, pml_server_exchange *exchange)
{
    promlet_http_response *response = response_of(&exchange->job);
    exchange->job.response = NULL;
    exchange->is_answered = true;
    if (!pml_server_reply(exchange, response)) {
        pml_server_connection_shut(exchange->place);
    }
    MHD_resume_connection(exchange->connection);
    server->has_resumed = true;
}

/* Whether it was given up because others hold too many bytes. */
static bool lacks_bytes(const pml_http_job *job)
{
    return job->response == pml_http_refuse(PML_HTTP_TOO_MUCH, false);
}

static void finish_or_postpone(promlet_server *server, pml_http_job *job)
{
    pml_server_exchange *exchange = (pml_server_exchange *)job;
    bool lacks_room = job->response == NULL || lacks_bytes(job);
    if (lacks_room && server->now_ns < exchange->patience_ns) {
        pml_server_worker_postpone(&server->worker, job);
    } else {
        if (lacks_room) {
            pml_server_note_rejected(&server->metrics, job->response == NULL
                                                           ? PML_SERVER_REJECTED_IN_FLIGHT
                                                           : PML_SERVER_REJECTED_BYTES);
        }
        finish(server, exchange);
    }
}

void pml_server_finish_scrapes(promlet_server *server)
{
    pml_http_job *job = pml_server_worker_take_done(&server->worker);
    while (job != NULL) {
        pml_http_job *next = job->next;
        finish_or_postpone(server, job);
        job = next;
    }
}

/* ---- Room ---- */

/* Whether bytes have become free, or will in libmicrohttpd's next run. */
static bool makes_bytes_free(promlet_server *server)
{
    bool has_released = server->has_released;
    server->has_released = false;
    if (has_released) {
        return true;
    }
    pml_server_connection *slowest = pml_server_slowest_reader(
        &server->connections, PML_SERVER_READING_GRACE_NS, server->now_ns);
    if (slowest != NULL) {
        pml_server_connection_cut(&server->connections, slowest, PML_SERVER_REJECTED_FOR_OTHERS);
    }
    return slowest != NULL;
}

void pml_server_retry_scrapes(promlet_server *server)
{
    pml_http_job *job = server->worker.postponed;
    server->worker.postponed = NULL;
    bool has_bytes = job != NULL && lacks_bytes(job) && makes_bytes_free(server);
    while (job != NULL) {
        pml_http_job *next = job->next;
        if (has_place(server) && (!lacks_bytes(job) || has_bytes)) {
            job->response = NULL;
            pml_server_worker_add(&server->worker, job);
        } else {
            finish_or_postpone(server, job);
        }
        job = next;
    }
}

void pml_server_abandon_scrapes(promlet_server *server)
{
    pml_server_worker_stop(&server->worker);
    for (size_t i = 0; i < server->connections.size; i++) {
        pml_server_connection *place = &server->connections.places[i];
        if (place->phase == PML_SERVER_COLLECTING) {
            MHD_resume_connection(place->handle);
        }
    }
}
