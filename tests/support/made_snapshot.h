/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots put together by hand, for encoders: with times, exemplars and native buckets that are
 * the same every time. Nothing of them may be released.
 */
#ifndef TESTS_SUPPORT_MADE_SNAPSHOT_H
#define TESTS_SUPPORT_MADE_SNAPSHOT_H

#include "snapshot/snapshot.h"

#include <string.h>

/* A pml_text of a literal, and a pointer to one. */
#define MADE_WORD(literal)                                                                         \
    {                                                                                              \
        (char *)(literal), sizeof(literal) - 1                                                     \
    }
#define MADE_TEXT(literal) (&(const pml_text)MADE_WORD(literal))

/* Label text, escaped, and its size. */
#define MADE_LABELS(literal) .labels = (literal), .labels_size = sizeof(literal) - 1

/* The series of a family, and how many they are. */
#define MADE_SERIES(...)                                                                           \
    .series = (pml_snapshot_series[]){__VA_ARGS__},                                                \
    .series_count = sizeof((pml_snapshot_series[]){__VA_ARGS__}) / sizeof(pml_snapshot_series)

/* The bounds, quantiles or states of a family, and how many they are. */
#define MADE_BOUNDS(...)                                                                           \
    .bounds = (const pml_text[]){__VA_ARGS__},                                                     \
    .bound_count = sizeof((const pml_text[]){__VA_ARGS__}) / sizeof(pml_text)

#define MADE_WHOLE(exact) .as.number = {.is_whole = true, .as.whole = (exact)}
#define MADE_REAL(exact) .as.number = {.is_whole = false, .as.real = (exact)}
#define MADE_HISTOGRAM(total, ...) .as.histogram = {(total), (const uint64_t[]){__VA_ARGS__}}
#define MADE_SUMMARY(total, how_many, ...)                                                         \
    .as.summary = (const pml_summary[])                                                            \
    {                                                                                              \
        {                                                                                          \
            (total), (how_many), (const double[])                                                  \
            {                                                                                      \
                __VA_ARGS__                                                                        \
            }                                                                                      \
        }                                                                                          \
    }

#define MADE_EXEMPLAR(literal, exact, time)                                                        \
    {                                                                                              \
        MADE_LABELS(literal), .value = (exact), .time_ns = (time)                                  \
    }
#define MADE_SIDE(first_spans, how_many_spans, first_counts, how_many)                             \
    {                                                                                              \
        .spans = (first_spans), .span_count = (how_many_spans), .counts = (first_counts),          \
        .count = (how_many)                                                                        \
    }

#endif
