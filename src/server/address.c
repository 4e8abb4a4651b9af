/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, compares and shows where clients are. */
#include "server/address.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

/* What stands before an IPv4 address in the IPv6 address that maps it. */
static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

pml_server_address pml_server_address_of(const struct sockaddr *name)
{
    pml_server_address address = {0};
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    if (name->sa_family == AF_INET) {
        memcpy(&ipv4, name, sizeof ipv4);
        address.is_known = true;
        memcpy(address.bytes, mapped, sizeof mapped);
        memcpy(address.bytes + sizeof mapped, &ipv4.sin_addr, sizeof ipv4.sin_addr);
    } else if (name->sa_family == AF_INET6) {
        memcpy(&ipv6, name, sizeof ipv6);
        address.is_known = true;
        memcpy(address.bytes, &ipv6.sin6_addr, sizeof address.bytes);
    }
    return address;
}

bool pml_server_is_same_address(const pml_server_address *a, const pml_server_address *b)
{
    return a->is_known && b->is_known && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool pml_server_is_ipv4(const pml_server_address *address)
{
    return address->is_known && memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

void pml_server_address_text(const pml_server_address *address, char text[INET6_ADDRSTRLEN])
{
    text[0] = '\0';
    if (pml_server_is_ipv4(address)) {
        (void)inet_ntop(AF_INET, address->bytes + sizeof mapped, text, INET6_ADDRSTRLEN);
    } else if (address->is_known) {
        (void)inet_ntop(AF_INET6, address->bytes, text, INET6_ADDRSTRLEN);
    }
}
