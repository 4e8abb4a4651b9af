/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of releasing handles, removing series, and reviving them. */
#include "support/heard_log.h"
#include "support/lifetime.h"

#include "registry/spreading.h"
#include "series/readers.h"
#include "series/spread.h"

PROMLET_STATIC_COUNTER(static_counter, "static_jobs_total", "Jobs.");

static uint32_t pins_of(const promlet_counter *counter)
{
    pml_series *series = counter->series;
    return pml_load_relaxed(&series->state) & PML_SERIES_PINS;
}

/* ---- releasing ------------------------------------------------------------------------------- */

static void test_fault_F23_handle_pins_its_series_until_it_is_released(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter *counter = promlet_counter_with(family, "a");
    assert_int_equal(pins_of(counter), 1);
    assert_ptr_equal(promlet_counter_with(family, "a"), counter);
    assert_int_equal(pins_of(counter), 2);
    promlet_counter_inc_by(family, "a");
    assert_int_equal(pins_of(counter), 2);
    promlet_counter_release(counter);
    assert_int_equal(pins_of(counter), 1);
    promlet_counter_release(counter);
    assert_int_equal(pins_of(counter), 0);
    assert_value(registry, "jobs_total{key=\"a\"}", 1);
    promlet_counter *whole = promlet_counter_new(registry, &(promlet_opts){.name = "n_total"});
    assert_int_equal(pins_of(whole), 1);
    promlet_registry_free(registry);
}

static void series_made_by_values_is_not_pinned(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter_inc_by(family, "a");
    promlet_counter *counter = promlet_counter_with(family, "a");
    assert_int_equal(pins_of(counter), 1);
    promlet_registry_free(registry);
}

static void release_without_pin_changes_nothing_and_is_reported(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = promlet_counter_with(keyed_counters(registry), "a\"");
    promlet_counter_release(counter);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_release(counter);
    stop_to_hear();
    assert_int_equal(pins_of(counter), 0);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "jobs_total: a handle was released more often than it was given out: "
                        "{key=\"a\\\"\"}");
    assert_string_equal(promlet_last_error(), heard.last);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void release_without_pin_of_a_metric_without_labels_names_it(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "depth"});
    promlet_gauge_release(gauge);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_release(gauge);
    stop_to_hear();
    assert_string_equal(heard.last,
                        "depth: a handle was released more often than it was given out");
    assert_string_equal(promlet_last_error(), heard.last);
    promlet_registry_free(registry);
}

static void release_of_what_has_no_series_is_ignored(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_release(NULL);
    promlet_gauge_release(NULL);
    promlet_histogram_release(NULL);
    promlet_counter_release(static_counter);
    assert_int_equal(heard.count, 0);
    promlet_opts wrong = {.name = "1"};
    promlet_counter_release(promlet_counter_new(registry, &wrong));
    promlet_gauge_release(promlet_gauge_new(registry, &wrong));
    promlet_histogram_release(promlet_histogram_new(registry, &wrong));
    assert_int_equal(heard.count, 3); /* of the names */
    stop_to_hear();
    promlet_registry_free(registry);
}

static void handles_of_each_kind_are_released(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *gauges =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "g", .labels = {"key"}});
    promlet_histogram_family *histograms =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "h", .labels = {"key"}});
    promlet_gauge *gauge = promlet_gauge_with(gauges, "a");
    promlet_histogram *histogram = promlet_histogram_with(histograms, "a");
    promlet_gauge_release(gauge);
    promlet_histogram_release(histogram);
    assert_int_equal(promlet_family_clear(gauges), PROMLET_OK);
    assert_int_equal(promlet_family_clear(histograms), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(family_of(gauges)->hidden_count, 0);
    assert_int_equal(family_of(histograms)->hidden_count, 0);
    promlet_registry_free(registry);
}

static void pins_at_their_maximum_stay_there(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter *counter = promlet_counter_with(family, "a");
    pml_series *series = counter->series;
    pml_store_relaxed(&series->state, PML_SERIES_PINS - 1);
    (void)promlet_counter_with(family, "a");
    assert_int_equal(pins_of(counter), PML_SERIES_PINS);
    (void)promlet_counter_with(family, "a");
    assert_int_equal(pml_load_relaxed(&series->state), PML_SERIES_PINS);
    promlet_counter_release(counter);
    assert_int_equal(pml_load_relaxed(&series->state), PML_SERIES_PINS);
    assert_value(registry, "jobs_total{key=\"a\"}", 0);
    promlet_registry_free(registry);
}

