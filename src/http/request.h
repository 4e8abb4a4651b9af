/* SPDX-License-Identifier: Apache-2.0 */
/* What a client wants, read from its request and copied, so that it can be answered later. */
#ifndef PML_HTTP_REQUEST_H
#define PML_HTTP_REQUEST_H

#include <promlet/http.h>
#include <promlet/snapshot.h>

#include <stdbool.h>
#include <stddef.h>

/* How a document is sent. */
typedef struct pml_http_form {
    promlet_encoding encoding;
    bool is_gzip; /* if that is of use */
} pml_http_form;

typedef struct pml_http_request {
    pml_http_form form;
    bool is_head;
    size_t name_count;   /* 0: everything is asked for */
    const char *names[]; /* their bytes are behind them */
} pml_http_request;

/* Reads a request. NULL when it can't be answered with metrics: *refusal is the answer then, to be
   given back as every response. */
pml_http_request *pml_http_request_new(const promlet_http_request *given,
                                       promlet_http_response **refusal);

/* NULL is allowed. */
void pml_http_request_free(pml_http_request *request);

/* Whether two requests want the same families. */
bool pml_http_same_names(const pml_http_request *a, const pml_http_request *b);

/* Whether they want them in the same form. */
bool pml_http_same_form(const pml_http_form *a, const pml_http_form *b);

#endif
