/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A registry in which everything is recorded as programs do it: one metric of each instrument or
 * more, exemplars by call and by hook, native buckets, names in UTF-8. Its golden documents are
 * tests/golden/recorded.*, and tests/peers/prometheus_formats knows each value.
 */
#ifndef TESTS_SUPPORT_RECORDED_H
#define TESTS_SUPPORT_RECORDED_H

#include <promlet/promlet.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* ---- numbers --------------------------------------------------------------------------------- */

/* Beyond 2^53, where a double no longer has every whole number, and with a fraction. */
static inline void record_counters(promlet_registry *registry)
{
    promlet_counter_family *counters =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "t_counter_total",
                                                             .help = "Of a test, \"quoted\".",
                                                             .labels = {"path", "x"},
                                                             .exemplars = true});
    promlet_counter_add_u64(promlet_counter_with(counters, "/\"a\"\n\\", "\xc3\xa9"),
                            (UINT64_C(1) << 53) + 1);
    promlet_counter *fraction = promlet_counter_with(counters, "/b", "2");
    promlet_counter_add(fraction, 0.25);
    promlet_counter_add_with_exemplar(fraction, 0.5, PROMLET_LABEL_LIST({"trace_id", "aa"}));
}

static inline void record_numbers(promlet_registry *registry)
{
    promlet_gauge_family *gauges = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "t_gauge", .help = "Gauges.", .labels = {"a"}});
    promlet_gauge_set(promlet_gauge_with(gauges, "1"), -3.5);
    promlet_gauge_set(promlet_gauge_with(gauges, "2"), INFINITY);
    promlet_gauge_set(promlet_gauge_with(gauges, "3"), NAN);
    promlet_info_family *infos = promlet_info_family_new(
        registry, &(promlet_opts){.name = "t_info", .help = "Info.", .labels = {"version"}});
    promlet_info_with(infos, "1.2");
    promlet_unknown_set(
        promlet_unknown_new(registry, &(promlet_opts){.name = "t_unknown", .help = "Unknown."}),
        1e-300);
    promlet_state_set_select(
        promlet_state_set_new(
            registry,
            &(promlet_opts){.name = "t_states", .help = "States.", PROMLET_STATES("on", "off")}),
        1);
}

static inline void record_summaries(promlet_registry *registry)
{
    static const double values[] = {1.25, 1.25, 2, 2};
    promlet_summary *summary = promlet_summary_new(
        registry,
        &(promlet_opts){.name = "t_summary", .help = "Summary.", PROMLET_QUANTILES(0.25, 1)});
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        promlet_summary_observe(summary, values[i]);
    }
    promlet_summary_new(
        registry,
        &(promlet_opts){.name = "t_summary_empty", .help = "Nothing yet.", PROMLET_QUANTILES(0.5)});
}

/* ---- histograms ------------------------------------------------------------------------------ */

static inline void observe_often(promlet_histogram *histogram, double value, int times)
{
    for (int i = 0; i < times; i++) {
        promlet_histogram_observe(histogram, value);
    }
}

static inline void record_classic(promlet_registry *registry)
{
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "t_classic",
                                                               .help = "Classic buckets.",
                                                               .labels = {"a"},
                                                               PROMLET_BOUNDS(0.5, 1, 1000000),
                                                               .exemplars = true});
    promlet_histogram *histogram = promlet_histogram_with(family, "1");
    observe_often(histogram, 0.5, 10);
    observe_often(histogram, 0.75, 29);
    promlet_histogram_observe_with_exemplar(histogram, 0.75,
                                            PROMLET_LABEL_LIST({"trace_id", "bb"}));
    observe_often(histogram, 2, 50);
    observe_often(histogram, 2000000, 10);
}

/* From 1 ms to 1 s, evenly. */
static inline void observe_thousand(promlet_histogram *histogram)
{
    for (int i = 1; i <= 1000; i++) {
        promlet_histogram_observe(histogram, i / 1000.0);
    }
}

/* With classic buckets, and in steps of an eighth of an octave. */
static inline void record_native(promlet_registry *registry)
{
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "t_native_seconds",
                                                        .help = "Both kinds of buckets.",
                                                        .unit = "seconds",
                                                        .native_factor = 1.1,
                                                        .exemplars = true});
    observe_thousand(histogram);
    promlet_histogram_observe_with_exemplar(histogram, 0.5, PROMLET_LABEL_LIST({"trace_id", "cc"}));
}

