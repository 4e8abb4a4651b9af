/* SPDX-License-Identifier: Apache-2.0 */
/* Listens on a name, an IPv4 or an IPv6 address. */
#include "server/failure.h"
#include "server/listen_kinds.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The longest IPv6 address, with '%' and the name of an interface behind it. */
#define BARE_SIZE (INET6_ADDRSTRLEN + IF_NAMESIZE)

/* error is what getaddrinfo() returned, and system_error the errno it left. */
static promlet_status resolve_failed(const char *place, int error, int system_error)
{
    static const char step[] = "cannot find the address";
    if (error == EAI_SYSTEM) {
        return pml_server_fail(place, step, system_error);
    }
    promlet_status status = error == EAI_MEMORY ? PROMLET_ERROR_MEMORY : PROMLET_ERROR_ADDRESS;
    return pml_server_fail_with(status, place, step, gai_strerror(error));
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

/* Try one address after the other, IPv4 before IPv6, whatever order the machine has: a client that
   was given a name tries both, and one that was given 127.0.0.1 for "localhost" knows IPv4 only.
   Only an address that this machine does not have leads to the next: on a port in use, the next
   address would leave clients of the same name with somebody else's metrics, depending on which
   address they try first. */
static int listen_on_any(const struct addrinfo *addresses)
{
    static const int families[] = {AF_INET, AF_INET6};
    errno = EADDRNOTAVAIL;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        for (const struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
            int fd = a->ai_family == families[i] ? listen_on(a) : -1;
            if (fd >= 0 || pml_server_status_of(errno) != PROMLET_ERROR_ADDRESS) {
                return fd;
            }
        }
    }
    return -1;
}

/* Resolve host and listen on one of its addresses. */
static promlet_status open_socket(const char *host, int port, pml_server_listener *listener)
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
        return resolve_failed(listener->place, error, errno);
    }
    listener->fd = listen_on_any(addresses);
    int listen_error = errno;
    freeaddrinfo(addresses);
    return listener->fd >= 0 ? PROMLET_OK
                             : pml_server_fail(listener->place, "cannot listen", listen_error);
}

/* An IPv6 address may stand in brackets, as in a URL; bare is room for it without. Returns the host
   to be looked up, lent from either. */
static const char *without_brackets(const char *host, char bare[BARE_SIZE])
{
    size_t length = strlen(host);
    if (host[0] != '[' || host[length - 1] != ']' || length - 2 >= BARE_SIZE ||
        strchr(host, ':') == NULL) {
        return host;
    }
    snprintf(bare, BARE_SIZE, "%.*s", (int)length - 2, host + 1);
    return bare;
}

promlet_status pml_server_listen_tcp(const promlet_server_opts *options,
                                     pml_server_listener *listener)
{
    char bare[BARE_SIZE];
    const char *host = without_brackets(options->host, bare);
    pml_server_name_place(listener, host, options->port);
    promlet_status status = open_socket(host, options->port, listener);
    if (status == PROMLET_ERROR_ADDRESS && strcmp(host, "::") == 0) {
        /* "Every address" can be had on a machine without IPv6 as well. */
        status = open_socket("0.0.0.0", options->port, listener);
    }
    return status == PROMLET_OK ? pml_server_read_back(listener, host) : status;
}
