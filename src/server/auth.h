/* SPDX-License-Identifier: Apache-2.0 */
/* Who may read what the server serves: those who know the credentials of its options, if the host's
   own function agrees. */
#ifndef PML_SERVER_AUTH_H
#define PML_SERVER_AUTH_H

#include "server/auth_tries.h"

#include <promlet/http.h>
#include <promlet/server.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is told with 429: no wait is longer, see auth_tries.c. */
#define PML_SERVER_AUTH_RETRY_SECONDS "1"

typedef struct pml_server_auth pml_server_auth;

/* Check and copy the credentials. *auth stays NULL, with PROMLET_OK, when the options ask for none:
   then everybody may read. */
promlet_status pml_server_auth_new(const promlet_server_opts *options, pml_server_auth **auth);

/* Wipes the credentials. NULL is allowed. */
void pml_server_auth_free(pml_server_auth *auth);

/* What a request shows, lent. */
typedef struct pml_server_try {
    const char *authorization; /* The header's value; NULL: there is none. */
    pml_server_source source;
    const promlet_server_request *request; /* For the host's function. */
} pml_server_try;

/* Decide. is_known is the connection's, false at its begin: whether its last try was right; such a
   one is looked at however many wrong tries others have made. Without locks; by one thread. Returns
   0 when the request is answered; otherwise the status of HTTP that is all it gets: 401, 403 or
   429. */
unsigned int pml_server_auth_judge(pml_server_auth *auth, const pml_server_try *shown,
                                   bool *is_known, int64_t now_ms);

/* The headers of a 401, two at most, which are constants. Returns how many. */
size_t pml_server_auth_challenges(const pml_server_auth *auth, promlet_http_header *headers);

#endif
