/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of native buckets as snapshots show them: compared with a model that counts by arithmetic,
 * over random values of all sorts; their limit, and the resolution that is halved for it. Reset,
 * removal and memory are in test_native_life.c.
 */
#include "support/natives.h"
#include "support/recording_path.h"
#include "support/stress.h"

#include "record/native.h"

#include <math.h>

#define MOST_VALUES 4096

/* ---- the model ------------------------------------------------------------------------------- */

static double values[MOST_VALUES];
static size_t value_count;

static void observe(promlet_histogram *histogram, double value)
{
    assert_true(value_count < MOST_VALUES);
    values[value_count++] = value;
    promlet_histogram_observe(histogram, value);
}

/* What the model has in a bucket of one side. */
static uint64_t model_count(const pml_native *native, bool is_above, int32_t index)
{
    uint64_t count = 0;
    for (size_t i = 0; i < value_count; i++) {
        double size = fabs(values[i]);
        count += size > native->zero_threshold && (values[i] > 0) == is_above &&
                 model_index(native->schema, size) == index;
    }
    return count;
}

static void expect_side(const pml_native *native, bool is_above)
{
    const pml_native_side *side = is_above ? &native->positive : &native->negative;
    int32_t index = 0;
    size_t at = 0;
    for (size_t i = 0; i < side->span_count; i++) {
        index += side->spans[i].offset;
        for (uint32_t j = 0; j < side->spans[i].length; j++, index++, at++) {
            uint64_t expected = model_count(native, is_above, index);
            if (side->counts[at] != expected) {
                fail_msg("schema %d, bucket %d: %" PRIu64 ", expected %" PRIu64, native->schema,
                         index, side->counts[at], expected);
            }
        }
    }
}

static void expect_classic(const native_view *view, const double *bounds)
{
    for (size_t bucket = 0; bucket <= view->family->bound_count; bucket++) {
        uint64_t expected = 0;
        for (size_t i = 0; i < value_count; i++) {
            bool is_behind = bucket == 0 || values[i] > bounds[bucket - 1];
            bool is_before = bucket == view->family->bound_count || values[i] <= bounds[bucket];
            expected += is_behind && is_before;
        }
        if (view->counts[bucket] != expected) {
            fail_msg("classic bucket %zu: %" PRIu64 ", expected %" PRIu64, bucket,
                     view->counts[bucket], expected);
        }
    }
}

/* All totals are those of the model, so no bucket that the view lacks holds anything. */
static void expect_model(const native_view *view, const double *bounds)
{
    uint64_t zeros = 0;
    for (size_t i = 0; i < value_count; i++) {
        zeros += fabs(values[i]) <= view->native->zero_threshold;
    }
    assert_int_equal(view->native->zero_count, zeros);
    assert_int_equal(native_count(view->native), value_count);
    expect_side(view->native, true);
    expect_side(view->native, false);
    expect_classic(view, bounds);
}

/* ---- buckets --------------------------------------------------------------------------------- */

static const double bounds[] = {-8, -0.3, -1e-30, 0, 1e-3, 0.25, 0.251, 0.252, 0.26, 1, 2, 1e20};
#define BOUNDS .bounds = bounds, .bound_count = COUNT_OF(bounds)

/* From a narrow one to the whole range of doubles. */
static double random_value(uint64_t *random, int octaves)
{
    double part = ldexp((double)(stress_random(random) >> 11), -53);
    double value = exp2((part - 0.5) * octaves);
    value = isfinite(value) ? value : DBL_MAX;
    uint64_t choice = stress_random(random) % 16;
    return choice == 0 ? 0 : choice < 5 ? -value : value;
}

static void buckets_of_random_values_are_those_of_the_model(void **state)
{
    (void)state;
    static const double factors[] = {1.001, 1.1, 1.5, 2, 4, 70000};
    static const int octaves[] = {1, 8, 40, 300, 2090};
    uint64_t random = stress_seed();
    for (size_t i = 0; i < COUNT_OF(factors) * COUNT_OF(octaves); i++) {
        promlet_registry *registry = new_registry();
        promlet_histogram *histogram = promlet_histogram_new(
            registry, &(promlet_opts){.name = "h",
                                      BOUNDS,
                                      .native_factor = factors[i % COUNT_OF(factors)],
                                      .native_max_buckets = i % 2 == 0 ? 0 : 40});
        value_count = 0;
        for (int round = 0; round < 3; round++) {
            for (int j = 0; j < 300; j++) {
                observe(histogram, random_value(&random, octaves[i / COUNT_OF(factors)]));
            }
            native_view view = view_histogram(registry, "h");
            assert_true(native_used(view.native) <= (i % 2 == 0 ? 160 : 40) ||
                        view.native->schema == -4);
            expect_model(&view, bounds);
            close_view(&view);
        }
        assert_int_equal(promlet_histogram_count(histogram), value_count);
        promlet_registry_free(registry);
    }
}

