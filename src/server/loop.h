/* SPDX-License-Identifier: Apache-2.0 */
/* What a server waits for, and what it does when that has come. */
#ifndef PML_SERVER_LOOP_H
#define PML_SERVER_LOOP_H

#include <promlet/server.h>

#include <stdbool.h>

/* The data of events. */
typedef enum pml_server_event {
    PML_SERVER_EVENT_CLIENTS,
    PML_SERVER_EVENT_HTTP,
    PML_SERVER_EVENT_WAKE,
    PML_SERVER_EVENT_PLACES, /* And from here on the places in the table of connections. */
} pml_server_event;

/* Make what a server waits with: its epoll set and its eventfd, with the listening socket in the
   set. Returns 0, or an errno value; what was made stays for pml_server_loop_close(). */
int pml_server_loop_open(promlet_server *server);

/* Have the set tell of libmicrohttpd's own one. Returns 0 or an errno value. */
int pml_server_loop_add_daemon(promlet_server *server);

/* Close what is open of it, but for the eventfd, which other threads may use as long as there is a
   server. */
void pml_server_loop_close(promlet_server *server);

/* How long a round may wait, in milliseconds; -1: until something comes. */
int pml_server_loop_timeout_ms(const promlet_server *server);

/* One round: wait so long at most, then read, answer, accept and close. Returns false when our
   descriptors are gone. */
bool pml_server_loop_round(promlet_server *server, int timeout_ms);

/* Wake the round that waits, from any thread. */
void pml_server_loop_wake(const promlet_server *server);

#endif
