/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/readers.h where the kernel refuses membarrier(), or is told to kill who asks. */
#include "support/grace.h"
#include "support/recording_path.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define STATUS_NO_SECCOMP 77

/* From now on membarrier() of this process has this end. */
static bool forbid_membarrier(uint32_t action)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {(unsigned short)COUNT_OF(filter), filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static int poll_without_ticket_killed_by_system_call(void)
{
    (void)grace_is_over_after(grace_ticket(), 1);
    if (!forbid_membarrier(SECCOMP_RET_KILL_PROCESS)) {
        return STATUS_NO_SECCOMP;
    }
    (void)grace_is_over_after(0, 1);
    pml_readers_leave(pml_readers_enter());
    (void)grace_is_over_after(0, 1);
    return 0;
}

static int poll_with_ticket_killed_by_system_call(void)
{
    if (!forbid_membarrier(SECCOMP_RET_KILL_PROCESS)) {
        return STATUS_NO_SECCOMP;
    }
    (void)grace_is_over_after(grace_ticket(), 1);
    return 0;
}

static void poll_makes_system_call_only_when_something_waits(void **state)
{
    (void)state;
    int status = grace_exit_status_of(poll_without_ticket_killed_by_system_call);
    if (status == STATUS_NO_SECCOMP) {
        skip();
    }
    assert_int_equal(status, 0);
    status = grace_exit_status_of(poll_with_ticket_killed_by_system_call);
    assert_int_equal(status, grace_needs_fence_everywhere() ? 1000 + SIGSYS : 0);
}

static int poll_with_refused_fence(void)
{
    uint64_t before = grace_ticket();
    if (!grace_is_over_after(before, 1) || !forbid_membarrier(SECCOMP_RET_ERRNO | EPERM)) {
        return STATUS_NO_SECCOMP;
    }
    errno = 4711;
    bool is_over = grace_is_over_after(grace_ticket(), 100);
    return is_over == grace_needs_fence_everywhere() || errno != 4711 ? 1 : 0;
}

static void ticket_is_never_over_when_fence_is_refused(void **state)
{
    (void)state;
    int status = grace_exit_status_of(poll_with_refused_fence);
    if (status == STATUS_NO_SECCOMP) {
        skip();
    }
    assert_int_equal(status, 0);
}

/* Run in a child that has no counts yet, as the whole program at its beginning. */
static int start_with_refused_fence(void)
{
    if (!forbid_membarrier(SECCOMP_RET_ERRNO | EPERM)) {
        return STATUS_NO_SECCOMP;
    }
    grace_prepare();
    const struct promlet_spread *spread = pml_spread_of(&pml_all_readers.spread);
    if (spread == NULL || spread->rseq_offset != 0) {
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

static int status_of_start_with_refused_fence;

static void counts_are_atomic_when_fence_is_refused_from_the_start(void **state)
{
    (void)state;
    if (status_of_start_with_refused_fence == STATUS_NO_SECCOMP) {
        skip();
    }
    assert_int_equal(status_of_start_with_refused_fence, 0);
}

int main(void)
{
    choose_recording_path();
    status_of_start_with_refused_fence = grace_exit_status_of(start_with_refused_fence);
    grace_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(poll_makes_system_call_only_when_something_waits),
        cmocka_unit_test(ticket_is_never_over_when_fence_is_refused),
        cmocka_unit_test(counts_are_atomic_when_fence_is_refused_from_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
