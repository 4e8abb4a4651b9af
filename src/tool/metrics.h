/* SPDX-License-Identifier: Apache-2.0 */
/* A document as metrics: the lines of a histogram or summary are one. */
#ifndef PML_TOOL_METRICS_H
#define PML_TOOL_METRICS_H

#include "tool/quantile.h"
#include "tool/series.h"

typedef struct pml_metric {
    const promlet_parsed_sample *sample; /* one of its lines, for its name, labels and type */
    double value;
    double count;       /* NaN: it does not say */
    double sum;         /* likewise */
    pml_bucket *points; /* buckets by rising bound, or values at rising quantiles */
    size_t point_count;
    size_t capacity;
} pml_metric;

typedef struct pml_metrics {
    pml_metric *items; /* in the order of the document */
    size_t count;
    size_t capacity;
    pml_tool_series_table table; /* index: of the item */
} pml_metrics;

/* The document must live as long as its metrics. Infos are left out, and when something began. */
void pml_metrics_make(pml_metrics *metrics, const promlet_document *document);

/* The same metric in another document; NULL for none. */
const pml_metric *pml_metrics_find(const pml_metrics *metrics, const pml_metric *metric);

void pml_metrics_free(pml_metrics *metrics);

#endif
