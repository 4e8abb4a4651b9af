/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of base/name.h: which names are plain, and what each scheme makes of the others. The
 * expected names were written by hand after prometheus.io, "UTF-8 escaping schemes".
 */
#include "support/expect.h"

#include "base/name.h"

#define NAMES_MAX 200

/* ---- plain names ----------------------------------------------------------------------------- */

static bool is_plain(pml_name_role role, const char *name)
{
    return pml_name_is_plain(role, name, strlen(name));
}

static void plain_names_are_those_of_the_data_model(void **state)
{
    (void)state;
    static const char *const plain[] = {"a", "Z", "_", "_1", "azAZ09_", "__a"};
    static const char *const others[] = {"",   "1",        "1a",  "a.b", "a b",
                                         "a-", "\xc3\xa9", "a\n", "a\""};
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        assert_true(is_plain(PML_NAME_METRIC, plain[i]));
        assert_true(is_plain(PML_NAME_LABEL, plain[i]));
    }
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_false(is_plain(PML_NAME_METRIC, others[i]));
        assert_false(is_plain(PML_NAME_LABEL, others[i]));
    }
    assert_true(is_plain(PML_NAME_METRIC, "a:b"));
    assert_true(is_plain(PML_NAME_METRIC, ":"));
    assert_false(is_plain(PML_NAME_LABEL, "a:b"));
}

/* ---- the schemes ----------------------------------------------------------------------------- */

struct row {
    const char *name;
    const char *escaped[PML_SCHEME_COUNT]; /* underscores, dots, values */
};

/* For metrics and labels alike. */
static const struct row rows[] = {
    /* The examples of the specification. */
    {"metric.name/with/slashes",
     {"metric_name_with_slashes", "metric_dot_name_with_slashes",
      "U__metric_2E_name_2F_with_2F_slashes"}},
    {"metric.name.with.dots",
     {"metric_name_with_dots", "metric_dot_name_dot_with_dot_dots",
      "U__metric_2E_name_2E_with_2E_dots"}},
    {"metric.name", {"metric_name", "metric_dot_name", "U__metric_2E_name"}},
    /* Plain names stay. */
    {"plain", {"plain", "plain", "plain"}},
    {"plain_with_underscores",
     {"plain_with_underscores", "plain_with_underscores", "plain_with_underscores"}},
    {"U__looks_2E_escaped", {"U__looks_2E_escaped", "U__looks_2E_escaped", "U__looks_2E_escaped"}},
    /* Underscores of other names. */
    {"a_b.c", {"a_b_c", "a__b_dot_c", "U__a__b_2E_c"}},
    {"_.", {"__", "___dot_", "U_____2E_"}},
    {"__a.b__", {"__a_b__", "____a_dot_b____", "U______a_2E_b____"}},
    /* Digits in front. */
    {"1a", {"_a", "_a", "U__1a"}},
    {"1.a2", {"__a2", "__dot_a2", "U__1_2E_a2"}},
    {"12", {"_2", "_2", "U__12"}},
    /* Characters of two, three and four bytes. */
    {"\xc3\xa9t\xc3\xa9", {"_t_", "_t_", "U___E9_t_E9_"}},
    {"\xe6\xb8\xa9\xe5\xba\xa6", {"__", "__", "U___6E29__5EA6_"}},
    {"a\xf0\x9f\x98\x80.b", {"a__b", "a__dot_b", "U__a_1F600__2E_b"}},
    {"\xf4\x8f\xbf\xbf", {"_", "_", "U___10FFFF_"}},
    {"\xef\xbf\xbd", {"_", "_", "U___FFFD_"}},
    {"a\xcc\x88", {"a_", "a_", "U__a_308_"}},
    /* What the text formats give a meaning to. */
    {"a b", {"a_b", "a_b", "U__a_20_b"}},
    {"a\"b", {"a_b", "a_b", "U__a_22_b"}},
    {"a\\b", {"a_b", "a_b", "U__a_5C_b"}},
    {"a\nb", {"a_b", "a_b", "U__a_A_b"}},
    {"a{b=\"c\"}", {"a_b__c__", "a_b__c__", "U__a_7B_b_3D__22_c_22__7D_"}},
    {"a,b#c", {"a_b_c", "a_b_c", "U__a_2C_b_23_c"}},
    {"\x01\x1f\x7f", {"___", "___", "U___1__1F__7F_"}},
    {" ", {"_", "_", "U___20_"}},
    {".", {"_", "_dot_", "U___2E_"}},
};

static char *escape(pml_name_role role, const char *name, pml_scheme scheme, char *out)
{
    pml_escaper escaper = pml_escaper_start(role, name, strlen(name), scheme);
    char *end = pml_escaper_write(escaper, out);
    *end = '\0';
    assert_int_equal(end - out, pml_escaper_size(escaper));
    return out;
}

static void names_are_escaped_as_specified(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (int scheme = 0; scheme < PML_SCHEME_COUNT; scheme++) {
            char out[NAMES_MAX];
            const char *expected = rows[i].escaped[scheme];
            assert_string_equal(escape(PML_NAME_METRIC, rows[i].name, (pml_scheme)scheme, out),
                                expected);
            assert_string_equal(escape(PML_NAME_LABEL, rows[i].name, (pml_scheme)scheme, out),
                                expected);
            assert_true(is_plain(PML_NAME_LABEL, out));
        }
    }
}

