/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of file-scope metrics in two files of one executable. The cases run in this order. */
#include "modules/plugin.h"
#include "support/expect.h"

#include <math.h>

PLUGIN_METRICS(first_file);
PROMLET_STATIC_HISTOGRAM(waits, "waits_seconds", "Waits.");

#define TEXT_OF(jobs_everywhere, depth, le_1, le_10, count, sum, jobs_first, jobs_second, waits)   \
    "# HELP everywhere_depth Depth of all modules.\n"                                              \
    "# TYPE everywhere_depth gauge\n"                                                              \
    "everywhere_depth " depth "\n"                                                                 \
    "# HELP everywhere_jobs_total Jobs of all modules.\n"                                          \
    "# TYPE everywhere_jobs_total counter\n"                                                       \
    "everywhere_jobs_total " jobs_everywhere "\n"                                                  \
    "# HELP everywhere_seconds Time of all modules.\n"                                             \
    "# TYPE everywhere_seconds histogram\n"                                                        \
    "everywhere_seconds_bucket{le=\"1.0\"} " le_1 "\n"                                             \
    "everywhere_seconds_bucket{le=\"10.0\"} " le_10 "\n"                                           \
    "everywhere_seconds_bucket{le=\"+Inf\"} " count "\n"                                           \
    "everywhere_seconds_sum " sum "\n"                                                             \
    "everywhere_seconds_count " count "\n"                                                         \
    "# HELP first_file_jobs_total Jobs of one module.\n"                                           \
    "# TYPE first_file_jobs_total counter\n"                                                       \
    "first_file_jobs_total " jobs_first "\n"                                                       \
    "# HELP second_file_jobs_total Jobs of one module.\n"                                          \
    "# TYPE second_file_jobs_total counter\n"                                                      \
    "second_file_jobs_total " jobs_second "\n"                                                     \
    "# HELP waits_seconds Waits.\n"                                                                \
    "# TYPE waits_seconds histogram\n"                                                             \
    "waits_seconds_bucket{le=\"0.005\"} " waits "\n"                                               \
    "waits_seconds_bucket{le=\"0.01\"} " waits "\n"                                                \
    "waits_seconds_bucket{le=\"0.025\"} " waits "\n"                                               \
    "waits_seconds_bucket{le=\"0.05\"} " waits "\n"                                                \
    "waits_seconds_bucket{le=\"0.1\"} " waits "\n"                                                 \
    "waits_seconds_bucket{le=\"0.25\"} " waits "\n"                                                \
    "waits_seconds_bucket{le=\"0.5\"} " waits "\n"                                                 \
    "waits_seconds_bucket{le=\"1.0\"} " waits "\n"                                                 \
    "waits_seconds_bucket{le=\"2.5\"} " waits "\n"                                                 \
    "waits_seconds_bucket{le=\"5.0\"} " waits "\n"                                                 \
    "waits_seconds_bucket{le=\"10.0\"} " waits "\n"                                                \
    "waits_seconds_bucket{le=\"+Inf\"} " waits "\n"                                                \
    "waits_seconds_sum 0\n"                                                                        \
    "waits_seconds_count " waits "\n"                                                              \
    "# EOF\n"

static void static_before_first_use_is_exposed_at_zero(void **state)
{
    (void)state;
    expect_metrics(NULL, "static_before_first_use", NULL,
                   TEXT_OF("0", "0", "0", "0", "0", "0", "0", "0", "0"));
}

static void static_recorded_in_two_files_is_added_up(void **state)
{
    (void)state;
    struct plugin second = second_file_metrics();
    promlet_counter_inc(own_jobs);
    promlet_counter_add_u64(second.own_jobs, 2);
    promlet_counter_add(jobs, 3);
    promlet_counter_add(second.jobs, 0.5);
    promlet_gauge_set(depth, 7);
    promlet_gauge_sub(second.depth, 9);
    promlet_histogram_observe(seconds, 1);
    promlet_histogram_observe(second.seconds, 10);
    promlet_histogram_observe(second.seconds, 100);
    promlet_histogram_observe(waits, 0);
    expect_metrics(NULL, "static_recorded", NULL,
                   TEXT_OF("3.5", "-2", "1", "2", "3", "111", "1", "2", "1"));
}

static void static_scraped_again_is_unchanged(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        expect_metrics(NULL, "static_scraped_again", NULL,
                       TEXT_OF("3.5", "-2", "1", "2", "3", "111", "1", "2", "1"));
    }
}

static void static_declared_by_call_is_same_metric(void **state)
{
    (void)state;
    static const double bounds[] = {1, 10};
    promlet_counter *counter =
        promlet_counter_new(NULL, &(promlet_opts){.name = EVERYWHERE_JOBS, .help = "Another."});
    promlet_gauge *gauge = promlet_gauge_new(NULL, &(promlet_opts){.name = EVERYWHERE_DEPTH});
    promlet_histogram *histogram = promlet_histogram_new(
        NULL, &(promlet_opts){.name = EVERYWHERE_SECONDS, .bounds = bounds, .bound_count = 2});
    promlet_counter_add(counter, 0.5);
    promlet_gauge_set(gauge, 5);
    promlet_histogram_observe(histogram, 2);
    expect_status(NULL, PROMLET_OK, "");
    expect_metrics(NULL, "static_declared_by_call", NULL,
                   TEXT_OF("4", "3", "1", "3", "4", "113", "1", "2", "1"));
}

static void static_counter_at_its_end_is_exact(void **state)
{
    (void)state;
    promlet_counter_add_u64(own_jobs, UINT64_MAX - 1);
    char *text = promlet_get_metrics();
    assert_non_null(strstr(text, "\nfirst_file_jobs_total 18446744073709551615\n"));
    promlet_free(text);
}

static void static_refused_amount_counts_in_default_registry(void **state)
{
    (void)state;
    promlet_counter_add(own_jobs, -1);
    promlet_gauge_add(depth, INFINITY);
    promlet_histogram_observe(seconds, NAN);
    char *text = promlet_get_metrics();
    assert_non_null(strstr(text, "# HELP promlet_dropped_total Recordings that were refused, by "
                                 "reason.\n"
                                 "# TYPE promlet_dropped_total counter\n"
                                 "promlet_dropped_total{reason=\"infinite\"} 1\n"
                                 "promlet_dropped_total{reason=\"nan\"} 1\n"
                                 "promlet_dropped_total{reason=\"negative\"} 1\n"));
    promlet_free(text);
}

/* A module that is never unloaded must not count twice, whatever its counter does. */
static void static_counter_beyond_its_end_starts_again_at_zero(void **state)
{
    (void)state;
    assert_true(scraped_value(NULL, "first_file_jobs_total") > 1e19);
    promlet_counter_add_u64(own_jobs, 6);
    char *text = promlet_get_metrics();
    assert_non_null(strstr(text, "\nfirst_file_jobs_total 5\n"));
    promlet_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_before_first_use_is_exposed_at_zero),
        cmocka_unit_test(static_recorded_in_two_files_is_added_up),
        cmocka_unit_test(static_scraped_again_is_unchanged),
        cmocka_unit_test(static_declared_by_call_is_same_metric),
        cmocka_unit_test(static_counter_at_its_end_is_exact),
        cmocka_unit_test(static_refused_amount_counts_in_default_registry),
        cmocka_unit_test(static_counter_beyond_its_end_starts_again_at_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
