/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for names of metrics, labels and units. */
#ifndef PML_REGISTRY_NAMES_H
#define PML_REGISTRY_NAMES_H

#include "record/kind.h"

#include <promlet/labels.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

/* The label of the series that takes what is beyond a limit. */
#define PML_OVERFLOW_LABEL "otel_metric_overflow"

/* promlet's own metrics. Users may declare no name that begins like one of them. */
#define PML_DROPPED_STEM "promlet_dropped"
#define PML_OVERFLOW_STEM "promlet_series_overflow"
#define PML_COLLECTOR_STEM "promlet_collector"
#define PML_SERIES_STEM "promlet_series"
#define PML_MEMORY_STEM "promlet_memory"
#define PML_HELP_STEM "promlet_help"

/* The one of them that is no amount: whether a collector has worked. */
#define PML_COLLECTOR_SUCCESS PML_COLLECTOR_STEM "_success"

/* Labels of promlet's own metrics, which have a registry's constant labels beside them. */
#define PML_REASON_LABEL "reason"
#define PML_FAMILY_LABEL "family"
#define PML_COLLECTOR_LABEL "collector"

/* Each sets the last error when a rule is broken; the sentence names the metric and the rule. */

/* Where is_utf8 is set, names need only be UTF-8 and not empty; else they must be plain. */
promlet_status pml_check_metric_name(const char *name, const pml_kind *kind, bool is_utf8);

/* Whether only promlet's own metrics have such names. */
bool pml_name_is_own(const char *name);

/* That none of a metric's names is one of promlet's own; claims as registry/claims.h has them. */
promlet_status pml_check_not_reserved(char *const *claims);

/* The names of one metric's labels; a name may not stand twice, once it is escaped neither. */
promlet_status pml_check_label_names(const char *metric, const char *const *labels, size_t count,
                                     bool is_utf8);

/* What a registry's metrics begin with; "" for nothing. */
promlet_status pml_check_prefix(const char *prefix, bool is_utf8);

/* How many stand before the first NULL name; at most PROMLET_MAX_CONST_LABELS. */
size_t pml_count_const_labels(const promlet_label *labels);

/* Constant labels: their names as above, and no value may be NULL. */
promlet_status pml_check_const_labels(const char *metric, const promlet_label *labels, size_t count,
                                      bool is_utf8);

/* That promlet's own metrics have no label of this name. */
promlet_status pml_check_label_not_own(const char *metric, const char *label);

/* A unit must be plain, and a name end in it, before the suffix of its kind. NULL or "": no unit.
 */
promlet_status pml_check_unit(const char *metric, const char *unit, const pml_kind *kind);

/* Bounds are rising, finite and few enough. */
promlet_status pml_check_bounds(const char *metric, const double *bounds, size_t count);

#endif
