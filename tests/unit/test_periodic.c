/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that runs rounds: its start, its signals, and its stop from anywhere. When rounds are is
   test_periodic_times.c's. */
#include "support/hang.h"
#include "support/heard_log.h"
#include "support/rounds.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <unistd.h>

/* ---- starting and stopping ------------------------------------------------------------------- */

static void rounds_run_until_they_are_stopped(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    start(&of, 0.001, false);
    wait_for(&of, &of.ended, 5);
    assert_true(promlet_periodic_rounds(of.periodic) >= 4);
    assert_int_equal(promlet_periodic_failures(of.periodic), 0);
    assert_int_equal(of.freed, 0);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
    assert_int_equal(of.begun, of.ended);
    assert_int_equal(of.freed, 1);
}

static void first_round_is_at_once_and_a_stop_ends_the_wait(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    start(&of, AN_HOUR, false);
    wait_for(&of, &of.ended, 1);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
    assert_int_equal(of.ended, 1);
    assert_int_equal(of.freed, 1);
}

static void last_round_is_run_if_it_is_wanted(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    start(&of, AN_HOUR, true);
    wait_for(&of, &of.ended, 1);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
    assert_int_equal(of.ended, 2);
    assert_int_equal(of.freed, 1);
}

static void *stop_in_thread(void *ctx)
{
    rounds *of = ctx;
    (void)promlet_periodic_stop(of->periodic);
    /* What a stop has returned from runs no more. */
    return of->ended == 1 && of->freed == 1 ? NULL : ctx;
}

static void stop_waits_for_the_round_that_runs(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    pthread_t thread;
    void *failed = NULL;
    (void)state;
    of.is_held = true;
    start(&of, AN_HOUR, false);
    wait_for(&of, &of.begun, 1);
    assert_int_equal(pthread_create(&thread, NULL, stop_in_thread, &of), 0);
    hold(&of, false);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
}

static void stop_from_within_a_round_does_not_wait(void **state)
{
    struct heard_log heard;
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    start_to_hear(&heard);
    of.in_round = stop_from_within;
    start(&of, 0.001, true);
    wait_for(&of, &of.freed, 1);
    assert_int_equal(of.begun, 1);
    assert_int_equal(of.ended, 1);
    assert_int_equal(heard.count, 0);
    stop_to_hear();
}

static rounds *other;

static promlet_status stop_the_other(rounds *of)
{
    (void)of;
    return promlet_periodic_stop(other->periodic) == PROMLET_ERROR_BUSY ? PROMLET_OK
                                                                        : PROMLET_ERROR_SYSTEM;
}

static void round_can_stop_another_thread_whose_round_waits_for_it(void **state)
{
    rounds waiting = ROUNDS_INITIALIZER;
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    other = &waiting;
    waiting.is_held = true;
    start(&waiting, AN_HOUR, true);
    wait_for(&waiting, &waiting.begun, 1);
    of.in_round = stop_the_other;
    start(&of, AN_HOUR, false);
    wait_for(&of, &of.ended, 1);
    hold(&waiting, false);
    wait_for(&waiting, &waiting.freed, 1);
    assert_int_equal(waiting.ended, 1);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
    assert_int_equal(promlet_periodic_failures(NULL), 0);
}

static double stop_in_callback(void *ctx)
{
    rounds *of = ctx;
    return (double)promlet_periodic_stop(of->periodic);
}

static void stop_in_a_callback_does_not_wait(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    promlet_registry *registry = new_registry();
    of.is_held = true;
    start(&of, AN_HOUR, false);
    wait_for(&of, &of.begun, 1);
    (void)promlet_gauge_callback_new(registry, &(promlet_opts){.name = "stopped"}, stop_in_callback,
                                     &of);
    assert_true(scraped_value(registry, "stopped") == PROMLET_ERROR_BUSY);
    hold(&of, false);
    wait_for(&of, &of.freed, 1);
    promlet_registry_free(registry);
}

static void stop_is_at_any_moment(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        rounds of = ROUNDS_INITIALIZER;
        start(&of, 0.001, i % 2 == 0);
        wait_for(&of, &of.begun, i % 3);
        assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
        assert_int_equal(of.begun, of.ended);
        assert_int_equal(of.freed, 1);
    }
}

/* ---- the thread ------------------------------------------------------------------------------ */

static atomic_bool is_as_it_must_be;

static promlet_status look_at_thread(rounds *of)
{
    sigset_t blocked;
    char name[17] = "";
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    (void)prctl(PR_GET_NAME, name);
    bool are_blocked = true;
    for (int i = 1; i < 32; i++) {
        are_blocked =
            are_blocked && (i == SIGKILL || i == SIGSTOP || sigismember(&blocked, i) == 1);
    }
    atomic_store(&is_as_it_must_be, are_blocked && strcmp(name, "rounds") == 0);
    return of->status;
}

