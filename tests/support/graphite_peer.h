/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who listens where Graphite would, and does with what comes what a test wants. */
#ifndef TESTS_SUPPORT_GRAPHITE_PEER_H
#define TESTS_SUPPORT_GRAPHITE_PEER_H

#include "support/expect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum peer_manner {
    PEER_READS,     /* all, then ends the connection, as carbon does */
    PEER_TALKS,     /* the same, and says things all the time */
    PEER_IS_SILENT, /* takes the connection and does nothing more */
    PEER_LEAVES,    /* ends it after some bytes */
    PEER_RESETS,    /* the same, not in order */
} peer_manner;

/* What leaves reads so much before. */
#define PEER_PART 10

typedef struct graphite_peer {
    peer_manner manner;
    int listener;
    int port;
    int ending[2]; /* a pipe; one end is closed when the peer is to end */
    pthread_t thread;
    pthread_mutex_t lock; /* Guards what follows. */
    int connections;      /* that have ended */
    size_t size;
    char text[200000]; /* of the last one */
} graphite_peer;

/* Bound to a free port of the loopback address, so that nobody else takes it. */
static inline int bind_any(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* False when the peer is to end first. */
static inline bool peer_waits(graphite_peer *peer, int fd, short event)
{
    struct pollfd waiting[2] = {{.fd = fd, .events = event}, {.fd = peer->ending[0]}};
    while (poll(waiting, 2, -1) < 0) {
    }
    return waiting[1].revents == 0;
}

static inline void peer_keeps(graphite_peer *peer, const char *data, size_t size)
{
    pthread_mutex_lock(&peer->lock);
    if (size < sizeof peer->text - peer->size) {
        memcpy(peer->text + peer->size, data, size);
        peer->size += size;
        peer->text[peer->size] = '\0';
    }
    pthread_mutex_unlock(&peer->lock);
}

/* Up to the end of the connection, or to so many bytes. */
static inline void peer_reads(graphite_peer *peer, int fd, size_t most)
{
    char data[4096];
    ssize_t got = 1;
    for (size_t size = 0; size < most && got > 0 && peer_waits(peer, fd, POLLIN);
         size += (size_t)got) {
        got = recv(fd, data, most - size < sizeof data ? most - size : sizeof data, 0);
        if (got <= 0) {
            return;
        }
        peer_keeps(peer, data, (size_t)got);
        if (peer->manner == PEER_TALKS) {
            (void)send(fd, data, (size_t)got, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    }
}

static inline void peer_serves(graphite_peer *peer, int fd)
{
    pthread_mutex_lock(&peer->lock);
    peer->size = 0;
    peer->text[0] = '\0';
    pthread_mutex_unlock(&peer->lock);
    if (peer->manner == PEER_IS_SILENT) {
        (void)peer_waits(peer, -1, 0);
    } else {
        bool is_whole = peer->manner == PEER_READS || peer->manner == PEER_TALKS;
        peer_reads(peer, fd, is_whole ? SIZE_MAX : PEER_PART);
    }
    if (peer->manner == PEER_RESETS) {
        struct linger at_once = {.l_onoff = 1};
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    pthread_mutex_lock(&peer->lock);
    peer->connections++;
    pthread_mutex_unlock(&peer->lock);
    (void)close(fd);
}

static inline void *run_peer(void *argument)
{
    graphite_peer *peer = (graphite_peer *)argument;
    while (peer_waits(peer, peer->listener, POLLIN)) {
        int fd = accept(peer->listener, NULL, NULL);
        if (fd >= 0) {
            peer_serves(peer, fd);
        }
    }
    return NULL;
}

/* On a listener of somebody else's, who has bound it. */
static inline void peer_starts_on(graphite_peer *peer, peer_manner manner)
{
    peer->manner = manner;
    peer->connections = 0;
    assert_int_equal(pipe(peer->ending), 0);
    assert_int_equal(pthread_mutex_init(&peer->lock, NULL), 0);
    assert_int_equal(listen(peer->listener, 5), 0);
    assert_int_equal(pthread_create(&peer->thread, NULL, run_peer, peer), 0);
}

static inline void peer_starts(graphite_peer *peer, peer_manner manner)
{
    peer->listener = bind_any(&peer->port);
    peer_starts_on(peer, manner);
}

static inline void peer_ends(graphite_peer *peer)
{
    (void)close(peer->ending[1]);
    pthread_join(peer->thread, NULL);
    (void)close(peer->ending[0]);
    (void)close(peer->listener);
    (void)pthread_mutex_destroy(&peer->lock);
}

static inline int peer_connections(graphite_peer *peer)
{
    pthread_mutex_lock(&peer->lock);
    int connections = peer->connections;
    pthread_mutex_unlock(&peer->lock);
    return connections;
}

/* A copy, to be freed. */
static inline char *peer_text(graphite_peer *peer)
{
    pthread_mutex_lock(&peer->lock);
    char *text = strdup(peer->text);
    pthread_mutex_unlock(&peer->lock);
    assert_non_null(text);
    return text;
}

#endif
