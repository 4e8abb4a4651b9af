/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of UTF-8 names where several things meet: collectors, filters, merged snapshots, metrics at
   file scope, promlet's own metrics. */
#include "support/expect.h"

PROMLET_STATIC_COUNTER(at_file_scope, "file.scope", "At file scope.");

static promlet_registry *new_utf8_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.utf8_names = true, .hide_self_metrics = true};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    return registry;
}

static char *write_raw(const promlet_snapshot *snapshot)
{
    assert_non_null(snapshot);
    promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_1_0_0,
                                 .escaping = PROMLET_ESCAPING_ALLOW_UTF8};
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    assert_non_null(text);
    return text;
}

/* Takes the snapshot over. */
static void expect_raw(promlet_snapshot *snapshot, const char *expected)
{
    char *text = write_raw(snapshot);
    assert_string_equal(text, expected);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
}

/* ---- collectors ------------------------------------------------------------------------------ */

static promlet_status emit_one(promlet_emitter *emitter, void *ctx)
{
    promlet_emit_opts options = {.name = ctx, .type = PROMLET_TYPE_GAUGE, .labels = {"a.label"}};
    promlet_status status = promlet_emit_family(emitter, &options);
    return status == PROMLET_OK ? promlet_emit_value(emitter, 1, "x") : status;
}

static promlet_collector *add_collector(promlet_registry *registry, const char *name)
{
    promlet_collector *collector = promlet_collector_new(
        registry,
        &(promlet_collector_opts){.name = "test", .collect = emit_one, .ctx = (void *)name});
    assert_non_null(collector);
    return collector;
}

static double ask(void *ctx)
{
    (void)ctx;
    return 7;
}

static void collectors_and_callbacks_follow_their_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_collector *collector = add_collector(registry, "from.collector");
    promlet_collector *callback = promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = "from.callback", .help = "Asked."}, ask, NULL);
    expect_raw(promlet_snapshot_take(registry), "# HELP \"from.callback\" Asked.\n"
                                                "# TYPE \"from.callback\" gauge\n"
                                                "{\"from.callback\"} 7\n"
                                                "# TYPE \"from.collector\" gauge\n"
                                                "{\"from.collector\",\"a.label\"=\"x\"} 1\n");
    promlet_collector_free(callback);
    promlet_collector_free(collector);
    promlet_registry_free(registry);
}

static void collectors_of_other_registries_emit_plain_names_only(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector *collector = add_collector(registry, "from.collector");
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(strstr(text, "\npromlet_collector_success{collector=\"test\"} 0\n"));
    assert_null(strstr(text, "from"));
    promlet_free(text);
    promlet_collector_free(collector);
    promlet_registry_free(registry);
}

/* Whoever comes later is left out, whatever the document. */
static void emitted_names_that_escaping_makes_the_same_are_left_out(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "from_collector"});
    promlet_collector *collector = add_collector(registry, "from.collector");
    expect_raw(promlet_snapshot_take(registry), "# TYPE from_collector gauge\nfrom_collector 0\n");
    promlet_collector_free(collector);
    promlet_registry_free(registry);
}

/* ---- filters --------------------------------------------------------------------------------- */

/* A server knows a metric by the name that it got. */
static void filters_know_each_name_of_a_metric(void **state)
{
    (void)state;
    static const char *const names[] = {"a.b_total",      "a.b",         "a_b_total",
                                        "a_dot_b__total", "a_b_created", "U__a_2E_b__total"};
    promlet_registry *registry = new_utf8_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "a.b"});
    promlet_counter_new(registry, &(promlet_opts){.name = "other"});
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_filter filter = {.names = &names[i], .name_count = 1};
        expect_raw(promlet_snapshot_take_filtered(registry, &filter),
                   "# TYPE \"a.b_total\" counter\n{\"a.b_total\"} 0\n");
    }
    promlet_registry_free(registry);
}

static void filters_ask_collectors_for_escaped_names(void **state)
{
    (void)state;
    static const char *const wanted[] = {"from_collector"};
    static const char *const declared[] = {"from.collector"};
    promlet_registry *registry = new_utf8_registry();
    promlet_collector_opts options = {.name = "test",
                                      .collect = emit_one,
                                      .ctx = (void *)"from.collector",
                                      .families = declared,
                                      .family_count = 1};
    promlet_collector *collector = promlet_collector_new(registry, &options);
    promlet_filter filter = {.names = wanted, .name_count = 1};
    expect_raw(promlet_snapshot_take_filtered(registry, &filter),
               "# TYPE \"from.collector\" gauge\n{\"from.collector\",\"a.label\"=\"x\"} 1\n");
    promlet_collector_free(collector);
    promlet_registry_free(registry);
}

