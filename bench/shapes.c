/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the registries of README.md that are encoded; their label values and numbers follow from
   the number of a series. */
#include "shapes.h"

#include <stdio.h>
#include <string.h>

static const char *const short_names[] = {"node", "namespace", "operation"};

enum { SHORT_LABELS = 3, COUNT_FACTOR = 7919, COUNT_LIMIT = 1000003 };

#define OPERATIONS_METRIC "cluster_operations"
#define DURATION_METRIC "cluster_operation_duration_seconds"

static const bench_shape shapes[] = {
    {"h120", "db_client_operation_duration_seconds", true, BENCH_SERIES, BENCH_LABELS,
     bench_label_names, 1},
    {"counter1k", OPERATIONS_METRIC, false, 1000, SHORT_LABELS, short_names, 1},
    {"counter10k", OPERATIONS_METRIC, false, 10000, SHORT_LABELS, short_names, 1},
    {"counter100k", OPERATIONS_METRIC, false, 100000, SHORT_LABELS, short_names, 1},
    {"counter1m", OPERATIONS_METRIC, false, 1000000, SHORT_LABELS, short_names, 1},
    {"histogram10k", DURATION_METRIC, true, 10000, SHORT_LABELS, short_names, 1},
    {"histogram100k", DURATION_METRIC, true, 100000, SHORT_LABELS, short_names, 1},
    {"histogram1m", DURATION_METRIC, true, 1000000, SHORT_LABELS, short_names, 1},
    {"histogram10x10k", DURATION_METRIC, true, 100000, SHORT_LABELS, short_names, 10},
};

const bench_shape *bench_shape_of(const char *workload)
{
    size_t size = strlen(workload);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        size_t own = strlen(shapes[i].name);
        if (own < size && workload[size - own - 1] == '_' &&
            strcmp(workload + size - own, shapes[i].name) == 0) {
            return &shapes[i];
        }
    }
    return NULL;
}

size_t bench_shape_lines(const bench_shape *shape)
{
    return shape->is_histogram ? BENCH_BOUNDS9 + 3 : 1;
}

size_t bench_shape_share(const bench_shape *shape)
{
    return shape->series / shape->families;
}

void bench_shape_metric(const bench_shape *shape, size_t series, bench_metric_name name)
{
    size_t number = series / bench_shape_share(shape);
    if (shape->families > 1) {
        snprintf(name, BENCH_METRIC_SIZE, "%s_%zu", shape->metric, number);
    } else {
        snprintf(name, BENCH_METRIC_SIZE, "%s", shape->metric);
    }
}

void bench_shape_labels(const bench_shape *shape, size_t series, bench_label_values values)
{
    if (shape->label_count == BENCH_LABELS) {
        const char *strings[BENCH_LABELS];
        bench_labels_of(series, strings);
        for (size_t i = 0; i < BENCH_LABELS; i++) {
            snprintf(values[i], BENCH_LABEL_SIZE, "%s", strings[i]);
        }
        return;
    }
    snprintf(values[0], BENCH_LABEL_SIZE, "node-%04zu", series / 1000);
    snprintf(values[1], BENCH_LABEL_SIZE, "ns-%02zu", series / 10 % 100);
    snprintf(values[2], BENCH_LABEL_SIZE, "op-%zu", series % 10);
}

uint64_t bench_shape_count(size_t series)
{
    return (uint64_t)series * COUNT_FACTOR % COUNT_LIMIT;
}

const double *bench_shape_observations(size_t series)
{
    return &bench_values[series * BENCH_SERIES_OBSERVATIONS %
                         (BENCH_STREAM - BENCH_SERIES_OBSERVATIONS)];
}
