/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an answer, from a snapshot. Knows nothing of requests and of threads. */
#ifndef PML_EXPOSE_SERVER_BODY_H
#define PML_EXPOSE_SERVER_BODY_H

#include "expose/server_accept.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_server_body {
    char *bytes;
    size_t size;
    void (*free_bytes)(void *bytes); /* for who has the body */
    bool is_gzip;
} pml_server_body;

/* Writes a snapshot in a form; plain, where compressing it is of no use or there is no memory for
   that. False when there is no memory for a plain one either. */
bool pml_server_make_body(const promlet_snapshot *snapshot, const pml_server_form *form,
                          pml_server_body *body);

#endif
