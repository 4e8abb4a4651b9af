/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of promlet/timer.h on a machine that the test makes up: this program defines base/clock.h
 * and base/ticks.h itself, so the linker leaves the library's out. Time goes on from test to test,
 * and what the process knows of the counter's rate stays.
 */
#include "base/clock.h"
#include "base/ticks.h"
#include "base/ticks_scale.h"
#include "support/expect.h"

#define MILLISECOND UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

static struct machine {
    uint64_t ticks;
    uint64_t ns;
    uint64_t coarse_ns;
    uint64_t ticks_per_ns;
    bool is_steady;
    int clock_reads;
    int coarse_reads;
    int ticks_reads;
} machine = {.ticks = 1000, .ns = 5 * SECOND, .coarse_ns = 4 * SECOND, .ticks_per_ns = 3};

uint64_t pml_clock_monotonic_ns(void)
{
    machine.clock_reads++;
    return machine.ns;
}

uint64_t pml_clock_coarse_ns(void)
{
    machine.coarse_reads++;
    return machine.coarse_ns;
}

uint64_t pml_clock_unix_ns(void)
{
    return machine.ns;
}

_Atomic uint64_t pml_clock_shift;

bool pml_ticks_are_steady(void)
{
    return machine.is_steady;
}

uint64_t pml_ticks_read(void)
{
    machine.ticks_reads++;
    return machine.ticks;
}

static void let_pass(uint64_t ns)
{
    machine.ns += ns;
    machine.ticks += ns * machine.ticks_per_ns;
    machine.clock_reads = 0;
    machine.coarse_reads = 0;
    machine.ticks_reads = 0;
}

static promlet_timer start_fast(void)
{
    return promlet_timer_start_with(PROMLET_CLOCK_FAST);
}

static void expect_seconds(promlet_timer timer, double expected)
{
    double seconds = promlet_timer_seconds(timer);
    if (seconds < expected * (1 - 1e-9) || seconds > expected * (1 + 1e-9)) {
        fail_msg("%.12g s, expected %.12g", seconds, expected);
    }
}

/* Starts timers until the rate is known. */
static void learn_rate(void)
{
    machine.is_steady = true;
    for (int i = 0; i < 3; i++) {
        (void)start_fast();
        let_pass(10 * MILLISECOND);
    }
    assert_int_equal(start_fast().clock, PROMLET_CLOCK_FAST);
}

static void fast_timer_on_cpu_without_steady_counter_is_precise(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        let_pass(10 * MILLISECOND);
        promlet_timer timer = start_fast();
        assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
        assert_true(timer.start == machine.ns);
        assert_int_equal(machine.clock_reads, 1);
        assert_int_equal(machine.ticks_reads, 0);
        let_pass(7);
        expect_seconds(timer, 7e-9);
    }
}

/* Made up, since none is given out before the rate is known; it must not begin the learning. */
static void fast_timer_made_up_before_rate_is_known_is_zero(void **state)
{
    (void)state;
    let_pass(10 * SECOND);
    expect_seconds((promlet_timer){0, PROMLET_CLOCK_FAST}, 0);
    assert_int_equal(machine.clock_reads, 0);
}

static void fast_timer_is_precise_for_10_milliseconds(void **state)
{
    (void)state;
    machine.is_steady = true;
    promlet_timer first = start_fast();
    for (int i = 0; i < 10; i++) {
        let_pass(MILLISECOND);
        promlet_timer timer = start_fast();
        assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
        assert_true(timer.start == machine.ns);
        assert_int_equal(machine.clock_reads, 1);
    }
    promlet_timer timer = start_fast();
    assert_int_equal(timer.clock, PROMLET_CLOCK_FAST);
    assert_true(timer.start == machine.ticks);
    /* It ends as it began. */
    expect_seconds(first, 0.01);
}

static void fast_timer_reads_the_counter_only(void **state)
{
    (void)state;
    learn_rate();
    let_pass(MILLISECOND);
    promlet_timer timer = start_fast();
    let_pass(400);
    expect_seconds(timer, 400e-9);
    assert_int_equal(machine.clock_reads, 0);
    assert_int_equal(machine.ticks_reads, 1);
}

static void fast_timer_that_ends_after_the_period_learns_anew(void **state)
{
    (void)state;
    learn_rate();
    promlet_timer timer = start_fast();
    let_pass(PML_TICKS_SCALE_PERIOD / machine.ticks_per_ns + 20 * MILLISECOND);
    expect_seconds(timer, (double)(machine.ticks - timer.start) / 3e9);
    assert_int_equal(machine.clock_reads, 1);
    expect_seconds(timer, (double)(machine.ticks - timer.start) / 3e9);
    assert_int_equal(machine.clock_reads, 1);
}

