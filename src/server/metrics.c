/* SPDX-License-Identifier: Apache-2.0 */
/* Declares and records what a server tells about itself. Label values are fixed, and all series are
   there from the beginning: a client can't make more of them. */
#include "server/metrics.h"

#include "server/clock.h"

#include <stdio.h>

static const unsigned int known_codes[PML_SERVER_CODES - 1] = {200, 400, 401, 403, 404,
                                                               405, 429, 500, 503};
#define CODE_OTHER (PML_SERVER_CODES - 1)

static const char *const reasons[PML_SERVER_REJECTIONS] = {
    [PML_SERVER_REJECTED_AT_ADDRESS] = "connections_of_address",
    [PML_SERVER_REJECTED_FOR_OTHERS] = "place_for_others",
    [PML_SERVER_REJECTED_TOO_SLOW] = "too_slow",
    [PML_SERVER_REJECTED_IN_FLIGHT] = "requests_in_flight",
    [PML_SERVER_REJECTED_BYTES] = "body_bytes",
};

/* From an answer that was made beforehand to one that Prometheus hardly waits for. */
static const double duration_bounds[] = {0.001, 0.01, 0.1, 1, 10};

static size_t index_of(unsigned int http_status)
{
    size_t i = 0;
    while (i < CODE_OTHER && known_codes[i] != http_status) {
        i++;
    }
    return i;
}

/* ---- Declaring ---- */

static void declare_requests(pml_server_metrics *metrics)
{
    promlet_counter_family *family = promlet_counter_family_new(
        metrics->registry, &(promlet_opts){.name = "promlet_server_requests_total",
                                           .help = "Requests to the metrics server that have "
                                                   "ended, by the status of the answer.",
                                           .labels = {"code"}});
    for (size_t i = 0; i < PML_SERVER_CODES; i++) {
        char code[16] = "other";
        if (i != CODE_OTHER) {
            (void)snprintf(code, sizeof code, "%u", known_codes[i]);
        }
        metrics->requests[i] = promlet_counter_with(family, code);
    }
}

static void declare_rejected(pml_server_metrics *metrics)
{
    promlet_counter_family *family = promlet_counter_family_new(
        metrics->registry,
        &(promlet_opts){.name = "promlet_server_rejected_total",
                        .help = "Connections that the metrics server closed and requests that it "
                                "answered with 503, by the limit that was reached.",
                        .labels = {"reason"}});
    for (size_t i = 0; i < PML_SERVER_REJECTIONS; i++) {
        metrics->rejected[i] = promlet_counter_with(family, reasons[i]);
    }
}

static void declare_answers(pml_server_metrics *metrics)
{
    metrics->in_flight = promlet_gauge_new(
        metrics->registry,
        &(promlet_opts){.name = "promlet_server_requests_in_flight",
                        .help = "Requests to the metrics server that have not ended."});
    metrics->duration = promlet_histogram_new(
        metrics->registry,
        &(promlet_opts){.name = "promlet_server_request_duration_seconds",
                        .help = "Time from a request's first line to the last byte of its answer.",
                        .unit = "seconds",
                        .bounds = duration_bounds,
                        .bound_count = sizeof duration_bounds / sizeof duration_bounds[0]});
    metrics->response_size = promlet_summary_new(
        metrics->registry,
        &(promlet_opts){.name = "promlet_server_response_size_bytes",
                        .help = "Size of the bodies of the metrics server's answers, as sent.",
                        .unit = "bytes"});
}

static void declare_connections(pml_server_metrics *metrics)
{
    metrics->connections = promlet_gauge_new(
        metrics->registry, &(promlet_opts){.name = "promlet_server_connections",
                                           .help = "Clients connected to the metrics server."});
    metrics->accepted = promlet_counter_new(
        metrics->registry, &(promlet_opts){.name = "promlet_server_accepted_connections_total",
                                           .help = "Clients that the metrics server accepted."});
}

bool pml_server_metrics_start(pml_server_metrics *metrics)
{
    metrics->registry = promlet_registry_new();
    if (metrics->registry == NULL ||
        promlet_registry_configure(
            metrics->registry, &(promlet_registry_opts){.hide_self_metrics = true}) != PROMLET_OK) {
        return false;
    }
    declare_requests(metrics);
    declare_answers(metrics);
    declare_rejected(metrics);
    declare_connections(metrics);
    return promlet_registry_status(metrics->registry, NULL) == PROMLET_OK;
}

void pml_server_metrics_end(pml_server_metrics *metrics)
{
    if (metrics->registry != NULL) {
        promlet_registry_free(metrics->registry);
    }
}

/* ---- Recording ---- */

/* Handles that are NULL would be counted as the user's mistakes. */
static bool is_told(const pml_server_metrics *metrics)
{
    return metrics->registry != NULL;
}

void pml_server_note_accepted(const pml_server_metrics *metrics, size_t connections)
{
    if (is_told(metrics)) {
        promlet_counter_inc(metrics->accepted);
        promlet_gauge_set(metrics->connections, (double)connections);
    }
}

void pml_server_note_closed(const pml_server_metrics *metrics, size_t connections)
{
    if (is_told(metrics)) {
        promlet_gauge_set(metrics->connections, (double)connections);
    }
}

void pml_server_note_rejected(const pml_server_metrics *metrics, pml_server_rejection reason)
{
    if (is_told(metrics)) {
        promlet_counter_inc(metrics->rejected[reason]);
    }
}

void pml_server_note_request(const pml_server_metrics *metrics)
{
    if (is_told(metrics)) {
        promlet_gauge_inc(metrics->in_flight);
    }
}

void pml_server_note_end(const pml_server_metrics *metrics, unsigned int http_status,
                         uint64_t bytes, int64_t duration_ns)
{
    if (!is_told(metrics)) {
        return;
    }
    promlet_gauge_dec(metrics->in_flight);
    if (http_status != 0) {
        promlet_counter_inc(metrics->requests[index_of(http_status)]);
        promlet_histogram_observe(metrics->duration, (double)duration_ns / (double)PML_NS_PER_S);
        promlet_summary_observe(metrics->response_size, (double)bytes);
    }
}
