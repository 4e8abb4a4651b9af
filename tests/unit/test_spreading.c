/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of which series are given per-CPU cells, and when: by declaration, by the rate of their
 * recordings. Most set the clock of the rule, which is a field of the registry, instead of waiting.
 * The budget is in test_cell_budget.c, file-scope metrics are in test_spreading_static.c, and what
 * happens without memory is in test_spreading_memory.c.
 */
#include "support/recording_path.h"
#include "support/spreading.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

/* ---- by declaration -------------------------------------------------------------------------- */

static void series_declared_per_cpu_has_cells_at_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_PER_CPU);
    assert_non_null(counter->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    promlet_histogram *histogram = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "h", PROMLET_BOUNDS(1, 2, 3), .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(histogram->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes() + histogram_bytes(3));
    /* Declared once more, it is the same. */
    assert_ptr_equal(declare(registry, "jobs_total", PROMLET_CELLS_PER_CPU), counter);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes() + histogram_bytes(3));
    promlet_counter_add_u64(counter, 3);
    promlet_counter_add(counter, 0.5);
    observe_ones(histogram, 2);
    promlet_histogram_observe(histogram, 9);
    expect_metrics(registry, "spreading_declared", "h no help text\njobs_total no help text\n",
                   "# TYPE h histogram\n"
                   "h_bucket{le=\"1.0\"} 2\n"
                   "h_bucket{le=\"2.0\"} 2\n"
                   "h_bucket{le=\"3.0\"} 2\n"
                   "h_bucket{le=\"+Inf\"} 3\n"
                   "h_sum 11\n"
                   "h_count 3\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total 3.5\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void series_of_family_declared_per_cpu_have_cells_and_overflow_too(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                             .labels = {"queue"},
                                                             .max_series = 2,
                                                             .cells = PROMLET_CELLS_PER_CPU});
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    static const char *const queues[] = {"a", "b", "c", "d", "a"};
    for (size_t i = 0; i < COUNT_OF(queues); i++) {
        promlet_counter *counter = promlet_counter_with(family, queues[i]);
        assert_non_null(counter->spread);
        promlet_counter_inc(counter);
    }
    assert_int_equal(promlet_registry_cell_bytes(registry), 3 * counter_bytes());
    assert_value(registry, "jobs_total{queue=\"a\"}", 2);
    assert_value(registry, "jobs_total{queue=\"b\"}", 1);
    assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", 2);
    promlet_registry_free(registry);
}

/* What is left of infinity is no number, and OpenMetrics has no counter that is none. */
static void series_whose_sums_overflowed_starts_again_at_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "c_total", .labels = {"a"}, .cells = PROMLET_CELLS_PER_CPU});
    promlet_histogram_family *histograms =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "h",
                                                               .labels = {"a"},
                                                               .cells = PROMLET_CELLS_PER_CPU,
                                                               .native_factor = 2,
                                                               .native_only = true});
    for (int life = 0; life < 3; life++) {
        promlet_counter *counter = promlet_counter_with(counters, "x");
        promlet_histogram *histogram = promlet_histogram_with(histograms, "x");
        promlet_counter_add(counter, 0.5);
        promlet_histogram_observe(histogram, 0.5);
        assert_true(promlet_counter_value(counter) == 0.5);
        assert_true(promlet_histogram_sum(histogram) == 0.5);
        for (int i = 0; i < 2; i++) {
            promlet_counter_add(counter, DBL_MAX);
            promlet_histogram_observe(histogram, DBL_MAX);
        }
        assert_true(isinf(promlet_counter_value(counter)));
        assert_true(isinf(promlet_histogram_sum(histogram)));
        assert_int_equal(promlet_family_remove(counters, "x"), PROMLET_OK);
        assert_int_equal(promlet_family_remove(histograms, "x"), PROMLET_OK);
    }
    promlet_registry_free(registry);
}

static void gauge_declared_per_cpu_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(
        registry, &(promlet_opts){.name = "depth", .cells = PROMLET_CELLS_PER_CPU});
    promlet_gauge_set(gauge, 3);
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "depth: a gauge always has one cell");
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

