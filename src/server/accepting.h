/* SPDX-License-Identifier: Apache-2.0 */
/* Takes clients from the listening socket, as far as there is room for them. */
#ifndef PML_SERVER_ACCEPTING_H
#define PML_SERVER_ACCEPTING_H

#include "server/connections.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A client that was just accepted. */
typedef struct pml_server_client {
    int fd; /* Non-blocking and close-on-exec. */
    struct sockaddr_storage name;
    socklen_t name_size;
    pml_server_address address;
} pml_server_client;

typedef struct pml_server_accepting {
    int listen_fd;          /* Lent; -1: there is none. */
    int epoll_fd;           /* Lent; the listening socket is in this set while it is watched. */
    uint32_t source;        /* The data of its events. */
    int reserve_fd;         /* Closed when there is no other descriptor for a client; -1: it was. */
    bool is_watched;        /* The set tells of clients that wait. */
    bool waits_for_ends;    /* It does not for now, until a connection ends, */
    int64_t look_at_ns;     /* or until then at the latest. */
    unsigned int crowding;  /* How many clients lately met the limit of their address, */
    int64_t crowd_since_ns; /* since when. */
    uint32_t most_waiting;  /* How many waited to be accepted since hardly anybody did. */
} pml_server_accepting;

/* Watch a listening socket in an epoll set. Returns 0, or an errno value with nothing left open. */
int pml_server_accepting_start(pml_server_accepting *accepting, int listen_fd, int epoll_fd,
                               uint32_t source);

/* Close what is its own. */
void pml_server_accepting_end(pml_server_accepting *accepting);

/* Whether a client may be taken now. */
bool pml_server_has_room(pml_server_accepting *accepting, const pml_server_connections *table);

/* A client waits, and there is no room: one that may go is cut, if there is one, and the set does
   not tell of clients until it has gone, or for a while. */
void pml_server_make_room(pml_server_accepting *accepting, pml_server_connections *table,
                          int64_t now_ns);

/* Take the next client that waits. An address with too many connections loses another one for it;
   where none of them can go, the new one is closed. Returns false when none waits, or none can be
   taken for a while. */
bool pml_server_accept(pml_server_accepting *accepting, pml_server_connections *table,
                       int64_t now_ns, pml_server_client *client);

/* Watch again, if it is time to. has_ended: a connection has ended since. */
void pml_server_accepting_look(pml_server_accepting *accepting, bool has_ended, int64_t now_ns);

#endif
