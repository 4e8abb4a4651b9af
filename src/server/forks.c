/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the list of servers whose descriptors a forked child has to close. */
#include "server/forks.h"

#include "server/server.h"

#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

/*
 * Guards the list of servers, and the sockets in the tables of their connections against what they
 * stand for: accepting and entering one, and taking one out and closing it, are done while it is
 * held. It is taken before each fork. No other lock is taken and no user code called while it is
 * held, but for the one that guards the hand-over of certificates (tls_gnutls.c), which waits for
 * nothing.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static promlet_server *first;
static unsigned int forks; /* Changed only where there is one thread. */

static void close_one(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

/* Nothing but close(): an epoll set is shared with the parent, so changing it would change the
   parent's, and so would a shutdown of a socket. */
void pml_server_forks_leave(promlet_server *server)
{
    if (server->epoll_fd < 0) {
        return;
    }
    if (!pml_server_has_descriptors(server)) {
        server->accepting.reserve_fd = -1;
        server->wake_fd = -1;
        server->epoll_fd = -1;
        return;
    }
    for (size_t i = 0; i < server->connections.size; i++) {
        close_one(&server->connections.places[i].fd);
    }
    close_one(&server->accepting.reserve_fd);
    pml_server_leave_listening(&server->listener);
    close_one(&server->daemon_epoll_fd);
    close_one(&server->wake_fd);
    close_one(&server->epoll_fd);
}

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

static void after_fork_in_child(void)
{
    forks++;
    for (promlet_server *server = first; server != NULL; server = server->next) {
        pml_server_forks_leave(server);
    }
    first = NULL;
    pthread_mutex_unlock(&lock);
}

/* Without memory for the handlers a child closes the descriptors when it stops the server, or when
   it ends. */
static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

pml_server_process pml_server_this_process(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    return (pml_server_process){getpid(), forks};
}

bool pml_server_is_this_process(const pml_server_process *process)
{
    return process->forks == forks && process->id == getpid();
}

void pml_server_forks_add(promlet_server *server)
{
    pthread_mutex_lock(&lock);
    server->previous = NULL;
    server->next = first;
    if (first != NULL) {
        first->previous = server;
    }
    first = server;
    pthread_mutex_unlock(&lock);
}

void pml_server_forks_remove(promlet_server *server)
{
    if (server->previous != NULL) {
        server->previous->next = server->next;
    } else {
        first = server->next;
    }
    if (server->next != NULL) {
        server->next->previous = server->previous;
    }
}

void pml_server_forks_hold(promlet_server *server)
{
    if (!server->holds_forks) {
        pthread_mutex_lock(&lock);
        server->holds_forks = true;
    }
}

void pml_server_forks_release(promlet_server *server)
{
    if (server->holds_forks) {
        server->holds_forks = false;
        pthread_mutex_unlock(&lock);
    }
}

void pml_server_forks_cut(promlet_server *server)
{
    pthread_mutex_lock(&lock);
    pml_server_connections_cut_all(&server->connections);
    pthread_mutex_unlock(&lock);
}
