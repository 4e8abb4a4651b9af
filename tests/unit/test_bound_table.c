/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the search for a bucket: with a table and without, it must find what a plain look at one
 * bound after the other finds. All memory has the exact size, so that a sanitizer sees each read
 * beyond it.
 */
#include "record/bound_table.h"

#include "base/alloc.h"
#include "support/expect.h"
#include "support/stress.h"

#include <promlet/hot_path.h>

#include <float.h>
#include <math.h>

#define MOST_BOUNDS 1000

/* The table must stay small, see bound_table.c: 4 KiB, or one slot for each exponent. */
#define MOST_SLOTS 4099

static uint64_t seed;

static size_t naive_bucket(const double *values, size_t count, double value)
{
    size_t at = 0;
    while (at < count && values[at] < value) {
        at++;
    }
    return at;
}

/* Bounds as promlet keeps them, and those without a table that a file-scope definition has. */
struct fixture {
    struct promlet_bounds with_table;
    struct promlet_bounds without;
};

static double *copy_of(const double *values, size_t count, size_t padding)
{
    double *copy = malloc((count + padding) * sizeof *copy + (count + padding == 0));
    assert_non_null(copy);
    for (size_t i = 0; i < count + padding; i++) {
        copy[i] = i < count ? values[i] : INFINITY;
    }
    return copy;
}

static struct fixture new_fixture(const double *values, size_t count)
{
    struct promlet_bound_table *table = pml_bound_table_new(values, count);
    assert_true((table != NULL) == (count > 0));
    size_t padding = table != NULL ? table->span : 0;
    struct fixture fixture = {
        {count, copy_of(values, count, padding), table},
        {count, copy_of(values, count, 0), NULL},
    };
    if (table != NULL) {
        assert_true(table->last_slot >= table->first_slot);
        assert_true(table->last_slot - table->first_slot < MOST_SLOTS);
        assert_in_range(table->span, 1, count);
    }
    return fixture;
}

static void free_fixture(struct fixture *fixture)
{
    free((double *)fixture->with_table.values);
    free((double *)fixture->without.values);
    pml_free((struct promlet_bound_table *)fixture->with_table.table);
}

static void check_value(const struct fixture *fixture, double value)
{
    size_t count = fixture->without.count;
    size_t expected = naive_bucket(fixture->without.values, count, value);
    size_t with_table = promlet_hot_bucket(&fixture->with_table, value);
    size_t without = promlet_hot_bucket(&fixture->without, value);
    if (with_table != expected || without != expected) {
        fail_msg("%a belongs into bucket %zu of %zu, but is in %zu by the table and in %zu without",
                 value, expected, count, with_table, without);
    }
}

static void check_with_neighbours(const struct fixture *fixture, double value)
{
    const double values[] = {value, nextafter(value, -INFINITY), nextafter(value, INFINITY)};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        if (isfinite(values[i])) {
            check_value(fixture, values[i]);
            check_value(fixture, -values[i]);
        }
    }
}

/* A finite double of any size. */
static double any_double(uint64_t *random)
{
    double value;
    do {
        value = promlet_hot_double(stress_random(random));
    } while (!isfinite(value));
    return value;
}

static void check_bounds(const double *values, size_t count)
{
    static const double everywhere[] = {0.0, DBL_TRUE_MIN,       DBL_MIN, DBL_EPSILON, 1e-9, 0.5, 1,
                                        1e3, 9007199254740992.0, 1e300,   DBL_MAX};
    struct fixture fixture = new_fixture(values, count);
    uint64_t random = seed + count;
    for (size_t i = 0; i < COUNT_OF(everywhere); i++) {
        check_with_neighbours(&fixture, everywhere[i]);
    }
    for (size_t i = 0; i < count; i++) {
        check_with_neighbours(&fixture, values[i]);
        double next = values[i + 1 < count ? i + 1 : i];
        check_value(&fixture, values[i] / 2 + next / 2);
    }
    for (int i = 0; i < 100; i++) {
        check_value(&fixture, any_double(&random));
        double factor = (double)(stress_random(&random) >> 11) / 9007199254740992.0;
        check_value(&fixture, count > 0 ? values[count - 1] * factor : factor);
    }
    free_fixture(&fixture);
}

