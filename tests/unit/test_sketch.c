/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of record/sketch.h: how near quantiles are to the exact ones, and what the window holds. */
#include "record/sketch.h"
#include "support/expect.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#define PERIOD_NS ((uint64_t)1000000)
#define WINDOW_NS (PML_SKETCH_PERIODS * PERIOD_NS)

/* Some time after the clock's beginning, at the beginning of a period. */
#define START_NS (1000 * WINDOW_NS)

static pml_sketch *new_sketch(void)
{
    pml_sketch *sketch = calloc(1, sizeof *sketch);
    assert_non_null(sketch);
    pml_sketch_start(sketch, WINDOW_NS);
    return sketch;
}

static double read_one(const pml_sketch *sketch, uint64_t now_ns, double quantile)
{
    double value = 0;
    pml_sketch_read(sketch, now_ns, &quantile, 1, &value);
    return value;
}

/* ---- distributions --------------------------------------------------------------------------- */

enum { VALUES = 20011 };

static uint64_t random_state;

/* Above 0 and below 1; the same numbers in every run. */
static double random_part(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(random_state >> 12) + 0.5) / (double)(UINT64_C(1) << 52);
}

static double normal(void)
{
    return sqrt(-2 * log(random_part())) * cos(6.283185307179586 * random_part());
}

static double uniform(void)
{
    return random_part();
}

static double latency(void)
{
    return exp(-6 + 1.5 * normal());
}

static double long_tail(void)
{
    return 1e-4 * pow(random_part(), -1.2);
}

static double two_humps(void)
{
    return random_part() < 0.9 ? 0.002 * (1 + 0.05 * normal()) : 3 * (1 + 0.05 * normal());
}

static double both_signs(void)
{
    return 25 * normal();
}

static double all_negative(void)
{
    return -exp(4 * normal());
}

static double few_different(void)
{
    return (double)(1 + (int)(6 * random_part()));
}

static double often_zero(void)
{
    return random_part() < 0.6 ? 0 : 512 * random_part();
}

static double whole_range(void)
{
    return pow(10, -9 + 21 * random_part());
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static const double asked[] = {0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};

/* The value at a quantile of sorted ones: the first that is not below that part of all. */
static double exact_quantile(const double *sorted, size_t count, double quantile)
{
    size_t rank = (size_t)ceil(quantile * (double)count);
    return sorted[rank > 0 ? rank - 1 : 0];
}

static void expect_near(double value, double exact)
{
    if (!(fabs(value - exact) <= PML_SKETCH_ERROR * fabs(exact))) {
        fail_msg("%.17g is too far from %.17g", value, exact);
    }
}

static void expect_like_exact(double (*draw)(void))
{
    static double values[VALUES];
    pml_sketch *sketch = new_sketch();
    random_state = 4711;
    for (size_t i = 0; i < VALUES; i++) {
        values[i] = draw();
        pml_sketch_record(sketch, values[i], START_NS + i * WINDOW_NS / VALUES);
    }
    qsort(values, VALUES, sizeof values[0], compare_doubles);
    double found[COUNT_OF(asked)];
    pml_sketch_read(sketch, START_NS + WINDOW_NS - 1, asked, COUNT_OF(asked), found);
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        expect_near(found[i], exact_quantile(values, VALUES, asked[i]));
    }
    free(sketch);
}

static void quantiles_of_distributions_are_within_the_error(void **state)
{
    (void)state;
    static double (*const distributions[])(void) = {uniform,       latency,    long_tail,
                                                    two_humps,     both_signs, all_negative,
                                                    few_different, often_zero, whole_range};
    for (size_t i = 0; i < COUNT_OF(distributions); i++) {
        expect_like_exact(distributions[i]);
    }
}

/* ---- single values --------------------------------------------------------------------------- */

static double only_value(double value)
{
    pml_sketch *sketch = new_sketch();
    pml_sketch_record(sketch, value, START_NS);
    double found = read_one(sketch, START_NS, 0.5);
    free(sketch);
    return found;
}

/* One after the other, each alone in the window. */
static void expect_octave_near(double first, double sign)
{
    pml_sketch *sketch = new_sketch();
    uint64_t now = START_NS;
    for (double value = first; value < 2 * first; value *= 1.0007) {
        now += WINDOW_NS;
        pml_sketch_record(sketch, sign * value, now);
        expect_near(read_one(sketch, now, 1), sign * value);
    }
    free(sketch);
}

static void each_value_of_the_range_is_within_the_error(void **state)
{
    (void)state;
    for (double first = 0x1p-30; first < 0x1p40; first *= 2) {
        expect_octave_near(first, 1);
        expect_octave_near(first, -1);
    }
}

static void powers_of_two_and_their_neighbours_are_within_the_error(void **state)
{
    (void)state;
    for (int exponent = -29; exponent < 40; exponent++) {
        double value = ldexp(1, exponent);
        expect_near(only_value(value), value);
        expect_near(only_value(nextafter(value, 0)), value);
        expect_near(only_value(nextafter(value, INFINITY)), value);
    }
}

static void values_outside_the_range_are_clamped(void **state)
{
    (void)state;
    static const double small[] = {0, -0.0, DBL_TRUE_MIN, -DBL_MIN, 9e-10, -9e-10};
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        assert_true(only_value(small[i]) >= 0 && only_value(small[i]) <= 0);
    }
    expect_near(only_value(0x1p40), 0x1p40);
    expect_near(only_value(DBL_MAX), 0x1p40);
    expect_near(only_value(-DBL_MAX), -0x1p40);
}

