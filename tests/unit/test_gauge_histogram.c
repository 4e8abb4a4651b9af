/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of gauge histograms, which collectors emit. */
#include "support/expect.h"

static const double bounds[] = {10, 1000};
static const uint64_t counts[] = {4, 0, 2};

static promlet_status emit_queue(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "queue_bytes",
                                                      .help = "Sizes of what waits.",
                                                      .unit = "bytes",
                                                      .type = PROMLET_TYPE_GAUGE_HISTOGRAM,
                                                      .labels = {"queue"}});
    return promlet_emit_histogram(emitter, &(promlet_emit_histogram_data){.bounds = bounds,
                                                                          .bound_count = 2,
                                                                          .counts = counts,
                                                                          .sum = 2500,
                                                                          .label_values = {"a"}});
}

static promlet_registry *registry_with_queue(void)
{
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true}),
        PROMLET_OK);
    (void)promlet_collector_new(registry,
                                &(promlet_collector_opts){.name = "q", .collect = emit_queue});
    return registry;
}

static void expect_as(promlet_registry *registry, promlet_encoding encoding, const char *expected)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    assert_string_equal(text, expected);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
}

static void gauge_histogram_in_text_is_three_gauges(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_queue();
    expect_metrics(registry, "gauge_histogram",
                   "queue_bytes_bucket non-histogram metrics should not have \"_bucket\" suffix\n"
                   "queue_bytes_bucket non-histogram metrics should not have \"le\" label\n",
                   "# HELP queue_bytes_bucket Sizes of what waits.\n"
                   "# TYPE queue_bytes_bucket gauge\n"
                   "queue_bytes_bucket{queue=\"a\",le=\"10.0\"} 4\n"
                   "queue_bytes_bucket{queue=\"a\",le=\"1000.0\"} 4\n"
                   "queue_bytes_bucket{queue=\"a\",le=\"+Inf\"} 6\n"
                   "# HELP queue_bytes_gcount Sizes of what waits.\n"
                   "# TYPE queue_bytes_gcount gauge\n"
                   "queue_bytes_gcount{queue=\"a\"} 6\n"
                   "# HELP queue_bytes_gsum Sizes of what waits.\n"
                   "# TYPE queue_bytes_gsum gauge\n"
                   "queue_bytes_gsum{queue=\"a\"} 2500\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void gauge_histogram_in_openmetrics_has_its_type(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_queue();
    expect_as(registry, (promlet_encoding){.format = PROMLET_FORMAT_OPENMETRICS_1_0_0},
              "# TYPE queue_bytes gaugehistogram\n"
              "# UNIT queue_bytes bytes\n"
              "# HELP queue_bytes Sizes of what waits.\n"
              "queue_bytes_bucket{queue=\"a\",le=\"10.0\"} 4\n"
              "queue_bytes_bucket{queue=\"a\",le=\"1000.0\"} 4\n"
              "queue_bytes_bucket{queue=\"a\",le=\"+Inf\"} 6\n"
              "queue_bytes_gsum{queue=\"a\"} 2500.0\n"
              "queue_bytes_gcount{queue=\"a\"} 6\n"
              "# EOF\n");
    expect_as(registry, (promlet_encoding){.format = PROMLET_FORMAT_OPENMETRICS_2_0_0},
              "# TYPE queue_bytes gaugehistogram\n"
              "# UNIT queue_bytes bytes\n"
              "# HELP queue_bytes Sizes of what waits.\n"
              "queue_bytes{queue=\"a\"} {gcount:6,gsum:2500.0,bucket:[10.0:4,1000.0:4,+Inf:6]}\n"
              "# EOF\n");
    promlet_registry_free(registry);
}

/* Each name that some format has for it is taken. */
static void gauge_histogram_keeps_others_from_its_names(void **state)
{
    (void)state;
    static const char *const names[] = {"queue_bytes_bucket", "queue_bytes_gsum",
                                        "queue_bytes_gcount", "queue_bytes_sum",
                                        "queue_bytes_count",  "queue_bytes"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_registry *registry = registry_with_queue();
        (void)promlet_gauge_new(registry, &(promlet_opts){.name = names[i], .help = "Other."});
        char *text = promlet_registry_get_metrics(registry);
        assert_null(strstr(text, "queue=\"a\""));
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

static promlet_status emit_wrongly(promlet_emitter *emitter, void *ctx)
{
    promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "queue_bytes", .type = PROMLET_TYPE_GAUGE_HISTOGRAM});
    *(promlet_status *)ctx = promlet_emit_value(emitter, 1);
    assert_string_equal(promlet_last_error(),
                        "queue_bytes: a gaugehistogram was emitted as a value");
    return PROMLET_OK;
}

static void gauge_histogram_emitted_as_a_value_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_status status = PROMLET_OK;
    (void)promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "q", .collect = emit_wrongly, .ctx = &status});
    promlet_free(promlet_registry_get_metrics(registry));
    assert_int_equal(status, PROMLET_ERROR_ARGUMENT);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauge_histogram_in_text_is_three_gauges),
        cmocka_unit_test(gauge_histogram_in_openmetrics_has_its_type),
        cmocka_unit_test(gauge_histogram_keeps_others_from_its_names),
        cmocka_unit_test(gauge_histogram_emitted_as_a_value_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
