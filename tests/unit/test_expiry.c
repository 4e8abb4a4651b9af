/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series that expire because nobody asks for them. */
#include "support/lifetime.h"

#include "series/readers.h"

#include <math.h>

static promlet_registry *registry;
static promlet_counter_family *counters;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    counters = promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                                    .help = "Jobs.",
                                                                    .labels = {"key"},
                                                                    .idle_seconds = IDLE_SECONDS});
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

static const char sample_a[] = "jobs_total{key=\"a\"}";
static const char sample_b[] = "jobs_total{key=\"b\"}";

static void series_idle_for_long_is_shown_once_more_and_gone(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    assert_value(registry, sample_a, 1); /* from here on it is idle */
    let_idle_time_pass(counters);
    assert_value(registry, sample_a, 1); /* for the last time */
    expect_metrics(registry, "expired", NULL,
                   "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n# EOF\n");
    promlet_counter_inc_by(counters, "a");
    assert_value(registry, sample_a, 1); /* a new one */
}

static void series_before_its_time_stays(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    for (int i = 0; i < 10; i++) {
        assert_value(registry, sample_a, 1);
    }
    pml_family *family = family_of(counters);
    family->sorted[0]->idle_since -= 1000; /* not all of it */
    for (int i = 0; i < 10; i++) {
        assert_value(registry, sample_a, 1);
    }
}

static void series_asked_for_between_two_scrapes_stays(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    promlet_counter_inc_by(counters, "b");
    for (uint64_t i = 1; i < 10; i++) {
        assert_value(registry, sample_a, i);
        let_idle_time_pass(counters);
        promlet_counter_inc_by(counters, "a");
    }
    assert_false(is_shown(registry, sample_b));
}

/* A gauge that is set to the same value all the time is not idle, which its value does not tell. */
static void gauge_set_to_the_same_value_stays(void **state)
{
    (void)state;
    promlet_gauge_family *gauges = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g", .labels = {"key"}, .idle_seconds = IDLE_SECONDS});
    promlet_gauge_set_by(gauges, 7, "b");
    for (int i = 0; i < 10; i++) {
        promlet_gauge_set_by(gauges, 7, "a");
        assert_value(registry, "g{key=\"a\"}", 7);
        let_idle_time_pass(gauges);
    }
    assert_false(is_shown(registry, "g{key=\"b\"}"));
    assert_false(is_shown(registry, "g{key=\"a\"}"));
}

static void histograms_expire_as_well(void **state)
{
    (void)state;
    promlet_histogram_family *histograms = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "h", .labels = {"key"}, .idle_seconds = IDLE_SECONDS});
    promlet_histogram_observe_by(histograms, 1, "a");
    scrape(registry);
    let_idle_time_pass(histograms);
    assert_value(registry, "h_count{key=\"a\"}", 1);
    assert_false(is_shown(registry, "h_count{key=\"a\"}"));
}

static void series_that_is_held_stays_until_it_is_released(void **state)
{
    (void)state;
    promlet_counter *counter = promlet_counter_with(counters, "a");
    for (int i = 0; i < 4; i++) {
        scrape(registry);
        let_idle_time_pass(counters);
    }
    assert_value(registry, sample_a, 0);
    promlet_counter_inc(counter);
    promlet_counter_release(counter);
    assert_value(registry, sample_a, 1);
    let_idle_time_pass(counters);
    scrape(registry);
    assert_false(is_shown(registry, sample_a));
}

static void handle_asked_for_at_the_last_moment_keeps_the_series(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    scrape(registry);
    let_idle_time_pass(counters);
    promlet_counter *counter = promlet_counter_with(counters, "a");
    scrape_until_free(registry);
    promlet_counter_inc(counter);
    assert_value(registry, sample_a, 2);
}

/* Somebody looked the series up before it was marked, and has not recorded yet. */
static void series_in_a_read_section_does_not_leave(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    uint32_t section = pml_readers_enter();
    pml_family *family = family_of(counters);
    for (int i = 0; i < 4; i++) {
        scrape(registry);
        let_idle_time_pass(counters);
    }
    struct promlet_counter *counter = (void *)family->sorted[0]->cell;
    promlet_counter_inc(counter);
    pml_readers_leave(section);
    assert_value(registry, sample_a, 2);
    assert_false(is_shown(registry, sample_a));
}

