/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of since when a series counts, as snapshots have it for the encoders. */
#include "support/lifetime.h"
#include "support/snapshots.h"

#include <promlet/testing.h>

#define SECOND INT64_C(1000000000)
#define NOON (INT64_C(1700000000) * SECOND)

PROMLET_STATIC_COUNTER(at_file_scope, "at_file_scope_total", "At file scope.");

static int run_clock(void **state)
{
    (void)state;
    promlet_testing_use_real_time();
    return 0;
}

static void set_noon(void)
{
    assert_int_equal(promlet_testing_set_time((double)(NOON / SECOND)), PROMLET_OK);
}

static void let_pass(double seconds)
{
    assert_int_equal(promlet_testing_advance(seconds), PROMLET_OK);
}

static void expect_start(promlet_registry *registry, const char *name, const char *labels,
                         int64_t start_ns)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    const pml_snapshot_family *family = family_in(snapshot, name);
    assert_non_null(family->starts);
    assert_int_equal(family->starts[series_in(family, labels)], start_ns);
    promlet_snapshot_release(snapshot);
}

static void expect_no_starts(promlet_registry *registry, const char *name)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_null(family_in(snapshot, name)->starts);
    promlet_snapshot_release(snapshot);
}

static void metric_without_labels_starts_when_it_is_declared(void **state)
{
    (void)state;
    set_noon();
    let_pass(0.123456789);
    promlet_registry *registry = new_registry();
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    (void)promlet_histogram_new(registry, &(promlet_opts){.name = "h"});
    (void)promlet_summary_new(registry, &(promlet_opts){.name = "s"});
    let_pass(1000);
    expect_start(registry, "c_total", "", NOON + 123456789);
    expect_start(registry, "h", "", NOON + 123456789);
    expect_start(registry, "s", "", NOON + 123456789);
    promlet_registry_free(registry);
}

static void series_starts_when_it_is_made(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = keyed_counters(registry);
    let_pass(100);
    (void)promlet_counter_with(counters, "a");
    let_pass(0.999999999);
    promlet_counter_inc_by(counters, "b");
    let_pass(1000);
    (void)promlet_counter_with(counters, "a");
    expect_start(registry, "jobs_total", "key=\"a\"", NOON + 100 * SECOND);
    /* In sixteenths of a second, and never later than it was. */
    expect_start(registry, "jobs_total", "key=\"b\"", NOON + 101 * SECOND - SECOND / 16);
    promlet_registry_free(registry);
}

static void what_has_no_total_has_no_start(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    (void)promlet_unknown_new(registry, &(promlet_opts){.name = "u"});
    (void)promlet_info_new(registry, &(promlet_opts){.name = "i_info"});
    (void)promlet_state_set_new(registry,
                                &(promlet_opts){.name = "p", PROMLET_STATES("on", "off")});
    promlet_counter_add(promlet_counter_new(registry, &(promlet_opts){.name = "c_total"}), -1);
    expect_no_starts(registry, "g");
    expect_no_starts(registry, "u");
    expect_no_starts(registry, "i_info");
    expect_no_starts(registry, "p");
    /* promlet's own counts since before it was shown. */
    expect_no_starts(registry, "promlet_dropped_total");
    promlet_registry_free(registry);
}

static void removed_series_starts_again_when_it_is_revived(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = keyed_counters(registry);
    (void)promlet_counter_with(counters, "a"); /* and held, so that it is the same one */
    let_pass(10);
    assert_int_equal(promlet_family_remove(counters, "a"), PROMLET_OK);
    let_pass(10);
    (void)promlet_counter_with(counters, "a");
    let_pass(10);
    expect_start(registry, "jobs_total", "key=\"a\"", NOON + 20 * SECOND);
    promlet_registry_free(registry);
}

static void cleared_metric_without_labels_starts_again(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registry = new_registry();
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    let_pass(5);
    assert_int_equal(promlet_registry_unregister(registry, "c_total"), PROMLET_OK);
    let_pass(5);
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    expect_start(registry, "c_total", "", NOON + 10 * SECOND);
    promlet_registry_free(registry);
}

static void expired_series_starts_when_it_is_made_again(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = promlet_counter_family_new(
        registry,
        &(promlet_opts){
            .name = "jobs_total", .help = "Jobs.", .labels = {"key"}, .idle_seconds = 10});
    promlet_counter_inc_by(counters, "a");
    for (int i = 0; i < 6; i++) {
        scrape(registry);
        let_pass(10);
    }
    assert_false(is_shown(registry, "jobs_total{key=\"a\"}"));
    promlet_counter_inc_by(counters, "a");
    expect_start(registry, "jobs_total", "key=\"a\"", NOON + 60 * SECOND);
    promlet_registry_free(registry);
}

