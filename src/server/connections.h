/* SPDX-License-Identifier: Apache-2.0 */
/* The table of accepted sockets: what each waits for, and until when. */
#ifndef PML_SERVER_CONNECTIONS_H
#define PML_SERVER_CONNECTIONS_H

#include "server/address.h"
#include "server/client_limits.h"
#include "server/metrics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MHD_Connection;
struct pml_server_exchange;
struct pml_server_tls_identity;

/* What a connection waits for. */
typedef enum pml_server_phase {
    PML_SERVER_FREE,       /* For a client: the place in the table is free. */
    PML_SERVER_HEADERS,    /* For the rest of a request, and the handshake before it. */
    PML_SERVER_IDLE,       /* For a next request. */
    PML_SERVER_COLLECTING, /* For its answer to be made. */
    PML_SERVER_SENDING,    /* For its client to take the answer. */
} pml_server_phase;

typedef struct pml_server_connection {
    pml_server_phase phase;
    bool is_cut;                   /* It was shut down, and libmicrohttpd is about to notice. */
    int fd;                        /* libmicrohttpd's own; -1 while the place is free. */
    struct MHD_Connection *handle; /* NULL until libmicrohttpd has it. */
    struct pml_server_exchange *exchange; /* Its request and answer; NULL: none. Owned. */
    pml_server_address address;
    struct pml_server_tls_identity *identity; /* What it began with; NULL without TLS. */
    bool is_known;                            /* Its last credentials were right. */
    bool is_resting;                          /* Amid its handshake, see handshakes.h, */
    bool has_shaken_hands;                    /* which is over. */
    int64_t since_ns;                         /* When the phase began. */
    int64_t deadline_ns;                      /* When it must be over. */
    int64_t patience_ns;                      /* When the client no longer waits for this answer. */
    int64_t seen_ns;     /* While it sends: when somebody last looked how far it is, */
    uint64_t seen_bytes; /* what pml_server_sent_bytes() said then, */
    double seen_rate;    /* and the bytes a second between the two last looks. */
} pml_server_connection;

/* Used by the thread that runs the server alone, but for `fd` of the places, which forks.h guards.
 */
typedef struct pml_server_connections {
    pml_server_connection *places;
    size_t size;
    size_t count; /* Places that are not free. */
    const pml_server_limits *limits;
    const pml_server_metrics *metrics;
    int64_t next_deadline_ns; /* None of the deadlines is earlier. */
} pml_server_connections;

/* An empty table, as large as the limits say, which are lent, as are
   the metrics. Returns false when out of memory. */
bool pml_server_connections_start(pml_server_connections *table, const pml_server_limits *limits,
                                  const pml_server_metrics *metrics);
void pml_server_connections_end(pml_server_connections *table);

/* How many connections an address has; those that are cut don't count. 0 when it is not known. */
size_t pml_server_count_of(const pml_server_connections *table, const pml_server_address *address);

/* Take a place for a socket, whose headers are awaited from now on. There must be one. */
pml_server_connection *pml_server_connections_add(pml_server_connections *table, int fd,
                                                  const pml_server_address *address,
                                                  int64_t now_ns);

/* Give the place back, when the socket is about to be closed or belongs to somebody else. */
void pml_server_connections_remove(pml_server_connections *table,
                                   pml_server_connection *connection);

/* A connection waits for something else from now on. */
void pml_server_connection_enter(pml_server_connections *table, pml_server_connection *connection,
                                 pml_server_phase phase, int64_t now_ns);

/* Shut down a connection, which libmicrohttpd closes in its next run. */
void pml_server_connection_shut(pml_server_connection *connection);

/* The same for a reason that is counted. */
void pml_server_connection_cut(pml_server_connections *table, pml_server_connection *connection,
                               pml_server_rejection reason);

/* Cut those whose deadline is over. Returns whether there were any. */
bool pml_server_connections_reap(pml_server_connections *table, int64_t now_ns);

/* Shut down all sockets; in any thread. */
void pml_server_connections_cut_all(pml_server_connections *table);

#endif
