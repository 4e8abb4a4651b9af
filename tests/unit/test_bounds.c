/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/bounds.h: presets and builders. */
#include "support/expect.h"

#include <float.h>
#include <math.h>

#define GUARD (-1.0)

static double bounds[PROMLET_MAX_BOUNDS + 1];

static void expect_bounds(const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_memory_equal(&bounds[i], &expected[i], sizeof bounds[i]);
    }
}

/* The distance of a double from the exact value, in units of its last place. */
static double error_in_ulps(double value, long double exact)
{
    double ulp = nextafter(value, INFINITY) - value;
    return fabs((double)((value - exact) / ulp));
}

static void linear_small_is_as_expected(void **state)
{
    (void)state;
    static const double expected[] = {-1, -0.5, 0, 0.5, 1};
    assert_int_equal(promlet_bounds_linear(-1, 0.5, 5, bounds), PROMLET_OK);
    expect_bounds(expected, 5);
}

static void linear_thousand_tenths_add_up_no_rounding(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_linear(0, 0.1, 1000, bounds), PROMLET_OK);
    for (size_t i = 0; i < 1000; i++) {
        assert_true(error_in_ulps(bounds[i], (long double)i * 0.1) <= 0.5);
    }
}

static void linear_writes_no_more_than_count(void **state)
{
    (void)state;
    bounds[3] = GUARD;
    assert_int_equal(promlet_bounds_linear(1, 1, 3, bounds), PROMLET_OK);
    assert_true(bounds[2] >= 3 && bounds[3] <= GUARD);
}

static void exponential_small_is_as_expected(void **state)
{
    (void)state;
    static const double expected[] = {0.25, 0.5, 1, 2, 4};
    assert_int_equal(promlet_bounds_exponential(0.25, 2, 5, bounds), PROMLET_OK);
    expect_bounds(expected, 5);
}

static void exponential_one_is_its_start(void **state)
{
    (void)state;
    static const double expected[] = {0.1};
    assert_int_equal(promlet_bounds_exponential(0.1, 1.5, 1, bounds), PROMLET_OK);
    expect_bounds(expected, 1);
}

static void exponential_thousand_add_up_no_rounding(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_exponential(0.001, 1.1, 1000, bounds), PROMLET_OK);
    for (size_t i = 0; i < 1000; i++) {
        assert_true(error_in_ulps(bounds[i], (long double)0.001 * powl(1.1, (long double)i)) <= 2);
    }
}

static void exponential_range_ends_are_exact(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_exponential_range(0.001, 10.3, 7, bounds), PROMLET_OK);
    static const double first = 0.001;
    static const double last = 10.3;
    assert_memory_equal(&bounds[0], &first, sizeof first);
    assert_memory_equal(&bounds[6], &last, sizeof last);
}

static void exponential_range_steps_are_equal_factors(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_exponential_range(1, 1000, 4, bounds), PROMLET_OK);
    assert_true(fabs(bounds[1] - 10) < 1e-13);
    assert_true(fabs(bounds[2] - 100) < 1e-12);
}

static void exponential_range_of_two_is_its_ends(void **state)
{
    (void)state;
    static const double expected[] = {1, 2};
    assert_int_equal(promlet_bounds_exponential_range(1, 2, 2, bounds), PROMLET_OK);
    expect_bounds(expected, 2);
}

/* Its ratio is no double. */
static void exponential_range_of_all_doubles_is_rising(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_exponential_range(DBL_TRUE_MIN, DBL_MAX, 1000, bounds),
                     PROMLET_OK);
    for (size_t i = 1; i < 1000; i++) {
        assert_true(bounds[i] > bounds[i - 1]);
    }
}

static void linear_bad_argument_is_an_error(void **state)
{
    (void)state;
    static const struct {
        double start;
        double width;
    } cases[] = {{NAN, 1}, {INFINITY, 1}, {-INFINITY, 1}, {0, 0},
                 {0, -1},  {0, NAN},      {0, INFINITY},  {0, -INFINITY}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_set_last_error(PROMLET_OK, "");
        assert_int_equal(promlet_bounds_linear(cases[i].start, cases[i].width, 3, bounds),
                         PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(),
                            "bucket bounds: start must be finite, width finite and above 0");
    }
}

static void exponential_bad_argument_is_an_error(void **state)
{
    (void)state;
    static const struct {
        double start;
        double factor;
    } cases[] = {{0, 2}, {-1, 2},  {NAN, 2}, {INFINITY, 2}, {1, 1},
                 {1, 0}, {1, 0.5}, {1, -2},  {1, NAN},      {1, INFINITY}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_set_last_error(PROMLET_OK, "");
        assert_int_equal(promlet_bounds_exponential(cases[i].start, cases[i].factor, 3, bounds),
                         PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(),
                            "bucket bounds: start must be finite and above 0, factor above 1");
    }
}

