/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server tells about itself, in a registry of its own that is merged into its answers. It is
 * nobody else's: the user's registry and promlet_get_metrics() never show it.
 *
 * A request is counted when it has ended, so an answer with metrics is in the next one: its code,
 * duration and size are not known while it is made. It is among those in flight.
 */
#ifndef PML_SERVER_METRICS_H
#define PML_SERVER_METRICS_H

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/registry.h>
#include <promlet/summary.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a client did not get what it came for. */
typedef enum pml_server_rejection {
    PML_SERVER_REJECTED_AT_ADDRESS, /* Closed: its address has too many connections. */
    PML_SERVER_REJECTED_FOR_OTHERS, /* Closed, since others wait for its place or its bytes. */
    PML_SERVER_REJECTED_TOO_SLOW,   /* Closed: its time was over, though not between requests. */
    PML_SERVER_REJECTED_IN_FLIGHT,  /* 503: too many requests wait for metrics. */
    PML_SERVER_REJECTED_BYTES,      /* 503: too many bytes are held. */
    PML_SERVER_REJECTIONS,
} pml_server_rejection;

/* The statuses that a server answers with, and one for all others. */
#define PML_SERVER_CODES 10

/* All zero where nothing is told. */
typedef struct pml_server_metrics {
    promlet_registry *registry;
    promlet_counter *requests[PML_SERVER_CODES];
    promlet_gauge *in_flight;
    promlet_histogram *duration;
    promlet_summary *response_size;
    promlet_counter *rejected[PML_SERVER_REJECTIONS];
    promlet_gauge *connections;
    promlet_counter *accepted;
} pml_server_metrics;

/* Returns false when out of memory; what there is then is for pml_server_metrics_end(). */
bool pml_server_metrics_start(pml_server_metrics *metrics);

/* All zero is allowed. */
void pml_server_metrics_end(pml_server_metrics *metrics);

void pml_server_note_accepted(const pml_server_metrics *metrics, size_t connections);
void pml_server_note_closed(const pml_server_metrics *metrics, size_t connections);
void pml_server_note_rejected(const pml_server_metrics *metrics, pml_server_rejection reason);

void pml_server_note_request(const pml_server_metrics *metrics);

/* A request has ended. http_status: 0 if it had no answer, and then it is counted nowhere. */
void pml_server_note_end(const pml_server_metrics *metrics, unsigned int http_status,
                         uint64_t bytes, int64_t duration_ns);

#endif
