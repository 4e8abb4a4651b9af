/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/gauge.h: raising and lowering to a value, the current time, and by label values.
 */
#include "support/expect.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <time.h>

static promlet_gauge *new_gauge(promlet_registry *registry)
{
    return promlet_gauge_new(registry, &(promlet_opts){.name = "depth", .help = "Depth."});
}

/* ---- raising and lowering -------------------------------------------------------------------- */

static void raised(double from, double to, double expected)
{
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = new_gauge(registry);
    promlet_gauge_set(gauge, from);
    promlet_gauge_raise_to(gauge, to);
    assert_true(promlet_gauge_value(gauge) >= expected && promlet_gauge_value(gauge) <= expected);
    promlet_registry_free(registry);
}

static void lowered(double from, double to, double expected)
{
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = new_gauge(registry);
    promlet_gauge_set(gauge, from);
    promlet_gauge_lower_to(gauge, to);
    assert_true(promlet_gauge_value(gauge) >= expected && promlet_gauge_value(gauge) <= expected);
    promlet_registry_free(registry);
}

static void gauge_raise_to_takes_higher_values_only(void **state)
{
    (void)state;
    raised(3, 5, 5);
    raised(3, 2, 3);
    raised(3, 3, 3);
    raised(-3, -2, -2);
    raised(-3, -4, -3);
    raised(0, -1, 0);
}

static void gauge_lower_to_takes_lower_values_only(void **state)
{
    (void)state;
    lowered(3, 2, 2);
    lowered(3, 5, 3);
    lowered(-3, -4, -4);
    lowered(-3, -2, -3);
    lowered(0, 1, 0);
}

static void gauge_extremes_take_infinities(void **state)
{
    (void)state;
    raised(3, INFINITY, INFINITY);
    raised(3, -INFINITY, 3);
    raised(-INFINITY, -7, -7);
    lowered(3, -INFINITY, -INFINITY);
    lowered(INFINITY, 7, 7);
}

static void gauge_extremes_replace_nan(void **state)
{
    (void)state;
    raised(NAN, -7, -7);
    lowered(NAN, 7, 7);
    raised(-NAN, 7, 7);
}

