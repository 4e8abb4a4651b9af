/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/info.h: names, labels and the text. */
#include "support/expect.h"
#include "support/heard_log.h"

static void info_is_a_gauge_of_one(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_info_family *family =
        promlet_info_family_new(registry, &(promlet_opts){.name = "build_info",
                                                          .help = "What runs.",
                                                          .labels = {"version", "revision"}});
    promlet_info *info = promlet_info_with(family, "1.4.2", "5f3a\"9c1");
    assert_ptr_equal(promlet_info_with(family, "1.4.2", "5f3a\"9c1"), info);
    expect_metrics(registry, "info_family", NULL,
                   "# HELP build_info What runs.\n"
                   "# TYPE build_info gauge\n"
                   "build_info{version=\"1.4.2\",revision=\"5f3a\\\"9c1\"} 1\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void info_name_is_completed(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log log;
    start_to_hear(&log);
    (void)promlet_info_new(registry, &(promlet_opts){.name = "target", .help = "What it is."});
    stop_to_hear();
    assert_string_equal(log.last,
                        "target_info: it was declared without its suffix _info, which was added");
    expect_metrics(registry, "info_completed", NULL,
                   "# HELP target_info What it is.\n"
                   "# TYPE target_info gauge\n"
                   "target_info 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void info_wrong_options_are_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_opts options;
        promlet_status status;
        const char *sentence;
    } wrong[] = {
        {{.name = "build_info", .unit = "build"},
         PROMLET_ERROR_NAME,
         "build_info: an info has no unit"},
        {{.name = "_info"},
         PROMLET_ERROR_NAME,
         "_info: an info's name needs something before its "
         "suffix"},
        {{.name = "build_info", .bound_count = 1},
         PROMLET_ERROR_BOUNDS,
         "build_info: an info has no bucket bounds"},
        {{.name = "build_info", .cells = PROMLET_CELLS_PER_CPU},
         PROMLET_ERROR_ARGUMENT,
         "build_info: an info always has one cell"},
        {{.name = "build_info", .labels = {"version"}},
         PROMLET_ERROR_LABELS,
         "build_info: it has labels, so declare it with promlet_info_family_new()"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        promlet_registry *registry = new_registry();
        assert_non_null(promlet_info_new(registry, &wrong[i].options));
        expect_status(registry, wrong[i].status, wrong[i].sentence);
        promlet_registry_free(registry);
    }
}

static void info_claims_the_name_without_suffix(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_info_new(registry, &(promlet_opts){.name = "target_info"});
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "target"});
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    promlet_registry_free(registry);
}

/* ---- emitted --------------------------------------------------------------------------------- */

static promlet_status emit_target(promlet_emitter *emitter, void *ctx)
{
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "alpha", .type = PROMLET_TYPE_GAUGE});
    promlet_emit_value(emitter, 2);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "target",
                                                      .help = "What it is.",
                                                      .type = PROMLET_TYPE_INFO,
                                                      .labels = {"service_name"}});
    return promlet_emit_value(emitter, *(const double *)ctx, "shop");
}

static void info_that_a_collector_emits_is_one_in_every_format(void **state)
{
    (void)state;
    static double one = 1;
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true}),
        PROMLET_OK);
    (void)promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "t", .collect = emit_target, .ctx = &one});
    expect_metrics(registry, "info_emitted", "alpha no help text\n",
                   "# TYPE alpha gauge\n"
                   "alpha 2\n"
                   "# HELP target_info What it is.\n"
                   "# TYPE target_info gauge\n"
                   "target_info{service_name=\"shop\"} 1\n"
                   "# EOF\n");
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_encoding encoding = {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0};
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    /* The target comes first there. */
    assert_string_equal(text, "# TYPE target info\n"
                              "# HELP target What it is.\n"
                              "target_info{service_name=\"shop\"} 1\n"
                              "# TYPE alpha gauge\n"
                              "alpha 2.0\n"
                              "# EOF\n");
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void info_emitted_with_another_value_is_refused(void **state)
{
    (void)state;
    static double values[] = {0, 2, -1, 1e300, 0.0 / 0.0};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_registry *registry = new_registry();
        struct heard_log log;
        start_to_hear(&log);
        (void)promlet_collector_new(
            registry,
            &(promlet_collector_opts){.name = "t", .collect = emit_target, .ctx = &values[i]});
        char *text = promlet_registry_get_metrics(registry);
        assert_null(strstr(text, "target_info{"));
        assert_non_null(strstr(log.last, "target_info: an info has the value 1, not "));
        promlet_free(text);
        stop_to_hear();
        promlet_registry_free(registry);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(info_is_a_gauge_of_one),
        cmocka_unit_test(info_name_is_completed),
        cmocka_unit_test(info_wrong_options_are_refused),
        cmocka_unit_test(info_claims_the_name_without_suffix),
        cmocka_unit_test(info_that_a_collector_emits_is_one_in_every_format),
        cmocka_unit_test(info_emitted_with_another_value_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
