/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the timed and in-progress scopes of promlet/scope.h: what is recorded, whatever way a
 * block is left. The clock is the test's, so that each way shows its own duration. C++ and its
 * exceptions are in tests/headers/usage.cpp.
 */
#include "support/allocations.h"
#include "support/scopes.h"

#include <errno.h>

static promlet_histogram *calls;
static promlet_gauge *running;

static int begin(void **state)
{
    (void)state;
    begin_with_stopped_time();
    calls = promlet_histogram_new(
        registry, &(promlet_opts){.name = "call_seconds", .help = "Calls.", PROMLET_BOUNDS(1)});
    running = promlet_gauge_new(registry, &(promlet_opts){.name = "running", .help = "Running."});
    return 0;
}

/* All calls together took so long. */
static void expect_calls(double count, double sum)
{
    expect_sample("call_seconds_count", count);
    expect_sample("call_seconds_sum", sum);
}

static double invalid_handles(void)
{
    return scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}");
}

/* ---- time ------------------------------------------------------------------------------------ */

static int leave_by(int way)
{
    for (int i = 0; i < 2; i++) {
        PROMLET_TIMED_SCOPE(calls);
        pass(1);
        if (way == 1) {
            return 1;
        }
        if (way == 2) {
            break;
        }
        if (way == 3) {
            continue;
        }
        if (way == 4) {
            goto out;
        }
        pass(8);
    }
    return 0;
out:
    return 4;
}

static void test_defect_23_timed_scope_records_on_every_way_out(void **state)
{
    (void)state;
    assert_int_equal(leave_by(0), 0);
    expect_calls(2, 18);
    assert_int_equal(leave_by(1), 1);
    expect_calls(3, 19);
    assert_int_equal(leave_by(2), 0);
    expect_calls(4, 20);
    assert_int_equal(leave_by(3), 0);
    expect_calls(6, 22);
    assert_int_equal(leave_by(4), 4);
    expect_calls(7, 23);
}

/* A macro of the user's puts several scopes on one line. */
#define TWICE_TIMED(first, second)                                                                 \
    PROMLET_TIMED_SCOPE(first);                                                                    \
    PROMLET_TIMED_SCOPE_WITH(second, PROMLET_CLOCK_FAST)
#define TWICE_IN_PROGRESS(gauge)                                                                   \
    PROMLET_IN_PROGRESS_SCOPE(gauge);                                                              \
    PROMLET_IN_PROGRESS_SCOPE(gauge)

static promlet_histogram *evaluated(int *count)
{
    (*count)++;
    return calls;
}

static void timed_scopes_of_one_line_and_nested_ones_record_each(void **state)
{
    (void)state;
    int count = 0;
    {
        TWICE_TIMED(evaluated(&count), calls);
        pass(1);
        {
            PROMLET_TIMED_SCOPE_WITH(evaluated(&count), PROMLET_CLOCK_COARSE);
            pass(2);
        }
        expect_calls(1, 2);
        pass(4);
    }
    expect_calls(3, 2 + 7 + 7);
    assert_int_equal(count, 2);
}

static void timed_scope_without_clock_records_nothing(void **state)
{
    (void)state;
    {
        PROMLET_TIMED_SCOPE_WITH(calls, PROMLET_CLOCK_NONE);
        pass(1);
    }
    expect_calls(0, 0);
}

static void timed_scope_of_summary_records_there(void **state)
{
    (void)state;
    promlet_summary *waits =
        promlet_summary_new(registry, &(promlet_opts){.name = "wait_seconds", .help = "Waits."});
    {
        PROMLET_TIMED_SCOPE(waits);
        PROMLET_TIMED_SCOPE_WITH(calls, PROMLET_CLOCK_FAST);
        PROMLET_TIMED_SCOPE_WITH(waits, PROMLET_CLOCK_NONE);
        pass(1);
    }
    expect_sample("wait_seconds_count", 1);
    expect_sample("wait_seconds_sum", 1);
    expect_calls(1, 1);
    promlet_timed_scope scope = promlet_timed_scope_start_summary(waits, PROMLET_CLOCK_PRECISE);
    pass(2);
    promlet_timed_scope_finish(&scope);
    promlet_timed_scope_finish(&scope);
    expect_sample("wait_seconds_sum", 3);
}

