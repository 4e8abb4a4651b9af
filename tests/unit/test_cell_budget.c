/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the budget of bytes for per-CPU cells: what it has left is given out, to the last byte,
 * and that it is used up is said once. That of the default registry, by which file-scope metrics
 * live, is in test_spreading_static.c.
 */
#include "support/heard_log.h"
#include "support/recording_path.h"
#include "support/spreading.h"

static void budget_of_nothing_gives_no_cells_and_warns_of_nothing(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = new_registry();
    promlet_registry_set_cell_budget(registry, 0);
    promlet_counter *wanted = declare(registry, "wanted_total", PROMLET_CELLS_PER_CPU);
    promlet_counter *hot = declare(registry, "hot_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    promlet_counter_add_u64(hot, HOT);
    promlet_counter_add_u64(wanted, HOT);
    look_after(registry, 1);
    assert_null(wanted->spread);
    assert_null(hot->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    assert_value(registry, "wanted_total", HOT);
    assert_value(registry, "hot_total", HOT);
    assert_int_equal(heard.count, 0);
    stop_to_hear();
    promlet_registry_free(registry);
}

static void assert_warned(const struct heard_log *heard, int count, size_t budget)
{
    char expected[256];
    (void)snprintf(expected, sizeof expected,
                   "the budget of %zu bytes for per-CPU cells is used up; further series stay with "
                   "one cell, see promlet_registry_set_cell_budget()",
                   budget);
    assert_int_equal(heard->count, count);
    assert_string_equal(heard->last, expected);
}

static void budget_that_is_exactly_enough_is_used_to_the_end(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = new_registry();
    size_t budget = 2 * counter_bytes();
    promlet_registry_set_cell_budget(registry, budget);
    assert_non_null(declare(registry, "a_total", PROMLET_CELLS_PER_CPU)->spread);
    assert_non_null(declare(registry, "b_total", PROMLET_CELLS_PER_CPU)->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), budget);
    scrape(registry);
    assert_int_equal(heard.count, 0);
    promlet_counter *late = declare(registry, "c_total", PROMLET_CELLS_PER_CPU);
    assert_null(late->spread);
    promlet_counter_add_u64(late, 3);
    for (int i = 0; i < 3; i++) {
        assert_null(declare(registry, "d_total", PROMLET_CELLS_PER_CPU)->spread);
        assert_value(registry, "c_total", 3);
        assert_warned(&heard, 1, budget);
    }
    stop_to_hear();
    promlet_registry_free(registry);
}

static void budget_that_lacks_one_byte_is_too_small(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_set_cell_budget(registry, counter_bytes() - 1);
    assert_null(declare(registry, "a_total", PROMLET_CELLS_PER_CPU)->spread);
    promlet_registry_set_cell_budget(registry, counter_bytes());
    assert_non_null(declare(registry, "b_total", PROMLET_CELLS_PER_CPU)->spread);
    /* Below what was given: that stays. */
    promlet_registry_set_cell_budget(registry, 1);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    assert_null(declare(registry, "c_total", PROMLET_CELLS_PER_CPU)->spread);
    promlet_registry_set_cell_budget(registry, SIZE_MAX);
    assert_non_null(declare(registry, "d_total", PROMLET_CELLS_PER_CPU)->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 2 * counter_bytes());
    promlet_registry_free(registry);
}

static void budget_too_small_for_hot_series_warns_once_until_it_is_set_anew(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = new_registry();
    size_t budget = counter_bytes();
    promlet_registry_set_cell_budget(registry, budget);
    promlet_counter *a = declare(registry, "a_total", PROMLET_CELLS_AUTO);
    promlet_counter *b = declare(registry, "b_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    for (int i = 0; i < 3; i++) {
        promlet_counter_add_u64(a, HOT);
        promlet_counter_add_u64(b, HOT);
        look_after(registry, 1);
        assert_non_null(a->spread);
        assert_null(b->spread);
        assert_warned(&heard, 1, budget);
    }
    promlet_registry_set_cell_budget(registry, budget + 1);
    promlet_counter_add_u64(b, HOT);
    look_after(registry, 1);
    assert_warned(&heard, 2, budget + 1);
    promlet_registry_set_cell_budget(registry, 2 * budget);
    promlet_counter_add_u64(b, HOT);
    look_after(registry, 1);
    assert_non_null(b->spread);
    assert_int_equal(heard.count, 2);
    assert_value(registry, "a_total", (uint64_t)3 * HOT);
    assert_value(registry, "b_total", (uint64_t)5 * HOT);
    stop_to_hear();
    promlet_registry_free(registry);
}

/* One for which the budget had nothing left is given its cells as any other one, once there is. */
static void series_declared_per_cpu_without_cells_is_given_them_by_rate(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_set_cell_budget(registry, 0);
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_PER_CPU);
    scrape(registry);
    assert_null(counter->spread);
    promlet_registry_set_cell_budget(registry, PROMLET_DEFAULT_CELL_BUDGET);
    promlet_counter_add_u64(counter, HOT);
    look_after(registry, 1);
    assert_non_null(counter->spread);
    promlet_counter_inc(counter);
    assert_value(registry, "jobs_total", HOT + 1);
    promlet_registry_free(registry);
}

int main(void)
{
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(budget_of_nothing_gives_no_cells_and_warns_of_nothing),
        cmocka_unit_test(budget_that_is_exactly_enough_is_used_to_the_end),
        cmocka_unit_test(budget_that_lacks_one_byte_is_too_small),
        cmocka_unit_test(budget_too_small_for_hot_series_warns_once_until_it_is_set_anew),
        cmocka_unit_test(series_declared_per_cpu_without_cells_is_given_them_by_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
