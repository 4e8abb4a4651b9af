/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers from text: always the closest double, as strtod() has it in the locale C and the rounding
   mode to nearest, whatever locale and mode are. */
#include "base/number.h"
#include "base/valgrind.h"
#include "parse/number.h"
#include "support/locales.h"
#include "support/number_values.h"
#include "support/sanitizers.h"

#include <fenv.h>
#include <math.h>

static bool is_same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static double parsed(const char *text)
{
    promlet_parsed_number number;
    pml_spelling spelling = pml_parse_number(text, text + strlen(text), &number);
    if (spelling == PML_SPELLING_WRONG) {
        fail_msg("\"%s\" is no number", text);
    }
    return spelling == PML_SPELLING_TOO_LARGE ? INFINITY : number.real;
}

static void expect_closest(const char *text)
{
    double expected = strtod(text, NULL);
    double found = parsed(text);
    if (!is_same(found, expected)) {
        fail_msg("%s was read as %a, not as %a", text, found, expected);
    }
}

/* ---- edges ----------------------------------------------------------------------------------- */

#define ZEROS "00000000000000000000000000000000000000000000000000000000000000000000000000000000"

static const struct {
    const char *text;
    double value;
} edges[] = {
    {"0", 0.0},
    {"-0", -0.0},
    {"0.000e9", 0.0},
    {"-.0", -0.0},
    {"1.", 1.0},
    {".5", 0.5},
    {"+1e+2", 100.0},
    {"1E-2", 0x1.47ae147ae147bp-7},
    {"0." ZEROS ZEROS "1e161", 1.0},
    {"1" ZEROS ZEROS "e-160", 1.0},
    /* At and around the middle of two: the even one, or the closer one. */
    {"9007199254740993", 9007199254740992.0},
    {"9007199254740993.0" ZEROS "1", 9007199254740994.0},
    {"9007199254740995", 9007199254740996.0},
    {"4503599627370497.5", 4503599627370498.0},
    {"4503599627370496.5", 4503599627370496.0},
    {"1.00000000000000011102230246251565404236316680908203125", 1.0},
    {"1.00000000000000011102230246251565404236316680908203124", 1.0},
    {"1.00000000000000011102230246251565404236316680908203126", 0x1.0000000000001p0},
    /* 2^64 and its neighbours. */
    {"18446744073709551615", 0x1p64},
    {"18446744073709551616", 0x1p64},
    {"18446744073709550591", 0x1.fffffffffffffp63},
    {"18446744073709550592", 0x1p64},
    /* The least ones. */
    {"2.2250738585072014e-308", 0x1p-1022},
    {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
    {"5e-324", 0x1p-1074},
    {"2.4703282292062328e-324", 0x1p-1074},
    {"2.4703282292062327e-324", 0.0},
    {"1e-400", 0.0},
    {"1e-999999999999999999999", 0.0},
    /* The largest ones. */
    {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
    {"1.797693134862315807e308", 0x1.fffffffffffffp1023},
    {"0e999999999999999999999", 0.0},
};

static void number_at_edges_is_closest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        if (!is_same(parsed(edges[i].text), edges[i].value)) {
            fail_msg("%s was read as %a", edges[i].text, parsed(edges[i].text));
        }
    }
}

static void number_beyond_the_largest_is_too_large(void **state)
{
    (void)state;
    static const char *const texts[] = {"1.797693134862315808e308", "-1.8e308", "1e309",
                                        "1e999999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        promlet_parsed_number number;
        assert_int_equal(pml_parse_number(texts[i], texts[i] + strlen(texts[i]), &number),
                         PML_SPELLING_TOO_LARGE);
    }
}

static void number_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",     ".",     "-",    "+",    "e5",  ".e5",     "1e",    "1e+",     "1.2.",
        "1e5.", "0x1p3", "0x10", "1_0",  "1,5", "--1",     "1 ",    " 1",      "nan1",
        "-nan", "+nan",  "inf.", "infi", "1f",  "infinit", "1e5e5", "\xc2\xb2"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        promlet_parsed_number number;
        if (pml_parse_number(texts[i], texts[i] + strlen(texts[i]), &number) !=
            PML_SPELLING_WRONG) {
            fail_msg("\"%s\" is no number", texts[i]);
        }
    }
}

