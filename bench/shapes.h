/* SPDX-License-Identifier: Apache-2.0 */
/* The registries that are encoded: the same series, labels and values for every program. See
   README.md, which peers in other languages follow. */
#ifndef BENCH_SHAPES_H
#define BENCH_SHAPES_H

#include "streams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_SERIES_OBSERVATIONS = 20, BENCH_LABEL_SIZE = 32, BENCH_METRIC_SIZE = 64 };

typedef struct bench_shape {
    const char *name;   /* as in the names of workloads */
    const char *metric; /* without _total, which a counter has */
    bool is_histogram;  /* of nine bounds; else of counters */
    size_t series;
    size_t label_count;
    const char *const *label_names;
    size_t families; /* that share the series equally, one after the other */
} bench_shape;

typedef char bench_label_values[BENCH_LABELS][BENCH_LABEL_SIZE];
typedef char bench_metric_name[BENCH_METRIC_SIZE];

/* The shape that a name ends in; NULL: none. */
const bench_shape *bench_shape_of(const char *workload);

/* The lines of text that a series has. */
size_t bench_shape_lines(const bench_shape *shape);

/* How many series each family has. */
size_t bench_shape_share(const bench_shape *shape);

/* The metric that a series is of, as it is named by the shape; of several each has its number. */
void bench_shape_metric(const bench_shape *shape, size_t series, bench_metric_name name);

void bench_shape_labels(const bench_shape *shape, size_t series, bench_label_values values);

/* What this counter stands at. */
uint64_t bench_shape_count(size_t series);

/* What this histogram has observed, BENCH_SERIES_OBSERVATIONS numbers. */
const double *bench_shape_observations(size_t series);

#endif