static void timed_scope_of_null_summary_is_counted_once(void **state)
{
    (void)state;
    promlet_summary *none = NULL;
    double before = invalid_handles();
    {
        PROMLET_TIMED_SCOPE(none);
    }
    assert_true((uint64_t)invalid_handles() == (uint64_t)before + 1);
}

static void timed_scope_by_hand_is_finished_once(void **state)
{
    (void)state;
    promlet_timed_scope scope = promlet_timed_scope_start(calls, PROMLET_CLOCK_PRECISE);
    pass(3);
    promlet_timed_scope_finish(&scope);
    pass(3);
    promlet_timed_scope_finish(&scope);
    promlet_timed_scope_finish(NULL);
    expect_calls(1, 3);
}

static void timed_scope_of_null_is_counted_once(void **state)
{
    (void)state;
    double before = invalid_handles();
    {
        PROMLET_TIMED_SCOPE(NULL);
    }
    assert_true((uint64_t)invalid_handles() == (uint64_t)before + 1);
}

static void timed_scope_while_off_records_nothing(void **state)
{
    (void)state;
    {
        PROMLET_TIMED_SCOPE(calls);
        pass(1);
        promlet_set_recording(false);
    }
    {
        PROMLET_TIMED_SCOPE(calls);
        pass(1);
        promlet_set_recording(true);
    }
    expect_calls(0, 0);
}

/* ---- in progress ----------------------------------------------------------------------------- */

static int descend(int depth)
{
    PROMLET_IN_PROGRESS_SCOPE(running);
    if (depth == 0) {
        expect_sample("running", 4);
        return 0;
    }
    return descend(depth - 1) + 1;
}

static void in_progress_scope_counts_those_inside(void **state)
{
    (void)state;
    assert_int_equal(descend(3), 3);
    expect_sample("running", 0);
    for (int i = 0; i < 3; i++) {
        TWICE_IN_PROGRESS(running);
        expect_sample("running", 2);
        if (i == 1) {
            break;
        }
    }
    expect_sample("running", 0);
}

static void in_progress_scope_is_left_whatever_the_switch_says(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        promlet_set_recording(i % 2 == 0);
        PROMLET_IN_PROGRESS_SCOPE(running);
        expect_sample("running", 1);
        promlet_set_recording(i / 2 == 0);
    }
    expect_sample("running", 0);
}

static void in_progress_scope_by_hand_is_finished_once(void **state)
{
    (void)state;
    double before = invalid_handles();
    promlet_in_progress_scope scope = promlet_in_progress_scope_start(running);
    expect_sample("running", 1);
    promlet_in_progress_scope_finish(&scope);
    promlet_in_progress_scope_finish(&scope);
    promlet_in_progress_scope_finish(NULL);
    expect_sample("running", 0);
    assert_true((uint64_t)invalid_handles() == (uint64_t)before);
    {
        PROMLET_IN_PROGRESS_SCOPE(NULL);
    }
    assert_true((uint64_t)invalid_handles() == (uint64_t)before + 1);
}

static void scopes_ask_for_no_memory_and_keep_errno(void **state)
{
    (void)state;
    allocations_refuse(1, true);
    for (int i = 0; i < 100; i++) {
        errno = 4711;
        (void)leave_by(0);
        {
            PROMLET_IN_PROGRESS_SCOPE(running);
        }
        assert_int_equal(errno, 4711);
    }
    assert_true(atomic_load(&allocations_asked) == 0);
    allocations_refuse(0, false);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end_with_real_time)
    const struct CMUnitTest tests[] = {
        CASE(test_defect_23_timed_scope_records_on_every_way_out),
        CASE(timed_scopes_of_one_line_and_nested_ones_record_each),
        CASE(timed_scope_without_clock_records_nothing),
        CASE(timed_scope_of_summary_records_there),
        CASE(timed_scope_of_null_summary_is_counted_once),
        CASE(timed_scope_by_hand_is_finished_once),
        CASE(timed_scope_of_null_is_counted_once),
        CASE(timed_scope_while_off_records_nothing),
        CASE(in_progress_scope_counts_those_inside),
        CASE(in_progress_scope_is_left_whatever_the_switch_says),
        CASE(in_progress_scope_by_hand_is_finished_once),
        CASE(scopes_ask_for_no_memory_and_keep_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
