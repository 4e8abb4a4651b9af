/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the limits of series and of memory: what is beyond one counts exactly. */
#include "support/heard_log.h"
#include "support/lifetime.h"

#include "registry/spreading.h"
#include "series/spread.h"

#include <promlet/recording.h>

#define OVERFLOW "jobs_total{otel_metric_overflow=\"true\"}"
#define OVERFLOW_COUNT "promlet_series_overflow_total{family=\"jobs_total\"}"

static promlet_registry *registry;
static struct heard_log heard;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    start_to_hear(&heard);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_to_hear();
    promlet_registry_free(registry);
    return 0;
}

static promlet_counter_family *limited_counters(size_t max_series)
{
    return promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                                .help = "Jobs.",
                                                                .labels = {"key"},
                                                                .max_series = max_series});
}

static void set_limits(size_t max_label_value_bytes, size_t max_memory_bytes)
{
    promlet_registry_opts options = {.max_label_value_bytes = max_label_value_bytes,
                                     .max_memory_bytes = max_memory_bytes};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
}

static void inc_number(promlet_counter_family *family, int number)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%d", number);
    promlet_counter_inc_by(family, text);
}

/* ---- series ---------------------------------------------------------------------------------- */

static void series_removed_make_room(void **state)
{
    (void)state;
    promlet_counter_family *family = limited_counters(2);
    for (int round = 1; round <= 3; round++) {
        promlet_counter_inc_by(family, "a");
        promlet_counter_inc_by(family, "b");
        promlet_counter_inc_by(family, "c");
        promlet_counter_inc_by(family, "c");
        assert_value(registry, OVERFLOW, (uint64_t)(2 * round));
        assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
        promlet_counter_inc_by(family, "c");
        assert_value(registry, "jobs_total{key=\"c\"}", 1);
        promlet_counter_inc_by(family, "d");
        promlet_counter_inc_by(family, "d");
        assert_value(registry, OVERFLOW, (uint64_t)(2 * round + 2));
        assert_int_equal(promlet_family_remove(family, "b"), PROMLET_OK);
        assert_int_equal(promlet_family_remove(family, "c"), PROMLET_OK);
        assert_int_equal(promlet_family_remove_matching(family, NULL, 0), 1);
        for (int i = 0; i < round; i++) {
            promlet_counter_inc_by(family, "x");
            promlet_counter_inc_by(family, "y");
            promlet_counter_inc_by(family, "beyond");
            promlet_counter_inc_by(family, "beyond");
        }
        assert_value(registry, OVERFLOW, (uint64_t)(2 * round));
        assert_int_equal(promlet_family_clear(family), PROMLET_OK);
        for (int i = 0; i < round; i++) {
            promlet_counter_inc_by(family, "a");
            promlet_counter_inc_by(family, "b");
            promlet_counter_inc_by(family, "beyond");
            promlet_counter_inc_by(family, "beyond");
        }
        assert_value(registry, OVERFLOW, (uint64_t)(2 * round));
        assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
        assert_int_equal(promlet_family_remove(family, "b"), PROMLET_OK);
    }
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "jobs_total: reached its limit of 2 series; further label values share the "
                        "series with otel_metric_overflow=\"true\"");
}

/* A removed series that somebody holds is in memory, and still none of those that are shown. */
static void removed_series_come_back_as_far_as_there_is_room(void **state)
{
    (void)state;
    promlet_counter_family *family = limited_counters(2);
    promlet_counter *a = promlet_counter_with(family, "a");
    promlet_counter_inc_by(family, "b");
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
    promlet_counter_inc_by(family, "c");
    promlet_counter *overflow = promlet_counter_with(family, "a");
    assert_ptr_not_equal(overflow, a);
    promlet_counter_inc(overflow);
    promlet_counter_inc(a);
    assert_value(registry, OVERFLOW, 1);
    assert_int_equal(promlet_family_remove(family, "b"), PROMLET_OK);
    assert_ptr_equal(promlet_counter_with(family, "a"), a);
    assert_value(registry, "jobs_total{key=\"a\"}", 0);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void memory_beyond_the_limit_goes_to_overflow_until_there_is_room(void **state)
{
    (void)state;
    promlet_counter_family *family = limited_counters(0);
    const int count = 100;
    for (int i = 0; i < count; i++) {
        inc_number(family, i);
    }
    size_t used = memory_of(registry);
    set_limits(0, used);
    for (int i = 0; i < 3 * count; i++) {
        inc_number(family, i); /* a third of it exists */
    }
    assert_value(registry, OVERFLOW, (uint64_t)(2 * count));
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "jobs_total: its registry has reached its limit of memory; further label "
                        "values share the series with otel_metric_overflow=\"true\"");
    for (int i = 0; i < 10; i++) {
        char text[40];
        (void)snprintf(text, sizeof text, "%d", i);
        assert_int_equal(promlet_family_remove(family, text), PROMLET_OK);
    }
    inc_number(family, 1000); /* removed, but in memory */
    assert_value(registry, OVERFLOW, (uint64_t)(2 * count + 1));
    scrape_until_free(registry);
    inc_number(family, 1000);
    assert_value(registry, "jobs_total{key=\"1000\"}", 1);
    assert_true(memory_of(registry) <= used);
    set_limits(0, 0);
    for (int i = 2000; i < 2000 + count; i++) {
        inc_number(family, i);
    }
    assert_value(registry, OVERFLOW, (uint64_t)(2 * count + 1));
}

