/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_testing_value() and promlet_testing_find(). */
#include "support/expect.h"
#include "support/locales.h"

#include <promlet/testing.h>

#include <math.h>

static void assert_value(double value, double expected)
{
    if (!(value <= expected && value >= expected)) {
        fail_msg("%.17g, expected %.17g; last error: %s", value, expected, promlet_last_error());
    }
}

static void value_of_metrics_without_labels_is_found_by_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_add_u64(
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs", .no_lint = true}), 3);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "depth"}), -1.5);
    assert_value(promlet_testing_value(registry, "jobs_total"), 3);
    assert_value(promlet_testing_value(registry, "depth"), -1.5);
    promlet_registry_free(registry);
}

static void value_of_series_is_found_whatever_the_order_of_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "requests_total", .labels = {"method", "status"}});
    promlet_counter_add(promlet_counter_with(requests, "GET", "200"), 2.25);
    promlet_counter_inc(promlet_counter_with(requests, "GET", ""));
    promlet_counter_inc(promlet_counter_with(requests, "a\"\\\n{,}=", "\xc3\xa9"));
    assert_value(
        promlet_testing_value(registry, "requests_total", "method", "GET", "status", "200"), 2.25);
    assert_value(
        promlet_testing_value(registry, "requests_total", "status", "200", "method", "GET"), 2.25);
    assert_value(promlet_testing_value(registry, "requests_total", "status", "", "method", "GET"),
                 1);
    assert_value(promlet_testing_value(registry, "requests_total", "method", "GET"), 1);
    assert_value(promlet_testing_value(registry, "requests_total", "method",
                                       "a\"\\\n{,}=", "status", "\xc3\xa9"),
                 1);
    promlet_registry_free(registry);
}

static void value_of_a_histogram_is_found_by_sample_names(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry,
        &(promlet_opts){.name = "wait_seconds", .labels = {"queue"}, PROMLET_BOUNDS(0.5, 1, 2.5)});
    promlet_histogram *wait = promlet_histogram_with(family, "mail");
    promlet_histogram_observe(wait, 0.25);
    promlet_histogram_observe(wait, 0.75);
    promlet_histogram_observe(wait, 100);
    assert_value(promlet_testing_value(registry, "wait_seconds_count", "queue", "mail"), 3);
    assert_value(promlet_testing_value(registry, "wait_seconds_sum", "queue", "mail"), 101);
    static const char *const bounds[][2] = {{"0.5", "1"}, {".50", "1"}, {"1", "2"},   {"1.0", "2"},
                                            {"1e0", "2"}, {"2.5", "2"}, {"+Inf", "3"}};
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        assert_value(promlet_testing_value(registry, "wait_seconds_bucket", "queue", "mail", "le",
                                           bounds[i][0]),
                     strtod(bounds[i][1], NULL));
    }
    assert_true(isnan(promlet_testing_value(registry, "wait_seconds", "queue", "mail")));
    promlet_registry_free(registry);
}

static void value_of_the_default_registry_is_found(void **state)
{
    (void)state;
    promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = "testing_depth"}), 4);
    assert_value(promlet_testing_value(NULL, "testing_depth"), 4);
}

static void value_that_is_not_there_is_nan_and_says_what_is(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"queue"}});
    promlet_counter_inc(promlet_counter_with(jobs, "mail"));
    assert_true(isnan(promlet_testing_value(registry, "jobs")));
    assert_string_equal(promlet_last_error(),
                        "jobs: no sample has this name and these labels; there is "
                        "jobs_total{queue=\"mail\"}");
    assert_true(isnan(promlet_testing_value(registry, "jobs_total", "queue", "post")));
    assert_string_equal(promlet_last_error(),
                        "jobs_total: no sample has this name and these labels; there is "
                        "jobs_total{queue=\"mail\"}");
    assert_true(isnan(promlet_testing_value(registry, "depth")));
    assert_string_equal(promlet_last_error(), "depth: no sample has this name");
    promlet_registry_free(registry);
}

static void find_tells_a_gauge_that_is_nan_from_none(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "depth"}), NAN);
    double value = 0;
    assert_int_equal(promlet_testing_find(registry, (const char *const[]){"depth"}, 1, &value),
                     PROMLET_OK);
    assert_true(isnan(value));
    value = 7;
    assert_int_equal(promlet_testing_find(registry, (const char *const[]){"other"}, 1, &value),
                     PROMLET_ERROR_NOT_FOUND);
    assert_value(value, 7);
    assert_int_equal(promlet_testing_find(registry, (const char *const[]){"depth"}, 1, NULL),
                     PROMLET_OK);
    promlet_registry_free(registry);
}

static void find_with_wrong_arguments_is_refused(void **state)
{
    (void)state;
    static const char *const sample[1000] = {"depth", NULL, "x"};
    static const char *const many[257] = {"depth"};
    double value;
    assert_int_equal(promlet_testing_find(NULL, NULL, 1, &value), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "a sample's name is NULL");
    assert_int_equal(promlet_testing_find(NULL, sample, 0, &value), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_testing_find(NULL, sample + 1, 1, &value), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_testing_find(NULL, sample, 2, &value), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(),
                        "a label has no value: give a name, then pairs of label names and values");
    assert_int_equal(promlet_testing_find(NULL, sample, 3, &value), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "a label of a sample is NULL");
    assert_int_equal(promlet_testing_find(NULL, sample, 999, &value), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "a sample has too many labels");
    assert_int_equal(promlet_testing_find(NULL, many, 257, &value), PROMLET_ERROR_ARGUMENT);
}

static void value_of_exact_numbers_is_exact_in_every_locale(void **state)
{
    (void)state;
    static const double values[] = {0.1,     -0.1,          1e300, 1e-300, 123456.789, 5e-324,
                                    1.0 / 3, 1234567890123, -0.0,  2.5e22, 1e22,       INFINITY};
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    choose_comma_locale();
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_gauge_set(gauge, values[i]);
        assert_value(promlet_testing_value(registry, "g"), values[i]);
    }
    (void)setlocale(LC_ALL, "C");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_of_metrics_without_labels_is_found_by_name),
        cmocka_unit_test(value_of_series_is_found_whatever_the_order_of_labels),
        cmocka_unit_test(value_of_a_histogram_is_found_by_sample_names),
        cmocka_unit_test(value_of_the_default_registry_is_found),
        cmocka_unit_test(value_that_is_not_there_is_nan_and_says_what_is),
        cmocka_unit_test(find_tells_a_gauge_that_is_nan_from_none),
        cmocka_unit_test(find_with_wrong_arguments_is_refused),
        cmocka_unit_test(value_of_exact_numbers_is_exact_in_every_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
