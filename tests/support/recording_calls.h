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
PROMLET_STATIC_SUMMARY(static_summary, "static_sizes", "Sizes.");

/* What is recorded on: one handle of each kind, from wherever it came. */
struct handles {
    promlet_counter *counter;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
    promlet_summary *summary;
    promlet_summary *quantiles; /* recording reads the coarse clock */
    promlet_state_set *states;
    promlet_unknown *unknown;
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
    options.name = "ps";
    sets[0].summary = promlet_summary_new(registry, &options);
    sets[0].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "pg"});
    options.labels[0] = "key";
    options.name = "plc_total";
    sets[1].counter = promlet_counter_with(promlet_counter_family_new(registry, &options), "a");
    options.name = "plh";
    sets[1].histogram =
        promlet_histogram_with(promlet_histogram_family_new(registry, &options), "a");
    options.name = "pls";
    sets[1].summary = promlet_summary_with(promlet_summary_family_new(registry, &options), "a");
    sets[1].gauge = sets[0].gauge;
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(sets[i].counter->spread);
        assert_non_null(sets[i].histogram->spread);
        assert_non_null(sets[i].summary->spread);
    }
}

/* Those that no set but the one for NULL is without: one cell, whatever the options say. */
static inline void make_handles_of_one_cell(promlet_registry *registry, const char *name,
                                            struct handles *to)
{
    const char *const states[] = {"off", "on"};
    promlet_opts options = {.name = name, .states = states, .state_count = 2};
    to->states = promlet_state_set_new(registry, &options);
    char other[2][20];
    (void)snprintf(other[0], sizeof other[0], "%s_unknown", name);
    (void)snprintf(other[1], sizeof other[1], "%s_quantiles", name);
    to->unknown = promlet_unknown_new(registry, &(promlet_opts){.name = other[0]});
    to->quantiles =
        promlet_summary_new(registry, &(promlet_opts){.name = other[1], PROMLET_QUANTILES(0.5)});
}

/* Without labels, with labels, at file scope, a sink, NULL, and with per-CPU cells. */
static inline void make_handles(promlet_registry *registry, struct handles *sets)
{
    sets[0].counter = promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    sets[0].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    sets[0].histogram = promlet_histogram_new(registry, &(promlet_opts){.name = "h"});
    sets[0].summary = promlet_summary_new(registry, &(promlet_opts){.name = "s"});
    sets[1].counter =
        promlet_counter_with(promlet_counter_family_new(
                                 registry, &(promlet_opts){.name = "lc_total", .labels = {"key"}}),
                             "a");
    sets[1].gauge = promlet_gauge_with(
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "lg", .labels = {"key"}}), "a");
    sets[1].histogram = promlet_histogram_with(
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "lh", .labels = {"key"}}),
        "a");
    sets[1].summary = promlet_summary_with(
        promlet_summary_family_new(registry, &(promlet_opts){.name = "ls", .labels = {"key"}}),
        "a");
    sets[2] = (struct handles){.counter = static_counter,
                               .gauge = static_gauge,
                               .histogram = static_histogram,
                               .summary = static_summary};
    sets[SINKS].counter = promlet_counter_new(registry, &(promlet_opts){.name = "1"});
    sets[SINKS].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "2"});
    sets[SINKS].histogram = promlet_histogram_new(registry, &(promlet_opts){.name = "3"});
    sets[SINKS].summary = promlet_summary_new(registry, &(promlet_opts){.name = "4"});
    make_handles_per_cpu(registry, &sets[SINKS + 2]);
    static const char *const names[SETS] = {"a", "b", "c", "5", "", "d", "e"};
    for (size_t i = 0; i < SETS; i++) {
        make_handles_of_one_cell(registry, names[i], &sets[i]);
    }
    memset(&sets[SINKS + 1], 0, sizeof sets[SINKS + 1]); /* NULL */
}

