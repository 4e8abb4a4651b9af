/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of base/number.h: fixed tables, and libc's printf and strtod as the oracle for the rest. */
#include "base/number.h"

#include "base/valgrind.h"
#include "support/sanitizers.h"

#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h relies on some of the above. */
#include <cmocka.h>

#define DEFAULT_SEED UINT64_C(20260817)
#define ROUND_TRIPS 1000000
#define SHORTEST_CHECKS 100000
#define TEXT_SIZE 64
#define GUARD 0x5a

static uint64_t seed;

/* With tools that make each take twenty times as long. */
static int share_of(int count)
{
    return pml_runs_on_valgrind() || sanitizer_name() != NULL ? count / 20 : count;
}

struct text {
    char characters[TEXT_SIZE];
};

struct expectation {
    double value;
    const char *text;
};

/* What printf says a value's shortest digits are: d.ddd * 10^exponent. */
struct shortest {
    char digits[24];
    int exponent;
};

typedef size_t format_function(double value, char *out);

/* SplitMix64. */
static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double next_finite(uint64_t *state)
{
    double value = double_of(next_random(state));
    while (!isfinite(value)) {
        value = double_of(next_random(state));
    }
    return value;
}

/* Ends the text, and fails if anything behind the promised room was written to. */
static void close_text(struct text *text, size_t size)
{
    assert_in_range(size, 1, PML_NUMBER_SIZE);
    for (size_t i = PML_NUMBER_SIZE; i < TEXT_SIZE; i++) {
        assert_int_equal(text->characters[i], GUARD);
    }
    text->characters[size] = '\0';
}

static struct text format(format_function *function, double value)
{
    struct text text;
    memset(text.characters, GUARD, TEXT_SIZE);
    close_text(&text, function(value, text.characters));
    return text;
}

static struct text format_u64(uint64_t value)
{
    struct text text;
    memset(text.characters, GUARD, TEXT_SIZE);
    close_text(&text, pml_format_u64(value, text.characters));
    return text;
}

static void assert_texts(format_function *function, const struct expectation *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(format(function, rows[i].value).characters, rows[i].text);
    }
}

#define ASSERT_TEXTS(function, rows) assert_texts(function, rows, sizeof(rows) / sizeof(rows)[0])

static void assert_round_trip(double value)
{
    struct text text = format(pml_format_double, value);
    char *end;
    double back = strtod(text.characters, &end);
    if (*end != '\0' || bits_of(back) != bits_of(value)) {
        fail_msg("%a became \"%s\", which is %a", value, text.characters, back);
    }
}

static struct shortest parse_scientific(const char *text)
{
    struct shortest result;
    size_t count = 0;
    for (; *text != 'e'; text++) {
        if (*text != '.') {
            result.digits[count++] = *text;
        }
    }
    while (count > 1 && result.digits[count - 1] == '0') {
        count--;
    }
    result.digits[count] = '\0';
    result.exponent = (int)strtol(text + 1, NULL, 10);
    return result;
}

static bool does_round_trip(double value, int count, int rounding_mode, struct text *text)
{
    fesetround(rounding_mode);
    snprintf(text->characters, TEXT_SIZE, "%.*e", count - 1, value);
    fesetround(FE_TONEAREST);
    return bits_of(strtod(text->characters, NULL)) == bits_of(value);
}

/* Looks for the shortest digits of a positive value from the given count of digits upwards. Above a
 * power of two there is more room than below, so there the next decimal above may do where the
 * closest one, below, does not. */
static struct shortest find_shortest(double value, int first_count)
{
    struct text text;
    int count = first_count;
    while (!does_round_trip(value, count, FE_TONEAREST, &text) &&
           !does_round_trip(value, count, FE_UPWARD, &text)) {
        count++;
        assert_in_range(count, 1, 17);
    }
    return parse_scientific(text.characters);
}

static struct text plain_notation(const struct shortest *number)
{
    struct text text;
    int count = (int)strlen(number->digits);
    int whole = number->exponent + 1;
    if (whole <= 0) {
        snprintf(text.characters, TEXT_SIZE, "0.%.*s%s", -whole, "00000000000000000000000000000000",
                 number->digits);
    } else if (whole < count) {
        snprintf(text.characters, TEXT_SIZE, "%.*s.%s", whole, number->digits,
                 number->digits + whole);
    } else {
        snprintf(text.characters, TEXT_SIZE, "%s%.*s", number->digits, whole - count,
                 "00000000000000000000000000000000");
    }
    return text;
}

