/* SPDX-License-Identifier: Apache-2.0 */
/* Which metrics a request asks for: /metrics?name[]=a&name[]=b, as Prometheus' parameter has it. */
#ifndef PML_SERVER_QUERY_H
#define PML_SERVER_QUERY_H

#include <stdbool.h>
#include <stddef.h>

struct MHD_Connection;

/* What one request may ask for. */
#define PML_SERVER_MAX_NAMES 1024
#define PML_SERVER_MAX_NAME_BYTES 65536

/* Lent by the connection, as long as the request is answered. */
typedef struct pml_server_names {
    const char *list[PML_SERVER_MAX_NAMES];
    size_t count; /* 0: everything is asked for */
    size_t bytes;
} pml_server_names;

/* Reads them from the query, whose escapes libmicrohttpd has decoded. False when there are more
   than the above, or one has a NUL. Other parameters are ignored. */
bool pml_server_read_names(struct MHD_Connection *connection, pml_server_names *names);

#endif
