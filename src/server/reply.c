/* SPDX-License-Identifier: Apache-2.0 */
/* Makes libmicrohttpd's form of an answer and queues it. */
#include "server/reply.h"

#include "http/response.h"
#include "server/clock.h"
#include "server/server.h"

#include <microhttpd.h>
#include <stdlib.h>
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

/* Queue a response and give up our share of it. NULL: there was no memory for it. */
static bool queue(pml_server_exchange *exchange, unsigned int http_status,
                  struct MHD_Response *response, const promlet_http_header *headers,
                  size_t header_count)
{
    bool is_queued = false;
    if (response == NULL) {
        return false;
    }
    if (add_headers(response, headers, header_count)) {
        pml_server_connection_enter(&exchange->server->connections, exchange->place,
                                    PML_SERVER_SENDING, pml_server_now_ns());
        is_queued = MHD_queue_response(exchange->connection, http_status, response) == MHD_YES;
    }
    MHD_destroy_response(response);
    return is_queued;
}

bool pml_server_reply_text(pml_server_exchange *exchange, unsigned int http_status,
                           const char *text, const char *name, const char *value)
{
    const promlet_http_header headers[] = {
        {"Content-Type", "text/plain; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {name, value},
    };
    return queue(
        exchange, http_status,
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT),
        headers, name != NULL ? 4 : 3);
}

static void give_back(void *response)
{
    pml_http_response_release(response);
}

/* libmicrohttpd's form of a response; free_response: what it does with it in the end. NULL when
   there is no memory, with nothing done. */
static struct MHD_Response *wrap(const promlet_http_response *response,
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

bool pml_server_reply(pml_server_exchange *exchange, promlet_http_response *response)
{
    struct MHD_Response *wrapped = wrap(response, give_back);
    if (wrapped == NULL) {
        give_back(response);
        return false;
    }
    /* Headers stay as long as the response does. */
    return queue(exchange, (unsigned int)response->status, wrapped, response->headers,
                 response->header_count);
}

bool pml_server_reply_lent(pml_server_exchange *exchange, const promlet_http_response *response)
{
    return queue(exchange, (unsigned int)response->status, wrap(response, NULL), response->headers,
                 response->header_count);
}