/* A scrape without memory may have said that the series leaves, but has not shown it. */
static void series_leaving_is_kept_when_somebody_asks_for_it(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    scrape(registry);
    pml_series *series = family_of(counters)->sorted[0];
    assert_true(pml_series_set_leaving(series));
    promlet_counter_inc_by(counters, "a");
    assert_int_equal(pml_load_relaxed(&series->state), 0);
    assert_value(registry, sample_a, 2);
    assert_true(pml_series_set_leaving(series));
    assert_value(registry, sample_a, 2);
    assert_false(is_shown(registry, sample_a));
}

/* A scrape may mark it between the two steps of a look-up, which holds a lock that scrapes don't.
 */
static void series_marked_idle_before_it_is_pinned_is_idle_no_more(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    scrape(registry);
    pml_series *series = family_of(counters)->sorted[0];
    assert_int_equal(pml_load_relaxed(&series->state), PML_SERIES_IDLE);
    pml_series_pin_anyway(series);
    assert_int_equal(pml_load_relaxed(&series->state), 1);
    assert_true(pml_series_unpin(series));
}

static void overflow_series_and_metrics_without_labels_stay(void **state)
{
    (void)state;
    promlet_counter_family *small =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "small_total",
                                                             .labels = {"key"},
                                                             .max_series = 1,
                                                             .idle_seconds = IDLE_SECONDS});
    promlet_counter_inc_by(small, "a");
    promlet_counter_inc_by(small, "b");
    promlet_counter_family *whole = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "n_total", .idle_seconds = IDLE_SECONDS});
    promlet_counter_inc_by_values(whole, NULL, 0);
    scrape(registry);
    let_idle_time_pass(small);
    let_idle_time_pass(whole);
    scrape_until_free(registry);
    assert_value(registry, "small_total{otel_metric_overflow=\"true\"}", 1);
    assert_value(registry, "n_total", 1);
    promlet_counter_inc_by(small, "b"); /* there is room again */
    assert_value(registry, "small_total{key=\"b\"}", 1);
}

static void family_without_idle_time_keeps_its_series(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "kept_total", .labels = {"key"}});
    promlet_counter_inc_by(family, "a");
    scrape(registry);
    let_idle_time_pass(family);
    scrape_until_free(registry);
    assert_value(registry, "kept_total{key=\"a\"}", 1);
}

/* With the clock of the system: only that it happens, not when. */
static void series_expires_by_the_clock(void **state)
{
    (void)state;
    promlet_counter_family *quick = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "quick_total", .labels = {"key"}, .idle_seconds = 1e-3});
    promlet_counter_inc_by(quick, "a");
    while (is_shown(registry, "quick_total{key=\"a\"}")) {
    }
    promlet_counter_family *at_once = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "at_once_total", .labels = {"key"}, .idle_seconds = 1e-300});
    promlet_counter_inc_by(at_once, "a");
    while (is_shown(registry, "at_once_total{key=\"a\"}")) {
    }
}

static void idle_time_that_is_no_time_is_refused(void **state)
{
    (void)state;
    static const double refused[] = {-1, -1e-300, NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        promlet_registry *other = new_registry();
        (void)promlet_counter_family_new(
            other,
            &(promlet_opts){.name = "x_total", .labels = {"key"}, .idle_seconds = refused[i]});
        expect_status(other, PROMLET_ERROR_ARGUMENT,
                      "x_total: idle_seconds is negative or not finite; 0 means never");
        promlet_registry_free(other);
    }
    (void)promlet_counter_family_new(
        registry, &(promlet_opts){.name = "y_total", .labels = {"key"}, .idle_seconds = 1e300});
    expect_status(registry, PROMLET_OK, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(series_idle_for_long_is_shown_once_more_and_gone),
        TEST(series_before_its_time_stays),
        TEST(series_asked_for_between_two_scrapes_stays),
        TEST(gauge_set_to_the_same_value_stays),
        TEST(histograms_expire_as_well),
        TEST(series_that_is_held_stays_until_it_is_released),
        TEST(handle_asked_for_at_the_last_moment_keeps_the_series),
        TEST(series_in_a_read_section_does_not_leave),
        TEST(series_leaving_is_kept_when_somebody_asks_for_it),
        TEST(series_marked_idle_before_it_is_pinned_is_idle_no_more),
        TEST(overflow_series_and_metrics_without_labels_stay),
        TEST(family_without_idle_time_keeps_its_series),
        TEST(series_expires_by_the_clock),
        TEST(idle_time_that_is_no_time_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
