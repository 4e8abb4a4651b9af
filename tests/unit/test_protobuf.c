/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of encode/protobuf.c: what a registry looks like, instrument by instrument. */
#include "base/clock.h"
#include "support/protobuf.h"

static int stop_clock(void **state)
{
    (void)state;
    pml_clock_stop_at(UINT64_C(1520430000123000000));
    return 0;
}

static int run_clock(void **state)
{
    (void)state;
    pml_clock_run();
    return 0;
}

static void protobuf_of_an_empty_registry_is_empty(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    expect_registry(registry, "protobuf_empty", "");
    promlet_registry_free(registry);
}

static void protobuf_leaves_out_families_without_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family_new(registry, &(promlet_opts){.name = "a_total", .labels = {"x"}});
    promlet_gauge_new(registry, &(promlet_opts){.name = "b"});
    promlet_histogram_family_new(registry, &(promlet_opts){.name = "c", .labels = {"x"}});
    expect_registry(registry, "protobuf_without_series",
                    "name: \"b\"\n"
                    "type: GAUGE\n"
                    "metric {\n"
                    "  gauge {\n"
                    "    value: 0\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

static void protobuf_counters_keep_their_suffix(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "http_requests",
                                  .help = "Requests served, by method\nand \"status\".",
                                  .labels = {"method", "status"}});
    promlet_counter_add_u64(promlet_counter_with(requests, "POST", "200"), 1027);
    promlet_counter_add(promlet_counter_with(requests, "GET", "say \"no\"\\\n"), 0.25);
    expect_registry(registry, "protobuf_counter",
                    "name: \"http_requests_total\"\n"
                    "help: \"Requests served, by method\\nand \\\"status\\\".\"\n"
                    "type: COUNTER\n"
                    "metric {\n"
                    "  label {\n"
                    "    name: \"method\"\n"
                    "    value: \"GET\"\n"
                    "  }\n"
                    "  label {\n"
                    "    name: \"status\"\n"
                    "    value: \"say \\\"no\\\"\\\\\\n\"\n"
                    "  }\n"
                    "  counter {\n"
                    "    value: 0.25\n"
                    "    start_timestamp {\n"
                    "      seconds: 1520430000\n"
                    "      nanos: 123000000\n"
                    "    }\n"
                    "  }\n"
                    "}\n"
                    "metric {\n"
                    "  label {\n"
                    "    name: \"method\"\n"
                    "    value: \"POST\"\n"
                    "  }\n"
                    "  label {\n"
                    "    name: \"status\"\n"
                    "    value: \"200\"\n"
                    "  }\n"
                    "  counter {\n"
                    "    value: 1027\n"
                    "    start_timestamp {\n"
                    "      seconds: 1520430000\n"
                    "      nanos: 123000000\n"
                    "    }\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

static void protobuf_gauges_show_unit_and_constant_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *temperature =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "temperature_celsius",
                                                           .unit = "celsius",
                                                           .labels = {"place"},
                                                           .const_labels = {{"site", "\xc3\xa9"}}});
    promlet_gauge_set(promlet_gauge_with(temperature, ""), -3.5);
    expect_registry(registry, "protobuf_gauge",
                    "name: \"temperature_celsius\"\n"
                    "type: GAUGE\n"
                    "metric {\n"
                    "  label {\n"
                    "    name: \"site\"\n"
                    "    value: \"\\303\\251\"\n"
                    "  }\n"
                    "  label {\n"
                    "    name: \"place\"\n"
                    "    value: \"\"\n"
                    "  }\n"
                    "  gauge {\n"
                    "    value: -3.5\n"
                    "  }\n"
                    "}\n"
                    "unit: \"celsius\"\n");
    promlet_registry_free(registry);
}

