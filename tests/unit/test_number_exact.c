/* SPDX-License-Identifier: Apache-2.0 */
/* A million numbers as tests/long/check_numbers.c checks them, and whether it would notice. */
#include "base/number.h"

#include "base/valgrind.h"
#include "support/number_fault.h"
#include "support/number_values.h"
#include "support/sanitizers.h"

#include <setjmp.h>

/* cmocka.h relies on some of the above. */
#include <cmocka.h>

#define DRAWN 1000000

static uint64_t seed;

/* With tools that make each take twenty times as long. */
static uint64_t share_of(uint64_t count)
{
    return pml_runs_on_valgrind() || sanitizer_name() != NULL ? count / 20 : count;
}

static void assert_right(double value)
{
    char sample[PML_NUMBER_SIZE + 1];
    char bound[PML_NUMBER_SIZE + 1];
    sample[pml_format_double(value, sample)] = '\0';
    bound[pml_format_bound(value, bound)] = '\0';
    const char *fault = number_fault(value, sample, bound);
    if (fault != NULL) {
        fail_msg("%a became \"%s\", as a bound \"%s\": %s", value, sample, bound, fault);
    }
}

/* Of the fixed ones every so manieth. */
struct turns {
    uint64_t at;
    uint64_t step;
};

static void assert_right_in_turn(double value, void *ctx)
{
    struct turns *turns = ctx;
    if (turns->at++ % turns->step == 0) {
        assert_right(value);
        assert_right(-value);
    }
}

static void every_exponent_and_power_is_right(void **state)
{
    (void)state;
    struct turns turns = {.step = share_of(40) == 40 ? 1 : 7};
    number_visit_fixed(assert_right_in_turn, &turns);
    assert_true(turns.at > UINT64_C(500000));
}

static void drawn_ones_are_right(void **state)
{
    (void)state;
    uint64_t random = seed;
    for (uint64_t turn = 0; turn < share_of(DRAWN); turn++) {
        double value = number_draw(turn, &random);
        assert_right(turn / 8 % 2 == 0 ? value : -value);
    }
}

/* ---- the check itself ------------------------------------------------------------------------ */

static void drawn_between_decimals_has_16_to_18_digits_and_a_5(void **state)
{
    (void)state;
    uint64_t random = seed;
    bool is_seen[19] = {false};
    for (int i = 0; i < 10000; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%.40e", number_between_decimals(&random));
        char *end = strchr(text, 'e');
        while (end[-1] == '0') {
            end--;
        }
        ptrdiff_t digits = end - text - 1; /* without the point */
        assert_in_range(digits, 16, 18);
        assert_int_equal(end[-1], '5');
        is_seen[digits] = true;
    }
    assert_true(is_seen[16] && is_seen[17] && is_seen[18]);
}

static int count_digits(exact_uint128 number)
{
    int count = 0;
    while (number % 10 == 0) {
        number /= 10;
    }
    for (; number > 0; number /= 10) {
        count++;
    }
    return count;
}

static void drawn_beside_decimal_has_one_halfway_to_a_neighbour(void **state)
{
    (void)state;
    uint64_t random = seed;
    bool is_seen[18] = {false};
    for (int i = 0; i < 10000; i++) {
        double value = number_beside_decimal(&random);
        exact_uint128 exact = (exact_uint128)value;
        exact_uint128 below = (exact + (exact_uint128)nextafter(value, 0)) / 2;
        exact_uint128 above = (exact + (exact_uint128)nextafter(value, INFINITY)) / 2;
        int digits_below = count_digits(below);
        int digits_above = count_digits(above);
        int digits = digits_below < digits_above ? digits_below : digits_above;
        assert_in_range(digits, 1, 17);
        is_seen[digits] = true;
    }
    assert_true(is_seen[15] && is_seen[16] && is_seen[17]);
}

static void wrong_text_is_found(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *sample;
        const char *bound;
        const char *fault;
    } rows[] = {
        {0.1, "0.1", "0.1", NULL},
        {-0.1, "-0.1", "-0.1", NULL},
        {5e-324, "5e-324", "5e-324", NULL},
        {1e23, "1e+23", "1e+23", NULL},
        {9007199254740993.0, "9007199254740992", "9.007199254740992e+15", NULL},
        {0.1, "0.10000000000000001", "0.1", "is not the shortest"},
        {0.3, "0.29999999999999999", "0.3", "is not the shortest"},
        {0.1, "0.1000000000000001", "0.1", "is read as another number"},
        {1e23, "9.999999999999999e+22", "1e+23", "is not the shortest"},
        {5e-324, "4e-324", "5e-324", "is not the closest"},
        {5e-324, "6e-324", "5e-324", "is not the closest"},
        {2e-323, "3e-323", "2e-323", "is read as another number"},
        {0.1, "0.10", "0.1", "is written as no sample is"},
        {0.1, "+0.1", "0.1", "is no number of at most 17 digits"},
        {0.1, "1e-01", "0.1", "is written as no sample is"},
        {-0.1, "0.1", "-0.1", "is written as no sample is"},
        {0.1, "0.1", "1e-01", "is written as no bound is"},
        {1, "1", "1", "is written as no bound is"},
        {1e-7, "1e-7", "1e-07", "is written as no sample is"},
        {1e-7, "0.0000001", "1e-07", "is written as no sample is"},
        {0.1, "0.100000000000000006", "0.1", "is no number of at most 17 digits"},
        {0.1, "0.1 ", "0.1", "is no number of at most 17 digits"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *fault = number_fault(rows[i].value, rows[i].sample, rows[i].bound);
        if (rows[i].fault == NULL) {
            assert_null(fault);
        } else {
            assert_non_null(fault);
            assert_string_equal(fault, rows[i].fault);
        }
    }
}

int main(void)
{
    seed = stress_seed();
    exact_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exponent_and_power_is_right),
        cmocka_unit_test(drawn_ones_are_right),
        cmocka_unit_test(drawn_between_decimals_has_16_to_18_digits_and_a_5),
        cmocka_unit_test(drawn_beside_decimal_has_one_halfway_to_a_neighbour),
        cmocka_unit_test(wrong_text_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
