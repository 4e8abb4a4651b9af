/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of what happens to histograms with native buckets: reset for their limit, removal and
 * revival, per-CPU cells, memory that is counted, merging, reading back.
 */
#include "support/natives.h"
#include "support/recording_path.h"
#include "support/spreading.h"

#include "record/native.h"

#include <math.h>

static promlet_histogram *resettable(promlet_registry *registry, double seconds,
                                     promlet_cells cells)
{
    return promlet_histogram_new(registry, &(promlet_opts){.name = "h",
                                                           .cells = cells,
                                                           .native_factor = 1.1,
                                                           .native_max_buckets = 8,
                                                           .native_min_reset_seconds = seconds});
}

/* One value in each of so many neighbouring buckets of schema 3, from a power of 2 on. */
static void observe_buckets(promlet_histogram *histogram, int begin, int count)
{
    for (int i = 0; i < count; i++) {
        promlet_histogram_observe(histogram, exp2(begin + (i + 0.5) / 8));
    }
}

static void expect_view(promlet_registry *registry, int schema, uint64_t count)
{
    native_view view = view_histogram(registry, "h");
    assert_int_equal(view.native->schema, schema);
    assert_int_equal(native_count(view.native), count);
    close_view(&view);
}

/* ---- reset ----------------------------------------------------------------------------------- */

static void without_reset_the_resolution_stays_halved(void **state)
{
    (void)state;
    pml_clock_stop_at(0);
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = resettable(registry, 0, PROMLET_CELLS_SHARED);
    observe_buckets(histogram, 0, 16);
    expect_view(registry, 2, 16);
    assert_true(pml_clock_advance(UINT64_C(1) << 60));
    expect_view(registry, 2, 16);
    pml_clock_run();
    promlet_registry_free(registry);
}

/* Every scrape shows all that came since the one before, so that nothing is lost by a reset. */
static void check_reset(promlet_cells cells)
{
    pml_clock_stop_at(0);
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = resettable(registry, 60, cells);
    observe_buckets(histogram, 0, 8);
    assert_true(pml_clock_advance(UINT64_C(59000000000)));
    expect_view(registry, 3, 8); /* no need */
    observe_buckets(histogram, 1, 8);
    expect_view(registry, 2, 16); /* too early */
    assert_true(pml_clock_advance(UINT64_C(1000000000)));
    observe_buckets(histogram, 0, 3);
    expect_view(registry, 2, 19); /* shows all, and starts again */
    expect_view(registry, 3, 0);
    assert_true(promlet_histogram_sum(histogram) == 0);
    observe_buckets(histogram, 0, 5);
    expect_view(registry, 3, 5);
    native_view view = view_histogram(registry, "h");
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        sum += exp2((i + 0.5) / 8);
    }
    assert_true(fabs(view.sum - sum) < 1e-12);
    close_view(&view);
    assert_true(pml_clock_advance(UINT64_C(60000000000)));
    expect_view(registry, 3, 5); /* there is no need of a reset by time alone */
    observe_buckets(histogram, 5, 8);
    expect_view(registry, 2, 13); /* late enough for one at once */
    expect_view(registry, 3, 0);
    pml_clock_run();
    promlet_registry_free(registry);
}

static void reset_restores_resolution_and_loses_nothing(void **state)
{
    (void)state;
    check_reset(PROMLET_CELLS_SHARED);
    check_reset(PROMLET_CELLS_PER_CPU);
}

/* A filtered snapshot shows what a reset takes, as every snapshot does. */
static void filtered_snapshots_reset_what_they_show(void **state)
{
    (void)state;
    pml_clock_stop_at(0);
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = resettable(registry, 60, PROMLET_CELLS_SHARED);
    promlet_gauge_new(registry, &(promlet_opts){.name = "other"});
    observe_buckets(histogram, 0, 16);
    assert_true(pml_clock_advance(UINT64_C(60000000000)));
    const char *const names[] = {"other", "h"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(promlet_histogram_count(histogram), 16);
        promlet_filter filter = {.names = &names[i], .name_count = 1};
        promlet_snapshot *snapshot = promlet_snapshot_take_filtered(registry, &filter);
        native_view view = view_of(snapshot, "h", 0);
        assert_int_equal(view.native != NULL ? native_count(view.native) : 0, i == 0 ? 0 : 16);
        promlet_snapshot_release(snapshot);
    }
    expect_view(registry, 3, 0);
    pml_clock_run();
    promlet_registry_free(registry);
}

