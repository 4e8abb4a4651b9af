/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of which series are given per-CPU cells, and when: by declaration, by the rate of their
 * recordings, within the budget, and without memory. Most set the clock of the rule, which is a
 * field of the registry, instead of waiting.
 */
#include "modules/open_plugin.h"
#include "support/allocations.h"
#include "support/heard_log.h"
#include "support/recording_path.h"
#include "support/strict_text.h"

#include "base/clock.h"
#include "registry/spreading.h"
#include "series/spread.h"

#define HOT 10000000 /* recordings that are many for the seconds between two looks here */
#define MOST_FAULT_POINTS 1000

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_ones, "static_ones", "Ones.", 1, 2);
PROMLET_STATIC_COUNTER(static_shared, "static_shared_total", "Of a family with one cell a series.");

static size_t counter_bytes(void)
{
    return pml_spread_bytes(PROMLET_COUNTER_WORDS);
}

static size_t histogram_bytes(size_t bound_count)
{
    return pml_spread_bytes(PROMLET_HISTOGRAM_COUNTS + bound_count + 1);
}

/* A scrape for which the last look at rates is so many seconds ago. */
static void look_after(promlet_registry *registry, double seconds)
{
    pml_registry_of(registry)->judged_ns = pml_clock_monotonic_ns() - (uint64_t)(seconds * 1e9);
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    promlet_free(text);
}

static void scrape(promlet_registry *registry)
{
    promlet_free(promlet_registry_get_metrics(registry));
}

static promlet_counter *declare(promlet_registry *registry, const char *name, promlet_cells cells)
{
    return promlet_counter_new(registry, &(promlet_opts){.name = name, .cells = cells});
}

static void observe_ones(promlet_histogram *histogram, int count)
{
    for (int i = 0; i < count; i++) {
        promlet_histogram_observe(histogram, 1);
    }
}

static void assert_value(promlet_registry *registry, const char *key, uint64_t expected)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, key);
    promlet_free(text);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %llu", key, value, (unsigned long long)expected);
    }
}

/* A definition at file scope joins the family of its name, and the choice that was made for it
   before the first scrape: this case is the first one that scrapes the default registry. */
static void file_scope_metric_of_family_declared_shared_is_never_given_cells(void **state)
{
    (void)state;
    promlet_counter *declared =
        promlet_counter_new(NULL, &(promlet_opts){.name = "static_shared_total",
                                                  .help = "Of a family with one cell a series.",
                                                  .cells = PROMLET_CELLS_SHARED});
    scrape(NULL);
    for (int i = 0; i < 3; i++) {
        promlet_counter_add_u64(declared, HOT);
        promlet_counter_add_u64(static_shared, HOT);
        look_after(NULL, 1);
    }
    assert_value(NULL, "static_shared_total", (uint64_t)6 * HOT);
    assert_null(declared->spread);
    assert_null(static_shared->spread);
}

/* ---- by declaration -------------------------------------------------------------------------- */

static void series_declared_per_cpu_has_cells_at_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_PER_CPU);
    assert_non_null(counter->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    promlet_histogram *histogram = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "h", PROMLET_BOUNDS(1, 2, 3), .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(histogram->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes() + histogram_bytes(3));
    /* Declared once more, it is the same. */
    assert_ptr_equal(declare(registry, "jobs_total", PROMLET_CELLS_PER_CPU), counter);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes() + histogram_bytes(3));
    promlet_counter_add_u64(counter, 3);
    promlet_counter_add(counter, 0.5);
    observe_ones(histogram, 2);
    promlet_histogram_observe(histogram, 9);
    expect_metrics(registry, "spreading_declared", NULL,
                   "# TYPE h histogram\n"
                   "h_bucket{le=\"1.0\"} 2\n"
                   "h_bucket{le=\"2.0\"} 2\n"
                   "h_bucket{le=\"3.0\"} 2\n"
                   "h_bucket{le=\"+Inf\"} 3\n"
                   "h_sum 11\n"
                   "h_count 3\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total 3.5\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void series_of_family_declared_per_cpu_have_cells_and_overflow_too(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                             .labels = {"queue"},
                                                             .max_series = 2,
                                                             .cells = PROMLET_CELLS_PER_CPU});
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    static const char *const queues[] = {"a", "b", "c", "d", "a"};
    for (size_t i = 0; i < COUNT_OF(queues); i++) {
        promlet_counter *counter = promlet_counter_with(family, queues[i]);
        assert_non_null(counter->spread);
        promlet_counter_inc(counter);
    }
    assert_int_equal(promlet_registry_cell_bytes(registry), 3 * counter_bytes());
    assert_value(registry, "jobs_total{queue=\"a\"}", 2);
    assert_value(registry, "jobs_total{queue=\"b\"}", 1);
    assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", 2);
    promlet_registry_free(registry);
}

static void gauge_declared_per_cpu_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(
        registry, &(promlet_opts){.name = "depth", .cells = PROMLET_CELLS_PER_CPU});
    promlet_gauge_set(gauge, 3);
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "depth: a gauge has one cell, because it can be set");
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