static void quantiles_of_few_values_are_by_rank(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    for (int i = 1; i <= 100; i++) {
        pml_sketch_record(sketch, i, START_NS);
    }
    expect_near(read_one(sketch, START_NS, 0), 1);
    expect_near(read_one(sketch, START_NS, 0.07), 7); /* 0.07 * 100 is above 7 */
    expect_near(read_one(sketch, START_NS, 0.29), 29);
    expect_near(read_one(sketch, START_NS, 0.291), 30);
    expect_near(read_one(sketch, START_NS, 1), 100);
    free(sketch);
}

/* ---- the window ------------------------------------------------------------------------------ */

static void empty_window_has_no_quantiles(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    assert_true(isnan(read_one(sketch, START_NS, 0.5)));
    assert_true(isnan(read_one(sketch, 0, 0)));
    pml_sketch_record(sketch, 1, START_NS);
    assert_true(!isnan(read_one(sketch, START_NS, 0.5)));
    assert_true(isnan(read_one(sketch, START_NS + WINDOW_NS, 0.5)));
    free(sketch);
}

static void value_is_seen_for_four_to_five_periods(void **state)
{
    (void)state;
    for (uint64_t offset = 0; offset < PERIOD_NS; offset += PERIOD_NS / 7) {
        pml_sketch *sketch = new_sketch();
        pml_sketch_record(sketch, 3, START_NS + offset);
        expect_near(read_one(sketch, START_NS + offset, 0.5), 3);
        expect_near(read_one(sketch, START_NS + WINDOW_NS - 1, 0.5), 3);
        assert_true(isnan(read_one(sketch, START_NS + WINDOW_NS, 0.5)));
        free(sketch);
    }
}

static void window_slides_by_periods(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    for (uint64_t period = 0; period < 40; period++) {
        pml_sketch_record(sketch, (double)(period + 1), START_NS + period * PERIOD_NS);
        double lowest = read_one(sketch, START_NS + period * PERIOD_NS, 0);
        expect_near(lowest, period < 5 ? 1 : (double)(period + 1 - 4));
        expect_near(read_one(sketch, START_NS + period * PERIOD_NS, 1), (double)(period + 1));
    }
    free(sketch);
}

/* Nobody reads for long, and values of every age lie in the words: only the young ones are shown.
 */
static void gap_between_readings_shows_nothing_old(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    uint64_t now = START_NS;
    for (int i = 0; i < 1000; i++) {
        now += WINDOW_NS / 10;
        pml_sketch_record(sketch, 1000 - i % 500, now);
    }
    now += 1000000 * WINDOW_NS;
    assert_true(isnan(read_one(sketch, now, 1)));
    pml_sketch_record(sketch, 5, now);
    expect_near(read_one(sketch, now, 0), 5);
    expect_near(read_one(sketch, now, 1), 5);
    free(sketch);
}

/* A recorder that was stopped between reading the clock and counting. */
static void late_recorder_does_not_undo_newer_counts(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    uint64_t late = START_NS + WINDOW_NS;
    pml_sketch_record(sketch, 2, late);
    pml_sketch_record(sketch, 2, late);
    pml_sketch_record(sketch, 2, START_NS); /* the same word, five periods before */
    pml_sketch_record(sketch, 9, late);
    expect_near(read_one(sketch, late, 0.66), 2);
    expect_near(read_one(sketch, late, 0.67), 9);
    free(sketch);
}

static void clear_forgets_all(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    pml_sketch_record(sketch, -1, START_NS);
    pml_sketch_record(sketch, 1, START_NS);
    pml_sketch_clear(sketch);
    assert_true(isnan(read_one(sketch, START_NS, 0.5)));
    pml_sketch_record(sketch, 4, START_NS);
    expect_near(read_one(sketch, START_NS, 0), 4);
    free(sketch);
}

/* ---- threads --------------------------------------------------------------------------------- */

enum { THREADS = 4, RECORDINGS = 20000 };

static void *record_one_to_four(void *ctx)
{
    for (int i = 0; i < RECORDINGS; i++) {
        pml_sketch_record(ctx, i % 4 + 1, START_NS);
    }
    return NULL;
}

/* Words that hold together exactly what was recorded: the ranks then fall between the values. */
static void recordings_of_threads_are_all_counted(void **state)
{
    (void)state;
    pml_sketch *sketch = new_sketch();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, record_one_to_four, sketch), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        double value = read_one(sketch, START_NS, 0.5);
        assert_true(isnan(value) || (value > 0.9 && value < 4.1));
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    double least = 1.0 / (THREADS * RECORDINGS);
    expect_near(read_one(sketch, START_NS, 0.25), 1);
    expect_near(read_one(sketch, START_NS, 0.25 + least), 2);
    expect_near(read_one(sketch, START_NS, 0.75), 3);
    expect_near(read_one(sketch, START_NS, 0.75 + least), 4);
    free(sketch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_of_distributions_are_within_the_error),
        cmocka_unit_test(each_value_of_the_range_is_within_the_error),
        cmocka_unit_test(powers_of_two_and_their_neighbours_are_within_the_error),
        cmocka_unit_test(values_outside_the_range_are_clamped),
        cmocka_unit_test(quantiles_of_few_values_are_by_rank),
        cmocka_unit_test(empty_window_has_no_quantiles),
        cmocka_unit_test(value_is_seen_for_four_to_five_periods),
        cmocka_unit_test(window_slides_by_periods),
        cmocka_unit_test(gap_between_readings_shows_nothing_old),
        cmocka_unit_test(late_recorder_does_not_undo_newer_counts),
        cmocka_unit_test(clear_forgets_all),
        cmocka_unit_test(recordings_of_threads_are_all_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
