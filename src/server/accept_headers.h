/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of a request as one value each, since a client may send several lines. */
#ifndef PML_SERVER_ACCEPT_HEADERS_H
#define PML_SERVER_ACCEPT_HEADERS_H

#include <promlet/negotiation.h>

#include <stdbool.h>
#include <stddef.h>

struct MHD_Connection;

/* One header. One byte more than is read of it shows that it was cut, so that its last clause,
   which may be cut too, is passed over. */
typedef struct pml_server_header {
    const char *name;
    bool is_there;
    size_t size;
    char text[PROMLET_MAX_ACCEPT_BYTES + 2];
} pml_server_header;

/* Joins the lines of a header, whose name is given in small letters, in `header`. Returns its
   value, lent by `header`; NULL if it is not there. */
const char *pml_server_join_header(struct MHD_Connection *connection, const char *name,
                                   pml_server_header *header);

#endif
