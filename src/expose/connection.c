/* SPDX-License-Identifier: Apache-2.0 */
/* No call here waits but poll(), which knows how long it may, and getaddrinfo(), which has no such
   thing. */
#include "expose/connection.h"

#include "expose/failure.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS 1000000

/* poll() takes no more; nobody waits that long. */
#define MOST_SECONDS 1e6

void pml_connection_name(char place[PML_PLACE_SIZE], const char *host, int port)
{
    bool is_ipv6 = strchr(host, ':') != NULL;
    (void)snprintf(place, PML_PLACE_SIZE, "%s%s%s:%d", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
                   port);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int64_t in_seconds(double seconds)
{
    return now_ns() + (int64_t)((seconds < MOST_SECONDS ? seconds : MOST_SECONDS) * 1e9);
}

/* Returns 0, ETIMEDOUT when the time has come before the event, or what else has failed. */
static int wait_for(int fd, short event, int64_t deadline_ns)
{
    for (;;) {
        int64_t left_ns = deadline_ns - now_ns();
        if (left_ns <= 0) {
            return ETIMEDOUT;
        }
        struct pollfd waiting = {.fd = fd, .events = event};
        int ready = poll(&waiting, 1, (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS));
        if (ready > 0) {
            return 0;
        }
        if (ready < 0 && errno != EINTR) {
            return errno;
        }
    }
}

static int error_of(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/* ---- connecting ------------------------------------------------------------------------------ */

/* Returns 0 or an errno value. */
static int wait_for_connection(int fd, const struct addrinfo *address, int64_t deadline_ns)
{
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS && errno != EINTR) {
        return errno;
    }
    int error = wait_for(fd, POLLOUT, deadline_ns);
    return error != 0 ? error : error_of(fd);
}

/* Sets *fd, or returns an errno value. */
static int connect_to(const struct addrinfo *address, int64_t deadline_ns, int *fd)
{
    int made = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) {
        return errno;
    }
    int error = wait_for_connection(made, address, deadline_ns);
    if (error != 0) {
        (void)close(made);
        return error;
    }
    *fd = made;
    return 0;
}

/* One address after the other. Each has an equal part of the time that is left, so that one from
   which nothing comes back does not take it from the others. */
static int connect_to_any(const struct addrinfo *addresses, int64_t deadline_ns, int *fd)
{
    int left = 0;
    int error = EADDRNOTAVAIL;
    for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
        left++;
    }
    for (const struct addrinfo *a = addresses; a != NULL && error != 0; a = a->ai_next) {
        int64_t now = now_ns();
        error = connect_to(a, now + (deadline_ns - now) / left--, fd);
    }
    return error;
}

static promlet_status not_found(const char *place, int error, int system_error)
{
    if (error == EAI_MEMORY) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    if (error == EAI_SYSTEM) {
        return pml_expose_fail_as(PROMLET_ERROR_UNREACHABLE, place, "finding its address",
                                  system_error);
    }
    char reason[120];
    (void)snprintf(reason, sizeof reason, "finding its address: %s", gai_strerror(error));
    return pml_expose_fail_with(PROMLET_ERROR_UNREACHABLE, place, reason);
}

/* What a failed step stands for. */
static promlet_status status_of(int error)
{
    switch (error) {
    case ETIMEDOUT:
        return PROMLET_ERROR_TIMEOUT;
    case ENOMEM:
    case ENOBUFS:
        return PROMLET_ERROR_MEMORY;
    case EMFILE:
    case ENFILE:
        return PROMLET_ERROR_SYSTEM;
    default:
        return PROMLET_ERROR_UNREACHABLE;
    }
}

promlet_status pml_connection_begin(pml_connection *connection, const char *host, int port,
                                    double seconds)
{
    char service[16];
    struct addrinfo *addresses = NULL;
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    memset(connection, 0, sizeof *connection);
    pml_connection_name(connection->place, host, port);
    (void)snprintf(service, sizeof service, "%d", port);
    int error = getaddrinfo(host, service, &hints, &addresses);
    if (error != 0) {
        return not_found(connection->place, error, errno);
    }
    error = connect_to_any(addresses, in_seconds(seconds), &connection->fd);
    freeaddrinfo(addresses);
    return error == 0
               ? PROMLET_OK
               : pml_expose_fail_as(status_of(error), connection->place, "connecting", error);
}

/* ---- sending --------------------------------------------------------------------------------- */

void pml_connection_set_time(pml_connection *connection, double seconds)
{
    connection->deadline_ns = in_seconds(seconds);
}

/* Returns 0 when something was sent or may be tried again, else an errno value. */
static int send_some(pml_connection *connection, const char **data, size_t *size)
{
    ssize_t sent = send(connection->fd, *data, *size, MSG_NOSIGNAL);
    if (sent >= 0) {
        *data += sent;
        *size -= (size_t)sent;
        connection->sent += (uint64_t)sent;
        return 0;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return wait_for(connection->fd, POLLOUT, connection->deadline_ns);
    }
    return errno == EINTR ? 0 : errno;
}

bool pml_connection_put(const char *data, size_t size, void *ctx)
{
    pml_connection *connection = ctx;
    int error = connection->error;
    while (size > 0 && error == 0) {
        error =
            now_ns() < connection->deadline_ns ? send_some(connection, &data, &size) : ETIMEDOUT;
    }
    connection->error = error;
    return error == 0;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* What the other side says is of no interest; only its end is. Returns 0 then, or an errno value.
 */
static int wait_for_their_end(pml_connection *connection)
{
    char ignored[512];
    for (;;) {
        int error = wait_for(connection->fd, POLLIN, connection->deadline_ns);
        if (error != 0) {
            return error;
        }
        ssize_t got = recv(connection->fd, ignored, sizeof ignored, 0);
        if (got == 0) {
            return 0;
        }
        if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            return errno;
        }
    }
}

/* The other side may have ended it before it had all: then some of that, and more than our own end,
   which counts as a byte, has not been acknowledged; or it was answered with a reset. Had it come
   that far and not been read, their end would have been a reset. */
static int check_arrival(int fd)
{
    int waiting = 0;
    int error = error_of(fd);
    if (error == 0 && ioctl(fd, SIOCOUTQ, &waiting) == 0 && waiting > 1) {
        error = EPIPE;
    }
    return error;
}

static int finish(pml_connection *connection)
{
    if (shutdown(connection->fd, SHUT_WR) != 0) {
        return errno;
    }
    int error = wait_for_their_end(connection);
    return error == 0 ? check_arrival(connection->fd) : error;
}

promlet_status pml_connection_end(pml_connection *connection)
{
    char step[60];
    const char *doing = connection->error != 0 ? "sending" : "waiting for its end";
    int error = connection->error != 0 ? connection->error : finish(connection);
    (void)close(connection->fd);
    if (error == 0) {
        return PROMLET_OK;
    }
    (void)snprintf(step, sizeof step, "%s, after %llu bytes", doing,
                   (unsigned long long)connection->sent);
    return pml_expose_fail_as(status_of(error), connection->place, step, error);
}
