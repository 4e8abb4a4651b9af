/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of snapshot/label_text.h: rendered labels taken apart. */
#include "support/expect.h"

#include "series/label_set.h"
#include "snapshot/label_text.h"

/* What is between quotes, unescaped, is this. */
static void expect_plain(const pml_escaped *text, const char *expected)
{
    char buffer[200];
    pml_output output;
    pml_output_start_memory(&output, buffer, sizeof buffer);
    pml_escaped_append(&output, text);
    assert_int_equal(pml_output_total(&output), text->plain_size);
    buffer[text->plain_size] = '\0';
    assert_string_equal(buffer, expected);
}

/* Names and values by turns; NULL ends them. The text lies at the end of its memory, so that
   reading too far is noticed where that is watched. */
static void expect_labels(const char *rendered, const char *const *expected)
{
    size_t size = strlen(rendered);
    char *copy = test_malloc(size + (size == 0));
    memcpy(copy, rendered, size);
    pml_label_text text = pml_label_text_begin(copy, size);
    pml_rendered_label label;
    for (; *expected != NULL; expected += 2) {
        assert_true(pml_label_text_next(&text, &label));
        expect_plain(&label.name, expected[0]);
        expect_plain(&label.value, expected[1]);
    }
    assert_false(pml_label_text_next(&text, &label));
    test_free(copy);
}

/* The same by the walk for labels that need no closer look, which leaves others alone. */
static void expect_plain_labels(const char *rendered, const char *const *expected)
{
    size_t size = strlen(rendered);
    char *copy = test_malloc(size + (size == 0));
    memcpy(copy, rendered, size);
    pml_plain_labels labels = pml_plain_labels_begin(copy, size);
    pml_plain_label label;
    for (; *expected != NULL; expected += 2) {
        assert_true(pml_plain_labels_next(&labels, &label));
        assert_int_equal(label.name_size, strlen(expected[0]));
        assert_memory_equal(label.text, expected[0], label.name_size);
        assert_memory_equal(label.text + label.name_size, "=\"", 2);
        size_t value_size = strlen(expected[1]);
        assert_int_equal(label.size, label.name_size + 2 + value_size);
        assert_memory_equal(label.text + label.name_size + 2, expected[1], value_size);
    }
    assert_false(pml_plain_labels_next(&labels, &label));
    assert_true(pml_plain_labels_are_read(&labels));
    test_free(copy);
}

static void labels_none_is_the_end(void **state)
{
    (void)state;
    expect_labels("", (const char *const[]){NULL});
}

static void labels_are_told_apart(void **state)
{
    (void)state;
    expect_labels("a=\"1\"", (const char *const[]){"a", "1", NULL});
    expect_labels("a=\"1\",b=\"2\"", (const char *const[]){"a", "1", "b", "2", NULL});
    expect_labels("a=\"\",b=\"\"", (const char *const[]){"a", "", "b", "", NULL});
    expect_labels("method=\"GET\",path=\"/a/long/one?x=1,y=2\",status=\"200\"",
                  (const char *const[]){"method", "GET", "path", "/a/long/one?x=1,y=2", "status",
                                        "200", NULL});
    expect_labels("a=\"{b=c}, d\"", (const char *const[]){"a", "{b=c}, d", NULL});
}

static void labels_are_unescaped(void **state)
{
    (void)state;
    expect_labels("a=\"\\\\\"", (const char *const[]){"a", "\\", NULL});
    expect_labels("a=\"\\\"\"", (const char *const[]){"a", "\"", NULL});
    expect_labels("a=\"\\n\"", (const char *const[]){"a", "\n", NULL});
    expect_labels("a=\"\\\\n\"", (const char *const[]){"a", "\\n", NULL});
    expect_labels("a=\"\\\\\\\"\\n\",b=\"\\\"\"",
                  (const char *const[]){"a", "\\\"\n", "b", "\"", NULL});
    expect_labels("a=\"one two three\\nfour \\\"five\\\" six\"",
                  (const char *const[]){"a", "one two three\nfour \"five\" six", NULL});
}

static void labels_with_quoted_names_are_told_apart(void **state)
{
    (void)state;
    expect_labels("\"my.label\"=\"x\"", (const char *const[]){"my.label", "x", NULL});
    expect_labels("a=\"1\",\"b=\\\"c\\\"\"=\"2\",\"d\\\\\"=\"\"",
                  (const char *const[]){"a", "1", "b=\"c\"", "2", "d\\", "", NULL});
    expect_labels("\"\xc3\xa9,\\n\"=\"\xe2\x82\xac\"",
                  (const char *const[]){"\xc3\xa9,\n", "\xe2\x82\xac", NULL});
}

static void plain_labels_are_told_apart(void **state)
{
    (void)state;
    expect_plain_labels("", (const char *const[]){NULL});
    expect_plain_labels("a=\"1\"", (const char *const[]){"a", "1", NULL});
    expect_plain_labels("a=\"\",b=\"\"", (const char *const[]){"a", "", "b", "", NULL});
    expect_plain_labels("method=\"GET\",path=\"/a/long/one?x=1,y=2\",status=\"200\"",
                        (const char *const[]){"method", "GET", "path", "/a/long/one?x=1,y=2",
                                              "status", "200", NULL});
    expect_plain_labels("a=\"{b=c}, d\"", (const char *const[]){"a", "{b=c}, d", NULL});
}