static void protobuf_histograms_have_rising_buckets(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *latency = promlet_histogram_new(
        registry, &(promlet_opts){.name = "latency_seconds", PROMLET_BOUNDS(0.005, 0.25, 1)});
    promlet_histogram_observe(latency, 0.25);
    promlet_histogram_observe(latency, 0.5);
    promlet_histogram_observe(latency, 0.001);
    promlet_histogram_observe(latency, 3);
    expect_registry(registry, "protobuf_histogram",
                    "name: \"latency_seconds\"\n"
                    "type: HISTOGRAM\n"
                    "metric {\n"
                    "  histogram {\n"
                    "    sample_count: 4\n"
                    "    sample_sum: 3.751\n"
                    "    bucket {\n"
                    "      cumulative_count: 1\n"
                    "      upper_bound: 0.005\n"
                    "    }\n"
                    "    bucket {\n"
                    "      cumulative_count: 2\n"
                    "      upper_bound: 0.25\n"
                    "    }\n"
                    "    bucket {\n"
                    "      cumulative_count: 3\n"
                    "      upper_bound: 1\n"
                    "    }\n"
                    "    start_timestamp {\n"
                    "      seconds: 1520430000\n"
                    "      nanos: 123000000\n"
                    "    }\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

static void protobuf_summaries_show_their_quantiles(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary_new(registry,
                        &(promlet_opts){.name = "size_bytes", PROMLET_QUANTILES(0.5, 0.99)});
    promlet_summary *bare = promlet_summary_new(registry, &(promlet_opts){.name = "wait_seconds"});
    promlet_summary_observe(bare, 1.5);
    expect_registry(registry, "protobuf_summary",
                    "name: \"size_bytes\"\n"
                    "type: SUMMARY\n"
                    "metric {\n"
                    "  summary {\n"
                    "    sample_count: 0\n"
                    "    sample_sum: 0\n"
                    "    quantile {\n"
                    "      quantile: 0.5\n"
                    "      value: nan\n"
                    "    }\n"
                    "    quantile {\n"
                    "      quantile: 0.99\n"
                    "      value: nan\n"
                    "    }\n"
                    "    start_timestamp {\n"
                    "      seconds: 1520430000\n"
                    "      nanos: 123000000\n"
                    "    }\n"
                    "  }\n"
                    "}\n"
                    "name: \"wait_seconds\"\n"
                    "type: SUMMARY\n"
                    "metric {\n"
                    "  summary {\n"
                    "    sample_count: 1\n"
                    "    sample_sum: 1.5\n"
                    "    start_timestamp {\n"
                    "      seconds: 1520430000\n"
                    "      nanos: 123000000\n"
                    "    }\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

static void protobuf_infos_are_gauges(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_info_family *build =
        promlet_info_family_new(registry, &(promlet_opts){.name = "build", .labels = {"version"}});
    promlet_info_with(build, "1.2");
    expect_registry(registry, "protobuf_info",
                    "name: \"build_info\"\n"
                    "type: GAUGE\n"
                    "metric {\n"
                    "  label {\n"
                    "    name: \"version\"\n"
                    "    value: \"1.2\"\n"
                    "  }\n"
                    "  gauge {\n"
                    "    value: 1\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

static void protobuf_state_sets_are_gauges_with_a_label(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set_family *doors = promlet_state_set_family_new(
        registry,
        &(promlet_opts){.name = "door", .labels = {"room"}, PROMLET_STATES("open", "\"shut\"")});
    promlet_state_set_select(promlet_state_set_with(doors, "a"), 1);
    expect_registry(registry, "protobuf_state_set",
                    "name: \"door\"\n"
                    "type: GAUGE\n"
                    "metric {\n"
                    "  label {\n"
                    "    name: \"room\"\n"
                    "    value: \"a\"\n"
                    "  }\n"
                    "  label {\n"
                    "    name: \"door\"\n"
                    "    value: \"open\"\n"
                    "  }\n"
                    "  gauge {\n"
                    "    value: 0\n"
                    "  }\n"
                    "}\n"
                    "metric {\n"
                    "  label {\n"
                    "    name: \"room\"\n"
                    "    value: \"a\"\n"
                    "  }\n"
                    "  label {\n"
                    "    name: \"door\"\n"
                    "    value: \"\\\"shut\\\"\"\n"
                    "  }\n"
                    "  gauge {\n"
                    "    value: 1\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

static void protobuf_unknowns_are_untyped(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_unknown_set(promlet_unknown_new(registry, &(promlet_opts){.name = "a"}), 1e300);
    expect_registry(registry, "protobuf_unknown",
                    "name: \"a\"\n"
                    "type: UNTYPED\n"
                    "metric {\n"
                    "  untyped {\n"
                    "    value: 1e+300\n"
                    "  }\n"
                    "}\n");
    promlet_registry_free(registry);
}

/* ---- what collectors emit -------------------------------------------------------------------- */

static promlet_status emit(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    static const double bounds[] = {1, 2};
    static const double quantiles[] = {0, 1};
    static const double values[] = {-1, 7};
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "at", .type = PROMLET_TYPE_GAUGE});
    promlet_emit_value_at(emitter, 5, 1520879607789);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "h", .type = PROMLET_TYPE_HISTOGRAM});
    promlet_emit_histogram(emitter,
                           &(promlet_emit_histogram_data){.bounds = bounds,
                                                          .bound_count = 2,
                                                          .counts = (const uint64_t[]){1, 0, 2},
                                                          .sum = 9,
                                                          .timestamp_ms = -1});
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "s", .type = PROMLET_TYPE_SUMMARY});
    promlet_emit_summary(
        emitter,
        &(promlet_emit_summary_data){
            .quantiles = quantiles, .values = values, .quantile_count = 2, .count = 3, .sum = 6});
    return PROMLET_OK;
}

static void protobuf_emitted_families_have_bounds_and_times(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true});
    promlet_collector *collector =
        promlet_collector_new(registry, &(promlet_collector_opts){.name = "c", .collect = emit});
    expect_registry(registry, "protobuf_emitted",
                    "name: \"at\"\n"
                    "type: GAUGE\n"
                    "metric {\n"
                    "  gauge {\n"
                    "    value: 5\n"
                    "  }\n"
                    "  timestamp_ms: 1520879607789\n"
                    "}\n"
                    "name: \"h\"\n"
                    "type: HISTOGRAM\n"
                    "metric {\n"
                    "  timestamp_ms: -1\n"
                    "  histogram {\n"
                    "    sample_count: 3\n"
                    "    sample_sum: 9\n"
                    "    bucket {\n"
                    "      cumulative_count: 1\n"
                    "      upper_bound: 1\n"
                    "    }\n"
                    "    bucket {\n"
                    "      cumulative_count: 1\n"
                    "      upper_bound: 2\n"
                    "    }\n"
                    "  }\n"
                    "}\n"
                    "name: \"s\"\n"
                    "type: SUMMARY\n"
                    "metric {\n"
                    "  summary {\n"
                    "    sample_count: 3\n"
                    "    sample_sum: 6\n"
                    "    quantile {\n"
                    "      quantile: 0\n"
                    "      value: -1\n"
                    "    }\n"
                    "    quantile {\n"
                    "      quantile: 1\n"
                    "      value: 7\n"
                    "    }\n"
                    "  }\n"
                    "}\n");
    promlet_collector_free(collector);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protobuf_of_an_empty_registry_is_empty),
        cmocka_unit_test(protobuf_leaves_out_families_without_series),
        cmocka_unit_test(protobuf_counters_keep_their_suffix),
        cmocka_unit_test(protobuf_gauges_show_unit_and_constant_labels),
        cmocka_unit_test(protobuf_histograms_have_rising_buckets),
        cmocka_unit_test(protobuf_summaries_show_their_quantiles),
        cmocka_unit_test(protobuf_infos_are_gauges),
        cmocka_unit_test(protobuf_state_sets_are_gauges_with_a_label),
        cmocka_unit_test(protobuf_unknowns_are_untyped),
        cmocka_unit_test(protobuf_emitted_families_have_bounds_and_times),
    };
    return cmocka_run_group_tests(tests, stop_clock, run_clock);
}