static void gauge_declared_with_other_cells_is_taken(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_set(
        promlet_gauge_new(registry, &(promlet_opts){.name = "a", .cells = PROMLET_CELLS_SHARED}),
        1);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "b"}), 1);
    scrape(registry);
    look_after(registry, 1);
    expect_status(registry, PROMLET_OK, "");
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

static void cells_that_are_none_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_inc(declare(registry, "jobs_total", (promlet_cells)3));
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "jobs_total: cells is 3, which is no promlet_cells");
    promlet_registry_free(registry);
    registry = new_registry();
    promlet_counter_inc(declare(registry, "jobs_total", (promlet_cells)-1));
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "jobs_total: cells is -1, which is no promlet_cells");
    promlet_registry_free(registry);
}

/* ---- by rate --------------------------------------------------------------------------------- */

static void series_above_rate_is_given_cells_by_second_look(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    uint64_t very_many = UINT64_C(1) << 62; /* for all the time that a clock can show */
    promlet_counter_add_u64(counter, very_many);
    scrape(registry); /* nothing to compare with */
    assert_null(counter->spread);
    promlet_counter_add_u64(counter, HOT);
    look_after(registry, 1);
    assert_non_null(counter->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    promlet_counter_add_u64(counter, HOT);
    struct promlet_spread *spread = counter->spread;
    look_after(registry, 1);
    assert_ptr_equal(counter->spread, spread); /* once */
    assert_int_equal(promlet_registry_cell_bytes(registry), counter_bytes());
    assert_value(registry, "jobs_total", very_many + (uint64_t)2 * HOT);
    promlet_registry_free(registry);
}

/* The observations themselves are counted, not what they observe. */
static void histogram_above_rate_is_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *few =
        promlet_histogram_new(registry, &(promlet_opts){.name = "few", PROMLET_BOUNDS(1, 2)});
    promlet_histogram *many =
        promlet_histogram_new(registry, &(promlet_opts){.name = "many", PROMLET_BOUNDS(1, 2)});
    scrape(registry);
    do { /* again only if more than a second went by between the recordings and the look */
        promlet_histogram_observe(few, 1e9);
        observe_ones(many, 100000);
        look_after(registry, 0.1);
    } while (many->spread == NULL);
    assert_null(few->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), histogram_bytes(2));
    uint64_t before = many->buckets[0];
    observe_ones(many, 100);
    assert_value(registry, "many_count", before + 100);
    assert_value(registry, "many_sum", before + 100);
    assert_value(registry, "many_bucket{le=\"1.0\"}", before + 100);
    promlet_registry_free(registry);
}

static void series_below_rate_is_never_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    promlet_histogram *ones = promlet_histogram_new(registry, &(promlet_opts){.name = "ones"});
    for (int i = 0; i < 100; i++) { /* 99,990 a second: a later look sees a lower rate */
        promlet_counter_add_u64(counter, 99990);
        observe_ones(ones, 100);
        look_after(registry, 1);
    }
    assert_null(counter->spread);
    assert_null(ones->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

/* A burst is not a rate: looks that follow each other in less than 100 ms do not count. */
static void looks_in_short_succession_see_no_rate(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    for (int i = 0; i < 9; i++) { /* 9,000 altogether, which are few for 100 ms as well */
        promlet_counter_add_u64(counter, 1000);
        scrape(registry);
    }
    assert_null(counter->spread);
    promlet_registry_free(registry);
}

static void looks_in_short_succession_forget_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    scrape(registry);
    /* More than one attempt only if the machine stands still for 100 ms. */
    for (int attempt = 0; attempt < 20 && counter->spread == NULL; attempt++) {
        for (int i = 0; i < 10; i++) {
            promlet_counter_add_u64(counter, 2000);
            look_after(registry, 0);
        }
        look_after(registry, 0.15);
    }
    assert_non_null(counter->spread);
    promlet_registry_free(registry);
}

static void look_that_is_not_due_judges_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const uint64_t words[PROMLET_COUNTER_WORDS] = {HOT, 0};
    uint64_t judged = 5;
    pml_spreading early = {registry, false, 0};
    assert_false(pml_spreading_is_hot(&early, &pml_counter_kind, words, COUNT_OF(words), &judged));
    assert_int_equal(judged, 5);
    pml_spreading due = {registry, true, HOT - 5};
    assert_true(pml_spreading_is_hot(&due, &pml_counter_kind, words, COUNT_OF(words), &judged));
    assert_int_equal(judged, HOT);
    assert_false(pml_spreading_is_hot(&due, &pml_counter_kind, words, COUNT_OF(words), &judged));
    due.hot_recordings = 0; /* a gauge has no rate at all */
    assert_false(pml_spreading_is_hot(&due, &pml_gauge_kind, words, 1, &judged));
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

