/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/label_set.h: identity, order and escaping of label values. */
#include "series/label_set.h"

#include "base/valgrind.h"
#include "support/expect.h"

#include <stdlib.h>

#define SEED 42
#define GUARD 0x5a

static const char *const names[] = {"a", "bc"};

struct made {
    pml_label_set set;
    char memory[800];
};

static size_t size_of(const char *const *label_names, const char *const *values, size_t count)
{
    return pml_label_set_size(&(pml_labels){NULL, label_names, values, count, false});
}

/* Asks for values that live as long as the query. */
static void ask(pml_label_query *query, const char *const *values, size_t count)
{
    pml_label_reader reader;
    pml_label_reader_start(&reader, SEED, count);
    assert_true(pml_label_query_start(query, &reader, values));
}

/* A set of two labels. */
static void make_pair(struct made *made, const char *first, const char *second)
{
    const char *const values[] = {first, second};
    assert_true(size_of(names, values, 2) <= sizeof made->memory);
    pml_label_set_write(&made->set, made->memory, &(pml_labels){NULL, names, values, 2, false});
}

static bool pair_equals(const struct made *made, const char *first, const char *second)
{
    const char *const values[] = {first, second};
    pml_label_query query;
    ask(&query, values, 2);
    return pml_label_set_equals(&made->set, &query);
}

static int compare_pairs(const char *first, const char *second, const char *other_first,
                         const char *other_second)
{
    struct made one;
    struct made other;
    make_pair(&one, first, second);
    make_pair(&other, other_first, other_second);
    int order = pml_label_set_compare(&one.set, &other.set);
    int reverse = pml_label_set_compare(&other.set, &one.set);
    assert_int_equal((order > 0) - (order < 0), (reverse < 0) - (reverse > 0));
    return (order > 0) - (order < 0);
}

static void expect_text(const char *first, const char *second, const char *expected)
{
    struct made made;
    make_pair(&made, first, second);
    assert_int_equal(made.set.text_size, strlen(expected));
    assert_memory_equal(made.set.text, expected, made.set.text_size);
}

static void label_set_same_values_are_equal(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "GET", "200");
    assert_true(pair_equals(&made, "GET", "200"));
}

static void label_set_border_moved_is_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "ab", "c");
    assert_false(pair_equals(&made, "a", "bc"));
}

static void label_set_empty_value_has_its_place(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "", "x");
    assert_true(pair_equals(&made, "", "x"));
    assert_false(pair_equals(&made, "x", ""));
    assert_false(pair_equals(&made, "", ""));
}

static void label_set_values_swapped_is_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "x", "y");
    assert_false(pair_equals(&made, "y", "x"));
}

static void label_set_similar_values_are_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "GET", "200");
    assert_false(pair_equals(&made, "GET", "201"));
    assert_false(pair_equals(&made, "GET", "2000"));
    assert_false(pair_equals(&made, "GET", "20"));
}

static void label_set_other_count_is_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "GET", "200");
    const char *const values[] = {"GET"};
    pml_label_query query;
    ask(&query, values, 1);
    assert_false(pml_label_set_equals(&made.set, &query));
}

/* All values of up to four letters over a tiny alphabet: equal are those that are. */
static void label_set_of_short_values_equals_itself_only(void **state)
{
    (void)state;
    static const char *const all[] = {"",    "a",   "b",   "aa",  "ab",   "ba",  "bb",
                                      "aaa", "aab", "aba", "baa", "aaaa", "aaab"};
    for (size_t i = 0; i < COUNT_OF(all) * COUNT_OF(all); i++) {
        struct made made;
        make_pair(&made, all[i / COUNT_OF(all)], all[i % COUNT_OF(all)]);
        for (size_t j = 0; j < COUNT_OF(all) * COUNT_OF(all); j++) {
            bool is_equal = pair_equals(&made, all[j / COUNT_OF(all)], all[j % COUNT_OF(all)]);
            assert_true(is_equal == (i == j));
        }
    }
}

