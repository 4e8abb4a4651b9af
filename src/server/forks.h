/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a forked child does with the servers of its parent: it closes their descriptors, so that it
 * holds neither a port nor a client.
 */
#ifndef PML_SERVER_FORKS_H
#define PML_SERVER_FORKS_H

#include <promlet/server.h>

#include <stdbool.h>
#include <sys/types.h>

/*
 * A process, told from those that were forked of it. A child may have its parent's id, in a PID
 * namespace of its own; a child that was made without the handlers of a fork has another id.
 */
typedef struct pml_server_process {
    pid_t id;
    unsigned int forks; /* how often it and those that it was forked from have been forked */
} pml_server_process;

pml_server_process pml_server_this_process(void);
bool pml_server_is_this_process(const pml_server_process *process);

/* From now on children close the descriptors of a server. */
void pml_server_forks_add(promlet_server *server);

/* No longer, since they are about to be closed. Forks are held. */
void pml_server_forks_remove(promlet_server *server);

/* While a server's sockets come and go, a fork must wait: a child that inherits a socket must find
   it in the table. May be held already. No user code is called meanwhile. */
void pml_server_forks_hold(promlet_server *server);
void pml_server_forks_release(promlet_server *server);

/* Shut down all connections of a server, in any thread. */
void pml_server_forks_cut(promlet_server *server);

/* In a forked child: close a server's descriptors, if they are not closed yet. */
void pml_server_forks_leave(promlet_server *server);

#endif