/* More buckets than it may show: the first scrape joins them, to whole octaves. */
static inline void record_native_reduced(promlet_registry *registry)
{
    observe_thousand(promlet_histogram_new(registry, &(promlet_opts){.name = "t_native_reduced",
                                                                     .help = "Few native buckets.",
                                                                     .native_factor = 1.1,
                                                                     .native_max_buckets = 10,
                                                                     .native_only = true}));
}

/* On both sides of 0, and in it. */
static inline void record_native_signed(promlet_registry *registry)
{
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "t_native_signed",
                                                        .help = "Values below 0, too.",
                                                        PROMLET_BOUNDS(0, 1),
                                                        .native_factor = 1.1});
    for (int i = -100; i <= 200; i++) {
        promlet_histogram_observe(histogram, i / 100.0);
    }
    observe_often(histogram, 0, 19);
}

/* Without classic buckets, and far apart. */
static inline void record_native_only(promlet_registry *registry)
{
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "t_native_only",
                                                               .help = "Native buckets alone.",
                                                               .labels = {"a"},
                                                               .native_factor = 2,
                                                               .native_only = true});
    promlet_histogram *histogram = promlet_histogram_with(family, "1");
    for (int power = -40; power <= 40; power += 4) {
        promlet_histogram_observe(histogram, ldexp(1, power));
    }
    (void)promlet_histogram_with(family, "empty");
}

/* ---- a trace of the thread ------------------------------------------------------------------- */

static inline bool name_one_trace(promlet_trace_context *context, void *ctx)
{
    (void)ctx;
    for (size_t i = 0; i < sizeof context->trace_id; i++) {
        context->trace_id[i] = (unsigned char)(0x10 + i);
    }
    for (size_t i = 0; i < sizeof context->span_id; i++) {
        context->span_id[i] = (unsigned char)(0xf0 + i);
    }
    context->is_sampled = true;
    return true;
}

static inline void record_hooked(promlet_registry *registry)
{
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "t_hooked_total", .help = "Counted.", .exemplars = true});
    promlet_histogram *classic =
        promlet_histogram_new(registry, &(promlet_opts){.name = "t_hooked_classic",
                                                        .help = "Classic buckets.",
                                                        PROMLET_BOUNDS(1),
                                                        .exemplars = true});
    promlet_histogram *native =
        promlet_histogram_new(registry, &(promlet_opts){.name = "t_hooked_native",
                                                        .help = "Native buckets.",
                                                        .native_factor = 1.1,
                                                        .native_only = true,
                                                        .exemplars = true});
    promlet_set_trace_context_hook(name_one_trace, NULL);
    promlet_counter_inc(counter);
    promlet_histogram_observe(classic, 0.5);
    promlet_histogram_observe(native, 4);
    promlet_set_trace_context_hook(NULL, NULL);
}

/* ---- names ----------------------------------------------------------------------------------- */

static inline void record_utf8(promlet_registry *registry)
{
    promlet_counter_family *requests =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "http.server.requests",
                                                             .help = "Dots.",
                                                             .labels = {"http.request.method"},
                                                             .exemplars = true});
    promlet_counter *get = promlet_counter_with(requests, "GET");
    promlet_counter_add_with_exemplar(get, 3, PROMLET_LABEL_LIST({"trace_id", "dd"}));
    promlet_histogram_family *durations =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "http.server.duration",
                                                               .help = "Dots.",
                                                               .labels = {"http.request.method"},
                                                               .native_factor = 1.1});
    observe_often(promlet_histogram_with(durations, "GET"), 3, 4);
}

/* The registry has nothing yet. */
static inline promlet_status record_everything(promlet_registry *registry)
{
    promlet_status status =
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true});
    record_counters(registry);
    record_numbers(registry);
    record_summaries(registry);
    record_classic(registry);
    record_native(registry);
    record_native_reduced(registry);
    record_native_signed(registry);
    record_native_only(registry);
    record_hooked(registry);
    record_utf8(registry);
    return status != PROMLET_OK ? status : promlet_registry_status(registry, NULL);
}

#endif
