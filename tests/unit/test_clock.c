/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the clock that tests set (promlet/testing.h), and of base/clock.h behind it. */
#include "base/clock.h"
#include "base/ticks.h"
#include "support/expect.h"
#include "support/stress.h"

#include <promlet/testing.h>

#include <math.h>
#include <time.h>

#define SECOND UINT64_C(1000000000)

static int run_again(void **state)
{
    (void)state;
    promlet_testing_use_real_time();
    return 0;
}

static uint64_t system_ns(clockid_t clock)
{
    struct timespec now;
    assert_int_equal(clock_gettime(clock, &now), 0);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

static promlet_histogram *new_histogram(promlet_registry *registry)
{
    return promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "call_seconds", .help = "Time.", PROMLET_BOUNDS(0.1, 0.3, 1)});
}

/* ---- clocks ---------------------------------------------------------------------------------- */

/* Runs first, before a test has moved a clock. */
static void clocks_that_nobody_set_are_the_system_s(void **state)
{
    (void)state;
    assert_true(pml_clock_is_real());
    uint64_t before = system_ns(CLOCK_MONOTONIC);
    uint64_t now = pml_clock_monotonic_ns();
    assert_true(now >= before && now <= system_ns(CLOCK_MONOTONIC));
    before = system_ns(CLOCK_REALTIME);
    now = pml_clock_unix_ns();
    assert_true(now >= before && now <= system_ns(CLOCK_REALTIME));
    assert_true(pml_clock_coarse_ns() <= pml_clock_monotonic_ns());
}

static void time_that_is_set_stands_still(void **state)
{
    (void)state;
    uint64_t before = pml_clock_monotonic_ns();
    assert_int_equal(promlet_testing_set_time(1700000000.5), PROMLET_OK);
    uint64_t stopped = pml_clock_monotonic_ns();
    /* The system's day is set; its age is not. */
    assert_true(stopped >= before && stopped <= before + 60 * SECOND);
    while (system_ns(CLOCK_MONOTONIC) <= stopped) {
    }
    assert_true(pml_clock_monotonic_ns() == stopped);
    assert_true(pml_clock_coarse_ns() == stopped);
    assert_true(pml_clock_unix_ns() == 1700000000 * SECOND + SECOND / 2);
    assert_false(pml_clock_is_real());
}

static void time_that_is_set_again_moves_the_day_only(void **state)
{
    (void)state;
    assert_int_equal(promlet_testing_set_time(1700000000), PROMLET_OK);
    uint64_t stopped = pml_clock_monotonic_ns();
    assert_int_equal(promlet_testing_set_time(0), PROMLET_OK);
    assert_true(pml_clock_monotonic_ns() == stopped);
    assert_true(pml_clock_unix_ns() == 0);
}

static void time_that_advances_moves_all_clocks(void **state)
{
    (void)state;
    assert_int_equal(promlet_testing_set_time(100), PROMLET_OK);
    uint64_t stopped = pml_clock_monotonic_ns();
    assert_int_equal(promlet_testing_advance(2.5), PROMLET_OK);
    assert_int_equal(promlet_testing_advance(0), PROMLET_OK);
    assert_int_equal(promlet_testing_advance(1e-9), PROMLET_OK);
    assert_true(pml_clock_monotonic_ns() == stopped + 5 * SECOND / 2 + 1);
    assert_true(pml_clock_coarse_ns() == stopped + 5 * SECOND / 2 + 1);
    assert_true(pml_clock_unix_ns() == 205 * SECOND / 2 + 1);
}

static void time_that_advances_while_it_runs_stops(void **state)
{
    (void)state;
    uint64_t before = pml_clock_monotonic_ns();
    uint64_t day = pml_clock_unix_ns();
    assert_int_equal(promlet_testing_advance(3600), PROMLET_OK);
    uint64_t stopped = pml_clock_monotonic_ns();
    assert_true(stopped >= before + 3600 * SECOND && stopped < before + 3700 * SECOND);
    assert_true(pml_clock_unix_ns() >= day + 3600 * SECOND);
    assert_true(pml_clock_monotonic_ns() == stopped);
}

static void time_that_runs_again_does_not_go_back(void **state)
{
    (void)state;
    promlet_testing_use_real_time();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(promlet_testing_set_time(50), PROMLET_OK);
        assert_int_equal(promlet_testing_advance(7200), PROMLET_OK);
        uint64_t stopped = pml_clock_monotonic_ns();
        promlet_testing_use_real_time();
        uint64_t coarse = pml_clock_coarse_ns();
        uint64_t now = pml_clock_monotonic_ns();
        assert_true(coarse >= stopped);
        assert_true(now >= stopped && now < stopped + 60 * SECOND);
        while (pml_clock_monotonic_ns() == now) {
        }
        uint64_t day = system_ns(CLOCK_REALTIME);
        assert_true(pml_clock_unix_ns() >= day && pml_clock_unix_ns() < day + 60 * SECOND);
    }
}

static void time_out_of_range_is_refused(void **state)
{
    (void)state;
    static const double wrong[] = {-1, -1e-9, 9.2e9, 1e300, NAN, INFINITY, -INFINITY};
    assert_int_equal(promlet_testing_set_time(1000), PROMLET_OK);
    uint64_t stopped = pml_clock_monotonic_ns();
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(promlet_testing_set_time(wrong[i]), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(),
                            "the time of a test: must be from 0 to 9.2e9 seconds");
        assert_int_equal(promlet_testing_advance(wrong[i]), PROMLET_ERROR_ARGUMENT);
    }
    /* Each is fine, but not both. */
    assert_int_equal(promlet_testing_set_time(9.1e9), PROMLET_OK);
    assert_int_equal(promlet_testing_advance(9.1e9), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(),
                        "the time that passes in a test: must be from 0 to 9.2e9 seconds");
    assert_true(pml_clock_monotonic_ns() == stopped);
    assert_true(pml_clock_unix_ns() == 9100000000 * SECOND);
}

