/* SPDX-License-Identifier: Apache-2.0 */
/* What is served under which path. */
#ifndef PML_SERVER_ROUTES_H
#define PML_SERVER_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

struct pml_server_content;
struct pml_server_exchange;

/* Answers GET and HEAD of a path. Returns false when the connection is to be closed. */
typedef bool (*pml_server_route_fn)(struct pml_server_exchange *exchange);

typedef struct pml_server_route {
    const char *path; /* Lent. */
    pml_server_route_fn answer;
} pml_server_route;

#define PML_SERVER_MOST_ROUTES 4

typedef struct pml_server_routes {
    pml_server_route rows[PML_SERVER_MOST_ROUTES];
    size_t count;
} pml_server_routes;

/* content: lent. */
void pml_server_routes_start(pml_server_routes *routes, const struct pml_server_content *content);

/* Where the target of a request leads, as it was sent: with its query, and with its escapes, which
   nobody here decodes. NULL: nowhere. */
const pml_server_route *pml_server_find_route(const pml_server_routes *routes, const char *target);

#endif
