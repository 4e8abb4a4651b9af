/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of base/ticks.h and base/ticks_scale.h. The pairs are made up, so that every machine that
 * moves, sleeps or is interrupted does so at the same moment each time. What happens when learners
 * meet is tested in test_ticks_learners.c.
 */
#include "base/ticks.h"
#include "base/ticks_scale.h"
#include "support/expect.h"

#include <math.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define HOUR (3600 * SECOND)

/* ---- a machine whose counter and clock the test sets ----------------------------------------- */

#define TICKS_AT_BOOT UINT64_C(123456789)
#define WIDTH 100

struct machine {
    uint64_t ticks;
    uint64_t ns;
    double ticks_per_ns;
};

static struct machine new_machine(void)
{
    return (struct machine){TICKS_AT_BOOT, 77 * SECOND, 2.5};
}

static void let_pass(struct machine *machine, uint64_t ns)
{
    machine->ns += ns;
    machine->ticks += (uint64_t)((double)ns * machine->ticks_per_ns);
}

static void learn_width(pml_ticks_scale *scale, const struct machine *machine, uint64_t width)
{
    pml_ticks_pair pair = {machine->ticks, machine->ns, width};
    pml_ticks_scale_learn(scale, &pair);
}

static void learn(pml_ticks_scale *scale, const struct machine *machine)
{
    learn_width(scale, machine, WIDTH);
}

static void learn_after(pml_ticks_scale *scale, struct machine *machine, uint64_t ns)
{
    let_pass(machine, ns);
    learn(scale, machine);
}

/* A scale that knows 2.5 ticks a nanosecond. */
static void teach(pml_ticks_scale *scale, struct machine *machine)
{
    memset(scale, 0, sizeof *scale);
    *machine = new_machine();
    learn(scale, machine);
    learn_after(scale, machine, 10 * MILLISECOND);
    assert_true(pml_ticks_scale_is_known(scale));
}

/* Fails unless so many ticks are a second, give or take a millionth. */
static void expect_second(const pml_ticks_scale *scale, double ticks)
{
    double seconds = pml_ticks_scale_seconds(scale, (uint64_t)ticks);
    if (fabs(seconds - 1) > 1e-6) {
        fail_msg("%.0f ticks are %.9f s", ticks, seconds);
    }
}

/* ---- pairs ----------------------------------------------------------------------------------- */

static void pair_is_in_the_middle_of_its_ticks(void **state)
{
    (void)state;
    pml_ticks_pair pair = pml_ticks_pair_of(1000, 5, 1061);
    assert_true(pair.ticks == 1030 && pair.ns == 5 && pair.width == 61);
}

static void pair_of_ticks_that_went_back_is_of_no_use(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn(&scale, &machine);
    let_pass(&machine, SECOND);
    pml_ticks_pair pair = pml_ticks_pair_of(machine.ticks, machine.ns, machine.ticks - 1);
    assert_true(pair.ticks == machine.ticks && pair.ns == machine.ns);
    pml_ticks_scale_learn(&scale, &pair);
    assert_false(pml_ticks_scale_is_known(&scale));
    /* Nor did it take the place of the good one. */
    learn_after(&scale, &machine, MILLISECOND);
    assert_true(pml_ticks_scale_is_known(&scale));
}

/* ---- learning -------------------------------------------------------------------------------- */

static void scale_of_zeros_knows_nothing(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    assert_false(pml_ticks_scale_is_known(&scale));
    assert_false(pml_ticks_scale_is_due(&scale, UINT64_MAX));
    assert_false(pml_ticks_scale_seconds(&scale, UINT64_MAX) > 0);
}

static void scale_after_one_pair_knows_nothing(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn(&scale, &machine);
    assert_false(pml_ticks_scale_is_known(&scale));
}