static void watch_clock(stress_member *self)
{
    uint64_t last = pml_clock_monotonic_ns();
    while (stress_goes_on(self)) {
        uint64_t now = pml_clock_monotonic_ns();
        self->done += now < last;
        last = now;
    }
}

static void clock_of_threads_never_goes_back(void **state)
{
    (void)state;
    static stress_crew crew;
    stress_crew_begin(&crew, 3600);
    stress_crew_add(&crew, 2, watch_clock, NULL, 0);
    stress_crew_go(&crew);
    for (int i = 0; i < 2000; i++) {
        /* So far that no thread is held up for as long while it reads. */
        (void)promlet_testing_advance(3600);
        (void)promlet_testing_set_time(5);
        promlet_testing_use_real_time();
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    assert_true(crew.members[0].done + crew.members[1].done == 0);
}

/* ---- what reads them ------------------------------------------------------------------------- */

static void timers_of_every_clock_follow_exactly(void **state)
{
    (void)state;
    static const promlet_clock clocks[] = {PROMLET_CLOCK_PRECISE, PROMLET_CLOCK_FAST,
                                           PROMLET_CLOCK_COARSE};
    /* Not all of them are what a multiplication makes of their nanoseconds. */
    static const double durations[] = {0, 1e-9, 0.1, 0.3, 0.7, 1.1, 86400.5, 1e9};
    (void)promlet_testing_set_time(1700000000);
    for (size_t i = 0; i < COUNT_OF(clocks) * COUNT_OF(durations); i++) {
        double duration = durations[i / COUNT_OF(clocks)];
        promlet_timer timer = promlet_timer_start_with(clocks[i % COUNT_OF(clocks)]);
        assert_int_not_equal(timer.clock, PROMLET_CLOCK_FAST);
        assert_int_equal(promlet_testing_advance(duration), PROMLET_OK);
        double seconds = promlet_timer_seconds(timer);
        assert_memory_equal(&seconds, &duration, sizeof seconds);
    }
}

static void timer_of_stopped_time_records_what_passed(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram(registry);
    (void)promlet_testing_set_time(1700000000);
    promlet_timer timer = promlet_timer_start();
    (void)promlet_testing_advance(0.3);
    promlet_timer_observe(timer, histogram);
    (void)promlet_testing_advance(0.3);
    promlet_timer_observe(timer, histogram);
    expect_metrics(registry, "testing_clock", NULL,
                   "# HELP call_seconds Time.\n"
                   "# TYPE call_seconds histogram\n"
                   "call_seconds_bucket{le=\"0.1\"} 0\n"
                   "call_seconds_bucket{le=\"0.3\"} 1\n"
                   "call_seconds_bucket{le=\"1.0\"} 2\n"
                   "call_seconds_bucket{le=\"+Inf\"} 2\n"
                   "call_seconds_sum 0.8999999999999999\n"
                   "call_seconds_count 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void timer_that_runs_when_time_is_stopped_goes_on(void **state)
{
    (void)state;
    promlet_timer precise = promlet_timer_start();
    promlet_timer coarse = promlet_timer_start_with(PROMLET_CLOCK_COARSE);
    promlet_timer fast = promlet_timer_start_with(PROMLET_CLOCK_FAST);
    (void)promlet_testing_set_time(0);
    (void)promlet_testing_advance(1000);
    double seconds = promlet_timer_seconds(precise);
    assert_true(seconds >= 1000 && seconds < 1060);
    seconds = promlet_timer_seconds(coarse);
    assert_true(seconds >= 1000 && seconds < 1060);
    assert_true(promlet_timer_seconds(fast) >= 0);
    promlet_timer_seconds(precise);
    promlet_testing_use_real_time();
    seconds = promlet_timer_seconds(precise);
    assert_true(seconds >= 1000 && seconds < 1060);
}

/* A rate is one of the time that the test lets pass. */
static void rate_between_scrapes_follows(void **state)
{
    (void)state;
    static const double intervals[] = {10, 1};
    for (size_t i = 0; i < COUNT_OF(intervals); i++) {
        promlet_registry *registry = new_registry();
        promlet_counter *counter =
            promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs."});
        (void)promlet_testing_set_time(1700000000);
        promlet_free(promlet_registry_get_metrics(registry));
        promlet_counter_add_u64(counter, 150000);
        (void)promlet_testing_advance(intervals[i]);
        promlet_free(promlet_registry_get_metrics(registry));
        assert_true((counter->spread != NULL) == (intervals[i] <= 1));
        promlet_registry_free(registry);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_teardown(name, run_again)
    const struct CMUnitTest tests[] = {
        CASE(clocks_that_nobody_set_are_the_system_s),
        CASE(time_that_is_set_stands_still),
        CASE(time_that_is_set_again_moves_the_day_only),
        CASE(time_that_advances_moves_all_clocks),
        CASE(time_that_advances_while_it_runs_stops),
        CASE(time_that_runs_again_does_not_go_back),
        CASE(time_out_of_range_is_refused),
        CASE(clock_of_threads_never_goes_back),
        CASE(timers_of_every_clock_follow_exactly),
        CASE(timer_of_stopped_time_records_what_passed),
        CASE(timer_that_runs_when_time_is_stopped_goes_on),
        CASE(rate_between_scrapes_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