static void number_in_words_is_read(void **state)
{
    (void)state;
    assert_true(isnan(parsed("NaN")) && isnan(parsed("nan")) && isnan(parsed("nAn")));
    assert_true(parsed("Inf") == INFINITY && parsed("+inf") == INFINITY);
    assert_true(parsed("-INFINITY") == -INFINITY && parsed("Infinity") == INFINITY);
}

/* ---- many ------------------------------------------------------------------------------------ */

/* The middle of a number and the next one, a little less, a little more, and cut somewhere. */
static void expect_closest_around_middle(double value)
{
    char text[900];
    long double next = nextafter(value, INFINITY);
    if (isinf((double)next)) {
        return;
    }
    (void)snprintf(text, sizeof text, "%.780Le", (long double)value + (next - value) / 2);
    expect_closest(text);
    char *exponent = strchr(text, 'e');
    char last = exponent[-1];
    exponent[-1] = '1';
    expect_closest(text);
    exponent[-1] = last;
    (void)memmove(text + 19, exponent, strlen(exponent) + 1);
    expect_closest(text);
}

struct visits {
    uint64_t at;
    uint64_t step;
};

static void expect_same_value(double value, void *ctx)
{
    struct visits *visits = ctx;
    char text[64];
    if (visits->at++ % visits->step != 0) {
        return;
    }
    text[pml_format_double(value, text)] = '\0';
    assert_true(is_same(parsed(text), value));
    (void)snprintf(text, sizeof text, "%.17g", value);
    assert_true(is_same(parsed(text), value));
    (void)snprintf(text, sizeof text, "%.15g", value);
    expect_closest(text);
    if (visits->at / visits->step % 64 == 0) {
        expect_closest_around_middle(value);
    }
}

/* With tools that make each take twenty times as long. */
static uint64_t step_of(uint64_t step)
{
    return pml_runs_on_valgrind() || sanitizer_name() != NULL ? 30 * step : step;
}

static void every_exponent_and_power_is_closest(void **state)
{
    (void)state;
    struct visits visits = {.step = step_of(3)};
    number_visit_fixed(expect_same_value, &visits);
    assert_true(visits.at > UINT64_C(500000));
}

static void drawn_ones_are_closest(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252;
    struct visits visits = {.step = 1};
    for (uint64_t turn = 0; turn < 100000 / step_of(1); turn++) {
        expect_same_value(number_draw(turn, &random), &visits);
    }
}

/* ---- whatever the thread has set ------------------------------------------------------------- */

static void number_in_every_rounding_mode_and_locale_is_closest(void **state)
{
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        assert_int_equal(fesetround(modes[i]), 0);
        number_at_edges_is_closest(state);
        assert_int_equal(fegetround(), modes[i]);
        assert_int_equal(fesetround(FE_TONEAREST), 0);
    }
    choose_comma_locale();
    number_at_edges_is_closest(state);
    number_that_is_none_is_refused(state);
    (void)setlocale(LC_ALL, "C");
}

/* ---- times ----------------------------------------------------------------------------------- */

static void times_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        promlet_parsed_time time;
    } cases[] = {
        {"0", {0, 0}},
        {"1.5", {1, 500000000}},
        {"-1.5", {-2, 500000000}},
        {"-0.000000001", {-1, 999999999}},
        {"1520879607.789", {1520879607, 789000000}},
        {"1.520879607789e+09", {1520879607, 789000000}},
        {"1520879607.1234567899", {1520879607, 123456789}},
        {"1e-9", {0, 1}},
        {"1e-10", {0, 0}},
        {"0.00000000012", {0, 0}},
        {"12e-8", {0, 120}},
        {"9223372036854775806.9", {INT64_MAX - 1, 900000000}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_parsed_time time;
        const char *text = cases[i].text;
        assert_int_equal(pml_parse_seconds(text, text + strlen(text), &time), PML_SPELLING_RIGHT);
        if (time.seconds != cases[i].time.seconds ||
            time.nanoseconds != cases[i].time.nanoseconds) {
            fail_msg("%s was read as %lld.%09u", text, (long long)time.seconds, time.nanoseconds);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_at_edges_is_closest),
        cmocka_unit_test(number_beyond_the_largest_is_too_large),
        cmocka_unit_test(number_that_is_none_is_refused),
        cmocka_unit_test(number_in_words_is_read),
        cmocka_unit_test(every_exponent_and_power_is_closest),
        cmocka_unit_test(drawn_ones_are_closest),
        cmocka_unit_test(number_in_every_rounding_mode_and_locale_is_closest),
        cmocka_unit_test(times_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
