/* SPDX-License-Identifier: Apache-2.0 */
/* Who must go when there is no room for the next client. */
#ifndef PML_SERVER_EVICTION_H
#define PML_SERVER_EVICTION_H

#include "server/clock.h"
#include "server/connections.h"

/* How long clients may take before others can have their place. */
typedef struct pml_server_grace {
    int64_t headers_ns; /* To send a request. */
    int64_t reading_ns; /* To read an answer, */
    int64_t stalled_ns; /* and before it is told that they hardly do. At most reading_ns. */
} pml_server_grace;

/* How long they may read, usually. */
#define PML_SERVER_READING_GRACE_NS (PML_NS_PER_S)

/* A connection that may go by now, the one that is missed least: who has been idle longest; else
   who has been sending a request longest, else who reads slowest, beyond the grace. address: among
   those of this address only; NULL: among all. Returns NULL when nobody may go. */
pml_server_connection *pml_server_dispensable(pml_server_connections *table,
                                              const pml_server_address *address,
                                              pml_server_grace grace, int64_t now_ns);

/* The slowest reader of all, beyond this grace; NULL: nobody. */
pml_server_connection *pml_server_slowest_reader(pml_server_connections *table, int64_t grace_ns,
                                                 int64_t now_ns);

#endif
