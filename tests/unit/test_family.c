/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of families: identity of label sets, bad bytes, wrong values, the limit, and the order. */
#include "support/expect.h"
#include "support/heard_log.h"

#define FFFD "\xef\xbf\xbd"

static promlet_counter_family *new_family(promlet_registry *registry, size_t max_series)
{
    return promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                                .help = "Jobs.",
                                                                .labels = {"a", "b"},
                                                                .max_series = max_series});
}

/* ---- identity -------------------------------------------------------------------------------- */

static void family_same_values_are_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    char first[] = "x";
    assert_ptr_equal(promlet_counter_with(family, "x", "y"),
                     promlet_counter_with(family, first, "y"));
    promlet_registry_free(registry);
}

static void family_border_moved_is_another_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    promlet_counter_add(promlet_counter_with(family, "ab", "c"), 1);
    promlet_counter_add(promlet_counter_with(family, "a", "bc"), 2);
    promlet_counter_add(promlet_counter_with(family, "abc", ""), 3);
    promlet_counter_add(promlet_counter_with(family, "", "abc"), 4);
    promlet_counter_add(promlet_counter_with(family, "", ""), 5);
    expect_metrics(registry, "family_borders", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"\",b=\"\"} 5\n"
                   "jobs_total{a=\"\",b=\"abc\"} 4\n"
                   "jobs_total{a=\"a\",b=\"bc\"} 2\n"
                   "jobs_total{a=\"ab\",b=\"c\"} 1\n"
                   "jobs_total{a=\"abc\",b=\"\"} 3\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void family_without_labels_is_one_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts options = {.name = "jobs_total", .help = "Jobs."};
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    promlet_counter *counter = promlet_counter_with_values(family, NULL, 0);
    assert_ptr_equal(promlet_counter_new(registry, &options), counter);
    promlet_counter_inc(counter);
    expect_metrics(registry, "family_without_labels", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- bytes that are not UTF-8 ---------------------------------------------------------------- */

static void family_bad_bytes_are_repaired(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    promlet_counter_inc(promlet_counter_with(family, "x\xffy", "\xe2\x82"));
    expect_metrics(registry, "family_bad_bytes", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"x" FFFD "y\",b=\"" FFFD "\"} 1\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void family_bad_bytes_find_their_series_again(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    promlet_counter *counter = promlet_counter_with(family, "x\xffy", "z");
    assert_ptr_equal(promlet_counter_with(family, "x\xffy", "z"), counter);
    assert_ptr_equal(promlet_counter_with(family, "x" FFFD "y", "z"), counter);
    promlet_registry_free(registry);
}

static void family_bad_bytes_in_32_long_values_are_repaired(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static char names[PROMLET_MAX_LABELS][8];
    static char bad[1001];
    memset(bad, 0xff, sizeof bad - 1);
    promlet_opts options = {.name = "wide"};
    const char *values[PROMLET_MAX_LABELS];
    for (int i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%d", i);
        options.labels[i] = names[i];
        values[i] = bad;
    }
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    promlet_gauge *gauge = promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS);
    assert_ptr_equal(promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS), gauge);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

/* ---- wrong values ---------------------------------------------------------------------------- */

static void family_wrong_count_is_an_error(void **state)
{
    (void)state;
    static const char *const values[] = {"1", "2", "3"};
    static const size_t counts[] = {0, 1, 3};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        promlet_registry *registry = new_registry();
        promlet_counter_family *family = new_family(registry, 0);
        promlet_counter_inc(promlet_counter_with_values(family, values, counts[i]));
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence,
                       "jobs_total: needs 2 label values (a, b), got %zu", counts[i]);
        expect_status(registry, PROMLET_ERROR_LABELS, sentence);
        assert_string_equal(promlet_last_error(), sentence);
        promlet_registry_free(registry);
    }
}

static void family_wrong_count_names_as_many_labels_as_fit(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *many = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g",
                                  .labels = {"a_label_with_a_long_name", "another_with_a_long_one",
                                             "the_third_one_with_a_long_name", "fit",
                                             "fits_no_more", "nor_this"}});
    (void)promlet_gauge_with(many, "1");
    assert_string_equal(
        promlet_last_error(),
        "g: needs 6 label values (a_label_with_a_long_name, "
        "another_with_a_long_one, the_third_one_with_a_long_name, fit, ...), got 1");
    static char name[201];
    memset(name, 'n', sizeof name - 1);
    promlet_gauge_family *one =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "h", .labels = {name}});
    (void)promlet_gauge_with(one, "1", "2");
    assert_string_equal(promlet_last_error(), "h: needs 1 label value (...), got 2");
    promlet_registry_free(registry);
}

