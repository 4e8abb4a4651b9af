/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of snapshots that are taken at once or not at all. */
#include "base/locks.h"
#include "support/expect.h"

#define FAMILY_BYTES 2048 /* the most that a family counts for, help text aside */

PROMLET_STATIC_COUNTER(starts, "starts_total", "At file scope.");

/* What has been shown before, in order. */
static promlet_registry *settled_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"queue"}});
    promlet_counter_inc_by(family, "mail");
    promlet_counter_inc_by(family, "backup");
    promlet_free(promlet_registry_get_metrics(registry));
    return registry;
}

static promlet_counter_family *jobs_of(promlet_registry *registry)
{
    return promlet_counter_family_new(registry,
                                      &(promlet_opts){.name = "jobs_total", .labels = {"queue"}});
}

static void expect_taken(promlet_registry *registry, size_t max_bytes)
{
    promlet_snapshot *snapshot = promlet_snapshot_take_at_once(registry, max_bytes);
    assert_non_null(snapshot);
    promlet_snapshot_release(snapshot);
}

static void expect_refused(promlet_registry *registry, size_t max_bytes)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
    assert_null(promlet_snapshot_take_at_once(registry, max_bytes));
    assert_string_equal(promlet_last_error(), "a snapshot of this registry can't be taken at once");
}

/* Afterwards all is in order. */
static void expect_refused_once(promlet_registry *registry)
{
    expect_refused(registry, SIZE_MAX);
    promlet_free(promlet_registry_get_metrics(registry));
    expect_taken(registry, SIZE_MAX);
}

static void at_once_shows_what_others_show(void **state)
{
    (void)state;
    promlet_registry *registry = settled_registry();
    promlet_counter_inc_by(jobs_of(registry), "mail");
    promlet_snapshot *snapshot = promlet_snapshot_take_at_once(registry, SIZE_MAX);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_string_equal(text, "# TYPE jobs_total counter\n"
                              "jobs_total{queue=\"backup\"} 1\n"
                              "jobs_total{queue=\"mail\"} 2\n");
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void at_once_is_an_empty_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    expect_taken(registry, 0);
    promlet_registry_free(registry);
}

static void at_once_is_not_what_has_to_be_ordered_first(void **state)
{
    (void)state;
    promlet_registry *registry = settled_registry();
    promlet_counter_inc_by(jobs_of(registry), "print");
    expect_refused_once(registry);
    assert_int_equal(promlet_family_remove(jobs_of(registry), "mail"), PROMLET_OK);
    expect_refused_once(registry);
    promlet_registry_free(registry);
}

static void at_once_is_nothing_large(void **state)
{
    (void)state;
    promlet_registry *registry = settled_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.show_usage = true}),
        PROMLET_OK);
    size_t bytes = (size_t)scraped_value(registry, "promlet_memory_bytes");
    promlet_free(promlet_registry_get_metrics(registry));
    assert_true(bytes > 0);
    expect_refused(registry, bytes - 1);
    expect_taken(registry, bytes + 3 * FAMILY_BYTES);
    for (int i = 0; i < 100; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "queue_%d", i);
        promlet_counter_inc_by(jobs_of(registry), name);
    }
    promlet_free(promlet_registry_get_metrics(registry));
    expect_refused(registry, bytes + 3 * FAMILY_BYTES);
    promlet_registry_free(registry);
}

/* Families without series are shown, too, with help texts. */
static void at_once_are_not_many_families(void **state)
{
    static char help[PROMLET_MAX_HELP_BYTES + 1];
    (void)state;
    promlet_registry *registry = new_registry();
    memset(help, 'h', sizeof help - 1);
    for (int i = 0; i < 10; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "empty_%d_total", i);
        (void)promlet_counter_family_new(
            registry, &(promlet_opts){.name = name, .help = help, .labels = {"queue"}});
    }
    expect_refused(registry, 10 * PROMLET_MAX_HELP_BYTES);
    expect_taken(registry, 10 * (PROMLET_MAX_HELP_BYTES + FAMILY_BYTES));
    promlet_registry_free(registry);
}

static double answer(void *ctx)
{
    int *calls = ctx;
    (*calls)++;
    return 1;
}

static promlet_status emit_nothing(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    (void)answer(ctx);
    return PROMLET_OK;
}

static void at_once_calls_nobody(void **state)
{
    (void)state;
    int calls = 0;
    promlet_registry *registry = settled_registry();
    promlet_collector *callback = promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = "queue_length"}, answer, &calls);
    expect_refused(registry, SIZE_MAX);
    promlet_collector_free(callback);
    expect_taken(registry, SIZE_MAX);
    promlet_collector *collector = promlet_collector_new(
        registry,
        &(promlet_collector_opts){.name = "disks", .collect = emit_nothing, .ctx = &calls});
    expect_refused(registry, SIZE_MAX);
    promlet_collector_free(collector);
    expect_taken(registry, SIZE_MAX);
    assert_int_equal(calls, 0);
    promlet_registry_free(registry);
}

static double take_inside(void *ctx)
{
    assert_null(promlet_snapshot_take_at_once(ctx, SIZE_MAX));
    assert_non_null(strstr(promlet_last_error(), "in a callback or collector"));
    return 1;
}

static void at_once_in_a_callback_is_refused_as_ever(void **state)
{
    (void)state;
    promlet_registry *other = settled_registry();
    promlet_registry *registry = new_registry();
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "inside"}, take_inside, other);
    assert_true(scraped_value(registry, "inside") == 1);
    promlet_registry_free(registry);
    promlet_registry_free(other);
}

/* As it is while somebody takes a snapshot with a million new series. */
static void at_once_waits_for_no_order(void **state)
{
    (void)state;
    promlet_counter_inc(starts);
    promlet_free(promlet_get_metrics());
    pml_lock(PML_LOCK_ORDER);
    expect_refused(NULL, SIZE_MAX);
    pml_unlock(PML_LOCK_ORDER);
    promlet_snapshot *snapshot = promlet_snapshot_take_at_once(NULL, SIZE_MAX);
    assert_non_null(snapshot);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_non_null(strstr(text, "\nstarts_total 1\n"));
    promlet_free(text);
    promlet_snapshot_release(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_once_shows_what_others_show),
        cmocka_unit_test(at_once_is_an_empty_registry),
        cmocka_unit_test(at_once_is_not_what_has_to_be_ordered_first),
        cmocka_unit_test(at_once_is_nothing_large),
        cmocka_unit_test(at_once_are_not_many_families),
        cmocka_unit_test(at_once_calls_nobody),
        cmocka_unit_test(at_once_in_a_callback_is_refused_as_ever),
        cmocka_unit_test(at_once_waits_for_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