/* Each life has other buckets, so the slots of its table are used up again and again. */
static void many_resets_take_no_more_memory_than_they_may(void **state)
{
    (void)state;
    pml_clock_stop_at(0);
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = resettable(registry, 1, PROMLET_CELLS_SHARED);
    uint64_t shown = 0;
    for (int life = 0; life < 200; life++) {
        observe_buckets(histogram, life * 5 - 500, 9);
        native_view view = view_histogram(registry, "h");
        shown += native_count(view.native);
        close_view(&view);
        assert_true(pml_clock_advance(UINT64_C(1000000000)));
    }
    native_view view = view_histogram(registry, "h");
    shown += native_count(view.native);
    close_view(&view);
    assert_true(shown >= 200 * 9);
    assert_true(pml_native_of(histogram)->table_count <= PML_NATIVE_TABLES);
    pml_clock_run();
    promlet_registry_free(registry);
}

/* Each life begins with full resolution and has too many buckets, the same ones. */
static void resets_return_to_the_tables_that_are_there(void **state)
{
    (void)state;
    pml_clock_stop_at(0);
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = resettable(registry, 60, PROMLET_CELLS_PER_CPU);
    for (int life = 0; life < 50; life++) {
        observe_buckets(histogram, 0, 12);
        expect_view(registry, 2, 12); /* too early for a reset */
        observe_buckets(histogram, 0, 12);
        assert_true(pml_clock_advance(UINT64_C(60000000000)));
        expect_view(registry, 2, 24);
        expect_view(registry, 3, 0);
    }
    assert_int_equal(pml_native_of(histogram)->table_count, 2);
    pml_clock_run();
    promlet_registry_free(registry);
}

/* ---- removal and revival --------------------------------------------------------------------- */

static void removed_series_starts_again_at_zero_with_full_resolution(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "h",
                                                               .labels = {"a"},
                                                               .cells = PROMLET_CELLS_PER_CPU,
                                                               .native_factor = 1.1,
                                                               .native_max_buckets = 8});
    promlet_histogram *histogram = promlet_histogram_with(family, "x");
    observe_buckets(histogram, 0, 40);
    expect_view(registry, 0, 40);
    observe_buckets(histogram, 0, 40);
    assert_int_equal(promlet_family_remove(family, "x"), PROMLET_OK);
    observe_buckets(histogram, 0, 1); /* of no use */
    assert_ptr_equal(promlet_histogram_with(family, "x"), histogram);
    expect_view(registry, 3, 0);
    assert_true(promlet_histogram_sum(histogram) == 0);
    observe_buckets(histogram, 0, 4);
    expect_view(registry, 3, 4);
    promlet_registry_free(registry);
}

static void memory_is_counted_and_given_back(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "h",
                                                               .labels = {"a"},
                                                               .cells = PROMLET_CELLS_PER_CPU,
                                                               .native_factor = 1.1,
                                                               .native_max_buckets = 8});
    promlet_histogram *histogram = promlet_histogram_with(family, "x");
    size_t one = registry->series_bytes;
    assert_true(one > pml_native_cell_bytes(&((pml_family *)family)->definition->settings));
    observe_buckets(histogram, 0, 40);
    expect_view(registry, 0, 40);
    assert_int_equal(pml_native_of(histogram)->table_count, 2);
    assert_true(registry->series_bytes > one);
    size_t words = pml_native_word_count(&((pml_family *)family)->definition->settings);
    assert_int_equal(promlet_registry_cell_bytes(registry), 2 * pml_spread_bytes(words));
    promlet_histogram_release(histogram);
    assert_int_equal(promlet_family_clear(family), PROMLET_OK);
    for (int i = 0; i < 6; i++) {
        scrape(registry);
    }
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    assert_int_equal(registry->series_bytes, 0);
    promlet_registry_free(registry);
}

static void series_above_rate_is_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "h", .native_factor = 1.1});
    scrape(registry);
    pml_native_table *table = pml_native_of(histogram)->current;
    for (int tries = 0; table->spread == NULL && tries < MOST_TRIES; tries++) {
        observe_ones(histogram, 200000);
        look_after(registry, 1);
    }
    assert_non_null(table->spread);
    uint64_t before = promlet_histogram_count(histogram);
    observe_ones(histogram, 1000);
    expect_view(registry, 3, before + 1000);
    promlet_registry_free(registry);
}

/* ---- merging --------------------------------------------------------------------------------- */

static void merged_snapshots_keep_native_buckets(void **state)
{
    (void)state;
    promlet_registry *registries[3];
    promlet_snapshot *parts[3];
    for (int i = 0; i < 3; i++) {
        registries[i] = new_registry();
        char label[] = {(char)('a' + i), '\0'};
        promlet_histogram_family *family = promlet_histogram_family_new(
            registries[i],
            &(promlet_opts){.name = "h", .labels = {"a"}, .native_factor = i == 1 ? 0 : 1.1});
        observe_buckets(promlet_histogram_with(family, label), 0, 3 + i);
        parts[i] = promlet_snapshot_take(registries[i]);
    }
    promlet_snapshot *merged = promlet_snapshot_merge(parts, 3);
    promlet_snapshot *alone = promlet_snapshot_merge(parts, 1);
    assert_non_null(merged);
    for (int i = 0; i < 3; i++) {
        promlet_snapshot_release(parts[i]);
        promlet_registry_free(registries[i]);
        native_view view = view_of(merged, "h", (size_t)i);
        assert_true((view.native->zero_threshold > 0) == (i != 1));
        assert_int_equal(native_count(view.native), i == 1 ? 0 : 3 + i);
        assert_int_equal(classic_count(&view), 3 + i);
    }
    native_view view = view_of(alone, "h", 0);
    assert_int_equal(native_count(view.native), 3);
    promlet_snapshot_release(alone);
    promlet_snapshot_release(merged);
}

