/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of file-scope metrics in shared objects: a linked one, and some that come and go with
 * dlopen() and dlclose(). The cases run in this order; totals go on from one to the next.
 */
#include "modules/open_plugin.h"
#include "support/stress.h"
#include "support/strict_text.h"

PLUGIN_METRICS(program);

#define CYCLES 200

static uint64_t seed;

static long double scraped(const char *key)
{
    char *text = promlet_get_metrics();
    assert_non_null(text);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    long double value = strict_value(text, key);
    promlet_free(text);
    return value;
}

static void scrape(void)
{
    promlet_free(promlet_get_metrics());
}

static void assert_scraped(const char *key, long double expected)
{
    long double value = scraped(key);
    if (value < expected || value > expected) {
        fail_msg("%s is %.17Lg, expected %.17Lg", key, value, expected);
    }
}

static void linked_object_before_first_use_is_exposed_at_zero(void **state)
{
    (void)state;
    assert_scraped("linked_jobs_total", 0);
    assert_scraped(EVERYWHERE_JOBS, 0);
}

static void linked_object_recorded_is_added_to_program(void **state)
{
    (void)state;
    struct plugin linked = linked_metrics();
    promlet_counter_add_u64(linked.own_jobs, 4);
    promlet_counter_add_u64(linked.jobs, 5);
    promlet_counter_add_u64(jobs, 6);
    promlet_gauge_set(linked.depth, 2);
    promlet_histogram_observe(linked.seconds, 2);
    promlet_counter_inc(own_jobs);
    promlet_gauge_set(depth, 1);
    promlet_histogram_observe(seconds, 1);
    assert_scraped("linked_jobs_total", 4);
    assert_scraped("program_jobs_total", 1);
    assert_scraped(EVERYWHERE_JOBS, 11);
    assert_scraped(EVERYWHERE_DEPTH, 3);
    assert_scraped(EVERYWHERE_SECONDS "_sum", 3);
    assert_scraped(EVERYWHERE_SECONDS "_bucket{le=\"1.0\"}", 1);
}

static void module_not_loaded_is_not_exposed(void **state)
{
    (void)state;
    assert_scraped("plugin_a_jobs_total", -1);
}

/* Everything that an own module and one name of all can show, from loading to unloading. */
static void assert_module_life(const char *path, const char *own_key)
{
    long double all_jobs = scraped(EVERYWHERE_JOBS);
    long double all_depth = scraped(EVERYWHERE_DEPTH);
    long double all_count = scraped(EVERYWHERE_SECONDS "_count");
    long double all_sum = scraped(EVERYWHERE_SECONDS "_sum");
    struct open_plugin plugin = open_plugin(path);
    assert_scraped(own_key, 0);
    promlet_counter_add_u64(plugin.metrics.own_jobs, 7);
    promlet_counter_add_u64(plugin.metrics.jobs, 10);
    promlet_gauge_set(plugin.metrics.depth, 100);
    promlet_histogram_observe(plugin.metrics.seconds, 20);
    assert_scraped(own_key, 7);
    assert_scraped(EVERYWHERE_JOBS, all_jobs + 10);
    assert_scraped(EVERYWHERE_DEPTH, all_depth + 100);
    assert_scraped(EVERYWHERE_SECONDS "_count", all_count + 1);
    close_module(plugin.module, path);
    assert_scraped(own_key, 7);
    assert_scraped(EVERYWHERE_JOBS, all_jobs + 10);
    assert_scraped(EVERYWHERE_DEPTH, all_depth);
    assert_scraped(EVERYWHERE_SECONDS "_count", all_count + 1);
    assert_scraped(EVERYWHERE_SECONDS "_sum", all_sum + 20);
    assert_scraped(EVERYWHERE_SECONDS "_bucket{le=\"+Inf\"}", all_count + 1);
}

static void module_loaded_and_unloaded_leaves_its_counts(void **state)
{
    (void)state;
    assert_module_life(PLUGIN_A, "plugin_a_jobs_total");
}

static void module_in_cxx_is_like_one_in_c(void **state)
{
    (void)state;
#ifdef PLUGIN_CXX
    assert_module_life(PLUGIN_CXX, "plugin_cxx_jobs_total");
#else
    print_message("SKIPPED: built without a C++ compiler\n");
    skip();
#endif
}

static void module_unloaded_exposes_its_gauge_at_what_is_left(void **state)
{
    (void)state;
    struct open_plugin a = open_plugin(PLUGIN_A);
    struct open_plugin b = open_plugin(PLUGIN_B);
    long double others = scraped(EVERYWHERE_DEPTH);
    promlet_gauge_set(a.metrics.depth, 0.25);
    promlet_gauge_set(b.metrics.depth, -8);
    assert_scraped(EVERYWHERE_DEPTH, others + 0.25L - 8);
    close_module(a.module, PLUGIN_A);
    assert_scraped(EVERYWHERE_DEPTH, others - 8);
    close_module(b.module, PLUGIN_B);
    assert_scraped(EVERYWHERE_DEPTH, others);
}