/* They count for the limit, and so does what somebody holds. */
/* Up to where series go to overflow, whose series is made anyway. */
static void expect_within_limit(size_t limit, promlet_cells cells)
{
    promlet_registry *small = promlet_registry_new();
    pml_limits_set(small, 0, limit);
    promlet_counter_family *family = promlet_counter_family_new(
        small, &(promlet_opts){.name = "jobs_total", .labels = {"key"}, .cells = cells});
    for (int i = 0; pml_load_relaxed(&family_of(family)->overflow_count) == 0; i++) {
        assert_true(memory_of(small) <= limit);
        inc_number(family, i);
    }
    assert_true(memory_of(small) > limit / 2);
    promlet_registry_free(small);
}

/* The table doubles now and then: just behind the limit, and elsewhere. */
static void memory_of_growing_tables_and_cells_does_not_pass_the_limit(void **state)
{
    (void)state;
    for (size_t limit = 2000; limit < 100000; limit = limit * 5 / 4) {
        expect_within_limit(limit, PROMLET_CELLS_SHARED);
        expect_within_limit(limit, PROMLET_CELLS_PER_CPU);
    }
}

static void memory_of_per_cpu_cells_and_removed_series_counts(void **state)
{
    (void)state;
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                             .help = "Jobs.",
                                                             .labels = {"key"},
                                                             .cells = PROMLET_CELLS_PER_CPU});
    size_t empty = memory_of(registry);
    promlet_counter *counter = promlet_counter_with(family, "a");
    size_t used = memory_of(registry);
    assert_true(used >= empty + pml_spread_bytes(PROMLET_COUNTER_WORDS));
    assert_int_equal(promlet_family_clear(family), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(memory_of(registry), used);
    set_limits(0, used);
    promlet_counter_inc_by(family, "b");
    assert_value(registry, OVERFLOW, 1);
    set_limits(0, memory_of(registry));
    promlet_counter_inc_by(family, "b");
    assert_value(registry, OVERFLOW, 2);
    promlet_counter_release(counter);
    scrape_until_free(registry);
    promlet_counter_inc_by(family, "b");
    assert_value(registry, "jobs_total{key=\"b\"}", 1);
}

/* What a service can't do without, and what promlet says of itself. */
static void metrics_without_labels_and_promlets_own_are_not_limited(void **state)
{
    (void)state;
    set_limits(1, 1);
    promlet_counter *whole = promlet_counter_new(registry, &(promlet_opts){.name = "n_total"});
    promlet_counter_inc(whole);
    promlet_counter_inc_by(limited_counters(0), "a");
    assert_value(registry, "n_total", 1);
    assert_value(registry, OVERFLOW, 1);
    assert_value(registry, OVERFLOW_COUNT, 1);
}

static void own_metrics_take_no_memory_of_the_limit(void **state)
{
    (void)state;
    promlet_counter_family *family = limited_counters(1);
    promlet_counter_inc_by(family, "a");
    promlet_counter_inc_by(family, "b");
    size_t used = memory_of(registry);
    scrape(registry);
    assert_true(is_shown(registry, OVERFLOW_COUNT));
    assert_int_equal(memory_of(registry), used);
}

static void registry_that_is_empty_again_takes_no_memory_for_series(void **state)
{
    (void)state;
    promlet_counter_family *family = limited_counters(100000);
    for (int i = 0; i < 1000; i++) {
        inc_number(family, i);
    }
    size_t most = memory_of(registry);
    assert_int_equal(promlet_family_clear(family), PROMLET_OK);
    scrape_until_free(registry);
    assert_int_equal(registry->series_bytes, 0);
    assert_true(memory_of(registry) < most / 100);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(series_removed_make_room),
        TEST(removed_series_come_back_as_far_as_there_is_room),
        TEST(memory_beyond_the_limit_goes_to_overflow_until_there_is_room),
        TEST(memory_of_growing_tables_and_cells_does_not_pass_the_limit),
        TEST(memory_of_per_cpu_cells_and_removed_series_counts),
        TEST(metrics_without_labels_and_promlets_own_are_not_limited),
        TEST(own_metrics_take_no_memory_of_the_limit),
        TEST(registry_that_is_empty_again_takes_no_memory_for_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
