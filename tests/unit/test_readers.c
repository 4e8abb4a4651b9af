/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/readers.h: who delays a grace period, and who does not. */
#include "series/readers.h"

#include "base/fence.h"
#include "support/cpus.h"
#include "support/grace.h"
#include "support/recording_path.h"
#include "support/stress.h"

#include <errno.h>

/* ---- one thread ------------------------------------------------------------------------------ */

static void ticket_without_readers_is_over_after_one_poll(void **state)
{
    (void)state;
    uint64_t ticket = grace_ticket();
    assert_false(grace_is_over(ticket));
    assert_true(grace_is_over_after(ticket, 1));
}

static void ticket_of_none_is_over(void **state)
{
    (void)state;
    assert_true(grace_is_over_after(0, 1));
}

static void reader_inside_delays_ticket_until_it_leaves(void **state)
{
    (void)state;
    uint32_t phase = pml_readers_enter();
    uint64_t ticket = grace_ticket();
    assert_false(grace_is_over_after(ticket, 100));
    pml_readers_leave(phase);
    assert_true(grace_is_over_after(ticket, 1));
}

static void reader_within_reader_delays_until_both_leave(void **state)
{
    (void)state;
    uint32_t outer = pml_readers_enter();
    uint32_t inner = pml_readers_enter();
    uint64_t ticket = grace_ticket();
    pml_readers_leave(inner);
    assert_false(grace_is_over_after(ticket, 100));
    pml_readers_leave(outer);
    assert_true(grace_is_over_after(ticket, 1));
}

static void readers_in_both_phases_delay_until_both_leave(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        uint32_t phases[2];
        phases[0] = pml_readers_enter();
        (void)grace_ticket();
        (void)grace_is_over_after(0, 1); /* sends the next one to the other phase */
        phases[1] = pml_readers_enter();
        assert_int_not_equal(phases[0], phases[1]);
        uint64_t ticket = grace_ticket();
        assert_false(grace_is_over_after(ticket, 100));
        pml_readers_leave(phases[first]);
        assert_false(grace_is_over_after(ticket, 100));
        pml_readers_leave(phases[1 - first]);
        assert_true(grace_is_over_after(ticket, 2));
    }
}

/* There is always somebody inside, but never the same. */
static void readers_that_come_before_others_go_dont_delay(void **state)
{
    (void)state;
    uint32_t phase = pml_readers_enter();
    for (int i = 0; i < 100; i++) {
        uint64_t ticket = grace_ticket();
        bool is_over = false;
        for (int polls = 0; polls < 3; polls++) {
            uint32_t next = pml_readers_enter();
            pml_readers_leave(phase);
            phase = next;
            is_over = grace_is_over_after(ticket, 1);
        }
        assert_true(is_over);
    }
    pml_readers_leave(phase);
}

/* It comes too late to find what the first ticket is for, and in time for the second one. */
static void reader_that_chose_its_phase_long_ago_delays_only_later_tickets(void **state)
{
    (void)state;
    uint32_t phase = atomic_load(&pml_all_readers.phase);
    uint32_t other = pml_readers_enter();
    uint64_t ticket = grace_ticket();
    assert_false(grace_is_over_after(ticket, 1)); /* sends readers to the other phase */
    pml_readers_leave(other);
    assert_true(grace_is_over_after(ticket, 1));
    assert_int_not_equal(atomic_load(&pml_all_readers.phase), phase);
    pml_readers_count(PML_READERS_ENTERED + phase);
    uint64_t later = grace_ticket();
    assert_false(grace_is_over_after(later, 100));
    pml_readers_leave(phase);
    assert_true(grace_is_over_after(later, 1));
}

static void reader_that_enters_after_ticket_is_not_waited_for_twice(void **state)
{
    (void)state;
    uint64_t ticket = grace_ticket();
    uint32_t phase = pml_readers_enter();
    assert_false(
        grace_is_over_after(ticket, 10)); /* it may have come before, for all that is known */
    uint64_t later = grace_ticket();
    pml_readers_leave(phase);
    assert_true(grace_is_over_after(later, 1));
    assert_true(grace_is_over(ticket));
}

static void reader_on_cpu_without_cell_is_counted_beside_them(void **state)
{
    (void)state;
    uint32_t phase = atomic_load(&pml_all_readers.phase);
    (void)__atomic_fetch_add(&pml_all_readers.own[PML_READERS_ENTERED + phase], 1,
                             __ATOMIC_SEQ_CST);
    uint64_t ticket = grace_ticket();
    assert_false(grace_is_over_after(ticket, 10));
    pml_readers_leave(phase); /* on a CPU that has one */
    assert_true(grace_is_over_after(ticket, 1));
}

