/* SPDX-License-Identifier: Apache-2.0 */
/* Paths are compared byte by byte, so that each thing has one of them. */
#include "server/routes.h"

#include <stddef.h>
#include <string.h>

static bool is_path(const char *target, const char *path)
{
    size_t length = strcspn(target, "?");
    return length == strlen(path) && strncmp(target, path, length) == 0;
}

pml_server_route pml_server_find_route(const char *target, const char *metrics_path, bool has_page)
{
    if (is_path(target, metrics_path)) {
        return PML_SERVER_METRICS;
    }
    if (is_path(target, "/-/healthy")) {
        return PML_SERVER_HEALTHY;
    }
    if (is_path(target, "/-/ready")) {
        return PML_SERVER_READY;
    }
    return has_page && is_path(target, "/") ? PML_SERVER_PAGE : PML_SERVER_NOTHING;
}
