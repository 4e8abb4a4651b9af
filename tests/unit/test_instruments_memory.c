/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each allocation that summaries, state sets, infos and unknowns make, from their declaration to a
 * scrape, is refused in turn: once, and with all that follow. It is reported, nothing is left over,
 * and the same calls work once there is memory again.
 */
#include "support/allocations.h"
#include "support/expect.h"

#define MOST_FAULT_POINTS 1000

static void declare_and_record(promlet_registry *registry)
{
    promlet_summary_family *waits =
        promlet_summary_family_new(registry, &(promlet_opts){.name = "wait_seconds",
                                                             .help = "Wait.",
                                                             .labels = {"lock"},
                                                             PROMLET_QUANTILES(0.5, 0.99)});
    promlet_summary_observe(promlet_summary_with(waits, "a"), 0);
    promlet_summary_observe_by(waits, 0, "b");
    (void)promlet_summary_new(registry, &(promlet_opts){.name = "s", .help = "S."});
    promlet_state_set *phase = promlet_state_set_new(
        registry, &(promlet_opts){.name = "p", .help = "P.", PROMLET_STATES("x", "y")});
    promlet_state_set_select(phase, 1);
    promlet_info_family *build = promlet_info_family_new(
        registry, &(promlet_opts){.name = "build_info", .help = "B.", .labels = {"version"}});
    (void)promlet_info_with(build, "1");
    promlet_unknown_set(promlet_unknown_new(registry, &(promlet_opts){.name = "u", .help = "U."}),
                        7);
}

/* Whatever came before, the series are there now, and nothing else. */
static void expect_series(promlet_registry *registry)
{
    static const char *const lines[] = {
        "wait_seconds{lock=\"a\",quantile=\"0.5\"} 0\n",
        "wait_seconds{lock=\"b\",quantile=\"0.99\"} 0\n",
        "s_count 0\n",
        "p{p=\"x\"} 0\n",
        "p{p=\"y\"} 1\n",
        "build_info{version=\"1\"} 1\n",
        "u 7\n",
    };
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (strstr(text, lines[i]) == NULL) {
            fail_msg("%s is missing in\n%s", lines[i], text);
        }
    }
    promlet_free(text);
}

/* False when there was no n-th request. */
static bool run_with_fault(long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    allocations_refuse(n, on);
    declare_and_record(registry);
    char *text = promlet_registry_get_metrics(registry);
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    bool is_reported = text == NULL || promlet_registry_status(registry, NULL) != PROMLET_OK ||
                       strstr(text, "no_series") != NULL;
    assert_true(is_reported == is_refused);
    promlet_free(text);
    declare_and_record(registry);
    expect_series(registry);
    promlet_registry_free(registry);
    assert_true(atomic_load(&allocations_alive) == alive);
    return is_refused;
}

/* What the process keeps is asked for once, by whoever comes first. */
static void warm_up(void)
{
    promlet_registry *registry = new_registry();
    declare_and_record(registry);
    expect_series(registry);
    promlet_registry_free(registry);
}

static void refuse_each(bool on)
{
    warm_up();
    long n = 1;
    while (run_with_fault(n, on)) {
        assert_true(++n < MOST_FAULT_POINTS);
    }
    assert_true(n > 50); /* else the faults did not arrive */
}

static void each_allocation_refused_once_is_survived(void **state)
{
    (void)state;
    refuse_each(false);
}

static void each_allocation_refused_from_there_on_is_survived(void **state)
{
    (void)state;
    refuse_each(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_refused_once_is_survived),
        cmocka_unit_test(each_allocation_refused_from_there_on_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
