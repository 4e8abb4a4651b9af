/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of filtered snapshots: what they show, and what they leave alone. */
#include "snapshot/filter.h"
#include "snapshot/snapshot.h"

#include "support/expect.h"

static promlet_registry *small_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "jobs_waiting"});
    promlet_histogram_new(registry, &(promlet_opts){.name = "wait_seconds", PROMLET_BOUNDS(1)});
    return registry;
}

/* The names of the families in a filtered snapshot, each with a space behind it. */
static const char *shown(promlet_registry *registry, const promlet_filter *filter)
{
    static char names[1000];
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(registry, filter);
    assert_non_null(snapshot);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    promlet_snapshot_release(snapshot);
    names[0] = '\0';
    for (const char *type = strstr(text, "# TYPE "); type != NULL; type = strstr(type, "# TYPE ")) {
        type += strlen("# TYPE ");
        (void)strncat(names, type, strcspn(type, " ") + 1);
    }
    promlet_free(text);
    return names;
}

static const char *shown_of_name(promlet_registry *registry, const char *name)
{
    return shown(registry, &(promlet_filter){.names = &name, .name_count = 1});
}

static void filter_empty_takes_all(void **state)
{
    (void)state;
    promlet_registry *registry = small_registry();
    assert_string_equal(shown(registry, &(promlet_filter){.names = NULL}),
                        "jobs_total jobs_waiting wait_seconds ");
    promlet_registry_free(registry);
}

static void filter_by_name_takes_any_name_that_is_exposed(void **state)
{
    (void)state;
    promlet_registry *registry = small_registry();
    assert_string_equal(shown_of_name(registry, "jobs_total"), "jobs_total ");
    assert_string_equal(shown_of_name(registry, "jobs"), "jobs_total ");
    assert_string_equal(shown_of_name(registry, "wait_seconds"), "wait_seconds ");
    assert_string_equal(shown_of_name(registry, "wait_seconds_bucket"), "wait_seconds ");
    assert_string_equal(shown_of_name(registry, "wait_seconds_sum"), "wait_seconds ");
    assert_string_equal(shown_of_name(registry, "wait_seconds_count"), "wait_seconds ");
    assert_string_equal(shown_of_name(registry, "wait"), "");
    assert_string_equal(shown_of_name(registry, ""), "");
    const char *const names[] = {"nothing", "jobs_waiting", "jobs_total", "jobs_total"};
    assert_string_equal(shown(registry, &(promlet_filter){.names = names, .name_count = 4}),
                        "jobs_total jobs_waiting ");
    promlet_registry_free(registry);
}

static void filter_by_prefix_allows_and_denies(void **state)
{
    (void)state;
    promlet_registry *registry = small_registry();
    const char *const jobs[] = {"jobs_", "x"};
    const char *const totals[] = {"jobs_t"};
    assert_string_equal(
        shown(registry, &(promlet_filter){.allow_prefixes = jobs, .allow_count = 2}),
        "jobs_total jobs_waiting ");
    assert_string_equal(shown(registry, &(promlet_filter){.deny_prefixes = jobs, .deny_count = 2}),
                        "wait_seconds ");
    assert_string_equal(shown(registry, &(promlet_filter){.allow_prefixes = jobs,
                                                          .allow_count = 2,
                                                          .deny_prefixes = totals,
                                                          .deny_count = 1}),
                        "jobs_waiting ");
    const char *const names[] = {"jobs_waiting", "jobs_total", "wait_seconds"};
    assert_string_equal(shown(registry, &(promlet_filter){.names = names,
                                                          .name_count = 3,
                                                          .allow_prefixes = jobs,
                                                          .allow_count = 1,
                                                          .deny_prefixes = totals,
                                                          .deny_count = 1}),
                        "jobs_waiting ");
    promlet_registry_free(registry);
}

static void filter_that_wants_nothing_gives_an_empty_document(void **state)
{
    (void)state;
    promlet_registry *registry = small_registry();
    const char *name = "nothing";
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(
        registry, &(promlet_filter){.names = &name, .name_count = 1});
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void filter_with_wrong_lists_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = small_registry();
    const char *const list[] = {"a", NULL};
    const struct {
        promlet_filter filter;
        const char *why;
    } cases[] = {
        {{.name_count = 1}, "a filter's names are NULL, but there are 1"},
        {{.names = list, .name_count = 2}, "a filter's names[1] is NULL"},
        {{.allow_count = 1}, "a filter's allow_prefixes are NULL, but there are 1"},
        {{.deny_prefixes = list, .deny_count = 2}, "a filter's deny_prefixes[1] is NULL"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_null(promlet_snapshot_take_filtered(registry, &cases[i].filter));
        assert_string_equal(promlet_last_error(), cases[i].why);
    }
    assert_null(promlet_snapshot_take_filtered(registry, NULL));
    assert_string_equal(promlet_last_error(), "a filter's fields are NULL");
    promlet_registry_free(registry);
}

/* ---- what is not called ---------------------------------------------------------------------- */

static int calls;

static double count_call(void *ctx)
{
    (void)ctx;
    return ++calls;
}

static promlet_status emit_two(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    calls++;
    promlet_emit_family(emitter,
                        &(promlet_emit_opts){.name = "pool_open", .type = PROMLET_TYPE_GAUGE});
    promlet_emit_value(emitter, 1);
    promlet_emit_family(emitter,
                        &(promlet_emit_opts){.name = "pool_waits", .type = PROMLET_TYPE_COUNTER});
    return promlet_emit_value(emitter, 1);
}

static void filter_spares_callbacks_that_are_not_wanted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_callback_new(registry, &(promlet_opts){.name = "asked_total"}, count_call,
                                 NULL);
    calls = 0;
    assert_string_equal(shown_of_name(registry, "other"), "");
    assert_int_equal(calls, 0);
    assert_string_equal(shown_of_name(registry, "asked_total"), "asked_total ");
    assert_string_equal(shown_of_name(registry, "asked"), "asked_total ");
    assert_int_equal(calls, 2);
    promlet_registry_free(registry);
}