/* Around the size of a block and of several, and with one byte changed at each place. */
static void label_set_of_long_values_equals_itself_only(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 14, 15, 16, 17, 31, 32, 33, 100};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char value[102] = "";
        memset(value, 'x', sizes[i]);
        struct made made;
        make_pair(&made, value, "tail");
        assert_true(pair_equals(&made, value, "tail"));
        for (size_t at = 0; at < sizes[i]; at++) {
            value[at] = 'y';
            assert_false(pair_equals(&made, value, "tail"));
            value[at] = 'x';
        }
        value[sizes[i]] = 'x'; /* one byte longer, and so that the sum of sizes is the same */
        assert_false(pair_equals(&made, value, "tail"));
        assert_false(pair_equals(&made, value, "tai"));
        value[sizes[i] - 1] = '\0';
        assert_false(pair_equals(&made, value, "tail"));
        assert_false(pair_equals(&made, value, "xtail"));
    }
}

/* The values of a set may be the last bytes that can be read but for those that the set asks for.
 */
static void label_set_comparing_stays_in_its_memory(void **state)
{
    (void)state;
    static const char *const values[] = {"", "b"};
    size_t size = size_of(names, values, 2);
    char *memory = malloc(size); /* of this size, so that sanitizers and valgrind see its end */
    assert_non_null(memory);
    memset(memory, 0, size);
    pml_label_query query;
    ask(&query, values, 2);
    pml_label_set set;
    pml_label_set_write(&set, memory, &(pml_labels){NULL, names, values, 2, false});
    assert_true(pml_label_set_equals(&set, &query));
    free(memory);
    static const char *const no_name[] = {""};
    size = size_of(no_name, values, 1);
    memory = malloc(size);
    assert_non_null(memory);
    memset(memory, 0, size);
    ask(&query, values, 1);
    pml_label_set_write(&set, memory, &(pml_labels){NULL, no_name, values, 1, false});
    assert_true(pml_label_set_equals(&set, &query));
    free(memory);
}

/* 4 GiB of names, which is quicker to count than as many values. Valgrind takes half a minute, and
 * sees the same 16 MiB again and again. */
static void label_set_too_long_has_no_size(void **state)
{
    (void)state;
    if (pml_runs_on_valgrind()) {
        print_message("left out: 4 GiB of names under valgrind\n");
        skip();
    }
    enum { COUNT = 257, SIZE = 1 << 24 };
    char *name = malloc(SIZE);
    assert_non_null(name);
    memset(name, 'n', SIZE - 1);
    name[SIZE - 1] = '\0';
    static const char *many_names[COUNT];
    static const char *many_values[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        many_names[i] = name;
        many_values[i] = "";
    }
    assert_true(size_of(many_names, many_values, COUNT - 2) < SIZE_MAX / 2);
    assert_true(size_of(many_names, many_values, COUNT) == SIZE_MAX / 2);
    free(name);
}

static void label_set_order_is_by_first_label_first(void **state)
{
    (void)state;
    assert_int_equal(compare_pairs("a", "z", "b", "a"), -1);
    assert_int_equal(compare_pairs("a", "a", "a", "b"), -1);
    assert_int_equal(compare_pairs("a", "b", "a", "b"), 0);
    assert_int_equal(compare_pairs("b", "", "a", "z"), 1);
}

static void label_set_order_prefix_comes_first(void **state)
{
    (void)state;
    assert_int_equal(compare_pairs("", "z", "a", ""), -1);
    assert_int_equal(compare_pairs("ab", "z", "abc", "a"), -1);
    assert_int_equal(compare_pairs("ab", "c", "a", "bc"), 1);
}

static void label_set_order_is_by_unsigned_bytes(void **state)
{
    (void)state;
    assert_int_equal(compare_pairs("z", "", "\xc3\xa9", ""), -1);
}

static void label_set_text_is_names_and_quoted_values(void **state)
{
    (void)state;
    expect_text("GET", "200", "a=\"GET\",bc=\"200\"");
    expect_text("", "", "a=\"\",bc=\"\"");
}

static void label_set_text_escapes_backslash_quote_and_line_feed(void **state)
{
    (void)state;
    expect_text("\\", "\"", "a=\"\\\\\",bc=\"\\\"\"");
    expect_text("one\ntwo", "\\n", "a=\"one\\ntwo\",bc=\"\\\\n\"");
}

