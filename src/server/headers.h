/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of a request, of which a client may send each one more than once. */
#ifndef PML_SERVER_HEADERS_H
#define PML_SERVER_HEADERS_H

#include <promlet/negotiation.h>

#include <stdbool.h>
#include <stddef.h>

struct MHD_Connection;

/* Whether a header has this name, given in small letters, or a value of which the same holds. Names
   are ASCII, and the locale has no say in it. */
bool pml_server_is_header(const char *name, size_t size, const char *small);

/* The value of a header that may come once, whose name is given in small letters. It is lent as
   long as the request is; "" when the header comes twice, since proxies and servers disagree on
   which one counts, or has a NUL in it. NULL: it is not there. */
const char *pml_server_single_header(struct MHD_Connection *connection, const char *name);

/* A header of several lines. One byte more than is read of it shows that it was cut, so that its
   last clause, which may be cut too, is passed over. */
typedef struct pml_server_header {
    const char *name;
    bool is_there;
    size_t size;
    char text[PROMLET_MAX_ACCEPT_BYTES + 2];
} pml_server_header;

/* Join the lines of a header, whose name is given in small letters, by commas in `header`. Returns
   its value, lent by `header`; NULL if it is not there. */
const char *pml_server_join_header(struct MHD_Connection *connection, const char *name,
                                   pml_server_header *header);

#endif