/* Takes out what does not rise, and checks what is left. */
static void check_rising(double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(values[i]) && (kept == 0 || values[i] > values[kept - 1])) {
            values[kept++] = values[i];
        }
    }
    check_bounds(values, kept);
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void check_unsorted(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    check_rising(values, count);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Each fills `count` bounds, which need not rise. */
typedef void shape(double *values, size_t count, uint64_t *random);

static void fill_linear(double *values, size_t count, uint64_t *random)
{
    double width = (double)(1 + stress_random(random) % 1000) / 8;
    for (size_t i = 0; i < count; i++) {
        values[i] = (double)i * width;
    }
}

static void fill_around_zero(double *values, size_t count, uint64_t *random)
{
    double width = (double)(1 + stress_random(random) % 1000) / 8;
    for (size_t i = 0; i < count; i++) {
        values[i] = ((double)i - (double)(count / 2)) * width;
    }
}

static void fill_exponential(double *values, size_t count, uint64_t *random)
{
    double factor = 1.001 + (double)(stress_random(random) % 3000) / 1000;
    double value = 1e-6;
    for (size_t i = 0; i < count; i++) {
        values[i] = value;
        value *= factor;
    }
}

static void fill_negative(double *values, size_t count, uint64_t *random)
{
    fill_exponential(values, count, random);
    for (size_t i = 0; i < count; i++) {
        values[i] = -values[i];
    }
}

static void fill_denormal(double *values, size_t count, uint64_t *random)
{
    uint64_t step = 1 + stress_random(random) % 5;
    for (size_t i = 0; i < count; i++) {
        values[i] = promlet_hot_double(i * step) * (i % 2 == 0 ? 1 : -1);
    }
}

/* From -DBL_MAX to DBL_MAX, one bound for each of so many exponents. */
static void fill_huge_range(double *values, size_t count, uint64_t *random)
{
    uint64_t fraction = stress_random(random) >> 12;
    for (size_t i = 0; i < count; i++) {
        uint64_t exponent = count < 3 ? 2046 : (i / 2) * 2046 / ((count - 1) / 2);
        values[i] = promlet_hot_double(exponent << 52 | fraction) * (i % 2 == 0 ? 1 : -1);
    }
    values[0] = -DBL_MAX;
    values[count - 1] = DBL_MAX;
}

/* As close as doubles can be. */
static void fill_neighbours(double *values, size_t count, uint64_t *random)
{
    double value = any_double(random);
    for (size_t i = 0; i < count; i++) {
        values[i] = value;
        value = nextafter(value, INFINITY);
    }
}

/* Dense in one place, and one far away on either side: the table has few slots for the many. */
static void fill_clustered(double *values, size_t count, uint64_t *random)
{
    fill_neighbours(values, count, random);
    values[0] = -DBL_MAX;
    values[count - 1] = DBL_MAX;
}

static void fill_random_bits(double *values, size_t count, uint64_t *random)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = any_double(random);
    }
}

static void fill_uniform(double *values, size_t count, uint64_t *random)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = (double)(stress_random(random) >> 11) / 9007199254740992.0;
    }
}

static shape *const shapes[] = {
    fill_linear,     fill_around_zero, fill_exponential, fill_negative,    fill_denormal,
    fill_huge_range, fill_neighbours,  fill_clustered,   fill_random_bits, fill_uniform};

static void bucket_of_each_shape_is_that_of_linear_search(void **state)
{
    (void)state;
    static double values[MOST_BOUNDS];
    uint64_t random = seed;
    for (size_t count = 1; count <= 200; count++) {
        for (size_t i = 0; i < COUNT_OF(shapes); i++) {
            shapes[i](values, count, &random);
            check_unsorted(values, count);
        }
    }
}

static void bucket_of_most_bounds_is_that_of_linear_search(void **state)
{
    (void)state;
    static double values[MOST_BOUNDS];
    uint64_t random = seed;
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        for (size_t count = MOST_BOUNDS - 1; count <= MOST_BOUNDS; count++) {
            shapes[i](values, count, &random);
            check_unsorted(values, count);
        }
    }
}

