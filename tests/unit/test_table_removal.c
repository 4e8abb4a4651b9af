/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/table.h: series that are removed, and memory that is used again. */
#include "series/readers.h"
#include "series/table.h"

#include "support/stress.h"
#include "support/tables.h"

#define MANY 300
#define BUCKET_SLOTS 7

static const uint32_t hash_step = UINT32_C(0x9e3779b9);

static const char *name_of(unsigned number)
{
    static char name[16];
    (void)snprintf(name, sizeof name, "v%u", number);
    return name;
}

static pml_series *add_number(pml_table *table, unsigned number)
{
    return add_with_hash(table, number * hash_step, name_of(number));
}

static pml_series *find_number(pml_table *table, unsigned number)
{
    return find_with_hash(table, number * hash_step, name_of(number));
}

static void removed_is_not_found_and_others_are(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *series[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        series[i] = add_number(&table, i);
    }
    for (unsigned i = 0; i < MANY; i += 2) {
        remove_and_free(&table, series[i]);
    }
    assert_int_equal(table.count, MANY / 2);
    for (unsigned i = 0; i < MANY; i++) {
        assert_ptr_equal(find_number(&table, i), i % 2 == 0 ? NULL : series[i]);
    }
    for (unsigned i = 1; i < MANY; i += 2) {
        remove_and_free(&table, series[i]);
    }
    assert_int_equal(table.count, 0);
    pml_table_free(&table);
}

static void removed_and_added_again_is_another_series(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *before = add_number(&table, 1);
    pml_table_remove(&table, before);
    pml_series *after = add_number(&table, 1);
    assert_ptr_not_equal(before, after);
    assert_ptr_equal(find_number(&table, 1), after);
    pml_series_free(before);
    remove_and_free(&table, after);
    pml_table_free(&table);
}

/* Whichever of two is removed, the other one is found, where all that tells them apart is their
   labels. */
static void test_defect_04_collision_removes_both(void **state)
{
    (void)state;
    static const char *const values[] = {"one", "two"};
    for (size_t removed = 0; removed < COUNT_OF(values); removed++) {
        pml_table table = {.count = 0};
        pml_series *series[] = {add_with_hash(&table, 7, "one"), add_with_hash(&table, 7, "two")};
        size_t left = 1 - removed;
        pml_table_remove(&table, series[removed]);
        assert_int_equal(table.count, 1);
        assert_null(find_with_hash(&table, 7, values[removed]));
        assert_ptr_equal(find_with_hash(&table, 7, values[left]), series[left]);
        pml_series_free(series[removed]);
        remove_and_free(&table, series[left]);
        pml_table_free(&table);
    }
}

/* More than a bucket holds, so that the last ones stand behind it. */
static void removal_from_full_bucket_leaves_way_to_those_behind_it(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *filler[6];
    for (unsigned i = 0; i < COUNT_OF(filler); i++) {
        filler[i] = add_with_hash(&table, 1, name_of(100 + i));
    }
    pml_series *series[BUCKET_SLOTS + 2];
    for (unsigned i = 0; i < COUNT_OF(series); i++) {
        series[i] = add_with_hash(&table, 0, name_of(i));
    }
    for (unsigned i = 0; i < COUNT_OF(series); i++) {
        for (unsigned at = 0; at < COUNT_OF(series); at++) {
            assert_ptr_equal(find_with_hash(&table, 0, name_of(at)), at < i ? NULL : series[at]);
        }
        remove_and_free(&table, series[i]);
    }
    for (unsigned i = 0; i < COUNT_OF(filler); i++) {
        assert_ptr_equal(find_with_hash(&table, 1, name_of(100 + i)), filler[i]);
        remove_and_free(&table, filler[i]);
    }
    pml_table_free(&table);
}