static void series_declared_shared_is_never_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_SHARED);
    promlet_histogram *ones = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "ones", PROMLET_BOUNDS(1), .cells = PROMLET_CELLS_SHARED});
    for (int i = 0; i < 5; i++) {
        promlet_counter_add_u64(counter, HOT);
        observe_ones(ones, 50000);
        look_after(registry, 0.1);
    }
    assert_null(counter->spread);
    assert_null(ones->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 0);
    promlet_registry_free(registry);
}

static void series_of_family_above_rate_and_overflow_are_given_cells(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"queue"}, .max_series = 2});
    promlet_counter *hot = promlet_counter_with(family, "hot");
    promlet_counter *quiet = promlet_counter_with(family, "quiet");
    promlet_counter *overflow = promlet_counter_with(family, "beyond");
    scrape(registry);
    promlet_counter_add_u64(hot, HOT);
    promlet_counter_add_u64(quiet, 10);
    promlet_counter_add_u64(overflow, HOT);
    look_after(registry, 1);
    assert_non_null(hot->spread);
    assert_null(quiet->spread);
    assert_non_null(overflow->spread);
    assert_int_equal(promlet_registry_cell_bytes(registry), 2 * counter_bytes());
    promlet_counter_inc(hot);
    promlet_counter_inc(overflow);
    assert_value(registry, "jobs_total{queue=\"hot\"}", HOT + 1);
    assert_value(registry, "jobs_total{queue=\"quiet\"}", 10);
    assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", HOT + 1);
    promlet_registry_free(registry);
}

/* With nothing but the clock that everybody has. */
static void series_above_rate_is_given_cells_in_real_time(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = declare(registry, "jobs_total", PROMLET_CELLS_AUTO);
    uint64_t recorded = 0;
    while (promlet_registry_cell_bytes(registry) == 0) {
        for (int i = 0; i < 50000; i++) {
            promlet_counter_inc(counter);
        }
        recorded += 50000;
        scrape(registry);
    }
    assert_non_null(counter->spread);
    assert_value(registry, "jobs_total", recorded);
    promlet_registry_free(registry);
}

/* ---- file-scope metrics ---------------------------------------------------------------------- */

static void file_scope_metrics_above_rate_are_given_cells(void **state)
{
    (void)state;
    size_t before = promlet_registry_cell_bytes(NULL);
    scrape(NULL);
    assert_null(static_jobs->spread);
    do {
        promlet_counter_add_u64(static_jobs, HOT);
        observe_ones(static_ones, 100000);
        look_after(NULL, 0.1);
    } while (static_ones->spread == NULL || static_jobs->spread == NULL);
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

/* ---- the budget ------------------------------------------------------------------------------ */

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

/* ---- without memory -------------------------------------------------------------------------- */

static bool is_scraped(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_snapshot_release(snapshot);
    return snapshot != NULL;
}

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
        cmocka_unit_test(file_scope_metric_of_family_declared_shared_is_never_given_cells),
        cmocka_unit_test(series_declared_per_cpu_has_cells_at_once),
        cmocka_unit_test(series_of_family_declared_per_cpu_have_cells_and_overflow_too),
        cmocka_unit_test(gauge_declared_per_cpu_is_refused),
        cmocka_unit_test(gauge_declared_with_other_cells_is_taken),
        cmocka_unit_test(cells_that_are_none_are_refused),
        cmocka_unit_test(series_above_rate_is_given_cells_by_second_look),
        cmocka_unit_test(histogram_above_rate_is_given_cells),
        cmocka_unit_test(series_below_rate_is_never_given_cells),
        cmocka_unit_test(looks_in_short_succession_see_no_rate),
        cmocka_unit_test(looks_in_short_succession_forget_nothing),
        cmocka_unit_test(look_that_is_not_due_judges_nothing),
        cmocka_unit_test(series_declared_per_cpu_without_cells_is_given_them_by_rate),
        cmocka_unit_test(series_declared_shared_is_never_given_cells),
        cmocka_unit_test(series_of_family_above_rate_and_overflow_are_given_cells),
        cmocka_unit_test(series_above_rate_is_given_cells_in_real_time),
        cmocka_unit_test(file_scope_metrics_above_rate_are_given_cells),
        cmocka_unit_test(words_of_module_that_is_gone_are_no_rate),
        cmocka_unit_test(file_scope_metrics_of_module_give_their_cells_back),
        cmocka_unit_test(budget_of_nothing_gives_no_cells_and_warns_of_nothing),
        cmocka_unit_test(budget_that_is_exactly_enough_is_used_to_the_end),
        cmocka_unit_test(budget_that_lacks_one_byte_is_too_small),
        cmocka_unit_test(budget_too_small_for_hot_series_warns_once_until_it_is_set_anew),
        cmocka_unit_test(budget_of_default_registry_holds_for_file_scope_metrics),
        cmocka_unit_test(registry_that_is_freed_leaves_no_cells_behind),
        cmocka_unit_test(series_above_rate_without_memory_stays_as_it_is),
        cmocka_unit_test(series_declared_per_cpu_without_memory_has_one_cell),
        cmocka_unit_test(file_scope_metric_above_rate_without_memory_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
