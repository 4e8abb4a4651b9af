/* SPDX-License-Identifier: Apache-2.0 */
/* Putting lines together. */
#include "tool/metrics.h"

#include "tool/figures.h"
#include "tool/memory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static void add_point(pml_metric *metric, double at, double value)
{
    metric->points = pml_tool_grow(metric->points, &metric->capacity, metric->point_count + 1,
                                   sizeof *metric->points);
    metric->points[metric->point_count++] = (pml_bucket){at, value};
}

static void add_composite(pml_metric *metric, const promlet_parsed_composite *composite)
{
    metric->count = composite->count.real;
    metric->sum = composite->sum.real;
    for (size_t i = 0; i < composite->field_count; i++) {
        add_point(metric, composite->fields[i].at, composite->fields[i].value.real);
    }
}

static void add_labelled(pml_metric *metric, const promlet_parsed_sample *sample, const char *label)
{
    double at;
    if (pml_figure_read(promlet_parsed_label_value(sample, label), &at)) {
        add_point(metric, at, sample->value.real);
    }
}

static void add_sample(pml_metric *metric, const promlet_parsed_sample *sample)
{
    switch (sample->role) {
    case PROMLET_PARSED_COMPOSITE:
        add_composite(metric, sample->composite);
        break;
    case PROMLET_PARSED_BUCKET:
        add_labelled(metric, sample, "le");
        break;
    case PROMLET_PARSED_QUANTILE:
        add_labelled(metric, sample, "quantile");
        break;
    case PROMLET_PARSED_COUNT:
        metric->count = sample->value.real;
        break;
    case PROMLET_PARSED_SUM:
        metric->sum = sample->value.real;
        break;
    case PROMLET_PARSED_VALUE:
    case PROMLET_PARSED_STATE:
    case PROMLET_PARSED_CREATED:
        break;
    }
}

static pml_metric *find_or_add(pml_metrics *metrics, const promlet_parsed_sample *sample)
{
    size_t index = pml_tool_series_find(&metrics->table, sample);
    if (index == SIZE_MAX) {
        index = metrics->count++;
        metrics->items = pml_tool_grow(metrics->items, &metrics->capacity, metrics->count,
                                       sizeof *metrics->items);
        metrics->items[index] =
            (pml_metric){.sample = sample, .value = sample->value.real, .count = NAN, .sum = NAN};
        pml_tool_series_add(&metrics->table, sample, index);
    }
    return &metrics->items[index];
}

static int compare_points(const void *a, const void *b)
{
    double one = ((const pml_bucket *)a)->bound;
    double other = ((const pml_bucket *)b)->bound;
    return (one > other) - (one < other);
}

void pml_metrics_make(pml_metrics *metrics, const promlet_document *document)
{
    *metrics = (pml_metrics){.table = {.is_whole = true}};
    size_t count = promlet_document_sample_count(document);
    for (size_t i = 0; i < count; i++) {
        const promlet_parsed_sample *sample = promlet_document_sample(document, i);
        if (sample->family->type != PROMLET_PARSED_INFO && sample->role != PROMLET_PARSED_CREATED) {
            add_sample(find_or_add(metrics, sample), sample);
        }
    }
    for (size_t i = 0; i < metrics->count; i++) {
        if (metrics->items[i].point_count > 0) {
            qsort(metrics->items[i].points, metrics->items[i].point_count, sizeof(pml_bucket),
                  compare_points);
        }
    }
}

const pml_metric *pml_metrics_find(const pml_metrics *metrics, const pml_metric *metric)
{
    size_t index = pml_tool_series_find(&metrics->table, metric->sample);
    return index == SIZE_MAX ? NULL : &metrics->items[index];
}

void pml_metrics_free(pml_metrics *metrics)
{
    for (size_t i = 0; i < metrics->count; i++) {
        free(metrics->items[i].points);
    }
    free(metrics->items);
    pml_tool_series_free(&metrics->table);
    *metrics = (pml_metrics){.items = NULL};
}