/* A colon is for names of metrics, so that of a label is escaped. */
static void colons_stay_in_names_of_metrics_only(void **state)
{
    (void)state;
    static const struct row metric = {"a:b.c", {"a:b_c", "a:b_dot_c", "U__a:b_2E_c"}};
    static const struct row label = {"a:b", {"a_b", "a_b", "U__a_3A_b"}};
    char out[NAMES_MAX];
    for (int scheme = 0; scheme < PML_SCHEME_COUNT; scheme++) {
        assert_string_equal(escape(PML_NAME_METRIC, metric.name, (pml_scheme)scheme, out),
                            metric.escaped[scheme]);
        assert_string_equal(escape(PML_NAME_LABEL, label.name, (pml_scheme)scheme, out),
                            label.escaped[scheme]);
        assert_string_equal(escape(PML_NAME_METRIC, "a:b", (pml_scheme)scheme, out), "a:b");
    }
}

/* A name as it stands between quotes, where \, " and the line feed have a backslash. */
static void quoted_names_are_escaped_as_what_they_stand_for(void **state)
{
    (void)state;
    static const char quoted[] = "a\\\\b\\\"c\\nd.\xc3\xa9";
    static const char name[] = "a\\b\"c\nd.\xc3\xa9";
    for (int i = 0; i < PML_SCHEME_COUNT; i++) {
        pml_scheme scheme = (pml_scheme)i;
        char out[NAMES_MAX];
        char expected[NAMES_MAX];
        pml_escaper escaper =
            pml_escaper_start_quoted(PML_NAME_LABEL, quoted, strlen(quoted), scheme);
        *pml_escaper_write(escaper, out) = '\0';
        assert_string_equal(out, escape(PML_NAME_LABEL, name, scheme, expected));
    }
}

/* ---- back again ------------------------------------------------------------------------------ */

/* Writes a code point; returns where it ends. */
static char *write_utf8(char *out, unsigned long code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    int rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned leads[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(leads[rest] | code >> (6 * rest));
    while (rest-- > 0) {
        *out++ = (char)(0x80 | (code >> (6 * rest) & 0x3f));
    }
    return out;
}

/* What a name that `values` has escaped was. */
static void unescape(const char *escaped, char *out)
{
    assert_memory_equal(escaped, "U__", 3);
    for (const char *at = escaped + 3; *at != '\0';) {
        if (*at != '_') {
            *out++ = *at++;
        } else if (at[1] == '_') {
            *out++ = '_';
            at += 2;
        } else {
            char *end;
            out = write_utf8(out, strtoul(at + 1, &end, 16));
            assert_int_equal(*end, '_');
            at = end + 1;
        }
    }
    *out = '\0';
}

static void values_can_be_undone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char escaped[NAMES_MAX];
        char back[NAMES_MAX];
        if (!is_plain(PML_NAME_METRIC, rows[i].name)) {
            unescape(escape(PML_NAME_METRIC, rows[i].name, PML_SCHEME_VALUES, escaped), back);
            assert_string_equal(back, rows[i].name);
        }
    }
}

/* Every code point there is, between letters. */
static void values_can_be_undone_for_every_character(void **state)
{
    (void)state;
    for (unsigned long code = 1; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff) {
            continue;
        }
        char name[NAMES_MAX] = "a.";
        char escaped[NAMES_MAX];
        char back[NAMES_MAX];
        strcpy(write_utf8(name + 2, code), "b");
        unescape(escape(PML_NAME_LABEL, name, PML_SCHEME_VALUES, escaped), back);
        assert_string_equal(back, name);
    }
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool become_same(const char *a, const char *b, pml_scheme scheme)
{
    return pml_escaper_are_same(pml_escaper_start(PML_NAME_METRIC, a, strlen(a), scheme),
                                pml_escaper_start(PML_NAME_METRIC, b, strlen(b), scheme));
}

static void names_are_compared_as_they_are_escaped(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t j = 0; j < COUNT_OF(rows); j++) {
            for (int scheme = 0; scheme < PML_SCHEME_COUNT; scheme++) {
                bool expected = strcmp(rows[i].escaped[scheme], rows[j].escaped[scheme]) == 0;
                assert_int_equal(become_same(rows[i].name, rows[j].name, (pml_scheme)scheme),
                                 expected);
            }
        }
    }
    assert_true(become_same("a.b", "a_b", PML_SCHEME_UNDERSCORES));
    assert_false(become_same("a.b", "a_b", PML_SCHEME_DOTS));
    assert_true(become_same("a.b", "a_dot_b", PML_SCHEME_DOTS));
    assert_true(become_same("a.b", "U__a_2E_b", PML_SCHEME_VALUES));
    assert_false(become_same("a.b", "U__a_2E_", PML_SCHEME_VALUES));
    assert_false(become_same("a.b", "U__a_2E_bc", PML_SCHEME_VALUES));
}

static void schemes_have_the_names_of_the_parameter(void **state)
{
    (void)state;
    assert_string_equal(pml_scheme_text(PML_SCHEME_UNDERSCORES), "underscores");
    assert_string_equal(pml_scheme_text(PML_SCHEME_DOTS), "dots");
    assert_string_equal(pml_scheme_text(PML_SCHEME_VALUES), "values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_are_those_of_the_data_model),
        cmocka_unit_test(names_are_escaped_as_specified),
        cmocka_unit_test(colons_stay_in_names_of_metrics_only),
        cmocka_unit_test(quoted_names_are_escaped_as_what_they_stand_for),
        cmocka_unit_test(values_can_be_undone),
        cmocka_unit_test(values_can_be_undone_for_every_character),
        cmocka_unit_test(names_are_compared_as_they_are_escaped),
        cmocka_unit_test(schemes_have_the_names_of_the_parameter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
