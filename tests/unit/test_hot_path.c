/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that recording makes no system call (the kernel kills the process at the first one), asks
 * for no memory, takes no lock that another thread could hold, and keeps errno: with one cell a
 * series and with per-CPU cells, on either recording path, and with each clock of timers.
 */
#include "base/clock.h"
#include "base/ticks.h"
#include "support/allocations.h"
#include "support/expect.h"
#include "support/recording_calls.h"
#include "support/recording_path.h"
#include "support/sanitizers.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 1000

/* ---- clocks ---------------------------------------------------------------------------------- */

static void read_precise_clock_only(const struct handles *to)
{
    (void)to;
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
}

static void read_coarse_clock_only(const struct handles *to)
{
    (void)to;
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
}

/* Until the fast clock knows its rate, timers take the precise one. Says aloud when it is never
   known, as on a machine without a steady counter. */
static bool is_fast_clock_ready(void)
{
    static const uint64_t patience_ns = UINT64_C(5000000000);
    uint64_t start_ns = pml_clock_monotonic_ns();
    bool is_ready = false;
    while (!is_ready && pml_ticks_are_steady() &&
           pml_clock_monotonic_ns() - start_ns < patience_ns) {
        is_ready = promlet_timer_start_with(PROMLET_CLOCK_FAST).clock == PROMLET_CLOCK_FAST;
    }
    if (!is_ready && pml_ticks_are_steady()) {
        fail_msg("waited 5 s for the rate of the fast clock, which takes 10 ms");
    }
    if (!is_ready) {
        print_message("SKIPPED: the fast clock; this machine has no steady counter\n");
    }
    return is_ready;
}

/* ---- system calls ---------------------------------------------------------------------------- */

/* Kills at any system call but exit. SECCOMP_MODE_STRICT does too, but takes the time-stamp counter
   away with it, which the clock needs; so the clock is tested with a filter. */
static bool forbid_calls_by_filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {COUNT_OF(code), code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool forbid_calls_strictly(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0;
}

#define CHILD_HAS_NO_SECCOMP 9

/* Records in a child that may make no system call; its wait status. */
static int status_without_calls(bool (*forbid)(void), void (*record)(const struct handles *),
                                const struct handles *sets)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        if (!forbid()) {
            _exit(CHILD_HAS_NO_SECCOMP);
        }
        for (int i = 0; i < ROUNDS; i++) {
            for (size_t set = 0; set < SETS; set++) {
                record(&sets[set]);
            }
        }
        /* exit() of libc is exit_group, which is forbidden. */
        (void)syscall(SYS_exit, 0);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    return status;
}

static void call_the_kernel(const struct handles *to)
{
    (void)to;
    (void)getppid();
}

/* Skips, and says so, where the kernel or a sanitizer makes the test impossible; fails when what is
   forbidden is not noticed. */
static void need_seccomp(bool (*forbid)(void))
{
    static const struct handles none[SETS];
    if (sanitizer_name() != NULL) {
        print_message("SKIPPED: %s makes system calls of its own\n", sanitizer_name());
        skip();
    }
    int status = status_without_calls(forbid, call_the_kernel, none);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_HAS_NO_SECCOMP) {
        print_message("SKIPPED: the kernel refuses seccomp\n");
        skip();
    }
    assert_true(WIFSIGNALED(status));
}

static void recording_under_seccomp_makes_no_system_call(void **state)
{
    (void)state;
    need_seccomp(forbid_calls_strictly);
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    assert_int_equal(status_without_calls(forbid_calls_strictly, record_without_clock, sets), 0);
    assert_int_equal(status_without_calls(forbid_calls_by_filter, record_without_clock, sets), 0);
    promlet_registry_free(registry);
}

static void recording_by_values_under_seccomp_makes_no_system_call(void **state)
{
    need_seccomp(forbid_calls_strictly);
    static const struct handles none[SETS];
    promlet_registry *registry = new_registry();
    make_families(registry, *(const promlet_cells *)*state);
    assert_int_equal(status_without_calls(forbid_calls_strictly, record_by_values, none), 0);
    promlet_registry_free(registry);
}

