/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/histogram.h: which bucket an observation falls into, the sum, and the text. */
#include "snapshot/snapshot.h"
#include "support/expect.h"

#include <errno.h>
#include <float.h>
#include <math.h>

static promlet_histogram *new_histogram(promlet_registry *registry, const double *bounds,
                                        size_t count)
{
    promlet_histogram *histogram = promlet_histogram_new(
        registry,
        &(promlet_opts){
            .name = "size_bytes", .help = "Size.", .bounds = bounds, .bound_count = count});
    expect_status(registry, PROMLET_OK, "");
    return histogram;
}

/* ---- the choice of the bucket ---------------------------------------------------------------- */

/* The first bucket whose bound is not below the value, found one after the other. */
static size_t linear_oracle(const double *bounds, size_t count, double value)
{
    size_t at = 0;
    while (at < count && value > bounds[at]) {
        at++;
    }
    return at;
}

static uint64_t expected_counts[PROMLET_MAX_BOUNDS + 1];

static void observe(promlet_histogram *histogram, const double *bounds, size_t count, double value)
{
    promlet_histogram_observe(histogram, value);
    expected_counts[linear_oracle(bounds, count, value)]++;
}

/* Observes each bound, its neighbours, what lies between, and far below and above. */
static void expect_like_oracle(const double *bounds, size_t count)
{
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram(registry, bounds, count);
    memset(expected_counts, 0, sizeof expected_counts);
    for (size_t i = 0; i < count; i++) {
        observe(histogram, bounds, count, bounds[i]);
        observe(histogram, bounds, count, nextafter(bounds[i], INFINITY));
        observe(histogram, bounds, count, nextafter(bounds[i], -INFINITY));
        observe(histogram, bounds, count, bounds[i] + 0.3 * (bounds[count - 1] - bounds[i]));
    }
    static const double others[] = {-DBL_MAX, -1, -DBL_TRUE_MIN, -0.0, 0.0, DBL_TRUE_MIN, DBL_MAX};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        observe(histogram, bounds, count, others[i]);
    }
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    assert_memory_equal(snapshot->families[0].series[0].as.histogram.counts, expected_counts,
                        (count + 1) * sizeof expected_counts[0]);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void histogram_small_bound_counts_are_like_oracle(void **state)
{
    (void)state;
    static const double bounds[] = {-2.5, -1, 0, 0.001, 0.25, 0.5, 1, 2.5, 10, 1e300};
    for (size_t count = 0; count <= COUNT_OF(bounds); count++) {
        expect_like_oracle(bounds, count);
    }
}

static void histogram_nine_bounds_are_like_oracle(void **state)
{
    (void)state;
    static const double bounds[] = {PROMLET_BOUNDS_OTEL_DB};
    assert_int_equal(COUNT_OF(bounds), 9);
    expect_like_oracle(bounds, COUNT_OF(bounds));
}

static void histogram_200_bounds_are_like_oracle(void **state)
{
    (void)state;
    double bounds[200];
    assert_int_equal(promlet_bounds_exponential(1e-6, 1.2, 200, bounds), PROMLET_OK);
    expect_like_oracle(bounds, 200);
}

static void histogram_1000_bounds_are_like_oracle(void **state)
{
    (void)state;
    double bounds[1000];
    assert_int_equal(promlet_bounds_linear(-50, 0.1, 1000, bounds), PROMLET_OK);
    expect_like_oracle(bounds, 1000);
}

static void histogram_neighbouring_bounds_are_like_oracle(void **state)
{
    (void)state;
    double bounds[8] = {1};
    for (int i = 1; i < 8; i++) {
        bounds[i] = nextafter(bounds[i - 1], 2);
    }
    expect_like_oracle(bounds, 8);
}

/* ---- the text -------------------------------------------------------------------------------- */

