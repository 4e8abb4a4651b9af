/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for a gateway that behaves as a test wants: a thread that takes one connection after
 * the other, reads the request, keeps it, and has a function of the test answer. For programs of
 * one file.
 */
#ifndef TESTS_PUSH_STAND_IN_H
#define TESTS_PUSH_STAND_IN_H

#include "support/entries.h"
#include "support/expect.h"

#include <promlet/push.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define STAND_IN_SIZE 65536

typedef struct stand_in {
    int fd;
    pthread_t thread;
    char url[64];
    void (*answer)(int fd, const char *ctx); /* NULL: it says nothing, and waits for the end. */
    const char *ctx;
    bool is_hasty; /* It answers without reading the request. */
    pthread_mutex_t lock;
    int requests;                /* How many there were. */
    char request[STAND_IN_SIZE]; /* The last one: head and body. */
} stand_in;

/* ---- What it answers ------------------------------------------------------------------------- */

static inline void stand_in_say(int fd, const char *text)
{
    size_t size = strlen(text);
    for (ssize_t sent = 1; size > 0 && sent > 0; size -= sent > 0 ? (size_t)sent : 0) {
        sent = send(fd, text, size, MSG_NOSIGNAL);
        text += sent > 0 ? sent : 0;
    }
}

/* Until the other side is gone. */
static inline void stand_in_wait(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof bytes, 0) > 0) {
    }
}

/* The text over and over, until the other side is gone. */
static inline void stand_in_repeat(int fd, const char *text)
{
    while (send(fd, text, strlen(text), MSG_NOSIGNAL) > 0) {
    }
}

/* A byte each 10 ms, until the other side is gone or all is said. */
static inline void stand_in_trickle(int fd, const char *text)
{
    struct pollfd other = {fd, POLLIN, 0};
    for (; *text != '\0' && poll(&other, 1, 10) == 0; text++) {
        if (send(fd, text, 1, MSG_NOSIGNAL) != 1) {
            return;
        }
    }
}

/* ---- The thread ------------------------------------------------------------------------------ */

/* How many bytes follow the head; the whole request once it is there. */
static inline size_t stand_in_body_size(const char *head)
{
    const char *found = strstr(head, "\r\nContent-Length: ");
    return found != NULL ? strtoul(found + strlen("\r\nContent-Length: "), NULL, 10) : 0;
}

static inline bool stand_in_is_whole(const char *request, size_t size)
{
    const char *end = strstr(request, "\r\n\r\n");
    return end != NULL && size >= (size_t)(end + 4 - request) + stand_in_body_size(request);
}

static inline void stand_in_read(stand_in *self, int fd)
{
    static char request[STAND_IN_SIZE];
    size_t size = 0;
    ssize_t count = 1;
    request[0] = '\0';
    while (count > 0 && !stand_in_is_whole(request, size) && size < sizeof request - 1) {
        count = recv(fd, request + size, sizeof request - 1 - size, 0);
        size += count > 0 ? (size_t)count : 0;
        request[size] = '\0';
    }
    pthread_mutex_lock(&self->lock);
    memcpy(self->request, request, size + 1);
    self->requests++;
    pthread_mutex_unlock(&self->lock);
}

static inline void stand_in_serve(stand_in *self, int fd)
{
    pthread_mutex_lock(&self->lock);
    bool is_hasty = self->is_hasty;
    void (*answer)(int, const char *) = self->answer;
    const char *ctx = self->ctx;
    pthread_mutex_unlock(&self->lock);
    if (!is_hasty) {
        stand_in_read(self, fd);
    }
    if (answer != NULL) {
        answer(fd, ctx);
    } else {
        stand_in_wait(fd);
    }
}

static inline void *stand_in_run(void *argument)
{
    stand_in *self = argument;
    for (;;) {
        int fd = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            return NULL;
        }
        stand_in_serve(self, fd);
        (void)close(fd);
    }
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* A socket that listens on a free port of loopback. */
static inline int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 16) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* Starts one with an answer; answer, ctx and is_hasty may stay 0. */
static inline void stand_in_start(stand_in *self)
{
    int port;
    self->fd = listen_anywhere(&port);
    self->requests = 0;
    (void)snprintf(self->url, sizeof self->url, "http://127.0.0.1:%d", port);
    assert_int_equal(pthread_mutex_init(&self->lock, NULL), 0);
    assert_int_equal(pthread_create(&self->thread, NULL, stand_in_run, self), 0);
}

static inline void stand_in_stop(stand_in *self)
{
    (void)shutdown(self->fd, SHUT_RDWR);
    (void)pthread_join(self->thread, NULL);
    (void)close(self->fd);
    (void)pthread_mutex_destroy(&self->lock);
}

/* What it answers from now on. */
static inline void stand_in_answer(stand_in *self, void (*answer)(int fd, const char *ctx),
                                   const char *ctx)
{
    pthread_mutex_lock(&self->lock);
    self->answer = answer;
    self->ctx = ctx;
    pthread_mutex_unlock(&self->lock);
}

/* The last request that it has answered, to be read while nobody sends another one. */
static inline const char *stand_in_request(stand_in *self)
{
    pthread_mutex_lock(&self->lock);
    const char *request = self->request;
    pthread_mutex_unlock(&self->lock);
    return request;
}

static inline int stand_in_requests(stand_in *self)
{
    pthread_mutex_lock(&self->lock);
    int requests = self->requests;
    pthread_mutex_unlock(&self->lock);
    return requests;
}

/* ---- What a process has ---------------------------------------------------------------------- */

/* Waits for threads that have done their work and are about to end, such as libcurl's. */
static inline void wait_for_threads(int count)
{
    while (count_entries("/proc/self/task") > count) {
        (void)poll(NULL, 0, 1);
    }
}

/* Waits for connections of which the stand-in may have its end a moment longer. */
static inline void wait_for_descriptors(int count)
{
    while (count_entries("/proc/self/fd") > count) {
        (void)poll(NULL, 0, 1);
    }
}

#endif
