/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps what is known of a request until it is answered. */
#include "server/exchange.h"

#include "http/response.h"
#include "server/clock.h"
#include "server/server.h"
#include "server/soundness.h"

#include <stdlib.h>
#include <string.h>

pml_server_exchange *pml_server_exchange_new(promlet_server *server, const char *target)
{
    const char *mark = strchr(target, '?');
    const char *query = mark != NULL ? mark + 1 : "";
    size_t query_size = strlen(query) + 1;

    pml_server_exchange *exchange = calloc(1, sizeof *exchange + query_size);
    if (exchange != NULL) {
        exchange->server = server;
        exchange->since_ns = pml_server_now_ns();
        exchange->route = pml_server_find_route(&server->routes, target);
        exchange->target = target;
        exchange->target_size = strlen(target);
        exchange->has_sound_target = pml_server_is_sound_target(target);
        memcpy(exchange->query, query, query_size);
    }
    return exchange;
}

void pml_server_exchange_free(pml_server_exchange *exchange)
{
    if (exchange != NULL) {
        pml_http_request_free((pml_http_request *)exchange->job.request);
        pml_http_response_release(exchange->job.response);
        free(exchange);
    }
}
