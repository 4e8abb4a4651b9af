/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/table.h, with hashes chosen by the test. */
#include "series/table.h"

#include "support/tables.h"

#define MANY 300

static const char *const label_name[] = {"a"};

static void table_empty_finds_nothing(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    assert_null(find_with_hash(&table, 7, "x"));
    pml_table_free(&table);
}

static void table_colliding_hashes_are_kept_apart(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *one = add_with_hash(&table, 7, "one");
    pml_series *two = add_with_hash(&table, 7, "two");
    pml_series *three = add_with_hash(&table, 7, "three");
    assert_ptr_equal(find_with_hash(&table, 7, "one"), one);
    assert_ptr_equal(find_with_hash(&table, 7, "two"), two);
    assert_ptr_equal(find_with_hash(&table, 7, "three"), three);
    assert_null(find_with_hash(&table, 7, "four"));
    pml_table_free(&table);
    pml_series_free(one);
    pml_series_free(two);
    pml_series_free(three);
}

/* All want the last bucket, and are more than it holds, so that the search goes on at the first. */
static void table_search_wraps_around_the_end(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *series[12];
    char value[2] = "a";
    for (size_t i = 0; i < COUNT_OF(series); i++, value[0]++) {
        series[i] = add_with_hash(&table, UINT32_MAX, value);
    }
    value[0] = 'a';
    for (size_t i = 0; i < COUNT_OF(series); i++, value[0]++) {
        assert_ptr_equal(find_with_hash(&table, UINT32_MAX, value), series[i]);
    }
    assert_null(find_with_hash(&table, UINT32_MAX, value));
    pml_table_free(&table);
    for (size_t i = 0; i < COUNT_OF(series); i++) {
        pml_series_free(series[i]);
    }
}

static void table_same_slot_with_another_hash_is_not_found(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *one = add_with_hash(&table, 1, "one");
    assert_null(find_with_hash(&table, 1 + ((uint32_t)1 << 16), "one"));
    assert_null(find_with_hash(&table, 1 + ((uint32_t)1 << 25), "one"));
    assert_null(find_with_hash(&table, 1 + ((uint32_t)1 << 31), "one"));
    pml_table_free(&table);
    pml_series_free(one);
}

/* Tags that differ in their lowest bit only: comparing all at once may take the second for the
   first as well. */
static void table_neighbouring_tags_are_kept_apart(void **state)
{
    (void)state;
    for (uint32_t tag = 0; tag < 128; tag++) {
        pml_table table = {.count = 0};
        uint32_t hash = tag << 25;
        uint32_t neighbour = (tag ^ 1) << 25;
        pml_series *one = add_with_hash(&table, hash, "one");
        pml_series *two = add_with_hash(&table, neighbour, "two");
        assert_ptr_equal(find_with_hash(&table, hash, "one"), one);
        assert_ptr_equal(find_with_hash(&table, neighbour, "two"), two);
        assert_null(find_with_hash(&table, hash, "two"));
        assert_null(find_with_hash(&table, neighbour, "one"));
        assert_null(find_with_hash(&table, hash, "none"));
        pml_table_free(&table);
        pml_series_free(one);
        pml_series_free(two);
    }
}

/* Grows several times, with hashes that are all the same or all different. */
static void expect_all_found(uint32_t hash_step)
{
    pml_table table = {.count = 0};
    static pml_series *series[MANY];
    char value[16];
    for (unsigned i = 0; i < MANY; i++) {
        (void)snprintf(value, sizeof value, "v%u", i);
        series[i] = add_with_hash(&table, i * hash_step, value);
    }
    assert_int_equal(table.count, MANY);
    for (unsigned i = 0; i < MANY; i++) {
        (void)snprintf(value, sizeof value, "v%u", i);
        assert_ptr_equal(find_with_hash(&table, i * hash_step, value), series[i]);
    }
    assert_null(find_with_hash(&table, 0, "absent"));
    pml_table_free(&table);
    for (unsigned i = 0; i < MANY; i++) {
        pml_series_free(series[i]);
    }
}

static void table_grown_finds_all(void **state)
{
    (void)state;
    expect_all_found(UINT32_C(0x9e3779b9));
}

static void table_grown_with_one_hash_for_all_finds_all(void **state)
{
    (void)state;
    expect_all_found(0);
}

static void table_freed_is_empty_again(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *one = add_with_hash(&table, 1, "one");
    pml_table_free(&table);
    assert_null(find_with_hash(&table, 1, "one"));
    assert_int_equal(table.count, 0);
    pml_series_free(one);
}

static void series_new_starts_zeroed_behind_its_labels(void **state)
{
    (void)state;
    const char *const values[] = {"x\"y"};
    pml_series *series = pml_series_new(24, 5, &(pml_labels){NULL, label_name, values, 1, false});
    static const unsigned char zeros[24];
    assert_memory_equal(series->cell, zeros, sizeof zeros);
    assert_int_equal((uintptr_t)series->cell % 16, 0);
    assert_int_equal(series->labels.text_size, strlen("a=\"x\\\"y\""));
    assert_memory_equal(series->labels.text, "a=\"x\\\"y\"", series->labels.text_size);
    pml_series_free(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_empty_finds_nothing),
        cmocka_unit_test(table_colliding_hashes_are_kept_apart),
        cmocka_unit_test(table_search_wraps_around_the_end),
        cmocka_unit_test(table_same_slot_with_another_hash_is_not_found),
        cmocka_unit_test(table_neighbouring_tags_are_kept_apart),
        cmocka_unit_test(table_grown_finds_all),
        cmocka_unit_test(table_grown_with_one_hash_for_all_finds_all),
        cmocka_unit_test(table_freed_is_empty_again),
        cmocka_unit_test(series_new_starts_zeroed_behind_its_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
