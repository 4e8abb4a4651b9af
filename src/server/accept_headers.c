/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the lines of a header by commas, as RFC 9110 has it. */
#include "server/accept_headers.h"

#include "server/header_name.h"

#include <microhttpd.h>
#include <string.h>

static void append(pml_server_header *to, const char *bytes, size_t size)
{
    size_t room = sizeof to->text - 1 - to->size;
    size_t fitting = size < room ? size : room;
    memcpy(to->text + to->size, bytes, fitting);
    to->size += fitting;
}

static enum MHD_Result join_one(void *ctx, enum MHD_ValueKind kind, const char *name,
                                size_t name_size, const char *value, size_t value_size)
{
    pml_server_header *header = ctx;
    (void)kind;
    if (pml_server_is_header(name, name_size, header->name)) {
        append(header, ", ", header->is_there ? 2 : 0);
        append(header, value != NULL ? value : "", value != NULL ? value_size : 0);
        header->is_there = true;
    }
    return MHD_YES;
}

const char *pml_server_join_header(struct MHD_Connection *connection, const char *name,
                                   pml_server_header *header)
{
    header->name = name;
    header->is_there = false;
    header->size = 0;
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, join_one, header);
    header->text[header->size] = '\0';
    return header->is_there ? header->text : NULL;
}