static void reader_that_moves_to_another_cpu_is_gone_when_it_leaves(void **state)
{
    (void)state;
    cpu_list cpus = cpus_allowed();
    for (size_t i = 0; i < cpus.count; i++) {
        assert_true(cpus_move(0, cpus.numbers[i]));
        uint32_t phase = pml_readers_enter();
        assert_true(cpus_move(0, cpus.numbers[(i + 1) % cpus.count]));
        uint64_t ticket = grace_ticket();
        assert_false(grace_is_over_after(ticket, 10));
        pml_readers_leave(phase);
        assert_true(grace_is_over_after(ticket, 1));
    }
    assert_true(cpus_release(0, &cpus));
}

static void sections_and_polls_keep_errno(void **state)
{
    (void)state;
    errno = 4711;
    pml_readers_leave(pml_readers_enter());
    (void)grace_is_over_after(grace_ticket(), 1);
    assert_int_equal(errno, 4711);
}

static void counts_are_per_cpu_and_written_as_recordings_are(void **state)
{
    (void)state;
    const struct promlet_spread *spread = pml_spread_of(&pml_all_readers.spread);
    assert_non_null(spread);
    assert_int_equal(grace_needs_fence_everywhere(),
                     is_path_restartable() && pml_fence_everywhere_prepare());
    grace_prepare();
    assert_ptr_equal(pml_spread_of(&pml_all_readers.spread), spread);
}

/* ---- several threads ------------------------------------------------------------------------- */

static atomic_int arrived;
static atomic_bool may_leave;

static void *stay_inside(void *ctx)
{
    (void)ctx;
    uint32_t phase = pml_readers_enter();
    atomic_fetch_add(&arrived, 1);
    while (!atomic_load(&may_leave)) {
        (void)sched_yield();
    }
    pml_readers_leave(phase);
    return NULL;
}

static pthread_t start_reader(void)
{
    pthread_t thread;
    atomic_store(&arrived, 0);
    atomic_store(&may_leave, false);
    assert_int_equal(pthread_create(&thread, NULL, stay_inside, NULL), 0);
    while (atomic_load(&arrived) == 0) {
        (void)sched_yield();
    }
    return thread;
}

static void end_reader(pthread_t thread)
{
    atomic_store(&may_leave, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void reader_in_other_thread_delays_ticket_until_it_leaves(void **state)
{
    (void)state;
    pthread_t thread = start_reader();
    uint64_t ticket = grace_ticket();
    assert_false(grace_is_over_after(ticket, 100));
    end_reader(thread);
    assert_true(grace_is_over_after(ticket, 1));
}

static int poll_twice_in_child(void)
{
    if (!grace_is_over_after(grace_ticket(), 1)) {
        return 1;
    }
    uint32_t phase = pml_readers_enter();
    uint64_t ticket = grace_ticket();
    if (grace_is_over_after(ticket, 10)) {
        return 2;
    }
    pml_readers_leave(phase);
    return grace_is_over_after(ticket, 1) ? 0 : 3;
}

/* In both phases, so that each has lost somebody. */
static void child_of_fork_forgets_readers_that_it_does_not_have(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        pthread_t thread = start_reader();
        uint64_t ticket = grace_ticket();
        assert_false(grace_is_over_after(ticket, 1));
        assert_int_equal(grace_exit_status_of(poll_twice_in_child), 0);
        assert_false(grace_is_over_after(ticket, 1));
        end_reader(thread);
        assert_true(grace_is_over_after(ticket, 1));
    }
}

int main(void)
{
    choose_recording_path();
    /* Without counts for each CPU, as until the first metric with labels. */
    if (!grace_is_over_after(grace_ticket(), 1)) {
        return 1;
    }
    grace_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(ticket_without_readers_is_over_after_one_poll),
        cmocka_unit_test(ticket_of_none_is_over),
        cmocka_unit_test(reader_inside_delays_ticket_until_it_leaves),
        cmocka_unit_test(reader_within_reader_delays_until_both_leave),
        cmocka_unit_test(readers_in_both_phases_delay_until_both_leave),
        cmocka_unit_test(readers_that_come_before_others_go_dont_delay),
        cmocka_unit_test(reader_that_chose_its_phase_long_ago_delays_only_later_tickets),
        cmocka_unit_test(reader_that_enters_after_ticket_is_not_waited_for_twice),
        cmocka_unit_test(reader_on_cpu_without_cell_is_counted_beside_them),
        cmocka_unit_test(reader_that_moves_to_another_cpu_is_gone_when_it_leaves),
        cmocka_unit_test(sections_and_polls_keep_errno),
        cmocka_unit_test(counts_are_per_cpu_and_written_as_recordings_are),
        cmocka_unit_test(reader_in_other_thread_delays_ticket_until_it_leaves),
        cmocka_unit_test(child_of_fork_forgets_readers_that_it_does_not_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
