/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/gauge.h: what a gauge is set to, and how that is printed. */
#include "support/expect.h"

#include <errno.h>
#include <float.h>
#include <math.h>

/* A registry with one gauge. */
struct fixture {
    promlet_registry *registry;
    promlet_gauge *gauge;
};

static struct fixture new_fixture(void)
{
    promlet_registry *registry = new_registry();
    return (struct fixture){
        registry, promlet_gauge_new(registry, &(promlet_opts){.name = "queue_length",
                                                              .help = "Jobs that wait."})};
}

/* The gauge is printed as this number. */
static void expect_printed(const struct fixture *fixture, const char *document, const char *number)
{
    char expected[400];
    (void)snprintf(expected, sizeof expected,
                   "# HELP queue_length Jobs that wait.\n"
                   "# TYPE queue_length gauge\n"
                   "queue_length %s\n"
                   "# EOF\n",
                   number);
    expect_metrics(fixture->registry, document, NULL, expected);
}

static void expect_set_is_printed(double value, const char *document, const char *number)
{
    struct fixture fixture = new_fixture();
    promlet_gauge_set(fixture.gauge, value);
    expect_printed(&fixture, document, number);
    promlet_registry_free(fixture.registry);
}

static void gauge_new_is_shown_at_zero(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    expect_printed(&fixture, "gauge_new", "0");
    promlet_registry_free(fixture.registry);
}

static void gauge_set_integers_are_plain_digits(void **state)
{
    (void)state;
    expect_set_is_printed(1000000, "gauge_million", "1000000");
    expect_set_is_printed(-17, "gauge_negative", "-17");
}

static void gauge_set_fractions_are_shortest(void **state)
{
    (void)state;
    expect_set_is_printed(0.1, "gauge_tenth", "0.1");
    expect_set_is_printed(-1.5, "gauge_negative_fraction", "-1.5");
}

static void gauge_set_nan_is_printed(void **state)
{
    (void)state;
    expect_set_is_printed(NAN, "gauge_nan", "NaN");
    expect_set_is_printed(-NAN, "gauge_negative_nan", "NaN");
}

static void gauge_set_infinities_are_printed(void **state)
{
    (void)state;
    expect_set_is_printed(INFINITY, "gauge_infinity", "+Inf");
    expect_set_is_printed(-INFINITY, "gauge_negative_infinity", "-Inf");
}

static void gauge_set_negative_zero_keeps_its_sign(void **state)
{
    (void)state;
    expect_set_is_printed(-0.0, "gauge_negative_zero", "-0");
}

static void gauge_set_denormals_are_printed(void **state)
{
    (void)state;
    expect_set_is_printed(DBL_TRUE_MIN, "gauge_smallest", "5e-324");
    expect_set_is_printed(-nextafter(DBL_MIN, 0), "gauge_largest_denormal",
                          "-2.225073858507201e-308");
}

static void gauge_set_largest_is_printed(void **state)
{
    (void)state;
    expect_set_is_printed(DBL_MAX, "gauge_largest", "1.7976931348623157e+308");
}

static void gauge_set_replaces(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_gauge_set(fixture.gauge, 5);
    promlet_gauge_set(fixture.gauge, 3);
    expect_printed(&fixture, "gauge_set_twice", "3");
    promlet_registry_free(fixture.registry);
}

static void gauge_set_after_nan_is_a_number_again(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_gauge_set(fixture.gauge, NAN);
    promlet_gauge_set(fixture.gauge, 2);
    expect_printed(&fixture, "gauge_set_after_nan", "2");
    promlet_registry_free(fixture.registry);
}

static void gauge_add_and_sub_are_added_up(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_gauge_add(fixture.gauge, 2.5);
    promlet_gauge_add(fixture.gauge, -1);
    promlet_gauge_sub(fixture.gauge, 0.25);
    promlet_gauge_sub(fixture.gauge, -4);
    expect_printed(&fixture, "gauge_add_and_sub", "5.25");
    promlet_registry_free(fixture.registry);
}

static void gauge_inc_and_dec_are_one(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_gauge_inc(fixture.gauge);
    promlet_gauge_dec(fixture.gauge);
    promlet_gauge_dec(fixture.gauge);
    expect_printed(&fixture, "gauge_inc_and_dec", "-1");
    promlet_registry_free(fixture.registry);
}

static void gauge_add_not_finite_is_dropped_and_counted(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_gauge_set(fixture.gauge, 7);
    promlet_gauge_add(fixture.gauge, NAN);
    promlet_gauge_add(fixture.gauge, INFINITY);
    promlet_gauge_add(fixture.gauge, -INFINITY);
    promlet_gauge_sub(fixture.gauge, INFINITY);
    promlet_gauge_sub(fixture.gauge, NAN);
    expect_metrics(fixture.registry, "gauge_add_not_finite", NULL,
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"infinite\"} 3\n"
                   "promlet_dropped_total{reason=\"nan\"} 2\n"
                   "# HELP queue_length Jobs that wait.\n"
                   "# TYPE queue_length gauge\n"
                   "queue_length 7\n"
                   "# EOF\n");
    promlet_registry_free(fixture.registry);
}

static void gauge_recording_keeps_errno(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    errno = 4711;
    promlet_gauge_set(fixture.gauge, 1);
    promlet_gauge_add(fixture.gauge, 0.5);
    promlet_gauge_add(fixture.gauge, NAN);
    promlet_gauge_set(NULL, 1);
    assert_int_equal(errno, 4711);
    promlet_registry_free(fixture.registry);
}

static void gauge_family_series_are_apart(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "free_bytes", .help = "Free.", .labels = {"disk"}});
    promlet_gauge_set(promlet_gauge_with(family, "b"), 2);
    promlet_gauge_set(promlet_gauge_with(family, "a"), 1);
    expect_metrics(registry, "gauge_family", NULL,
                   "# HELP free_bytes Free.\n"
                   "# TYPE free_bytes gauge\n"
                   "free_bytes{disk=\"a\"} 1\n"
                   "free_bytes{disk=\"b\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauge_new_is_shown_at_zero),
        cmocka_unit_test(gauge_set_integers_are_plain_digits),
        cmocka_unit_test(gauge_set_fractions_are_shortest),
        cmocka_unit_test(gauge_set_nan_is_printed),
        cmocka_unit_test(gauge_set_infinities_are_printed),
        cmocka_unit_test(gauge_set_negative_zero_keeps_its_sign),
        cmocka_unit_test(gauge_set_denormals_are_printed),
        cmocka_unit_test(gauge_set_largest_is_printed),
        cmocka_unit_test(gauge_set_replaces),
        cmocka_unit_test(gauge_set_after_nan_is_a_number_again),
        cmocka_unit_test(gauge_add_and_sub_are_added_up),
        cmocka_unit_test(gauge_inc_and_dec_are_one),
        cmocka_unit_test(gauge_add_not_finite_is_dropped_and_counted),
        cmocka_unit_test(gauge_recording_keeps_errno),
        cmocka_unit_test(gauge_family_series_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