static void thread_has_its_name_and_blocks_all_signals(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    sigset_t before;
    sigset_t after;
    (void)state;
    of.in_round = look_at_thread;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &before);
    start(&of, AN_HOUR, false);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int i = 1; i < 32; i++) {
        assert_int_equal(sigismember(&before, i), sigismember(&after, i));
    }
    wait_for(&of, &of.ended, 1);
    (void)promlet_periodic_stop(of.periodic);
    assert_true(atomic_load(&is_as_it_must_be));
}

/* ---- failures -------------------------------------------------------------------------------- */

static promlet_status fail_at_first(rounds *of)
{
    if (of->ended == 0) {
        return promlet_set_last_error(PROMLET_ERROR_SYSTEM, "the first is missing");
    }
    return of->ended == 4  ? PROMLET_ERROR_MEMORY
           : of->ended < 3 ? PROMLET_ERROR_SYSTEM
                           : PROMLET_OK;
}

static void failures_are_counted_and_told_once(void **state)
{
    struct heard_log heard;
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    of.in_round = fail_at_first;
    start_to_hear(&heard);
    start(&of, AN_HOUR, true);
    wait_for(&of, &of.ended, 1);
    (void)promlet_periodic_stop(of.periodic);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "rounds: a round has failed: the first is missing");

    rounds more = ROUNDS_INITIALIZER;
    more.in_round = fail_at_first;
    start(&more, 0.001, false);
    wait_for(&more, &more.begun, 6); /* The fifth has been counted. */
    assert_int_equal(promlet_periodic_failures(more.periodic), 4);
    assert_true(promlet_periodic_rounds(more.periodic) >= 5);
    assert_true(promlet_periodic_last_success_seconds(more.periodic) > 1e9);
    (void)promlet_periodic_stop(more.periodic);
    assert_int_equal(heard.count, 3);
    assert_string_equal(heard.last, "rounds: a round has failed: out of memory");
    stop_to_hear();
}

static void nothing_has_worked_before_a_round_has(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    of.status = PROMLET_ERROR_SYSTEM;
    start(&of, 0.001, false);
    wait_for(&of, &of.begun, 3);
    assert_true(promlet_periodic_last_success_seconds(of.periodic) == 0);
    (void)promlet_periodic_stop(of.periodic);
}

static void options_that_are_wrong_are_refused(void **state)
{
    static const struct {
        promlet_periodic_opts options;
        const char *sentence;
    } cases[] = {
        {{0}, "run: is NULL"},
        {{.run = run, .interval_seconds = -1}, "interval_seconds: must be a millisecond or more"},
        {{.run = run, .interval_seconds = 0.0009},
         "interval_seconds: must be a millisecond or more"},
        {{.run = run, .interval_seconds = (double)NAN},
         "interval_seconds: must be a millisecond or more"},
        {{.run = run, .max_interval_seconds = -1}, "max_interval_seconds: is not a time"},
        {{.run = run, .max_interval_seconds = (double)NAN}, "max_interval_seconds: is not a time"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_periodic *periodic = (promlet_periodic *)&cases;
        assert_int_equal(promlet_periodic_start(&cases[i].options, &periodic),
                         PROMLET_ERROR_ARGUMENT);
        assert_null(periodic);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
    }
}

static void interval_without_end_is_a_long_one(void **state)
{
    rounds of = ROUNDS_INITIALIZER;
    (void)state;
    start(&of, (double)INFINITY, false);
    wait_for(&of, &of.ended, 1);
    assert_int_equal(promlet_periodic_stop(of.periodic), PROMLET_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_run_until_they_are_stopped),
        cmocka_unit_test(first_round_is_at_once_and_a_stop_ends_the_wait),
        cmocka_unit_test(last_round_is_run_if_it_is_wanted),
        cmocka_unit_test(stop_waits_for_the_round_that_runs),
        cmocka_unit_test(stop_from_within_a_round_does_not_wait),
        cmocka_unit_test(round_can_stop_another_thread_whose_round_waits_for_it),
        cmocka_unit_test(stop_in_a_callback_does_not_wait),
        cmocka_unit_test(stop_is_at_any_moment),
        cmocka_unit_test(thread_has_its_name_and_blocks_all_signals),
        cmocka_unit_test(failures_are_counted_and_told_once),
        cmocka_unit_test(nothing_has_worked_before_a_round_has),
        cmocka_unit_test(options_that_are_wrong_are_refused),
        cmocka_unit_test(interval_without_end_is_a_long_one),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