static void filter_spares_collectors_that_declared_other_families(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const char *const families[] = {"pool_open", "pool_waits_total"};
    promlet_collector_new(registry, &(promlet_collector_opts){.name = "pool",
                                                              .collect = emit_two,
                                                              .families = families,
                                                              .family_count = 2});
    calls = 0;
    assert_string_equal(shown_of_name(registry, "other"), "");
    const char *denied = "pool";
    assert_string_equal(
        shown(registry, &(promlet_filter){.deny_prefixes = &denied, .deny_count = 1}), "");
    assert_int_equal(calls, 0);
    assert_string_equal(shown_of_name(registry, "pool_open"), "pool_open ");
    assert_string_equal(shown_of_name(registry, "pool_waits_created"), "pool_waits_total ");
    assert_string_equal(shown_of_name(registry, "pool_waits"), "pool_waits_total ");
    assert_int_equal(calls, 3);
    promlet_registry_free(registry);
}

static promlet_status emit_gauge_histogram(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter,
                        &(promlet_emit_opts){.name = "ages", .type = PROMLET_TYPE_GAUGE_HISTOGRAM});
    return promlet_emit_histogram(
        emitter, &(promlet_emit_histogram_data){.counts = (const uint64_t[]){3}, .sum = 4});
}

static void filter_calls_collectors_for_each_name_of_a_gauge_histogram(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const char *const families[] = {"ages"};
    promlet_collector_new(registry, &(promlet_collector_opts){.name = "cache",
                                                              .collect = emit_gauge_histogram,
                                                              .families = families,
                                                              .family_count = 1});
    const char *const names[] = {"ages",        "ages_bucket", "ages_gsum",
                                 "ages_gcount", "ages_sum",    "ages_count"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_string_equal(shown_of_name(registry, names[i]),
                            "ages_bucket ages_gcount ages_gsum ");
    }
    promlet_registry_free(registry);
}

static void filter_calls_collectors_that_declared_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector_new(registry, &(promlet_collector_opts){.name = "pool", .collect = emit_two});
    calls = 0;
    assert_string_equal(shown_of_name(registry, "other"), "");
    assert_string_equal(shown_of_name(registry, "pool_open"), "pool_open ");
    assert_string_equal(shown_of_name(registry, "promlet_collector_success"),
                        "promlet_collector_success ");
    assert_int_equal(calls, 3);
    promlet_registry_free(registry);
}

/* ---- what is not read ------------------------------------------------------------------------ */

static size_t bytes_of_name(promlet_registry *registry, const char *name)
{
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(
        registry, &(promlet_filter){.names = &name, .name_count = 1});
    assert_non_null(snapshot);
    size_t bytes = pml_arena_taken(&snapshot->memory);
    promlet_snapshot_release(snapshot);
    return bytes;
}

/* What is read of a series lies in the snapshot's memory, also if it is not shown in the end. */
static void filter_reads_nothing_that_is_not_wanted(void **state)
{
    (void)state;
    enum { MANY = 100 };
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "jobs_waiting"});
    size_t alone = bytes_of_name(registry, "jobs_waiting");
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "jobs_seconds", .labels = {"id"}});
    for (char id[] = "\1"; id[0] <= MANY; id[0]++) {
        promlet_histogram_observe_by(family, 1, id);
    }
    assert_int_equal(bytes_of_name(registry, "jobs_waiting"), alone);
    assert_true(bytes_of_name(registry, "jobs_seconds") > MANY * sizeof(pml_snapshot_series));
    promlet_registry_free(registry);
}

/* Who could compute where names lie in the table would have each of a thousand meet all others. */
static void filter_has_a_table_that_nobody_can_guess(void **state)
{
    (void)state;
    const char *name = "jobs_total";
    const promlet_filter wanted = {.names = &name, .name_count = 1};
    pml_filter one;
    pml_filter other;
    assert_int_equal(pml_filter_start(&one, &wanted, sizeof wanted), PROMLET_OK);
    assert_int_equal(pml_filter_start(&other, &wanted, sizeof wanted), PROMLET_OK);
    assert_true(one.names.seed != 0);
    assert_true(other.names.seed != 0);
    assert_true(one.names.seed != other.names.seed);
    pml_filter_end(&one);
    pml_filter_end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_empty_takes_all),
        cmocka_unit_test(filter_by_name_takes_any_name_that_is_exposed),
        cmocka_unit_test(filter_by_prefix_allows_and_denies),
        cmocka_unit_test(filter_that_wants_nothing_gives_an_empty_document),
        cmocka_unit_test(filter_with_wrong_lists_is_refused),
        cmocka_unit_test(filter_spares_callbacks_that_are_not_wanted),
        cmocka_unit_test(filter_spares_collectors_that_declared_other_families),
        cmocka_unit_test(filter_calls_collectors_for_each_name_of_a_gauge_histogram),
        cmocka_unit_test(filter_calls_collectors_that_declared_nothing),
        cmocka_unit_test(filter_reads_nothing_that_is_not_wanted),
        cmocka_unit_test(filter_has_a_table_that_nobody_can_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
