/* SPDX-License-Identifier: Apache-2.0 */
/* Declares and records what a transport tells about itself. */
#include "expose/own_metrics.h"

#include <string.h>

static bool declare(pml_own_metrics *metrics, const pml_own_metrics_opts *options)
{
    promlet_registry *registry = metrics->registry;
    promlet_registry_opts registry_options = {
        .prefix = options->prefix, .hide_self_metrics = true, .no_lint = true};
    registry_options.const_labels[0] = options->label;
    (void)promlet_registry_configure(registry, &registry_options);
    metrics->duration =
        promlet_summary_new(registry, &(promlet_opts){.name = "duration_seconds",
                                                      .help = options->duration_help,
                                                      .unit = "seconds"});
    metrics->failures = promlet_counter_new(
        registry, &(promlet_opts){.name = "failures_total", .help = options->failures_help});
    return promlet_registry_status(registry, NULL) == PROMLET_OK;
}

/* Declared with the first success, since 1970 would alarm somebody; later calls find them. */
static void note_success(const pml_own_metrics *metrics, uint64_t size)
{
    promlet_registry *registry = metrics->registry;
    promlet_gauge *last_success =
        promlet_gauge_new(registry, &(promlet_opts){.name = "last_success_timestamp_seconds",
                                                    .help = metrics->last_success_help,
                                                    .unit = "seconds"});
    promlet_gauge *last_size = promlet_gauge_new(
        registry,
        &(promlet_opts){.name = "size_bytes", .help = metrics->size_help, .unit = "bytes"});
    promlet_gauge_set_to_current_time(last_success);
    promlet_gauge_set(last_size, (double)size);
}

bool pml_own_metrics_start(pml_own_metrics *metrics, const pml_own_metrics_opts *options)
{
    memset(metrics, 0, sizeof *metrics);
    metrics->last_success_help = options->last_success_help;
    metrics->size_help = options->size_help;
    metrics->registry = promlet_registry_new();
    return metrics->registry != NULL && declare(metrics, options);
}

void pml_own_metrics_end(pml_own_metrics *metrics)
{
    if (metrics->registry != NULL) {
        promlet_registry_free(metrics->registry);
        metrics->registry = NULL;
    }
}

promlet_snapshot *pml_own_metrics_take(const pml_own_metrics *metrics, promlet_registry *registry)
{
    promlet_snapshot *parts[2] = {promlet_snapshot_take(registry), NULL};
    if (metrics->registry == NULL || parts[0] == NULL) {
        return parts[0];
    }
    parts[1] = promlet_snapshot_take(metrics->registry);
    promlet_snapshot *all = parts[1] != NULL ? promlet_snapshot_merge(parts, 2) : NULL;
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    return all;
}

void pml_own_metrics_note(const pml_own_metrics *metrics, promlet_status status,
                          promlet_timer started, uint64_t size)
{
    if (metrics->registry == NULL) {
        return;
    }
    promlet_summary_observe(metrics->duration, promlet_timer_seconds(started));
    if (status == PROMLET_OK) {
        note_success(metrics, size);
    } else {
        promlet_counter_inc(metrics->failures);
    }
}
