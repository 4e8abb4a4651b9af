/* SPDX-License-Identifier: Apache-2.0 */
/* The listening socket of a server: opened where its options say, and closed again. */
#ifndef PML_SERVER_LISTEN_H
#define PML_SERVER_LISTEN_H

#include <promlet/server.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <sys/types.h>

/* More of a host name is cut in sentences, so that the reason behind it is always seen. */
#define PML_SERVER_HOST_SHOWN 120

/* Enough for "[", a shown host, "]:" and a port, and for the path of a UNIX socket. */
#define PML_SERVER_PLACE_SIZE (PML_SERVER_HOST_SHOWN + 16)

/* What a UNIX socket's address holds, with its NUL. */
#define PML_SERVER_UNIX_PATH_SIZE 108

/* What a descriptor or a path stands for. A host may close every descriptor and open others under
   the same numbers, as programs do that become daemons, and a file may have been replaced; before
   we close or remove one, this shows it. */
typedef struct pml_server_identity {
    dev_t device;
    ino_t inode;
} pml_server_identity;

/* A socket that listens already. */
typedef struct pml_server_listener {
    int fd;                       /* Non-blocking and close-on-exec; -1: there is none. */
    int port;                     /* The real one, also when 0 was asked for; 0: a UNIX socket. */
    bool is_local;                /* Only this machine can reach it. */
    bool is_handed_over;          /* fd is a duplicate: others may accept from the same socket. */
    pml_server_identity identity; /* Of fd. */
    char place[PML_SERVER_PLACE_SIZE];         /* Its name in sentences; set after a failure too. */
    char unix_path[PML_SERVER_UNIX_PATH_SIZE]; /* The file to remove; "": none. */
    pml_server_identity unix_file;             /* Of that file. */
} pml_server_listener;

/* Read who fd is. Returns false, with errno and nothing read, when fd is closed. */
bool pml_server_identify(int fd, pml_server_identity *identity);

/* Whether the number fd stands for that (still). */
bool pml_server_is_same(int fd, const pml_server_identity *expected);

/* Listen where options say, which were read and checked by pml_server_read_options(). On an error
   nothing stays open, listener->fd is -1, and the last error is set. */
promlet_status pml_server_listen(const promlet_server_opts *options, pml_server_listener *listener);

/* New clients are refused from now on, and the place is free for another server; fd stays open. A
   socket that was handed over is left alone, since others may serve it. May be called in any
   thread, and more than once, but not in a forked child. */
void pml_server_refuse_clients(const pml_server_listener *listener);

/* pml_server_refuse_clients(), then close fd. Does nothing without one, and leaves alone what the
   host put in its place. */
void pml_server_unlisten(pml_server_listener *listener);

/* Close fd in a forked child, whose parent goes on listening. */
void pml_server_leave_listening(pml_server_listener *listener);

/* Warn through promlet_log() when other machines can reach a server that asks for no credentials,
   or for secrets without TLS. The caller holds no lock. */
void pml_server_warn_if_public(const promlet_server_opts *options,
                               const pml_server_listener *listener);

#endif
