/* SPDX-License-Identifier: Apache-2.0 */
/* What a client takes, by the headers of its request. */
#ifndef PML_EXPOSE_SERVER_ACCEPT_H
#define PML_EXPOSE_SERVER_ACCEPT_H

#include <promlet/negotiation.h>

#include <stdbool.h>

struct MHD_Connection;

/* How a document is sent. */
typedef struct pml_server_form {
    promlet_encoding encoding;
    bool is_gzip; /* if that is of use */
} pml_server_form;

/* The form that the client likes best. formats: the set that may be chosen from; 0: all. */
pml_server_form pml_server_negotiate(struct MHD_Connection *connection, unsigned int formats);

#endif
