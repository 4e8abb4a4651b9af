/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of finding the native bucket of a value: at every bound of every schema with its
 * neighbours, at subnormal and extreme values and at random ones, against arithmetic with more
 * bits.
 */
#include "support/natives.h"
#include "support/stress.h"

static int32_t index_of(int schema, double value)
{
    return pml_native_index_of(value, (unsigned)(PML_NATIVE_FINEST - schema));
}

static void expect_index(int schema, double value)
{
    int32_t expected = model_index(schema, value);
    if (index_of(schema, value) != expected) {
        fail_msg("schema %d: %a is in bucket %d, expected %d", schema, value,
                 index_of(schema, value), expected);
    }
}

__extension__ typedef unsigned __int128 wide;

/* Whether a number from 1 to 2 is not above 2^(i/256): squared eight times, and halved whenever it
   reaches 2, it must have been halved less than i times, or i times to 1. By integers, of which
   each is rounded the same way. */
static bool is_power_below(uint64_t mantissa, unsigned i, bool round_up)
{
    const wide one = (wide)1 << 63;
    wide value = (wide)mantissa << 11;
    unsigned exponent = 0;
    for (int step = 0; step < 8; step++) {
        wide square = value * value;
        value = (square >> 63) + (round_up && (square & (one - 1)) != 0);
        exponent *= 2;
        if (value >= 2 * one) {
            value = (value + round_up) >> 1;
            exponent++;
        }
    }
    return exponent < i || (exponent == i && value == one);
}

static void octave_ends_are_last_doubles_below_bounds(void **state)
{
    (void)state;
    assert_int_equal(pml_octave_ends[0], 0);
    for (unsigned i = 1; i < PML_OCTAVE_PARTS; i++) {
        uint64_t end = pml_octave_ends[i] + (UINT64_C(1) << 52);
        assert_true(is_power_below(end, i, true));
        assert_false(is_power_below(end + 1, i, false));
    }
    assert_true(pml_octave_ends[PML_OCTAVE_PARTS] == UINT64_MAX);
}

static void octave_starts_leave_one_end_each(void **state)
{
    (void)state;
    const unsigned shift = 52 - PML_OCTAVE_LEADING_BITS;
    for (uint64_t at = 0; at < 1 << PML_OCTAVE_LEADING_BITS; at++) {
        unsigned start = pml_octave_starts[at];
        assert_true(start == 0 || pml_octave_ends[start - 1] < at << shift);
        assert_true(pml_octave_ends[start] >= at << shift);
        assert_true(start == PML_OCTAVE_PARTS || pml_octave_ends[start + 1] >= (at + 1) << shift);
    }
}

static void values_around_every_bound_are_in_its_buckets(void **state)
{
    (void)state;
    for (int schema = PML_NATIVE_COARSEST; schema <= PML_NATIVE_FINEST; schema++) {
        int32_t lowest = model_index(schema, DBL_MIN);
        int32_t highest = model_index(schema, DBL_MAX);
        int32_t step = schema > 4 ? 7 : 1; /* coprime to a power of 2: all ends, in some octave */
        for (int32_t index = lowest; index < highest; index += step) {
            double bound = model_bound(schema, index);
            expect_index(schema, nextafter(bound, 0));
            expect_index(schema, bound);
            expect_index(schema, nextafter(bound, INFINITY));
        }
    }
}

static void powers_of_2_are_the_last_of_their_buckets(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double power = ldexp(1, exponent);
        assert_int_equal(index_of(8, power), exponent * 256);
        if (exponent >= -1022) {
            assert_int_equal(index_of(8, nextafter(power, INFINITY)), exponent * 256 + 1);
        }
        for (int schema = PML_NATIVE_COARSEST; schema <= PML_NATIVE_FINEST; schema++) {
            expect_index(schema, power);
        }
    }
}

static void extreme_values_have_buckets(void **state)
{
    (void)state;
    static const double values[] = {
        0x1p-1074, 0x3p-1074, 0x1.8p-1060,         0x0.fffffffffffffp-1022, DBL_MIN,
        0x1p-1,    1,         0x1.fffffffffffffp0, 0x1.0000000000001p0,     DBL_MAX};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        for (int schema = PML_NATIVE_COARSEST; schema <= PML_NATIVE_FINEST; schema++) {
            expect_index(schema, values[i]);
        }
    }
    assert_int_equal(index_of(8, DBL_MAX), 1024 * 256);
    assert_int_equal(index_of(-4, DBL_MAX), 64);
    assert_int_equal(index_of(0, DBL_MAX), 1024);
}

static void random_values_are_in_their_buckets(void **state)
{
    (void)state;
    uint64_t random = stress_seed();
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = stress_random(&random) & (UINT64_MAX >> 1);
        double value = pml_double_of_bits(bits);
        if (isfinite(value) && value > 0) {
            expect_index(PML_NATIVE_FINEST, value);
            expect_index((int)(stress_random(&random) % 13) - 4, value);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octave_ends_are_last_doubles_below_bounds),
        cmocka_unit_test(octave_starts_leave_one_end_each),
        cmocka_unit_test(values_around_every_bound_are_in_its_buckets),
        cmocka_unit_test(powers_of_2_are_the_last_of_their_buckets),
        cmocka_unit_test(extreme_values_have_buckets),
        cmocka_unit_test(random_values_are_in_their_buckets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
