/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that recording makes no system call (the kernel kills the process at the first one), asks
 * for no memory, takes no lock that another thread could hold, and keeps errno.
 */
#include "support/allocations.h"
#include "support/expect.h"
#include "support/sanitizers.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

PROMLET_STATIC_COUNTER(static_counter, "static_jobs_total", "Jobs.");
PROMLET_STATIC_GAUGE(static_gauge, "static_depth", "Depth.");
PROMLET_STATIC_HISTOGRAM(static_histogram, "static_seconds", "Time.");

#define ROUNDS 1000

/* What is recorded on: one handle of each kind, from wherever it came. */
struct handles {
    promlet_counter *counter;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
};

#define SETS 5

/* Without labels, with labels, at file scope, a sink, and NULL. */
static void make_handles(promlet_registry *registry, struct handles *sets)
{
    sets[0].counter = promlet_counter_new(registry, &(promlet_opts){.name = "c_total"});
    sets[0].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    sets[0].histogram = promlet_histogram_new(registry, &(promlet_opts){.name = "h"});
    sets[1].counter =
        promlet_counter_with(promlet_counter_family_new(
                                 registry, &(promlet_opts){.name = "lc_total", .labels = {"key"}}),
                             "a");
    sets[1].gauge = promlet_gauge_with(
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "lg", .labels = {"key"}}), "a");
    sets[1].histogram = promlet_histogram_with(
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "lh", .labels = {"key"}}),
        "a");
    sets[2] = (struct handles){static_counter, static_gauge, static_histogram};
    sets[3].counter = promlet_counter_new(registry, &(promlet_opts){.name = "1"});
    sets[3].gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "2"});
    sets[3].histogram = promlet_histogram_new(registry, &(promlet_opts){.name = "3"});
    sets[4] = (struct handles){NULL, NULL, NULL};
}

/* Every recording call that does not read the clock, with values that are taken and refused. */
static void record_without_clock(const struct handles *to)
{
    static const double values[] = {0, 1, 0.5, -1, 1e300, NAN, INFINITY};
    promlet_counter_inc(to->counter);
    promlet_counter_add_u64(to->counter, 3);
    promlet_gauge_inc(to->gauge);
    promlet_gauge_dec(to->gauge);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_counter_add(to->counter, values[i]);
        promlet_gauge_set(to->gauge, values[i]);
        promlet_gauge_add(to->gauge, values[i]);
        promlet_gauge_sub(to->gauge, values[i]);
        promlet_histogram_observe(to->histogram, values[i]);
    }
}

/* By label values. The families are shared: which set of handles does not matter. */
static struct {
    promlet_counter_family *counters;
    promlet_gauge_family *gauges;
    promlet_histogram_family *histograms;
    const char *long_value;
} families;

/* With series of their own, so that only what the recording does is seen. */
static void make_families(promlet_registry *registry)
{
    static char long_value[101];
    memset(long_value, 'x', sizeof long_value - 1);
    families.long_value = long_value;
    promlet_opts options = {.labels = {"one", "two"}, .max_series = 2};
    options.name = "by_total";
    families.counters = promlet_counter_family_new(registry, &options);
    options.name = "by_gauge";
    families.gauges = promlet_gauge_family_new(registry, &options);
    options.name = "by_histogram";
    families.histograms = promlet_histogram_family_new(registry, &options);
    static const char *const others[] = {"b", "overflow"};
    (void)promlet_counter_with(families.counters, "a", long_value);
    (void)promlet_gauge_with(families.gauges, "a", long_value);
    (void)promlet_histogram_with(families.histograms, "a", long_value);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        (void)promlet_counter_with(families.counters, others[i], "");
        (void)promlet_gauge_with(families.gauges, others[i], "");
        (void)promlet_histogram_with(families.histograms, others[i], "");
    }
}

