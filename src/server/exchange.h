/* SPDX-License-Identifier: Apache-2.0 */
/* One request and its answer, from the request line to the last byte. */
#ifndef PML_SERVER_EXCHANGE_H
#define PML_SERVER_EXCHANGE_H

#include "http/batch.h"
#include "server/connections.h"

#include <promlet/server.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MHD_Connection;
struct pml_server_route;

typedef struct pml_server_exchange {
    pml_http_job job; /* While it waits for metrics. First, so that the worker's lists of jobs are
                         lists of exchanges. */
    promlet_server *server;
    pml_server_connection *place;
    struct MHD_Connection *connection;
    const struct pml_server_route *route; /* Where its path leads; NULL: nowhere. */
    const char *target;       /* Where libmicrohttpd has it, which changes it afterwards, */
    size_t target_size;       /* and its size as it was sent. */
    int64_t since_ns;         /* When it began. */
    unsigned int http_status; /* Of its answer; 0: none was queued. */
    uint64_t body_bytes;      /* Of the same. */
    bool has_sound_target;
    bool is_sound;       /* Or it is refused: see soundness.h. Known once its headers are in. */
    bool is_whole;       /* An answer does not make libmicrohttpd close the connection any more. */
    bool is_answered;    /* Or should be, but there was no memory. */
    int64_t patience_ns; /* Until when it waits for room. */
    uint64_t number;     /* Of the jobs that wait, that with the lowest has its turn. */
    char query[];        /* What follows the '?'; "" when nothing does. */
} pml_server_exchange;

/* target: as it was sent; lent for as long as the request. Returns NULL when out of memory. */
pml_server_exchange *pml_server_exchange_new(promlet_server *server, const char *target);

/* NULL is allowed. */
void pml_server_exchange_free(pml_server_exchange *exchange);

#endif