static void values_at_bounds_and_threshold_are_counted_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){
                      .name = "h", BOUNDS, .native_factor = 1.02, .native_zero_threshold = 0.001});
    value_count = 0;
    static const double some[] = {0.0,  -0.0,    0.001,       -0.001, 0x1p-1074, -0x1p-1074,
                                  0.01, DBL_MAX, -DBL_MAX,    1,      2,         0.25,
                                  -8,   0.251,   0x1.8p-1023, -0.3,   1e20,      -1e-30};
    for (size_t i = 0; i < COUNT_OF(some); i++) {
        observe(histogram, some[i]);
        observe(histogram, nextafter(some[i], DBL_MAX));
        observe(histogram, nextafter(some[i], -DBL_MAX));
    }
    native_view view = view_histogram(registry, "h");
    expect_model(&view, bounds);
    close_view(&view);
    promlet_registry_free(registry);
}

static void values_below_the_smallest_normal_have_buckets(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "h",
                                                        .native_factor = 4,
                                                        .native_zero_threshold = 0x1p-1074,
                                                        .native_only = true});
    value_count = 0;
    for (int exponent = -1074; exponent < -1000; exponent++) {
        observe(histogram, ldexp(1, exponent));
        observe(histogram, -ldexp(1.5, exponent));
    }
    native_view view = view_histogram(registry, "h");
    assert_int_equal(view.native->zero_count, 1);
    expect_model(&view, NULL);
    close_view(&view);
    promlet_registry_free(registry);
}

static void nan_and_infinity_are_dropped(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "h", .native_factor = 1.1});
    promlet_histogram_observe(histogram, NAN);
    promlet_histogram_observe(histogram, INFINITY);
    promlet_histogram_observe(histogram, -INFINITY);
    promlet_histogram_observe(NULL, 1);
    promlet_histogram_observe(histogram, 3);
    native_view view = view_histogram(registry, "h");
    assert_int_equal(native_count(view.native), 1);
    assert_true(view.sum == 3);
    close_view(&view);
    promlet_registry_free(registry);
}

static void empty_histogram_has_no_spans(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_histogram_new(registry, &(promlet_opts){.name = "h", .native_factor = 1.1});
    native_view view = view_histogram(registry, "h");
    assert_int_equal(view.native->schema, 3);
    assert_true(view.native->zero_threshold == 0x1p-128);
    assert_int_equal(view.native->positive.span_count, 0);
    assert_int_equal(view.native->negative.span_count, 0);
    assert_int_equal(native_count(view.native), 0);
    close_view(&view);
    promlet_registry_free(registry);
}

static void small_gaps_are_filled_and_large_ones_begin_spans(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "h", .native_factor = 2});
    static const double some[] = {0.5, 1, 8, 128, 256}; /* -1 0 . . 3 . . . 7 8 */
    for (size_t i = 0; i < COUNT_OF(some); i++) {
        promlet_histogram_observe(histogram, some[i]);
        promlet_histogram_observe(histogram, -some[i]);
    }
    native_view view = view_histogram(registry, "h");
    const pml_native_side *sides[] = {&view.native->positive, &view.native->negative};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(sides[i]->span_count, 2);
        assert_int_equal(sides[i]->spans[0].offset, -1);
        assert_int_equal(sides[i]->spans[0].length, 5);
        assert_int_equal(sides[i]->spans[1].offset, 3);
        assert_int_equal(sides[i]->spans[1].length, 2);
        assert_int_equal(sides[i]->count, 7);
    }
    close_view(&view);
    promlet_registry_free(registry);
}

/* ---- the text -------------------------------------------------------------------------------- */

