/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the calls of <promlet/family.h>: what they remove, and what they refuse. */
#include "support/lifetime.h"

PROMLET_STATIC_COUNTER(static_counter, "static_jobs_total", "Jobs.");

static promlet_registry *registry;
static promlet_counter_family *family; /* with the labels method and status */

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "requests_total", .labels = {"method", "status"}});
    (void)promlet_set_last_error(PROMLET_OK, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

static void expect_error(promlet_status status, promlet_status expected, const char *sentence)
{
    assert_int_equal(status, expected);
    assert_string_equal(promlet_last_error(), sentence);
    (void)promlet_set_last_error(PROMLET_OK, "");
}

static void record_each(void)
{
    promlet_counter_inc_by(family, "GET", "200");
    promlet_counter_inc_by(family, "GET", "404");
    promlet_counter_inc_by(family, "PUT", "200");
    promlet_counter_inc_by(family, "", "200");
}

static void expect_shown(const char *keys)
{
    static const char *const samples[] = {
        "requests_total{method=\"GET\",status=\"200\"}",
        "requests_total{method=\"GET\",status=\"404\"}",
        "requests_total{method=\"PUT\",status=\"200\"}",
        "requests_total{method=\"\",status=\"200\"}",
    };
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        assert_int_equal(is_shown(registry, samples[i]), keys[i] == '1');
    }
}

/* ---- by values ------------------------------------------------------------------------------- */

static void remove_takes_exactly_one(void **state)
{
    (void)state;
    record_each();
    assert_int_equal(promlet_family_remove(family, "GET", "404"), PROMLET_OK);
    expect_shown("1011");
    const char *const values[] = {"", "200"};
    assert_int_equal(promlet_family_remove_values(promlet_family_of(family), values, 2),
                     PROMLET_OK);
    expect_shown("1010");
}

static void remove_of_what_is_not_there_is_not_found(void **state)
{
    (void)state;
    static const char sentence[] = "requests_total: there is no series with these label values";
    expect_error(promlet_family_remove(family, "GET", "200"), PROMLET_ERROR_NOT_FOUND, sentence);
    record_each();
    expect_error(promlet_family_remove(family, "200", "GET"), PROMLET_ERROR_NOT_FOUND, sentence);
    assert_int_equal(promlet_family_remove(family, "GET", "200"), PROMLET_OK);
    expect_error(promlet_family_remove(family, "GET", "200"), PROMLET_ERROR_NOT_FOUND, sentence);
    expect_shown("0111");
    expect_status(registry, PROMLET_OK, "");
}

static void remove_with_wrong_values_is_refused(void **state)
{
    (void)state;
    record_each();
    expect_error(promlet_family_remove(family, "GET"), PROMLET_ERROR_LABELS,
                 "requests_total: needs 2 label values (method, status), got 1");
    expect_error(promlet_family_remove(family, "GET", "200", "x"), PROMLET_ERROR_LABELS,
                 "requests_total: needs 2 label values (method, status), got 3");
    expect_error(promlet_family_remove(family, "GET", NULL), PROMLET_ERROR_LABELS,
                 "requests_total: the value of label \"status\" is NULL");
    expect_error(promlet_family_remove_values(family, NULL, 2), PROMLET_ERROR_LABELS,
                 "requests_total: needs 2 label values (method, status), got 0");
    expect_shown("1111");
}

static void remove_of_values_that_are_not_utf8_finds_the_repaired_ones(void **state)
{
    (void)state;
    promlet_counter_inc_by(family, "G\xff", "200");
    static const char sample[] = "requests_total{method=\"G\xef\xbf\xbd\",status=\"200\"}";
    assert_true(is_shown(registry, sample));
    assert_int_equal(promlet_family_remove(family, "G\xff", "200"), PROMLET_OK);
    assert_false(is_shown(registry, sample));
    promlet_counter_inc_by(family, "G\xff", "200");
    const promlet_label label = {"method", "G\xfe"};
    assert_int_equal(promlet_family_remove_matching(family, &label, 1), 1);
    assert_false(is_shown(registry, sample));
}

