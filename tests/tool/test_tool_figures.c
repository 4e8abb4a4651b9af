/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of tool/figures.h: numbers as text. */
#include "tool/figures.h"

#include "tool_test.h"

static void short_figures_have_three_digits(void **state)
{
    (void)state;
    static const struct {
        double value;
        pml_unit unit;
        const char *text;
    } rows[] = {
        {0, PML_UNIT_NONE, "0"},
        {-0.0, PML_UNIT_NONE, "-0"},
        {1, PML_UNIT_NONE, "1"},
        {-42, PML_UNIT_NONE, "-42"},
        {0.5, PML_UNIT_NONE, "0.50"},
        {0.05, PML_UNIT_NONE, "0.05"},
        {0.005, PML_UNIT_NONE, "5e-03"},
        {12.34, PML_UNIT_NONE, "12.3"},
        {999, PML_UNIT_NONE, "999"},
        {999.4, PML_UNIT_NONE, "999"},
        {999.9, PML_UNIT_NONE, "1.00k"},
        {12345, PML_UNIT_NONE, "12.3k"},
        {-12345, PML_UNIT_NONE, "-12k"},
        {1e9, PML_UNIT_NONE, "1.00G"},
        {1e20, PML_UNIT_NONE, "100E"},
        {1.7e9, PML_UNIT_SECONDS, "19676d"},
        {9.994e21, PML_UNIT_NONE, "9994E"},
        {-1e300, PML_UNIT_NONE, "-1e+300"},
        {1.7e308, PML_UNIT_BYTES, "2e+308"},
        {-1.7e308, PML_UNIT_SECONDS, "-2e+308"},
        {NAN, PML_UNIT_NONE, "-"},
        {INFINITY, PML_UNIT_NONE, "+Inf"},
        {-INFINITY, PML_UNIT_BYTES, "-Inf"},
        {0, PML_UNIT_SECONDS, "0"},
        {2e-9, PML_UNIT_SECONDS, "2.00ns"},
        {1.5e-6, PML_UNIT_SECONDS, "1.50us"},
        {0.0123, PML_UNIT_SECONDS, "12.3ms"},
        {3, PML_UNIT_SECONDS, "3s"},
        {3.25, PML_UNIT_SECONDS, "3.25s"},
        {90, PML_UNIT_SECONDS, "90s"},
        {7200, PML_UNIT_SECONDS, "7200s"},
        {36000, PML_UNIT_SECONDS, "10.0h"},
        {864000, PML_UNIT_SECONDS, "10.0d"},
        {512, PML_UNIT_BYTES, "512B"},
        {1023 * 1024, PML_UNIT_BYTES, "1.00MiB"},
        {1e-12, PML_UNIT_SECONDS, "1e-12"},
        {1536, PML_UNIT_BYTES, "1.50KiB"},
        {1073741824, PML_UNIT_BYTES, "1.00GiB"},
        {-1073741824, PML_UNIT_BYTES, "-1.0GiB"},
        {-0.0123, PML_UNIT_SECONDS, "-12ms"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[PML_FIGURE_SIZE];
        pml_figure_short(text, rows[i].value, rows[i].unit);
        assert_string_equal(text, rows[i].text);
    }
}

static void short_figures_are_at_most_seven_columns(void **state)
{
    (void)state;
    for (double value = 5e-324; value <= 1e308; value = fmax(value * 1.37, value + 5e-324)) {
        for (int unit = PML_UNIT_NONE; unit <= PML_UNIT_BYTES; unit++) {
            char text[PML_FIGURE_SIZE];
            pml_figure_short(text, value, (pml_unit)unit);
            assert_true(strlen(text) <= 7);
            pml_figure_short(text, -value, (pml_unit)unit);
            assert_true(strlen(text) <= 7);
        }
    }
}

static void ages_are_whole_units(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } rows[] = {
        {0, "0s ago"},
        {0.9, "0s ago"},
        {99.9, "99s ago"},
        {100, "1m ago"},
        {5999, "99m ago"},
        {6000, "1h ago"},
        {360000, "4d ago"},
        {99 * 86400., "99d ago"},
        {100 * 86400., "14w ago"},
        {700 * 86400., "1y ago"},
        {99 * 31557600., "99y ago"},
        {-0.5, "0s ago"},
        {-35, "in 35s"},
        {-400000, "in 4d"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[PML_FIGURE_SIZE];
        pml_figure_age(text, rows[i].seconds);
        assert_string_equal(text, rows[i].text);
    }
}

static void exact_figures_are_the_same_double_again(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1e6, "1000000"},
        {1e15, "1e+15"},
        {0.1 + 0.2, "0.30000000000000004"},
        {5e-324, "5e-324"},
        {NAN, "NaN"},
        {INFINITY, "+Inf"},
        {-INFINITY, "-Inf"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        pml_buffer text = {.bytes = NULL};
        pml_figure_put_real(&text, rows[i].value);
        assert_string_equal(text.bytes, rows[i].text);
        pml_buffer_free(&text);
    }
    pml_buffer text = {.bytes = NULL};
    const promlet_parsed_number whole = {1.8446744073709552e19, UINT64_MAX, true};
    pml_figure_put(&text, &whole);
    assert_string_equal(text.bytes, "18446744073709551615");
    pml_buffer_free(&text);
}

static void unit_of_a_family_is_in_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        pml_unit unit;
    } rows[] = {
        {"a_seconds 1\n", PML_UNIT_SECONDS},       {"a_seconds_total 1\n", PML_UNIT_SECONDS},
        {"seconds 1\n", PML_UNIT_SECONDS},         {"a_milliseconds 1\n", PML_UNIT_NONE},
        {"a_bytes 1\n", PML_UNIT_BYTES},           {"a 1\n", PML_UNIT_NONE},
        {"{\"a.seconds\"} 1\n", PML_UNIT_SECONDS}, {"bytesize 1\n", PML_UNIT_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        promlet_document *document = made_document(rows[i].text);
        assert_int_equal(pml_figure_unit_of(promlet_document_family(document, 0)), rows[i].unit);
        promlet_document_free(document);
    }
}

static void labels_are_numbers_as_documents_spell_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } right[] = {{"0.5", 0.5},       {"-1", -1},          {"1e-3", 1e-3},        {"+5.", 5},
                 {"+Inf", INFINITY}, {"-inf", -INFINITY}, {"Infinity", INFINITY}};
    static const char *const wrong[] = {"",    " 1",  "1 ",     "1\n",   "0x10", "0x1p3",
                                        "NaN", "nan", "nan(1)", "1e999", "one",  "1,5"};
    double value;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        assert_true(pml_figure_read(right[i].text, &value));
        assert_true(value == right[i].value);
    }
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(pml_figure_read(wrong[i], &value));
    }
    assert_false(pml_figure_read(NULL, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_figures_have_three_digits),
        cmocka_unit_test(short_figures_are_at_most_seven_columns),
        cmocka_unit_test(ages_are_whole_units),
        cmocka_unit_test(exact_figures_are_the_same_double_again),
        cmocka_unit_test(unit_of_a_family_is_in_its_name),
        cmocka_unit_test(labels_are_numbers_as_documents_spell_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
