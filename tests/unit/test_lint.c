/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_registry_lint() and its like: what it looks at and what its callback may do.
   test_lint_rules.c has the rules. */
#include "support/expect.h"
#include "support/heard_log.h"

#define HELP "Lint."

PROMLET_STATIC_GAUGE(at_file_scope, "lint_static_hours", "A gauge at file scope.");

static void lint_of_labels_that_are_refused_is_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family_new(registry, &(promlet_opts){.name = "a", .labels = {"quantile"}});
    expect_status(registry, PROMLET_ERROR_NAME,
                  "a: label name \"quantile\" is reserved for summaries");
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), 0);
    promlet_registry_free(registry);
}

static void lint_of_promlets_own_metrics_finds_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts options = {
        .name = "a_total", .help = HELP, .labels = {"x"}, .max_series = 1};
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    promlet_counter_add(promlet_counter_with(family, "a"), -1);
    promlet_counter_inc(promlet_counter_with(family, "b"));
    assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"negative\"}") > 0);
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), 0);
    promlet_registry_free(registry);
}

static void count_static(const promlet_lint_finding *finding, void *ctx)
{
    *(int *)ctx += strcmp(finding->metric, "lint_static_hours") == 0;
}

static void lint_finds_metrics_at_file_scope_before_the_first_scrape(void **state)
{
    (void)state;
    promlet_gauge_set(at_file_scope, 1);
    int count = 0;
    assert_int_equal(promlet_registry_lint(NULL, count_static, &count), 1);
    assert_int_equal(count, 1);
}

/* What a callback may do: declare, look up, scrape, lint. */
static void use_registry(const promlet_lint_finding *finding, void *ctx)
{
    (void)finding;
    promlet_registry *registry = ctx;
    promlet_gauge_new(registry, &(promlet_opts){.name = "new_seconds", .help = HELP});
    assert_true(promlet_registry_lint(registry, NULL, NULL) > 0);
    (void)scraped_value(registry, "new_seconds");
}

static void lint_callback_may_use_the_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family_new(registry, &(promlet_opts){.name = "a_ms", .labels = {"aB"}});
    assert_int_equal(promlet_registry_lint(registry, use_registry, registry), 3);
    promlet_registry_free(registry);
}

static void lint_of_a_name_of_1000_bytes_is_a_whole_sentence(void **state)
{
    (void)state;
    char name[1001];
    memset(name, 'n', sizeof name - 1);
    memcpy(name + sizeof name - 4, "_ms", 4);
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registry, &(promlet_opts){.name = name, .help = HELP});
    stop_to_hear();
    char expected[256];
    (void)snprintf(expected, sizeof expected,
                   "%.100s: units should be written out, not abbreviated as _ms", name);
    assert_string_equal(heard.last, expected);
    promlet_registry_free(registry);
}

static void lint_of_a_registry_without_lint_is_silent(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.no_lint = true}),
        PROMLET_OK);
    promlet_gauge_new(registry, &(promlet_opts){.name = "a_ms", .help = HELP});
    assert_int_equal(heard.count, 0);
    assert_int_equal(promlet_registry_configure(registry, &(promlet_registry_opts){.prefix = NULL}),
                     PROMLET_OK);
    promlet_gauge_new(registry, &(promlet_opts){.name = "b_ms", .help = HELP});
    assert_int_equal(heard.count, 1);
    stop_to_hear();
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), 2);
    promlet_registry_free(registry);
}

static void count_finding(const promlet_lint_finding *finding, void *ctx)
{
    *(int *)ctx += strcmp(finding->metric, "a_ms") == 0;
}

static void lint_of_a_description_needs_no_registry(void **state)
{
    (void)state;
    static const char *const labels[] = {"well", "camelCase"};
    promlet_description metric = {
        .name = "a_total", .type = "counter", .help = "H.", .labels = labels, .label_count = 1};
    assert_int_equal(promlet_lint_description(&metric, NULL, NULL), 0);
    metric.label_count = 2;
    assert_int_equal(promlet_lint_description(&metric, NULL, NULL), 1);
    metric.name = "a_ms";
    metric.help = "";
    int count = 0;
    assert_int_equal(promlet_lint_description(&metric, count_finding, &count), 4);
    assert_int_equal(count, 4);
}

/* What a registry adds is looked at as well, once it is part of a metric. */
static void lint_of_prefix_and_constant_labels_is_of_each_metric(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_registry_opts options = {
        .prefix = "myApp_", .const_labels = {{"zoneName", "a=\",\\\n"}, {"b", "xY"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registry, &(promlet_opts){.name = "depth",
                                                .help = HELP,
                                                .const_labels = {{"c", ""}, {"hostName", "x"}}});
    stop_to_hear();
    assert_int_equal(heard.count, 3);
    assert_string_equal(
        heard.last,
        "myApp_depth: the label name \"hostName\" should be in snake_case, not camelCase");
    char *text = promlet_registry_get_metrics(registry);
    keep_document("lint_registry", text,
                  "myApp_depth label names should be written in 'snake_case' not 'camelCase'\n"
                  "myApp_depth metric names should be written in 'snake_case' not 'camelCase'\n");
    promlet_free(text);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lint_of_labels_that_are_refused_is_an_error),
        cmocka_unit_test(lint_of_promlets_own_metrics_finds_nothing),
        cmocka_unit_test(lint_finds_metrics_at_file_scope_before_the_first_scrape),
        cmocka_unit_test(lint_of_a_registry_without_lint_is_silent),
        cmocka_unit_test(lint_of_a_description_needs_no_registry),
        cmocka_unit_test(lint_of_prefix_and_constant_labels_is_of_each_metric),
        cmocka_unit_test(lint_callback_may_use_the_registry),
        cmocka_unit_test(lint_of_a_name_of_1000_bytes_is_a_whole_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
