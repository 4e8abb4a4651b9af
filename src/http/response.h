/* SPDX-License-Identifier: Apache-2.0 */
/* Responses: made of a body and shared by those who send it, or constant. */
#ifndef PML_HTTP_RESPONSE_H
#define PML_HTTP_RESPONSE_H

#include "http/body.h"

#include <promlet/http.h>
#include <promlet/snapshot.h>

/* Why there are no metrics. */
typedef enum pml_http_refusal {
    PML_HTTP_WRONG_QUERY,    /* 400 */
    PML_HTTP_WRONG_METHOD,   /* 405 */
    PML_HTTP_OUT_OF_MEMORY,  /* 500 */
    PML_HTTP_WRONG_ARGUMENT, /* 500 */
    PML_HTTP_TOO_MUCH,       /* 503: the budget is used up */
    PML_HTTP_STOPPING,       /* 503 */
    PML_HTTP_COLLECTING,     /* 503: in a callback or collector */
} pml_http_refusal;

/* A response for people. It needs no memory, and giving it back does nothing. is_head: without the
   body. */
promlet_http_response *pml_http_refuse(pml_http_refusal reason, bool is_head);

/* A response with a document in this encoding. It takes the body, which the last of its owners
   frees; NULL when there is no memory, and the body is freed at once. */
promlet_http_response *pml_http_response_new(const promlet_encoding *encoding, pml_http_body *body);

/* One owner more, who gives it back on their own. Returns the response. */
promlet_http_response *pml_http_response_share(promlet_http_response *response);

/* Gives a response back; the last owner frees it. NULL is allowed. */
void pml_http_response_release(promlet_http_response *response);

/* The same response to HEAD, for its only owner. */
promlet_http_response *pml_http_response_without_body(promlet_http_response *response);

#endif