static void histogram_new_is_shown_at_zero_with_default_bounds(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_new(registry,
                          &(promlet_opts){.name = "wait_seconds", .help = "Time to wait."});
    expect_metrics(registry, "histogram_default_bounds", NULL,
                   "# HELP wait_seconds Time to wait.\n"
                   "# TYPE wait_seconds histogram\n"
                   "wait_seconds_bucket{le=\"0.005\"} 0\n"
                   "wait_seconds_bucket{le=\"0.01\"} 0\n"
                   "wait_seconds_bucket{le=\"0.025\"} 0\n"
                   "wait_seconds_bucket{le=\"0.05\"} 0\n"
                   "wait_seconds_bucket{le=\"0.1\"} 0\n"
                   "wait_seconds_bucket{le=\"0.25\"} 0\n"
                   "wait_seconds_bucket{le=\"0.5\"} 0\n"
                   "wait_seconds_bucket{le=\"1.0\"} 0\n"
                   "wait_seconds_bucket{le=\"2.5\"} 0\n"
                   "wait_seconds_bucket{le=\"5.0\"} 0\n"
                   "wait_seconds_bucket{le=\"10.0\"} 0\n"
                   "wait_seconds_bucket{le=\"+Inf\"} 0\n"
                   "wait_seconds_sum 0\n"
                   "wait_seconds_count 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_buckets_are_cumulative_and_end_in_the_count(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {1, 10, 1000000};
    promlet_histogram *histogram = new_histogram(registry, bounds, 3);
    promlet_histogram_observe(histogram, 0.5);
    promlet_histogram_observe(histogram, 1);
    promlet_histogram_observe(histogram, 7);
    promlet_histogram_observe(histogram, 2000000);
    expect_metrics(registry, "histogram_cumulative", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"1.0\"} 2\n"
                   "size_bytes_bucket{le=\"10.0\"} 3\n"
                   "size_bytes_bucket{le=\"1e+06\"} 3\n"
                   "size_bytes_bucket{le=\"+Inf\"} 4\n"
                   "size_bytes_sum 2000008.5\n"
                   "size_bytes_count 4\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_negative_observations_lower_the_sum(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {-1, 1};
    promlet_histogram *histogram = new_histogram(registry, bounds, 2);
    promlet_histogram_observe(histogram, -5);
    promlet_histogram_observe(histogram, -1);
    promlet_histogram_observe(histogram, -0.5);
    promlet_histogram_observe(histogram, 3);
    expect_metrics(registry, "histogram_negative", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"-1.0\"} 2\n"
                   "size_bytes_bucket{le=\"1.0\"} 3\n"
                   "size_bytes_bucket{le=\"+Inf\"} 4\n"
                   "size_bytes_sum -3.5\n"
                   "size_bytes_count 4\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_trailing_infinity_is_implied(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {1, INFINITY};
    promlet_histogram *histogram = new_histogram(registry, bounds, 2);
    promlet_histogram_observe(histogram, 2);
    expect_metrics(registry, "histogram_trailing_infinity", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"1.0\"} 0\n"
                   "size_bytes_bucket{le=\"+Inf\"} 1\n"
                   "size_bytes_sum 2\n"
                   "size_bytes_count 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_only_infinity_counts_and_sums(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {INFINITY};
    promlet_histogram *histogram = new_histogram(registry, bounds, 1);
    promlet_histogram_observe(histogram, 2);
    promlet_histogram_observe(histogram, -3);
    expect_metrics(registry, "histogram_only_infinity", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"+Inf\"} 2\n"
                   "size_bytes_sum -1\n"
                   "size_bytes_count 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_not_finite_is_dropped_and_counted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {1};
    promlet_histogram *histogram = new_histogram(registry, bounds, 1);
    promlet_histogram_observe(histogram, NAN);
    promlet_histogram_observe(histogram, INFINITY);
    promlet_histogram_observe(histogram, -INFINITY);
    expect_metrics(registry, "histogram_not_finite", NULL,
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"infinite\"} 2\n"
                   "promlet_dropped_total{reason=\"nan\"} 1\n"
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"1.0\"} 0\n"
                   "size_bytes_bucket{le=\"+Inf\"} 0\n"
                   "size_bytes_sum 0\n"
                   "size_bytes_count 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_family_labels_stand_before_le(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "call_seconds",
                                                               .help = "Time of a call.",
                                                               .labels = {"peer", "error"},
                                                               PROMLET_BOUNDS(0.5)});
    promlet_histogram_observe(promlet_histogram_with(family, "db", ""), 0.25);
    promlet_histogram_observe(promlet_histogram_with(family, "db", "timeout"), 3);
    expect_metrics(registry, "histogram_family", NULL,
                   "# HELP call_seconds Time of a call.\n"
                   "# TYPE call_seconds histogram\n"
                   "call_seconds_bucket{peer=\"db\",error=\"\",le=\"0.5\"} 1\n"
                   "call_seconds_bucket{peer=\"db\",error=\"\",le=\"+Inf\"} 1\n"
                   "call_seconds_sum{peer=\"db\",error=\"\"} 0.25\n"
                   "call_seconds_count{peer=\"db\",error=\"\"} 1\n"
                   "call_seconds_bucket{peer=\"db\",error=\"timeout\",le=\"0.5\"} 0\n"
                   "call_seconds_bucket{peer=\"db\",error=\"timeout\",le=\"+Inf\"} 1\n"
                   "call_seconds_sum{peer=\"db\",error=\"timeout\"} 3\n"
                   "call_seconds_count{peer=\"db\",error=\"timeout\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_bounds_are_copied(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    double bounds[] = {1, 2};
    promlet_histogram *histogram = new_histogram(registry, bounds, 2);
    bounds[0] = 100;
    bounds[1] = 200;
    promlet_histogram_observe(histogram, 1.5);
    expect_metrics(registry, "histogram_copied_bounds", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{le=\"1.0\"} 0\n"
                   "size_bytes_bucket{le=\"2.0\"} 1\n"
                   "size_bytes_bucket{le=\"+Inf\"} 1\n"
                   "size_bytes_sum 1.5\n"
                   "size_bytes_count 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void histogram_recording_keeps_errno(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram(registry, NULL, 0);
    errno = 4711;
    promlet_histogram_observe(histogram, 1);
    promlet_histogram_observe(histogram, NAN);
    promlet_histogram_observe(NULL, 1);
    assert_int_equal(errno, 4711);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram_small_bound_counts_are_like_oracle),
        cmocka_unit_test(histogram_nine_bounds_are_like_oracle),
        cmocka_unit_test(histogram_200_bounds_are_like_oracle),
        cmocka_unit_test(histogram_1000_bounds_are_like_oracle),
        cmocka_unit_test(histogram_neighbouring_bounds_are_like_oracle),
        cmocka_unit_test(histogram_new_is_shown_at_zero_with_default_bounds),
        cmocka_unit_test(histogram_buckets_are_cumulative_and_end_in_the_count),
        cmocka_unit_test(histogram_negative_observations_lower_the_sum),
        cmocka_unit_test(histogram_trailing_infinity_is_implied),
        cmocka_unit_test(histogram_only_infinity_counts_and_sums),
        cmocka_unit_test(histogram_not_finite_is_dropped_and_counted),
        cmocka_unit_test(histogram_family_labels_stand_before_le),
        cmocka_unit_test(histogram_bounds_are_copied),
        cmocka_unit_test(histogram_recording_keeps_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
