/* SPDX-License-Identifier: Apache-2.0 */
/* Answers a request for metrics in a libmicrohttpd service: what libmicrohttpd knows of the request
   goes to promlet_respond(), and what that returns goes back, without a copy. */
#include "instrument/microhttpd.h"

#include <promlet/http.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- the request ----------------------------------------------------------------------------- */

/* A text that grows; bytes is NULL as long as nothing was added. */
struct text {
    char *bytes;
    size_t size;
    size_t room;
};

/* What promlet_respond() wants to know, gathered from all values of the connection. */
struct asked {
    struct text accept;
    struct text accept_encoding;
    struct text query;
    bool has_no_memory;
};

static void add(struct asked *asked, struct text *to, const char *bytes, size_t size)
{
    size_t needed = to->size + size + 1;
    if (needed > to->room) {
        char *moved = realloc(to->bytes, 2 * needed);
        if (moved == NULL) {
            asked->has_no_memory = true;
            return;
        }
        to->bytes = moved;
        to->room = 2 * needed;
    }
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
    to->bytes[to->size] = '\0';
}

/* Escapes every byte, whatever it is: libmicrohttpd has undone the client's escapes. */
static void add_escaped(struct asked *asked, const char *bytes, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        const char escape[] = {'%', digits[byte >> 4], digits[byte & 15]};
        add(asked, &asked->query, escape, sizeof escape);
    }
}

/* Names of headers are ASCII, and the locale has no say in it. small is in small letters. */
static bool has_name(const char *name, size_t size, const char *small)
{
    bool is_same = size == strlen(small);
    for (size_t i = 0; is_same && i < size; i++) {
        char lowered = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
        is_same = lowered == small[i];
    }
    return is_same;
}

/* A client may send several lines of a header, which mean one list. */
static enum MHD_Result read_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    struct asked *asked = ctx;
    struct text *to = has_name(name, name_size, "accept")            ? &asked->accept
                      : has_name(name, name_size, "accept-encoding") ? &asked->accept_encoding
                                                                     : NULL;
    (void)kind;
    if (to != NULL) {
        add(asked, to, ", ", to->bytes != NULL ? 2 : 0);
        add(asked, to, value != NULL ? value : "", value != NULL ? value_size : 0);
    }
    return MHD_YES;
}

static enum MHD_Result read_argument(void *ctx, enum MHD_ValueKind kind, const char *name,
                                     size_t name_size, const char *value, size_t value_size)
{
    struct asked *asked = ctx;
    (void)kind;
    if (name_size == strlen("name[]") && memcmp(name, "name[]", name_size) == 0) {
        add(asked, &asked->query, "&name[]=", strlen("&name[]="));
        add_escaped(asked, value, value != NULL ? value_size : 0);
    }
    return MHD_YES;
}

static void forget(struct asked *asked)
{
    free(asked->accept.bytes);
    free(asked->accept_encoding.bytes);
    free(asked->query.bytes);
}

/* NULL when there is no memory for the request. */
static promlet_http_response *respond(promlet_registry *registry, struct MHD_Connection *connection,
                                      const char *method)
{
    struct asked asked = {.has_no_memory = false};
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, read_header, &asked);
    (void)MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, read_argument, &asked);
    /* libmicrohttpd leaves out the body for HEAD, but wants it, to tell its size. */
    bool is_head = method != NULL && strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    const promlet_http_request request = {
        .method = is_head ? MHD_HTTP_METHOD_GET : method,
        .query = asked.query.bytes,
        .accept = asked.accept.bytes,
        .accept_encoding = asked.accept_encoding.bytes,
    };
    promlet_http_response *response =
        asked.has_no_memory ? NULL : promlet_respond(registry, &request);
    forget(&asked);
    return response;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void release(void *response)
{
    promlet_http_response_release(response);
}

/* So that lists of pieces are lists of libmicrohttpd's. */
_Static_assert(sizeof(promlet_http_piece) == sizeof(struct MHD_IoVec) &&
                   offsetof(promlet_http_piece, data) == offsetof(struct MHD_IoVec, iov_base) &&
                   offsetof(promlet_http_piece, size) == offsetof(struct MHD_IoVec, iov_len),
               "a piece is what libmicrohttpd takes");

/* The response with its body, which takes over the share that it is given. */
static struct MHD_Response *with_body(promlet_http_response *response)
{
    struct MHD_Response *reply =
        MHD_create_response_from_iovec((const struct MHD_IoVec *)response->pieces,
                                       (unsigned int)response->piece_count, release, response);
    if (reply == NULL) {
        release(response);
    }
    return reply;
}

static bool add_headers(struct MHD_Response *reply, const promlet_http_response *response)
{
    for (size_t i = 0; i < response->header_count; i++) {
        const promlet_http_header *header = &response->headers[i];
        if (MHD_add_response_header(reply, header->name, header->value) != MHD_YES) {
            return false;
        }
    }
    return true;
}

enum MHD_Result promlet_microhttpd_respond(promlet_registry *registry,
                                           struct MHD_Connection *connection, const char *method)
{
    if (connection == NULL) {
        return MHD_NO;
    }
    pml_microhttpd_pass_scrape(connection);
    promlet_http_response *response = respond(registry, connection, method);
    struct MHD_Response *reply = response != NULL ? with_body(response) : NULL;
    if (reply == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result =
        add_headers(reply, response)
            ? promlet_microhttpd_queue_response(connection, (unsigned int)response->status, reply,
                                                response->size)
            : MHD_NO;
    MHD_destroy_response(reply);
    return result;
}