static struct text exponent_notation(const struct shortest *number)
{
    struct text text;
    snprintf(text.characters, TEXT_SIZE, "%c%s%se%c%02d", number->digits[0],
             number->digits[1] != '\0' ? "." : "", number->digits + 1,
             number->exponent < 0 ? '-' : '+', abs(number->exponent));
    return text;
}

/* The rule for sample values, for a positive one that is not an integer below 2^53. */
static struct text shorter_notation(const struct shortest *number)
{
    struct text exponent = exponent_notation(number);
    if (number->exponent < -25 || number->exponent > 25) {
        return exponent;
    }
    struct text plain = plain_notation(number);
    return strlen(plain.characters) <= strlen(exponent.characters) ? plain : exponent;
}

/* The rule for bounds, for a positive one. */
static struct text canonical_notation(const struct shortest *number)
{
    if (number->exponent < -4 || number->exponent >= 6) {
        return exponent_notation(number);
    }
    struct text plain = plain_notation(number);
    if (strchr(plain.characters, '.') == NULL) {
        strcat(plain.characters, ".0");
    }
    return plain;
}

static void assert_is_shortest(double value, int first_count)
{
    double magnitude = fabs(value);
    struct shortest number = find_shortest(magnitude, first_count);
    struct text expected = shorter_notation(&number);
    if (magnitude < 0x1p53 && magnitude == floor(magnitude)) {
        snprintf(expected.characters, TEXT_SIZE, "%.0f", magnitude);
    }
    struct text actual = format(pml_format_double, magnitude);
    assert_string_equal(actual.characters, expected.characters);
    actual = format(pml_format_bound, magnitude);
    assert_string_equal(actual.characters, canonical_notation(&number).characters);
}

/* The digits that our own text has, with zeros at either end left out. */
static int count_digits(double value)
{
    struct text text = format(pml_format_double, value);
    int count = 0;
    int zeros = 0;
    for (const char *next = text.characters; *next != '\0' && *next != 'e'; next++) {
        if (*next == '0') {
            zeros += count > 0;
        } else if (*next >= '1' && *next <= '9') {
            count += zeros + 1;
            zeros = 0;
        }
    }
    return count;
}

/* Tries one digit less and no fewer: with the doubles on both sides equally far away, a shorter
 * decimal that round-trips would make every longer one round-trip as well. */
static void assert_is_shortest_quickly(double value)
{
    int count = count_digits(value);
    assert_is_shortest(value, count > 1 ? count - 1 : 1);
}

static void assert_is_right_with_neighbours(double value)
{
    double values[] = {nextafter(value, 0), value, nextafter(value, INFINITY)};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (values[i] > 0 && isfinite(values[i])) {
            assert_round_trip(values[i]);
            assert_round_trip(-values[i]);
            assert_is_shortest(values[i], 1);
        }
    }
}

static void u64_zero_is_one_digit(void **state)
{
    (void)state;
    assert_string_equal(format_u64(0).characters, "0");
}

static void u64_largest_has_twenty_digits(void **state)
{
    (void)state;
    assert_string_equal(format_u64(UINT64_MAX).characters, "18446744073709551615");
}

static void assert_u64_is_as_printf(uint64_t value)
{
    char expected[TEXT_SIZE];
    snprintf(expected, sizeof expected, "%" PRIu64, value);
    assert_string_equal(format_u64(value).characters, expected);
}

static void u64_around_powers_of_ten_is_as_printf(void **state)
{
    (void)state;
    uint64_t power = 1;
    for (int exponent = 0; exponent < 20; exponent++) {
        assert_u64_is_as_printf(power - 1);
        assert_u64_is_as_printf(power);
        assert_u64_is_as_printf(power + 1);
        power *= 10;
    }
}

static void u64_random_of_every_width_is_as_printf(void **state)
{
    (void)state;
    uint64_t random = seed;
    for (int i = 0; i < share_of(200000); i++) {
        uint64_t value = next_random(&random);
        assert_u64_is_as_printf(value >> i % 64);
    }
}

static void double_special_has_its_fixed_text(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {INFINITY, "+Inf"},
        {-INFINITY, "-Inf"},
    };
    ASSERT_TEXTS(pml_format_double, rows);
}

