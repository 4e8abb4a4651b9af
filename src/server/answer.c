/* SPDX-License-Identifier: Apache-2.0 */
/* Answers HTTP requests with the metrics. What runs libmicrohttpd, and when, is server.c's. */
#include "server/answer.h"

#include "http/batch.h"
#include "http/request.h"
#include "http/response.h"
#include "server/accept_headers.h"

#include <promlet/http.h>

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* How many clients are served at once; the next ones wait in the backlog of the socket. */
#define CONNECTION_LIMIT 64U

/* A connection on which nothing moves for so long is closed. */
#define CONNECTION_TIMEOUT_SECONDS 10U

/* What a request is read into, and its parameters are listed in: enough for the most names that one
   may ask for. Without room libmicrohttpd closes the connection. */
#define CONNECTION_MEMORY_BYTES (size_t)(192 * 1024)

/* The name for strict parsing of requests changed with version 1.0; the value means the same. */
#if MHD_VERSION >= 0x01000000
#define STRICT_PARSING_OPTION MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICT_PARSING_OPTION MHD_OPTION_STRICT_FOR_CLIENT
#endif

/*
 * libmicrohttpd calls the handler at least twice a request, and keeps a pointer of ours in between:
 * first when the headers are in, then when the whole request is. A response that is queued in the
 * first call makes it close the connection, so we answer in the last. The pointer tells the calls
 * apart, and remembers the path as it was sent: the handler is given it decoded and as a C string,
 * where "/metrics%00x" reads as "/metrics".
 */
struct request {
    bool is_for_metrics;
    bool is_whole; /* It is time to answer. */
    char query[];  /* What follows the '?'; "" when nothing does. */
};

/* Called with the target as it was sent, before its query is cut and its escapes are decoded. What
   it returns is where the handler finds the request; NULL: there was no memory. */
static void *begin_request(void *ctx, const char *target, struct MHD_Connection *connection)
{
    const pml_server_content *content = ctx;
    size_t path_length = strcspn(target, "?");
    const char *query = target + path_length + (target[path_length] == '?' ? 1 : 0);
    size_t query_size = strlen(query) + 1;
    (void)connection;

    struct request *request = calloc(1, sizeof *request + query_size);
    if (request != NULL) {
        request->is_for_metrics = path_length == strlen(content->path) &&
                                  strncmp(target, content->path, path_length) == 0;
        memcpy(request->query, query, query_size);
    }
    return request;
}

static void end_request(void *ctx, struct MHD_Connection *connection, void **request,
                        enum MHD_RequestTerminationCode code)
{
    (void)ctx;
    (void)connection;
    (void)code;
    free(*request);
    *request = NULL;
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool add_headers(struct MHD_Response *response, const promlet_http_header *headers,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (MHD_add_response_header(response, headers[i].name, headers[i].value) != MHD_YES) {
            return false;
        }
    }
    return true;
}

/* Queue a response and give up our share of it. NULL, when there was no memory for it, closes the
   connection, and so does a header that could not be added. */
static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned int http_status,
                                     struct MHD_Response *response,
                                     const promlet_http_header *headers, size_t header_count)
{
    if (response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result = MHD_NO;
    if (add_headers(response, headers, header_count)) {
        result = MHD_queue_response(connection, http_status, response);
    }
    MHD_destroy_response(response);
    return result;
}

/* An answer for people. text is a constant; allow: the value of that header, NULL for none. */
static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned int http_status,
                                 const char *text, const char *allow)
{
    const promlet_http_header headers[] = {
        {"Content-Type", "text/plain; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"Allow", allow},
    };
    return send_response(
        connection, http_status,
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT),
        headers, allow != NULL ? 4 : 3);
}

/* ---- metrics --------------------------------------------------------------------------------- */

static void give_back(void *response)
{
    pml_http_response_release(response);
}