static void exponential_range_bad_argument_is_an_error(void **state)
{
    (void)state;
    static const struct {
        double first;
        double last;
    } cases[] = {{0, 2},   {-1, 2}, {NAN, 2},      {INFINITY, 2}, {1, 1},
                 {1, 0.5}, {1, -1}, {1, INFINITY}, {1, NAN}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_set_last_error(PROMLET_OK, "");
        assert_int_equal(promlet_bounds_exponential_range(cases[i].first, cases[i].last, 3, bounds),
                         PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(),
                            "bucket bounds: first must be above 0 and last finite and above first");
    }
}

static void builders_count_out_of_range_is_an_error(void **state)
{
    (void)state;
    static const size_t counts[] = {0, PROMLET_MAX_BOUNDS + 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        assert_int_equal(promlet_bounds_linear(1, 1, counts[i], bounds), PROMLET_ERROR_ARGUMENT);
        assert_int_equal(promlet_bounds_exponential(1, 2, counts[i], bounds),
                         PROMLET_ERROR_ARGUMENT);
        assert_int_equal(promlet_bounds_exponential_range(1, 2, counts[i], bounds),
                         PROMLET_ERROR_ARGUMENT);
    }
    assert_int_equal(promlet_bounds_exponential_range(1, 2, 1, bounds), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(),
                        "bucket bounds: need memory for 2 to 1000 bounds, got 1");
}

static void builders_null_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_linear(1, 1, 3, NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_bounds_exponential(1, 2, 3, NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_bounds_exponential_range(1, 2, 3, NULL), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(),
                        "bucket bounds: need memory for 2 to 1000 bounds, got 3 and NULL");
}

static void linear_width_lost_in_rounding_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_linear(1e17, 1, 3, bounds), PROMLET_ERROR_BOUNDS);
    assert_string_equal(promlet_last_error(),
                        "bucket bounds: bound 2 is not finite or not above the one before");
}

static void linear_overflow_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_linear(0, DBL_MAX, 3, bounds), PROMLET_ERROR_BOUNDS);
    assert_string_equal(promlet_last_error(),
                        "bucket bounds: bound 3 is not finite or not above the one before");
}

static void exponential_overflow_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_exponential(1, 1e200, 3, bounds), PROMLET_ERROR_BOUNDS);
    assert_string_equal(promlet_last_error(),
                        "bucket bounds: bound 3 is not finite or not above the one before");
}

static void exponential_range_too_narrow_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_exponential_range(1, nextafter(1, 2), 3, bounds),
                     PROMLET_ERROR_BOUNDS);
}

/* What a builder made is accepted by a histogram. */
static void builders_result_declares_a_histogram(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_int_equal(promlet_bounds_linear(1, 1, 2, bounds), PROMLET_OK);
    promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "size_bytes", .help = "Size.", .bounds = bounds, .bound_count = 2});
    expect_metrics(registry, "bounds_from_builder", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"1.0\"} 0\n"
                   "size_bytes_bucket{le=\"2.0\"} 0\n"
                   "size_bytes_bucket{le=\"+Inf\"} 0\n"
                   "size_bytes_sum 0\n"
                   "size_bytes_count 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void presets_declare_histograms(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_new(
        registry, &(promlet_opts){.name = "a_seconds", PROMLET_BOUNDS(PROMLET_BOUNDS_DEFAULT)});
    promlet_histogram_new(
        registry, &(promlet_opts){.name = "b_seconds", PROMLET_BOUNDS(PROMLET_BOUNDS_OTEL_DB)});
    promlet_histogram_new(
        registry, &(promlet_opts){.name = "c_seconds", PROMLET_BOUNDS(PROMLET_BOUNDS_OTEL_HTTP)});
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_small_is_as_expected),
        cmocka_unit_test(linear_thousand_tenths_add_up_no_rounding),
        cmocka_unit_test(linear_writes_no_more_than_count),
        cmocka_unit_test(exponential_small_is_as_expected),
        cmocka_unit_test(exponential_one_is_its_start),
        cmocka_unit_test(exponential_thousand_add_up_no_rounding),
        cmocka_unit_test(exponential_range_ends_are_exact),
        cmocka_unit_test(exponential_range_steps_are_equal_factors),
        cmocka_unit_test(exponential_range_of_two_is_its_ends),
        cmocka_unit_test(exponential_range_of_all_doubles_is_rising),
        cmocka_unit_test(linear_bad_argument_is_an_error),
        cmocka_unit_test(exponential_bad_argument_is_an_error),
        cmocka_unit_test(exponential_range_bad_argument_is_an_error),
        cmocka_unit_test(builders_count_out_of_range_is_an_error),
        cmocka_unit_test(builders_null_is_an_error),
        cmocka_unit_test(linear_width_lost_in_rounding_is_an_error),
        cmocka_unit_test(linear_overflow_is_an_error),
        cmocka_unit_test(exponential_overflow_is_an_error),
        cmocka_unit_test(exponential_range_too_narrow_is_an_error),
        cmocka_unit_test(builders_result_declares_a_histogram),
        cmocka_unit_test(presets_declare_histograms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
