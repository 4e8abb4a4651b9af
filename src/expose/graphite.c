/* SPDX-License-Identifier: Apache-2.0 */
/* A registry to Graphite, once or every so often. How lines are written is encode/graphite.c's, how
   they are sent connection.c's. */
#include <promlet/collector.h>
#include <promlet/graphite.h>

#include "base/options.h"
#include "expose/connection.h"
#include "expose/failure.h"
#include "expose/own_metrics.h"
#include "expose/rounds.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_PORT 65535

/* ---- Options ---- */

static promlet_graphite_encoding encoding_of(const promlet_graphite_opts *options)
{
    return (promlet_graphite_encoding){.prefix = options->prefix, .tagged = options->tagged};
}

static bool ignore(const char *data, size_t size, void *ctx)
{
    (void)data;
    (void)size;
    (void)ctx;
    return true;
}

/* What is wrong with an encoding a snapshot without families says as well. */
static promlet_status check_encoding(const promlet_graphite_opts *options)
{
    promlet_graphite_encoding encoding = encoding_of(options);
    promlet_snapshot *nothing = promlet_snapshot_merge(NULL, 0);
    if (nothing == NULL) {
        return PROMLET_ERROR_MEMORY;
    }
    promlet_status status = promlet_graphite_write(nothing, &encoding, ignore, NULL, NULL);
    promlet_snapshot_release(nothing);
    return status;
}

/* Such as a port or a scheme. An address of IPv6 has two colons at least. */
static bool has_more_than_a_host(const char *host)
{
    const char *colon = strchr(host, ':');
    return strpbrk(host, "/[") != NULL || (colon != NULL && strchr(colon + 1, ':') == NULL);
}

static promlet_status check_place(promlet_graphite_opts *options)
{
    if (options->host == NULL || options->host[0] == '\0') {
        return pml_expose_refuse("host: is NULL or empty");
    }
    if (strlen(options->host) > PML_HOST_SIZE) {
        return pml_expose_refuse("host: is longer than a name can be");
    }
    if (has_more_than_a_host(options->host)) {
        return pml_expose_refuse("host: is no name or address; the port is an option of its own");
    }
    if (options->port < 0 || options->port > MOST_PORT) {
        return pml_expose_refuse("port: is not one");
    }
    if (options->port == 0) {
        options->port = PROMLET_DEFAULT_GRAPHITE_PORT;
    }
    return PROMLET_OK;
}

static promlet_status check_times(promlet_graphite_opts *options)
{
    if (!(options->connect_seconds >= 0)) {
        return pml_expose_refuse("connect_seconds: is not a time");
    }
    if (!(options->send_seconds >= 0)) {
        return pml_expose_refuse("send_seconds: is not a time");
    }
    if (options->connect_seconds == 0) {
        options->connect_seconds = PROMLET_DEFAULT_GRAPHITE_CONNECT_SECONDS;
    }
    if (options->send_seconds == 0) {
        options->send_seconds = PROMLET_DEFAULT_GRAPHITE_SEND_SECONDS;
    }
    if (options->max_interval_seconds == 0) {
        options->max_interval_seconds = PROMLET_DEFAULT_GRAPHITE_MAX_INTERVAL_SECONDS;
    }
    return PROMLET_OK;
}

static promlet_status read_options(const promlet_graphite_opts *given, promlet_graphite_opts *known,
                                   size_t options_size)
{
    promlet_status status =
        pml_options_read(given, known, (pml_options_size){options_size, sizeof *known}, "options:");
    if (status == PROMLET_OK) {
        status = check_place(known);
    }
    if (status == PROMLET_OK) {
        status = check_times(known);
    }
    return status == PROMLET_OK ? check_encoding(known) : status;
}

/* ---- Sending ---- */

struct sent {
    uint64_t size;
    uint64_t left_out;
};

/* The values have the time of the snapshot, however long connecting takes. */
static promlet_status send_snapshot(const promlet_graphite_opts *options,
                                    const promlet_snapshot *snapshot, struct sent *sent)
{
    pml_connection connection;
    promlet_graphite_encoding encoding = encoding_of(options);
    encoding.timestamp_seconds = (int64_t)time(NULL);
    promlet_status status =
        pml_connection_begin(&connection, options->host, options->port, options->connect_seconds);
    if (status != PROMLET_OK) {
        return status;
    }
    uint64_t left_out = 0;
    pml_connection_set_time(&connection, options->send_seconds);
    (void)promlet_graphite_write(snapshot, &encoding, pml_connection_put, &connection, &left_out);
    status = pml_connection_end(&connection);
    if (status == PROMLET_OK) {
        sent->size = connection.sent;
        sent->left_out = left_out;
    }
    return status;
}

