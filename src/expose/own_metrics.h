/* SPDX-License-Identifier: Apache-2.0 */
/* What a transport tells about itself: metrics in a registry of their own, which stand beside those
   that it carries. */
#ifndef PML_EXPOSE_OWN_METRICS_H
#define PML_EXPOSE_OWN_METRICS_H

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/labels.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/summary.h>
#include <promlet/timer.h>

/* What they are called and tell. The texts must outlive the metrics; the label is copied. */
typedef struct pml_own_metrics_opts {
    const char *prefix; /* of all names */
    promlet_label label;
    const char *duration_help;
    const char *failures_help;
    const char *last_success_help;
    const char *size_help;
} pml_own_metrics_opts;

typedef struct pml_own_metrics {
    promlet_registry *registry; /* NULL: nothing is told */
    promlet_summary *duration;
    promlet_counter *failures;
    const char *last_success_help;
    const char *size_help;
} pml_own_metrics;

/* False when there is no memory; pml_own_metrics_end() all the same. */
bool pml_own_metrics_start(pml_own_metrics *metrics, const pml_own_metrics_opts *options);
void pml_own_metrics_end(pml_own_metrics *metrics);

/* A snapshot of the registry with these beside it; NULL as promlet_snapshot_take(). */
promlet_snapshot *pml_own_metrics_take(const pml_own_metrics *metrics, promlet_registry *registry);

/* What a round has come to. size: of what it has carried; only if it has worked. */
void pml_own_metrics_note(const pml_own_metrics *metrics, promlet_status status,
                          promlet_timer started, uint64_t size);

#endif
