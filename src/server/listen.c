/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the listening socket of the server and says in a sentence why it could not. */
#include "server/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* promlet_last_error() keeps 255 bytes and a NUL. */
#define SENTENCE_SIZE 256

/* More of a host name is cut in sentences, so that the reason behind it is always seen. */
#define HOST_SHOWN 120

/* Enough for "[", a shown host, "]:" and a port. */
#define PLACE_SIZE (HOST_SHOWN + 16)

/* Write "host:port", or "[host]:port" when the host is an IPv6 address. */
static void describe_place(char place[PLACE_SIZE], const char *host, int port)
{
    bool is_ipv6 = strchr(host, ':') != NULL;
    snprintf(place, PLACE_SIZE, "%s%.*s%s:%d", is_ipv6 ? "[" : "", HOST_SHOWN, host,
             is_ipv6 ? "]" : "", port);
}

/* The C library begins its texts with a capital, but ours stand in the middle of a sentence. */
static void begin_small(char *text)
{
    bool is_word = text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z';
    if (is_word) {
        text[0] = (char)(text[0] - 'A' + 'a');
    }
}

static promlet_status report(promlet_status status, const char *host, int port, const char *step,
                             const char *reason)
{
    char place[PLACE_SIZE];
    char small_reason[80];
    char sentence[SENTENCE_SIZE];

    describe_place(place, host, port);
    snprintf(small_reason, sizeof small_reason, "%s", reason);
    begin_small(small_reason);
    snprintf(sentence, sizeof sentence, "%s: %s: %s", place, step, small_reason);
    return promlet_set_last_error(status, sentence);
}

static promlet_status status_of_errno(int error)
{
    switch (error) {
    case EADDRINUSE:
        return PROMLET_ERROR_PORT_IN_USE;
    case EACCES:
    case EPERM:
        return PROMLET_ERROR_PERMISSION;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return PROMLET_ERROR_ADDRESS;
    case ENOMEM:
        return PROMLET_ERROR_MEMORY;
    default:
        return PROMLET_ERROR_SYSTEM;
    }
}

promlet_status pml_server_fail(const char *host, int port, const char *step, int error)
{
    char reason[80];
    if (error <= 0) {
        snprintf(reason, sizeof reason, "unknown reason");
    } else if (strerror_r(error, reason, sizeof reason) != 0) {
        snprintf(reason, sizeof reason, "error %d", error);
    }
    return report(status_of_errno(error), host, port, step, reason);
}

/* error is what getaddrinfo() returned, and system_error the errno it left. */
static promlet_status resolve_failed(const char *host, int port, int error, int system_error)
{
    static const char step[] = "cannot find the address";
    if (error == EAI_SYSTEM) {
        return pml_server_fail(host, port, step, system_error);
    }
    promlet_status status = error == EAI_MEMORY ? PROMLET_ERROR_MEMORY : PROMLET_ERROR_ADDRESS;
    return report(status, host, port, step, gai_strerror(error));
}

/* A restart must not wait for connections of the last run to time out, and the IPv6 wildcard means
   IPv4 as well, whatever the machine's default is. Neither is worth failing for. */
static void set_socket_options(int fd, int address_family)
{
    int on = 1;
    int off = 0;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address_family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
}

/* Listen on one address. Returns the socket, or -1 with errno. */
static int listen_on(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    set_socket_options(fd, address->ai_family);
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* Try one address after the other. Only an address that this machine does not have leads to the
   next: on a port in use, the next address would leave clients of the same name with somebody
   else's metrics, depending on which address they try first. */
static int listen_on_any(const struct addrinfo *addresses)
{
    int fd = -1;
    errno = EADDRNOTAVAIL;
    for (const struct addrinfo *a = addresses; a != NULL && fd < 0; a = a->ai_next) {
        fd = listen_on(a);
        if (fd < 0 && status_of_errno(errno) != PROMLET_ERROR_ADDRESS) {
            break;
        }
    }
    return fd;
}

/* Resolve host and listen on one of its addresses. *fd is set on PROMLET_OK only. */
static promlet_status open_socket(const char *host, int port, int *fd)
{
    char service[16];
    struct addrinfo hints = {0};
    struct addrinfo *addresses = NULL;

    snprintf(service, sizeof service, "%d", port);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    int error = getaddrinfo(host, service, &hints, &addresses);
    if (error != 0) {
        return resolve_failed(host, port, error, errno);
    }
    *fd = listen_on_any(addresses);
    int listen_error = errno;
    freeaddrinfo(addresses);
    return *fd >= 0 ? PROMLET_OK : pml_server_fail(host, port, "cannot listen", listen_error);
}

/* The whole of 127.0.0.0/8 stays on this machine. */
static bool is_loopback_ipv4(uint32_t address)
{
    return address >> 24 == 127;
}

static bool is_loopback_ipv6(const struct in6_addr *address)
{
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        return address->s6_addr[12] == 127;
    }
    return IN6_IS_ADDR_LOOPBACK(address);
}

/* Read back what the socket is bound to. Returns false with errno. */
static bool describe_socket(int fd, pml_server_listener *listener)
{
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
    } address;
    socklen_t size = sizeof address;

    memset(&address, 0, sizeof address);
    if (getsockname(fd, &address.any, &size) != 0) {
        return false;
    }
    listener->fd = fd;
    if (address.any.sa_family == AF_INET6) {
        listener->port = ntohs(address.ipv6.sin6_port);
        listener->is_loopback = is_loopback_ipv6(&address.ipv6.sin6_addr);
    } else {
        listener->port = ntohs(address.ipv4.sin_port);
        listener->is_loopback = is_loopback_ipv4(ntohl(address.ipv4.sin_addr.s_addr));
    }
    return true;
}

promlet_status pml_server_listen(const char *host, int port, pml_server_listener *listener)
{
    int fd = -1;
    promlet_status status = open_socket(host, port, &fd);
    if (status == PROMLET_ERROR_ADDRESS && strcmp(host, "::") == 0) {
        /* "Every address" can be had on a machine without IPv6 as well. */
        status = open_socket("0.0.0.0", port, &fd);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    if (!describe_socket(fd, listener)) {
        int error = errno;
        close(fd);
        return pml_server_fail(host, port, "cannot read back the port", error);
    }
    return PROMLET_OK;
}

bool pml_server_identify(int fd, pml_server_socket *identity)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return false;
    }
    identity->device = status.st_dev;
    identity->inode = status.st_ino;
    return true;
}

bool pml_server_is_socket(int fd, const pml_server_socket *expected)
{
    pml_server_socket found;
    return pml_server_identify(fd, &found) && found.device == expected->device &&
           found.inode == expected->inode;
}

void pml_server_warn_public(const char *host, int port)
{
    char place[PLACE_SIZE];
    char sentence[SENTENCE_SIZE];
    describe_place(place, host, port);
    snprintf(sentence, sizeof sentence, "%s: anyone who reaches this address can read the metrics",
             place);
    promlet_log(sentence);
}
