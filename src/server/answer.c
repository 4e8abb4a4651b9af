/* SPDX-License-Identifier: Apache-2.0 */
/* What libmicrohttpd calls when connections come and go and requests have come in. When it is run
   is loop.c's; what is answered with metrics is scrape.c's. */
#include "server/answer.h"

#include "server/authorize.h"
#include "server/clock.h"
#include "server/exchange.h"
#include "server/forks.h"
#include "server/http_log.h"
#include "server/patience.h"
#include "server/reply.h"
#include "server/scrape.h"
#include "server/server.h"
#include "server/soundness.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

/* What a request is read into, and the head of its answer is made in. libmicrohttpd clears all of
   it after each request. */
#define CONNECTION_MEMORY_BYTES (size_t)(32 * 1024)

/* How long a client may take its answer after it should have given up, for want of a better clock.
 */
#define PATIENCE_SLACK_NS PML_NS_PER_S

/* The name for strict parsing of requests changed with version 1.0; the value means the same. */
#if MHD_VERSION >= 0x01000000
#define STRICT_PARSING_OPTION MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICT_PARSING_OPTION MHD_OPTION_STRICT_FOR_CLIENT
#endif

static pml_server_connection *place_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void note_end(const pml_server_exchange *exchange)
{
    if (exchange != NULL) {
        pml_server_note_end(&exchange->server->metrics, exchange->http_status, exchange->body_bytes,
                            pml_server_now_ns() - exchange->since_ns);
    }
}

static void end_exchange(promlet_server *server, pml_server_connection *place)
{
    note_end(place->exchange);
    server->has_released = server->has_released || place->exchange != NULL;
    pml_server_exchange_free(place->exchange);
    place->exchange = NULL;
}

/* Called in the midst of MHD_add_connection() when a connection begins, and right before its socket
   is closed, which is the last thing that MHD_run(), MHD_add_connection() and MHD_stop_daemon() do
   with it. Where epoll_ctl() fails for one that goes on after its metrics were made, libmicrohttpd
   closes it without saying that the request is over. */
static void note_connection(void *ctx, struct MHD_Connection *connection, void **place,
                            enum MHD_ConnectionNotificationCode code)
{
    promlet_server *server = ctx;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        server->arriving->handle = connection;
        *place = server->arriving;
        server->arriving->identity = pml_server_tls_begin(server->content.tls, connection);
    } else {
        pml_server_connection *ended = *place;
        end_exchange(server, ended);
        pml_server_forks_hold(server);
        pml_server_tls_end(ended->identity);
        pml_server_connections_remove(&server->connections, ended);
    }
}

/* ---- Requests ---- */

/* libmicrohttpd would list the parameters, for which there is no memory when they are many, and
   nobody asks for them. The bytes are its own, which it changes next. */
static void leave_out_parameters(const char *target)
{
    char *query = strchr(target, '?');
    if (query != NULL) {
        query[1] = '\0';
    }
}

/* Called with the target as it was sent, before its query is cut and its escapes are decoded: the
   handler is given it decoded and as a C string, where "/metrics%00x" reads as "/metrics". What it
   returns is not used: the place has the exchange. */
static void *begin_request(void *ctx, const char *target, struct MHD_Connection *connection)
{
    promlet_server *server = ctx;
    pml_server_connection *place = place_of(connection);
    if (place->phase == PML_SERVER_IDLE) {
        pml_server_connection_enter(&server->connections, place, PML_SERVER_HEADERS,
                                    server->now_ns);
    }
    place->exchange = pml_server_exchange_new(server, target);
    leave_out_parameters(target);
    if (place->exchange != NULL) {
        place->exchange->place = place;
        place->exchange->connection = connection;
        pml_server_note_request(&server->metrics);
    }
    return place;
}

static void end_request(void *ctx, struct MHD_Connection *connection, void **kept,
                        enum MHD_RequestTerminationCode code)
{
    promlet_server *server = ctx;
    pml_server_connection *place = place_of(connection);
    (void)kept;
    end_exchange(server, place);
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        pml_server_connection_enter(&server->connections, place, PML_SERVER_IDLE, server->now_ns);
    }
}

