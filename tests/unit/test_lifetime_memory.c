/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that series and metrics that come and go leave no memory behind, be it a million of them;
 * and that every call that removes survives without memory, and leaves all as it was.
 */
#include "base/valgrind.h"
#include "support/allocations.h"
#include "support/lifetime.h"
#include "support/sanitizers.h"

/* Where each takes a hundred times as long, and elsewhere. */
#define SLOW_CYCLES 20000
#define CYCLES 1000000
#define MOST_FAULT_POINTS 1000

/* Allocations that are alive after each stretch of a run stay below this. */
#define FEW 200

/* PROMLET_TEST_CYCLES of each sort, or as many as above. */
static int cycles(void)
{
    const char *text = getenv("PROMLET_TEST_CYCLES");
    int wanted = text != NULL ? atoi(text) : 0;
    bool is_slow = sanitizer_name() != NULL || pml_runs_on_valgrind();
    return is_slow ? SLOW_CYCLES : wanted > 0 ? wanted : CYCLES;
}

static void write_key(char *out, size_t size, int number)
{
    (void)snprintf(out, size, "number %d", number);
}

static void expect_few(long alive)
{
    long more = atomic_load(&allocations_alive) - alive;
    if (more > FEW) {
        fail_msg("%ld allocations are left", more);
    }
}

static void create_and_expire_cycles_leave_no_memory(void **state)
{
    (void)state;
    const int count = cycles();
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "jobs_total", .labels = {"key"}, .idle_seconds = IDLE_SECONDS});
    long alive = atomic_load(&allocations_alive);
    size_t most = 0;
    for (int i = 0; i < count; i++) {
        char key[40];
        write_key(key, sizeof key, i);
        promlet_counter_inc_by(family, key);
        if (i % 100 == 99) {
            scrape(registry);
            let_idle_time_pass(family);
            scrape(registry);
            scrape(registry);
            size_t used = memory_of(registry);
            most = i < 1000 && used > most ? used : most;
            assert_true(used <= 2 * most);
        }
    }
    scrape_until_free(registry);
    assert_int_equal(registry->series_bytes, 0);
    expect_few(alive);
    /* None of them went to overflow. */
    assert_false(is_shown(registry, "jobs_total{otel_metric_overflow=\"true\"}"));
    promlet_registry_free(registry);
}

static void create_and_remove_cycles_leave_no_memory(void **state)
{
    (void)state;
    const int count = cycles();
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    long alive = atomic_load(&allocations_alive);
    for (int i = 0; i < count; i++) {
        char key[40];
        write_key(key, sizeof key, i);
        promlet_counter *counter = promlet_counter_with(family, key);
        promlet_counter_inc(counter);
        promlet_counter_release(counter);
        assert_int_equal(promlet_family_remove(family, key), PROMLET_OK);
        if (i % 1000 == 999) {
            scrape(registry);
            assert_true(atomic_load(&allocations_alive) - alive < 3 * 1000);
        }
    }
    scrape_until_free(registry);
    expect_few(alive);
    promlet_registry_free(registry);
}

/* Nobody scrapes, so nobody buries what was removed, but who adds. */
static void create_and_remove_cycles_without_scrapes_leave_no_memory(void **state)
{
    (void)state;
    const int count = cycles();
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = keyed_counters(registry);
    scrape(registry);
    long alive = atomic_load(&allocations_alive);
    for (int i = 0; i < count; i++) {
        char key[40];
        write_key(key, sizeof key, i);
        promlet_counter_inc_by(family, key);
        assert_int_equal(promlet_family_remove(family, key), PROMLET_OK);
    }
    expect_few(alive);
    promlet_registry_free(registry);
}

static void register_and_unregister_cycles_leave_no_memory(void **state)
{
    (void)state;
    const int count = cycles();
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "depth", .labels = {"key"}};
    long alive = atomic_load(&allocations_alive);
    for (int i = 0; i < count; i++) {
        promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
        promlet_gauge_set_by(family, i, "a");
        assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    }
    scrape_until_free(registry);
    expect_few(alive);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

/* ---- without memory -------------------------------------------------------------------------- */

typedef struct scene {
    promlet_registry *registry;
    promlet_counter_family *family;
} scene;

static scene make_scene(void)
{
    scene made = {.registry = new_registry()};
    made.family = keyed_counters(made.registry);
    promlet_counter_add_u64(promlet_counter_with(made.family, "a\xff"), 3);
    promlet_counter_inc_by(made.family, "b");
    return made;
}

#define SAMPLE "jobs_total{key=\"a\xef\xbf\xbd\"}"

static bool remove_values(const scene *in)
{
    return promlet_family_remove(in->family, "a\xff") == PROMLET_OK;
}

static bool remove_matching(const scene *in)
{
    const promlet_label label = {"key", "a\xff"};
    return promlet_family_remove_matching(in->family, &label, 1) == 1;
}

static bool clear(const scene *in)
{
    return promlet_family_clear(in->family) == PROMLET_OK;
}

