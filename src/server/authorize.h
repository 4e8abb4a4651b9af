/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets an answer. */
#ifndef PML_SERVER_AUTHORIZE_H
#define PML_SERVER_AUTHORIZE_H

#include "server/exchange.h"

#include <promlet/http.h>

#include <stddef.h>

#define PML_SERVER_REFUSAL_HEADERS 3

/* Why a request is not answered. All zero: it is. */
typedef struct pml_server_refusal {
    unsigned int http_status;                                /* 401, 403 or 429. */
    const char *text;                                        /* For people; a constant. */
    promlet_http_header headers[PML_SERVER_REFUSAL_HEADERS]; /* Besides those of any text. */
    size_t header_count;
} pml_server_refusal;

/* Asked once for each request whose headers are in and well-formed, before anything else of it is
   looked at, so that strangers learn nothing of what there is. path: as libmicrohttpd has decoded
   it. The values of headers stay until the next call. */
pml_server_refusal pml_server_authorize(pml_server_exchange *exchange, const char *method,
                                        const char *path);

#endif
