/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/counter.h: what counters add up to, and how that is printed. */
#include "support/expect.h"

#include <errno.h>
#include <float.h>
#include <math.h>

#define TWO_TO_53 UINT64_C(9007199254740992)

/* A registry with one counter. */
struct fixture {
    promlet_registry *registry;
    promlet_counter *counter;
};

static struct fixture new_fixture(void)
{
    promlet_registry *registry = new_registry();
    return (struct fixture){
        registry,
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs done."})};
}

/* The counter is printed as this number. Ends the fixture. */
static void expect_printed(struct fixture *fixture, const char *document, const char *number)
{
    char expected[200];
    (void)snprintf(expected, sizeof expected,
                   "# HELP jobs_total Jobs done.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total %s\n"
                   "# EOF\n",
                   number);
    expect_metrics(fixture->registry, document, NULL, expected);
    promlet_registry_free(fixture->registry);
}

/* The number that is printed now; size is that of out. */
static void print_counter(const struct fixture *fixture, char *out, size_t size)
{
    static int printed;
    char document[40];
    char *text = promlet_registry_get_metrics(fixture->registry);
    assert_non_null(text);
    (void)snprintf(document, sizeof document, "counter_printed_%d", ++printed);
    keep_document(document, text, NULL);
    const char *number = strstr(text, "\njobs_total ");
    assert_non_null(number);
    number += strlen("\njobs_total ");
    (void)snprintf(out, size, "%.*s", (int)strcspn(number, "\n"), number);
    promlet_free(text);
}

static void counter_new_is_shown_at_zero(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    expect_printed(&fixture, "counter_new", "0");
}

static void counter_inc_adds_one(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_inc(fixture.counter);
    promlet_counter_inc(fixture.counter);
    expect_printed(&fixture, "counter_inc", "2");
}

static void counter_add_u64_largest_is_exact(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, UINT64_MAX);
    expect_printed(&fixture, "counter_largest", "18446744073709551615");
}

static void counter_inc_beyond_2_to_53_is_exact(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, TWO_TO_53);
    promlet_counter_inc(fixture.counter);
    expect_printed(&fixture, "counter_beyond_2_to_53", "9007199254740993");
}

static void counter_inc_beyond_the_largest_starts_again_at_zero(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, UINT64_MAX);
    promlet_counter_inc(fixture.counter);
    expect_printed(&fixture, "counter_wrapped", "0");
}

static void counter_add_whole_double_is_exact(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_inc(fixture.counter);
    promlet_counter_add(fixture.counter, 9007199254740992.0);
    expect_printed(&fixture, "counter_whole_double", "9007199254740993");
}

static void counter_add_largest_double_below_2_to_64_is_exact(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, 18446744073709549568.0);
    promlet_counter_inc(fixture.counter);
    expect_printed(&fixture, "counter_largest_double", "18446744073709549569");
}

static void counter_add_2_to_64_is_a_double(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, 18446744073709551616.0);
    expect_printed(&fixture, "counter_2_to_64", "18446744073709552000");
}

static void counter_add_zeros_change_nothing(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, 0.0);
    promlet_counter_add(fixture.counter, -0.0);
    promlet_counter_add_u64(fixture.counter, 0);
    expect_printed(&fixture, "counter_zeros", "0");
}

static void counter_add_fractions_is_their_shortest_sum(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, 0.5);
    promlet_counter_add(fixture.counter, 0.125);
    expect_printed(&fixture, "counter_fractions", "0.625");
}

static void counter_add_fraction_joins_the_whole(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, 41);
    promlet_counter_add(fixture.counter, 0.25);
    promlet_counter_inc(fixture.counter);
    expect_printed(&fixture, "counter_fraction_and_whole", "42.25");
}

static void counter_add_fractions_that_make_a_whole_is_printed_so(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, 1.5);
    promlet_counter_add(fixture.counter, 1.5);
    expect_printed(&fixture, "counter_fractions_make_whole", "3");
}

static void counter_add_smallest_double_is_kept(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, DBL_TRUE_MIN);
    expect_printed(&fixture, "counter_smallest", "5e-324");
}

static void counter_add_largest_double_is_kept(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add(fixture.counter, DBL_MAX);
    expect_printed(&fixture, "counter_largest_finite", "1.7976931348623157e+308");
}

/* Wholes around every power of two from 2^53 on, and a tiny fraction that joins them. */
static void join_fractions_and_compare(int (*compare)(const char *before, const char *after))
{
    for (int power = 53; power <= 64; power++) {
        for (int step = -1; step <= 1; step++) {
            uint64_t whole = (power == 64 ? 0 : UINT64_C(1) << power) + (uint64_t)step;
            if (power == 64 && step >= 0) {
                continue; /* would be a small number again */
            }
            struct fixture fixture = new_fixture();
            char before[64];
            char after[64];
            promlet_counter_add_u64(fixture.counter, whole);
            print_counter(&fixture, before, sizeof before);
            promlet_counter_add(fixture.counter, 0.001);
            print_counter(&fixture, after, sizeof after);
            if (compare(before, after) > 0) {
                fail_msg("%s is printed as %s after a fraction joined it", before, after);
            }
            promlet_registry_free(fixture.registry);
        }
    }
}

