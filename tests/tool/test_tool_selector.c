/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of tool/selector.h and tool/series.h: which samples a selector means, and which are of one
   series. */
#include "tool/selector.h"

#include "tool/series.h"
#include "tool_test.h"

/* The only sample of a document. */
static bool matches(const char *selector, const char *text)
{
    pml_buffer why = {.bytes = NULL};
    promlet_document *document = made_document(text);
    pml_selector *made = pml_selector_new(selector, &why);
    assert_string_equal(pml_buffer_peek(&why), "");
    bool is_match = pml_selector_matches(made, promlet_document_sample(document, 0));
    pml_selector_free(made);
    pml_buffer_free(&why);
    promlet_document_free(document);
    return is_match;
}

static void selector_matches_as_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *selector;
        const char *text;
        bool is_match;
    } rows[] = {
        {"a", "a 1\n", true},
        {"a", "ab 1\n", false},
        {"a", "a{b=\"c\"} 1\n", true},
        {" a ", "a 1\n", true},
        {"a.b/c-d", "{\"a.b/c-d\"} 1\n", true},
        {"'a(b)'", "{\"a(b)\"} 1\n", true},
        {"a{}", "a 1\n", true},
        {"{}", "a 1\n", true},
        {"", "a 1\n", true},
        {"a{b=c}", "a{b=\"c\"} 1\n", true},
        {"a{b=c}", "a{b=\"d\"} 1\n", false},
        {"a{ b = c }", "a{b=\"c\"} 1\n", true},
        {"a{b=c d}", "a{b=\"c d\"} 1\n", true},
        {"a{b=\"c,}\\\"\\\\\\n\"}", "a{b=\"c,}\\\"\\\\\\n\"} 1\n", true},
        {"a{b='c\"'}", "a{b=\"c\\\"\"} 1\n", true},
        {"a{b=c,d=e}", "a{d=\"e\",b=\"c\"} 1\n", true},
        {"a{b=c,d=e,}", "a{d=\"e\",b=\"c\"} 1\n", true},
        {"a{b=c,d=e}", "a{b=\"c\"} 1\n", false},
        {"a{b!=c}", "a{b=\"d\"} 1\n", true},
        {"a{b!=c}", "a{b=\"c\"} 1\n", false},
        {"a{b!=c}", "a 1\n", true},
        {"a{b=}", "a 1\n", true},
        {"a{b=\"\"}", "a{b=\"c\"} 1\n", false},
        {"a{b=~c.*}", "a{b=\"cd\"} 1\n", true},
        {"a{b=~c}", "a{b=\"cd\"} 1\n", false},
        {"a{b=~c|d}", "a{b=\"d\"} 1\n", true},
        {"a{b=~c|d}", "a{b=\"cd\"} 1\n", false},
        {"a{b=~\"[0-9]{3}\"}", "a{b=\"500\"} 1\n", true},
        {"a{b!~4..|5..}", "a{b=\"500\"} 1\n", false},
        {"a{b!~4..|5..}", "a{b=\"200\"} 1\n", true},
        {"{__name__=~a.*}", "abc 1\n", true},
        {"{__name__=~a.*}", "bac 1\n", false},
        {"{\"a.b\",c=d}", "{\"a.b\",c=\"d\"} 1\n", true},
        {"{\"a.b\"}", "{\"a.c\"} 1\n", false},
        {"\"a.b\"{\"c.d\"=e}", "{\"a.b\",\"c.d\"=\"e\"} 1\n", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (matches(rows[i].selector, rows[i].text) != rows[i].is_match) {
            fail_msg("%s and %s", rows[i].selector, rows[i].text);
        }
    }
}