static void same_name_in_two_modules_is_one_metric(void **state)
{
    (void)state;
    long double before = scraped(EVERYWHERE_JOBS);
    struct open_plugin a = open_plugin(PLUGIN_A);
    struct open_plugin b = open_plugin(PLUGIN_B);
    promlet_counter_add_u64(a.metrics.jobs, 3);
    promlet_counter_add_u64(b.metrics.jobs, 5);
    promlet_counter_add_u64(jobs, 1);
    assert_scraped(EVERYWHERE_JOBS, before + 9);
    close_module(a.module, PLUGIN_A);
    promlet_counter_inc(b.metrics.jobs);
    assert_scraped(EVERYWHERE_JOBS, before + 10);
    close_module(b.module, PLUGIN_B);
    assert_scraped(EVERYWHERE_JOBS, before + 10);
}

/* What was recorded after the last scrape goes with the module, but nothing that was shown. */
static void module_recorded_after_last_scrape_never_falls(void **state)
{
    (void)state;
    struct open_plugin a = open_plugin(PLUGIN_A);
    promlet_counter_add_u64(a.metrics.own_jobs, 1000);
    long double shown = scraped("plugin_a_jobs_total");
    promlet_counter_add_u64(a.metrics.own_jobs, 1000);
    close_module(a.module, PLUGIN_A);
    assert_scraped("plugin_a_jobs_total", shown);
}

/* Loads again before a scrape could see that the module was gone, at the same address if the loader
   likes it there, and records as much as, less or more than before. */
static void assert_reload_between_scrapes(uint64_t first, uint64_t second, bool *is_same_address)
{
    struct open_plugin a = open_plugin(PLUGIN_A);
    const void *address = a.metrics.own_jobs;
    long double own = scraped("plugin_a_jobs_total");
    long double count = scraped(EVERYWHERE_SECONDS "_count");
    long double sum = scraped(EVERYWHERE_SECONDS "_sum");
    promlet_counter_add_u64(a.metrics.own_jobs, first);
    for (uint64_t i = 0; i < first; i++) {
        promlet_histogram_observe(a.metrics.seconds, 100);
    }
    scrape();
    close_module(a.module, PLUGIN_A);
    a = open_plugin(PLUGIN_A);
    *is_same_address = a.metrics.own_jobs == address;
    promlet_counter_add_u64(a.metrics.own_jobs, second);
    for (uint64_t i = 0; i < second; i++) {
        promlet_histogram_observe(a.metrics.seconds, 20);
    }
    assert_scraped("plugin_a_jobs_total", own + (long double)(first + second));
    assert_scraped(EVERYWHERE_SECONDS "_count", count + (long double)(first + second));
    assert_scraped(EVERYWHERE_SECONDS "_sum", sum + (long double)(100 * first + 20 * second));
    close_module(a.module, PLUGIN_A);
    assert_scraped("plugin_a_jobs_total", own + (long double)(first + second));
}

static void module_reloaded_before_next_scrape_goes_on_from_there(void **state)
{
    (void)state;
    static const uint64_t counts[][2] = {{9, 0}, {9, 3}, {9, 8}, {9, 9}, {9, 10}, {9, 30}, {0, 5}};
    bool was_same_address = false;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        bool is_same_address;
        assert_reload_between_scrapes(counts[i][0], counts[i][1], &is_same_address);
        was_same_address = was_same_address || is_same_address;
    }
    /* Else the case above has not met what it is about. */
    assert_true(was_same_address);
}

/* Another module can come to lie where the first one lay. */
static void module_where_another_lay_is_kept_apart(void **state)
{
    (void)state;
    long double all = scraped(EVERYWHERE_JOBS);
    long double own_a = scraped("plugin_a_jobs_total");
    struct open_plugin a = open_plugin(PLUGIN_A);
    promlet_counter_add_u64(a.metrics.own_jobs, 5);
    promlet_counter_add_u64(a.metrics.jobs, 5);
    scrape();
    close_module(a.module, PLUGIN_A);
    struct open_plugin b = open_plugin(PLUGIN_B);
    long double own_b = scraped("plugin_b_jobs_total");
    promlet_counter_add_u64(b.metrics.own_jobs, 8);
    promlet_counter_add_u64(b.metrics.jobs, 8);
    assert_scraped("plugin_a_jobs_total", own_a + 5);
    assert_scraped("plugin_b_jobs_total", own_b + 8);
    assert_scraped(EVERYWHERE_JOBS, all + 13);
    close_module(b.module, PLUGIN_B);
}

