/* SPDX-License-Identifier: Apache-2.0 */
/* What periodic pushes tell about themselves, in a registry of their own that is pushed beside the
   user's. It tells of the pushes before. */
#ifndef PML_PUSH_METRICS_H
#define PML_PUSH_METRICS_H

#include "push/push.h"

#include <promlet/counter.h>
#include <promlet/registry.h>
#include <promlet/summary.h>
#include <promlet/timer.h>

#include <stdbool.h>

/* All zero where nothing is told. */
typedef struct pml_push_metrics {
    promlet_registry *registry;
    promlet_summary *duration;
    promlet_summary *size;
    promlet_counter *failures[PML_PUSH_OUTCOMES]; /* None for PML_PUSH_DONE. */
} pml_push_metrics;

/* Returns false when out of memory; what there is then is for pml_push_metrics_end(). */
bool pml_push_metrics_start(pml_push_metrics *metrics);

/* All zero is allowed. */
void pml_push_metrics_end(pml_push_metrics *metrics);

/* A push has ended that began when the timer was started. */
void pml_push_metrics_note(const pml_push_metrics *metrics, const pml_push_report *report,
                           promlet_timer started);

#endif
