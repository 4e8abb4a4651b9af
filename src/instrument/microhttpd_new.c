/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and frees what measures a libmicrohttpd service: options, routes, metrics. What is recorded
   when is microhttpd.c's. */
#include "instrument/microhttpd.h"

#include "base/options.h"

#include <promlet/bounds.h>
#include <promlet/status.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- options --------------------------------------------------------------------------------- */

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

static promlet_status check_routes(const char *const *routes, size_t count)
{
    if (count > PROMLET_MICROHTTPD_MAX_ROUTES) {
        return argument_error("routes: there are more than PROMLET_MICROHTTPD_MAX_ROUTES");
    }
    if (routes == NULL && count > 0) {
        return argument_error("routes: are NULL, but counted");
    }
    for (size_t i = 0; i < count; i++) {
        const char *fault = pml_microhttpd_route_fault(routes[i]);
        if (fault != NULL) {
            char sentence[256];
            (void)snprintf(sentence, sizeof sentence, "route \"%s\": %s",
                           routes[i] != NULL ? routes[i] : "", fault);
            return argument_error(sentence);
        }
    }
    return PROMLET_OK;
}

/* Members that the caller's header did not have are zero in the result. */
static promlet_status read_options(const promlet_microhttpd_opts *options, size_t options_size,
                                   promlet_microhttpd_opts *result)
{
    pml_options_size size = {options_size, sizeof *result};
    promlet_status status = pml_options_read(options, result, size, "options:");
    if (status != PROMLET_OK) {
        return status;
    }
    if (result->handler == NULL) {
        return argument_error("handler: is NULL");
    }
    return check_routes(result->routes, result->route_count);
}

/* ---- routes ---------------------------------------------------------------------------------- */

static bool copy_routes(const char *const *from, size_t count, pml_microhttpd_routes *to)
{
    size_t size = count * sizeof *from;
    for (size_t i = 0; i < count; i++) {
        size += strlen(from[i]) + 1;
    }
    to->count = count;
    to->list = malloc(size > 0 ? size : 1);
    if (to->list == NULL) {
        return false;
    }
    char *text = (char *)(to->list + count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(from[i]) + 1;
        to->list[i] = memcpy(text, from[i], length);
        text += length;
    }
    return true;
}

/* ---- metrics --------------------------------------------------------------------------------- */

/* 100 bytes to 100 MB, a bucket for each power of ten. */
static const double size_bounds[] = {1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
static const double duration_bounds[] = {PROMLET_BOUNDS_OTEL_HTTP};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* What a route is asked for: ten methods, and how many codes it answers each with. Values beyond
   would share the overflow series, but none of these are a client's to choose. The routes are not
   counted, as services that share a registry have each their own, and the first one to declare a
   metric sets its limit for all. */
#define MAX_SERIES(for_each_route) ((size_t)(PROMLET_MICROHTTPD_MAX_ROUTES + 1) * (for_each_route))

static promlet_histogram_family *declare_sizes(promlet_registry *registry, const char *name,
                                               const char *help)
{
    return promlet_histogram_family_new(registry,
                                        &(promlet_opts){.name = name,
                                                        .help = help,
                                                        .unit = "bytes",
                                                        .labels = {"method", "handler"},
                                                        .bounds = size_bounds,
                                                        .bound_count = COUNT_OF(size_bounds),
                                                        .max_series = MAX_SERIES(10)});
}

static void declare_metrics(promlet_microhttpd *measured, promlet_registry *registry)
{
    const promlet_microhttpd_opts *options = &measured->options;
    bool has_bounds = options->duration_bounds != NULL;
    measured->requests = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "http_requests_total",
                                  .help = "HTTP requests that ended, by the status of the answer.",
                                  .labels = {"method", "handler", "code"},
                                  .max_series = MAX_SERIES(100)});
    measured->durations = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "http_request_duration_seconds",
                                  .help = "Time from the headers of an HTTP request to the end "
                                          "of its answer.",
                                  .unit = "seconds",
                                  .labels = {"method", "handler"},
                                  .bounds = has_bounds ? options->duration_bounds : duration_bounds,
                                  .bound_count = has_bounds ? options->duration_bound_count
                                                            : COUNT_OF(duration_bounds),
                                  .max_series = MAX_SERIES(10)});
    measured->request_sizes =
        declare_sizes(registry, "http_request_size_bytes", "Size of the body of an HTTP request.");
    measured->response_sizes = declare_sizes(registry, "http_response_size_bytes",
                                             "Size of the body of the answer to an HTTP request.");
    measured->in_progress = promlet_gauge_new(
        registry, &(promlet_opts){.name = "http_requests_in_progress",
                                  .help = "HTTP requests that are being answered."});
}

/* ---- life ------------------------------------------------------------------------------------ */

promlet_microhttpd *promlet_microhttpd_new_sized(promlet_registry *registry,
                                                 const promlet_microhttpd_opts *options,
                                                 size_t options_size)
{
    promlet_microhttpd_opts read;
    if (read_options(options, options_size, &read) != PROMLET_OK) {
        return NULL;
    }
    promlet_microhttpd *measured = calloc(1, sizeof *measured);
    if (measured == NULL || !copy_routes(read.routes, read.route_count, &measured->routes)) {
        free(measured);
        (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
        return NULL;
    }
    measured->options = read;
    declare_metrics(measured, registry);
    return measured;
}

void promlet_microhttpd_free(promlet_microhttpd *measured)
{
    if (measured != NULL) {
        promlet_gauge_release(measured->in_progress);
        free(measured->routes.list);
        free(measured);
    }
}
