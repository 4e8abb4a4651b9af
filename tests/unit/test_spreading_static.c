/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of which file-scope metrics are given per-CPU cells, and when, those of modules that come
 * and go among them. All belong to the default registry.
 */
#include "modules/open_plugin.h"
#include "support/allocations.h"
#include "support/recording_path.h"
#include "support/spreading.h"

#define EARLY 20000000 /* recordings before the first scrape */
#define EARLY_ONES 200000

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_ones, "static_ones", "Ones.", 1, 2);
PROMLET_STATIC_COUNTER(static_shared, "static_shared_total", "Of a family with one cell a series.");
PROMLET_STATIC_COUNTER(static_early, "static_early_total", "Jobs before the first scrape.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_early_ones, "static_early_ones", "Early ones.", 1, 2);

static promlet_counter *declared_shared;

/* What cases rely on to have happened before the first scrape of the default registry, and that
   scrape. */
static int record_and_scrape_first(void **state)
{
    (void)state;
    declared_shared =
        promlet_counter_new(NULL, &(promlet_opts){.name = "static_shared_total",
                                                  .help = "Of a family with one cell a series.",
                                                  .cells = PROMLET_CELLS_SHARED});
    promlet_counter_add_u64(static_early, EARLY);
    observe_ones(static_early_ones, EARLY_ONES);
    scrape(NULL);
    return 0;
}

/* What was recorded before the first scrape may have taken days. It is not what a look sees. */
static void file_scope_metrics_busy_before_first_scrape_are_not_given_cells(void **state)
{
    (void)state;
    assert_null(static_early->spread);
    assert_null(static_early_ones->spread);
    for (int i = 0; i < 3; i++) {
        look_after(NULL, 0.1);
        assert_null(static_early->spread);
        assert_null(static_early_ones->spread);
    }
    assert_value(NULL, "static_early_total", EARLY);
    assert_value(NULL, "static_early_ones_count", EARLY_ONES);
    /* What comes afterwards is seen. */
    promlet_counter_add_u64(static_early, HOT);
    look_after(NULL, 1);
    assert_non_null(static_early->spread);
    assert_null(static_early_ones->spread);
    promlet_counter_inc(static_early);
    assert_value(NULL, "static_early_total", EARLY + HOT + 1);
}

/* A definition at file scope joins the family of its name, and the choice that was made for it
   before the first scrape. */
static void file_scope_metric_of_family_declared_shared_is_never_given_cells(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        promlet_counter_add_u64(declared_shared, HOT);
        promlet_counter_add_u64(static_shared, HOT);
        look_after(NULL, 1);
    }
    assert_value(NULL, "static_shared_total", (uint64_t)6 * HOT);
    assert_null(declared_shared->spread);
    assert_null(static_shared->spread);
}

static void file_scope_metrics_above_rate_are_given_cells(void **state)
{
    (void)state;
    size_t before = promlet_registry_cell_bytes(NULL);
    scrape(NULL);
    assert_null(static_jobs->spread);
    for (int tries = 0; static_ones->spread == NULL || static_jobs->spread == NULL; tries++) {
        if (tries == MOST_TRIES) {
            fail_msg("waited for the cells of a counter and a histogram with 100,000 recordings in "
                     "0.1 s, and after %d looks the %s has none",
                     tries, static_jobs->spread == NULL ? "counter" : "histogram");
        }
        promlet_counter_add_u64(static_jobs, HOT);
        observe_ones(static_ones, 100000);
        look_after(NULL, 0.1);
    }
    assert_int_equal(promlet_registry_cell_bytes(NULL) - before,
                     counter_bytes() + histogram_bytes(2));
    uint64_t jobs = static_jobs->whole;
    uint64_t ones = static_ones->buckets[0];
    promlet_counter_add_u64(static_jobs, 5);
    promlet_counter_add(static_jobs, 0.25);
    promlet_counter_add(static_jobs, 0.75);
    observe_ones(static_ones, 7);
    promlet_histogram_observe(static_ones, 2);
    assert_value(NULL, "static_jobs_total", jobs + 6);
    assert_value(NULL, "static_ones_count", ones + 8);
    assert_value(NULL, "static_ones_sum", ones + 9);
    assert_value(NULL, "static_ones_bucket{le=\"1.0\"}", ones + 7);
    assert_value(NULL, "static_ones_bucket{le=\"2.0\"}", ones + 8);
    expect_status(NULL, PROMLET_OK, "");
}

/* What a module that is gone has left is added to the family's own series, but that is no rate. */
static void words_of_module_that_is_gone_are_no_rate(void **state)
{
    (void)state;
    size_t before = promlet_registry_cell_bytes(NULL);
    struct open_plugin plugin = open_plugin(PLUGIN_A);
    scrape(NULL);
    promlet_counter_add_u64(plugin.metrics.own_jobs, HOT);
    look_after(NULL, 0); /* too early to judge the module's own cell */
    close_module(plugin.module, PLUGIN_A);
    look_after(NULL, 1);
    assert_int_equal(promlet_registry_cell_bytes(NULL), before);
    assert_value(NULL, "plugin_a_jobs_total", HOT);
}

