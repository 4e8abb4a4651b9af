/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet's own metrics: absent while zero, and in the registry that they are about. */
#include "support/expect.h"

#include <math.h>

#define INVALID_HANDLE "promlet_dropped_total{reason=\"invalid_handle\"}"
#define DROPPED_NAN "promlet_dropped_total{reason=\"nan\"}"

static void registry_empty_shows_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    expect_metrics(registry, "self_metrics_empty", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

static void dropped_amounts_are_counted_by_reason(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs."});
    promlet_counter_inc(counter);
    promlet_counter_add(counter, -1);
    promlet_counter_add(counter, -0.25);
    promlet_counter_add(counter, -1e300);
    promlet_counter_add(counter, NAN);
    promlet_counter_add(counter, INFINITY);
    promlet_counter_add(counter, -INFINITY);
    expect_metrics(registry, "self_metrics_dropped", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total 1\n"
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"infinite\"} 2\n"
                   "promlet_dropped_total{reason=\"nan\"} 1\n"
                   "promlet_dropped_total{reason=\"negative\"} 3\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void dropped_grows_from_scrape_to_scrape(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "A."});
    promlet_gauge_add(gauge, NAN);
    assert_int_equal((int)kept_value(registry, "self_metrics_scrape_1", DROPPED_NAN), 1);
    promlet_gauge_add(gauge, NAN);
    promlet_gauge_add(gauge, NAN);
    assert_int_equal((int)kept_value(registry, "self_metrics_scrape_2", DROPPED_NAN), 3);
    promlet_registry_free(registry);
}

static void dropped_in_one_registry_is_not_counted_in_others(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry *other = new_registry();
    double before = kept_value(NULL, "self_metrics_scrape_3", DROPPED_NAN);
    promlet_gauge_add(promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "A."}), NAN);
    assert_int_equal((int)kept_value(registry, "self_metrics_scrape_4", DROPPED_NAN), 1);
    assert_int_equal((int)(kept_value(NULL, "self_metrics_scrape_5", DROPPED_NAN) - before), 0);
    expect_metrics(other, "self_metrics_of_other", NULL, "# EOF\n");
    promlet_registry_free(registry);
    promlet_registry_free(other);
}

static void dropped_on_null_handles_is_counted_in_the_default_registry(void **state)
{
    (void)state;
    double before = kept_value(NULL, "self_metrics_scrape_6", INVALID_HANDLE);
    promlet_counter_inc(NULL);
    promlet_counter_add(NULL, NAN);
    promlet_counter_add_u64(NULL, 1);
    promlet_gauge_set(NULL, 1);
    promlet_gauge_add(NULL, 1);
    promlet_gauge_sub(NULL, 1);
    promlet_gauge_inc(NULL);
    promlet_gauge_dec(NULL);
    promlet_histogram_observe(NULL, 1);
    promlet_timer_observe(promlet_timer_start(), NULL);
    assert_int_equal((int)(kept_value(NULL, "self_metrics_scrape_7", INVALID_HANDLE) - before), 10);
}

static void dropped_on_a_refused_handle_is_counted_in_the_default_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    double before = kept_value(NULL, "self_metrics_scrape_8", DROPPED_NAN);
    promlet_counter *refused = promlet_counter_new(registry, &(promlet_opts){.name = "1st"});
    promlet_counter_add(refused, NAN);
    promlet_counter_inc(refused);
    assert_int_equal((int)(kept_value(NULL, "self_metrics_scrape_9", DROPPED_NAN) - before), 1);
    expect_metrics(registry, "self_metrics_refused_handle", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

static void overflow_lookups_are_counted_by_family(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "jobs", .help = "Jobs.", .labels = {"queue"}, .max_series = 1});
    promlet_gauge_family *sizes = promlet_gauge_family_new(
        registry,
        &(promlet_opts){.name = "size", .help = "Size.", .labels = {"queue"}, .max_series = 1});
    promlet_counter_inc(promlet_counter_with(jobs, "a"));
    promlet_counter_inc(promlet_counter_with(jobs, "b"));
    promlet_counter_inc(promlet_counter_with(jobs, "c"));
    promlet_gauge_set(promlet_gauge_with(sizes, "a"), 5);
    promlet_gauge_set(promlet_gauge_with(sizes, "b"), 6);
    expect_metrics(registry, "self_metrics_overflow", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{queue=\"a\"} 1\n"
                   "jobs_total{otel_metric_overflow=\"true\"} 2\n"
                   "# HELP promlet_series_overflow_total Look-ups of label values that were "
                   "beyond a limit.\n"
                   "# TYPE promlet_series_overflow_total counter\n"
                   "promlet_series_overflow_total{family=\"jobs_total\"} 2\n"
                   "promlet_series_overflow_total{family=\"size\"} 1\n"
                   "# HELP size Size.\n"
                   "# TYPE size gauge\n"
                   "size{queue=\"a\"} 5\n"
                   "size{otel_metric_overflow=\"true\"} 6\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* A metric that the user declares must not stand in the way of promlet's own: the scrape would then
   fail as soon as something is dropped. */
static void expect_scrape_in_spite_of(const char *name)
{
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = name, .help = "Like promlet's."});
    promlet_gauge_family *full = promlet_gauge_family_new(
        registry,
        &(promlet_opts){.name = "full", .help = "Full.", .labels = {"a"}, .max_series = 1});
    promlet_gauge_with(full, "1");
    promlet_gauge_with(full, "2");
    promlet_gauge_add(
        promlet_gauge_new(registry, &(promlet_opts){.name = "other", .help = "Other."}), NAN);
    promlet_gauge_set(gauge, 1);
    char document[100];
    (void)snprintf(document, sizeof document, "self_metrics_with_%s", name);
    assert_int_equal((int)kept_value(registry, document, DROPPED_NAN), 1);
    promlet_registry_free(registry);
}

static void dropped_is_shown_in_spite_of_a_user_metric_of_a_derived_name(void **state)
{
    (void)state;
    expect_scrape_in_spite_of("promlet_dropped");
    expect_scrape_in_spite_of("promlet_dropped_created");
}

static void overflow_is_shown_in_spite_of_a_user_metric_of_a_derived_name(void **state)
{
    (void)state;
    expect_scrape_in_spite_of("promlet_series_overflow");
    expect_scrape_in_spite_of("promlet_series_overflow_created");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registry_empty_shows_nothing),
        cmocka_unit_test(dropped_amounts_are_counted_by_reason),
        cmocka_unit_test(dropped_grows_from_scrape_to_scrape),
        cmocka_unit_test(dropped_in_one_registry_is_not_counted_in_others),
        cmocka_unit_test(dropped_on_null_handles_is_counted_in_the_default_registry),
        cmocka_unit_test(dropped_on_a_refused_handle_is_counted_in_the_default_registry),
        cmocka_unit_test(overflow_lookups_are_counted_by_family),
        cmocka_unit_test(dropped_is_shown_in_spite_of_a_user_metric_of_a_derived_name),
        cmocka_unit_test(overflow_is_shown_in_spite_of_a_user_metric_of_a_derived_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