static void slot_in_full_bucket_is_taken_again(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *series[BUCKET_SLOTS + 1];
    for (unsigned i = 0; i < COUNT_OF(series); i++) {
        series[i] = add_with_hash(&table, 0, name_of(i));
    }
    for (unsigned round = 0; round < 3; round++) {
        pml_table_remove(&table, series[3]);
        assert_int_equal(table.removed_count, 1);
        assert_true(pml_table_add(&table, series[3]));
        assert_int_equal(table.removed_count, 0);
        assert_ptr_equal(find_with_hash(&table, 0, name_of(3)), series[3]);
    }
    for (unsigned i = 0; i < COUNT_OF(series); i++) {
        assert_ptr_equal(find_with_hash(&table, 0, name_of(i)), series[i]);
    }
    for (unsigned i = 0; i < COUNT_OF(series); i++) {
        remove_and_free(&table, series[i]);
    }
    pml_table_free(&table);
}

static void slot_in_bucket_that_is_not_full_is_free_again(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *one = add_with_hash(&table, 0, "one");
    pml_series *two = add_with_hash(&table, 0, "two");
    pml_table_remove(&table, one);
    assert_int_equal(table.removed_count, 0);
    assert_null(find_with_hash(&table, 0, "one"));
    assert_ptr_equal(find_with_hash(&table, 0, "two"), two);
    pml_series_free(one);
    remove_and_free(&table, two);
    pml_table_free(&table);
}

/* A slot may still hold the address of a series that was there before. */
static void series_at_address_of_removed_one_is_removed_from_its_own_slot(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    pml_series *one = add_with_hash(&table, 0, "one");
    pml_series *two = add_with_hash(&table, 0, "two");
    pml_series *three = new_with_hash(0, "three");
    pml_table_remove(&table, one);
    pml_table_remove(&table, two);
    assert_true(pml_table_add(&table, three)); /* where one was */
    assert_true(pml_table_add(&table, one));   /* where two was */
    pml_table_remove(&table, three);
    pml_table_remove(&table, one);
    assert_null(find_with_hash(&table, 0, "one"));
    assert_int_equal(table.count, 0);
    pml_series_free(one);
    pml_series_free(two);
    pml_series_free(three);
    pml_table_free(&table);
}

/* Series come and go for ever, and never more than some. */
static void coming_and_going_takes_no_more_memory(void **state)
{
    (void)state;
    enum { ALIVE = 50, ROUNDS = 200000 };
    pml_table table = {.count = 0};
    pml_series *series[ALIVE] = {NULL};
    size_t most = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (series[i % ALIVE] != NULL) {
            remove_and_free(&table, series[i % ALIVE]);
        }
        series[i % ALIVE] = add_number(&table, i);
        most = pml_table_bytes(&table) > most ? pml_table_bytes(&table) : most;
        assert_false(pml_table_waits(&table));
    }
    assert_true(most < 64 * 40);
    for (unsigned i = 0; i < ALIVE; i++) {
        remove_and_free(&table, series[i]);
    }
    pml_table_free(&table);
}

static void table_of_few_after_many_is_small_again(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    static pml_series *series[MANY];
    pml_series *one = add_number(&table, MANY);
    size_t small = pml_table_bytes(&table);
    for (unsigned i = 0; i < MANY; i++) {
        series[i] = add_number(&table, i);
    }
    assert_true(pml_table_bytes(&table) > 10 * small);
    for (unsigned i = 0; i < MANY; i++) {
        remove_and_free(&table, series[i]);
    }
    assert_int_equal(pml_table_bytes(&table), small);
    assert_ptr_equal(find_number(&table, MANY), one);
    remove_and_free(&table, one);
    pml_table_free(&table);
}

/* ---- replaced slots and readers -------------------------------------------------------------- */

static void add_many(pml_table *table, pml_series **series)
{
    for (unsigned i = 0; i < MANY; i++) {
        series[i] = add_number(table, i);
    }
}

static void free_many(pml_table *table, pml_series **series)
{
    pml_table_free(table);
    for (unsigned i = 0; i < MANY; i++) {
        pml_series_free(series[i]);
    }
}

static void growth_without_readers_keeps_no_old_slots(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    static pml_series *series[MANY];
    add_many(&table, series);
    assert_false(pml_table_waits(&table));
    free_many(&table, series);
}