static void scale_after_10_milliseconds_is_known(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn(&scale, &machine);
    for (int i = 0; i < 9; i++) {
        learn_after(&scale, &machine, MILLISECOND);
        assert_false(pml_ticks_scale_is_known(&scale));
    }
    learn_after(&scale, &machine, MILLISECOND);
    assert_true(pml_ticks_scale_is_known(&scale));
    expect_second(&scale, 2.5e9);
}

static void scale_of_first_pair_at_zero_is_learned(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = {0, 0, 1};
    learn(&scale, &machine);
    learn_after(&scale, &machine, 10 * MILLISECOND);
    expect_second(&scale, 1e9);
}

/* A machine may have slept between two pairs that far apart. */
static void scale_unknown_for_long_starts_over(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn(&scale, &machine);
    learn_after(&scale, &machine, HOUR);
    assert_false(pml_ticks_scale_is_known(&scale));
    learn_after(&scale, &machine, 10 * MILLISECOND);
    expect_second(&scale, 2.5e9);
}

static void scale_of_impossible_rate_stays_unknown(void **state)
{
    (void)state;
    static const double rates[] = {0, 0.0000001, 0.099, 101, 1e6};
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        pml_ticks_scale scale = {0};
        struct machine machine = new_machine();
        machine.ticks_per_ns = rates[i];
        for (int pair = 0; pair < 10; pair++) {
            learn_after(&scale, &machine, 100 * MILLISECOND);
            assert_false(pml_ticks_scale_is_known(&scale));
        }
    }
}

static void scale_of_slow_and_fast_counters_is_known(void **state)
{
    (void)state;
    static const double rates[] = {0.11, 1, 5, 99};
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        pml_ticks_scale scale = {0};
        struct machine machine = new_machine();
        machine.ticks_per_ns = rates[i];
        learn(&scale, &machine);
        learn_after(&scale, &machine, 100 * MILLISECOND);
        assert_true(pml_ticks_scale_is_known(&scale));
        expect_second(&scale, rates[i] * 1e9);
    }
}

/* ---- threads that are interrupted while they read -------------------------------------------- */

static void scale_from_interrupted_second_pair_waits_for_a_better(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn(&scale, &machine);
    let_pass(&machine, 20 * MILLISECOND);
    learn_width(&scale, &machine, 2500000);
    assert_false(pml_ticks_scale_is_known(&scale));
    learn_after(&scale, &machine, 1);
    expect_second(&scale, 2.5e9);
}

static void scale_from_interrupted_first_pair_starts_over(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn_width(&scale, &machine, 2500000);
    /* The moment of the first was off by as much as it can be. */
    machine.ticks += 1250000;
    learn_after(&scale, &machine, 20 * MILLISECOND);
    assert_false(pml_ticks_scale_is_known(&scale));
    learn_after(&scale, &machine, 10 * MILLISECOND);
    expect_second(&scale, 2.5e9);
}

/* Reading the clock takes 4 us here, as where it needs a system call. */
static void scale_by_slow_clock_takes_longer(void **state)
{
    (void)state;
    pml_ticks_scale scale = {0};
    struct machine machine = new_machine();
    learn_width(&scale, &machine, 10000);
    for (int i = 0; i < 6; i++) {
        let_pass(&machine, 10 * MILLISECOND);
        learn_width(&scale, &machine, 10000);
        assert_false(pml_ticks_scale_is_known(&scale));
    }
    let_pass(&machine, 10 * MILLISECOND);
    learn_width(&scale, &machine, 10000);
    expect_second(&scale, 2.5e9);
}

static void scale_known_outlives_interrupted_pairs(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    for (int i = 0; i < 10; i++) {
        let_pass(&machine, SECOND);
        learn_width(&scale, &machine, UINT64_MAX / 4);
        expect_second(&scale, 2.5e9);
        assert_true(pml_ticks_scale_is_known(&scale));
    }
    /* They did not pass for the last pair. */
    assert_true(pml_ticks_scale_is_due(&scale, machine.ticks));
    learn(&scale, &machine);
    assert_false(pml_ticks_scale_is_due(&scale, machine.ticks));
}

