/* SPDX-License-Identifier: Apache-2.0 */
/* Bucket bounds: presets, and builders for evenly or exponentially spaced ones. */
#ifndef PROMLET_BOUNDS_H
#define PROMLET_BOUNDS_H

#include <promlet/export.h>
#include <promlet/status.h>

#include <stddef.h>

/** What Prometheus clients use when nothing is said: 5 ms to 10 s, in seconds. */
#define PROMLET_BOUNDS_DEFAULT 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10

/** The OpenTelemetry convention for db.client.operation.duration: 1 ms to 10 s, in seconds. */
#define PROMLET_BOUNDS_OTEL_DB 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10

/** The OpenTelemetry convention for http.server.request.duration: 5 ms to 10 s, in seconds. */
#define PROMLET_BOUNDS_OTEL_HTTP                                                                   \
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10

#ifndef __cplusplus
/**
 * The two fields of promlet_opts that name the bounds, from a list of numbers or a preset:
 *
 *     &(promlet_opts){.name = "size_bytes", .help = "Size.", PROMLET_BOUNDS(100, 1000, 10000)}
 *
 * C only; in C++ assign `.bounds` and `.bound_count`.
 */
#define PROMLET_BOUNDS(...)                                                                        \
    .bounds = (const double[]){__VA_ARGS__},                                                       \
    .bound_count = sizeof((const double[]){__VA_ARGS__}) / sizeof(double)
#endif

PROMLET_BEGIN_DECLS

/**
 * Evenly spaced bounds: start, start + width, start + 2 width, ... Each is computed from start, so
 * rounding does not add up.
 *
 * start   the first bound; finite.
 * width   the distance; finite and above 0.
 * count   how many; 1 to PROMLET_MAX_BOUNDS.
 * bounds  where count doubles are written; the caller's.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT for NULL or an argument out of range,
 * PROMLET_ERROR_BOUNDS when the result would not be finite and rising (promlet_last_error() says
 * which); on an error bounds may be partly written.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_bounds_linear(double start, double width, size_t count,
                                                 double *bounds);

/**
 * Exponentially spaced bounds: start, start * factor, start * factor^2, ...
 *
 * start   the first bound; finite and above 0.
 * factor  finite and above 1.
 * count   how many; 1 to PROMLET_MAX_BOUNDS.
 * bounds  where count doubles are written; the caller's.
 * Returns: as promlet_bounds_linear().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_bounds_exponential(double start, double factor, size_t count,
                                                      double *bounds);

/**
 * Exponentially spaced bounds with the first and the last given exactly.
 *
 * first   the first bound; finite and above 0.
 * last    the last bound; finite and above first.
 * count   how many; 2 to PROMLET_MAX_BOUNDS.
 * bounds  where count doubles are written; the caller's.
 * Returns: as promlet_bounds_linear().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_bounds_exponential_range(double first, double last, size_t count,
                                                            double *bounds);

PROMLET_END_DECLS

#endif
