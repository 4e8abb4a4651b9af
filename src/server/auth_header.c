/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the headers of a request that say who sends it. */
#include "server/auth.h"

#include "server/header_name.h"

#include <microhttpd.h>
#include <string.h>

/* The header while it is looked for. */
struct found {
    const char *value;
    unsigned int count;
};

static enum MHD_Result look_at(void *ctx, enum MHD_ValueKind kind, const char *name,
                               size_t name_size, const char *value, size_t value_size)
{
    struct found *found = ctx;
    (void)kind;
    if (pml_server_is_header(name, name_size, "authorization")) {
        bool is_whole = value != NULL && memchr(value, '\0', value_size) == NULL;
        found->value = is_whole && found->count == 0 ? value : "";
        found->count++;
    }
    return MHD_YES;
}

const char *pml_server_auth_header(struct MHD_Connection *connection)
{
    struct found found = {NULL, 0};
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_at, &found);
    return found.value;
}

const char *promlet_server_request_header(const promlet_server_request *request, const char *name)
{
    if (request == NULL || request->connection == NULL || name == NULL) {
        return NULL;
    }
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}