/* ---- removing and reviving ------------------------------------------------------------------- */

static void test_fault_F23_series_removed_is_not_shown_and_revived_at_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter *a = promlet_counter_with(family, "a");
    promlet_counter *b = promlet_counter_with(family, "b");
    promlet_counter_add_u64(a, 5);
    promlet_counter_add(a, 0.5);
    promlet_counter_add_u64(b, 6);
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
    promlet_counter_add_u64(a, 7); /* late, and harmless */
    expect_metrics(registry, "lifetime_removed", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{key=\"b\"} 6\n"
                   "# EOF\n");
    assert_ptr_equal(promlet_counter_with(family, "a"), a);
    assert_value(registry, "jobs_total{key=\"a\"}", 0);
    promlet_counter_inc(a);
    assert_value(registry, "jobs_total{key=\"a\"}", 1);
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
    scrape_until_free(registry); /* held, so it stays */
    promlet_counter_inc_by(family, "a");
    assert_value(registry, "jobs_total{key=\"a\"}", 1);
    promlet_counter_inc(a);
    expect_metrics(registry, "lifetime_revived", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{key=\"a\"} 2\n"
                   "jobs_total{key=\"b\"} 6\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void series_of_each_kind_is_revived_at_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *gauges = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g", .help = "G.", .labels = {"key"}});
    promlet_histogram_family *histograms = promlet_histogram_family_new(
        registry,
        &(promlet_opts){.name = "h", .help = "H.", .labels = {"key"}, PROMLET_BOUNDS(1, 2)});
    promlet_gauge *gauge = promlet_gauge_with(gauges, "a");
    promlet_histogram *histogram = promlet_histogram_with(histograms, "a");
    promlet_gauge_set(gauge, -3);
    promlet_histogram_observe(histogram, 1.5);
    promlet_histogram_observe(histogram, 7);
    assert_int_equal(promlet_family_remove(gauges, "a"), PROMLET_OK);
    assert_int_equal(promlet_family_remove(histograms, "a"), PROMLET_OK);
    expect_metrics(registry, "lifetime_kinds_removed", NULL,
                   "# HELP g G.\n# TYPE g gauge\n# HELP h H.\n# TYPE h histogram\n# EOF\n");
    promlet_gauge_add_by(gauges, 2, "a");
    promlet_histogram_observe_by(histograms, 0.5, "a");
    expect_metrics(registry, "lifetime_kinds_revived", NULL,
                   "# HELP g G.\n"
                   "# TYPE g gauge\n"
                   "g{key=\"a\"} 2\n"
                   "# HELP h H.\n"
                   "# TYPE h histogram\n"
                   "h_bucket{key=\"a\",le=\"1.0\"} 1\n"
                   "h_bucket{key=\"a\",le=\"2.0\"} 1\n"
                   "h_bucket{key=\"a\",le=\"+Inf\"} 1\n"
                   "h_sum{key=\"a\"} 0.5\n"
                   "h_count{key=\"a\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* What CPUs' cells hold can't be taken back, so it is subtracted. */
static void series_with_per_cpu_cells_is_revived_at_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "c_total", .labels = {"key"}, .cells = PROMLET_CELLS_PER_CPU});
    promlet_histogram_family *histograms = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "h", .labels = {"key"}, .cells = PROMLET_CELLS_PER_CPU});
    promlet_counter *counter = promlet_counter_with(counters, "a");
    promlet_histogram *histogram = promlet_histogram_with(histograms, "a");
    assert_non_null(counter->spread);
    for (uint64_t round = 1; round <= 3; round++) {
        promlet_counter_add_u64(counter, 10 * round);
        promlet_counter_add(counter, 0.25);
        promlet_histogram_observe(histogram, (double)round);
        promlet_histogram_observe(histogram, 0.125);
        assert_int_equal(promlet_family_clear(counters), PROMLET_OK);
        assert_int_equal(promlet_family_clear(histograms), PROMLET_OK);
        assert_ptr_equal(promlet_counter_with(counters, "a"), counter);
        assert_ptr_equal(promlet_histogram_with(histograms, "a"), histogram);
        assert_value(registry, "c_total{key=\"a\"}", 0);
        assert_value(registry, "h_count{key=\"a\"}", 0);
        assert_value(registry, "h_sum{key=\"a\"}", 0);
        promlet_counter_add_u64(counter, round);
        promlet_histogram_observe(histogram, 4);
        assert_value(registry, "c_total{key=\"a\"}", round);
        assert_value(registry, "h_count{key=\"a\"}", 1);
        assert_value(registry, "h_sum{key=\"a\"}", 4);
    }
    promlet_registry_free(registry);
}

