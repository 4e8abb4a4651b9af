/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP client on raw sockets for the server tests, and counts of what a process has open.
 */
#ifndef PML_TESTS_SERVER_HTTP_CLIENT_H
#define PML_TESTS_SERVER_HTTP_CLIENT_H

#include <promlet/promlet.h>
#include <promlet/server.h>

#include "support/entries.h"
#include "support/sanitizers.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Long enough for a loaded machine under valgrind; nobody waits so long when all is well. */
#define HTTP_WAIT_MS 20000

#define HTTP_HEAD_SIZE 4096

typedef struct http_reply {
    int status; /* 0 when no whole reply came. */
    char head[HTTP_HEAD_SIZE];
    char *body; /* Ends with a NUL; freed by http_reply_clear(). */
    size_t body_length;
} http_reply;

static inline void http_reply_clear(http_reply *reply)
{
    free(reply->body);
    memset(reply, 0, sizeof *reply);
}

/* Connect to a numeric address. source: the numeric IPv4 address to come from, NULL for the usual
   one. receive_size is the receive buffer, 0 for the usual one. Returns -1 with errno. */
static inline int http_connect_from(const char *source, const char *address, int port,
                                    int receive_size)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port)};
    bool is_ipv6 = inet_pton(AF_INET6, address, &ipv6.sin6_addr) == 1;
    if (!is_ipv6 && inet_pton(AF_INET, address, &ipv4.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (receive_size != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_size, sizeof receive_size);
    }
    int result = 0;
    if (source != NULL) {
        result = inet_pton(AF_INET, source, &own.sin_addr) == 1
                     ? bind(fd, (struct sockaddr *)&own, sizeof own)
                     : -1;
    }
    if (result == 0) {
        result = is_ipv6 ? connect(fd, (struct sockaddr *)&ipv6, sizeof ipv6)
                         : connect(fd, (struct sockaddr *)&ipv4, sizeof ipv4);
    }
    if (result != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static inline int http_connect_with(const char *address, int port, int receive_size)
{
    return http_connect_from(NULL, address, port, receive_size);
}

static inline int http_connect(int port)
{
    return http_connect_with("127.0.0.1", port, 0);
}

static inline bool http_send_bytes(int fd, const char *bytes, size_t length)
{
    return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static inline bool http_send(int fd, const char *text)
{
    return http_send_bytes(fd, text, strlen(text));
}

/* Send a request without a body. headers: whole lines with "\r\n". */
static inline bool http_ask_with(int fd, const char *method, const char *target,
                                 const char *headers)
{
    return http_send(fd, method) && http_send(fd, " ") && http_send(fd, target) &&
           http_send(fd, " HTTP/1.1\r\nHost: localhost\r\n") &&
           (headers[0] == '\0' || http_send(fd, headers)) && http_send(fd, "\r\n");
}

static inline bool http_ask(int fd, const char *method, const char *target)
{
    char request[1024];
    snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: localhost\r\n\r\n", method, target);
    return http_send(fd, request);
}

/* Wait for bytes; 0 at the end of the connection, -1 on an error or when none came in time. */
static inline ssize_t http_read(int fd, char *buffer, size_t size)
{
    struct pollfd source = {fd, POLLIN, 0};
    if (poll(&source, 1, HTTP_WAIT_MS) != 1) {
        return -1;
    }
    return recv(fd, buffer, size, 0);
}

/* The value of a header, copied into value; NULL when it is not there. name is as on the wire. */
static inline const char *http_header(const http_reply *reply, const char *name, char value[256])
{
    char start[64];
    snprintf(start, sizeof start, "\r\n%s: ", name);
    const char *found = strstr(reply->head, start);
    if (found == NULL) {
        return NULL;
    }
    found += strlen(start);
    snprintf(value, 256, "%.*s", (int)strcspn(found, "\r"), found);
    return value;
}

/* Byte by byte, so that nothing of the next reply is taken. */
static inline bool http_read_head(int fd, http_reply *reply)
{
    size_t length = 0;
    while (length < HTTP_HEAD_SIZE - 1 && http_read(fd, reply->head + length, 1) == 1) {
        length++;
        if (length >= 4 && memcmp(reply->head + length - 4, "\r\n\r\n", 4) == 0) {
            return sscanf(reply->head, "HTTP/1.1 %d", &reply->status) == 1;
        }
    }
    return false;
}

/* Read one reply. Returns false, with status 0, when it is not whole. */
static inline bool http_receive(int fd, bool has_body, http_reply *reply)
{
    char value[256];
    memset(reply, 0, sizeof *reply);
    if (!http_read_head(fd, reply) || http_header(reply, "Content-Length", value) == NULL) {
        reply->status = 0;
        return false;
    }
    size_t length = has_body ? strtoul(value, NULL, 10) : 0;
    reply->body = calloc(length + 1, 1);
    while (reply->body != NULL && reply->body_length < length) {
        char *end = reply->body + reply->body_length;
        ssize_t count = http_read(fd, end, length - reply->body_length);
        if (count <= 0) {
            reply->status = 0;
            return false;
        }
        reply->body_length += (size_t)count;
    }
    return reply->body != NULL;
}

/* One request on a connection of its own. Returns the status, 0 when there was no whole reply. */
static inline int http_request_with(int port, const char *method, const char *target,
                                    const char *headers, http_reply *reply)
{
    memset(reply, 0, sizeof *reply);
    int fd = http_connect(port);
    if (fd < 0) {
        return 0;
    }
    if (http_ask_with(fd, method, target, headers)) {
        (void)http_receive(fd, strcmp(method, "HEAD") != 0, reply);
    }
    close(fd);
    return reply->status;
}

static inline int http_request(int port, const char *method, const char *target, http_reply *reply)
{
    return http_request_with(port, method, target, "", reply);
}

/* Just the status of a GET. */
static inline int http_get_status(int port, const char *target)
{
    http_reply reply;
    int status = http_request(port, "GET", target, &reply);
    http_reply_clear(&reply);
    return status;
}

/* Whether the other side has closed the connection, without a further byte. */
static inline bool http_is_closed(int fd)
{
    char byte;
    ssize_t count = http_read(fd, &byte, 1);
    return count == 0 || (count < 0 && errno == ECONNRESET);
}

/* Whether nobody listens on the port. */
static inline bool http_is_refused(int port)
{
    int fd = http_connect(port);
    if (fd >= 0) {
        close(fd);
    }
    return fd < 0 && errno == ECONNREFUSED;
}

static inline double seconds_now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* About 10 MB of text, more than the buffers between two sockets hold; NULL without memory. */
static inline promlet_registry *new_big_registry(void)
{
    char value[1001];
    promlet_registry *registry = promlet_registry_new();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "big_total", .labels = {"x"}, .max_series = 10000});
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    for (int i = 0; i < 10000; i++) {
        char number[8];
        snprintf(number, sizeof number, "%07d", i);
        memcpy(value, number, 7);
        promlet_counter_inc(promlet_counter_with(family, value));
    }
    return registry;
}

/* Start a server on a free port of loopback, which shows the registry alone; NULL when that fails.
 */
static inline promlet_server *start_any(promlet_registry *registry)
{
    promlet_server *server = NULL;
    (void)promlet_server_start(
        &(promlet_server_opts){.registry = registry, .hide_server_metrics = true}, &server);
    return server;
}

/* A thread that starts and stops the default server; returns what went wrong, or NULL. */
static inline void *start_and_stop_often(void *argument)
{
    (void)argument;
    for (int i = 0; i < 50; i++) {
        if (promlet_start_metrics_server(0) != PROMLET_OK) {
            return "start failed";
        }
        (void)promlet_metrics_server_port();
        promlet_stop_metrics_server();
    }
    return NULL;
}

/* A listening socket on a free port of 127.0.0.1, to be in the way of the server. */
static inline int http_occupy_port(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 1) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    *port = ntohs(address.sin_port);
    return fd;
}

static inline int count_descriptors(void)
{
    return count_entries("/proc/self/fd");
}

/* Whether this process has so many threads. The kernel shows one that was joined a moment longer,
   which is waited for. */
static inline bool has_thread_entries(int expected)
{
    for (int i = 0; i < 5000; i++) {
        if (count_entries("/proc/self/task") == expected) {
            return true;
        }
        (void)poll(NULL, 0, 1);
    }
    return false;
}

/* A server has one that serves and one that collects. */
#define THREADS_OF_A_SERVER 2

static inline bool has_server_thread(void)
{
    bool is_found = false;
    DIR *dir = opendir("/proc/self/task");
    if (dir == NULL) {
        return false;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[300];
        char name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = fopen(path, "r");
        if (file != NULL) {
            is_found = is_found || (fgets(name, sizeof name, file) != NULL &&
                                    strncmp(name, "promlet-", strlen("promlet-")) == 0);
            fclose(file);
        }
    }
    closedir(dir);
    return is_found;
}

/* How many threads there are without a server's; none runs when this is called, but the last one
   may still be shown. */
static inline int count_threads_without_server(void)
{
    while (has_server_thread()) {
        (void)poll(NULL, 0, 1);
    }
    return count_entries("/proc/self/task");
}

#endif
