/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that histograms with native buckets survive every refused allocation: nothing is recorded
 * in vain, a resolution that can't be halved in time is halved later, and nothing is left over.
 */
#include "support/allocations.h"
#include "support/natives.h"
#include "support/spreading.h"

#include "record/native.h"

#include <math.h>

static promlet_histogram_family *declare_native(promlet_registry *registry)
{
    return promlet_histogram_family_new(registry, &(promlet_opts){.name = "h",
                                                                  .labels = {"a"},
                                                                  .max_series = 1,
                                                                  .cells = PROMLET_CELLS_PER_CPU,
                                                                  .native_factor = 1.1,
                                                                  .native_max_buckets = 8});
}

static void observe_octaves(promlet_histogram *histogram, int count)
{
    for (int i = 0; i < count * 8; i++) {
        promlet_histogram_observe(histogram, exp2((i + 0.5) / 8));
    }
}

static void expect_totals(promlet_registry *registry, size_t at, uint64_t expected)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    native_view view = view_of(snapshot, "h", at);
    assert_null(native_fault(&view));
    assert_int_equal(native_count(view.native), expected);
    assert_true(native_used(view.native) <= 8);
    close_view(&view);
}

/* Declaring, making a series and the overflow series, with their cells. */
static void declaration_and_series_survive(void **state)
{
    (void)state;
    make_what_lasts();
    long alive = atomic_load(&allocations_alive);
    bool is_through = false;
    for (long n = 1; !is_through && n < MOST_FAULT_POINTS; n++) {
        promlet_registry *registry = new_registry();
        allocations_refuse(n, false);
        promlet_histogram_family *family = declare_native(registry);
        promlet_histogram *own = promlet_histogram_with(family, "a");
        promlet_histogram *overflow = promlet_histogram_with(family, "b");
        is_through = atomic_load(&allocations_asked) < n;
        allocations_refuse(0, false);
        observe_octaves(own, 1);
        observe_octaves(overflow, 2);
        if (promlet_registry_status(registry, NULL) == PROMLET_OK) {
            expect_totals(registry, 0, 8);
            expect_totals(registry, 1, 16);
        }
        promlet_registry_free(registry);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    assert_true(is_through);
}

/* A scrape that halves the resolution asks for a table, for its cells, and for spans. */
static void scrapes_that_halve_survive(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family = declare_native(registry);
    promlet_histogram *histogram = promlet_histogram_with(family, "a");
    pml_native_cell *cell = pml_native_of(histogram);
    uint64_t recorded = 0;
    int failed = 0;
    bool is_through = false;
    for (long n = 1; !is_through && n < MOST_FAULT_POINTS; n++) {
        observe_octaves(histogram, 2);
        recorded += 16;
        allocations_refuse(n, false);
        failed += !is_scraped(registry);
        is_through = atomic_load(&allocations_asked) < n;
        allocations_refuse(0, false);
    }
    assert_true(is_through && failed > 3);
    expect_totals(registry, 0, recorded);
    assert_int_equal(cell->table_count, 2);
    promlet_registry_free(registry);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void merges_survive(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    observe_octaves(promlet_histogram_with(declare_native(registry), "a"), 1);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_snapshot *parts[] = {snapshot, snapshot};
    promlet_snapshot *merged = NULL;
    for (long n = 1; merged == NULL && n < MOST_FAULT_POINTS; n++) {
        allocations_refuse(n, false);
        merged = promlet_snapshot_merge(parts, 2);
        allocations_refuse(0, false);
    }
    native_view view = view_of(merged, "h", 0);
    assert_int_equal(native_count(view.native), 8);
    promlet_snapshot_release(merged);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

/* The limit of a registry's memory holds for further tables as well. */
static void limit_of_memory_keeps_tables_few(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(
            registry, &(promlet_registry_opts){.max_memory_bytes = 1, .no_lint = true}),
        PROMLET_OK);
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "h", .native_factor = 1.1, .native_max_buckets = 8});
    for (int i = 1; i <= 16; i *= 2) {
        observe_octaves(histogram, i);
        expect_totals(registry, 0, (uint64_t)(2 * i - 1) * 8);
    }
    assert_int_equal(pml_native_of(histogram)->table_count, 1);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declaration_and_series_survive),
        cmocka_unit_test(scrapes_that_halve_survive),
        cmocka_unit_test(merges_survive),
        cmocka_unit_test(limit_of_memory_keeps_tables_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
