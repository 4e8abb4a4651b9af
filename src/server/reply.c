/* SPDX-License-Identifier: Apache-2.0 */
/* Makes libmicrohttpd's form of an answer and queues it. */
#include "server/reply.h"

#include "http/response.h"
#include "server/clock.h"
#include "server/server.h"

#include <microhttpd.h>
#include <stddef.h>
#include <string.h>

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

/* So that lists of pieces are lists of libmicrohttpd's. */
_Static_assert(sizeof(promlet_http_piece) == sizeof(struct MHD_IoVec) &&
                   offsetof(promlet_http_piece, data) == offsetof(struct MHD_IoVec, iov_base) &&
                   offsetof(promlet_http_piece, size) == offsetof(struct MHD_IoVec, iov_len),
               "a piece is what libmicrohttpd takes");

/* libmicrohttpd's form of a response; free_response: what it does with it in the end. NULL when
   there is no memory, with nothing done. */
static struct MHD_Response *wrap(const promlet_http_response *response,
                                 MHD_ContentReaderFreeCallback free_response)
{
    return MHD_create_response_from_iovec((const struct MHD_IoVec *)response->pieces,
                                          (unsigned int)response->piece_count, free_response,
                                          (void *)response);
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
