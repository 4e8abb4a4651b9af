/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of listen.c share: one function for each kind of socket. Each gets a listener
   without a descriptor and leaves what it has opened to listen.c, on an error too. */
#ifndef PML_SERVER_LISTEN_KINDS_H
#define PML_SERVER_LISTEN_KINDS_H

#include "server/listen.h"

/* Listen on the first address of options->host that this machine has. */
promlet_status pml_server_listen_tcp(const promlet_server_opts *options,
                                     pml_server_listener *listener);

/* Listen on options->unix_path. */
promlet_status pml_server_listen_unix(const promlet_server_opts *options,
                                      pml_server_listener *listener);

/* Take options->listen_fd, or what systemd handed over. */
promlet_status pml_server_listen_handed_over(const promlet_server_opts *options,
                                             pml_server_listener *listener);

/* Find which of the descriptors that systemd handed to this process is the one for metrics; *fd is
   set on PROMLET_OK only. place: how sentences name it. */
promlet_status pml_server_find_systemd_fd(const char *place, int *fd);

/* Remove the file of a UNIX socket if it is still ours. */
void pml_server_remove_file(const pml_server_listener *listener);

/* Read port, is_local and, for IPv4 and IPv6, place back from the socket. host: what place names;
   NULL: the numeric address. */
promlet_status pml_server_read_back(pml_server_listener *listener, const char *host);

/* Write "host:port", or "[host]:port" when the host is an IPv6 address. */
void pml_server_name_place(pml_server_listener *listener, const char *host, int port);

#endif
