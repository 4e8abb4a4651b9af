/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of base/name_map.h. */
#include "base/name_map.h"

#include "support/expect.h"

#define MANY 1000

static char names[MANY][16];

static void name_all(void)
{
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(names[i], sizeof names[i], "name_%d", i);
    }
}

static void name_map_empty_finds_nothing(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_null(pml_name_map_find(&map, "foo"));
}

static void name_map_added_is_found_by_an_equal_name(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    char same[] = "foo_total";
    assert_true(pml_name_map_reserve(&map, 1));
    pml_name_map_add(&map, "foo_total", names);
    assert_ptr_equal(pml_name_map_find(&map, same), names);
    pml_name_map_free(&map);
}

static void name_map_longer_shorter_and_empty_names_are_others(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_true(pml_name_map_reserve(&map, 1));
    pml_name_map_add(&map, "foo", names);
    assert_null(pml_name_map_find(&map, "foo_"));
    assert_null(pml_name_map_find(&map, "fo"));
    assert_null(pml_name_map_find(&map, ""));
    pml_name_map_free(&map);
}

static void name_map_empty_name_is_a_name(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_true(pml_name_map_reserve(&map, 1));
    pml_name_map_add(&map, "", names);
    assert_ptr_equal(pml_name_map_find(&map, ""), names);
    pml_name_map_free(&map);
}

static void name_map_grown_a_name_at_a_time_finds_all(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    for (int i = 0; i < MANY; i++) {
        assert_true(pml_name_map_reserve(&map, 1));
        pml_name_map_add(&map, names[i], names[i]);
        assert_null(pml_name_map_find(&map, "absent"));
    }
    assert_int_equal(map.count, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_ptr_equal(pml_name_map_find(&map, names[i]), names[i]);
    }
    pml_name_map_free(&map);
}

static void name_map_reserved_at_once_stays_where_it_is(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_true(pml_name_map_reserve(&map, MANY));
    const void *entries = map.entries;
    for (int i = 0; i < MANY; i++) {
        pml_name_map_add(&map, names[i], names[i]);
    }
    assert_ptr_equal(map.entries, entries);
    assert_ptr_equal(pml_name_map_find(&map, names[MANY - 1]), names[MANY - 1]);
    pml_name_map_free(&map);
}

static void name_map_removed_names_leave_the_others_found(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_true(pml_name_map_reserve(&map, MANY));
    for (int i = 0; i < MANY; i++) {
        pml_name_map_add(&map, names[i], names[i]);
    }
    for (int i = 0; i < MANY; i += 3) {
        pml_name_map_remove(&map, names[i]);
        pml_name_map_remove(&map, names[i]);
    }
    for (int i = 0; i < MANY; i++) {
        assert_ptr_equal(pml_name_map_find(&map, names[i]), i % 3 == 0 ? NULL : names[i]);
    }
    assert_int_equal(map.count, MANY - (MANY + 2) / 3);
    pml_name_map_free(&map);
    pml_name_map_remove(&map, names[0]);
}

static void name_map_set_changes_the_value(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_true(pml_name_map_reserve(&map, 2));
    pml_name_map_add(&map, "foo", names[0]);
    pml_name_map_add(&map, "bar", names[1]);
    pml_name_map_set(&map, "foo", names[2]);
    assert_ptr_equal(pml_name_map_find(&map, "foo"), names[2]);
    assert_ptr_equal(pml_name_map_find(&map, "bar"), names[1]);
    assert_int_equal(map.count, 2);
    pml_name_map_free(&map);
}

static void name_map_walked_gives_each_value_once(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    size_t at = 0;
    assert_null(pml_name_map_next(&map, &at));
    assert_true(pml_name_map_reserve(&map, MANY));
    static bool is_seen[MANY];
    for (int i = 0; i < MANY; i++) {
        pml_name_map_add(&map, names[i], &is_seen[i]);
    }
    int count = 0;
    for (bool *seen; (seen = pml_name_map_next(&map, &at)) != NULL; count++) {
        assert_false(*seen);
        *seen = true;
    }
    assert_int_equal(count, MANY);
    pml_name_map_free(&map);
}

static void name_map_freed_is_empty_again(void **state)
{
    (void)state;
    pml_name_map map = {.capacity = 0};
    assert_true(pml_name_map_reserve(&map, 1));
    pml_name_map_add(&map, "foo", names);
    pml_name_map_free(&map);
    assert_null(pml_name_map_find(&map, "foo"));
}

int main(void)
{
    name_all();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_map_empty_finds_nothing),
        cmocka_unit_test(name_map_added_is_found_by_an_equal_name),
        cmocka_unit_test(name_map_longer_shorter_and_empty_names_are_others),
        cmocka_unit_test(name_map_empty_name_is_a_name),
        cmocka_unit_test(name_map_grown_a_name_at_a_time_finds_all),
        cmocka_unit_test(name_map_reserved_at_once_stays_where_it_is),
        cmocka_unit_test(name_map_removed_names_leave_the_others_found),
        cmocka_unit_test(name_map_set_changes_the_value),
        cmocka_unit_test(name_map_walked_gives_each_value_once),
        cmocka_unit_test(name_map_freed_is_empty_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