static void gauge_declared_with_other_cells_is_taken(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_set(
        promlet_gauge_new(registry, &(promlet_opts){.name = "a", .cells = PROMLET_CELLS_SHARED}),
        1);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "b"}), 1);
    scrape(registry);
    look_after(registry, 1);
    expect_status(registry, PROMLET_OK, "");
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

static void cells_that_are_none_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_inc(declare(registry, "jobs_total", (promlet_cells)3));
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "jobs_total: cells is 3, which is no promlet_cells");
    promlet_registry_free(registry);
    registry = new_registry();
    promlet_counter_inc(declare(registry, "jobs_total", (promlet_cells)-1));
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "jobs_total: cells is -1, which is no promlet_cells");
    promlet_registry_free(registry);
}

/* ---- by rate --------------------------------------------------------------------------------- */

static void series_above_rate_is_given_cells_by_second_look(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    uint64_t very_many = UINT64_C(1) << 52; /* for all the time that a clock can show */
    promlet_counter_add_u64(counter, very_many);
    scrape(registry); /* nothing to compare with */
    assert_null(counter->spread);
    promlet_counter_add_u64(counter, HOT);
    look_after(registry, 1);
    assert_non_null(counter->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    promlet_counter_add_u64(counter, HOT);
    struct promlet_spread *spread = counter->spread;
    look_after(registry, 1);
    assert_ptr_equal(counter->spread, spread); /* once */
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    assert_value(registry, "jobs_total", very_many + (uint64_t)2 * HOT);
    promlet_registry_free(registry);
}

/* The observations themselves are counted, not what they observe. */
static void histogram_above_rate_is_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *few =
        promlet_histogram_new(registry, &(promlet_opts){.name = "few", PROMLET_BOUNDS(1, 2)});
    promlet_histogram *many =
        promlet_histogram_new(registry, &(promlet_opts){.name = "many", PROMLET_BOUNDS(1, 2)});
    scrape(registry);
    for (int tries = 0; many->spread == NULL; tries++) {
        if (tries == MOST_TRIES) {
            fail_msg("waited for the cells of a histogram with 100,000 observations in 0.1 s, and "
                     "after %d looks it has none",
                     tries);
        }
        promlet_histogram_observe(few, 1e9);
        observe_ones(many, 100000);
        look_after(registry, 0.1);
    }
    assert_null(few->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), histogram_bytes(2));
    uint64_t before = many->buckets[0];
    observe_ones(many, 100);
    assert_value(registry, "many_count", before + 100);
    assert_value(registry, "many_sum", before + 100);
    assert_value(registry, "many_bucket{le=\"1.0\"}", before + 100);
    promlet_registry_free(registry);
}

static void series_below_rate_is_never_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    promlet_histogram *ones = promlet_histogram_new(registry, &(promlet_opts){.name = "ones"});
    for (int i = 0; i < 100; i++) { /* 99,990 a second: a later look sees a lower rate */
        promlet_counter_add_u64(counter, 99990);
        observe_ones(ones, 100);
        look_after(registry, 1);
    }
    assert_null(counter->spread);
    assert_null(ones->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

/* A burst is not a rate: looks that follow each other in less than 100 ms do not count. */
static void looks_in_short_succession_see_no_rate(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    for (int i = 0; i < 9; i++) { /* 9,000 altogether, which are few for 100 ms as well */
        promlet_counter_add_u64(counter, 1000);
        scrape(registry);
    }
    assert_null(counter->spread);
    promlet_registry_free(registry);
}

static void looks_in_short_succession_forget_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    /* More than one attempt only if the machine stands still for 100 ms. */
    for (int attempt = 0; attempt < 20 && counter->spread == NULL; attempt++) {
        for (int i = 0; i < 10; i++) {
            promlet_counter_add_u64(counter, 2000);
            look_after(registry, 0);
        }
        look_after(registry, 0.15);
    }
    assert_non_null(counter->spread);
    promlet_registry_free(registry);
}

