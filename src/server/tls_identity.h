/* SPDX-License-Identifier: Apache-2.0 */
/* Who the server says it is, and whose clients it trusts: what is read from the files of TLS, and
   used unchanged until a reload puts another one in its place. */
#ifndef PML_SERVER_TLS_IDENTITY_H
#define PML_SERVER_TLS_IDENTITY_H

#include <promlet/status.h>

#include <stdbool.h>

struct gnutls_certificate_credentials_st;
struct gnutls_session_int;

typedef struct pml_server_tls_paths {
    char *certificate;
    char *key;       /* NULL: it is in the certificate's file. */
    char *client_ca; /* NULL: clients need no certificate. */
} pml_server_tls_paths;

/* Held by the server as the one for new connections, and by each connection that began with it. All
   of them are in one thread. */
typedef struct pml_server_tls_identity {
    struct gnutls_certificate_credentials_st *credentials;
    unsigned int holders;
} pml_server_tls_identity;

/* Read and check the files. *identity is set on PROMLET_OK only, with one holder; otherwise the
   last error names the option, the file and the reason. */
promlet_status pml_server_tls_identity_new(const pml_server_tls_paths *paths,
                                           pml_server_tls_identity **identity);

/* One holder less; the last one frees it. NULL is allowed. */
void pml_server_tls_identity_release(pml_server_tls_identity *identity);

/* Have a session use it, which must end before the caller's hold does. False on an error. */
bool pml_server_tls_identity_use(const pml_server_tls_identity *identity,
                                 struct gnutls_session_int *session);

/* Whether the certificate that the client of a session has shown comes from those whom the
   session's identity trusts, is valid now, and is one for clients. */
bool pml_server_tls_is_client_trusted(struct gnutls_session_int *session);

#endif