static void selector_that_is_none_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a{", "selector a{: a label has no name"},
        {"a{b", "selector a{b: behind a label comes =, !=, =~ or !~"},
        {"a{b}", "selector a{b}: behind a label comes =, !=, =~ or !~"},
        {"a{b=c", "selector a{b=c: the labels are not closed by }"},
        {"a{b=\"c", "selector a{b=\"c: a quote is not closed"},
        {"a{b=\"c\"d=e}", "selector a{b=\"c\"d=e}: the labels are not closed by }"},
        {"a{=c}", "selector a{=c}: a label has no name"},
        {"a{b=c}d", "selector a{b=c}d: something stands behind the }"},
        {"\"a\"b", "selector \"a\"b: something stands behind the name"},
        {"a[5m]", "selector a[5m]: functions, ranges and operators are not known here; names with "
                  "such characters stand in quotes"},
        {"rate(a{b=c})", "selector rate(a{b=c}): functions, ranges and operators are not known "
                         "here; names with such characters stand in quotes"},
        {"a=1", "selector a=1: functions, ranges and operators are not known here; names with such "
                "characters stand in quotes"},
        {"a{b=~(}", "selector a{b=~(}: Unmatched ( or \\("},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        pml_buffer why = {.bytes = NULL};
        assert_null(pml_selector_new(rows[i][0], &why));
        assert_string_equal(pml_buffer_peek(&why), rows[i][1]);
        pml_buffer_free(&why);
    }
}

static void series_are_the_same_in_any_order_and_without_empty_labels(void **state)
{
    (void)state;
    promlet_document *document = made_document("# TYPE h histogram\n"
                                               "h_bucket{x=\"1\",y=\"2\",le=\"1\"} 1\n"
                                               "h_bucket{le=\"+Inf\",z=\"\",y=\"2\",x=\"1\"} 1\n"
                                               "h_sum{y=\"2\",x=\"1\"} 1\n"
                                               "h_sum{x=\"1\",y=\"2\"} 1\n"
                                               "h_sum{x=\"2\",y=\"1\"} 1\n");
    const promlet_parsed_sample *samples[5];
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        samples[i] = promlet_document_sample(document, i);
    }
    assert_true(pml_tool_series_is_same(samples[0], samples[1], true));
    assert_true(pml_tool_series_is_same(samples[1], samples[2], true));
    assert_false(pml_tool_series_is_same(samples[0], samples[1], false));
    assert_false(pml_tool_series_is_same(samples[0], samples[2], false));
    assert_true(pml_tool_series_is_same(samples[2], samples[3], false));
    assert_false(pml_tool_series_is_same(samples[3], samples[4], true));
    assert_true(pml_tool_series_hash(samples[0], true) == pml_tool_series_hash(samples[1], true));
    assert_true(pml_tool_series_hash(samples[1], true) == pml_tool_series_hash(samples[2], true));
    assert_true(pml_tool_series_hash(samples[2], false) == pml_tool_series_hash(samples[3], false));
    promlet_document_free(document);
}

static void series_are_written_as_they_are_read(void **state)
{
    (void)state;
    static const char *const rows[] = {"a", "a{b=\"c\"}", "a{b=\"\\\\\\\"\\n\",c=\"\"}",
                                       "{\"a.b\"}", "{\"a.b\",\"c.d\"=\"e\",f=\"g\"}"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        pml_buffer text = {.bytes = NULL};
        pml_buffer written = {.bytes = NULL};
        pml_buffer_format(&text, "%s 1\n", rows[i]);
        promlet_document *document = made_document(text.bytes);
        pml_tool_series_put(&written, promlet_document_sample(document, 0));
        assert_string_equal(written.bytes, rows[i]);
        promlet_document_free(document);
        pml_buffer_free(&text);
        pml_buffer_free(&written);
    }
}

static void table_finds_what_was_added_among_thousands(void **state)
{
    (void)state;
    pml_buffer text = {.bytes = NULL};
    pml_tool_series_table table = {.slots = NULL};
    for (int i = 0; i < 3000; i++) {
        pml_buffer_format(&text, "a{b=\"%d\"} 1\n", i);
    }
    promlet_document *document = made_document(text.bytes);
    for (size_t i = 0; i < 3000; i += 2) {
        pml_tool_series_add(&table, promlet_document_sample(document, i), i);
    }
    for (size_t i = 0; i < 3000; i++) {
        size_t found = pml_tool_series_find(&table, promlet_document_sample(document, i));
        assert_true(found == (i % 2 == 0 ? i : SIZE_MAX));
    }
    pml_tool_series_free(&table);
    promlet_document_free(document);
    pml_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selector_matches_as_it_says),
        cmocka_unit_test(selector_that_is_none_is_refused_with_a_reason),
        cmocka_unit_test(series_are_the_same_in_any_order_and_without_empty_labels),
        cmocka_unit_test(series_are_written_as_they_are_read),
        cmocka_unit_test(table_finds_what_was_added_among_thousands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