/* ---- reading back ---------------------------------------------------------------------------- */

static void expect_near(double value, double expected)
{
    if (fabs(value - expected) > 1e-12 * fabs(expected)) {
        fail_msg("%.17g, expected %.17g", value, expected);
    }
}

static promlet_histogram *native_only(promlet_registry *registry)
{
    return promlet_histogram_new(registry, &(promlet_opts){.name = "h",
                                                           .native_factor = 2,
                                                           .native_zero_threshold = 0.25,
                                                           .native_only = true});
}

static void quantiles_are_exponential_in_native_buckets(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = native_only(registry);
    assert_true(isnan(promlet_histogram_quantile(histogram, 0.5)));
    for (int i = 0; i < 4; i++) {
        promlet_histogram_observe(histogram, 3);  /* 2 to 4 */
        promlet_histogram_observe(histogram, 12); /* 8 to 16 */
    }
    expect_near(promlet_histogram_quantile(histogram, 0), 2);
    expect_near(promlet_histogram_quantile(histogram, 0.25), exp2(1.5));
    expect_near(promlet_histogram_quantile(histogram, 0.5), 4);
    expect_near(promlet_histogram_quantile(histogram, 0.75), exp2(3.5));
    expect_near(promlet_histogram_quantile(histogram, 1), 16);
    for (int i = 0; i < 8; i++) {
        promlet_histogram_observe(histogram, 0);
    }
    expect_near(promlet_histogram_quantile(histogram, 0.25), 0.125); /* 0 to 0.25 */
    for (int i = 0; i < 16; i++) {
        promlet_histogram_observe(histogram, -3);
    }
    expect_near(promlet_histogram_quantile(histogram, 0.25), -exp2(1.5));
    expect_near(promlet_histogram_quantile(histogram, 0), -4);
    assert_true(promlet_histogram_quantile(histogram, 0.625) == 0); /* -0.25 to 0.25 */
    assert_true(isnan(promlet_histogram_quantile(histogram, NAN)));
    assert_true(promlet_histogram_quantile(histogram, 1.5) == INFINITY);
    assert_true(promlet_histogram_quantile(histogram, -1) == -INFINITY);
    assert_int_equal(promlet_histogram_count(histogram), 32);
    expect_near(promlet_histogram_sum(histogram), 12);
    promlet_registry_free(registry);
}

static void quantile_of_extreme_values_is_finite(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = native_only(registry);
    promlet_histogram_observe(histogram, DBL_MAX);
    promlet_histogram_observe(histogram, -DBL_MAX);
    assert_true(promlet_histogram_quantile(histogram, 1) == DBL_MAX);
    assert_true(promlet_histogram_quantile(histogram, 0) == -DBL_MAX);
    promlet_registry_free(registry);
}

/* As without native buckets: values are spread evenly in classic ones. */
static void quantiles_beside_classic_buckets_are_theirs(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "h", PROMLET_BOUNDS(1, 2, 4), .native_factor = 1.1});
    for (int i = 0; i < 10; i++) {
        promlet_histogram_observe(histogram, 3);
    }
    expect_near(promlet_histogram_quantile(histogram, 0.5), 3);
    expect_near(promlet_histogram_quantile(histogram, 0.25), 2.5);
    promlet_registry_free(registry);
}

int main(void)
{
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(without_reset_the_resolution_stays_halved),
        cmocka_unit_test(reset_restores_resolution_and_loses_nothing),
        cmocka_unit_test(filtered_snapshots_reset_what_they_show),
        cmocka_unit_test(many_resets_take_no_more_memory_than_they_may),
        cmocka_unit_test(resets_return_to_the_tables_that_are_there),
        cmocka_unit_test(removed_series_starts_again_at_zero_with_full_resolution),
        cmocka_unit_test(memory_is_counted_and_given_back),
        cmocka_unit_test(series_above_rate_is_given_cells),
        cmocka_unit_test(merged_snapshots_keep_native_buckets),
        cmocka_unit_test(quantiles_are_exponential_in_native_buckets),
        cmocka_unit_test(quantile_of_extreme_values_is_finite),
        cmocka_unit_test(quantiles_beside_classic_buckets_are_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
