/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the headers of a request from libmicrohttpd. Whether they are well-formed is soundness.c's.
 */
#include "server/headers.h"

#include <microhttpd.h>
#include <string.h>

bool pml_server_is_header(const char *name, size_t size, const char *small)
{
    bool is_same = size == strlen(small);
    for (size_t i = 0; is_same && i < size; i++) {
        char lowered = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
        is_same = lowered == small[i];
    }
    return is_same;
}

/* ---- One line ---- */

/* A header while it is looked for. */
struct single {
    const char *name;
    const char *value; /* NULL: it was not there yet. */
};

static enum MHD_Result look_at(void *ctx, enum MHD_ValueKind kind, const char *name,
                               size_t name_size, const char *value, size_t value_size)
{
    struct single *single = ctx;
    (void)kind;
    if (pml_server_is_header(name, name_size, single->name)) {
        bool is_whole = value != NULL && memchr(value, '\0', value_size) == NULL;
        single->value = is_whole && single->value == NULL ? value : "";
    }
    return MHD_YES;
}

const char *pml_server_single_header(struct MHD_Connection *connection, const char *name)
{
    struct single single = {name, NULL};
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look_at, &single);
    return single.value;
}

/* ---- Several lines, as RFC 9110 has it ---- */

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
