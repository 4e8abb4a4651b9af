/* SPDX-License-Identifier: Apache-2.0 */
/* How answers are given to libmicrohttpd. Those that blame the client, with a status of 4xx, close
   the connection: what follows may not be what it seems. */
#ifndef PML_SERVER_REPLY_H
#define PML_SERVER_REPLY_H

#include "server/exchange.h"

/* Send a response, which is given back when the client has it. Returns false when there is no
   memory for that; the connection is to be closed then. */
bool pml_server_reply(pml_server_exchange *exchange, promlet_http_response *response);

/* Send a response that stays as it is while the server lives. Returns the same. */
bool pml_server_reply_lent(pml_server_exchange *exchange, const promlet_http_response *response);

/* Send an answer for people. text is a constant; more: headers besides the usual ones, which are
   copied. Returns the same. */
bool pml_server_reply_text(pml_server_exchange *exchange, unsigned int http_status,
                           const char *text, const promlet_http_header *more, size_t more_count);

#endif