/* The clocks are read through the vDSO, or not at all. */
static void time_without_calls(void (*read_only)(const struct handles *),
                               void (*record)(const struct handles *))
{
    static const struct handles none[SETS];
    need_seccomp(forbid_calls_by_filter);
    if (status_without_calls(forbid_calls_by_filter, read_only, none) != 0) {
        print_message("SKIPPED: this machine reads its clock by a system call\n");
        skip();
    }
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    assert_int_equal(status_without_calls(forbid_calls_by_filter, record, sets), 0);
    promlet_registry_free(registry);
}

static void timing_under_seccomp_makes_no_system_call(void **state)
{
    (void)state;
    time_without_calls(read_precise_clock_only, record_with_precise_clock);
}

static void timing_coarsely_under_seccomp_makes_no_system_call(void **state)
{
    (void)state;
    time_without_calls(read_coarse_clock_only, record_with_coarse_clock);
}

/* Once a second it learns from the precise clock. */
static void timing_fast_under_seccomp_makes_no_system_call(void **state)
{
    (void)state;
    if (!is_fast_clock_ready()) {
        skip();
    }
    time_without_calls(read_precise_clock_only, record_with_fast_clock);
}

/* ---- memory, errno, locks -------------------------------------------------------------------- */

static void recording_asks_for_no_memory_and_keeps_errno(void **state)
{
    (void)state;
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    (void)is_fast_clock_ready();
    /* Refuses and counts everything, so that neither asking nor giving back can go unseen. */
    long alive = atomic_load(&allocations_alive);
    allocations_refuse(1, true);
    for (int i = 0; i < ROUNDS; i++) {
        for (size_t set = 0; set < SETS; set++) {
            errno = 4711;
            record_without_clock(&sets[set]);
            assert_int_equal(errno, 4711);
            record_with_clocks(&sets[set]);
            assert_int_equal(errno, 4711);
        }
    }
    assert_true(atomic_load(&allocations_asked) == 0);
    allocations_refuse(0, false);
    assert_true(atomic_load(&allocations_alive) == alive);
    promlet_registry_free(registry);
}

static void recording_by_values_asks_for_no_memory_and_keeps_errno(void **state)
{
    promlet_registry *registry = new_registry();
    make_families(registry, *(const promlet_cells *)*state);
    long alive = atomic_load(&allocations_alive);
    allocations_refuse(1, true);
    for (int i = 0; i < ROUNDS; i++) {
        errno = 4711;
        record_by_values(NULL);
        assert_int_equal(errno, 4711);
    }
    assert_true(atomic_load(&allocations_asked) == 0);
    allocations_refuse(0, false);
    assert_true(atomic_load(&allocations_alive) == alive);
    promlet_registry_free(registry);
}

/* The look-up of a series that exists is promised to ask for nothing as well. */
static void looking_up_known_series_asks_for_no_memory(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "lc_total", .labels = {"first", "second"}});
    promlet_counter *known = promlet_counter_with(family, "a", "b");
    allocations_refuse(1, true);
    for (int i = 0; i < ROUNDS; i++) {
        assert_ptr_equal(promlet_counter_with(family, "a", "b"), known);
    }
    assert_true(atomic_load(&allocations_asked) == 0);
    /* What is new does ask, so the counting works. */
    (void)promlet_counter_with(family, "b", "a");
    assert_true(atomic_load(&allocations_asked) > 0);
    allocations_refuse(0, false);
    promlet_registry_free(registry);
}

/* A writer and a log callback run with no lock held, but a scrape that is stopped by one is the
   longest that any thread can be inside of promlet. */
struct stopped_scrape {
    promlet_registry *registry;
    pthread_barrier_t inside;
    pthread_barrier_t recorded;
};

static bool stop_inside(const char *data, size_t size, void *ctx)
{
    struct stopped_scrape *scrape = ctx;
    assert_true(data != NULL && size > 0);
    (void)pthread_barrier_wait(&scrape->inside);
    (void)pthread_barrier_wait(&scrape->recorded);
    return false;
}

