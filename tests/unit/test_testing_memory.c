/* SPDX-License-Identifier: Apache-2.0 */
/* The test helpers with each allocation refused in turn: an error, never a wrong answer or a leak.
 */
#include "support/allocations.h"
#include "support/expect.h"

#include <promlet/testing.h>

#include <math.h>

static promlet_registry *registry;

/* Each says whether it got an answer; a wrong one fails. */

static bool find_value(void)
{
    double value = promlet_testing_value(registry, "jobs_total", "queue", "a\"b");
    assert_true(isnan(value) || (value <= 3 && value >= 3));
    return !isnan(value);
}

static bool compare_equal(void)
{
    char *difference = promlet_testing_compare(registry, "jobs_total{queue=\"a\\\"b\"} 3\n", NULL);
    bool is_equal = difference == NULL;
    if (!is_equal) {
        assert_string_equal(difference, "out of memory");
    }
    promlet_free(difference);
    return is_equal;
}

static bool compare_different(void)
{
    char *difference = promlet_testing_compare(registry, "# TYPE x gauge\nx 1\n", NULL);
    assert_non_null(difference);
    bool is_answer = strcmp(difference, "out of memory") != 0;
    if (is_answer) {
        assert_string_equal(difference, "missing: # TYPE x gauge\n"
                                        "unexpected: jobs_total{queue=\"a\\\"b\"} 3\n"
                                        "missing: x 1\n");
    }
    promlet_free(difference);
    return is_answer;
}

static void expect_survival(bool (*run)(void), bool on)
{
    assert_true(run());
    long alive = atomic_load(&allocations_alive);
    long n = 1;
    bool is_refused = true;
    for (; is_refused; n++) {
        (void)promlet_set_last_error(PROMLET_OK, "");
        allocations_refuse(n, on);
        bool has_answer = run();
        is_refused = atomic_load(&allocations_asked) >= n;
        allocations_refuse(0, false);
        assert_int_equal(has_answer, !is_refused);
        assert_string_equal(promlet_last_error(), is_refused ? "out of memory" : "");
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    assert_true(n > 5);
}

static void helpers_without_memory_say_so_and_leak_nothing(void **state)
{
    (void)state;
    registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"queue"}});
    promlet_counter_add_u64(promlet_counter_with(family, "a\"b"), 3);
    static bool (*const runs[])(void) = {find_value, compare_equal, compare_different};
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        expect_survival(runs[i], false);
        expect_survival(runs[i], true);
    }
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(helpers_without_memory_say_so_and_leak_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
