/* SPDX-License-Identifier: Apache-2.0 */
/* A connection over TCP for what is sent in one direction: each step has a time by which it ends,
   and what has arrived is known in the end. */
#ifndef PML_EXPOSE_CONNECTION_H
#define PML_EXPOSE_CONNECTION_H

#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes of a host's name. */
#define PML_HOST_SIZE 255

/* Room for "[host]:port". */
#define PML_PLACE_SIZE (PML_HOST_SIZE + 10)

/* One that is in use, in one thread. */
typedef struct pml_connection {
    char place[PML_PLACE_SIZE]; /* what errors call the other side */
    int fd;
    int64_t deadline_ns; /* of all that is sent, on the monotonic clock */
    uint64_t sent;
    int error; /* errno of the first sending that failed; 0: none */
} pml_connection;

/* What errors and metrics call the other side. */
void pml_connection_name(char place[PML_PLACE_SIZE], const char *host, int port);

/* Connects, within so many seconds once the host's addresses are known; pml_connection_end() must
   follow unless an error is returned. Sets the last error. */
promlet_status pml_connection_begin(pml_connection *connection, const char *host, int port,
                                    double seconds);

/* All that is sent, and its arrival, may take so long from now. */
void pml_connection_set_time(pml_connection *connection, double seconds);

/* A promlet_write_fn; ctx: the connection. */
bool pml_connection_put(const char *data, size_t size, void *ctx);

/* Ends the connection. PROMLET_OK if all that was sent has arrived, which is waited for. Sets the
   last error. */
promlet_status pml_connection_end(pml_connection *connection);

#endif
