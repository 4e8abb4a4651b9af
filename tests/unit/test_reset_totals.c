/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_registry_reset_totals(), as a forked child calls it and as a program may. */
#include "support/expect.h"
#include "support/hang.h"
#include "support/leaks.h"
#include "support/strict_text.h"

#include <sys/wait.h>
#include <unistd.h>

#define SECONDS_UNTIL_KILLED 20

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs.");
PROMLET_STATIC_GAUGE(static_depth, "static_depth", "Depth.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_sizes, "static_sizes", "Sizes.", 1, 2);
PROMLET_STATIC_SUMMARY(static_times, "static_times", "Times.");

/* Everything that a registry of the test has. */
static struct all {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_counter_family *family;
    promlet_counter *series;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
    promlet_histogram *native;
    promlet_summary *summary;
} all;

static void declare_all(void)
{
    all.registry = new_registry();
    all.counter = promlet_counter_new(all.registry, &(promlet_opts){.name = "jobs_total"});
    all.family = promlet_counter_family_new(
        all.registry, &(promlet_opts){.name = "requests_total", .labels = {"user"}});
    all.series = promlet_counter_with(all.family, "a");
    all.gauge = promlet_gauge_new(all.registry, &(promlet_opts){.name = "depth"});
    all.histogram =
        promlet_histogram_new(all.registry, &(promlet_opts){.name = "sizes", PROMLET_BOUNDS(1)});
    all.native =
        promlet_histogram_new(all.registry, &(promlet_opts){.name = "spans", .native_factor = 1.1});
    all.summary = promlet_summary_new(all.registry, &(promlet_opts){.name = "times"});
}

static void record_all(void)
{
    promlet_counter_add(all.counter, 2.5);
    promlet_counter_inc(all.series);
    promlet_counter_inc_by(all.family, "b");
    promlet_gauge_inc(all.gauge);
    promlet_histogram_observe(all.histogram, 3);
    promlet_histogram_observe(all.native, 3);
    promlet_summary_observe(all.summary, 3);
}

static bool is_value(const char *text, const char *key, long double expected)
{
    bool is_right = text != NULL && strict_value(text, key) == expected;
    if (!is_right) {
        fprintf(stderr, "%s is not %Lg in\n%s\n", key, expected, text == NULL ? "nothing" : text);
    }
    return is_right;
}

/* Everything was recorded `times` times since the reset, and the gauge `depth` times in all. */
static bool are_all(int times, int depth)
{
    char *text = promlet_registry_get_metrics(all.registry);
    bool is_right =
        is_value(text, "jobs_total", 2.5L * times) &&
        is_value(text, "requests_total{user=\"a\"}", times) &&
        is_value(text, "requests_total{user=\"b\"}", times) && is_value(text, "depth", depth) &&
        is_value(text, "sizes_count", times) && is_value(text, "sizes_sum", 3.0L * times) &&
        is_value(text, "spans_count", times) && is_value(text, "spans_sum", 3.0L * times) &&
        is_value(text, "times_count", times) && is_value(text, "times_sum", 3.0L * times);
    promlet_free(text);
    return is_right;
}

static void totals_start_again_and_their_series_stay(void **state)
{
    (void)state;
    declare_all();
    record_all();
    record_all();
    assert_true(are_all(2, 2));
    record_all(); /* some since the last scrape */
    assert_int_equal(promlet_registry_reset_totals(all.registry), PROMLET_OK);
    assert_true(are_all(0, 3));
    record_all();
    assert_true(are_all(1, 4));
    promlet_registry_free(all.registry);
}

static void removed_series_stay_removed(void **state)
{
    (void)state;
    declare_all();
    record_all();
    assert_int_equal(promlet_family_remove(all.family, "a"), PROMLET_OK);
    assert_int_equal(promlet_registry_reset_totals(all.registry), PROMLET_OK);
    promlet_counter_inc(all.series);
    char *text = promlet_registry_get_metrics(all.registry);
    assert_null(strstr(text, "user=\"a\""));
    promlet_free(text);
    promlet_counter_inc(promlet_counter_with(all.family, "a"));
    text = promlet_registry_get_metrics(all.registry);
    assert_true(is_value(text, "requests_total{user=\"a\"}", 1));
    promlet_free(text);
    promlet_registry_free(all.registry);
}

/* ---- metrics at file scope ------------------------------------------------------------------- */

static void record_static(void)
{
    promlet_counter_add(static_jobs, 1.5);
    promlet_gauge_inc(static_depth);
    promlet_histogram_observe(static_sizes, 2);
    promlet_summary_observe(static_times, 2);
}

static bool are_static(int times, int depth)
{
    char *text = promlet_get_metrics();
    bool is_right = is_value(text, "static_jobs_total", 1.5L * times) &&
                    is_value(text, "static_depth", depth) &&
                    is_value(text, "static_sizes_count", times) &&
                    is_value(text, "static_sizes_sum", 2.0L * times) &&
                    is_value(text, "static_times_count", times) &&
                    is_value(text, "static_times_sum", 2.0L * times);
    promlet_free(text);
    return is_right;
}

static void totals_at_file_scope_start_again(void **state)
{
    (void)state;
    record_static();
    /* Before any scrape has found them. */
    assert_int_equal(promlet_registry_reset_totals(NULL), PROMLET_OK);
    assert_true(are_static(0, 1));
    record_static();
    assert_true(are_static(1, 2));
    assert_int_equal(promlet_registry_reset_totals(NULL), PROMLET_OK);
    assert_true(are_static(0, 2));
    record_static();
    assert_true(are_static(1, 3));
}

static void other_registries_are_left_alone(void **state)
{
    (void)state;
    declare_all();
    record_all();
    record_static();
    double before = scraped_value(NULL, "static_jobs_total");
    assert_int_equal(promlet_registry_reset_totals(NULL), PROMLET_OK);
    assert_true(are_all(1, 1));
    record_static();
    assert_int_equal(promlet_registry_reset_totals(all.registry), PROMLET_OK);
    assert_true(before > 1.6 && scraped_value(NULL, "static_jobs_total") > 1.4);
    promlet_registry_free(all.registry);
}

/* ---- in callbacks, and in children ----------------------------------------------------------- */

static promlet_status refused;

static double reset_in_callback(void *ctx)
{
    (void)ctx;
    refused = promlet_registry_reset_totals(all.registry);
    return 1;
}

static void callback_is_refused(void **state)
{
    (void)state;
    declare_all();
    record_all();
    promlet_gauge_callback_new(all.registry, &(promlet_opts){.name = "asked"}, reset_in_callback,
                               NULL);
    assert_true(are_all(1, 1));
    assert_int_equal(refused, PROMLET_ERROR_BUSY);
    promlet_registry_free(all.registry);
}

static int reset_in_child(void)
{
    bool is_reset = promlet_registry_reset_totals(all.registry) == PROMLET_OK &&
                    promlet_registry_reset_totals(NULL) == PROMLET_OK && are_all(0, 1);
    record_all();
    return is_reset && are_all(1, 2) ? 0 : 1;
}

/* What a parent and its children show together is what they have recorded. */
static void child_that_resets_counts_nothing_twice(void **state)
{
    (void)state;
    declare_all();
    record_all();
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(SECONDS_UNTIL_KILLED);
        _exit(reset_in_child());
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(are_all(1, 1));
    promlet_registry_free(all.registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_at_file_scope_start_again),
        cmocka_unit_test(totals_start_again_and_their_series_stay),
        cmocka_unit_test(removed_series_stay_removed),
        cmocka_unit_test(other_registries_are_left_alone),
        cmocka_unit_test(callback_is_refused),
        cmocka_unit_test(child_that_resets_counts_nothing_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