/* Series that exist, and the overflow series, with values that are taken and refused. */
static void record_by_values(const struct handles *to)
{
    (void)to;
    static const double amounts[] = {0, 0.5, -1, NAN, INFINITY};
    const char *const sets[][2] = {{"a", families.long_value}, {"b", ""}, {"none", "has this"}};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        promlet_counter_inc_by(families.counters, sets[i][0], sets[i][1]);
        promlet_counter_add_u64_by(families.counters, 3, sets[i][0], sets[i][1]);
        for (size_t j = 0; j < COUNT_OF(amounts); j++) {
            promlet_counter_add_by(families.counters, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_set_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_gauge_add_by(families.gauges, amounts[j], sets[i][0], sets[i][1]);
            promlet_histogram_observe_by(families.histograms, amounts[j], sets[i][0], sets[i][1]);
        }
    }
}

static void record_with_clock(const struct handles *to)
{
    promlet_timer timer = promlet_timer_start();
    (void)promlet_timer_observe(timer, to->histogram);
    (void)promlet_timer_seconds(timer);
}

static void read_clock_only(const struct handles *to)
{
    (void)to;
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
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
    (void)state;
    need_seccomp(forbid_calls_strictly);
    static const struct handles none[SETS];
    promlet_registry *registry = new_registry();
    make_families(registry);
    assert_int_equal(status_without_calls(forbid_calls_strictly, record_by_values, none), 0);
    promlet_registry_free(registry);
}

static void timing_under_seccomp_makes_no_system_call(void **state)
{
    (void)state;
    static const struct handles none[SETS];
    need_seccomp(forbid_calls_by_filter);
    if (status_without_calls(forbid_calls_by_filter, read_clock_only, none) != 0) {
        print_message("SKIPPED: this machine reads its clock by a system call\n");
        skip();
    }
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    assert_int_equal(status_without_calls(forbid_calls_by_filter, record_with_clock, sets), 0);
    promlet_registry_free(registry);
}

/* ---- memory, errno, locks -------------------------------------------------------------------- */

static void recording_asks_for_no_memory_and_keeps_errno(void **state)
{
    (void)state;
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    /* Refuses and counts everything, so that neither asking nor giving back can go unseen. */
    long alive = atomic_load(&allocations_alive);
    allocations_refuse(1, true);
    for (int i = 0; i < ROUNDS; i++) {
        for (size_t set = 0; set < SETS; set++) {
            errno = 4711;
            record_without_clock(&sets[set]);
            assert_int_equal(errno, 4711);
            record_with_clock(&sets[set]);
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
    (void)state;
    promlet_registry *registry = new_registry();
    make_families(registry);
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
    make_families(scrape.registry);
    assert_int_equal(pthread_barrier_init(&scrape.inside, NULL, 2), 0);
    assert_int_equal(pthread_barrier_init(&scrape.recorded, NULL, 2), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, scrape_and_stop, &scrape), 0);
    (void)pthread_barrier_wait(&scrape.inside);
    for (size_t set = 0; set < SETS; set++) {
        record_without_clock(&sets[set]);
        record_with_clock(&sets[set]);
    }
    record_by_values(NULL);
    /* Another scrape is not held up either. */
    char *text = promlet_registry_get_metrics(scrape.registry);
    assert_non_null(strstr(text, "\nh_count 6\n"));
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
        record_without_clock(&sets[3]);
        record_without_clock(&sets[4]);
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
    /* 4 calls and 5 for each of the 7 values. */
    double expected = before + (double)COUNT_OF(threads) * ROUNDS * (4 + 5 * 7);
    assert_true((uint64_t)scraped_value(NULL, key) == (uint64_t)expected);
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "promlet_dropped_total"));
    promlet_free(text);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recording_under_seccomp_makes_no_system_call),
        cmocka_unit_test(recording_by_values_under_seccomp_makes_no_system_call),
        cmocka_unit_test(timing_under_seccomp_makes_no_system_call),
        cmocka_unit_test(recording_asks_for_no_memory_and_keeps_errno),
        cmocka_unit_test(recording_by_values_asks_for_no_memory_and_keeps_errno),
        cmocka_unit_test(looking_up_known_series_asks_for_no_memory),
        cmocka_unit_test(recording_beside_stopped_scrape_goes_on),
        cmocka_unit_test(recording_on_null_and_sinks_by_threads_is_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