/* The last pair was stored, and then a thread that read its own before goes on. */
static void scale_known_outlives_late_pairs(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    struct machine before = machine;
    let_pass(&before, 300 * MILLISECOND);
    learn_after(&scale, &machine, SECOND);
    learn(&scale, &before);
    assert_true(pml_ticks_scale_is_known(&scale));
    expect_second(&scale, 2.5e9);
    learn_after(&scale, &machine, SECOND);
    assert_true(pml_ticks_scale_is_known(&scale));
    expect_second(&scale, 2.5e9);
}

/* Two threads have stored their pairs at once, or one was stopped at it. */
static void scale_with_words_of_two_pairs_takes_the_next(void **state)
{
    (void)state;
    for (int word = 0; word < 4; word++) {
        pml_ticks_scale scale;
        struct machine machine;
        teach(&scale, &machine);
        let_pass(&machine, SECOND);
        _Atomic uint64_t *words[] = {&scale.ticks, &scale.ns, &scale.width, &scale.checksum};
        uint64_t others[] = {machine.ticks - 7, machine.ns - 3, WIDTH + 9, 4711};
        pml_store_relaxed(words[word], others[word]);
        machine.ticks_per_ns = 2.6;
        learn_after(&scale, &machine, SECOND);
        assert_true(pml_ticks_scale_is_known(&scale));
        expect_second(&scale, 2.5e9);
        /* From here on pairs count again: this one contradicts. */
        learn_after(&scale, &machine, SECOND);
        assert_false(pml_ticks_scale_is_known(&scale));
    }
}

/* ---- learning anew --------------------------------------------------------------------------- */

static void scale_is_due_after_its_period(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    assert_false(pml_ticks_scale_is_due(&scale, machine.ticks));
    assert_false(pml_ticks_scale_is_due(&scale, machine.ticks + PML_TICKS_SCALE_PERIOD));
    assert_true(pml_ticks_scale_is_due(&scale, machine.ticks + PML_TICKS_SCALE_PERIOD + 1));
    assert_true(pml_ticks_scale_is_due(&scale, machine.ticks - 1));
}

static void scale_follows_small_changes(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    for (int i = 0; i < 100; i++) {
        machine.ticks_per_ns *= 1.0005;
        learn_after(&scale, &machine, SECOND);
        assert_true(pml_ticks_scale_is_known(&scale));
        expect_second(&scale, machine.ticks_per_ns * 1e9);
    }
}

static void scale_of_same_rate_after_hours_stays(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    learn_after(&scale, &machine, 1000 * HOUR);
    assert_true(pml_ticks_scale_is_known(&scale));
    expect_second(&scale, 2.5e9);
}

/* In doubt until two pairs agree; what runs meanwhile is told by the old rate. */
static void expect_doubt_then(pml_ticks_scale *scale, struct machine *machine, double ticks)
{
    learn(scale, machine);
    assert_false(pml_ticks_scale_is_known(scale));
    expect_second(scale, 2.5e9);
    assert_false(pml_ticks_scale_is_due(scale, machine->ticks + HOUR));
    learn_after(scale, machine, 5 * MILLISECOND);
    assert_false(pml_ticks_scale_is_known(scale));
    learn_after(scale, machine, 5 * MILLISECOND);
    assert_true(pml_ticks_scale_is_known(scale));
    expect_second(scale, ticks);
}

static void scale_after_move_to_other_rate_is_learned_anew(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    let_pass(&machine, 600 * MILLISECOND);
    machine.ticks_per_ns = 3;
    let_pass(&machine, 400 * MILLISECOND);
    expect_doubt_then(&scale, &machine, 3e9);
}

static void scale_after_counter_was_set_back_is_learned_anew(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    let_pass(&machine, SECOND);
    machine.ticks = 1000;
    assert_true(pml_ticks_scale_is_due(&scale, machine.ticks));
    expect_doubt_then(&scale, &machine, 2.5e9);
}

