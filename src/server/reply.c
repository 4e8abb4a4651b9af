/* SPDX-License-Identifier: Apache-2.0 */
/* Makes libmicrohttpd's form of an answer and queues it. */
#include "server/reply.h"

#include "http/response.h"
#include "server/clock.h"
#include "server/server.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

/* libmicrohttpd lists the pieces of an answer in the connection's memory, where there is not room
   for many; the pieces of a larger one it is given one by one, which costs a copy. */
#define MOST_LISTED_PIECES 256

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

static bool add_close(struct MHD_Response *response, unsigned int http_status)
{
    static const promlet_http_header close = {MHD_HTTP_HEADER_CONNECTION, "close"};
    return http_status / 100 != 4 || add_headers(response, &close, 1);
}

/* Queue a response and give up our share of it. */
static bool queue(pml_server_exchange *exchange, unsigned int http_status, size_t body_bytes,
                  struct MHD_Response *response)
{
    bool is_queued = false;
    if (add_close(response, http_status)) {
        pml_server_connection_enter(&exchange->server->connections, exchange->place,
                                    PML_SERVER_SENDING, pml_server_now_ns());
        is_queued = MHD_queue_response(exchange->connection, http_status, response) == MHD_YES;
    }
    MHD_destroy_response(response);
    exchange->http_status = is_queued ? http_status : 0;
    exchange->body_bytes = body_bytes;
    return is_queued;
}

/* Give up our share of a response that can't be sent; NULL: there was no memory for it. */
static bool drop(struct MHD_Response *response)
{
    if (response != NULL) {
        MHD_destroy_response(response);
    }
    return false;
}

/* ---- For people ---- */

bool pml_server_reply_text(pml_server_exchange *exchange, unsigned int http_status,
                           const char *text, const promlet_http_header *more, size_t more_count)
{
    static const promlet_http_header usual[] = {
        {"Content-Type", "text/plain; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
    };
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
    bool is_made = response != NULL &&
                   add_headers(response, usual, sizeof usual / sizeof usual[0]) &&
                   add_headers(response, more, more_count);
    return is_made ? queue(exchange, http_status, strlen(text), response) : drop(response);
}

/* ---- In pieces ---- */

static void give_back(void *response)
{
    pml_http_response_release(response);
}

static struct MHD_Response *list_pieces(const promlet_http_response *response,
                                        MHD_ContentReaderFreeCallback free_response)
{
    struct MHD_Response *wrapped = NULL;
    struct MHD_IoVec *pieces = calloc(response->piece_count + 1, sizeof *pieces);
    for (size_t i = 0; pieces != NULL && i < response->piece_count; i++) {
        pieces[i] = (struct MHD_IoVec){response->pieces[i].data, response->pieces[i].size};
    }
    if (pieces != NULL) {
        wrapped = MHD_create_response_from_iovec(pieces, (unsigned int)response->piece_count,
                                                 free_response, (void *)response);
    }
    free(pieces);
    return wrapped;
}

/* Pieces are full but for the last one. */
static ssize_t copy_piece(void *ctx, uint64_t position, char *to, size_t room)
{
    const promlet_http_response *response = ctx;
    const promlet_http_piece *piece = &response->pieces[position / PROMLET_HTTP_PIECE_SIZE];
    size_t offset = position % PROMLET_HTTP_PIECE_SIZE;
    size_t left = piece->size - offset;
    size_t size = left < room ? left : room;
    memcpy(to, (const char *)piece->data + offset, size);
    return (ssize_t)size;
}

/* libmicrohttpd's form of a response; free_response: what it does with it in the end. NULL when
   there is no memory, with nothing done. */
static struct MHD_Response *wrap(const promlet_http_response *response,
                                 MHD_ContentReaderFreeCallback free_response)
{
    return response->piece_count <= MOST_LISTED_PIECES
               ? list_pieces(response, free_response)
               : MHD_create_response_from_callback(response->size, PROMLET_HTTP_PIECE_SIZE,
                                                   copy_piece, (void *)response, free_response);
}

/* The headers stay as long as the response does. */
static bool send_wrapped(pml_server_exchange *exchange, const promlet_http_response *response,
                         struct MHD_Response *wrapped)
{
    return add_headers(wrapped, response->headers, response->header_count)
               ? queue(exchange, (unsigned int)response->status, response->size, wrapped)
               : drop(wrapped);
}

bool pml_server_reply(pml_server_exchange *exchange, promlet_http_response *response)
{
    struct MHD_Response *wrapped = wrap(response, give_back);
    if (wrapped == NULL) {
        give_back(response);
        return false;
    }
    return send_wrapped(exchange, response, wrapped);
}

bool pml_server_reply_lent(pml_server_exchange *exchange, const promlet_http_response *response)
{
    struct MHD_Response *wrapped = wrap(response, NULL);
    return wrapped != NULL && send_wrapped(exchange, response, wrapped);
}
