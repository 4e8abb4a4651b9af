/* SPDX-License-Identifier: Apache-2.0 */
/* What a client has to know, compared in a time that tells nothing of it. */
#ifndef PML_SERVER_AUTH_SECRET_H
#define PML_SERVER_AUTH_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest secret. */
#define PML_SERVER_SECRET_BYTES 4096

typedef struct pml_server_secret {
    uint64_t words[PML_SERVER_SECRET_BYTES / sizeof(uint64_t)]; /* The bytes, then zeros. */
    uint64_t size;                                              /* 0: there is none. */
} pml_server_secret;

/* Returns false, with no secret, when there are too many bytes. */
bool pml_server_secret_set(pml_server_secret *secret, const char *bytes, size_t size);

/* The base64 form of "username:password", as clients send it. */
bool pml_server_secret_set_basic(pml_server_secret *secret, const char *username,
                                 const char *password);

/* Whether the bytes are the secret. How long that takes depends on their number alone, which
   whoever sent them knows. Nothing is equal to a secret that there isn't. */
bool pml_server_secret_equals(const pml_server_secret *secret, const char *bytes, size_t size);

void pml_server_secret_wipe(pml_server_secret *secret);

#endif