static void family_with_macro_counts_the_values(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    promlet_counter_inc(promlet_counter_with(family, "only one"));
    expect_status(registry, PROMLET_ERROR_LABELS, "jobs_total: needs 2 label values (a, b), got 1");
    expect_metrics(registry, "family_wrong_count", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void family_null_values_are_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_with_values(new_family(registry, 0), NULL, 2);
    expect_status(registry, PROMLET_ERROR_LABELS, "jobs_total: needs 2 label values (a, b), got 0");
    promlet_registry_free(registry);
}

static void family_null_value_is_an_error_that_names_the_label(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_with(new_family(registry, 0), "x", NULL);
    expect_status(registry, PROMLET_ERROR_LABELS, "jobs_total: the value of label \"b\" is NULL");
    promlet_registry_free(registry);
}

static void family_values_for_a_metric_without_labels_are_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &(promlet_opts){.name = "g"});
    promlet_gauge_with(family, "x");
    expect_status(registry, PROMLET_ERROR_LABELS, "g: needs no label values, got 1");
    promlet_registry_free(registry);
}

/* ---- the limit ------------------------------------------------------------------------------- */

static void family_beyond_its_limit_shares_one_series_with_exact_totals(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 2);
    promlet_counter_add(promlet_counter_with(family, "zz", ""), 1);
    promlet_counter_add(promlet_counter_with(family, "p", ""), 2);
    promlet_counter_add(promlet_counter_with(family, "a", ""), 4);
    promlet_counter_add(promlet_counter_with(family, "b", ""), 8);
    promlet_counter_add(promlet_counter_with(family, "zz", ""), 16);
    expect_metrics(registry, "family_overflow", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"p\",b=\"\"} 2\n"
                   "jobs_total{a=\"zz\",b=\"\"} 17\n"
                   "jobs_total{otel_metric_overflow=\"true\"} 12\n"
                   "# HELP promlet_series_overflow_total Look-ups of label values that were "
                   "beyond a limit.\n"
                   "# TYPE promlet_series_overflow_total counter\n"
                   "promlet_series_overflow_total{family=\"jobs_total\"} 2\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void family_at_its_limit_has_no_overflow_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 2);
    promlet_counter_with(family, "x", "");
    promlet_counter_with(family, "y", "");
    promlet_counter_with(family, "x", "");
    expect_metrics(registry, "family_just_full", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"x\",b=\"\"} 0\n"
                   "jobs_total{a=\"y\",b=\"\"} 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void family_limit_is_warned_of_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 1);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_with(family, "1", "");
    promlet_counter_with(family, "2", "");
    promlet_counter_with(family, "3", "");
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "jobs_total: reached its limit of 1 series; further label "
                                    "values share the series with otel_metric_overflow=\"true\"");
    promlet_registry_free(registry);
}

static void family_default_limit_is_2000(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    char value[16];
    for (int i = 0; i < 2001; i++) {
        (void)snprintf(value, sizeof value, "%d", i);
        promlet_counter_inc(promlet_counter_with(family, value, ""));
    }
    promlet_counter *overflow = promlet_counter_with(family, "new", "");
    assert_ptr_equal(promlet_counter_with(family, "2000", ""), overflow);
    assert_ptr_not_equal(promlet_counter_with(family, "1999", ""), overflow);
    promlet_registry_free(registry);
}