static void label_set_text_keeps_everything_else_raw(void **state)
{
    (void)state;
    for (int byte = 1; byte < 128; byte++) {
        if (byte == '\\' || byte == '"' || byte == '\n') {
            continue;
        }
        char value[2] = {(char)byte, '\0'};
        char expected[16] = "a=\"?\",bc=\"?\"";
        expected[3] = (char)byte;
        expected[10] = (char)byte;
        expect_text(value, value, expected);
    }
    expect_text("\xe2\x80\xa8", "\xf0\x9f\x98\x80", "a=\"\xe2\x80\xa8\",bc=\"\xf0\x9f\x98\x80\"");
}

static void label_set_without_labels_has_empty_text(void **state)
{
    (void)state;
    char memory[1] = {GUARD};
    pml_label_set set;
    assert_int_equal(size_of(NULL, NULL, 0), 0);
    pml_label_set_write(&set, memory, &(pml_labels){NULL, NULL, NULL, 0, false});
    assert_int_equal(set.text_size, 0);
    assert_int_equal(memory[0], GUARD);
}

static void label_set_size_covers_what_is_written(void **state)
{
    (void)state;
    char every_escape[201];
    memset(every_escape, '\n', sizeof every_escape - 1);
    every_escape[sizeof every_escape - 1] = '\0';
    const char *const values[] = {every_escape, ""};
    struct made made;
    memset(made.memory, GUARD, sizeof made.memory);
    size_t size = size_of(names, values, 2);
    assert_true(size < sizeof made.memory);
    pml_label_set_write(&made.set, made.memory, &(pml_labels){NULL, names, values, 2, false});
    for (size_t i = size; i < sizeof made.memory; i++) {
        assert_int_equal(made.memory[i], GUARD);
    }
}

/* Looked for only where such names are allowed, as it takes time. */
static void text_has_quotes_around_names_that_are_not_plain(void **state)
{
    (void)state;
    const char *const odd_names[] = {"plain", "with.dot", "a:b", "q\"b\\n\n", "\xc3\xa9"};
    const char *const values[] = {"1", "2", "3", "4", "5"};
    pml_labels labels = {NULL, odd_names, values, COUNT_OF(odd_names), true};
    static const char expected[] = "plain=\"1\",\"with.dot\"=\"2\",\"a:b\"=\"3\","
                                   "\"q\\\"b\\\\n\\n\"=\"4\",\"\xc3\xa9\"=\"5\"";
    char text[sizeof expected];
    assert_int_equal(pml_label_text_size(&labels), sizeof expected - 1);
    *pml_label_text_write(text, &labels) = '\0';
    assert_string_equal(text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_set_same_values_are_equal),
        cmocka_unit_test(label_set_border_moved_is_another),
        cmocka_unit_test(label_set_empty_value_has_its_place),
        cmocka_unit_test(label_set_values_swapped_is_another),
        cmocka_unit_test(label_set_similar_values_are_another),
        cmocka_unit_test(label_set_other_count_is_another),
        cmocka_unit_test(label_set_of_short_values_equals_itself_only),
        cmocka_unit_test(label_set_of_long_values_equals_itself_only),
        cmocka_unit_test(label_set_comparing_stays_in_its_memory),
        cmocka_unit_test(label_set_too_long_has_no_size),
        cmocka_unit_test(label_set_order_is_by_first_label_first),
        cmocka_unit_test(label_set_order_prefix_comes_first),
        cmocka_unit_test(label_set_order_is_by_unsigned_bytes),
        cmocka_unit_test(label_set_text_is_names_and_quoted_values),
        cmocka_unit_test(label_set_text_escapes_backslash_quote_and_line_feed),
        cmocka_unit_test(label_set_text_keeps_everything_else_raw),
        cmocka_unit_test(label_set_without_labels_has_empty_text),
        cmocka_unit_test(label_set_size_covers_what_is_written),
        cmocka_unit_test(text_has_quotes_around_names_that_are_not_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