static void *scrape_and_stop(void *ctx)
{
    struct stopped_scrape *scrape = ctx;
    (void)promlet_registry_write_metrics(scrape->registry, stop_inside, scrape);
    return NULL;
}

static void recording_beside_stopped_scrape_goes_on(void **state)
{
    (void)state;
    struct handles sets[SETS];
    struct stopped_scrape scrape = {.registry = new_registry()};
    make_handles(scrape.registry, sets);
    make_families(scrape.registry, PROMLET_CELLS_PER_CPU);
    assert_int_equal(pthread_barrier_init(&scrape.inside, NULL, 2), 0);
    assert_int_equal(pthread_barrier_init(&scrape.recorded, NULL, 2), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, scrape_and_stop, &scrape), 0);
    (void)pthread_barrier_wait(&scrape.inside);
    for (size_t set = 0; set < SETS; set++) {
        record_without_clock(&sets[set]);
        record_with_clocks(&sets[set]);
    }
    record_by_values(NULL);
    /* Another scrape is not held up either. */
    char *text = promlet_registry_get_metrics(scrape.registry);
    assert_non_null(strstr(text, "\nh_count 8\n"));
    assert_non_null(strstr(text, "\nph_count 8\n"));
    promlet_free(text);
    (void)pthread_barrier_wait(&scrape.recorded);
    (void)pthread_join(thread, NULL);
    (void)pthread_barrier_destroy(&scrape.inside);
    (void)pthread_barrier_destroy(&scrape.recorded);
    promlet_registry_free(scrape.registry);
}

static void *record_on_sinks(void *ctx)
{
    const struct handles *sets = ctx;
    for (int i = 0; i < ROUNDS; i++) {
        record_without_clock(&sets[SINKS]);
        record_without_clock(&sets[SINKS + 1]);
    }
    return NULL;
}

/* On NULL each call counts once as an invalid handle, in the default registry; on a sink what is
   refused counts there by its own reason. */
static void recording_on_null_and_sinks_by_threads_is_counted_exactly(void **state)
{
    (void)state;
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    static const char key[] = "promlet_dropped_total{reason=\"invalid_handle\"}";
    double before = scraped_value(NULL, key);
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, record_on_sinks, sets), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        (void)pthread_join(threads[i], NULL);
    }
    /* 6 calls and 9 for each of the 7 values. */
    double expected = before + (double)COUNT_OF(threads) * ROUNDS * (6 + 9 * 7);
    assert_true((uint64_t)scraped_value(NULL, key) == (uint64_t)expected);
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "promlet_dropped_total"));
    promlet_free(text);
    promlet_registry_free(registry);
}

int main(void)
{
    static promlet_cells shared = PROMLET_CELLS_SHARED;
    static promlet_cells per_cpu = PROMLET_CELLS_PER_CPU;
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(recording_under_seccomp_makes_no_system_call),
        cmocka_unit_test_prestate(recording_by_values_under_seccomp_makes_no_system_call, &shared),
        cmocka_unit_test_prestate(recording_by_values_under_seccomp_makes_no_system_call, &per_cpu),
        cmocka_unit_test(timing_under_seccomp_makes_no_system_call),
        cmocka_unit_test(timing_coarsely_under_seccomp_makes_no_system_call),
        cmocka_unit_test(timing_fast_under_seccomp_makes_no_system_call),
        cmocka_unit_test(recording_asks_for_no_memory_and_keeps_errno),
        cmocka_unit_test_prestate(recording_by_values_asks_for_no_memory_and_keeps_errno, &shared),
        cmocka_unit_test_prestate(recording_by_values_asks_for_no_memory_and_keeps_errno, &per_cpu),
        cmocka_unit_test(looking_up_known_series_asks_for_no_memory),
        cmocka_unit_test(recording_beside_stopped_scrape_goes_on),
        cmocka_unit_test(recording_on_null_and_sinks_by_threads_is_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
