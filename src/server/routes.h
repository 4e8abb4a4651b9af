/* SPDX-License-Identifier: Apache-2.0 */
/* What is served under which path. */
#ifndef PML_SERVER_ROUTES_H
#define PML_SERVER_ROUTES_H

#include <stdbool.h>

typedef enum pml_server_route {
    PML_SERVER_NOTHING,
    PML_SERVER_METRICS,
    PML_SERVER_PAGE,
    PML_SERVER_HEALTHY,
    PML_SERVER_READY,
} pml_server_route;

/* Where the target of a request leads, as it was sent: with its query, and with its escapes, which
   nobody here decodes. metrics_path: wins over the paths of everything else. */
pml_server_route pml_server_find_route(const char *target, const char *metrics_path, bool has_page);

#endif
