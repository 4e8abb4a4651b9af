/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of recording by label values: it does what the handle would do, and errors are counted. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FFFD "\xef\xbf\xbd"
#define NO_SERIES "promlet_dropped_total{reason=\"no_series\"}"

static promlet_counter_family *new_counters(promlet_registry *registry, size_t max_series)
{
    return promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                                .help = "Jobs.",
                                                                .labels = {"a", "b"},
                                                                .max_series = max_series});
}

static promlet_gauge_family *new_gauges(promlet_registry *registry)
{
    return promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "depth", .help = "Depth.", .labels = {"queue"}});
}

static promlet_histogram_family *new_histograms(promlet_registry *registry)
{
    return promlet_histogram_family_new(registry, &(promlet_opts){.name = "wait_seconds",
                                                                  .help = "Wait.",
                                                                  .labels = {"queue"},
                                                                  PROMLET_BOUNDS(1)});
}

/* ---- what is recorded ------------------------------------------------------------------------ */

static void by_values_new_series_is_made_and_found_again(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = new_counters(registry, 0);
    promlet_counter_inc_by(counters, "x", "y");
    promlet_counter_inc_by(counters, "x", "y");
    promlet_counter_add_u64_by(counters, 10, "x", "");
    promlet_counter_add_by(counters, 0.5, "x", "");
    promlet_gauge_family *gauges = new_gauges(registry);
    promlet_gauge_set_by(gauges, 7, "mail");
    promlet_gauge_add_by(gauges, -2, "mail");
    promlet_gauge_add_by(gauges, 3, "print");
    promlet_histogram_family *histograms = new_histograms(registry);
    promlet_histogram_observe_by(histograms, 0.5, "mail");
    promlet_histogram_observe_by(histograms, 2, "mail");
    expect_metrics(registry, "by_values", NULL,
                   "# HELP depth Depth.\n"
                   "# TYPE depth gauge\n"
                   "depth{queue=\"mail\"} 5\n"
                   "depth{queue=\"print\"} 3\n"
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"x\",b=\"\"} 10.5\n"
                   "jobs_total{a=\"x\",b=\"y\"} 2\n"
                   "# HELP wait_seconds Wait.\n"
                   "# TYPE wait_seconds histogram\n"
                   "wait_seconds_bucket{queue=\"mail\",le=\"1.0\"} 1\n"
                   "wait_seconds_bucket{queue=\"mail\",le=\"+Inf\"} 2\n"
                   "wait_seconds_sum{queue=\"mail\"} 2.5\n"
                   "wait_seconds_count{queue=\"mail\"} 2\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void by_values_and_handle_are_one_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = new_counters(registry, 0);
    promlet_counter *handle = promlet_counter_with(counters, "x", "y");
    promlet_counter_inc_by(counters, "x", "y");
    promlet_counter_inc(handle);
    promlet_counter_inc_by(counters, "new", "");
    promlet_counter_inc(promlet_counter_with(counters, "new", ""));
    expect_metrics(registry, "by_values_and_handle", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"new\",b=\"\"} 2\n"
                   "jobs_total{a=\"x\",b=\"y\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void by_values_of_a_family_without_labels_records(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts options = {.name = "jobs_total", .help = "Jobs."};
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    static const char *const none[] = {"not looked at"};
    promlet_counter_inc_by_values(family, NULL, 0);
    promlet_counter_inc_by_values(family, none, 0);
    assert_int_equal((int)scraped_value(registry, "jobs_total"), 2);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

/* Each in its own memory, so that a tool that watches memory sees a byte too many. */
static void by_values_of_each_length_are_kept_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 64, 1000};
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_counters(registry, 0);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            for (size_t j = 0; j < COUNT_OF(sizes); j++) {
                char *first = calloc(1, sizes[i] + 1);
                char *second = calloc(1, sizes[j] + 1);
                assert_true(first != NULL && second != NULL);
                memset(first, 'p', sizes[i]);
                memset(second, 'p', sizes[j]);
                promlet_counter_add_u64_by(family, i * 100 + j + 1, first, second);
                promlet_counter *handle = promlet_counter_with(family, first, second);
                free(first);
                free(second);
                promlet_counter_add_u64(handle, 100000);
            }
        }
    }
    char *text = promlet_registry_get_metrics(registry);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            char value[1001] = "";
            char sample[2100];
            memset(value, 'p', 1000);
            (void)snprintf(sample, sizeof sample, "jobs_total{a=\"%.*s\",b=\"%.*s\"}",
                           (int)sizes[i], value, (int)sizes[j], value);
            size_t expected = 2 * (i * 100 + j + 1 + 100000);
            assert_true((size_t)sample_value(text, sample) == expected);
        }
    }
    promlet_free(text);
    promlet_registry_free(registry);
}