/* Cells go with their module, what was in them stays, and the next load starts without. */
static void file_scope_metrics_of_module_give_their_cells_back(void **state)
{
    (void)state;
    size_t before = promlet_registry_cell_bytes(NULL);
    uint64_t expected = (uint64_t)scraped_value(NULL, "plugin_a_jobs_total");
    for (int i = 0; i < 5; i++) {
        struct open_plugin plugin = open_plugin(PLUGIN_A);
        scrape(NULL);
        assert_null(plugin.metrics.own_jobs->spread);
        promlet_counter_add_u64(plugin.metrics.own_jobs, HOT);
        look_after(NULL, 1);
        assert_non_null(plugin.metrics.own_jobs->spread);
        assert_int_equal(promlet_registry_cell_bytes(NULL), before + counter_bytes());
        promlet_counter_add_u64(plugin.metrics.own_jobs, 5);
        promlet_counter_add(plugin.metrics.own_jobs, 0.5);
        promlet_counter_add(plugin.metrics.own_jobs, 1.5);
        expected += HOT + 7;
        assert_value(NULL, "plugin_a_jobs_total", expected);
        close_module(plugin.module, PLUGIN_A);
        if (i % 2 == 0) { /* else it comes again before promlet has seen that it was gone */
            assert_value(NULL, "plugin_a_jobs_total", expected);
            assert_int_equal(promlet_registry_cell_bytes(NULL), before);
        }
    }
    assert_value(NULL, "plugin_a_jobs_total", expected);
    assert_int_equal(promlet_registry_cell_bytes(NULL), before);
}

/* File-scope metrics live by the default registry's budget. */
static void budget_of_default_registry_holds_for_file_scope_metrics(void **state)
{
    (void)state;
    size_t before = promlet_registry_cell_bytes(NULL);
    struct open_plugin plugin = open_plugin(PLUGIN_A);
    scrape(NULL);
    uint64_t shown = (uint64_t)scraped_value(NULL, "plugin_a_jobs_total");
    promlet_registry_set_cell_budget(NULL, before + counter_bytes() - 1);
    promlet_counter_add_u64(plugin.metrics.own_jobs, HOT);
    look_after(NULL, 1);
    assert_null(plugin.metrics.own_jobs->spread);
    promlet_registry_set_cell_budget(NULL, before + counter_bytes());
    promlet_counter_add_u64(plugin.metrics.own_jobs, HOT);
    look_after(NULL, 1);
    assert_non_null(plugin.metrics.own_jobs->spread);
    promlet_counter_inc(plugin.metrics.own_jobs);
    assert_value(NULL, "plugin_a_jobs_total", shown + (uint64_t)2 * HOT + 1);
    close_module(plugin.module, PLUGIN_A);
    assert_value(NULL, "plugin_a_jobs_total", shown + (uint64_t)2 * HOT + 1);
    assert_int_equal(promlet_registry_cell_bytes(NULL), before);
    promlet_registry_set_cell_budget(NULL, PROMLET_DEFAULT_CELL_BUDGET);
}

static void file_scope_metric_above_rate_without_memory_stays_as_it_is(void **state)
{
    (void)state;
    size_t before = promlet_registry_cell_bytes(NULL);
    struct open_plugin plugin = open_plugin(PLUGIN_A);
    uint64_t expected = (uint64_t)scraped_value(NULL, "plugin_a_jobs_total");
    int survived = 0;
    for (long n = 1; plugin.metrics.own_jobs->spread == NULL && n < MOST_FAULT_POINTS; n++) {
        promlet_counter_add_u64(plugin.metrics.own_jobs, HOT);
        pml_registry_of(NULL)->judged_ns = pml_clock_monotonic_ns() - 1000000000;
        allocations_refuse(n, false);
        bool is_complete = is_scraped(NULL);
        allocations_refuse(0, false);
        survived += is_complete && plugin.metrics.own_jobs->spread == NULL;
        expected += HOT;
        assert_value(NULL, "plugin_a_jobs_total", expected);
    }
    assert_non_null(plugin.metrics.own_jobs->spread);
    assert_int_equal(survived, 1);
    assert_int_equal(promlet_registry_cell_bytes(NULL), before + counter_bytes());
    close_module(plugin.module, PLUGIN_A);
    assert_value(NULL, "plugin_a_jobs_total", expected);
    assert_int_equal(promlet_registry_cell_bytes(NULL), before);
}

int main(void)
{
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(file_scope_metrics_busy_before_first_scrape_are_not_given_cells),
        cmocka_unit_test(file_scope_metric_of_family_declared_shared_is_never_given_cells),
        cmocka_unit_test(file_scope_metrics_above_rate_are_given_cells),
        cmocka_unit_test(words_of_module_that_is_gone_are_no_rate),
        cmocka_unit_test(file_scope_metrics_of_module_give_their_cells_back),
        cmocka_unit_test(budget_of_default_registry_holds_for_file_scope_metrics),
        cmocka_unit_test(file_scope_metric_above_rate_without_memory_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, record_and_scrape_first, NULL);
}
