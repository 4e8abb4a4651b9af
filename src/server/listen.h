/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of promlet::server share: the listening socket, and how its errors are told. */
#ifndef PML_SERVER_LISTEN_H
#define PML_SERVER_LISTEN_H

#include <promlet/status.h>

#include <stdbool.h>
#include <sys/types.h>

/* A socket that listens already. Whoever holds it closes fd. */
typedef struct pml_server_listener {
    int fd;           /* Non-blocking and close-on-exec. */
    int port;         /* The real one, also when 0 was asked for. */
    bool is_loopback; /* Only this machine can reach it. */
} pml_server_listener;

/* Which socket a number stands for. A host may close every descriptor and open others under the
   same numbers, as programs do that become daemons; before we close one, this shows it. */
typedef struct pml_server_socket {
    dev_t device;
    ino_t inode;
} pml_server_socket;

/* Read who fd is. Returns false, with errno and nothing read, when fd is closed. */
bool pml_server_identify(int fd, pml_server_socket *identity);

/* Whether the number fd stands for that socket (still). */
bool pml_server_is_socket(int fd, const pml_server_socket *expected);

/* Listen on the first address of host (an address or a name) that exists on this machine. Fills
 *listener only on PROMLET_OK; otherwise nothing stays open and the last error is set. */
promlet_status pml_server_listen(const char *host, int port, pml_server_listener *listener);

/* Set the last error to "host:port: step: text of error" and return the code that error stands
   for; error is an errno value, or not positive when the cause is not known. */
promlet_status pml_server_fail(const char *host, int port, const char *step, int error);

/* Warn through promlet_log() that host can be reached from other machines. */
void pml_server_warn_public(const char *host, int port);

#endif
