/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and checks the limits among the options. */
#include "server/client_limits.h"

#include "server/clock.h"

#include <stdio.h>

#define MOST_CONNECTIONS 65536

/* A longer time is as good as none, and this one fits into nanoseconds. */
#define MOST_SECONDS 1e9

static promlet_status read_count(const char *name, int given, size_t usual, size_t *count)
{
    if (given < 0 || given > MOST_CONNECTIONS) {
        char sentence[96];
        snprintf(sentence, sizeof sentence, "%s: %d is not within 0 to %d", name, given,
                 MOST_CONNECTIONS);
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
    }
    *count = given == 0 ? usual : (size_t)given;
    return PROMLET_OK;
}

static promlet_status read_seconds(const char *name, double given, int usual, int64_t *ns)
{
    if (!(given >= 0)) { /* Not a number is refused as well. */
        char sentence[96];
        snprintf(sentence, sizeof sentence, "%s: must be 0 or a time in seconds", name);
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
    }
    double seconds = given == 0 ? usual : given;
    *ns = (int64_t)((seconds < MOST_SECONDS ? seconds : MOST_SECONDS) * (double)PML_NS_PER_S);
    return PROMLET_OK;
}

static promlet_status read_counts(const promlet_server_opts *options, pml_server_limits *limits)
{
    promlet_status status = read_count("max_connections", options->max_connections,
                                       PROMLET_DEFAULT_MAX_CONNECTIONS, &limits->connections);
    if (status == PROMLET_OK) {
        status = read_count("max_connections_per_address", options->max_connections_per_address,
                            PROMLET_DEFAULT_MAX_CONNECTIONS_PER_ADDRESS, &limits->per_address);
    }
    if (status == PROMLET_OK) {
        status = read_count("max_in_flight", options->max_in_flight, PROMLET_DEFAULT_MAX_IN_FLIGHT,
                            &limits->in_flight);
    }
    return status;
}

static promlet_status read_times(const promlet_server_opts *options, pml_server_limits *limits)
{
    promlet_status status = read_seconds("header_seconds", options->header_seconds,
                                         PROMLET_DEFAULT_HEADER_SECONDS, &limits->header_ns);
    if (status == PROMLET_OK) {
        status = read_seconds("idle_seconds", options->idle_seconds, PROMLET_DEFAULT_IDLE_SECONDS,
                              &limits->idle_ns);
    }
    if (status == PROMLET_OK) {
        status = read_seconds("send_seconds", options->send_seconds, PROMLET_DEFAULT_SEND_SECONDS,
                              &limits->send_ns);
    }
    return status;
}

promlet_status pml_server_read_limits(const promlet_server_opts *options, pml_server_limits *limits)
{
    promlet_status status = read_counts(options, limits);
    limits->body_bytes =
        options->max_body_bytes == 0 ? PROMLET_DEFAULT_MAX_BODY_BYTES : options->max_body_bytes;
    return status == PROMLET_OK ? read_times(options, limits) : status;
}
