/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections amid a TLS handshake. libmicrohttpd takes such a one for readable once something has
 * come, and tries to go on with it in each run, however long its client sends nothing: one client
 * would keep a processor busy. So it rests outside of libmicrohttpd until there is something to do.
 */
#ifndef PML_SERVER_HANDSHAKES_H
#define PML_SERVER_HANDSHAKES_H

#include <promlet/server.h>

#include <stddef.h>

/* Between two runs of libmicrohttpd: have those rest whose handshake waits for the client. */
void pml_server_handshakes_rest(promlet_server *server);

/* The connection in this place of the table goes on in the next run, if it rests. */
void pml_server_handshake_go_on(promlet_server *server, size_t place);

/* All of them go on, before libmicrohttpd is stopped. */
void pml_server_handshakes_go_on(promlet_server *server);

#endif
