/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Grafana dashboard and Prometheus alert rules for whatever a registry declares, by the types,
 * units and labels of its metrics. A program writes them once, by an option of its command line or
 * in its build, and they are kept as files. Both are the same as long as the metrics are: metrics
 * come in the order of their names, and no value is in them.
 *
 * The dashboard is a JSON object in Grafana's classic schema: import it, or have it provisioned.
 * Metrics whose names begin with the same word share a row. Each panel follows the variables
 * `datasource`, `job` and `instance`, and shows a metric
 *
 * - counter: its rate, by its labels
 * - gauge, unknown: its value; how long ago it was if it is a time (`..._timestamp_seconds`,
 *   `..._start_time_seconds`)
 * - histogram: p50, p95 and p99 of all series together, from classic or native buckets, whichever
 *   Prometheus has; and the rate of observations, by its labels
 * - gauge histogram: p50, p95 and p99
 * - summary: its quantiles and its mean; and the rate of observations, by its labels
 * - info: a table of its labels
 * - state set: which states were on when
 *
 * The alert rules are a file for `rule_files` of Prometheus. There is one for targets that are
 * down, one for each histogram in seconds whose p95 is above a limit, one for each counter and
 * histogram that tells failures by a label (`error_type`, or a status of 5xx in `code`, `status`,
 * `status_code`, `http_response_status_code`, the last with dots as well) and of which more than a
 * share fails, those for the CPU time, memory and descriptors of the process (`process_...`) if
 * they are among the metrics, and those for a family that is full and for recordings that were
 * refused. They are a beginning: limits that fit a service are known to those who run it.
 */
#ifndef PROMLET_DASHBOARD_H
#define PROMLET_DASHBOARD_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** What an alert's limits are when its options say 0. */
#define PROMLET_DEFAULT_MAX_P95_SECONDS 0.8
#define PROMLET_DEFAULT_MAX_ERROR_RATIO 0.01
#define PROMLET_DEFAULT_MAX_CPU_RATIO 0.7

/** How a dashboard is made. Zero it, then set what is needed; all is lent for the call. The struct
    grows at its end only. Bytes of texts that are not UTF-8 are replaced. */
typedef struct promlet_dashboard_opts {
    /** What stands above it. NULL: "Metrics". */
    const char *title;
    /** What Grafana knows it by: 1 to 40 letters, digits, `-` and `_`. A dashboard with the same
        one replaces it. NULL: made from the title. */
    const char *uid;
    /** The job of Prometheus that is shown at first. NULL: all. */
    const char *job;
    /** How Prometheus keeps names that are not plain. 0: as they are, as Prometheus does from 3.0
        on; else what its configuration or an older version makes of them, which is mostly
        PROMLET_ESCAPING_UNDERSCORES. */
    promlet_escaping escaping;
} promlet_dashboard_opts;

/** How alert rules are made. As promlet_dashboard_opts. */
typedef struct promlet_alert_opts {
    /** What the group of rules is called. NULL: "promlet". */
    const char *group;
    /** The job of Prometheus that is watched. NULL: all that it has. */
    const char *job;
    /** As in promlet_dashboard_opts. */
    promlet_escaping escaping;
    /** Above which p95 of a histogram in seconds there is an alert. 0:
        PROMLET_DEFAULT_MAX_P95_SECONDS. */
    double max_p95_seconds;
    /** Above which share of failures there is one; below 1. 0: PROMLET_DEFAULT_MAX_ERROR_RATIO. */
    double max_error_ratio;
    /** Above which use of CPU time by a process there is one; 1 is one CPU all of the time. 0:
        PROMLET_DEFAULT_MAX_CPU_RATIO. */
    double max_cpu_ratio;
    /** Above how much resident memory of a process there is one. In bytes; 0: no such alert. */
    double max_memory_bytes;
} promlet_alert_opts;

