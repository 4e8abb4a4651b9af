/* SPDX-License-Identifier: Apache-2.0 */
/* How often clients may show wrong credentials. */
#ifndef PML_SERVER_AUTH_TRIES_H
#define PML_SERVER_AUTH_TRIES_H

#include "server/address.h"

#include <stdbool.h>
#include <stdint.h>

/* Who tries: an IPv4 address, or the first half of an IPv6 address, since a client has the other
   half to itself. All clients of a UNIX socket are one. */
typedef struct pml_server_source {
    unsigned char bytes[16];
} pml_server_source;

pml_server_source pml_server_source_of(const pml_server_address *address);

/*
 * Wrong tries that are left, told by one time: each try moves it on by the time in which one is
 * forgiven, and none may be too far ahead of now. Times are in milliseconds of one clock.
 */
typedef struct pml_server_allowance {
    int64_t used_until_ms;
} pml_server_allowance;

typedef struct pml_server_tries_entry {
    pml_server_source source;
    pml_server_allowance allowance;
    bool is_used;
    bool has_succeeded; /* Somebody there knows the secret. */
} pml_server_tries_entry;

#define PML_SERVER_TRIES_ENTRIES 64

/* All zero at the start. */
typedef struct pml_server_tries {
    pml_server_tries_entry entries[PML_SERVER_TRIES_ENTRIES];
    pml_server_allowance everyone;
} pml_server_tries;

/* How long a source has to wait before its next try is looked at; 0: not at all. */
int64_t pml_server_tries_wait_ms(const pml_server_tries *tries, const pml_server_source *source,
                                 int64_t now_ms);

/* A try was looked at, and was wrong, or right. */
void pml_server_tries_failed(pml_server_tries *tries, const pml_server_source *source,
                             int64_t now_ms);
void pml_server_tries_succeeded(pml_server_tries *tries, const pml_server_source *source);

#endif
