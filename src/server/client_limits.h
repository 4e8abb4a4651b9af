/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a machine clients may use. */
#ifndef PML_SERVER_CLIENT_LIMITS_H
#define PML_SERVER_CLIENT_LIMITS_H

#include <promlet/server.h>
#include <promlet/status.h>

#include <stddef.h>
#include <stdint.h>

/* See promlet_server_opts. */
typedef struct pml_server_limits {
    size_t connections;
    size_t per_address;
    size_t in_flight;
    size_t body_bytes;
    int64_t header_ns;
    int64_t idle_ns;
    int64_t send_ns;
} pml_server_limits;

/* The limits that options ask for, with the defaults. Returns PROMLET_OK, or PROMLET_ERROR_ARGUMENT
   with a sentence. */
promlet_status pml_server_read_limits(const promlet_server_opts *options,
                                      pml_server_limits *limits);

#endif