/* A rate is a difference, which must not wrap round. */
static void series_revived_is_not_taken_for_a_hot_one(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter *counter = promlet_counter_with(family, "a");
    for (int i = 0; i < 3; i++) {
        promlet_counter_add_u64(counter, 1000);
        registry->judged_ns -= UINT64_C(100000000000);
        scrape(registry);
        assert_int_equal(promlet_family_clear(family), PROMLET_OK);
        (void)promlet_counter_with(family, "a");
        promlet_counter_inc(counter);
    }
    assert_null(counter->spread);
    promlet_registry_free(registry);
}

static void series_nobody_holds_is_freed_after_removal(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter_inc_by(family, "a");
    scrape(registry);
    size_t memory = memory_of(registry);
    promlet_counter_inc_by(family, "b");
    scrape(registry);
    assert_true(memory_of(registry) > memory);
    assert_int_equal(promlet_family_remove(family, "b"), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(memory_of(registry), memory);
    promlet_counter *b = promlet_counter_with(family, "b");
    assert_int_equal(promlet_family_remove(family, "b"), PROMLET_OK);
    scrape_until_free(registry);
    assert_true(memory_of(registry) > memory); /* held */
    promlet_counter_inc(b);
    promlet_counter_release(b);
    scrape_until_free(registry);
    assert_int_equal(memory_of(registry), memory);
    assert_value(registry, "jobs_total{key=\"a\"}", 1);
    promlet_registry_free(registry);
}

/* Somebody has found it, and has not recorded yet. */
static void series_in_a_read_section_is_not_freed(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter_inc_by(family, "a");
    scrape(registry);
    size_t memory = memory_of(registry);
    uint32_t section = pml_readers_enter();
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(memory_of(registry), memory);
    pml_readers_leave(section);
    scrape_until_free(registry);
    assert_true(memory_of(registry) < memory);
    promlet_registry_free(registry);
}

/* A snapshot lends the labels. */
static void series_shown_by_a_snapshot_is_not_freed_before_it(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter_inc_by(family, "only in the old snapshot");
    promlet_snapshot *old = promlet_snapshot_take(registry);
    size_t memory = memory_of(registry);
    assert_int_equal(promlet_family_clear(family), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(memory_of(registry), memory);
    char *text = promlet_snapshot_string(old, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_true(strict_value(text, "jobs_total{key=\"only in the old snapshot\"}") == 1);
    promlet_free(text);
    promlet_snapshot_release(old);
    scrape_until_free(registry);
    assert_true(memory_of(registry) < memory);
    promlet_registry_free(registry);
}

static void per_cpu_cells_of_a_removed_series_go_back_to_the_budget(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "c_total", .labels = {"key"}, .cells = PROMLET_CELLS_PER_CPU});
    promlet_counter_inc_by(family, "a");
    assert_int_equal(promlet_registry_cell_bytes(registry),
                     pml_spread_bytes(PROMLET_COUNTER_WORDS));
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault_F23_handle_pins_its_series_until_it_is_released),
        cmocka_unit_test(series_made_by_values_is_not_pinned),
        cmocka_unit_test(release_without_pin_changes_nothing_and_is_reported),
        cmocka_unit_test(release_without_pin_of_a_metric_without_labels_names_it),
        cmocka_unit_test(release_of_what_has_no_series_is_ignored),
        cmocka_unit_test(handles_of_each_kind_are_released),
        cmocka_unit_test(pins_at_their_maximum_stay_there),
        cmocka_unit_test(test_fault_F23_series_removed_is_not_shown_and_revived_at_zero),
        cmocka_unit_test(series_of_each_kind_is_revived_at_zero),
        cmocka_unit_test(series_with_per_cpu_cells_is_revived_at_zero),
        cmocka_unit_test(series_revived_is_not_taken_for_a_hot_one),
        cmocka_unit_test(series_nobody_holds_is_freed_after_removal),
        cmocka_unit_test(series_in_a_read_section_is_not_freed),
        cmocka_unit_test(series_shown_by_a_snapshot_is_not_freed_before_it),
        cmocka_unit_test(per_cpu_cells_of_a_removed_series_go_back_to_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