static void growth_beside_reader_keeps_old_slots_until_it_leaves(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    static pml_series *series[MANY];
    uint32_t phase = pml_readers_enter();
    add_many(&table, series);
    size_t with_old_slots = pml_table_bytes(&table);
    pml_grace_advance();
    pml_table_reclaim(&table);
    assert_true(pml_table_waits(&table));
    assert_int_equal(pml_table_bytes(&table), with_old_slots);
    pml_readers_leave(phase);
    pml_table_reclaim(&table); /* nobody has looked yet */
    assert_true(pml_table_waits(&table));
    pml_grace_advance();
    pml_table_reclaim(&table);
    assert_false(pml_table_waits(&table));
    assert_true(pml_table_bytes(&table) < with_old_slots);
    free_many(&table, series);
}

static void slots_that_were_replaced_before_reader_came_are_freed_beside_it(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    static pml_series *series[MANY];
    uint32_t first = pml_readers_enter();
    add_many(&table, series);
    size_t with_old_slots = pml_table_bytes(&table);
    pml_grace_advance(); /* sends readers to the other phase */
    uint32_t second = pml_readers_enter();
    pml_readers_leave(first);
    pml_grace_advance();
    pml_table_reclaim(&table);
    assert_true(pml_table_bytes(&table) < with_old_slots);
    pml_readers_leave(second);
    free_many(&table, series);
}

static void table_freed_with_old_slots_waiting_leaves_nothing(void **state)
{
    (void)state;
    pml_table table = {.count = 0};
    static pml_series *series[MANY];
    uint32_t phase = pml_readers_enter();
    add_many(&table, series);
    assert_true(pml_table_waits(&table));
    pml_readers_leave(phase);
    free_many(&table, series);
    assert_false(pml_table_waits(&table));
    assert_int_equal(pml_table_bytes(&table), 0);
}

/* ---- beside a model -------------------------------------------------------------------------- */

/* Few hashes, so that buckets become full and searches go from one to the next. */
static void any_order_of_adding_and_removing_finds_what_is_there(void **state)
{
    (void)state;
    enum { NUMBERS = 200, STEPS = 100000 };
    pml_table table = {.count = 0};
    static pml_series *series[NUMBERS];
    uint64_t random = stress_seed();
    size_t count = 0;
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned most = step / 10000 % 2 == 0 ? NUMBERS : 20; /* now many, now few */
        unsigned number = (unsigned)(stress_random(&random) % NUMBERS);
        uint32_t hash = number % 13 * hash_step;
        const char *name = name_of(number);
        assert_ptr_equal(find_with_hash(&table, hash, name), series[number]);
        if (series[number] != NULL) {
            remove_and_free(&table, series[number]);
            series[number] = NULL;
            count--;
        } else if (number < most) {
            series[number] = add_with_hash(&table, hash, name);
            count++;
        }
        assert_int_equal(table.count, count);
    }
    for (unsigned i = 0; i < NUMBERS; i++) {
        if (series[i] != NULL) {
            remove_and_free(&table, series[i]);
        }
    }
    pml_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removed_is_not_found_and_others_are),
        cmocka_unit_test(removed_and_added_again_is_another_series),
        cmocka_unit_test(test_defect_04_collision_removes_both),
        cmocka_unit_test(removal_from_full_bucket_leaves_way_to_those_behind_it),
        cmocka_unit_test(slot_in_full_bucket_is_taken_again),
        cmocka_unit_test(slot_in_bucket_that_is_not_full_is_free_again),
        cmocka_unit_test(series_at_address_of_removed_one_is_removed_from_its_own_slot),
        cmocka_unit_test(coming_and_going_takes_no_more_memory),
        cmocka_unit_test(table_of_few_after_many_is_small_again),
        cmocka_unit_test(growth_without_readers_keeps_no_old_slots),
        cmocka_unit_test(growth_beside_reader_keeps_old_slots_until_it_leaves),
        cmocka_unit_test(slots_that_were_replaced_before_reader_came_are_freed_beside_it),
        cmocka_unit_test(table_freed_with_old_slots_waiting_leaves_nothing),
        cmocka_unit_test(any_order_of_adding_and_removing_finds_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
