/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for names of metrics, labels and units. */
#ifndef PML_REGISTRY_NAMES_H
#define PML_REGISTRY_NAMES_H

#include "record/kind.h"

#include <promlet/status.h>

#include <stddef.h>

/* The label of the series that takes what a full family can't hold. */
#define PML_OVERFLOW_LABEL "otel_metric_overflow"

/* The names of promlet's own metrics, which users may not declare. */
#define PML_DROPPED_NAME "promlet_dropped_total"
#define PML_OVERFLOW_NAME "promlet_series_overflow_total"

/* Each sets the last error when a rule is broken; the sentence names the metric and the rule. */

promlet_status pml_check_metric_name(const char *name);

/* The names of one metric's labels; a name may not stand twice. */
promlet_status pml_check_label_names(const char *metric, const char *const *labels, size_t count);

/* A name must end in its unit, before the suffix of its kind. NULL or "": no unit. */
promlet_status pml_check_unit(const char *metric, const char *unit, const pml_kind *kind);

/* Bounds are rising, finite and few enough. */
promlet_status pml_check_bounds(const char *metric, const double *bounds, size_t count);

#endif
