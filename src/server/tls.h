/* SPDX-License-Identifier: Apache-2.0 */
/* TLS for the server. CMake chooses tls_gnutls.c, or tls_none.c, with which no server gets any. */
#ifndef PML_SERVER_TLS_H
#define PML_SERVER_TLS_H

#include <promlet/server.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stdint.h>

struct MHD_Connection;
struct MHD_OptionItem;

typedef struct pml_server_tls pml_server_tls;

/* What a connection began with. */
typedef struct pml_server_tls_identity pml_server_tls_identity;

/* Read the certificates that the options name. *tls stays NULL, with PROMLET_OK, when they name
   none: every call below takes that for a server without TLS. */
promlet_status pml_server_tls_new(const promlet_server_opts *options, pml_server_tls **tls);

/* After the end of libmicrohttpd, or in a forked child. */
void pml_server_tls_free(pml_server_tls *tls);

/* What libmicrohttpd is started with: flags, and what follows MHD_OPTION_ARRAY, lent until the end
   of tls. Without tls it is empty. */
unsigned int pml_server_tls_flags(const pml_server_tls *tls);
struct MHD_OptionItem *pml_server_tls_options(pml_server_tls *tls);

/* Read the files again; new connections use what they hold from then on. On an error everything
   stays as it was. From any thread; tls must not be NULL. */
promlet_status pml_server_tls_reload(pml_server_tls *tls);

/*
 * The rest belongs to the thread that runs libmicrohttpd.
 *
 * Before clients are taken, and without locks: if it is time, look whether the files have changed,
 * and read them again. What is wrong with them is said to the log. tls may be NULL.
 */
void pml_server_tls_refresh(pml_server_tls *tls);

/*
 * Each connection is begun before its first
 * byte is read, and what that gives is to be handed to pml_server_tls_end() at its end. A
 * connection that was not begun, or got NULL there, gets no further than the handshake.
 */
pml_server_tls_identity *pml_server_tls_begin(pml_server_tls *tls,
                                              struct MHD_Connection *connection);
void pml_server_tls_end(pml_server_tls_identity *identity);

/* What the handshake of a connection waits for: EPOLLIN or EPOLLOUT; 0 when it is over, and without
   TLS. */
uint32_t pml_server_tls_awaits(const pml_server_tls *tls, struct MHD_Connection *connection);

/* Whether the client of a request may be answered: always, unless clients must show a certificate
   and this one's is not good any more, because of a reload or because of its age. */
bool pml_server_tls_check(pml_server_tls *tls, const pml_server_tls_identity *identity,
                          struct MHD_Connection *connection);

/* The subject of the certificate that the client had to show, as in RFC 4514; NULL when it had not,
   or without memory. To be freed with free(). */
char *pml_server_tls_client_subject(const pml_server_tls *tls, struct MHD_Connection *connection);

#endif