static void double_nan_of_any_kind_is_nan(void **state)
{
    (void)state;
    static const uint64_t kinds[] = {
        UINT64_C(0x7ff8000000000000), UINT64_C(0xfff8000000000000), UINT64_C(0x7ff0000000000001),
        UINT64_C(0xfff0000000000001), UINT64_C(0x7fffffffffffffff), UINT64_C(0xffffffffffffffff),
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        double value = double_of(kinds[i]);
        assert_string_equal(format(pml_format_double, value).characters, "NaN");
        assert_string_equal(format(pml_format_bound, value).characters, "NaN");
    }
}

static void double_integer_is_plain_digits(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {1, "1"},
        {-3, "-3"},
        {10, "10"},
        {99999999, "99999999"},
        {100000000, "100000000"},
        {1e6, "1000000"},
        {-1e15, "-1000000000000000"},
        {0x1p52 + 1, "4503599627370497"},
        {0x1p53 - 1, "9007199254740991"},
        {-0x1p53 + 1, "-9007199254740991"},
    };
    ASSERT_TEXTS(pml_format_double, rows);
}

static void double_of_2_to_53_and_beyond_has_shortest_digits(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {0x1p53, "9007199254740992"},
        {9007199254740993.0, "9007199254740992"},
        {0x1p53 + 2, "9007199254740994"},
        {1e16, "1e+16"},
        {18446744073709551615.0, "18446744073709552000"},
        {123456789012345678901.0, "123456789012345680000"},
        {1e21, "1e+21"},
        {1.2345678901234568e21, "1234567890123456800000"},
        {1.2345678901234568e22, "1.2345678901234568e+22"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {9.999999999999997e22, "9.999999999999997e+22"},
        {1.0000000000000001e23, "1.0000000000000001e+23"},
        {-1e100, "-1e+100"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {-DBL_MAX, "-1.7976931348623157e+308"},
    };
    ASSERT_TEXTS(pml_format_double, rows);
}

static void double_with_fraction_has_shortest_digits(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {0.1, "0.1"},
        {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {-2.5, "-2.5"},
        {123456789.125, "123456789.125"},
        {1234567.891, "1234567.891"},
        {12345678.5, "12345678.5"},
        {-299792458.25, "-299792458.25"},
        {3123456789012345.5, "3123456789012345.5"},
        {0x1p52 - 0.5, "4503599627370495.5"},
        {5e-324, "5e-324"},
        {1e-323, "1e-323"},
        {1.5e-323, "1.5e-323"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
    };
    ASSERT_TEXTS(pml_format_double, rows);
}

static void double_takes_the_shorter_notation_and_plain_in_a_tie(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {0.01, "0.01"},         {0.001, "0.001"},        {0.0001, "1e-04"}, {0.00015, "0.00015"},
        {0.000123, "0.000123"}, {0.000015, "1.5e-05"},   {1e-5, "1e-05"},   {1.5e-7, "1.5e-07"},
        {1e-100, "1e-100"},     {-1.25e-9, "-1.25e-09"},
    };
    ASSERT_TEXTS(pml_format_double, rows);
}

static void double_around_powers_of_two_is_shortest(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        assert_is_right_with_neighbours(ldexp(1, exponent));
    }
}

static void double_around_powers_of_ten_is_shortest(void **state)
{
    (void)state;
    for (int exponent = -323; exponent <= 308; exponent++) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "1e%d", exponent);
        assert_is_right_with_neighbours(strtod(text, NULL));
    }
}

static void double_random_bits_round_trip(void **state)
{
    (void)state;
    uint64_t random = seed;
    for (int i = 0; i < share_of(ROUND_TRIPS); i++) {
        assert_round_trip(next_finite(&random));
    }
}

static void double_random_bits_are_shortest(void **state)
{
    (void)state;
    uint64_t random = seed + 1;
    for (int i = 0; i < share_of(SHORTEST_CHECKS) / 2; i++) {
        assert_is_shortest_quickly(next_finite(&random));
    }
}

/* Random bits are hardly ever between 1e-5 and 1e22, where the notation changes. */
static void double_random_of_everyday_size_is_shortest(void **state)
{
    (void)state;
    uint64_t random = seed + 2;
    for (int i = 0; i < share_of(SHORTEST_CHECKS) / 2; i++) {
        uint64_t bits = next_random(&random);
        double significand = 1 + (double)(bits >> 12) * 0x1p-52;
        double value = ldexp(significand, (int)(bits % 96) - 20);
        assert_round_trip(value);
        assert_is_shortest_quickly(value);
    }
}

