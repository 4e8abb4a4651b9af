/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/label_set.h: identity, order and escaping of label values. */
#include "series/label_set.h"

#include "support/expect.h"

#define SEED 42
#define GUARD 0x5a

static const char *const names[] = {"a", "bc"};

struct made {
    pml_label_set set;
    char memory[800];
};

/* A set of two labels. */
static void make_pair(struct made *made, const char *first, const char *second)
{
    const char *const values[] = {first, second};
    assert_true(pml_label_set_size(names, values, 2) <= sizeof made->memory);
    pml_label_set_write(&made->set, made->memory, pml_label_hash(SEED, values, 2), names, values,
                        2);
}

static bool pair_equals(const struct made *made, const char *first, const char *second)
{
    const char *const values[] = {first, second};
    return pml_label_set_equals(&made->set, pml_label_hash(SEED, values, 2), values, 2);
}

/* With the hash of the set itself, as if the hashes had collided. */
static bool pair_equals_in_spite_of_hash(const struct made *made, const char *first,
                                         const char *second)
{
    const char *const values[] = {first, second};
    return pml_label_set_equals(&made->set, made->set.hash, values, 2);
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
    assert_false(pair_equals_in_spite_of_hash(&made, "a", "bc"));
}

static void label_set_empty_value_has_its_place(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "", "x");
    assert_true(pair_equals(&made, "", "x"));
    assert_false(pair_equals_in_spite_of_hash(&made, "x", ""));
    assert_false(pair_equals_in_spite_of_hash(&made, "", ""));
}

static void label_set_values_swapped_is_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "x", "y");
    assert_false(pair_equals_in_spite_of_hash(&made, "y", "x"));
}

static void label_set_colliding_hash_is_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "GET", "200");
    assert_false(pair_equals_in_spite_of_hash(&made, "GET", "201"));
    assert_false(pair_equals_in_spite_of_hash(&made, "GET", "2000"));
    assert_false(pair_equals_in_spite_of_hash(&made, "GET", "20"));
}

static void label_set_other_count_is_another(void **state)
{
    (void)state;
    struct made made;
    make_pair(&made, "GET", "200");
    const char *const values[] = {"GET"};
    assert_false(pml_label_set_equals(&made.set, made.set.hash, values, 1));
}

/* Every length from a partial word to several words, each differing in its last byte only. */
static void label_hash_depends_on_the_last_byte_at_each_length(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 40; size++) {
        char a[41] = {0};
        char b[41] = {0};
        memset(a, 'x', size);
        memset(b, 'x', size);
        b[size - 1] = 'y';
        const char *const one[] = {a};
        const char *const other[] = {b};
        assert_true(pml_label_hash(SEED, one, 1) != pml_label_hash(SEED, other, 1));
    }
}

static void label_hash_depends_on_the_seed(void **state)
{
    (void)state;
    const char *const values[] = {"GET", "200"};
    assert_true(pml_label_hash(1, values, 2) != pml_label_hash(2, values, 2));
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
    assert_int_equal(pml_label_set_size(NULL, NULL, 0), 0);
    pml_label_set_write(&set, memory, 0, NULL, NULL, 0);
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
    size_t size = pml_label_set_size(names, values, 2);
    assert_true(size < sizeof made.memory);
    pml_label_set_write(&made.set, made.memory, 0, names, values, 2);
    for (size_t i = size; i < sizeof made.memory; i++) {
        assert_int_equal(made.memory[i], GUARD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label_set_same_values_are_equal),
        cmocka_unit_test(label_set_border_moved_is_another),
        cmocka_unit_test(label_set_empty_value_has_its_place),
        cmocka_unit_test(label_set_values_swapped_is_another),
        cmocka_unit_test(label_set_colliding_hash_is_another),
        cmocka_unit_test(label_set_other_count_is_another),
        cmocka_unit_test(label_hash_depends_on_the_last_byte_at_each_length),
        cmocka_unit_test(label_hash_depends_on_the_seed),
        cmocka_unit_test(label_set_order_is_by_first_label_first),
        cmocka_unit_test(label_set_order_prefix_comes_first),
        cmocka_unit_test(label_set_order_is_by_unsigned_bytes),
        cmocka_unit_test(label_set_text_is_names_and_quoted_values),
        cmocka_unit_test(label_set_text_escapes_backslash_quote_and_line_feed),
        cmocka_unit_test(label_set_text_keeps_everything_else_raw),
        cmocka_unit_test(label_set_without_labels_has_empty_text),
        cmocka_unit_test(label_set_size_covers_what_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
