/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that mean harm: a thread with many connections, each opened again when it is closed. */
#ifndef PML_TESTS_SERVER_ATTACKERS_H
#define PML_TESTS_SERVER_ATTACKERS_H

#include "server/http_client.h"

#include <pthread.h>
#include <stdatomic.h>

#define MOST_ATTACKERS 900

/* How often each of them does something. */
#define ATTACK_TICK_MS 20

typedef enum attack_kind {
    ATTACK_IDLE,     /* Connects and says nothing. */
    ATTACK_DRIP,     /* Sends a request that never ends, byte by byte. */
    ATTACK_READ,     /* Asks for the metrics and does not read them. */
    ATTACK_LEAVE,    /* Connects and leaves. */
    ATTACK_SIP,      /* Asks for the metrics and reads a few bytes now and then. */
    ATTACK_RESET,    /* Asks for the metrics and resets the connection. */
    ATTACK_PIPELINE, /* Sends one request after the other and reads no answer. */
    ATTACK_NOISE,    /* Sends bytes that are no request. */
    ATTACK_HALF,     /* Sends the first half of a request and ends its side. */
    ATTACK_HELLO     /* Begins a TLS handshake, byte by byte. */
} attack_kind;

typedef struct attack {
    attack_kind kind;
    int port;
    int count;
    bool has_one_address; /* All come from 127.0.0.1; else each has an address of its own. */
    atomic_bool is_over;
    atomic_int connected; /* How many have connected at least once. */
    int fds[MOST_ATTACKERS];
    pthread_t thread;
} attack;

static inline bool attack_reads_slowly(const attack *of)
{
    return of->kind == ATTACK_READ || of->kind == ATTACK_SIP || of->kind == ATTACK_PIPELINE;
}

/* What is sent as soon as it is connected. */
static inline void attack_say_first(attack_kind kind, int fd)
{
    static const struct linger at_once = {.l_onoff = 1};
    switch (kind) {
    case ATTACK_READ:
    case ATTACK_SIP:
        (void)http_ask(fd, "GET", "/metrics");
        break;
    case ATTACK_DRIP:
        (void)http_send(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\nX: ");
        break;
    case ATTACK_RESET:
        (void)http_ask(fd, "GET", "/metrics");
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        break;
    case ATTACK_HELLO: /* The head of a ClientHello. */
        (void)http_send_bytes(fd, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
        break;
    case ATTACK_HALF:
        (void)http_send(fd, "GET /metrics HTTP/1.1\r\nHost");
        (void)shutdown(fd, SHUT_WR);
        break;
    case ATTACK_IDLE:
    case ATTACK_LEAVE:
    case ATTACK_PIPELINE:
    case ATTACK_NOISE:
        break;
    }
}

/* What is done at each tick. */
static inline void attack_say_more(attack_kind kind, int fd)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    static const char noise[] = "\x16\x03\x01\x02\0\xff\n\r\n: \x80";
    char bytes[512];
    switch (kind) {
    case ATTACK_DRIP:
    case ATTACK_HELLO:
        (void)send(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        break;
    case ATTACK_SIP:
        (void)recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        break;
    case ATTACK_PIPELINE:
        for (int i = 0; i < 20; i++) {
            (void)send(fd, request, sizeof request - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        break;
    case ATTACK_NOISE:
        (void)send(fd, noise, sizeof noise - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        break;
    case ATTACK_IDLE:
    case ATTACK_READ:
    case ATTACK_LEAVE:
    case ATTACK_RESET:
    case ATTACK_HALF:
        break;
    }
}

static inline void attack_begin_one(attack *of, int i)
{
    char source[32];
    snprintf(source, sizeof source, "127.0.%d.%d", 1 + i / 250, 1 + i % 250);
    of->fds[i] = http_connect_from(of->has_one_address ? NULL : source, "127.0.0.1", of->port,
                                   attack_reads_slowly(of) ? 4096 : 0);
    if (of->fds[i] >= 0) {
        attack_say_first(of->kind, of->fds[i]);
    }
}

/* Whether the server has closed it. What it sent stays unread. */
static inline bool attack_has_ended(int fd)
{
    char byte;
    struct pollfd source = {fd, POLLRDHUP, 0};
    if (poll(&source, 1, 0) == 1 && (source.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
        return true;
    }
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static inline void attack_go_on(attack *of, int i)
{
    bool leaves = of->kind == ATTACK_LEAVE || of->kind == ATTACK_RESET;
    if (of->fds[i] >= 0) {
        attack_say_more(of->kind, of->fds[i]);
    }
    if (of->fds[i] >= 0 && (leaves || attack_has_ended(of->fds[i]))) {
        close(of->fds[i]);
        of->fds[i] = -1;
    }
    if (of->fds[i] < 0) {
        attack_begin_one(of, i);
    }
}

static inline void *attack_run(void *argument)
{
    attack *of = argument;
    for (int i = 0; i < of->count; i++) {
        attack_begin_one(of, i);
        atomic_store(&of->connected, i + 1);
    }
    while (!atomic_load(&of->is_over)) {
        for (int i = 0; i < of->count; i++) {
            attack_go_on(of, i);
        }
        (void)poll(NULL, 0, ATTACK_TICK_MS);
    }
    for (int i = 0; i < of->count; i++) {
        if (of->fds[i] >= 0) {
            close(of->fds[i]);
        }
    }
    return NULL;
}

/* Returns when all have connected; a connection waits in the backlog where there is no room. */
static inline bool attack_begin(attack *of)
{
    atomic_init(&of->is_over, false);
    atomic_init(&of->connected, 0);
    if (pthread_create(&of->thread, NULL, attack_run, of) != 0) {
        return false;
    }
    while (atomic_load(&of->connected) < of->count) {
        (void)poll(NULL, 0, 1);
    }
    return true;
}

static inline void attack_end(attack *of)
{
    atomic_store(&of->is_over, true);
    pthread_join(of->thread, NULL);
}

#endif
