/* SPDX-License-Identifier: Apache-2.0 */
/* What a client takes, by the headers of its request. */
#ifndef PML_SERVER_ACCEPT_HEADERS_H
#define PML_SERVER_ACCEPT_HEADERS_H

#include "http/body.h"

struct MHD_Connection;

/* The form that the client likes best. formats: the set that may be chosen from; 0: all. */
pml_http_form pml_server_negotiate(struct MHD_Connection *connection, unsigned int formats);

#endif