/**
 * A dashboard for the metrics of a registry, as JSON.
 *
 * Call it as promlet_dashboard(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one. It is scraped, see promlet_registry_describe().
 * options       see promlet_dashboard_opts; NULL: all defaults.
 * options_size  sizeof(promlet_dashboard_opts) as the caller was compiled.
 * Returns: a string to be freed with promlet_free(); NULL on an error, which promlet_last_error()
 * says: PROMLET_ERROR_ARGUMENT, _BUSY (in a callback or collector) or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_dashboard_sized(promlet_registry *registry,
                                          const promlet_dashboard_opts *options,
                                          size_t options_size);

/**
 * The same through a function, in pieces of at most PROMLET_PIECE_SIZE bytes. It is whole before
 * its first piece is written.
 *
 * Call it as promlet_dashboard_write(registry, options, write, ctx), which passes options_size
 * along.
 *
 * registry      as for promlet_dashboard_sized().
 * options       as for promlet_dashboard_sized().
 * write         called with each piece, in this thread, with no lock held; must not be NULL.
 * ctx           passed to write.
 * options_size  as for promlet_dashboard_sized().
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _BUSY or _MEMORY; PROMLET_ERROR_WRITER when write
 * returned false.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_dashboard_write_sized(promlet_registry *registry,
                                                         const promlet_dashboard_opts *options,
                                                         promlet_write_fn write, void *ctx,
                                                         size_t options_size);

/**
 * Alert rules for the metrics of a registry, as YAML.
 *
 * Call it as promlet_alert_rules(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one. It is scraped, see promlet_registry_describe().
 * options       see promlet_alert_opts; NULL: all defaults.
 * options_size  sizeof(promlet_alert_opts) as the caller was compiled.
 * Returns: as promlet_dashboard_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_alert_rules_sized(promlet_registry *registry,
                                            const promlet_alert_opts *options, size_t options_size);

/**
 * The same through a function, as promlet_dashboard_write_sized() does.
 *
 * Call it as promlet_alert_rules_write(registry, options, write, ctx), which passes options_size
 * along.
 *
 * registry      as for promlet_alert_rules_sized().
 * options       as for promlet_alert_rules_sized().
 * write         called with each piece, in this thread, with no lock held; must not be NULL.
 * ctx           passed to write.
 * options_size  as for promlet_alert_rules_sized().
 * Returns: as promlet_dashboard_write_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_alert_rules_write_sized(promlet_registry *registry,
                                                           const promlet_alert_opts *options,
                                                           promlet_write_fn write, void *ctx,
                                                           size_t options_size);

PROMLET_END_DECLS

#ifdef __cplusplus
inline char *promlet_dashboard(promlet_registry *registry, const promlet_dashboard_opts *options)
{
    return promlet_dashboard_sized(registry, options, sizeof(promlet_dashboard_opts));
}
inline promlet_status promlet_dashboard_write(promlet_registry *registry,
                                              const promlet_dashboard_opts *options,
                                              promlet_write_fn write, void *ctx)
{
    return promlet_dashboard_write_sized(registry, options, write, ctx,
                                         sizeof(promlet_dashboard_opts));
}
inline char *promlet_alert_rules(promlet_registry *registry, const promlet_alert_opts *options)
{
    return promlet_alert_rules_sized(registry, options, sizeof(promlet_alert_opts));
}
inline promlet_status promlet_alert_rules_write(promlet_registry *registry,
                                                const promlet_alert_opts *options,
                                                promlet_write_fn write, void *ctx)
{
    return promlet_alert_rules_write_sized(registry, options, write, ctx,
                                           sizeof(promlet_alert_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_dashboard(...) promlet_dashboard_sized(__VA_ARGS__, sizeof(promlet_dashboard_opts))
#define promlet_dashboard_write(...)                                                               \
    promlet_dashboard_write_sized(__VA_ARGS__, sizeof(promlet_dashboard_opts))
#define promlet_alert_rules(...) promlet_alert_rules_sized(__VA_ARGS__, sizeof(promlet_alert_opts))
#define promlet_alert_rules_write(...)                                                             \
    promlet_alert_rules_write_sized(__VA_ARGS__, sizeof(promlet_alert_opts))
#endif

#endif
