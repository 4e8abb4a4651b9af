/* SPDX-License-Identifier: Apache-2.0 */
/* Who must go when there is no room for the next client. */
#ifndef PML_SERVER_EVICTION_H
#define PML_SERVER_EVICTION_H

#include "server/connections.h"

/* A connection that may go by now, the one that is missed least: who has been idle longest; else
   who has been sending a request longest, for at least headers_ns; else who reads slowest, after
   some time of grace. address: among those of this address only; NULL: among all. Returns NULL when
   nobody may go. */
pml_server_connection *pml_server_dispensable(pml_server_connections *table,
                                              const pml_server_address *address, int64_t headers_ns,
                                              int64_t now_ns);

/* The slowest reader beyond its grace; NULL: nobody. */
pml_server_connection *pml_server_slowest_reader(pml_server_connections *table,
                                                 const pml_server_address *address, int64_t now_ns);

#endif