/* libmicrohttpd's form of a response, which owns it; NULL, with the response given back, when there
   is no memory. */
static struct MHD_Response *wrap(promlet_http_response *response)
{
    struct MHD_Response *wrapped = NULL;
    struct MHD_IoVec *pieces = calloc(response->piece_count + 1, sizeof *pieces);
    for (size_t i = 0; pieces != NULL && i < response->piece_count; i++) {
        pieces[i] = (struct MHD_IoVec){response->pieces[i].data, response->pieces[i].size};
    }
    if (pieces != NULL) {
        wrapped = MHD_create_response_from_iovec(pieces, (unsigned int)response->piece_count,
                                                 give_back, response);
    }
    if (wrapped == NULL) {
        give_back(response);
    }
    free(pieces);
    return wrapped;
}

/* HEAD is answered as GET; libmicrohttpd leaves the body out. */
static promlet_http_response *make_response(const pml_server_content *content,
                                            struct MHD_Connection *connection, const char *query)
{
    pml_server_header accept;
    pml_server_header accept_encoding;
    promlet_http_request given = {
        .query = query,
        .accept = pml_server_join_header(connection, "accept", &accept),
        .accept_encoding = pml_server_join_header(connection, "accept-encoding", &accept_encoding),
        .formats = content->formats,
        .no_gzip = content->no_gzip,
        .with_created = content->with_created,
    };
    pml_http_job job = {.response = NULL};
    pml_http_request *request = pml_http_request_new(&given, &job.response);
    if (request != NULL) {
        pml_http_source source = {.registries = &content->registry, .registry_count = 1};
        job.request = request;
        pml_http_answer(&source, &job);
        pml_http_request_free(request);
    }
    return job.response;
}

static enum MHD_Result send_metrics(const pml_server_content *content,
                                    struct MHD_Connection *connection, const char *query)
{
    promlet_http_response *response = make_response(content, connection, query);
    unsigned int status = (unsigned int)response->status;
    /* They stay as long as the response does. */
    const promlet_http_header *headers = response->headers;
    size_t header_count = response->header_count;
    return send_response(connection, status, wrap(response), headers, header_count);
}

/* ---- requests -------------------------------------------------------------------------------- */

/* Whether the headers announce a body. Nobody here reads one. */
static bool has_body(struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length != NULL && strcmp(length, "0") != 0) ||
           MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                       MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

static enum MHD_Result handle_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version,
                                      const char *upload_data, size_t *upload_data_size,
                                      void **kept)
{
    const pml_server_content *content = ctx;
    struct request *request = *kept;
    (void)url;
    (void)version;
    (void)upload_data;
    (void)upload_data_size;

    if (request == NULL) {
        return MHD_NO;
    }
    /* With a body on its way an answer at once is what we want: it makes libmicrohttpd close the
       connection instead of reading to the end of the body. */
    if (!request->is_whole && !has_body(connection)) {
        request->is_whole = true;
        return MHD_YES;
    }
    if (!request->is_for_metrics) {
        return send_text(connection, MHD_HTTP_NOT_FOUND, "Not found.\n", NULL);
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return send_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n",
                         "GET, HEAD");
    }
    return send_metrics(content, connection, request->query);
}

/* SIGPIPE stays blocked in the server's thread, the only one that writes to clients. The cast takes
   a const away that libmicrohttpd's contexts don't have; our handlers put it back. */
struct MHD_Daemon *pml_server_start_answering(const pml_server_content *content, int listen_fd)
{
    void *ctx = (void *)content;
    return MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, handle_request, ctx, MHD_OPTION_LISTEN_SOCKET, listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTION_LIMIT, MHD_OPTION_CONNECTION_TIMEOUT,
        CONNECTION_TIMEOUT_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES,
        STRICT_PARSING_OPTION, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK,
        begin_request, ctx, MHD_OPTION_NOTIFY_COMPLETED, end_request, NULL, MHD_OPTION_END);
}
