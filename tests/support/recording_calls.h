/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every recording call, on handles of every kind, with values that are taken and refused. For
 * programs of one file.
 */
#ifndef TESTS_SUPPORT_RECORDING_CALLS_H
#define TESTS_SUPPORT_RECORDING_CALLS_H

#include "support/expect.h"

#include <math.h>

PROMLET_STATIC_COUNTER(static_counter, "static_jobs_total", "Jobs.");
PROMLET_STATIC_GAUGE(static_gauge, "static_depth", "Depth.");
PROMLET_STATIC_HISTOGRAM(static_histogram, "static_seconds", "Time.");

/* What is recorded on: one handle of each kind, from wherever it came. */
struct handles {
    promlet_counter *counter;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
};

#define SETS 7
#define SINKS 3

/* Those with per-CPU cells, without labels and with them. Gauges have one cell always. */
static inline void make_handles_per_cpu(promlet_registry *registry, struct handles *sets)
{
    promlet_opts options = {.name = "pc_total", .cells = PROMLET_CELLS_PER_CPU};
    sets[0].counter = promlet_counter_new(registry, &options);
    options.name = "ph";
    sets[0].histogram = promlet_histogram_new(registry, &options);
    sets[0].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "pg"});
    options.labels[0] = "key";
    options.name = "plc_total";
    sets[1].counter = promlet_counter_with(promlet_counter_family_new(registry, &options), "a");
    options.name = "plh";
    sets[1].histogram =
        promlet_histogram_with(promlet_histogram_family_new(registry, &options), "a");
    sets[1].gauge = sets[0].gauge;
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(sets[i].counter->spread);
        assert_non_null(sets[i].histogram->spread);
    }
}

/* Without labels, with labels, at file scope, a sink, NULL, and with per-CPU cells. */
static inline void make_handles(promlet_registry *registry, struct handles *sets)
{
    sets[0].counter = promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    sets[0].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    sets[0].histogram = promlet_histogram_new(registry, &(promlet_opts){.name = "h"});
    sets[1].counter =
        promlet_counter_with(promlet_counter_family_new(
                                 registry, &(promlet_opts){.name = "lc_total", .labels = {"key"}}),
                             "a");
    sets[1].gauge = promlet_gauge_with(
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "lg", .labels = {"key"}}), "a");
    sets[1].histogram = promlet_histogram_with(
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "lh", .labels = {"key"}}),
        "a");
    sets[2] = (struct handles){static_counter, static_gauge, static_histogram};
    sets[SINKS].counter = promlet_counter_new(registry, &(promlet_opts){.name = "1"});
    sets[SINKS].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "2"});
    sets[SINKS].histogram = promlet_histogram_new(registry, &(promlet_opts){.name = "3"});
    sets[SINKS + 1] = (struct handles){NULL, NULL, NULL};
    make_handles_per_cpu(registry, &sets[SINKS + 2]);
}

/* Every recording call that does not read the clock, with values that are taken and refused. */
static inline void record_without_clock(const struct handles *to)
{
    static const double values[] = {0, 1, 0.5, -1, 1e300, NAN, INFINITY};
    promlet_counter_inc(to->counter);
    promlet_counter_add_u64(to->counter, 3);
    promlet_gauge_inc(to->gauge);
    promlet_gauge_dec(to->gauge);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_counter_add(to->counter, values[i]);
        promlet_gauge_set(to->gauge, values[i]);
        promlet_gauge_add(to->gauge, values[i]);
        promlet_gauge_sub(to->gauge, values[i]);
        promlet_histogram_observe(to->histogram, values[i]);
    }
}

/* By label values. The families are shared: which set of handles does not matter. */
static struct {
    promlet_counter_family *counters;
    promlet_gauge_family *gauges;
    promlet_histogram_family *histograms;
    const char *long_value;
} families;

/* With series of their own, so that only what the recording does is seen. */
static inline void make_families(promlet_registry *registry, promlet_cells cells)
{
    static char long_value[101];
    memset(long_value, 'x', sizeof long_value - 1);
    families.long_value = long_value;
    promlet_opts options = {.labels = {"one", "two"}, .max_series = 2, .cells = cells};
    options.name = "by_total";
    families.counters = promlet_counter_family_new(registry, &options);
    options.name = "by_histogram";
    families.histograms = promlet_histogram_family_new(registry, &options);
    options.name = "by_gauge";
    options.cells = PROMLET_CELLS_SHARED;
    families.gauges = promlet_gauge_family_new(registry, &options);
    static const char *const others[] = {"b", "overflow"};
    promlet_counter *first = promlet_counter_with(families.counters, "a", long_value);
    assert_true((first->spread != NULL) == (cells == PROMLET_CELLS_PER_CPU));
    (void)promlet_gauge_with(families.gauges, "a", long_value);
    (void)promlet_histogram_with(families.histograms, "a", long_value);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        (void)promlet_counter_with(families.counters, others[i], "");
        (void)promlet_gauge_with(families.gauges, others[i], "");
        (void)promlet_histogram_with(families.histograms, others[i], "");
    }
}

/* Series that exist, and the overflow series, with values that are taken and refused. */
static inline void record_by_values(const struct handles *to)
{
    (void)to;
    static const double amounts[] = {0, 0.5, -1, NAN, INFINITY};
    const char *const sets[][2] = {{"a", families.long_value}, {"b", ""}, {"none", "has this"}};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        promlet_counter_inc_by(families.counters, sets[i][0], sets[i][1]);
        promlet_counter_add_u64_by(families.counters, 3, sets[i][0], sets[i][1]);
        for (size_t j = 0; j < COUNT_OF(amounts); j++) {
            promlet_counter_add_by(families.counters, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_set_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_add_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_histogram_observe_by(families.histograms, amounts[j], sets[i][0], sets[i][1]);
        }
    }
}

static inline void record_with_precise_clock(const struct handles *to)
{
    promlet_timer timer = promlet_timer_start();
    (void)promlet_timer_observe(timer, to->histogram);
    (void)promlet_timer_seconds(timer);
}

static inline void record_with(promlet_clock clock, const struct handles *to)
{
    promlet_timer timer = promlet_timer_start_with(clock);
    (void)promlet_timer_observe(timer, to->histogram);
    (void)promlet_timer_seconds(timer);
}

static inline void record_with_fast_clock(const struct handles *to)
{
    record_with(PROMLET_CLOCK_FAST, to);
}

static inline void record_with_coarse_clock(const struct handles *to)
{
    record_with(PROMLET_CLOCK_COARSE, to);
}

static inline void record_with_clocks(const struct handles *to)
{
    record_with_precise_clock(to);
    record_with_fast_clock(to);
    record_with_coarse_clock(to);
}

#endif