static void look_that_is_not_due_judges_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const uint64_t words[PROMLET_COUNTER_WORDS] = {HOT, 0};
    uint64_t judged = 5;
    pml_spreading early = {registry, false, 0};
    assert_false(pml_spreading_is_hot(&early, &pml_counter_kind, words, COUNT_OF(words), &judged));
    assert_int_equal(judged, 5);
    pml_spreading due = {registry, true, HOT - 5};
    assert_true(pml_spreading_is_hot(&due, &pml_counter_kind, words, COUNT_OF(words), &judged));
    assert_int_equal(judged, HOT);
    assert_false(pml_spreading_is_hot(&due, &pml_counter_kind, words, COUNT_OF(words), &judged));
    due.hot_recordings = 0; /* a gauge has no rate at all */
    assert_false(pml_spreading_is_hot(&due, &pml_gauge_kind, words, 1, &judged));
    promlet_registry_free(registry);
}

static void series_declared_shared_is_never_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_SHARED);
    promlet_histogram *ones = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "ones", PROMLET_BOUNDS(1), .cells = PROMLET_CELLS_SHARED});
    for (int i = 0; i < 5; i++) {
        promlet_counter_add_u64(counter, HOT);
        observe_ones(ones, 50000);
        look_after(registry, 0.1);
    }
    assert_null(counter->spread);
    assert_null(ones->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

static void series_of_family_above_rate_and_overflow_are_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"queue"}, .max_series = 2});
    promlet_counter *hot = promlet_counter_with(family, "hot");
    promlet_counter *quiet = promlet_counter_with(family, "quiet");
    promlet_counter *overflow = promlet_counter_with(family, "beyond");
    scrape(registry);
    promlet_counter_add_u64(hot, HOT);
    promlet_counter_add_u64(quiet, 10);
    promlet_counter_add_u64(overflow, HOT);
    look_after(registry, 1);
    assert_non_null(hot->spread);
    assert_null(quiet->spread);
    assert_non_null(overflow->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 2 * counter_bytes());
    promlet_counter_inc(hot);
    promlet_counter_inc(overflow);
    assert_value(registry, "jobs_total{queue=\"hot\"}", HOT + 1);
    assert_value(registry, "jobs_total{queue=\"quiet\"}", 10);
    assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", HOT + 1);
    promlet_registry_free(registry);
}

/* With nothing but the clock that everybody has. */
static void series_above_rate_is_given_cells_in_real_time(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    uint64_t recorded = 0;
    uint64_t last_look = 0;
    int looks = 0;
    while (promlet_registry_cell_bytes(registry) == 0) {
        for (int i = 0; i < 50000; i++) {
            promlet_counter_inc(counter);
        }
        recorded += 50000;
        scrape(registry);
        looks += registry->judged_ns != last_look; /* one in 100 ms is a look */
        last_look = registry->judged_ns;
        if (looks > MOST_TRIES) {
            fail_msg("waited for the cells of a counter that is incremented without a pause, and "
                     "after %d looks and %" PRIu64 " increments it has none",
                     looks, recorded);
        }
    }
    assert_non_null(counter->spread);
    assert_value(registry, "jobs_total", recorded);
    promlet_registry_free(registry);
}

int main(void)
{
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(series_declared_per_cpu_has_cells_at_once),
        cmocka_unit_test(series_of_family_declared_per_cpu_have_cells_and_overflow_too),
        cmocka_unit_test(series_whose_sums_overflowed_starts_again_at_zero),
        cmocka_unit_test(gauge_declared_per_cpu_is_refused),
        cmocka_unit_test(gauge_declared_with_other_cells_is_taken),
        cmocka_unit_test(cells_that_are_none_are_refused),
        cmocka_unit_test(series_above_rate_is_given_cells_by_second_look),
        cmocka_unit_test(histogram_above_rate_is_given_cells),
        cmocka_unit_test(series_below_rate_is_never_given_cells),
        cmocka_unit_test(looks_in_short_succession_see_no_rate),
        cmocka_unit_test(looks_in_short_succession_forget_nothing),
        cmocka_unit_test(look_that_is_not_due_judges_nothing),
        cmocka_unit_test(series_declared_shared_is_never_given_cells),
        cmocka_unit_test(series_of_family_above_rate_and_overflow_are_given_cells),
        cmocka_unit_test(series_above_rate_is_given_cells_in_real_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