static void overflow_series_has_a_start_of_its_own(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"key"}, .max_series = 1});
    let_pass(1);
    promlet_counter_inc_by(counters, "a");
    let_pass(1);
    promlet_counter_inc_by(counters, "b");
    expect_start(registry, "jobs_total", "key=\"a\"", NOON + 1 * SECOND);
    expect_start(registry, "jobs_total", "otel_metric_overflow=\"true\"", NOON + 2 * SECOND);
    promlet_registry_free(registry);
}

static void file_scope_metric_starts_when_it_is_first_seen(void **state)
{
    (void)state;
    promlet_counter_inc(at_file_scope);
    set_noon();
    scrape(NULL);
    let_pass(10);
    expect_start(NULL, "at_file_scope_total", "", NOON);
}

static void start_of_a_time_that_was_set_back_is_that_of_the_family(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = keyed_counters(registry);
    assert_int_equal(promlet_testing_set_time(1000000), PROMLET_OK);
    (void)promlet_counter_with(counters, "a");
    expect_start(registry, "jobs_total", "key=\"a\"", NOON);
    promlet_registry_free(registry);
}

/* A device that learns the date after it has booted. */
static void start_that_is_decades_later_is_not_folded(void **state)
{
    (void)state;
    assert_int_equal(promlet_testing_set_time(0), PROMLET_OK);
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = keyed_counters(registry);
    set_noon();
    (void)promlet_counter_with(counters, "a");
    expect_start(registry, "jobs_total", "key=\"a\"", UINT32_MAX * (SECOND / 16));
    promlet_registry_free(registry);
}

/* ---- merging --------------------------------------------------------------------------------- */

static promlet_snapshot *merge_two(promlet_registry *one, promlet_registry *other)
{
    promlet_snapshot *parts[] = {promlet_snapshot_take(one), promlet_snapshot_take(other)};
    promlet_snapshot *merged = promlet_snapshot_merge(parts, 2);
    assert_non_null(merged);
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    return merged;
}

static void merged_family_keeps_the_start_of_each_series(void **state)
{
    (void)state;
    set_noon();
    promlet_registry *registries[] = {new_registry(), new_registry()};
    (void)promlet_counter_with(keyed_counters(registries[0]), "b");
    let_pass(1);
    (void)promlet_counter_with(keyed_counters(registries[1]), "a");
    let_pass(1);
    (void)promlet_counter_with(keyed_counters(registries[1]), "b"); /* not shown */
    (void)promlet_counter_new(registries[1], &(promlet_opts){.name = "c_total"});
    promlet_snapshot *merged = merge_two(registries[0], registries[1]);
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
    const pml_snapshot_family *jobs = family_in(merged, "jobs_total");
    assert_int_equal(jobs->series_count, 2);
    assert_int_equal(jobs->starts[series_in(jobs, "key=\"a\"")], NOON + 1 * SECOND);
    assert_int_equal(jobs->starts[series_in(jobs, "key=\"b\"")], NOON);
    assert_int_equal(family_in(merged, "c_total")->starts[0], NOON + 2 * SECOND);
    promlet_snapshot_release(merged);
}

static promlet_status emit_jobs(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_status status = promlet_emit_family(
        emitter, &(promlet_emit_opts){
                     .type = PROMLET_TYPE_COUNTER, .name = "jobs_total", .labels = {"key"}});
    return status == PROMLET_OK ? promlet_emit_value(emitter, 7, "c") : status;
}

static void merged_family_of_which_a_start_is_not_known_has_none(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    (void)promlet_counter_with(keyed_counters(registries[0]), "b");
    assert_non_null(promlet_collector_new(
        registries[1], &(promlet_collector_opts){.name = "jobs", .collect = emit_jobs}));
    expect_no_starts(registries[1], "jobs_total");
    promlet_snapshot *merged = merge_two(registries[0], registries[1]);
    assert_int_equal(family_in(merged, "jobs_total")->series_count, 2);
    assert_null(family_in(merged, "jobs_total")->starts);
    promlet_snapshot_release(merged);
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(metric_without_labels_starts_when_it_is_declared, run_clock),
        cmocka_unit_test_teardown(series_starts_when_it_is_made, run_clock),
        cmocka_unit_test_teardown(what_has_no_total_has_no_start, run_clock),
        cmocka_unit_test_teardown(removed_series_starts_again_when_it_is_revived, run_clock),
        cmocka_unit_test_teardown(cleared_metric_without_labels_starts_again, run_clock),
        cmocka_unit_test_teardown(expired_series_starts_when_it_is_made_again, run_clock),
        cmocka_unit_test_teardown(overflow_series_has_a_start_of_its_own, run_clock),
        cmocka_unit_test_teardown(file_scope_metric_starts_when_it_is_first_seen, run_clock),
        cmocka_unit_test_teardown(start_of_a_time_that_was_set_back_is_that_of_the_family,
                                  run_clock),
        cmocka_unit_test_teardown(start_that_is_decades_later_is_not_folded, run_clock),
        cmocka_unit_test_teardown(merged_family_keeps_the_start_of_each_series, run_clock),
        cmocka_unit_test_teardown(merged_family_of_which_a_start_is_not_known_has_none, run_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