/* Around the blocks and windows that are looked at together. */
static void plain_labels_of_each_size_are_told_apart(void **state)
{
    (void)state;
    for (size_t first = 0; first <= 140; first++) {
        for (size_t second = 0; second <= 70; second++) {
            char a[141] = "";
            char b[71] = "";
            memset(a, 'x', first);
            memset(b, '=', second);
            pml_labels labels = {NULL, (const char *const[]){"one", "b"},
                                 (const char *const[]){a, b}, 2, false};
            char rendered[230];
            *pml_label_text_write(rendered, &labels) = '\0';
            expect_plain_labels(rendered, (const char *const[]){"one", a, "b", b, NULL});
        }
    }
}

/* Whatever was escaped, and wherever: not all labels are read, and none wrongly. */
static void plain_labels_end_before_an_escape(void **state)
{
    (void)state;
    for (size_t at = 0; at < 140; at++) {
        for (size_t i = 0; i < 3; i++) {
            char value[141];
            memset(value, 'x', 140);
            value[140] = '\0';
            value[at] = "\\\"\n"[i];
            pml_labels labels = {NULL, (const char *const[]){"a", "b", "c"},
                                 (const char *const[]){"1", value, "3"}, 3, false};
            char rendered[170];
            size_t size = (size_t)(pml_label_text_write(rendered, &labels) - rendered);
            pml_plain_labels plain = pml_plain_labels_begin(rendered, size);
            pml_plain_label label;
            size_t count = 0;
            for (; pml_plain_labels_next(&plain, &label); count++) {
                assert_int_equal(label.size, 4); /* the first one */
            }
            assert_in_range(count, 0, 1);
            assert_false(pml_plain_labels_are_read(&plain));
        }
    }
}

/* Around the eight bytes that are looked at together, at each place of a value of each size. */
static void labels_special_at_each_place_is_found(void **state)
{
    (void)state;
    static const char *const specials[] = {"\\", "\"", "\n", "\xff", "!", "#", "[", "]"};
    for (size_t size = 1; size <= 40; size++) {
        for (size_t at = 0; at < size; at++) {
            for (size_t i = 0; i < COUNT_OF(specials); i++) {
                char value[41];
                memset(value, 'x', size);
                value[size] = '\0';
                value[at] = specials[i][0];
                const char *values[] = {value};
                const char *names[] = {"a"};
                pml_labels labels = {NULL, names, values, 1, false};
                char rendered[100];
                *pml_label_text_write(rendered, &labels) = '\0';
                expect_labels(rendered, (const char *const[]){"a", value, NULL});
            }
        }
    }
}

static void labels_cut_anywhere_are_not_read_beyond(void **state)
{
    (void)state;
    static const char rendered[] = "a=\"1\\n\",\"b.c\"=\"\\\"\",d=\"e\"";
    for (size_t size = 0; size < sizeof rendered; size++) {
        char *copy = test_malloc(size + 1);
        memcpy(copy, rendered, size);
        pml_label_text text = pml_label_text_begin(copy, size);
        pml_rendered_label label;
        for (size_t count = 0; pml_label_text_next(&text, &label); count++) {
            assert_true(count < 3);
        }
        pml_plain_labels plain = pml_plain_labels_begin(copy, size);
        pml_plain_label plain_label;
        for (size_t count = 0; pml_plain_labels_next(&plain, &plain_label); count++) {
            assert_true(plain_label.text + plain_label.size <= copy + size && count < 3);
        }
        test_free(copy);
    }
}

static void escaped_whole_text_has_no_end_but_its_own(void **state)
{
    (void)state;
    pml_text text = {(char *)"say \\\"no\\\"\\\\", 12};
    pml_escaped whole = pml_escaped_whole(&text);
    assert_int_equal(whole.size, 12);
    expect_plain(&whole, "say \"no\"\\");
    pml_text plain = {(char *)"it's", 4};
    whole = pml_escaped_plain(&plain);
    expect_plain(&whole, "it's");
}

/* Rising in the bytes that they spell, which is not the order of their text. */
static void escaped_texts_are_in_the_order_of_what_they_spell(void **state)
{
    (void)state;
    static const char *const texts[] = {"",      "\x01", "\\n", "\\n\\n", "\\na",  " ",  "\\\"",
                                        "\\\"a", "\\\\", "a",   "a\\n",   "a\\\"", "ab", "\xff"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        for (size_t j = 0; j < COUNT_OF(texts); j++) {
            pml_text one = {(char *)texts[i], strlen(texts[i])};
            pml_text other = {(char *)texts[j], strlen(texts[j])};
            pml_escaped a = pml_escaped_whole(&one);
            pml_escaped b = pml_escaped_whole(&other);
            assert_int_equal(pml_escaped_compare(&a, &b), (i > j) - (i < j));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_none_is_the_end),
        cmocka_unit_test(labels_are_told_apart),
        cmocka_unit_test(labels_are_unescaped),
        cmocka_unit_test(labels_with_quoted_names_are_told_apart),
        cmocka_unit_test(plain_labels_are_told_apart),
        cmocka_unit_test(plain_labels_of_each_size_are_told_apart),
        cmocka_unit_test(plain_labels_end_before_an_escape),
        cmocka_unit_test(labels_special_at_each_place_is_found),
        cmocka_unit_test(labels_cut_anywhere_are_not_read_beyond),
        cmocka_unit_test(escaped_whole_text_has_no_end_but_its_own),
        cmocka_unit_test(escaped_texts_are_in_the_order_of_what_they_spell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