static void fast_timers_after_move_to_other_rate_are_precise_until_it_is_known(void **state)
{
    (void)state;
    learn_rate();
    promlet_timer running = start_fast();
    machine.ticks_per_ns = 4;
    let_pass(SECOND);
    /* The one that notices ends by the rate at which it was started. */
    expect_seconds(running, 4.0 / 3);
    promlet_timer timer = start_fast();
    assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
    learn_rate();
    expect_seconds(timer, 0.03);
    timer = start_fast();
    let_pass(MILLISECOND);
    expect_seconds(timer, 0.001);
}

static void fast_timer_of_cpu_that_is_ahead_is_zero(void **state)
{
    (void)state;
    learn_rate();
    let_pass(MILLISECOND);
    promlet_timer timer = start_fast();
    machine.ticks -= 100;
    expect_seconds(timer, 0);
    assert_int_equal(start_fast().clock, PROMLET_CLOCK_FAST);
}

static void fast_timer_after_counter_was_set_back_is_zero(void **state)
{
    (void)state;
    learn_rate();
    promlet_timer timer = start_fast();
    let_pass(100 * MILLISECOND);
    machine.ticks = 5;
    expect_seconds(timer, 0);
    assert_int_equal(start_fast().clock, PROMLET_CLOCK_PRECISE);
    learn_rate();
}

static void precise_and_coarse_timers_read_their_clock_only(void **state)
{
    (void)state;
    let_pass(MILLISECOND);
    promlet_timer coarse = promlet_timer_start_with(PROMLET_CLOCK_COARSE);
    machine.coarse_ns += 4 * MILLISECOND;
    expect_seconds(coarse, 0.004);
    assert_int_equal(machine.clock_reads, 0);
    promlet_timer precise = promlet_timer_start();
    machine.ns += 11;
    expect_seconds(precise, 11e-9);
    assert_int_equal(machine.clock_reads, 2);
    assert_int_equal(machine.ticks_reads, 0);
}

static void expect_no_reading(void)
{
    assert_int_equal(machine.clock_reads, 0);
    assert_int_equal(machine.coarse_reads, 0);
    assert_int_equal(machine.ticks_reads, 0);
}

static void timers_while_recording_is_off_read_nothing(void **state)
{
    (void)state;
    static const promlet_clock clocks[] = {PROMLET_CLOCK_PRECISE, PROMLET_CLOCK_FAST,
                                           PROMLET_CLOCK_COARSE, PROMLET_CLOCK_NONE};
    learn_rate();
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_set_recording(true);
        promlet_timer running = promlet_timer_start_with(clocks[i]);
        /* Long enough for the fast clock to learn anew. */
        let_pass(5 * SECOND);
        promlet_set_recording(false);
        assert_true(promlet_timer_observe(running, NULL) <= 0);
        promlet_timer timer = promlet_timer_start_with(clocks[i]);
        (void)promlet_timer_start();
        (void)promlet_timer_seconds(timer);
        (void)promlet_timer_observe(timer, NULL);
        promlet_set_recording(true);
        (void)promlet_timer_seconds(timer);
        (void)promlet_timer_observe(timer, NULL);
        expect_no_reading();
    }
}

/* The counter goes on by itself, so it can't follow; nor may the rate be learned from a clock that
   a test moves. */
static void fast_timers_leave_the_counter_alone_when_a_test_sets_the_clock(void **state)
{
    (void)state;
    learn_rate();
    promlet_timer running = start_fast();
    let_pass(5 * SECOND);
    pml_clock_shift = PML_CLOCK_STOPPED | 1;
    double before = promlet_timer_seconds(running);
    assert_int_equal(machine.clock_reads, 0);
    promlet_timer timer = start_fast();
    assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
    assert_true(timer.start == machine.ns);
    assert_int_equal(machine.clock_reads, 1);
    machine.ns += 3 * SECOND;
    expect_seconds(timer, 3);
    expect_seconds(running, before);
    pml_clock_shift = 0;
    assert_int_equal(start_fast().clock, PROMLET_CLOCK_FAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* These three in this order, while the process knows no rate. */
        cmocka_unit_test(fast_timer_on_cpu_without_steady_counter_is_precise),
        cmocka_unit_test(fast_timer_made_up_before_rate_is_known_is_zero),
        cmocka_unit_test(fast_timer_is_precise_for_10_milliseconds),
        cmocka_unit_test(fast_timer_reads_the_counter_only),
        cmocka_unit_test(fast_timer_that_ends_after_the_period_learns_anew),
        cmocka_unit_test(fast_timers_after_move_to_other_rate_are_precise_until_it_is_known),
        cmocka_unit_test(fast_timer_of_cpu_that_is_ahead_is_zero),
        cmocka_unit_test(fast_timer_after_counter_was_set_back_is_zero),
        cmocka_unit_test(precise_and_coarse_timers_read_their_clock_only),
        cmocka_unit_test(timers_while_recording_is_off_read_nothing),
        cmocka_unit_test(fast_timers_leave_the_counter_alone_when_a_test_sets_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