/* ---- by names -------------------------------------------------------------------------------- */

static void remove_matching_takes_all_that_fit(void **state)
{
    (void)state;
    record_each();
    scrape(registry);
    promlet_counter_inc_by(family, "GET", "503"); /* new since the scrape */
    const promlet_label get = {"method", "GET"};
    assert_int_equal(promlet_family_remove_matching(family, &get, 1), 3);
    expect_shown("0011");
    assert_int_equal(promlet_family_remove_matching(family, &get, 1), 0);
    const promlet_label exact[] = {{"status", "200"}, {"method", ""}};
    assert_int_equal(promlet_family_remove_matching(family, exact, 2), 1);
    expect_shown("0010");
    assert_int_equal(promlet_family_remove_matching(family, NULL, 0), 1);
    expect_shown("0000");
    assert_string_equal(promlet_last_error(), "");
}

static void remove_matching_label_twice_must_fit_both(void **state)
{
    (void)state;
    record_each();
    const promlet_label same[] = {{"method", "GET"}, {"method", "GET"}};
    const promlet_label other[] = {{"method", "GET"}, {"method", "PUT"}};
    assert_int_equal(promlet_family_remove_matching(family, other, 2), 0);
    expect_shown("1111");
    assert_int_equal(promlet_family_remove_matching(family, same, 2), 2);
    expect_shown("0011");
}

static size_t remove_label(const char *name, const char *value)
{
    const promlet_label label = {name, value};
    return promlet_family_remove_matching(family, &label, 1);
}

static void remove_matching_with_wrong_labels_is_refused(void **state)
{
    (void)state;
    record_each();
    assert_int_equal(remove_label("methods", "GET"), 0);
    assert_string_equal(promlet_last_error(), "requests_total: it has no label \"methods\"");
    assert_int_equal(remove_label(NULL, "GET"), 0);
    assert_string_equal(promlet_last_error(),
                        "requests_total: the name or the value of a label is NULL");
    (void)promlet_set_last_error(PROMLET_OK, "");
    assert_int_equal(remove_label("method", NULL), 0);
    assert_string_equal(promlet_last_error(),
                        "requests_total: the name or the value of a label is NULL");
    assert_int_equal(promlet_family_remove_matching(family, NULL, 1), 0);
    assert_string_equal(promlet_last_error(), "requests_total: labels is NULL, but count is 1");
    assert_int_equal(promlet_family_remove_matching((promlet_family *)NULL, NULL, 0), 0);
    assert_string_equal(promlet_last_error(), "a family is NULL");
    expect_shown("1111");
}

/* ---- all ------------------------------------------------------------------------------------- */

static void clear_takes_all_and_the_overflow_series(void **state)
{
    (void)state;
    promlet_gauge_family *gauges = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g", .labels = {"key"}, .max_series = 1});
    promlet_gauge_set_by(gauges, 1, "a");
    promlet_gauge *overflow = promlet_gauge_with(gauges, "b");
    promlet_gauge_set(overflow, 2);
    assert_int_equal(promlet_family_clear(gauges), PROMLET_OK);
    assert_int_equal(promlet_family_clear(gauges), PROMLET_OK);
    assert_false(is_shown(registry, "g{key=\"a\"}"));
    assert_false(is_shown(registry, "g{otel_metric_overflow=\"true\"}"));
    scrape_until_free(registry);
    promlet_gauge_set_by(gauges, 3, "c"); /* there is room again */
    assert_value(registry, "g{key=\"c\"}", 3);
    assert_ptr_equal(promlet_gauge_with(gauges, "a"), overflow);
    assert_value(registry, "g{otel_metric_overflow=\"true\"}", 0);
}