/* Every recording call that does not read the clock, with values that are taken and refused. */
static inline void record_without_clock(const struct handles *to)
{
    static const double values[] = {0, 1, 0.5, -1, 1e300, NAN, INFINITY};
    promlet_counter_inc(to->counter);
    promlet_counter_add_u64(to->counter, 3);
    promlet_gauge_inc(to->gauge);
    promlet_gauge_dec(to->gauge);
    promlet_state_set_select(to->states, 1);
    promlet_state_set_set(to->states, 1, false);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_counter_add(to->counter, values[i]);
        promlet_gauge_set(to->gauge, values[i]);
        promlet_gauge_add(to->gauge, values[i]);
        promlet_gauge_sub(to->gauge, values[i]);
        promlet_gauge_raise_to(to->gauge, values[i]);
        promlet_gauge_lower_to(to->gauge, values[i]);
        promlet_histogram_observe(to->histogram, values[i]);
        promlet_summary_observe(to->summary, values[i]);
        promlet_unknown_set(to->unknown, values[i]);
    }
}

/* By label values. The families are shared: which set of handles does not matter. */
static struct {
    promlet_counter_family *counters;
    promlet_gauge_family *gauges;
    promlet_histogram_family *histograms;
    promlet_summary_family *summaries;
    promlet_state_set_family *states;
    promlet_unknown_family *unknowns;
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
    options.name = "by_summary";
    families.summaries = promlet_summary_family_new(registry, &options);
    options.name = "by_gauge";
    options.cells = PROMLET_CELLS_SHARED;
    families.gauges = promlet_gauge_family_new(registry, &options);
    options.name = "by_unknown";
    families.unknowns = promlet_unknown_family_new(registry, &options);
    static const char *const states[] = {"off", "on"};
    options.name = "by_states";
    options.states = states;
    options.state_count = 2;
    families.states = promlet_state_set_family_new(registry, &options);
    const char *const sets[][2] = {{"a", long_value}, {"b", ""}, {"overflow", ""}};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        promlet_counter *counter = promlet_counter_with_values(families.counters, sets[i], 2);
        assert_true((counter->spread != NULL) == (cells == PROMLET_CELLS_PER_CPU));
        (void)promlet_gauge_with_values(families.gauges, sets[i], 2);
        (void)promlet_histogram_with_values(families.histograms, sets[i], 2);
        (void)promlet_summary_with_values(families.summaries, sets[i], 2);
        (void)promlet_state_set_with_values(families.states, sets[i], 2);
        (void)promlet_unknown_with_values(families.unknowns, sets[i], 2);
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
        promlet_gauge_inc_by(families.gauges, sets[i][0], sets[i][1]);
        promlet_gauge_dec_by(families.gauges, sets[i][0], sets[i][1]);
        promlet_state_set_select_by(families.states, 1, sets[i][0], sets[i][1]);
        promlet_state_set_set_by(families.states, 2, true, sets[i][0], sets[i][1]);
        for (size_t j = 0; j < COUNT_OF(amounts); j++) {
            promlet_counter_add_by(families.counters, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_set_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_add_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_sub_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_histogram_observe_by(families.histograms, amounts[j], sets[i][0], sets[i][1]);
            promlet_summary_observe_by(families.summaries, amounts[j], sets[i][0], sets[i][1]);
            promlet_unknown_set_by(families.unknowns, amounts[j], sets[i][0], sets[i][1]);
        }
    }
}

static inline void record_with_precise_clock(const struct handles *to)
{
    promlet_timer timer = promlet_timer_start();
    (void)promlet_timer_observe(timer, to->histogram);
    (void)promlet_timer_observe_summary(timer, to->summary);
    (void)promlet_timer_seconds(timer);
    promlet_gauge_set_to_current_time(to->gauge);
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
    promlet_summary_observe(to->quantiles, 0.5);
    promlet_summary_observe(to->quantiles, NAN);
}

static inline void record_with_clocks(const struct handles *to)
{
    record_with_precise_clock(to);
    record_with_fast_clock(to);
    record_with_coarse_clock(to);
}

#endif
