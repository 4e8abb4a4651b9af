/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of a registry's prefix; the default registry has one here, too. */
#include "support/expect.h"
#include "support/heard_log.h"

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs at file scope.");

static promlet_registry *new_prefixed_registry(const char *prefix)
{
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.prefix = prefix};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    return registry;
}

static void prefix_stands_before_every_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_prefixed_registry("app_");
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs."});
    (void)promlet_gauge_new(
        registry, &(promlet_opts){.name = "2nd_seconds", .help = "S.", .unit = "seconds"});
    (void)promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "size_bytes", .help = "Size.", .labels = {"l"}});
    expect_status(registry, PROMLET_OK, "");
    expect_metrics(registry, "prefix_all", NULL,
                   "# HELP app_2nd_seconds S.\n"
                   "# TYPE app_2nd_seconds gauge\n"
                   "app_2nd_seconds 0\n"
                   "# HELP app_jobs_total Jobs.\n"
                   "# TYPE app_jobs_total counter\n"
                   "app_jobs_total 0\n"
                   "# HELP app_size_bytes Size.\n"
                   "# TYPE app_size_bytes histogram\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void prefix_is_not_for_own_metrics(void **state)
{
    (void)state;
    promlet_registry *registry = new_prefixed_registry("app_");
    promlet_counter_add(
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs."}), -1);
    promlet_gauge_family *full = promlet_gauge_family_new(
        registry,
        &(promlet_opts){.name = "depth", .help = "Depth.", .labels = {"q"}, .max_series = 1});
    promlet_gauge_set_by(full, 1, "a");
    promlet_gauge_set_by(full, 1, "b");
    assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"negative\"}") > 0);
    assert_true(scraped_value(registry, "promlet_series_overflow_total{family=\"app_depth\"}") > 0);
    promlet_registry_free(registry);
}

static void prefix_counts_for_completed_names(void **state)
{
    (void)state;
    promlet_registry *registry = new_prefixed_registry("app_");
    struct heard_log heard;
    start_to_hear(&heard);
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "jobs", .help = "Jobs."});
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "app_jobs_total: it was declared without its suffix _total, "
                                    "which was added");
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "calls_total", .help = "Calls."});
    assert_int_equal(heard.count, 1);
    stop_to_hear();
    promlet_registry_free(registry);
}

static void prefix_is_in_errors(void **state)
{
    (void)state;
    promlet_registry *registry = new_prefixed_registry("app_");
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "a-b"});
    expect_status(registry, PROMLET_ERROR_NAME,
                  "app_a-b: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "a", .unit = "seconds"});
    assert_string_equal(promlet_last_error(), "app_a: the name must end in _seconds, its unit");
    promlet_registry_free(registry);
}

static void prefix_alone_is_no_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_prefixed_registry("app_");
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = ""});
    expect_status(registry, PROMLET_ERROR_NAME,
                  ": a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = NULL});
    assert_string_equal(promlet_last_error(), "a metric's name is NULL");
    promlet_registry_free(registry);
}

static void prefix_that_makes_a_reserved_name_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_prefixed_registry("promlet_");
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "dropped_total"});
    expect_status(registry, PROMLET_ERROR_NAME,
                  "promlet_dropped_total: names that begin with promlet_dropped are reserved for "
                  "promlet's own metrics");
    promlet_registry_free(registry);
}

static void prefix_of_default_registry_is_for_file_scope_metrics(void **state)
{
    (void)state;
    promlet_registry_opts options = {.prefix = "app_", .const_labels = {{"zone", "a"}}};
    assert_int_equal(promlet_registry_configure(NULL, &options), PROMLET_OK);
    promlet_counter_inc(static_jobs);
    (void)promlet_gauge_new(NULL, &(promlet_opts){.name = "depth", .help = "Depth."});
    expect_metrics(NULL, "prefix_static", NULL,
                   "# HELP app_depth Depth.\n"
                   "# TYPE app_depth gauge\n"
                   "app_depth{zone=\"a\"} 0\n"
                   "# HELP app_static_jobs_total Jobs at file scope.\n"
                   "# TYPE app_static_jobs_total counter\n"
                   "app_static_jobs_total{zone=\"a\"} 1\n"
                   "# EOF\n");
    promlet_counter_inc(static_jobs);
    promlet_counter *same = promlet_counter_new(NULL, &(promlet_opts){.name = "static_jobs_total"});
    promlet_counter_inc(same);
    assert_true(scraped_value(NULL, "app_static_jobs_total{zone=\"a\"}") > 2.5);
    expect_status(NULL, PROMLET_OK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefix_stands_before_every_name),
        cmocka_unit_test(prefix_is_not_for_own_metrics),
        cmocka_unit_test(prefix_counts_for_completed_names),
        cmocka_unit_test(prefix_is_in_errors),
        cmocka_unit_test(prefix_alone_is_no_name),
        cmocka_unit_test(prefix_that_makes_a_reserved_name_is_refused),
        cmocka_unit_test(prefix_of_default_registry_is_for_file_scope_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