/* ---- The handler ---- */

static void note_patience(pml_server_exchange *exchange)
{
    int64_t patience_ns = pml_server_read_patience(MHD_lookup_connection_value(
        exchange->connection, MHD_HEADER_KIND, "X-Prometheus-Scrape-Timeout-Seconds"));
    exchange->place->patience_ns = patience_ns == PML_NEVER_NS
                                       ? PML_NEVER_NS
                                       : exchange->server->now_ns + patience_ns + PATIENCE_SLACK_NS;
}

static bool follow_route(pml_server_exchange *exchange, const char *method)
{
    static const promlet_http_header allow = {"Allow", "GET, HEAD"};
    if (exchange->route == NULL) {
        return pml_server_reply_text(exchange, MHD_HTTP_NOT_FOUND, "Not found.\n", NULL, 0);
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return pml_server_reply_text(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n",
                                     &allow, 1);
    }
    return exchange->route->answer(exchange);
}

/* Returns false when the connection is to be closed. */
static bool answer(pml_server_exchange *exchange, const char *method, const char *path)
{
    note_patience(exchange);
    if (!exchange->is_sound) {
        return pml_server_reply_text(exchange, MHD_HTTP_BAD_REQUEST, "Malformed request.\n", NULL,
                                     0);
    }
    pml_server_refusal refusal = pml_server_authorize(exchange, method, path);
    if (refusal.http_status != 0) {
        return pml_server_reply_text(exchange, refusal.http_status, refusal.text, refusal.headers,
                                     refusal.header_count);
    }
    return follow_route(exchange, method);
}

/* libmicrohttpd calls the handler at least twice a request: first when the headers are in, then
   when the whole request is. A response that is queued in the first call makes it close the
   connection, so we answer in the last, but for a request with a body on its way: closing is what
   we want then, instead of reading to the end of the body. */
static enum MHD_Result handle_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version,
                                      const char *upload_data, size_t *upload_data_size,
                                      void **kept)
{
    pml_server_exchange *exchange = place_of(connection)->exchange;
    (void)ctx;
    (void)upload_data;
    (void)upload_data_size;
    (void)kept;

    if (exchange == NULL || exchange->is_answered) {
        return MHD_NO;
    }
    if (!exchange->is_whole) {
        pml_server_soundness soundness = pml_server_look_at(exchange, method, version);
        exchange->is_sound = soundness.is_sound;
        if (!soundness.has_body) {
            exchange->is_whole = true;
            return MHD_YES;
        }
    }
    return answer(exchange, method, url) ? MHD_YES : MHD_NO;
}

/* On a UNIX socket libmicrohttpd would only complain that it is none of TCP. */
static unsigned int log_flags(const promlet_server *server)
{
    return server->listener.port != 0 ? MHD_USE_ERROR_LOG : MHD_NO_FLAG;
}

/* SIGPIPE is never raised: libmicrohttpd sends with MSG_NOSIGNAL. There is no limit and no timeout
   here that would be reached: connections.c has them. */
struct MHD_Daemon *pml_server_start_answering(promlet_server *server)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | log_flags(server) |
            pml_server_tls_flags(server->content.tls),
        0, NULL, NULL, handle_request, server, MHD_OPTION_EXTERNAL_LOGGER, pml_server_http_log_note,
        &server->http_log, MHD_OPTION_ARRAY, pml_server_tls_options(server->content.tls),
        MHD_OPTION_CONNECTION_LIMIT, (unsigned int)server->limits.connections + 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, STRICT_PARSING_OPTION,
        pml_server_strictness(), MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_NOTIFY_CONNECTION,
        note_connection, server, MHD_OPTION_NOTIFY_COMPLETED, end_request, server,
        MHD_OPTION_URI_LOG_CALLBACK, begin_request, server, MHD_OPTION_END);
}