static void text_shows_classic_buckets_or_infinity_alone(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *both = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "a", .help = "Both.", PROMLET_BOUNDS(1, 2), .native_factor = 1.1});
    promlet_histogram *only = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "b", .help = "One.", .native_factor = 1.1, .native_only = true});
    for (int i = 1; i <= 3; i++) {
        promlet_histogram_observe(both, i);
        promlet_histogram_observe(only, i);
    }
    expect_metrics(registry, "native", NULL,
                   "# HELP a Both.\n"
                   "# TYPE a histogram\n"
                   "a_bucket{le=\"1.0\"} 1\n"
                   "a_bucket{le=\"2.0\"} 2\n"
                   "a_bucket{le=\"+Inf\"} 3\n"
                   "a_sum 6\n"
                   "a_count 3\n"
                   "# HELP b One.\n"
                   "# TYPE b histogram\n"
                   "b_bucket{le=\"+Inf\"} 3\n"
                   "b_sum 6\n"
                   "b_count 3\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- the limit ------------------------------------------------------------------------------- */

static int shown_schema(promlet_registry *registry)
{
    native_view view = view_histogram(registry, "h");
    int schema = view.native->schema;
    close_view(&view);
    return schema;
}

static promlet_histogram *limited(promlet_registry *registry, size_t max_buckets)
{
    return promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "h", .native_factor = 1.1, .native_max_buckets = max_buckets});
}

static void resolution_is_halved_as_often_as_it_takes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = limited(registry, 20);
    for (int i = 1; i <= 20; i++) {
        promlet_histogram_observe(histogram, exp2((i - 0.5) / 8));
    }
    assert_int_equal(shown_schema(registry), 3);
    promlet_histogram_observe(histogram, exp2(20.5 / 8));
    assert_int_equal(shown_schema(registry), 2);
    for (int i = 1; i <= 20 * 8; i++) { /* 20 powers of 2 */
        promlet_histogram_observe(histogram, exp2((i - 0.5) / 8));
    }
    assert_int_equal(shown_schema(registry), 0);
    assert_int_equal(shown_schema(registry), 0); /* and stays */
    promlet_registry_free(registry);
}

/* In one go, before anybody looks: 26 powers of 2 at 8 each are more than the limit, but there are
   slots for all of them. */
static void burst_within_the_pool_loses_no_more_than_it_must(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = limited(registry, 0);
    for (int i = 0; i < 26 * 8; i++) {
        promlet_histogram_observe(histogram, exp2((i - 0.5) / 8));
    }
    assert_int_equal(shown_schema(registry), 2);
    promlet_registry_free(registry);
}

/* More than there are slots: some values go to a coarser tier, none is lost. */
static void burst_beyond_the_pool_loses_resolution_alone(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = limited(registry, 0);
    value_count = 0;
    for (int i = -300; i < 300; i++) {
        observe(histogram, exp2((i - 0.5) / 8));
        observe(histogram, exp2((i - 0.5) / 8));
    }
    native_view view = view_histogram(registry, "h");
    assert_int_equal(view.native->schema, 0);
    static const double defaults[] = {PROMLET_BOUNDS_DEFAULT};
    expect_model(&view, defaults);
    close_view(&view);
    promlet_registry_free(registry);
}

/* Whatever the limit: nothing is coarser than the coarsest schema, and nothing is lost. */
static void limit_of_one_bucket_is_kept_as_far_as_can_be(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = limited(registry, 1);
    value_count = 0;
    for (int exponent = -1020; exponent < 1020; exponent++) {
        observe(histogram, ldexp(1.25, exponent));
        observe(histogram, -ldexp(1.25, exponent));
    }
    native_view view = view_histogram(registry, "h");
    assert_int_equal(view.native->schema, -4);
    static const double defaults[] = {PROMLET_BOUNDS_DEFAULT};
    expect_model(&view, defaults);
    close_view(&view);
    promlet_registry_free(registry);
}

int main(void)
{
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(buckets_of_random_values_are_those_of_the_model),
        cmocka_unit_test(values_at_bounds_and_threshold_are_counted_once),
        cmocka_unit_test(values_below_the_smallest_normal_have_buckets),
        cmocka_unit_test(nan_and_infinity_are_dropped),
        cmocka_unit_test(empty_histogram_has_no_spans),
        cmocka_unit_test(small_gaps_are_filled_and_large_ones_begin_spans),
        cmocka_unit_test(text_shows_classic_buckets_or_infinity_alone),
        cmocka_unit_test(resolution_is_halved_as_often_as_it_takes),
        cmocka_unit_test(burst_within_the_pool_loses_no_more_than_it_must),
        cmocka_unit_test(burst_beyond_the_pool_loses_resolution_alone),
        cmocka_unit_test(limit_of_one_bucket_is_kept_as_far_as_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