/* All but one byte of 32 values are the same. */
static void by_values_of_most_labels_are_kept_apart(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static char names[PROMLET_MAX_LABELS][8];
    static char texts[PROMLET_MAX_LABELS][40];
    promlet_opts options = {.name = "wide"};
    const char *values[PROMLET_MAX_LABELS];
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%zu", i);
        memset(texts[i], 'x', i + 1);
        options.labels[i] = names[i];
        values[i] = texts[i];
    }
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    promlet_gauge *handles[PROMLET_MAX_LABELS];
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        texts[i][i] = 'y';
        promlet_gauge_set_by_values(family, (double)i, values, PROMLET_MAX_LABELS);
        handles[i] = promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS);
        promlet_gauge_add_by_values(family, 100, values, PROMLET_MAX_LABELS);
        texts[i][i] = 'x';
        for (size_t before = 0; before < i; before++) {
            assert_ptr_not_equal(handles[before], handles[i]);
        }
    }
    double sum = 0;
    char *text = promlet_registry_get_metrics(registry);
    for (const char *line = strstr(text, "\nwide{"); line != NULL; line = strstr(line, "\nwide{")) {
        line = strstr(line, "} ");
        sum += strtod(line + 2, NULL);
    }
    promlet_free(text);
    assert_int_equal((int)sum, 31 * 32 / 2 + 32 * 100);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void by_values_bad_bytes_are_repaired(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_counters(registry, 0);
    for (int i = 0; i < 3; i++) {
        promlet_counter_inc_by(family, "x\xffy", "\xe2\x82");
    }
    promlet_counter_inc_by(family, "x" FFFD "y", FFFD);
    expect_metrics(registry, "by_values_bad_bytes", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"x" FFFD "y\",b=\"" FFFD "\"} 4\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void by_values_beyond_the_limit_share_one_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_counters(registry, 1);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_inc_by(family, "first", "");
    promlet_counter_inc_by(family, "second", "");
    promlet_counter_inc_by(family, "third", "");
    promlet_counter_inc_by(family, "first", "");
    promlet_counter_inc_by(family, "second", "");
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    expect_metrics(registry, "by_values_overflow", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{a=\"first\",b=\"\"} 2\n"
                   "jobs_total{otel_metric_overflow=\"true\"} 3\n"
                   "# HELP promlet_series_overflow_total Look-ups of label values that were "
                   "beyond a limit.\n"
                   "# TYPE promlet_series_overflow_total counter\n"
                   "promlet_series_overflow_total{family=\"jobs_total\"} 3\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void by_values_bad_amounts_are_dropped_by_their_reasons(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = new_counters(registry, 0);
    promlet_counter_add_by(counters, -1, "x", "y");
    promlet_counter_add_by(counters, NAN, "x", "y");
    promlet_gauge_add_by(new_gauges(registry), INFINITY, "mail");
    promlet_histogram_observe_by(new_histograms(registry), NAN, "mail");
    char *text = promlet_registry_get_metrics(registry);
    assert_int_equal((int)sample_value(text, "promlet_dropped_total{reason=\"negative\"}"), 1);
    assert_int_equal((int)sample_value(text, "promlet_dropped_total{reason=\"nan\"}"), 2);
    assert_int_equal((int)sample_value(text, "promlet_dropped_total{reason=\"infinite\"}"), 1);
    assert_null(strstr(text, "no_series"));
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* What one failed recording leaves behind, in the registry of the family. */
static void expect_failure(promlet_registry *registry, int failures, promlet_status status,
                           const char *sentence)
{
    expect_status(registry, status, sentence);
    assert_string_equal(promlet_last_error(), sentence);
    assert_int_equal((int)scraped_value(registry, NO_SERIES), failures);
}

static void by_values_wrong_count_is_dropped_and_counted(void **state)
{
    (void)state;
    static const char sentence[] = "jobs_total: needs 2 label values (a, b), got 1";
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = new_counters(registry, 0);
    promlet_counter_inc_by(family, "only one");
    expect_failure(registry, 1, PROMLET_ERROR_LABELS, sentence);
    promlet_counter_add_by(family, 1, "only one");
    promlet_counter_add_u64_by(family, 1, "only one");
    expect_failure(registry, 3, PROMLET_ERROR_LABELS, sentence);
    static const char *const values[] = {"1", "2", "3"};
    promlet_counter_inc_by_values(family, values, 3);
    assert_string_equal(promlet_last_error(), "jobs_total: needs 2 label values (a, b), got 3");
    promlet_counter_inc_by_values(family, NULL, 2);
    assert_string_equal(promlet_last_error(), "jobs_total: needs 2 label values (a, b), got 0");
    promlet_counter_inc_by_values(family, values, 0);
    expect_status(registry, PROMLET_ERROR_LABELS, sentence);
    expect_metrics(registry, "by_values_errors", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"no_series\"} 6\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void by_values_null_value_is_dropped_and_counted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_inc_by(new_counters(registry, 0), "x", NULL);
    expect_failure(registry, 1, PROMLET_ERROR_LABELS,
                   "jobs_total: the value of label \"b\" is NULL");
    promlet_gauge_set_by(new_gauges(registry), 1, NULL);
    assert_string_equal(promlet_last_error(), "depth: the value of label \"queue\" is NULL");
    promlet_histogram_observe_by(new_histograms(registry), 1, NULL);
    assert_string_equal(promlet_last_error(), "wait_seconds: the value of label \"queue\" is NULL");
    assert_int_equal((int)scraped_value(registry, NO_SERIES), 3);
    promlet_registry_free(registry);
}

static void by_values_null_family_is_counted_in_the_default_registry(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    double before = scraped_value(NULL, NO_SERIES);
    promlet_counter_inc_by(NULL, "x");
    promlet_counter_add_by(NULL, 1, "x");
    promlet_counter_add_u64_by(NULL, 1, "x");
    promlet_gauge_set_by(NULL, 1, "x");
    promlet_gauge_add_by(NULL, 1, "x");
    promlet_histogram_observe_by(NULL, 1, "x");
    stop_to_hear();
    assert_int_equal((int)(scraped_value(NULL, NO_SERIES) - before), 6);
    expect_status(NULL, PROMLET_ERROR_ARGUMENT, "a family is NULL");
    assert_string_equal(promlet_last_error(), "a family is NULL");
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "a family is NULL");
}

static void by_values_failures_are_told_once_a_family(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = new_counters(registry, 0);
    promlet_gauge_family *gauges = new_gauges(registry);
    struct heard_log heard;
    start_to_hear(&heard);
    for (int i = 0; i < 100; i++) {
        promlet_counter_inc_by(counters, "one");
    }
    promlet_counter_inc_by(counters, "one", NULL);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "jobs_total: needs 2 label values (a, b), got 1");
    for (int i = 0; i < 100; i++) {
        promlet_gauge_set_by(gauges, 1, "one", "two");
    }
    assert_int_equal(heard.count, 2);
    assert_string_equal(heard.last, "depth: needs 1 label value (queue), got 2");
    /* A look-up tells each time, as before. */
    (void)promlet_counter_with(counters, "one");
    (void)promlet_counter_with(counters, "one");
    assert_int_equal(heard.count, 4);
    stop_to_hear();
    promlet_registry_free(registry);
}

static void by_values_on_a_sink_family_does_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "1", .labels = {"a", "b"}});
    promlet_gauge_family *gauges = promlet_gauge_family_new(registry, NULL);
    promlet_histogram_family *histograms = promlet_histogram_family_new(registry, NULL);
    double before = scraped_value(NULL, NO_SERIES);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_inc_by(counters, "x", "y");
    promlet_counter_inc_by_values(counters, NULL, 0);
    static const char *const none[] = {NULL};
    promlet_counter_inc_by_values(counters, none, 0);
    promlet_gauge_add_by(gauges, 1, "x");
    promlet_histogram_observe_by(histograms, 1, "x");
    stop_to_hear();
    assert_int_equal(heard.count, 0);
    assert_int_equal((int)(scraped_value(NULL, NO_SERIES) - before), 0);
    expect_metrics(registry, "by_values_sink", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_values_new_series_is_made_and_found_again),
        cmocka_unit_test(by_values_and_handle_are_one_series),
        cmocka_unit_test(by_values_of_a_family_without_labels_records),
        cmocka_unit_test(by_values_of_each_length_are_kept_apart),
        cmocka_unit_test(by_values_of_most_labels_are_kept_apart),
        cmocka_unit_test(by_values_bad_bytes_are_repaired),
        cmocka_unit_test(by_values_beyond_the_limit_share_one_series),
        cmocka_unit_test(by_values_bad_amounts_are_dropped_by_their_reasons),
        cmocka_unit_test(by_values_wrong_count_is_dropped_and_counted),
        cmocka_unit_test(by_values_null_value_is_dropped_and_counted),
        cmocka_unit_test(by_values_null_family_is_counted_in_the_default_registry),
        cmocka_unit_test(by_values_failures_are_told_once_a_family),
        cmocka_unit_test(by_values_on_a_sink_family_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
