/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of choosing what promlet shows of itself: nothing, or the use of series and memory as well.
 */
#include "support/lifetime.h"

#include <math.h>

static promlet_registry *registry;
static promlet_counter_family *counters;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    counters = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"key"}, .max_series = 2});
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

static void choose(bool hides_all, bool shows_usage)
{
    promlet_registry_opts options = {.hide_self_metrics = hides_all, .show_usage = shows_usage};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
}

static void make_counters_rise(void)
{
    static const char *const keys[] = {"a", "b", "c"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        promlet_counter_inc_by(counters, keys[i]);
    }
    promlet_counter *counter = promlet_counter_with(counters, "a");
    promlet_counter_add(counter, NAN);
    promlet_counter_release(counter);
}

static bool says_something_of_itself(void)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    bool is_there = strstr(text, "promlet_") != NULL;
    promlet_free(text);
    return is_there;
}

static void self_metrics_hidden_are_not_shown(void **state)
{
    (void)state;
    choose(true, true);
    make_counters_rise();
    assert_false(says_something_of_itself());
    choose(false, false);
    assert_value(registry, "promlet_dropped_total{reason=\"nan\"}", 1);
    assert_value(registry, "promlet_series_overflow_total{family=\"jobs_total\"}", 1);
    choose(true, false);
    assert_false(says_something_of_itself());
    make_counters_rise();
    choose(false, false);
    assert_value(registry, "promlet_dropped_total{reason=\"nan\"}", 2);
}

static promlet_status collect_or_fail(promlet_emitter *emitter, void *ctx)
{
    (void)promlet_emit_family(emitter,
                              &(promlet_emit_opts){.name = "emitted", .type = PROMLET_TYPE_GAUGE});
    (void)promlet_emit_value(emitter, 1);
    return *(promlet_status *)ctx;
}

static void self_metrics_of_collectors_are_hidden_as_well(void **state)
{
    (void)state;
    promlet_status status = PROMLET_OK;
    promlet_collector_new(
        registry,
        &(promlet_collector_opts){.name = "mine", .collect = collect_or_fail, .ctx = &status});
    assert_value(registry, "promlet_collector_success{collector=\"mine\"}", 1);
    choose(true, true);
    assert_false(says_something_of_itself());
    assert_value(registry, "emitted", 1);
    status = PROMLET_ERROR_SYSTEM;
    assert_false(says_something_of_itself());
    assert_false(is_shown(registry, "emitted"));
    choose(false, false);
    assert_value(registry, "promlet_collector_success{collector=\"mine\"}", 0);
    assert_value(registry, "promlet_collector_failures_total{collector=\"mine\"}", 4);
}

/* The usage of each kind; infos have series that nobody records on. */
static void usage_of_all_kinds_is_shown(void **state)
{
    (void)state;
    choose(false, true);
    promlet_summary_observe_by(
        promlet_summary_family_new(registry, &(promlet_opts){.name = "s", .labels = {"key"}}), 1,
        "a");
    promlet_info_family *infos =
        promlet_info_family_new(registry, &(promlet_opts){.name = "i", .labels = {"key"}});
    (void)promlet_info_with(infos, "a");
    (void)promlet_info_with(infos, "b");
    promlet_state_set_family *doors = promlet_state_set_family_new(
        registry, &(promlet_opts){.name = "d", .labels = {"key"}, PROMLET_STATES("x", "y")});
    promlet_state_set_select_by(doors, 1, "a");
    promlet_unknown_set(promlet_unknown_new(registry, &(promlet_opts){.name = "u"}), 1);
    assert_value(registry, "promlet_series{family=\"s\"}", 1);
    assert_value(registry, "promlet_series{family=\"i_info\"}", 2);
    assert_value(registry, "promlet_series{family=\"d\"}", 1);
    assert_value(registry, "promlet_series{family=\"u\"}", 1);
    assert_int_equal(promlet_family_remove(infos, "b"), PROMLET_OK);
    assert_value(registry, "promlet_series{family=\"i_info\"}", 1);
}

static void usage_is_not_shown_unless_wanted(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    assert_false(says_something_of_itself());
    choose(false, true);
    assert_true(says_something_of_itself());
    choose(false, false);
    assert_false(says_something_of_itself());
}

static void series_in_use_are_shown_by_family(void **state)
{
    (void)state;
    choose(false, true);
    static const char jobs[] = "promlet_series{family=\"jobs_total\"}";
    static const char depth[] = "promlet_series{family=\"depth\"}";
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "depth"});
    assert_value(registry, jobs, 0);
    assert_value(registry, depth, 1);
    promlet_counter_inc_by(counters, "a");
    promlet_counter_inc_by(counters, "b");
    assert_value(registry, jobs, 2);
    promlet_counter_inc_by(counters, "c");
    assert_value(registry, jobs, 3); /* the overflow series is one, too */
    assert_int_equal(promlet_family_remove(counters, "a"), PROMLET_OK);
    assert_value(registry, jobs, 2);
    assert_int_equal(promlet_family_clear(counters), PROMLET_OK);
    assert_value(registry, jobs, 0);
    assert_false(is_shown(registry, "promlet_series{family=\"promlet_series\"}"));
    assert_int_equal(promlet_registry_unregister(registry, "depth"), PROMLET_OK);
    assert_false(is_shown(registry, depth));
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "depth"});
    assert_value(registry, depth, 1);
}

static void memory_in_use_is_shown(void **state)
{
    (void)state;
    choose(false, true);
    static const char memory[] = "promlet_memory_bytes";
    for (int i = 0; i < 3; i++) {
        make_counters_rise();
        size_t used = memory_of(registry);
        assert_true(used > 0);
        assert_value(registry, memory, used);
        assert_int_equal(promlet_family_clear(counters), PROMLET_OK);
        scrape_until_free(registry);
        assert_true(memory_of(registry) < used);
        assert_value(registry, memory, memory_of(registry));
    }
}

static void usage_is_shown_as_gauges_with_help(void **state)
{
    (void)state;
    choose(false, true);
    char expected[400];
    (void)snprintf(expected, sizeof expected,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "# HELP promlet_memory_bytes Memory of the series of this registry.\n"
                   "# TYPE promlet_memory_bytes gauge\n"
                   "promlet_memory_bytes %zu\n"
                   "# HELP promlet_series Series that are shown, by family.\n"
                   "# TYPE promlet_series gauge\n"
                   "promlet_series{family=\"jobs_total\"} 0\n"
                   "# EOF\n",
                   memory_of(registry));
    expect_metrics(registry, "self_metrics_usage", NULL, expected);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(self_metrics_hidden_are_not_shown),
        TEST(self_metrics_of_collectors_are_hidden_as_well),
        TEST(usage_of_all_kinds_is_shown),
        TEST(usage_is_not_shown_unless_wanted),
        TEST(series_in_use_are_shown_by_family),
        TEST(memory_in_use_is_shown),
        TEST(usage_is_shown_as_gauges_with_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