static void bucket_of_presets_is_that_of_linear_search(void **state)
{
    (void)state;
    double preset[] = {PROMLET_BOUNDS_DEFAULT};
    check_bounds(preset, COUNT_OF(preset));
    double zeros[][1] = {{0.0}, {-0.0}, {DBL_TRUE_MIN}, {-DBL_TRUE_MIN}, {DBL_MAX}, {-DBL_MAX}};
    for (size_t i = 0; i < COUNT_OF(zeros); i++) {
        check_bounds(zeros[i], 1);
    }
    double around[] = {-DBL_TRUE_MIN, 0.0, DBL_TRUE_MIN};
    check_bounds(around, COUNT_OF(around));
    double around_minus_zero[] = {-DBL_TRUE_MIN, -0.0, DBL_TRUE_MIN};
    check_bounds(around_minus_zero, COUNT_OF(around_minus_zero));
    check_bounds(NULL, 0);
}

/* Every double between two bounds and around them, where there are few enough to try them all. */
static void bucket_of_every_double_in_range_is_that_of_linear_search(void **state)
{
    (void)state;
    double bounds[] = {1, 1 + 100 * DBL_EPSILON, 1 + 1000 * DBL_EPSILON, 1 + 1001 * DBL_EPSILON};
    struct fixture fixture = new_fixture(bounds, COUNT_OF(bounds));
    double value = 1 - 100 * DBL_EPSILON;
    for (int i = 0; i < 2000; i++) {
        check_value(&fixture, value);
        value = nextafter(value, INFINITY);
    }
    free_fixture(&fixture);
}

/* What the table is for: the usual bounds leave one to choose from, in a few slots. */
static void table_of_usual_bounds_is_small_and_leaves_one_bound_a_slot(void **state)
{
    (void)state;
    double preset[] = {PROMLET_BOUNDS_DEFAULT};
    double linear[100];
    assert_int_equal(promlet_bounds_linear(10, 10, COUNT_OF(linear), linear), PROMLET_OK);
    struct fixture fixture = new_fixture(preset, COUNT_OF(preset));
    assert_int_equal(fixture.with_table.table->span, 1);
    assert_in_range(fixture.with_table.table->last_slot - fixture.with_table.table->first_slot, 1,
                    200);
    free_fixture(&fixture);
    fixture = new_fixture(linear, COUNT_OF(linear));
    assert_int_equal(fixture.with_table.table->span, 1);
    free_fixture(&fixture);
}

static void observed(promlet_histogram *histogram, const double *bounds, size_t count, double value)
{
    size_t bucket = naive_bucket(bounds, count, value);
    uint64_t before = histogram->buckets[bucket];
    promlet_histogram_observe(histogram, value);
    if (histogram->buckets[bucket] != before + 1) {
        fail_msg("%a was not counted in bucket %zu", value, bucket);
    }
}

/* The bounds that a registry keeps end in the padding that the table's span needs. */
static void histogram_of_registry_counts_in_bucket_of_linear_search(void **state)
{
    (void)state;
    static double bounds[MOST_BOUNDS];
    uint64_t random = seed;
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        shapes[i](bounds, 50, &random);
        qsort(bounds, 50, sizeof *bounds, compare_doubles);
        size_t count = 1;
        for (size_t j = 1; j < 50; j++) {
            if (bounds[j] > bounds[count - 1]) {
                bounds[count++] = bounds[j];
            }
        }
        promlet_registry *registry = new_registry();
        promlet_histogram *histogram = promlet_histogram_new(
            registry, &(promlet_opts){.name = "h", .bounds = bounds, .bound_count = count});
        expect_status(registry, PROMLET_OK, "");
        for (size_t j = 0; j < count; j++) {
            observed(histogram, bounds, count, bounds[j]);
            observed(histogram, bounds, count, bounds[j] / 2);
        }
        observed(histogram, bounds, count, DBL_MAX);
        observed(histogram, bounds, count, -DBL_MAX);
        observed(histogram, bounds, count, -0.0);
        promlet_registry_free(registry);
    }
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bucket_of_presets_is_that_of_linear_search),
        cmocka_unit_test(bucket_of_each_shape_is_that_of_linear_search),
        cmocka_unit_test(bucket_of_most_bounds_is_that_of_linear_search),
        cmocka_unit_test(bucket_of_every_double_in_range_is_that_of_linear_search),
        cmocka_unit_test(table_of_usual_bounds_is_small_and_leaves_one_bound_a_slot),
        cmocka_unit_test(histogram_of_registry_counts_in_bucket_of_linear_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
