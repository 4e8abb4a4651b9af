/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the lines of a header, since a client may send several, and negotiates. */
#include "server/accept_headers.h"

#include <promlet/negotiation.h>

#include <microhttpd.h>
#include <stdbool.h>
#include <string.h>

/* One header. One byte more than is read of it shows that it was cut, so that its last clause,
   which may be cut too, is passed over. */
struct joined {
    const char *name; /* in small letters */
    bool is_there;
    size_t size;
    char text[PROMLET_MAX_ACCEPT_BYTES + 2];
};

static void append(struct joined *to, const char *bytes, size_t size)
{
    size_t room = sizeof to->text - 1 - to->size;
    size_t fitting = size < room ? size : room;
    memcpy(to->text + to->size, bytes, fitting);
    to->size += fitting;
}

/* Names of headers are ASCII, and the locale has no say in it. */
static bool has_name(const struct joined *header, const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char small = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
        if (small != header->name[i]) {
            return false;
        }
    }
    return header->name[size] == '\0';
}

static enum MHD_Result join_one(void *ctx, enum MHD_ValueKind kind, const char *name,
                                size_t name_size, const char *value, size_t value_size)
{
    struct joined *header = ctx;
    (void)kind;
    if (has_name(header, name, name_size)) {
        append(header, ", ", header->is_there ? 2 : 0);
        append(header, value != NULL ? value : "", value != NULL ? value_size : 0);
        header->is_there = true;
    }
    return MHD_YES;
}

/* The value of a header; NULL if it is not there. */
static const char *join(struct MHD_Connection *connection, const char *name, struct joined *header)
{
    header->name = name;
    header->is_there = false;
    header->size = 0;
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, join_one, header);
    header->text[header->size] = '\0';
    return header->is_there ? header->text : NULL;
}

pml_http_form pml_server_negotiate(struct MHD_Connection *connection, unsigned int formats)
{
    struct joined header;
    pml_http_form form;
    (void)promlet_negotiate(join(connection, "accept", &header), formats, &form.encoding);
    form.is_gzip = promlet_negotiate_gzip(join(connection, "accept-encoding", &header));
    return form;
}
