/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signal handler that records on the very handles that the interrupted thread is recording on.
 * Totals are exact and errno is kept. Two sources of signals: a storm from other threads, which can
 * strike between any two instructions, and a timer of the process's CPU time.
 */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#define RECORDERS 2
#define BATCH 256
#define ERRNO_OF_RECORDER 4711

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_counter *fractions;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
    _Atomic uint64_t handled; /* times the handler ran */
    _Atomic uint64_t errno_changes;
} shared;

static void record_once(void)
{
    promlet_counter_inc(shared.counter);
    promlet_counter_add(shared.fractions, 0.5);
    promlet_gauge_inc(shared.gauge);
    promlet_histogram_observe(shared.histogram, 1);
}

static void record_in_handler(int number)
{
    (void)number;
    int before = errno;
    record_once();
    promlet_timer_observe(promlet_timer_start(), NULL);
    atomic_fetch_add(&shared.errno_changes, errno != before);
    atomic_fetch_add(&shared.handled, 1);
}

static void keep_recording(stress_member *self)
{
    errno = ERRNO_OF_RECORDER;
    do { /* once at least: under valgrind the signals may leave it no time before it is stopped */
        for (int i = 0; i < BATCH; i++) {
            record_once();
        }
        if (errno != ERRNO_OF_RECORDER) {
            atomic_fetch_add(&shared.errno_changes, 1);
        }
        self->done += BATCH;
    } while (!atomic_load(&self->crew->stop));
}

static void begin(int signal_number)
{
    shared.registry = new_registry();
    shared.counter = promlet_counter_new(shared.registry, &(promlet_opts){.name = "jobs_total"});
    shared.fractions =
        promlet_counter_new(shared.registry, &(promlet_opts){.name = "halves_total"});
    shared.gauge = promlet_gauge_new(shared.registry, &(promlet_opts){.name = "depth"});
    shared.histogram = promlet_histogram_new(
        shared.registry, &(promlet_opts){.name = "ones", PROMLET_BOUNDS(0.5, 1, 2)});
    atomic_store(&shared.handled, 0);
    atomic_store(&shared.errno_changes, 0);
    struct sigaction action = {.sa_handler = record_in_handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(signal_number, &action, NULL), 0);
}

static void assert_value(const char *text, const char *key, uint64_t expected)
{
    long double value = strict_value(text, key);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %" PRIu64, key, value, expected);
    }
}

static void end(const stress_crew *crew)
{
    uint64_t handled = atomic_load(&shared.handled);
    uint64_t all = handled;
    for (size_t i = 0; i < crew->count; i++) {
        all += crew->members[i].done;
    }
    assert_true(handled > 0);
    assert_true(all > handled);
    char *text = promlet_registry_get_metrics(shared.registry);
    assert_value(text, "jobs_total", all);
    assert_value(text, "depth", all);
    assert_value(text, "ones_count", all);
    assert_value(text, "ones_sum", all);
    assert_true((uint64_t)(strict_value(text, "halves_total") * 2) == all);
    assert_int_equal(atomic_load(&shared.errno_changes), 0);
    print_message("%" PRIu64 " recordings, %" PRIu64 " of them in the handler\n", all, handled);
    promlet_free(text);
    promlet_registry_free(shared.registry);
}

static void check_scrape(void)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    strict_verdict verdict;
    bool is_right = strict_is_well_formed(text, &verdict) &&
                    strict_sums_fit(text, (long double)UINT64_MAX, &verdict);
    promlet_free(text);
    if (!is_right) {
        fail_msg("%s", verdict.why);
    }
}

static void test_fault_F06_recording_in_handler_of_storm_is_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    begin(SIGUSR1);
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    uint64_t random = seed;
    while (stress_now() < crew.deadline) {
        for (int i = 0; i < 64; i++) {
            size_t number = (size_t)(stress_random(&random) % RECORDERS);
            assert_int_equal(pthread_kill(crew.members[number].thread, SIGUSR1), 0);
        }
        check_scrape();
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    end(&crew);
}

static void recording_in_handler_of_timer_is_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    begin(SIGPROF);
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    struct itimerval timer = {{0, 50}, {0, 50}};
    assert_int_equal(setitimer(ITIMER_PROF, &timer, NULL), 0);
    /* Also until the first signal came: a busy machine gives little CPU time. */
    while (stress_now() < crew.deadline || atomic_load(&shared.handled) == 0) {
        check_scrape();
    }
    timer = (struct itimerval){{0, 0}, {0, 0}};
    assert_int_equal(setitimer(ITIMER_PROF, &timer, NULL), 0);
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGPROF, SIG_IGN);
    end(&crew);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault_F06_recording_in_handler_of_storm_is_exact),
        cmocka_unit_test(recording_in_handler_of_timer_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
