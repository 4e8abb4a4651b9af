/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics with room for exemplars, and what a scrape shows of them. */
#ifndef TESTS_SUPPORT_EXEMPLARS_H
#define TESTS_SUPPORT_EXEMPLARS_H

#include "support/lifetime.h"
#include "support/snapshots.h"

#include <promlet/testing.h>

static const double three_bounds[] = {1, 2, 4};

static inline promlet_counter *new_counter_with_room(promlet_registry *registry)
{
    return promlet_counter_new(registry,
                               &(promlet_opts){.name = "c_total", .help = "C.", .exemplars = true});
}

static inline promlet_histogram *new_histogram_with_room(promlet_registry *registry)
{
    return promlet_histogram_new(registry, &(promlet_opts){.name = "h",
                                                           .help = "H.",
                                                           .bounds = three_bounds,
                                                           .bound_count = 3,
                                                           .exemplars = true});
}

static inline promlet_counter_family *keyed_counters_with_room(promlet_registry *registry)
{
    return promlet_counter_family_new(
        registry, &(promlet_opts){
                      .name = "jobs_total", .help = "Jobs.", .labels = {"key"}, .exemplars = true});
}

/* Which exemplar: of a bucket, or 0. */
typedef struct where {
    const char *name;
    const char *labels; /* of the series */
    size_t number;
} where;

static inline const pml_exemplar *exemplar_in(const promlet_snapshot *snapshot, where at)
{
    const pml_snapshot_family *family = family_in(snapshot, at.name);
    assert_non_null(family->exemplars);
    assert_true(at.number < family->exemplars_a_series);
    size_t series = series_in(family, at.labels);
    return &family->exemplars[series * family->exemplars_a_series + at.number];
}

/* labels as text; NULL: there is none. */
static inline void expect_exemplar(promlet_registry *registry, where at, const char *labels,
                                   double value)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    const pml_exemplar *exemplar = exemplar_in(snapshot, at);
    if (labels == NULL) {
        assert_null(exemplar->labels);
    } else {
        assert_non_null(exemplar->labels);
        assert_int_equal(exemplar->labels_size, strlen(labels));
        assert_memory_equal(exemplar->labels, labels, strlen(labels));
        assert_true(exemplar->value >= value && exemplar->value <= value);
    }
    promlet_snapshot_release(snapshot);
}

static inline void expect_dropped(promlet_registry *registry, const char *reason, double count)
{
    char sample[100];
    (void)snprintf(sample, sizeof sample, "promlet_dropped_total{reason=\"%s\"}", reason);
    double dropped = scraped_value(registry, sample);
    assert_true(dropped >= count && dropped <= count);
}

#endif
