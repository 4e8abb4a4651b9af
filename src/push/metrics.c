/* SPDX-License-Identifier: Apache-2.0 */
/* Declares and records what periodic pushes tell about themselves. */
#include "push/metrics.h"

#include <promlet/gauge.h>

#include <string.h>

static const char *const reasons[PML_PUSH_OUTCOMES] = {
    [PML_PUSH_FAILED_NAME] = "name",         [PML_PUSH_FAILED_CONNECT] = "connection",
    [PML_PUSH_FAILED_TLS] = "tls",           [PML_PUSH_FAILED_TIMEOUT] = "timeout",
    [PML_PUSH_FAILED_ANSWER] = "answer",     [PML_PUSH_FAILED_STATUS] = "status",
    [PML_PUSH_FAILED_INTERNAL] = "internal",
};

static void declare_failures(pml_push_metrics *metrics)
{
    promlet_counter_family *family = promlet_counter_family_new(
        metrics->registry, &(promlet_opts){.name = "promlet_push_failures_total",
                                           .help = "Pushes that have failed, by what was wrong.",
                                           .labels = {"reason"}});
    for (size_t i = 0; i < PML_PUSH_OUTCOMES; i++) {
        if (reasons[i] != NULL) {
            metrics->failures[i] = promlet_counter_with(family, reasons[i]);
        }
    }
}

bool pml_push_metrics_start(pml_push_metrics *metrics)
{
    memset(metrics, 0, sizeof *metrics);
    metrics->registry = promlet_registry_new();
    if (metrics->registry == NULL ||
        promlet_registry_configure(
            metrics->registry, &(promlet_registry_opts){.hide_self_metrics = true}) != PROMLET_OK) {
        return false;
    }
    metrics->duration = promlet_summary_new(
        metrics->registry,
        &(promlet_opts){.name = "promlet_push_duration_seconds",
                        .help = "Time that a push took, one that failed as well.",
                        .unit = "seconds"});
    metrics->size = promlet_summary_new(
        metrics->registry, &(promlet_opts){.name = "promlet_push_size_bytes",
                                           .help = "Size of what the gateway has taken.",
                                           .unit = "bytes"});
    declare_failures(metrics);
    return promlet_registry_status(metrics->registry, NULL) == PROMLET_OK;
}

void pml_push_metrics_end(pml_push_metrics *metrics)
{
    if (metrics->registry != NULL) {
        promlet_registry_free(metrics->registry);
    }
}

/* Declared with the first success, since 1970 would alarm somebody; later calls find it. */
static void note_success(const pml_push_metrics *metrics)
{
    promlet_gauge *last = promlet_gauge_new(
        metrics->registry, &(promlet_opts){.name = "promlet_push_last_success_timestamp_seconds",
                                           .help = "When a push last worked.",
                                           .unit = "seconds"});
    promlet_gauge_set_to_current_time(last);
    promlet_gauge_release(last);
}

void pml_push_metrics_note(const pml_push_metrics *metrics, const pml_push_report *report,
                           promlet_timer started)
{
    if (metrics->registry == NULL) {
        return;
    }
    promlet_summary_observe(metrics->duration, promlet_timer_seconds(started));
    if (report->outcome == PML_PUSH_DONE) {
        promlet_summary_observe(metrics->size, (double)report->sent_bytes);
        note_success(metrics);
    } else {
        promlet_counter_inc(metrics->failures[report->outcome]);
    }
}