/* The counter went on while the clock stood still. */
static void scale_after_sleep_of_machine_is_learned_anew(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    let_pass(&machine, SECOND);
    machine.ticks += UINT64_C(25) * HOUR;
    expect_doubt_then(&scale, &machine, 2.5e9);
}

static void scale_after_counter_stood_still_is_learned_anew(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    machine.ns += SECOND;
    expect_doubt_then(&scale, &machine, 2.5e9);
}

/* A process that was stopped here goes on on a machine that was booted later. */
static void scale_after_clock_was_set_back_is_learned_anew(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    machine = (struct machine){5000, SECOND, 3};
    learn(&scale, &machine);
    learn_after(&scale, &machine, SECOND);
    expect_doubt_then(&scale, &machine, 3e9);
}

/* A CPU that is behind by less than the clock can tell. */
static void scale_is_not_doubted_for_cpus_that_differ_a_little(void **state)
{
    (void)state;
    pml_ticks_scale scale;
    struct machine machine;
    teach(&scale, &machine);
    machine.ticks -= 200;
    learn_after(&scale, &machine, 10);
    assert_true(pml_ticks_scale_is_known(&scale));
    learn_after(&scale, &machine, SECOND);
    assert_true(pml_ticks_scale_is_known(&scale));
    expect_second(&scale, 2.5e9);
}

/* ---- the counter of this machine ------------------------------------------------------------- */

static void ticks_are_steady_or_not_for_good(void **state)
{
    (void)state;
    bool answer = pml_ticks_are_steady();
    print_message("the CPU's counter is %s\n", answer ? "steady" : "not steady, or not there");
    assert_true(pml_ticks_are_steady() == answer);
}

static void ticks_that_are_steady_go_on(void **state)
{
    (void)state;
    if (!pml_ticks_are_steady()) {
        print_message("SKIPPED: no steady counter here\n");
        skip();
    }
    uint64_t first = pml_ticks_read();
    while (pml_ticks_read() <= first) {
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pair_is_in_the_middle_of_its_ticks),
        cmocka_unit_test(pair_of_ticks_that_went_back_is_of_no_use),
        cmocka_unit_test(scale_of_zeros_knows_nothing),
        cmocka_unit_test(scale_after_one_pair_knows_nothing),
        cmocka_unit_test(scale_after_10_milliseconds_is_known),
        cmocka_unit_test(scale_of_first_pair_at_zero_is_learned),
        cmocka_unit_test(scale_unknown_for_long_starts_over),
        cmocka_unit_test(scale_of_impossible_rate_stays_unknown),
        cmocka_unit_test(scale_of_slow_and_fast_counters_is_known),
        cmocka_unit_test(scale_from_interrupted_second_pair_waits_for_a_better),
        cmocka_unit_test(scale_from_interrupted_first_pair_starts_over),
        cmocka_unit_test(scale_by_slow_clock_takes_longer),
        cmocka_unit_test(scale_known_outlives_interrupted_pairs),
        cmocka_unit_test(scale_known_outlives_late_pairs),
        cmocka_unit_test(scale_with_words_of_two_pairs_takes_the_next),
        cmocka_unit_test(scale_is_due_after_its_period),
        cmocka_unit_test(scale_follows_small_changes),
        cmocka_unit_test(scale_of_same_rate_after_hours_stays),
        cmocka_unit_test(scale_after_move_to_other_rate_is_learned_anew),
        cmocka_unit_test(scale_after_counter_was_set_back_is_learned_anew),
        cmocka_unit_test(scale_after_sleep_of_machine_is_learned_anew),
        cmocka_unit_test(scale_after_counter_stood_still_is_learned_anew),
        cmocka_unit_test(scale_after_clock_was_set_back_is_learned_anew),
        cmocka_unit_test(scale_is_not_doubted_for_cpus_that_differ_a_little),
        cmocka_unit_test(ticks_are_steady_or_not_for_good),
        cmocka_unit_test(ticks_that_are_steady_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