/* ---- several registries ---------------------------------------------------------------------- */

static promlet_snapshot *merge_and_free(promlet_registry *first, promlet_registry *second)
{
    promlet_snapshot *parts[] = {promlet_snapshot_take(first), promlet_snapshot_take(second)};
    promlet_snapshot *merged = promlet_snapshot_merge(parts, 2);
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    promlet_registry_free(first);
    promlet_registry_free(second);
    return merged;
}

static void merged_families_have_the_labels_of_both(void **state)
{
    (void)state;
    promlet_registry *plain = new_registry();
    promlet_registry *utf8 = new_utf8_registry();
    promlet_opts options = {.name = "g", .labels = {"b"}};
    promlet_gauge_set(promlet_gauge_with(promlet_gauge_family_new(plain, &options), "x"), 1);
    options.labels[0] = "a=\"b\",c";
    promlet_gauge_family *family = promlet_gauge_family_new(utf8, &options);
    promlet_gauge_set(promlet_gauge_with(family, "x"), 2);
    promlet_gauge_set(promlet_gauge_with(family, "y"), 3);
    expect_raw(merge_and_free(plain, utf8), "# TYPE g gauge\n"
                                            "g{\"a=\\\"b\\\",c\"=\"x\"} 2\n"
                                            "g{\"a=\\\"b\\\",c\"=\"y\"} 3\n"
                                            "g{b=\"x\"} 1\n");
}

static void merged_metrics_that_escaping_makes_the_same_are_left_out(void **state)
{
    (void)state;
    promlet_registry *plain = new_registry();
    promlet_registry *utf8 = new_utf8_registry();
    promlet_gauge_new(plain, &(promlet_opts){.name = "a_b"});
    promlet_gauge_new(utf8, &(promlet_opts){.name = "a.b"});
    promlet_gauge_new(utf8, &(promlet_opts){.name = "a.c"});
    expect_raw(merge_and_free(plain, utf8),
               "# TYPE \"a.c\" gauge\n{\"a.c\"} 0\n# TYPE a_b gauge\na_b 0\n");
}

/* ---- the default registry -------------------------------------------------------------------- */

static void metrics_at_file_scope_follow_the_default_registry(void **state)
{
    (void)state;
    promlet_registry_opts options = {.utf8_names = true};
    assert_int_equal(promlet_registry_configure(NULL, &options), PROMLET_OK);
    promlet_counter_inc(at_file_scope);
    expect_raw(promlet_snapshot_take(NULL), "# HELP \"file.scope_total\" At file scope.\n"
                                            "# TYPE \"file.scope_total\" counter\n"
                                            "{\"file.scope_total\"} 1\n");
}

static void own_metrics_name_families_as_they_were_declared(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.utf8_names = true, .const_labels = {{"data.center", "a"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "q.depth", .labels = {"queue"}, .max_series = 1});
    promlet_gauge_set(promlet_gauge_with(family, "x"), 1);
    promlet_gauge_set(promlet_gauge_with(family, "y"), 2);
    expect_raw(promlet_snapshot_take(registry),
               "# HELP promlet_series_overflow_total Look-ups of label values that were beyond a "
               "limit.\n"
               "# TYPE promlet_series_overflow_total counter\n"
               "promlet_series_overflow_total{\"data.center\"=\"a\",family=\"q.depth\"} 1\n"
               "# TYPE \"q.depth\" gauge\n"
               "{\"q.depth\",\"data.center\"=\"a\",queue=\"x\"} 1\n"
               "{\"q.depth\",\"data.center\"=\"a\",otel_metric_overflow=\"true\"} 2\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collectors_and_callbacks_follow_their_registry),
        cmocka_unit_test(collectors_of_other_registries_emit_plain_names_only),
        cmocka_unit_test(emitted_names_that_escaping_makes_the_same_are_left_out),
        cmocka_unit_test(filters_know_each_name_of_a_metric),
        cmocka_unit_test(filters_ask_collectors_for_escaped_names),
        cmocka_unit_test(merged_families_have_the_labels_of_both),
        cmocka_unit_test(merged_metrics_that_escaping_makes_the_same_are_left_out),
        cmocka_unit_test(metrics_at_file_scope_follow_the_default_registry),
        cmocka_unit_test(own_metrics_name_families_as_they_were_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
