/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of PromQL for described metrics, whatever their names are. */
#ifndef PML_INSTRUMENT_DASHBOARD_PROMQL_H
#define PML_INSTRUMENT_DASHBOARD_PROMQL_H

#include "instrument/dashboard_draft.h"

#include <promlet/describe.h>

/* Where expressions are written to, and what all of them have in common. */
typedef struct pml_promql {
    pml_draft *to;
    const char *matchers; /* of each selector, such as `job="a"`; "" for none */
    const char *window;   /* of each rate */
    const char *grouped;  /* a label by which sums are grouped besides others; "" for none */
} pml_promql;

/* One more matcher; without a label there is none. */
typedef struct pml_matcher {
    const char *label;
    const char *condition; /* all behind the label's name */
} pml_matcher;

/* Which samples of a metric are meant: those with a suffix behind its name, and a matcher. */
typedef struct pml_samples {
    const promlet_description *metric;
    const char *suffix; /* "" for none */
    pml_matcher matcher;
} pml_samples;

/* Text in double quotes. What Grafana would take for a variable is written as an escape. */
void pml_promql_string(pml_draft *to, const char *text);

/* What Prometheus calls a label of a metric: a name that it gives to a label of the target itself
   is kept for that, unless a job has honor_labels. */
const char *pml_promql_label(const char *name);

/* Whether a label can be named without quotes. */
bool pml_promql_is_plain_label(const char *name);

void pml_promql_select(const pml_promql *self, const pml_samples *samples);

/* rate(...) */
void pml_promql_rate(const pml_promql *self, const pml_samples *samples);

/* sum by (...) (rate(...)), by the labels of the metric if with_labels. */
void pml_promql_sum_of_rates(const pml_promql *self, const pml_samples *samples, bool with_labels);

/* How many observations of a histogram or summary there are a second, grouped likewise. The suffix
   of the samples means nothing. */
void pml_promql_observations(const pml_promql *self, const pml_samples *samples, bool with_labels);

/* A quantile over all series of a histogram, such as "0.95". */
void pml_promql_quantile(const pml_promql *self, const promlet_description *metric,
                         const char *quantile);

#endif
