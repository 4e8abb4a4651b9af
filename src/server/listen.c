/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the listening socket of a server, of whatever kind, and closes it again. */
#include "server/listen.h"

#include "server/failure.h"
#include "server/listen_kinds.h"
#include "server/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

bool pml_server_identify(int fd, pml_server_identity *identity)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return false;
    }
    identity->device = status.st_dev;
    identity->inode = status.st_ino;
    return true;
}

bool pml_server_is_same(int fd, const pml_server_identity *expected)
{
    pml_server_identity found;
    return pml_server_identify(fd, &found) && found.device == expected->device &&
           found.inode == expected->inode;
}

/* ---- Where it listens ---- */

void pml_server_name_place(pml_server_listener *listener, const char *host, int port)
{
    bool is_ipv6 = strchr(host, ':') != NULL;
    snprintf(listener->place, sizeof listener->place, "%s%.*s%s:%d", is_ipv6 ? "[" : "",
             PML_SERVER_HOST_SHOWN, host, is_ipv6 ? "]" : "", port);
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

promlet_status pml_server_read_back(pml_server_listener *listener, const char *host)
{
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
    } address;
    socklen_t size = sizeof address;
    char numeric[INET6_ADDRSTRLEN] = "";

    memset(&address, 0, sizeof address);
    if (getsockname(listener->fd, &address.any, &size) != 0) {
        return pml_server_fail(listener->place, "cannot read back the port", errno);
    }
    switch (address.any.sa_family) {
    case AF_INET:
        listener->port = ntohs(address.ipv4.sin_port);
        listener->is_local = is_loopback_ipv4(ntohl(address.ipv4.sin_addr.s_addr));
        inet_ntop(AF_INET, &address.ipv4.sin_addr, numeric, sizeof numeric);
        break;
    case AF_INET6:
        listener->port = ntohs(address.ipv6.sin6_port);
        listener->is_local = is_loopback_ipv6(&address.ipv6.sin6_addr);
        inet_ntop(AF_INET6, &address.ipv6.sin6_addr, numeric, sizeof numeric);
        break;
    case AF_UNIX:
        listener->is_local = true;
        return PROMLET_OK;
    default:
        return pml_server_fail_with(PROMLET_ERROR_ADDRESS, listener->place, "cannot listen",
                                    "it is a socket of neither IPv4, IPv6 nor UNIX");
    }
    pml_server_name_place(listener, host != NULL ? host : numeric, listener->port);
    return PROMLET_OK;
}

/* What a server that other machines reach lets them do; NULL: nothing it should not. */
static const char *find_danger(const promlet_server_opts *options)
{
    if (!pml_server_has_credentials(options)) {
        return "anyone who reaches this address can read the metrics";
    }
    bool has_secret = options->username != NULL || options->bearer_token != NULL;
    return has_secret && options->certificate_path == NULL
               ? "anyone on the way can read the password or token, since there is no TLS"
               : NULL;
}

void pml_server_warn_if_public(const promlet_server_opts *options,
                               const pml_server_listener *listener)
{
    char sentence[PML_SERVER_PLACE_SIZE + 100];
    const char *danger = find_danger(options);
    if (!listener->is_local && danger != NULL) {
        snprintf(sentence, sizeof sentence, "%s: %s", listener->place, danger);
        promlet_log(sentence);
    }
}

/* ---- Opening and closing ---- */

static promlet_status open_listener(const promlet_server_opts *options,
                                    pml_server_listener *listener)
{
    if (options->listen_fd != 0) {
        return pml_server_listen_handed_over(options, listener);
    }
    if (options->unix_path != NULL) {
        return pml_server_listen_unix(options, listener);
    }
    return pml_server_listen_tcp(options, listener);
}

promlet_status pml_server_listen(const promlet_server_opts *options, pml_server_listener *listener)
{
    memset(listener, 0, sizeof *listener);
    listener->fd = -1;
    promlet_status status = open_listener(options, listener);
    if (status == PROMLET_OK && !pml_server_identify(listener->fd, &listener->identity)) {
        status = pml_server_fail(listener->place, "cannot look at the socket", errno);
    }
    if (status != PROMLET_OK && listener->fd >= 0) {
        pml_server_remove_file(listener);
        close(listener->fd);
        listener->fd = -1;
    }
    return status;
}

static bool is_ours(const pml_server_listener *listener)
{
    return listener->fd >= 0 && pml_server_is_same(listener->fd, &listener->identity);
}

/* A forked child may hold the socket too, and a close of ours alone would leave clients waiting in
   its backlog and the port taken. The file goes first: while somebody listens, nobody else takes it
   for stale and puts one of their own there, which we would remove. */
void pml_server_refuse_clients(const pml_server_listener *listener)
{
    if (!is_ours(listener) || listener->is_handed_over) {
        return;
    }
    pml_server_remove_file(listener);
    (void)shutdown(listener->fd, SHUT_RDWR);
}

void pml_server_unlisten(pml_server_listener *listener)
{
    pml_server_refuse_clients(listener);
    pml_server_leave_listening(listener);
}

void pml_server_leave_listening(pml_server_listener *listener)
{
    if (is_ours(listener)) {
        close(listener->fd);
    }
    listener->fd = -1;
}