static void family_overflow_of_a_histogram_has_buckets(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "wait_seconds",
                                                               .help = "Wait.",
                                                               .labels = {"a"},
                                                               .max_series = 1,
                                                               PROMLET_BOUNDS(1)});
    promlet_histogram_with(family, "x");
    promlet_histogram_observe(promlet_histogram_with(family, "y"), 2);
    expect_metrics(registry, "family_overflow_histogram", NULL,
                   "# HELP promlet_series_overflow_total Look-ups of label values that were "
                   "beyond a limit.\n"
                   "# TYPE promlet_series_overflow_total counter\n"
                   "promlet_series_overflow_total{family=\"wait_seconds\"} 1\n"
                   "# HELP wait_seconds Wait.\n"
                   "# TYPE wait_seconds histogram\n"
                   "wait_seconds_bucket{a=\"x\",le=\"1.0\"} 0\n"
                   "wait_seconds_bucket{a=\"x\",le=\"+Inf\"} 0\n"
                   "wait_seconds_sum{a=\"x\"} 0\n"
                   "wait_seconds_count{a=\"x\"} 0\n"
                   "wait_seconds_bucket{otel_metric_overflow=\"true\",le=\"1.0\"} 0\n"
                   "wait_seconds_bucket{otel_metric_overflow=\"true\",le=\"+Inf\"} 1\n"
                   "wait_seconds_sum{otel_metric_overflow=\"true\"} 2\n"
                   "wait_seconds_count{otel_metric_overflow=\"true\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- order ----------------------------------------------------------------------------------- */

static void family_series_added_between_scrapes_fall_into_order(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_family(registry, 0);
    promlet_counter_with(family, "m", "1");
    promlet_counter_with(family, "d", "1");
    expect_metrics(registry, "family_order_before", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"d\",b=\"1\"} 0\n"
                   "jobs_total{a=\"m\",b=\"1\"} 0\n"
                   "# EOF\n");
    promlet_counter_with(family, "z", "1");
    promlet_counter_with(family, "m", "0");
    promlet_counter_with(family, "a", "9");
    promlet_counter_with(family, "m", "2");
    expect_metrics(registry, "family_order_after", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"a\",b=\"9\"} 0\n"
                   "jobs_total{a=\"d\",b=\"1\"} 0\n"
                   "jobs_total{a=\"m\",b=\"0\"} 0\n"
                   "jobs_total{a=\"m\",b=\"1\"} 0\n"
                   "jobs_total{a=\"m\",b=\"2\"} 0\n"
                   "jobs_total{a=\"z\",b=\"1\"} 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void family_order_does_not_depend_on_creation(void **state)
{
    (void)state;
    promlet_registry *rising = new_registry();
    promlet_registry *falling = new_registry();
    promlet_counter_family *rising_family = new_family(rising, 0);
    promlet_counter_family *falling_family = new_family(falling, 0);
    for (int i = 0; i < 100; i++) {
        char value[16];
        (void)snprintf(value, sizeof value, "%d", i);
        promlet_counter_with(rising_family, value, "");
        (void)snprintf(value, sizeof value, "%d", 99 - i);
        promlet_counter_with(falling_family, value, "");
    }
    char *text = promlet_registry_get_metrics(rising);
    expect_metrics(falling, "family_order_falling", NULL, text);
    promlet_free(text);
    promlet_registry_free(rising);
    promlet_registry_free(falling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(family_same_values_are_the_same_handle),
        cmocka_unit_test(family_border_moved_is_another_series),
        cmocka_unit_test(family_without_labels_is_one_series),
        cmocka_unit_test(family_bad_bytes_are_repaired),
        cmocka_unit_test(family_bad_bytes_find_their_series_again),
        cmocka_unit_test(family_bad_bytes_in_32_long_values_are_repaired),
        cmocka_unit_test(family_wrong_count_is_an_error),
        cmocka_unit_test(family_wrong_count_names_as_many_labels_as_fit),
        cmocka_unit_test(family_with_macro_counts_the_values),
        cmocka_unit_test(family_null_values_are_an_error),
        cmocka_unit_test(family_null_value_is_an_error_that_names_the_label),
        cmocka_unit_test(family_values_for_a_metric_without_labels_are_an_error),
        cmocka_unit_test(family_beyond_its_limit_shares_one_series_with_exact_totals),
        cmocka_unit_test(family_at_its_limit_has_no_overflow_series),
        cmocka_unit_test(family_limit_is_warned_of_once),
        cmocka_unit_test(family_default_limit_is_2000),
        cmocka_unit_test(family_overflow_of_a_histogram_has_buckets),
        cmocka_unit_test(family_series_added_between_scrapes_fall_into_order),
        cmocka_unit_test(family_order_does_not_depend_on_creation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
