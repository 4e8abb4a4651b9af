/* SPDX-License-Identifier: Apache-2.0 */
/* Whether everybody reads a request alike. Where a proxy in front of us sees the end of a request
   elsewhere than we do, a client can have us answer one that the proxy has never seen. */
#ifndef PML_SERVER_SOUNDNESS_H
#define PML_SERVER_SOUNDNESS_H

#include "server/exchange.h"

#include <stdbool.h>

/* What the headers of a request say. */
typedef struct pml_server_soundness {
    bool is_sound; /* It is refused otherwise, with 400. */
    bool has_body; /* Or may have one, which nobody here reads. */
} pml_server_soundness;

/* How strict libmicrohttpd should be, as its option has it. */
int pml_server_strictness(void);

/* Whether all characters of a target may be in one; those beyond ASCII may, for people who type. */
bool pml_server_is_sound_target(const char *target);

/* Look at a request whose headers are in. method and version: libmicrohttpd's own. */
pml_server_soundness pml_server_look_at(const pml_server_exchange *exchange, const char *method,
                                        const char *version);

#endif