static void gauge_extremes_drop_nan_and_null(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = new_gauge(registry);
    promlet_gauge_set(gauge, 1);
    promlet_gauge_raise_to(gauge, NAN);
    promlet_gauge_lower_to(gauge, NAN);
    expect_metrics(registry, "gauge_extremes_nan", NULL,
                   "# HELP depth Depth.\n"
                   "# TYPE depth gauge\n"
                   "depth 1\n"
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"nan\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
    const char *const sample = "promlet_dropped_total{reason=\"invalid_handle\"}";
    double before = scraped_value(NULL, sample);
    promlet_gauge_raise_to(NULL, 1);
    promlet_gauge_lower_to(NULL, NAN);
    promlet_gauge_set_to_current_time(NULL);
    assert_true(scraped_value(NULL, sample) - before > 2.5);
}

enum { THREADS = 4, VALUES = 20000 };

struct climber {
    promlet_gauge *highest;
    promlet_gauge *lowest;
    int first;
};

/* Each value is one thread's; the extremes come in the middle of one of them. */
static void *climb(void *ctx)
{
    const struct climber *climber = ctx;
    for (int i = climber->first; i < THREADS * VALUES; i += THREADS) {
        int value = (i * 7919) % (THREADS * VALUES);
        promlet_gauge_raise_to(climber->highest, value);
        promlet_gauge_lower_to(climber->lowest, -value);
    }
    return NULL;
}

static void gauge_extremes_of_threads_are_the_extremes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *highest = new_gauge(registry);
    promlet_gauge *lowest = promlet_gauge_new(registry, &(promlet_opts){.name = "low"});
    pthread_t threads[THREADS];
    struct climber climbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        climbers[i] = (struct climber){highest, lowest, i};
        assert_int_equal(pthread_create(&threads[i], NULL, climb, &climbers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal((int)promlet_gauge_value(highest), THREADS * VALUES - 1);
    assert_int_equal((int)promlet_gauge_value(lowest), -(THREADS * VALUES - 1));
    promlet_registry_free(registry);
}

/* ---- time ------------------------------------------------------------------------------------ */

static double unix_seconds(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void gauge_current_time_lies_between_two_readings(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = new_gauge(registry);
    double before = unix_seconds();
    promlet_gauge_set_to_current_time(gauge);
    double after = unix_seconds();
    assert_true(promlet_gauge_value(gauge) >= before - 1e-6);
    assert_true(promlet_gauge_value(gauge) <= after + 1e-6);
    promlet_registry_free(registry);
}

static void gauge_current_time_has_a_fraction(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = new_gauge(registry);
    double value = 0;
    for (int i = 0; i < 1000 && !(value > floor(value)); i++) {
        promlet_gauge_set_to_current_time(gauge);
        value = promlet_gauge_value(gauge);
    }
    assert_true(value > floor(value));
    promlet_registry_free(registry);
}

static void gauge_new_calls_keep_errno(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = new_gauge(registry);
    errno = 4711;
    promlet_gauge_raise_to(gauge, 1);
    promlet_gauge_lower_to(gauge, NAN);
    promlet_gauge_set_to_current_time(gauge);
    assert_int_equal(errno, 4711);
    promlet_registry_free(registry);
}

/* ---- by label values ------------------------------------------------------------------------- */

static void gauge_by_values_counts_up_and_down(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "in_use", .help = "In use.", .labels = {"pool"}});
    static const char *const values[] = {"a"};
    promlet_gauge_inc_by(family, "a");
    promlet_gauge_inc_by_values(family, values, 1);
    promlet_gauge_inc_by(family, "b");
    promlet_gauge_dec_by(family, "a");
    promlet_gauge_sub_by(family, 2.5, "b");
    promlet_gauge_inc_by_values(family, values, 2);
    promlet_gauge_dec_by_values(NULL, values, 1);
    expect_metrics(registry, "gauge_by_values", NULL,
                   "# HELP in_use In use.\n"
                   "# TYPE in_use gauge\n"
                   "in_use{pool=\"a\"} 1\n"
                   "in_use{pool=\"b\"} -1.5\n"
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"no_series\"} 1\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_ERROR_LABELS, "in_use: needs 1 label value (pool), got 2");
    promlet_registry_free(registry);
}

static void gauge_by_values_is_raised_and_lowered(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "depth", .help = "Depth.", .labels = {"pool"}});
    const char *const values[] = {"a"};
    promlet_gauge_raise_to_by(family, 3, "a");
    promlet_gauge_raise_to_by_values(family, 2, values, 1);
    promlet_gauge_lower_to_by(family, -3, "b");
    promlet_gauge_lower_to_by_values(family, 4, values, 1);
    promlet_gauge_raise_to_by(family, NAN, "a");
    promlet_gauge_lower_to_by_values(NULL, 1, values, 1);
    assert_true(scraped_value(registry, "depth{pool=\"a\"}") == 3);
    assert_true(scraped_value(registry, "depth{pool=\"b\"}") == -3);
    assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"nan\"}") == 1);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauge_raise_to_takes_higher_values_only),
        cmocka_unit_test(gauge_lower_to_takes_lower_values_only),
        cmocka_unit_test(gauge_extremes_take_infinities),
        cmocka_unit_test(gauge_extremes_replace_nan),
        cmocka_unit_test(gauge_extremes_drop_nan_and_null),
        cmocka_unit_test(gauge_extremes_of_threads_are_the_extremes),
        cmocka_unit_test(gauge_current_time_lies_between_two_readings),
        cmocka_unit_test(gauge_current_time_has_a_fraction),
        cmocka_unit_test(gauge_new_calls_keep_errno),
        cmocka_unit_test(gauge_by_values_counts_up_and_down),
        cmocka_unit_test(gauge_by_values_is_raised_and_lowered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
