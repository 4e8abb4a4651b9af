/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of giving out per-CPU cells share: how many bytes these take, looks at rates whose
 * time the test sets, and many recordings.
 */
#ifndef TESTS_SUPPORT_SPREADING_H
#define TESTS_SUPPORT_SPREADING_H

#include "support/expect.h"
#include "support/strict_text.h"

#include "base/clock.h"
#include "registry/spreading.h"
#include "series/spread.h"

#define HOT 10000000 /* recordings that are many for the seconds between two looks here */
#define MOST_FAULT_POINTS 1000

/* How often a case records and looks again when more than a second went by between the two, for
   which the recordings were few. */
#define MOST_TRIES 50

static inline size_t counter_bytes(void)
{
    return pml_spread_bytes(PROMLET_COUNTER_WORDS);
}

static inline size_t histogram_bytes(size_t bound_count)
{
    return pml_spread_bytes(PROMLET_HISTOGRAM_COUNTS + bound_count + 1);
}

/* A scrape for which the last look at rates is so many seconds ago. */
static inline void look_after(promlet_registry *registry, double seconds)
{
    pml_registry_of(registry)->judged_ns = pml_clock_monotonic_ns() - (uint64_t)(seconds * 1e9);
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    promlet_free(text);
}

static inline void scrape(promlet_registry *registry)
{
    promlet_free(promlet_registry_get_metrics(registry));
}

static inline promlet_counter *declare(promlet_registry *registry, const char *name,
                                       promlet_cells cells)
{
    return promlet_counter_new(registry,
                               &(promlet_opts){.name = name, .cells = cells, .no_lint = true});
}

static inline void observe_ones(promlet_histogram *histogram, int count)
{
    for (int i = 0; i < count; i++) {
        promlet_histogram_observe(histogram, 1);
    }
}

static inline void assert_value(promlet_registry *registry, const char *key, uint64_t expected)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, key);
    promlet_free(text);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %llu", key, value, (unsigned long long)expected);
    }
}

static inline bool is_scraped(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_snapshot_release(snapshot);
    return snapshot != NULL;
}

#endif
