/* SPDX-License-Identifier: Apache-2.0 */
/* Paths are compared byte by byte, so that each thing has one of them. */
#include "server/routes.h"

#include "server/answer.h"
#include "server/reply.h"
#include "server/scrape.h"
#include "server/server.h"

#include <microhttpd.h>
#include <string.h>

static bool answer_page(pml_server_exchange *exchange)
{
    return pml_server_reply_lent(exchange, &exchange->server->content.page.response);
}

/* Asked by what restarts a service that is stuck. */
static bool answer_healthy(pml_server_exchange *exchange)
{
    return pml_server_reply_text(exchange, MHD_HTTP_OK, "Healthy.\n", NULL, 0);
}

/* Asked by what sends a service work. */
static bool answer_ready(pml_server_exchange *exchange)
{
    const pml_server_content *content = &exchange->server->content;
    bool is_ready = content->is_ready == NULL || content->is_ready(content->ready_ctx);
    return is_ready ? pml_server_reply_text(exchange, MHD_HTTP_OK, "Ready.\n", NULL, 0)
                    : pml_server_reply_text(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "Not ready.\n",
                                            NULL, 0);
}

/* ---- The table ---- */

static void add(pml_server_routes *routes, const char *path, pml_server_route_fn answer)
{
    routes->rows[routes->count++] = (pml_server_route){path, answer};
}

/* The first row of a path counts, so that of the metrics wins. */
void pml_server_routes_start(pml_server_routes *routes, const pml_server_content *content)
{
    routes->count = 0;
    add(routes, content->path, pml_server_scrape);
    add(routes, "/-/healthy", answer_healthy);
    add(routes, "/-/ready", answer_ready);
    if (content->has_page) {
        add(routes, "/", answer_page);
    }
}

const pml_server_route *pml_server_find_route(const pml_server_routes *routes, const char *target)
{
    size_t length = strcspn(target, "?");
    for (size_t i = 0; i < routes->count; i++) {
        const char *path = routes->rows[i].path;
        if (strlen(path) == length && memcmp(path, target, length) == 0) {
            return &routes->rows[i];
        }
    }
    return NULL;
}
