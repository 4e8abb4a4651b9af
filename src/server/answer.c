/* SPDX-License-Identifier: Apache-2.0 */
/* Answers HTTP requests with the metrics. What runs libmicrohttpd, and when, is server.c's. */
#include "server/answer.h"

#include "http/body.h"
#include "server/accept_headers.h"
#include "server/query.h"

#include <promlet/snapshot.h>

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
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
struct request_phase {
    bool is_for_metrics;
    struct request_phase *next; /* NULL: it is time to answer. */
};

static struct request_phase metrics_whole = {true, NULL};
static struct request_phase metrics_headers = {true, &metrics_whole};
static struct request_phase other_whole = {false, NULL};
static struct request_phase other_headers = {false, &other_whole};

/* Called with the target as it was sent, before its query is cut and its escapes are decoded. What
   it returns is where the handler finds the phase. */
static void *begin_request(void *ctx, const char *target, struct MHD_Connection *connection)
{
    const pml_server_content *content = ctx;
    size_t path_length = strcspn(target, "?");
    (void)connection;

    bool is_for_metrics =
        path_length == strlen(content->path) && strncmp(target, content->path, path_length) == 0;
    return is_for_metrics ? &metrics_headers : &other_headers;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* Headers of a response, up to one without a name; one without a value is left out. */
typedef const char *header[2];

static bool add_headers(struct MHD_Response *response, const header *headers)
{
    for (; (*headers)[0] != NULL; headers++) {
        if ((*headers)[1] != NULL &&
            MHD_add_response_header(response, (*headers)[0], (*headers)[1]) != MHD_YES) {
            return false;
        }
    }
    return true;
}

/* Queue a response and give up our share of it. NULL, when there was no memory for it, closes the
   connection, and so does a header that could not be added. */
static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned int http_status,
                                     struct MHD_Response *response, const header *headers)
{
    static const header of_all[] = {
        {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}, {NULL, NULL}};
    if (response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result = MHD_NO;
    if (add_headers(response, headers) && add_headers(response, of_all)) {
        result = MHD_queue_response(connection, http_status, response);
    }
    MHD_destroy_response(response);
    return result;
}

/* An answer for people. text is a constant. */
static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned int http_status,
                                 const char *text)
{
    const header headers[] = {
        {"Content-Type", "text/plain; charset=utf-8"},
        {"Allow", http_status == MHD_HTTP_METHOD_NOT_ALLOWED ? "GET, HEAD" : NULL},
        {NULL, NULL},
    };
    return send_response(
        connection, http_status,
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT),
        headers);
}

/* ---- metrics --------------------------------------------------------------------------------- */

/* The metrics as they are now, those of some names only if there are any. NULL when out of memory.
 */
static promlet_snapshot *take_snapshot(promlet_registry *registry, const pml_server_names *names)
{
    promlet_filter filter = {.names = names->list, .name_count = names->count};
    return names->count == 0 ? promlet_snapshot_take(registry)
                             : promlet_snapshot_take_filtered(registry, &filter);
}

static pml_http_form form_of(const pml_server_content *content, struct MHD_Connection *connection)
{
    pml_http_form form = pml_server_negotiate(connection, content->formats);
    form.encoding.with_created = content->with_created;
    form.is_gzip = form.is_gzip && !content->no_gzip;
    return form;
}

/* The body goes to the response, which frees it when the client has it all. */
static enum MHD_Result send_body(struct MHD_Connection *connection, const pml_http_body *body,
                                 const promlet_encoding *encoding)
{
    const header headers[] = {
        {"Content-Type", promlet_encoding_content_type(encoding)},
        {"Content-Encoding", body->is_gzip ? "gzip" : NULL},
        {"Vary", "Accept, Accept-Encoding"},
        {NULL, NULL},
    };
    struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback(
        body->size, body->bytes, body->free_bytes);
    if (response == NULL) {
        body->free_bytes(body->bytes);
    }
    return send_response(connection, MHD_HTTP_OK, response, headers);
}

static enum MHD_Result send_metrics(const pml_server_content *content,
                                    struct MHD_Connection *connection)
{
    pml_server_names names;
    if (!pml_server_read_names(connection, &names)) {
        return send_text(connection, MHD_HTTP_BAD_REQUEST, "Too many or wrong names.\n");
    }
    pml_http_form form = form_of(content, connection);
    pml_http_body body;
    promlet_snapshot *snapshot = take_snapshot(content->registry, &names);
    bool is_made = snapshot != NULL && pml_http_make_body(snapshot, &form, &body);
    promlet_snapshot_release(snapshot);
    return is_made ? send_body(connection, &body, &form.encoding)
                   : send_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "Out of memory.\n");
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
                                      void **request)
{
    const pml_server_content *content = ctx;
    const struct request_phase *phase = *request;
    (void)url;
    (void)version;
    (void)upload_data;
    (void)upload_data_size;

    /* With a body on its way an answer at once is what we want: it makes libmicrohttpd close the
       connection instead of reading to the end of the body. */
    if (phase->next != NULL && !has_body(connection)) {
        *request = phase->next;
        return MHD_YES;
    }
    if (!phase->is_for_metrics) {
        return send_text(connection, MHD_HTTP_NOT_FOUND, "Not found.\n");
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return send_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
    }
    return send_metrics(content, connection);
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
        begin_request, ctx, MHD_OPTION_END);
}
