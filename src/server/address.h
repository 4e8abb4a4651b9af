/* SPDX-License-Identifier: Apache-2.0 */
/* Where a client is, without its port. */
#ifndef PML_SERVER_ADDRESS_H
#define PML_SERVER_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>

struct sockaddr;

/* An IPv4 address stands as the IPv6 address that maps it. */
typedef struct pml_server_address {
    bool is_known; /* False for a UNIX socket, whose clients are not told apart. */
    unsigned char bytes[16];
} pml_server_address;

pml_server_address pml_server_address_of(const struct sockaddr *name);

/* Whether two are known and the same. */
bool pml_server_is_same_address(const pml_server_address *a, const pml_server_address *b);

/* Whether it is known and one of IPv4, of which the last four bytes are the address. */
bool pml_server_is_ipv4(const pml_server_address *address);

/* Write it as text, an IPv4 address as such; "" when it is not known. */
void pml_server_address_text(const pml_server_address *address, char text[INET6_ADDRSTRLEN]);

#endif