static void metric_without_labels_is_set_to_zero(void **state)
{
    (void)state;
    promlet_counter_family *whole =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "n_total"});
    expect_error(promlet_family_remove_values(whole, NULL, 0), PROMLET_ERROR_NOT_FOUND,
                 "n_total: there is no series with these label values");
    promlet_counter *counter = promlet_counter_new(registry, &(promlet_opts){.name = "n_total"});
    promlet_counter_add_u64(counter, 3);
    assert_int_equal(promlet_family_clear(whole), PROMLET_OK);
    assert_value(registry, "n_total", 0);
    promlet_counter_add_u64(counter, 4);
    assert_value(registry, "n_total", 4);
    assert_int_equal(promlet_family_remove_values(whole, NULL, 0), PROMLET_OK);
    assert_value(registry, "n_total", 0);
    promlet_counter_add_u64(counter, 5);
    assert_int_equal(promlet_family_remove_matching(whole, NULL, 0), 1);
    assert_value(registry, "n_total", 0);
    promlet_counter_inc(counter);
    assert_value(registry, "n_total", 1);
}

static void null_and_refused_families_are_errors(void **state)
{
    (void)state;
    promlet_gauge_family *null = NULL;
    expect_error(promlet_family_remove(null, "a"), PROMLET_ERROR_ARGUMENT, "a family is NULL");
    expect_error(promlet_family_clear(null), PROMLET_ERROR_ARGUMENT, "a family is NULL");
    expect_error(promlet_family_unregister(null), PROMLET_ERROR_ARGUMENT, "a family is NULL");
    promlet_gauge_family *refused =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "1", .labels = {"key"}});
    static const char sentence[] = "the family's declaration was refused";
    expect_error(promlet_family_remove(refused, "a"), PROMLET_ERROR_NOT_FOUND, sentence);
    expect_error(promlet_family_clear(refused), PROMLET_ERROR_NOT_FOUND, sentence);
    expect_error(promlet_family_unregister(refused), PROMLET_ERROR_NOT_FOUND, sentence);
    assert_int_equal(promlet_family_remove_matching(refused, NULL, 0), 0);
    assert_string_equal(promlet_last_error(), sentence);
}

static void metrics_at_file_scope_and_promlets_own_stay(void **state)
{
    (void)state;
    promlet_counter_inc(static_counter);
    promlet_counter_inc(NULL);
    assert_value(NULL, "static_jobs_total", 1);
    promlet_counter_family *whole =
        promlet_counter_family_new(NULL, &(promlet_opts){.name = "static_jobs_total"});
    static const char sentence[] = "static_jobs_total: a metric at file scope can't be removed";
    expect_error(promlet_family_clear(whole), PROMLET_ERROR_ARGUMENT, sentence);
    expect_error(promlet_family_remove_values(whole, NULL, 0), PROMLET_ERROR_ARGUMENT, sentence);
    expect_error(promlet_family_unregister(whole), PROMLET_ERROR_ARGUMENT, sentence);
    expect_error(promlet_registry_unregister(NULL, "static_jobs_total"), PROMLET_ERROR_ARGUMENT,
                 sentence);
    expect_error(promlet_registry_unregister(NULL, "promlet_dropped_total"), PROMLET_ERROR_ARGUMENT,
                 "promlet_dropped_total: promlet's own metrics can't be removed");
    assert_value(NULL, "static_jobs_total", 1);
    assert_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}", 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(remove_takes_exactly_one),
        TEST(remove_of_what_is_not_there_is_not_found),
        TEST(remove_with_wrong_values_is_refused),
        TEST(remove_of_values_that_are_not_utf8_finds_the_repaired_ones),
        TEST(remove_matching_takes_all_that_fit),
        TEST(remove_matching_label_twice_must_fit_both),
        TEST(remove_matching_with_wrong_labels_is_refused),
        TEST(clear_takes_all_and_the_overflow_series),
        TEST(metric_without_labels_is_set_to_zero),
        TEST(null_and_refused_families_are_errors),
        TEST(metrics_at_file_scope_and_promlets_own_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
