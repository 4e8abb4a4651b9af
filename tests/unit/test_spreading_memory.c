/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that series stay with one cell, and lose nothing, when there is no memory for more, and
 * that the cells they were given go with their registry.
 */
#include "support/allocations.h"
#include "support/recording_path.h"
#include "support/spreading.h"

/* Each request of the scrape that would give the cells is refused, one after the other. The one for
   the cells themselves costs nothing but the cells: the scrape succeeds. */
static void series_above_rate_without_memory_stays_as_it_is(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    uint64_t recorded = 0;
    int survived = 0;
    for (long n = 1; counter->spread == NULL && n < MOST_FAULT_POINTS; n++) {
        promlet_counter_add_u64(counter, HOT);
        recorded += HOT;
        registry->judged_ns = pml_clock_monotonic_ns() - 1000000000;
        allocations_refuse(n, false);
        bool is_complete = is_scraped(registry);
        allocations_refuse(0, false);
        survived += is_complete && counter->spread == NULL;
        assert_int_equal(promlet_registry_cell_bytes(registry),
                         counter->spread != NULL ? counter_bytes() : 0);
        promlet_counter_inc(counter);
        recorded++;
        assert_value(registry, "jobs_total", recorded);
    }
    assert_non_null(counter->spread);
    assert_int_equal(survived, 1);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void series_declared_per_cpu_without_memory_has_one_cell(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    int survived = 0;
    bool is_through = false;
    for (long n = 1; !is_through && n < MOST_FAULT_POINTS; n++) {
        promlet_registry *registry = new_registry();
        promlet_counter_family *family =
            promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                                 .labels = {"queue"},
                                                                 .max_series = 1,
                                                                 .cells = PROMLET_CELLS_PER_CPU});
        allocations_refuse(n, false);
        promlet_counter *own = promlet_counter_with(family, "a");
        promlet_counter *overflow = promlet_counter_with(family, "b");
        allocations_refuse(0, false);
        promlet_counter_add_u64(own, 2);
        promlet_counter_add_u64(overflow, 3);
        size_t cells = (size_t)(own->spread != NULL) + (overflow->spread != NULL);
        assert_int_equal(promlet_registry_cell_bytes(registry), cells * counter_bytes());
        if (promlet_registry_status(registry, NULL) == PROMLET_OK) {
            survived += cells == 1;
            is_through = cells == 2;
            assert_value(registry, "jobs_total{queue=\"a\"}", 2);
            assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", 3);
        }
        promlet_registry_free(registry);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    assert_true(is_through);
    assert_int_equal(survived, 2); /* those cells, and the other ones */
}

/* A refused family's series and those of every sort go with the registry, cells and all. */
static void registry_that_is_freed_leaves_no_cells_behind(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    promlet_counter *hot = declare(registry, "hot_total", PROMLET_CELLS_AUTO);
    (void)declare(registry, "wanted_total", PROMLET_CELLS_PER_CPU);
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry,
        &(promlet_opts){
            .name = "h", .labels = {"key"}, .max_series = 1, .cells = PROMLET_CELLS_PER_CPU});
    promlet_histogram_observe(promlet_histogram_with(family, "a"), 1);
    scrape(registry);
    promlet_counter_add_u64(hot, HOT);
    look_after(registry, 1);
    assert_non_null(hot->spread);
    promlet_histogram_observe(promlet_histogram_with(family, "beyond"), 1);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_registry_free(registry); /* the snapshot holds it, and must not need the cells */
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_true((uint64_t)strict_value(text, "hot_total") == HOT);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

int main(void)
{
    choose_recording_path();
    make_what_lasts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(series_above_rate_without_memory_stays_as_it_is),
        cmocka_unit_test(series_declared_per_cpu_without_memory_has_one_cell),
        cmocka_unit_test(registry_that_is_freed_leaves_no_cells_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
