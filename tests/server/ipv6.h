/* SPDX-License-Identifier: Apache-2.0 */
/* For server tests that need IPv6, which a machine or a container may not have. */
#ifndef PML_TESTS_SERVER_IPV6_H
#define PML_TESTS_SERVER_IPV6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static inline bool has_ipv6(void)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool can_bind = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return can_bind;
}

/* To be called after cmocka.h. */
#define skip_ipv6()                                                                                \
    do {                                                                                           \
        fputs("*** SKIPPED: this machine has no IPv6 loopback, so IPv6 is NOT tested ***\n",       \
              stderr);                                                                             \
        skip();                                                                                    \
    } while (0)

#endif
