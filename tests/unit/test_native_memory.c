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

/* ---- resets ---------------------------------------------------------------------------------- */

#define LIVES 3 /* histograms, and what is read and made before, between and behind them */

/* What the snapshots have shown of one histogram. */
struct shown {
    uint64_t ended; /* of lives that have ended */
    uint64_t last;  /* of the one that goes on */
    int resets;
};

static double ask(void *ctx)
{
    (void)ctx;
    return 1;
}

static promlet_histogram *resettable(promlet_registry *registry, const char *name)
{
    return promlet_histogram_new(registry, &(promlet_opts){.name = name,
                                                           PROMLET_BOUNDS(2),
                                                           .native_factor = 1.1,
                                                           .native_max_buckets = 8,
                                                           .native_min_reset_seconds = 1});
}

/* Something more is recorded for each snapshot, so one that shows no more is of another life. */
static void note_life(struct shown *shown, uint64_t count)
{
    if (count <= shown->last) {
        shown->ended += shown->last;
        shown->resets++;
    }
    shown->last = count;
}

static void note_lives(const promlet_snapshot *snapshot, struct shown *shown)
{
    size_t found = 0;
    for (size_t i = 0; i < snapshot->family_count; i++) {
        const pml_snapshot_family *family = &snapshot->families[i];
        if (family->natives != NULL) {
            native_view view = {
                .family = family,
                .native = &family->natives[0],
                .counts = family->series[0].as.histogram.counts,
            };
            assert_null(native_fault(&view));
            note_life(&shown[found++], native_count(view.native));
        }
    }
    assert_int_equal(found, LIVES);
}

/* Each snapshot is due to reset all histograms, and fails at another place, or none. */
static void check_resets(const promlet_filter *filter, bool on)
{
    long alive = atomic_load(&allocations_alive);
    pml_clock_stop_at(0);
    promlet_registry *registry = new_registry();
    promlet_histogram *histograms[LIVES] = {resettable(registry, "b"), resettable(registry, "d"),
                                            resettable(registry, "f")};
    promlet_counter_new(registry, &(promlet_opts){.name = "g"});
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "c"}, ask, NULL);
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "e"}, ask, NULL);
    struct shown shown[LIVES] = {{0}};
    uint64_t recorded = 0;
    int failed = 0;
    bool is_through = false;
    for (long n = 1; n < MOST_FAULT_POINTS && !(is_through && shown[0].last == 0); n++) {
        for (size_t i = 0; i < LIVES && !is_through; i++) {
            observe_octaves(histograms[i], 2);
        }
        recorded += is_through ? 0 : 16;
        assert_true(pml_clock_advance(UINT64_C(1000000000)));
        allocations_refuse(n, on);
        promlet_snapshot *snapshot = filter != NULL
                                         ? promlet_snapshot_take_filtered(registry, filter)
                                         : promlet_snapshot_take(registry);
        is_through |= atomic_load(&allocations_asked) < n;
        allocations_refuse(0, false);
        failed += snapshot == NULL;
        if (snapshot != NULL) {
            note_lives(snapshot, shown);
            promlet_snapshot_release(snapshot);
        }
    }
    assert_true(is_through && failed > 3);
    for (size_t i = 0; i < LIVES; i++) {
        assert_true(shown[i].resets > 0);
        assert_int_equal(shown[i].ended + shown[i].last, recorded);
    }
    promlet_registry_free(registry);
    pml_clock_run();
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void resets_wait_for_a_snapshot_that_is_whole(void **state)
{
    (void)state;
    check_resets(NULL, false);
    check_resets(NULL, true);
}

static void resets_of_filtered_snapshots_wait_too(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "c", "d", "e", "f"};
    check_resets(&(promlet_filter){.names = names, .name_count = 5}, false);
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
        cmocka_unit_test(resets_wait_for_a_snapshot_that_is_whole),
        cmocka_unit_test(resets_of_filtered_snapshots_wait_too),
        cmocka_unit_test(merges_survive),
        cmocka_unit_test(limit_of_memory_keeps_tables_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