static bool unregister(const scene *in)
{
    return promlet_family_unregister(in->family) == PROMLET_OK;
}

static bool unregister_by_name(const scene *in)
{
    return promlet_registry_unregister(in->registry, "jobs") == PROMLET_OK;
}

/* Removes, revives and buries. */
static bool live_through_it(const scene *in)
{
    bool is_removed = promlet_family_remove(in->family, "a\xff") == PROMLET_OK &&
                      promlet_family_remove(in->family, "b") == PROMLET_OK;
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_counter_inc_by(in->family, "c");
    bool has_added = promlet_last_error()[0] == '\0';
    promlet_snapshot *snapshot = promlet_snapshot_take(in->registry);
    promlet_snapshot_release(snapshot);
    return is_removed && has_added && snapshot != NULL;
}

static void survive_each_fault(const char *name, bool (*run)(const scene *in), bool is_whole,
                               bool on)
{
    bool is_through = false;
    for (long n = 1; !is_through; n++) {
        assert_true(n < MOST_FAULT_POINTS);
        long alive = atomic_load(&allocations_alive);
        scene made = make_scene();
        scrape(made.registry);
        (void)promlet_set_last_error(PROMLET_OK, "");
        allocations_refuse(n, on);
        bool has_worked = run(&made);
        is_through = atomic_load(&allocations_asked) < n;
        allocations_refuse(0, false);
        if (is_through && !has_worked) {
            fail_msg("%s fails with memory", name);
        }
        if (!has_worked && is_whole) {
            assert_string_equal(promlet_last_error(), "out of memory");
            assert_value(made.registry, SAMPLE, 3);
            assert_value(made.registry, "jobs_total{key=\"b\"}", 1);
            assert_true(run(&made));
        }
        if (is_whole) {
            assert_false(is_shown(made.registry, SAMPLE));
        }
        scrape_until_free(made.registry);
        assert_ptr_equal(keyed_counters(made.registry), made.family);
        assert_int_equal(promlet_family_clear(made.family), PROMLET_OK);
        promlet_counter_inc_by(made.family, "a\xff");
        assert_value(made.registry, SAMPLE, 1);
        promlet_registry_free(made.registry);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
}

static void calls_without_memory_leave_all_as_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool (*run)(const scene *in);
        bool is_whole; /* it does all or nothing */
    } cases[] = {
        {"remove_values", remove_values, true},
        {"remove_matching", remove_matching, true},
        {"clear", clear, true},
        {"unregister", unregister, true},
        {"unregister_by_name", unregister_by_name, true},
        {"live_through_it", live_through_it, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        survive_each_fault(cases[i].name, cases[i].run, cases[i].is_whole, false);
        survive_each_fault(cases[i].name, cases[i].run, cases[i].is_whole, true);
    }
}

/* A scrape that does not want what these tests look at. */
static void scrape_another_family(promlet_registry *registry)
{
    const char *const name = "zzz";
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(
        registry, &(promlet_filter){.names = &name, .name_count = 1});
    assert_non_null(snapshot);
    promlet_snapshot_release(snapshot);
}

/* What an expired series held is shown, though the scrapes that were to show it fail, and others
   want none of it. */
static void expire_with_each_fault(bool on)
{
    bool is_through = false;
    for (long n = 1; !is_through; n++) {
        assert_true(n < MOST_FAULT_POINTS);
        promlet_registry *registry = new_registry();
        promlet_counter_family *family = promlet_counter_family_new(
            registry,
            &(promlet_opts){.name = "jobs_total", .labels = {"key"}, .idle_seconds = IDLE_SECONDS});
        (void)promlet_gauge_new(registry, &(promlet_opts){.name = "zzz"}); /* read after it */
        promlet_counter_inc_by(family, "a");
        scrape(registry);
        let_idle_time_pass(family);
        allocations_refuse(n, on);
        promlet_snapshot *snapshot = promlet_snapshot_take(registry);
        is_through = atomic_load(&allocations_asked) < n;
        allocations_refuse(0, false);
        if (snapshot == NULL) {
            scrape_another_family(registry);
            assert_value(registry, "jobs_total{key=\"a\"}", 1);
        }
        promlet_snapshot_release(snapshot);
        assert_false(is_shown(registry, "jobs_total{key=\"a\"}"));
        promlet_registry_free(registry);
    }
}

static void expiry_without_memory_loses_nothing(void **state)
{
    (void)state;
    expire_with_each_fault(false);
    expire_with_each_fault(true);
}

int main(void)
{
    make_what_lasts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_and_expire_cycles_leave_no_memory),
        cmocka_unit_test(create_and_remove_cycles_leave_no_memory),
        cmocka_unit_test(create_and_remove_cycles_without_scrapes_leave_no_memory),
        cmocka_unit_test(register_and_unregister_cycles_leave_no_memory),
        cmocka_unit_test(calls_without_memory_leave_all_as_it_was),
        cmocka_unit_test(expiry_without_memory_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
