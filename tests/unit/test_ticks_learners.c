/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of base/ticks_scale.h with several learners on one scale: threads, a handler that
 * interrupts one, a child that is forked beside one. The pairs are made up, and all are true.
 */
#include "base/ticks_scale.h"
#include "support/expect.h"
#include "support/stress.h"

#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MILLISECOND UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define WIDTH 100

static struct shared {
    pml_ticks_scale scale;
    _Atomic uint64_t ns; /* of one machine that all threads are on */
    _Atomic uint64_t learned;
    stress_failure failure;
} shared;

static void begin_shared(void)
{
    memset(&shared.scale, 0, sizeof shared.scale);
    atomic_store(&shared.ns, SECOND);
    atomic_store(&shared.learned, 0);
    atomic_flag_clear(&shared.failure.is_taken);
    atomic_store(&shared.failure.is_set, false);
}

/* Reads the pair of a moment, comes with it whenever it comes, and looks at what is known. */
static void learn_shared(uint64_t ns)
{
    uint64_t now = atomic_fetch_add(&shared.ns, ns) + ns;
    pml_ticks_pair pair = {now * 3, now, WIDTH};
    pml_ticks_scale_learn(&shared.scale, &pair);
    double seconds = pml_ticks_scale_seconds(&shared.scale, 3 * SECOND);
    if (seconds > 0 && fabs(seconds - 1) > 1e-6) {
        stress_fail(&shared.failure, "a second was %.9f s", seconds);
    }
    atomic_fetch_add(&shared.learned, 1);
}

static void keep_learning(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        learn_shared(stress_random(&self->random) % (20 * MILLISECOND));
    }
}

/* On a busy machine the others may not have had their turn yet. */
static void await_learners(void)
{
    while (atomic_load(&shared.learned) <= 2) {
        (void)usleep(100);
    }
}

/* All pairs are true, so whatever is put together of them must be true, too. */
static void expect_right_scale(void)
{
    if (atomic_load(&shared.failure.is_set)) {
        fail_msg("%s", shared.failure.why);
    }
    for (int i = 0; i < 3; i++) {
        learn_shared(SECOND);
    }
    assert_true(pml_ticks_scale_is_known(&shared.scale));
    assert_true(pml_ticks_scale_seconds(&shared.scale, 3 * SECOND) > 0.999);
    assert_false(atomic_load(&shared.failure.is_set));
}

static void scale_learned_by_threads_at_once_is_right(void **state)
{
    (void)state;
    static stress_crew crew;
    begin_shared();
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, 3, keep_learning, NULL, stress_seed());
    stress_crew_go(&crew);
    while (stress_now() < crew.deadline) {
        learn_shared(7 * MILLISECOND);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    expect_right_scale();
}

static void learn_in_handler(int number)
{
    (void)number;
    learn_shared(10 * MILLISECOND);
}

static void scale_learned_in_handler_of_learner_is_right(void **state)
{
    (void)state;
    static stress_crew crew;
    begin_shared();
    struct sigaction action = {.sa_handler = learn_in_handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, 1, keep_learning, NULL, stress_seed());
    stress_crew_go(&crew);
    await_learners();
    while (stress_now() < crew.deadline) {
        assert_int_equal(pthread_kill(crew.members[0].thread, SIGUSR1), 0);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    expect_right_scale();
}

/* A child is forked while the parent's other thread is anywhere in learning. */
static void scale_in_child_of_learner_is_right(void **state)
{
    (void)state;
    static stress_crew crew;
    begin_shared();
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, 1, keep_learning, NULL, stress_seed());
    stress_crew_go(&crew);
    await_learners();
    for (int i = 0; i < 10; i++) {
        (void)fflush(stdout);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            for (int pair = 0; pair < 3; pair++) {
                learn_shared(SECOND);
            }
            _exit(pml_ticks_scale_is_known(&shared.scale) && !atomic_load(&shared.failure.is_set)
                      ? 0
                      : 1);
        }
        int status;
        assert_true(waitpid(child, &status, 0) == child);
        assert_int_equal(status, 0);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    expect_right_scale();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scale_learned_by_threads_at_once_is_right),
        cmocka_unit_test(scale_learned_in_handler_of_learner_is_right),
        cmocka_unit_test(scale_in_child_of_learner_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
