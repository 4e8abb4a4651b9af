/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/timer.h. A timer is a plain moment, so a test makes up the one it needs. */
#include "base/clock.h"
#include "support/expect.h"

#include <errno.h>

#define HOUR_NS UINT64_C(3600000000000)

static void timer_just_started_is_close_to_zero(void **state)
{
    (void)state;
    uint64_t before = pml_clock_monotonic_ns();
    promlet_timer timer = promlet_timer_start();
    double seconds = promlet_timer_seconds(timer);
    uint64_t after = pml_clock_monotonic_ns();
    assert_true(timer.start_ns >= before && timer.start_ns <= after);
    assert_true(seconds >= 0 && seconds <= (double)(after - before) / 1e9);
}

static void timer_started_in_the_past_is_in_seconds(void **state)
{
    (void)state;
    uint64_t now = pml_clock_monotonic_ns();
    promlet_timer timer = {now - now / 2};
    double seconds = promlet_timer_seconds(timer);
    uint64_t later = pml_clock_monotonic_ns();
    assert_true(seconds >= (double)(now / 2) / 1e9);
    assert_true(seconds <= (double)(later - timer.start_ns) / 1e9);
}

static void timer_started_in_the_future_is_zero(void **state)
{
    (void)state;
    promlet_timer timer = {pml_clock_monotonic_ns() + HOUR_NS};
    assert_true(promlet_timer_seconds(timer) <= 0 && promlet_timer_seconds(timer) >= 0);
}

static void timer_started_at_the_end_of_time_is_zero(void **state)
{
    (void)state;
    promlet_timer timer = {UINT64_MAX};
    assert_true(promlet_timer_seconds(timer) <= 0 && promlet_timer_seconds(timer) >= 0);
}

static void timer_never_started_is_the_age_of_the_clock(void **state)
{
    (void)state;
    promlet_timer timer = {0};
    double before = (double)pml_clock_monotonic_ns() / 1e9;
    double seconds = promlet_timer_seconds(timer);
    assert_true(seconds >= before && seconds <= (double)pml_clock_monotonic_ns() / 1e9);
}

static void timer_observe_records_what_it_returns(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "call_seconds", .help = "Time of a call."});
    promlet_timer timer = promlet_timer_start();
    double seconds = promlet_timer_observe(timer, histogram);
    char *text = promlet_registry_get_metrics(registry);
    keep_document("timer_observe", text, NULL);
    double sum = sample_value(text, "call_seconds_sum");
    double count = sample_value(text, "call_seconds_count");
    assert_memory_equal(&sum, &seconds, sizeof sum);
    assert_true(count >= 1 && count <= 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

static void timer_observed_in_the_future_records_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "call_seconds", .help = "Time.", PROMLET_BOUNDS(0)});
    promlet_timer_observe((promlet_timer){UINT64_MAX}, histogram);
    promlet_timer_observe((promlet_timer){UINT64_MAX}, histogram);
    expect_metrics(registry, "timer_future", NULL,
                   "# HELP call_seconds Time.\n"
                   "# TYPE call_seconds histogram\n"
                   "call_seconds_bucket{le=\"0.0\"} 2\n"
                   "call_seconds_bucket{le=\"+Inf\"} 2\n"
                   "call_seconds_sum 0\n"
                   "call_seconds_count 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void timer_observe_null_returns_the_seconds_all_the_same(void **state)
{
    (void)state;
    promlet_timer timer = {0};
    assert_true(promlet_timer_observe(timer, NULL) > 0);
}

static void timer_keeps_errno(void **state)
{
    (void)state;
    errno = 4711;
    promlet_timer_observe(promlet_timer_start(), NULL);
    assert_int_equal(errno, 4711);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timer_just_started_is_close_to_zero),
        cmocka_unit_test(timer_started_in_the_past_is_in_seconds),
        cmocka_unit_test(timer_started_in_the_future_is_zero),
        cmocka_unit_test(timer_started_at_the_end_of_time_is_zero),
        cmocka_unit_test(timer_never_started_is_the_age_of_the_clock),
        cmocka_unit_test(timer_observe_records_what_it_returns),
        cmocka_unit_test(timer_observed_in_the_future_records_zero),
        cmocka_unit_test(timer_observe_null_returns_the_seconds_all_the_same),
        cmocka_unit_test(timer_keeps_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
