/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a request. */
#include "server/query.h"

#include <microhttpd.h>
#include <string.h>

#define NAMES_KEY "name[]"

/* While the parameters are gone through. */
struct reading {
    pml_server_names *names;
    bool is_wrong;
};

static enum MHD_Result read_one(void *ctx, enum MHD_ValueKind kind, const char *key,
                                size_t key_size, const char *value, size_t value_size)
{
    struct reading *reading = ctx;
    pml_server_names *names = reading->names;
    (void)kind;
    if (key_size != strlen(NAMES_KEY) || memcmp(key, NAMES_KEY, key_size) != 0) {
        return MHD_YES;
    }
    const char *name = value != NULL ? value : "";
    names->bytes += value_size;
    reading->is_wrong = names->count == PML_SERVER_MAX_NAMES ||
                        names->bytes > PML_SERVER_MAX_NAME_BYTES || strlen(name) != value_size;
    if (reading->is_wrong) {
        return MHD_NO;
    }
    names->list[names->count++] = name;
    return MHD_YES;
}

bool pml_server_read_names(struct MHD_Connection *connection, pml_server_names *names)
{
    names->count = 0;
    names->bytes = 0;
    struct reading reading = {names, false};
    (void)MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, read_one, &reading);
    return !reading.is_wrong;
}