/* As Prometheus reads them. */
static int compare_as_doubles(const char *before, const char *after)
{
    return (strtod(before, NULL) > strtod(after, NULL)) -
           (strtod(before, NULL) < strtod(after, NULL));
}

/* To the last digit: a long double holds every 64-bit integer. */
static int compare_to_the_last_digit(const char *before, const char *after)
{
    return (strtold(before, NULL) > strtold(after, NULL)) -
           (strtold(before, NULL) < strtold(after, NULL));
}

/* The nearest double would be 2^53, which is less than what was shown before. */
static void counter_fraction_joins_2_to_53_plus_1_keeps_every_digit(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, TWO_TO_53 + 1);
    promlet_counter_add(fixture.counter, 0.25);
    expect_printed(&fixture, "counter_every_digit", "9007199254740993");
}

static void counter_fractions_beyond_2_to_53_show_their_wholes(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, TWO_TO_53 + 1);
    promlet_counter_add(fixture.counter, 2.75);
    promlet_counter_add(fixture.counter, 0.5);
    expect_printed(&fixture, "counter_fractions_beyond_2_to_53", "9007199254740996");
}

static void counter_fraction_takes_the_sum_beyond_2_to_64_is_a_double(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, UINT64_MAX);
    promlet_counter_add(fixture.counter, 1.5);
    expect_printed(&fixture, "counter_sum_beyond_2_to_64", "18446744073709552000");
}

static void counter_fraction_joins_beyond_2_to_53_is_read_no_lower(void **state)
{
    (void)state;
    join_fractions_and_compare(compare_as_doubles);
}

static void counter_fraction_joins_beyond_2_to_53_is_printed_no_lower(void **state)
{
    (void)state;
    join_fractions_and_compare(compare_to_the_last_digit);
}

static void counter_counting_on_beside_a_fraction_never_falls(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    promlet_counter_add_u64(fixture.counter, TWO_TO_53 - 10);
    promlet_counter_add(fixture.counter, 0.75);
    double before = 0;
    for (int i = 0; i < 30; i++) {
        char printed[64];
        print_counter(&fixture, printed, sizeof printed);
        double now = strtod(printed, NULL);
        assert_true(now >= before);
        before = now;
        promlet_counter_inc(fixture.counter);
    }
    assert_true(before >= (double)TWO_TO_53);
    promlet_registry_free(fixture.registry);
}

static void counter_family_series_count_apart(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "requests_total",
                                                             .help = "Requests.",
                                                             .labels = {"method", "status"}});
    promlet_counter_inc(promlet_counter_with(family, "GET", "200"));
    promlet_counter_inc(promlet_counter_with(family, "GET", "200"));
    promlet_counter_inc(promlet_counter_with(family, "GET", "404"));
    expect_metrics(registry, "counter_family", NULL,
                   "# HELP requests_total Requests.\n"
                   "# TYPE requests_total counter\n"
                   "requests_total{method=\"GET\",status=\"200\"} 2\n"
                   "requests_total{method=\"GET\",status=\"404\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void counter_recording_keeps_errno(void **state)
{
    (void)state;
    struct fixture fixture = new_fixture();
    errno = 4711;
    promlet_counter_inc(fixture.counter);
    promlet_counter_add(fixture.counter, 0.5);
    promlet_counter_add(fixture.counter, NAN);
    promlet_counter_add(NULL, 1);
    assert_int_equal(errno, 4711);
    promlet_registry_free(fixture.registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counter_new_is_shown_at_zero),
        cmocka_unit_test(counter_inc_adds_one),
        cmocka_unit_test(counter_add_u64_largest_is_exact),
        cmocka_unit_test(counter_inc_beyond_2_to_53_is_exact),
        cmocka_unit_test(counter_inc_beyond_the_largest_starts_again_at_zero),
        cmocka_unit_test(counter_add_whole_double_is_exact),
        cmocka_unit_test(counter_add_largest_double_below_2_to_64_is_exact),
        cmocka_unit_test(counter_add_2_to_64_is_a_double),
        cmocka_unit_test(counter_add_zeros_change_nothing),
        cmocka_unit_test(counter_add_fractions_is_their_shortest_sum),
        cmocka_unit_test(counter_add_fraction_joins_the_whole),
        cmocka_unit_test(counter_add_fractions_that_make_a_whole_is_printed_so),
        cmocka_unit_test(counter_add_smallest_double_is_kept),
        cmocka_unit_test(counter_add_largest_double_is_kept),
        cmocka_unit_test(counter_fraction_joins_2_to_53_plus_1_keeps_every_digit),
        cmocka_unit_test(counter_fractions_beyond_2_to_53_show_their_wholes),
        cmocka_unit_test(counter_fraction_takes_the_sum_beyond_2_to_64_is_a_double),
        cmocka_unit_test(counter_fraction_joins_beyond_2_to_53_is_read_no_lower),
        cmocka_unit_test(counter_fraction_joins_beyond_2_to_53_is_printed_no_lower),
        cmocka_unit_test(counter_counting_on_beside_a_fraction_never_falls),
        cmocka_unit_test(counter_family_series_count_apart),
        cmocka_unit_test(counter_recording_keeps_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
