/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that run rounds, and forked children, which have none of their parent's. */
#include "support/children.h"
#include "support/hang.h"
#include "support/rounds.h"
#include "support/sanitizers.h"

static int stop_in_child(rounds *of)
{
    is_child = true;
    bool is_right = promlet_periodic_rounds(of->periodic) == 0 &&
                    promlet_periodic_failures(of->periodic) == 0 &&
                    promlet_periodic_last_success_seconds(of->periodic) == 0 &&
                    promlet_periodic_stop(of->periodic) == PROMLET_OK && of->freed == 1;
    return is_right ? 0 : 1;
}

/* With the thread amid whatever it does. */
static void child_has_no_such_thread_and_a_stop_there_frees_it(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    start(&of, 0.001, true);
    for (int i = 0; i < 20; i++) {
        wait_for(&of, &of.begun, i);
        pid_t child = fork();
        if (child == 0) {
            leave_without_leak_check();
            end_hang_after(30);
            _exit(stop_in_child(&of));
        }
        assert_child_succeeds(child);
    }
    wait_for(&of, &of.ended, (int)promlet_periodic_rounds(of.periodic) + 2);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
    assert_int_equal(of.freed, 1);
}

static int start_own_in_child(void)
{
    rounds own_rounds = ROUNDS_INITIALIZER;
    start(&own_rounds, 0.001, true);
    wait_for(&own_rounds, &own_rounds.ended, 2);
    return promlet_periodic_stop(own_rounds.periodic) == PROMLET_OK && own_rounds.freed == 1 ? 0
                                                                                             : 1;
}

static void child_can_start_its_own(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    start(&of, AN_HOUR, false);
    wait_for(&of, &of.ended, 1);
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(30);
        _exit(start_own_in_child());
    }
    assert_child_succeeds(child);
    (void)promlet_periodic_stop(of.periodic);
}

static pid_t child_of_round;

/* The child goes on as if it were the parent: it returns. */
static promlet_status fork_in_round(rounds *of)
{
    if (of->ended == 0) {
        child_of_round = fork();
    }
    if (of->ended == 0 && child_of_round == 0) {
        is_child = true;
        leave_without_leak_check();
        end_hang_after(30);
        return stop_from_within(of);
    }
    return of->status;
}

static void freed_in_child(void *ctx)
{
    rounds *of = ctx;
    if (is_child) {
        _exit(of->ended == 1 ? 0 : 1);
    }
    note(of, &of->freed);
}

static void child_of_a_round_runs_no_more_of_them(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    of.in_round = fork_in_round;
    assert_int_equal(promlet_periodic_start(&(promlet_periodic_opts){.interval_seconds = AN_HOUR,
                                                                     .run = run,
                                                                     .ctx = &of,
                                                                     .free_ctx = freed_in_child,
                                                                     .runs_at_stop = true},
                                            &of.periodic),
                     PROMLET_OK);
    wait_for(&of, &of.ended, 1);
    assert_child_succeeds(child_of_round);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
    assert_int_equal(of.ended, 2);
    assert_int_equal(of.freed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_has_no_such_thread_and_a_stop_there_frees_it),
        cmocka_unit_test(child_can_start_its_own),
        cmocka_unit_test(child_of_a_round_runs_no_more_of_them),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