static void double_random_of_few_digits_gets_them_back(void **state)
{
    (void)state;
    uint64_t random = seed + 3;
    for (int i = 0; i < share_of(100000); i++) {
        uint64_t bits = next_random(&random);
        unsigned digits = (unsigned)(bits >> 32) % 1000000 + 1;
        char text[TEXT_SIZE];
        snprintf(text, sizeof text, "%ue%d", digits, (int)(bits % 40) - 25);
        double value = strtod(text, NULL);
        assert_round_trip(value);
        assert_is_shortest_quickly(value);
    }
}

static void assert_same_in_rounding_mode(int mode, double value)
{
    struct text sample = format(pml_format_double, value);
    struct text bound = format(pml_format_bound, value);
    assert_int_equal(fesetround(mode), 0);
    struct text other_sample = format(pml_format_double, value);
    struct text other_bound = format(pml_format_bound, value);
    assert_int_equal(fesetround(FE_TONEAREST), 0);
    assert_string_equal(other_sample.characters, sample.characters);
    assert_string_equal(other_bound.characters, bound.characters);
}

static void double_in_every_rounding_mode_is_the_same(void **state)
{
    (void)state;
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST};
    uint64_t random = seed + 4;
    for (int i = 0; i < share_of(20000); i++) {
        double value = next_finite(&random);
        double small = ldexp(value, -ilogb(value) + i % 60);
        for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
            assert_same_in_rounding_mode(modes[m], value);
            assert_same_in_rounding_mode(modes[m], small);
        }
    }
}

static void bound_is_canonical(void **state)
{
    (void)state;
    static const struct expectation rows[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-1, "-1.0"},
        {10, "10.0"},
        {0.25, "0.25"},
        {0.005, "0.005"},
        {2.5, "2.5"},
        {100000, "100000.0"},
        {999999, "999999.0"},
        {999999.5, "999999.5"},
        {1e6, "1e+06"},
        {-1e6, "-1e+06"},
        {2.5e6, "2.5e+06"},
        {1234567.5, "1.2345675e+06"},
        {123456789, "1.23456789e+08"},
        {9007199254740992, "9.007199254740992e+15"},
        {1.1e23, "1.1e+23"},
        {1e100, "1e+100"},
        {0.0001, "0.0001"},
        {0.00012345678901234567, "0.00012345678901234567"},
        {0.00009, "9e-05"},
        {1e-5, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {5e-324, "5e-324"},
        {INFINITY, "+Inf"},
        {-INFINITY, "-Inf"},
    };
    ASSERT_TEXTS(pml_format_bound, rows);
}

static void read_seed(void)
{
    const char *text = getenv("PROMLET_TEST_SEED");
    seed = text != NULL ? strtoull(text, NULL, 0) : DEFAULT_SEED;
    printf("PROMLET_TEST_SEED=%" PRIu64 "\n", seed);
}

int main(void)
{
    read_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(u64_zero_is_one_digit),
        cmocka_unit_test(u64_largest_has_twenty_digits),
        cmocka_unit_test(u64_around_powers_of_ten_is_as_printf),
        cmocka_unit_test(u64_random_of_every_width_is_as_printf),
        cmocka_unit_test(double_special_has_its_fixed_text),
        cmocka_unit_test(double_nan_of_any_kind_is_nan),
        cmocka_unit_test(double_integer_is_plain_digits),
        cmocka_unit_test(double_of_2_to_53_and_beyond_has_shortest_digits),
        cmocka_unit_test(double_with_fraction_has_shortest_digits),
        cmocka_unit_test(double_takes_the_shorter_notation_and_plain_in_a_tie),
        cmocka_unit_test(double_around_powers_of_two_is_shortest),
        cmocka_unit_test(double_around_powers_of_ten_is_shortest),
        cmocka_unit_test(double_random_bits_round_trip),
        cmocka_unit_test(double_random_bits_are_shortest),
        cmocka_unit_test(double_random_of_everyday_size_is_shortest),
        cmocka_unit_test(double_random_of_few_digits_gets_them_back),
        cmocka_unit_test(double_in_every_rounding_mode_is_the_same),
        cmocka_unit_test(bound_is_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
