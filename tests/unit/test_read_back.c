/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of reading values back: of counters, gauges and histograms, from all their cells. */
#include "support/expect.h"

#include <errno.h>
#include <math.h>

PROMLET_STATIC_COUNTER(static_counter, "static_total", "Of a test.");
PROMLET_STATIC_GAUGE(static_gauge, "static_level", "Of a test.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_histogram, "static_sizes", "Of a test.", 1, 2);

/* Equal as numbers, or both NaN. */
static void expect_number(double value, double expected)
{
    if (isnan(expected) ? !isnan(value) : !(value <= expected && value >= expected)) {
        fail_msg("%.17g is not %.17g", value, expected);
    }
}

/* ---- counters -------------------------------------------------------------------------------- */

static void counter_value_is_whole_and_fraction(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    expect_number(promlet_counter_value(counter), 0);
    promlet_counter_add_u64(counter, 41);
    promlet_counter_inc(counter);
    assert_int_equal(promlet_counter_value_u64(counter), 42);
    promlet_counter_add(counter, 0.75);
    promlet_counter_add(counter, 0.5);
    expect_number(promlet_counter_value(counter), 43.25);
    assert_int_equal(promlet_counter_value_u64(counter), 43);
    promlet_registry_free(registry);
}

static void counter_value_u64_is_exact_to_the_end(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    promlet_counter_add_u64(counter, UINT64_MAX - 1);
    assert_true(promlet_counter_value_u64(counter) == UINT64_MAX - 1);
    promlet_counter_add(counter, 1.5); /* beyond what an integer holds */
    assert_true(promlet_counter_value_u64(counter) == UINT64_MAX);
    promlet_counter_add(counter, 1e300);
    assert_true(promlet_counter_value_u64(counter) == UINT64_MAX);
    expect_number(promlet_counter_value(counter), 1e300);
    promlet_registry_free(registry);
}

static void counter_value_has_all_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "c_total", .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(counter->spread);
    counter->whole = 7; /* as if recorded before it was given the others */
    promlet_counter_add_u64(counter, 5);
    promlet_counter_add(counter, 0.5);
    expect_number(promlet_counter_value(counter), 12.5);
    promlet_registry_free(registry);
}

/* ---- gauges ---------------------------------------------------------------------------------- */

static void gauge_value_is_what_was_set(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    expect_number(promlet_gauge_value(gauge), 0);
    promlet_gauge_set(gauge, -2.5);
    promlet_gauge_inc(gauge);
    expect_number(promlet_gauge_value(gauge), -1.5);
    promlet_gauge_set(gauge, INFINITY);
    expect_number(promlet_gauge_value(gauge), INFINITY);
    promlet_registry_free(registry);
}

/* ---- histograms ------------------------------------------------------------------------------ */

static promlet_histogram *new_histogram(promlet_registry *registry, const double *bounds,
                                        size_t count, promlet_cells cells)
{
    return promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "h", .bounds = bounds, .bound_count = count, .cells = cells});
}

static void histogram_count_and_sum_have_all_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {1, 2};
    promlet_histogram *histogram = new_histogram(registry, bounds, 2, PROMLET_CELLS_PER_CPU);
    assert_non_null(histogram->spread);
    histogram->buckets[1] = 2; /* as if recorded before it was given the others */
    promlet_histogram_observe(histogram, 0.5);
    promlet_histogram_observe(histogram, 100);
    assert_int_equal(promlet_histogram_count(histogram), 4);
    expect_number(promlet_histogram_sum(histogram), 100.5);
    promlet_registry_free(registry);
}

/* A histogram, how many observations each of its buckets has, and its quantiles. */
struct quantiles {
    double bounds[4];
    size_t bound_count;
    unsigned counts[5];
    double values[8];
};

static const double asked[8] = {0, 0.25, 0.5, 0.9, 1, -1, 2, NAN};

#define OUTSIDE -INFINITY, INFINITY, NAN

/* What Prometheus 2.42 answers to histogram_quantile(), as `promtool test rules` shows it. */
static const struct quantiles of_prometheus[] = {
    {{1, 2, 4}, 3, {0, 2, 2, 0}, {NAN, 1.5, 2, 3.6, 4, OUTSIDE}},
    {{-2, -1, 0, 1}, 4, {1, 1, 1, 1, 1}, {-2, -1.75, -0.5, 1, 1, OUTSIDE}},
    {{1, 2}, 2, {0, 0, 3}, {NAN, 2, 2, 2, 2, OUTSIDE}},
    {{0}, 0, {3}, {NAN, NAN, NAN, NAN, NAN, OUTSIDE}},
    {{1, 2}, 2, {0, 0, 0}, {NAN, NAN, NAN, NAN, NAN, OUTSIDE}},
    {{1, 2}, 2, {4, 4, 0}, {0, 0.5, 1, 1.8, 2, OUTSIDE}},
    {{-1, 1}, 2, {0, 2, 0}, {-1, -0.5, 0, 0.8, 1, OUTSIDE}},
    {{0.5}, 1, {1, 1}, {0, 0.25, 0.5, 0.5, 0.5, OUTSIDE}},
    {{1, 2, 4, 8}, 4, {1, 0, 0, 1, 0}, {0, 0.5, 1, 7.2, 8, OUTSIDE}},
};