static promlet_status send_registry(const promlet_graphite_opts *options,
                                    const pml_own_metrics *metrics, struct sent *sent)
{
    promlet_snapshot *snapshot = pml_own_metrics_take(metrics, options->registry);
    if (snapshot == NULL) {
        return promlet_is_collecting() ? PROMLET_ERROR_BUSY : PROMLET_ERROR_MEMORY;
    }
    promlet_status status = send_snapshot(options, snapshot, sent);
    promlet_snapshot_release(snapshot);
    return status;
}

promlet_status promlet_graphite_send_sized(const promlet_graphite_opts *options, uint64_t *left_out,
                                           size_t options_size)
{
    static const pml_own_metrics nothing_of_its_own;
    promlet_graphite_opts known;
    struct sent sent = {0};
    promlet_status status = read_options(options, &known, options_size);
    if (status == PROMLET_OK) {
        status = send_registry(&known, &nothing_of_its_own, &sent);
    }
    if (left_out != NULL) {
        *left_out = sent.left_out;
    }
    return status;
}

/* ---- Every so often ---- */

struct graphite {
    promlet_graphite_opts options;
    pml_own_metrics metrics;
    promlet_counter *left_out; /* NULL: hidden */
    char host[PML_HOST_SIZE + 1];
    char prefix[];
};

static promlet_status send_round(void *ctx)
{
    struct graphite *graphite = ctx;
    struct sent sent = {0};
    promlet_timer started = promlet_timer_start();
    promlet_status status = send_registry(&graphite->options, &graphite->metrics, &sent);
    pml_own_metrics_note(&graphite->metrics, status, started, sent.size);
    if (graphite->left_out != NULL) {
        promlet_counter_add_u64(graphite->left_out, sent.left_out);
    }
    return status;
}

static void free_graphite(void *ctx)
{
    struct graphite *graphite = ctx;
    pml_own_metrics_end(&graphite->metrics);
    free(graphite);
}

/* What the options lend is copied. NULL when out of memory. */
static struct graphite *new_graphite(const promlet_graphite_opts *options)
{
    const char *prefix = options->prefix != NULL ? options->prefix : "";
    size_t prefix_size = strlen(prefix) + 1;
    struct graphite *graphite = calloc(1, sizeof *graphite + prefix_size);
    if (graphite != NULL) {
        memcpy(graphite->host, options->host, strlen(options->host) + 1);
        memcpy(graphite->prefix, prefix, prefix_size);
        graphite->options = *options;
        graphite->options.host = graphite->host;
        graphite->options.prefix = graphite->prefix;
    }
    return graphite;
}

static promlet_status start_metrics(struct graphite *graphite)
{
    char place[PML_PLACE_SIZE];
    pml_connection_name(place, graphite->host, graphite->options.port);
    pml_own_metrics_opts options = {
        .prefix = "promlet_graphite_",
        .label = {"server", place},
        .duration_help = "Time that it took to send the metrics to Graphite.",
        .failures_help = "Sendings to Graphite that have failed.",
        .last_success_help = "When the metrics were last sent to Graphite.",
        .size_help = "Size of what was last sent to Graphite.",
    };
    if (graphite->options.hide_own_metrics) {
        return PROMLET_OK;
    }
    if (!pml_own_metrics_start(&graphite->metrics, &options)) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    graphite->left_out = promlet_counter_new(
        graphite->metrics.registry,
        &(promlet_opts){.name = "left_out_total",
                        .help = "Values that Graphite can't take and was not sent."});
    return promlet_registry_status(graphite->metrics.registry, NULL);
}

promlet_status promlet_graphite_start_sized(const promlet_graphite_opts *options,
                                            promlet_periodic **periodic, size_t options_size)
{
    promlet_graphite_opts known;
    promlet_status status = pml_rounds_prepare(periodic);
    if (status == PROMLET_OK) {
        status = read_options(options, &known, options_size);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    struct graphite *graphite = new_graphite(&known);
    if (graphite == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_periodic_opts rounds = {.interval_seconds = known.interval_seconds,
                                    .max_interval_seconds = known.max_interval_seconds,
                                    .run = send_round,
                                    .ctx = graphite,
                                    .free_ctx = free_graphite,
                                    .runs_at_stop = true,
                                    .name = "promlet graphite"};
    return pml_rounds_start(start_metrics(graphite), &rounds, periodic);
}