/* With a scrape between the last recording and dlclose(), nothing is ever lost. */
static void module_in_many_cycles_is_counted_exactly(void **state)
{
    (void)state;
    static const char *const paths[] = {PLUGIN_A, PLUGIN_B, PLUGIN_C};
    uint64_t random = seed;
    long double all = scraped(EVERYWHERE_JOBS);
    long double count = scraped(EVERYWHERE_SECONDS "_count");
    long double others = scraped(EVERYWHERE_DEPTH);
    for (int i = 0; i < CYCLES; i++) {
        const char *path = paths[stress_random(&random) % COUNT_OF(paths)];
        struct open_plugin plugin = open_plugin(path);
        if (stress_random(&random) % 2 == 0) {
            scrape();
        }
        uint64_t amount = stress_random(&random) % 5;
        promlet_counter_add_u64(plugin.metrics.jobs, amount);
        promlet_gauge_set(plugin.metrics.depth, 1000);
        promlet_histogram_observe(plugin.metrics.seconds, (double)amount);
        all += (long double)amount;
        assert_scraped(EVERYWHERE_JOBS, all);
        close_module(plugin.module, path);
        if (stress_random(&random) % 2 == 0) {
            assert_scraped(EVERYWHERE_JOBS, all);
        }
    }
    assert_scraped(EVERYWHERE_JOBS, all);
    assert_scraped(EVERYWHERE_SECONDS "_count", count + CYCLES);
    assert_scraped(EVERYWHERE_DEPTH, others);
}

static void add_part(const struct open_plugin *plugin, double amount)
{
    plugin_parts_fn parts;
    *(void **)&parts = dlsym(plugin->module, "plugin_parts");
    assert_non_null(parts);
    promlet_counter_add(parts(), amount);
}

/* Loads three modules with these amounts and unloads them again, in the order of their loading. */
static void assert_parts_never_fall(const double *amounts)
{
    static const char *const paths[] = {PLUGIN_A, PLUGIN_B, PLUGIN_C};
    struct open_plugin plugins[COUNT_OF(paths)];
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        plugins[i] = open_plugin(paths[i]);
        add_part(&plugins[i], amounts[i]);
        scrape();
    }
    long double before = scraped("parts_total");
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        close_module(plugins[i].module, paths[i]);
        long double after = scraped("parts_total");
        if (after < before) {
            fail_msg("%g %g %g: from %.17Lg to %.17Lg", amounts[0], amounts[1], amounts[2], before,
                     after);
        }
        before = after;
    }
}

/* Doubles that are added in another order can give a little less, which Prometheus would take for a
   reset of the counter. The first amounts do when the first of them is added first, not last. */
static void module_unloaded_leaves_fractions_that_never_fall(void **state)
{
    (void)state;
    static const double known[] = {0.4, 0.1, 0.1};
    uint64_t random = seed;
    assert_scraped("parts_total", 0);
    assert_parts_never_fall(known);
    for (int i = 0; i < CYCLES; i++) {
        double amounts[COUNT_OF(known)];
        for (size_t part = 0; part < COUNT_OF(amounts); part++) {
            amounts[part] = (double)(stress_random(&random) % 1000) / 1000;
        }
        assert_parts_never_fall(amounts);
    }
}

/* Constructors and destructors run inside dlopen() and dlclose(). */
static void module_that_scrapes_in_its_destructor_loses_nothing(void **state)
{
    (void)state;
    for (int i = 1; i <= 10; i++) {
        void *module = open_module(SCRAPING);
        close_module(module, SCRAPING);
        assert_scraped("scraping_moments_total", 2 * i);
    }
}

/* What was read of it last was read before the reset. */
static void module_unloaded_after_a_reset_brings_nothing_back(void **state)
{
    (void)state;
    struct open_plugin plugin = open_plugin(PLUGIN_A);
    promlet_counter_add_u64(plugin.metrics.own_jobs, 7);
    promlet_counter_add(plugin.metrics.jobs, 5.5);
    promlet_histogram_observe(plugin.metrics.seconds, 20);
    scrape();
    assert_int_equal(promlet_registry_reset_totals(NULL), PROMLET_OK);
    close_module(plugin.module, PLUGIN_A);
    assert_scraped("plugin_a_jobs_total", 0);
    assert_scraped(EVERYWHERE_JOBS, 0);
    assert_scraped(EVERYWHERE_SECONDS "_count", 0);
    assert_scraped(EVERYWHERE_SECONDS "_sum", 0);
}

static void default_registry_after_all_cycles_has_no_error(void **state)
{
    (void)state;
    expect_status(NULL, PROMLET_OK, "");
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linked_object_before_first_use_is_exposed_at_zero),
        cmocka_unit_test(linked_object_recorded_is_added_to_program),
        cmocka_unit_test(module_not_loaded_is_not_exposed),
        cmocka_unit_test(module_loaded_and_unloaded_leaves_its_counts),
        cmocka_unit_test(module_in_cxx_is_like_one_in_c),
        cmocka_unit_test(module_unloaded_exposes_its_gauge_at_what_is_left),
        cmocka_unit_test(same_name_in_two_modules_is_one_metric),
        cmocka_unit_test(module_recorded_after_last_scrape_never_falls),
        cmocka_unit_test(module_reloaded_before_next_scrape_goes_on_from_there),
        cmocka_unit_test(module_where_another_lay_is_kept_apart),
        cmocka_unit_test(module_in_many_cycles_is_counted_exactly),
        cmocka_unit_test(module_unloaded_leaves_fractions_that_never_fall),
        cmocka_unit_test(module_that_scrapes_in_its_destructor_loses_nothing),
        cmocka_unit_test(module_unloaded_after_a_reset_brings_nothing_back),
        cmocka_unit_test(default_registry_after_all_cycles_has_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