static void observe_counts(promlet_histogram *histogram, const struct quantiles *wanted)
{
    for (size_t i = 0; i <= wanted->bound_count; i++) {
        double value = i < wanted->bound_count ? wanted->bounds[i] : 1000;
        for (unsigned j = 0; j < wanted->counts[i]; j++) {
            promlet_histogram_observe(histogram, value);
        }
    }
}

static void histogram_quantiles_are_those_of_prometheus(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(of_prometheus); i++) {
        const struct quantiles *wanted = &of_prometheus[i];
        promlet_registry *registry = new_registry();
        promlet_histogram *histogram =
            new_histogram(registry, wanted->bounds, wanted->bound_count, PROMLET_CELLS_AUTO);
        observe_counts(histogram, wanted);
        for (size_t at = 0; at < COUNT_OF(asked); at++) {
            double value = promlet_histogram_quantile(histogram, asked[at]);
            if (isfinite(wanted->values[at])) {
                assert_true(fabs(value - wanted->values[at]) < 1e-12);
            } else {
                expect_number(value, wanted->values[at]);
            }
        }
        promlet_registry_free(registry);
    }
}

static void histogram_quantile_of_1000_bounds_is_found(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    double bounds[PROMLET_MAX_BOUNDS];
    assert_int_equal(promlet_bounds_linear(1, 1, PROMLET_MAX_BOUNDS, bounds), PROMLET_OK);
    promlet_histogram *histogram =
        new_histogram(registry, bounds, PROMLET_MAX_BOUNDS, PROMLET_CELLS_PER_CPU);
    for (int i = 1; i <= 1000; i++) {
        promlet_histogram_observe(histogram, i);
    }
    expect_number(promlet_histogram_quantile(histogram, 0.75), 750);
    promlet_registry_free(registry);
}

/* ---- handles that record nothing, and file scope --------------------------------------------- */

static void null_reads_as_nothing(void **state)
{
    (void)state;
    expect_number(promlet_counter_value(NULL), 0);
    assert_int_equal(promlet_counter_value_u64(NULL), 0);
    expect_number(promlet_gauge_value(NULL), NAN);
    assert_int_equal(promlet_histogram_count(NULL), 0);
    expect_number(promlet_histogram_sum(NULL), 0);
    expect_number(promlet_histogram_quantile(NULL, 0.5), NAN);
}

static void sinks_read_as_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts wrong = {.name = "1"};
    promlet_counter *counter = promlet_counter_new(registry, &wrong);
    promlet_gauge *gauge = promlet_gauge_new(registry, &wrong);
    promlet_histogram *histogram = promlet_histogram_new(registry, &wrong);
    promlet_counter_inc(counter);
    promlet_gauge_set(gauge, 1);
    promlet_histogram_observe(histogram, 1);
    expect_number(promlet_counter_value(counter), 0);
    assert_int_equal(promlet_counter_value_u64(counter), 0);
    expect_number(promlet_gauge_value(gauge), NAN);
    assert_int_equal(promlet_histogram_count(histogram), 0);
    expect_number(promlet_histogram_sum(histogram), 0);
    expect_number(promlet_histogram_quantile(histogram, 0.5), NAN);
    promlet_registry_free(registry);
}

static void file_scope_reads_as_others(void **state)
{
    (void)state;
    for (int i = 1; i <= 2; i++) { /* the second time with bounds that have a table */
        promlet_counter_inc(static_counter);
        promlet_gauge_inc(static_gauge);
        promlet_histogram_observe(static_histogram, 2);
        expect_number(promlet_counter_value(static_counter), i);
        expect_number(promlet_gauge_value(static_gauge), i);
        assert_int_equal(promlet_histogram_count(static_histogram), i);
        expect_number(promlet_histogram_sum(static_histogram), 2 * i);
        expect_number(promlet_histogram_quantile(static_histogram, 1), 2);
        expect_number(scraped_value(NULL, "static_total"), i);
    }
}

static void reading_keeps_errno(void **state)
{
    (void)state;
    errno = 4711;
    (void)promlet_counter_value(static_counter);
    (void)promlet_gauge_value(static_gauge);
    (void)promlet_histogram_quantile(static_histogram, 0.5);
    assert_int_equal(errno, 4711);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counter_value_is_whole_and_fraction),
        cmocka_unit_test(counter_value_u64_is_exact_to_the_end),
        cmocka_unit_test(counter_value_has_all_cells),
        cmocka_unit_test(gauge_value_is_what_was_set),
        cmocka_unit_test(histogram_count_and_sum_have_all_cells),
        cmocka_unit_test(histogram_quantiles_are_those_of_prometheus),
        cmocka_unit_test(histogram_quantile_of_1000_bounds_is_found),
        cmocka_unit_test(null_reads_as_nothing),
        cmocka_unit_test(sinks_read_as_nothing),
        cmocka_unit_test(file_scope_reads_as_others),
        cmocka_unit_test(reading_keeps_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
