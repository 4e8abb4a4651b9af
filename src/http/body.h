/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an answer, from a snapshot. Knows nothing of requests and of threads. */
#ifndef PML_HTTP_BODY_H
#define PML_HTTP_BODY_H

#include <promlet/snapshot.h>

#include <stdbool.h>
#include <stddef.h>

/* How a document is sent. */
typedef struct pml_http_form {
    promlet_encoding encoding;
    bool is_gzip; /* if that is of use */
} pml_http_form;

typedef struct pml_http_body {
    char *bytes;
    size_t size;
    void (*free_bytes)(void *bytes); /* for who has the body */
    bool is_gzip;
} pml_http_body;

/* Writes a snapshot in a form; plain, where compressing it is of no use or there is no memory for
   that. False when there is no memory for a plain one either. */
bool pml_http_make_body(const promlet_snapshot *snapshot, const pml_http_form *form,
                        pml_http_body *body);

#endif
