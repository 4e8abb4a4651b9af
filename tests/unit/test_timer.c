/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of promlet/timer.h. A timer is a plain moment, so a test makes up the one it needs. The
 * clocks are those of this machine; test_timer_clocks.c has clocks that do as they are told.
 */
#include "base/clock.h"
#include "base/ticks.h"
#include "support/expect.h"
#include "support/stress.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR_NS UINT64_C(3600000000000)
#define MILLISECOND_NS UINT64_C(1000000)

/* The last two are no clocks. */
static const promlet_clock clocks[] = {PROMLET_CLOCK_PRECISE, PROMLET_CLOCK_FAST,
                                       PROMLET_CLOCK_COARSE, (promlet_clock)4, (promlet_clock)-1};

static bool is_zero(double seconds)
{
    return seconds <= 0 && seconds >= 0;
}

/* ---- the fast clock -------------------------------------------------------------------------- */

static void need_fast_clock(void)
{
    if (!pml_ticks_are_steady()) {
        print_message("SKIPPED: no steady counter here, so the fast clock is the precise one\n");
        skip();
    }
}

/* A timer that reads the counter; the rate is learned by starting timers. */
static promlet_timer start_counter(void)
{
    promlet_timer timer;
    do {
        timer = promlet_timer_start_with(PROMLET_CLOCK_FAST);
    } while (timer.clock != PROMLET_CLOCK_FAST);
    return timer;
}

/* Runs first, while the process knows no rate. */
static void fast_timer_before_rate_is_known_is_precise(void **state)
{
    (void)state;
    uint64_t before = pml_clock_monotonic_ns();
    promlet_timer timer = promlet_timer_start_with(PROMLET_CLOCK_FAST);
    uint64_t after = pml_clock_monotonic_ns();
    assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
    assert_true(timer.start >= before && timer.start <= after);
    if (pml_ticks_are_steady()) {
        (void)start_counter();
    }
    /* It ends as it began. */
    double seconds = promlet_timer_seconds(timer);
    assert_true(seconds <= (double)(pml_clock_monotonic_ns() - before) / 1e9);
}

static void fast_timer_without_counter_stays_precise(void **state)
{
    (void)state;
    if (pml_ticks_are_steady()) {
        print_message("SKIPPED: there is a steady counter here\n");
        skip();
    }
    uint64_t until = pml_clock_monotonic_ns() + 50 * MILLISECOND_NS;
    while (pml_clock_monotonic_ns() < until) {
        assert_int_equal(promlet_timer_start_with(PROMLET_CLOCK_FAST).clock, PROMLET_CLOCK_PRECISE);
    }
}

/* Generous, since nothing but the order of the readings is sure; the rate is tested elsewhere. */
static void fast_timer_agrees_with_precise_clock(void **state)
{
    (void)state;
    need_fast_clock();
    promlet_timer outer = promlet_timer_start();
    promlet_timer fast = start_counter();
    promlet_timer inner = promlet_timer_start();
    while (promlet_timer_seconds(inner) < 0.02) {
    }
    double inside = promlet_timer_seconds(inner);
    double seconds = promlet_timer_seconds(fast);
    double outside = promlet_timer_seconds(outer);
    assert_true(seconds >= inside / 2 && seconds <= outside * 2);
}

static void fast_timer_seen_again_is_not_younger(void **state)
{
    (void)state;
    need_fast_clock();
    promlet_timer timer = start_counter();
    uint64_t start = timer.start;
    double first = promlet_timer_seconds(timer);
    while (promlet_timer_seconds(timer) <= first) {
    }
    assert_true(timer.start == start);
}

/* ---- threads, handlers, children ------------------------------------------------------------- */

static struct shared {
    promlet_histogram *histogram;
    _Atomic uint64_t handled;
    stress_failure failure;
} shared;

static void time_nothing(void)
{
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_timer timer = promlet_timer_start_with(clocks[i]);
        double seconds = promlet_timer_observe(timer, shared.histogram);
        /* A minute is more than the test may take; a wrong unit shows years. */
        if (!(seconds >= 0) || seconds > 60) {
            stress_fail(&shared.failure, "nothing took %f s of clock %d", seconds,
                        (int)timer.clock);
        }
    }
}

static void keep_timing(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        time_nothing();
        self->done += COUNT_OF(clocks);
    }
}

static void time_in_handler(int number)
{
    (void)number;
    int before = errno;
    time_nothing();
    if (errno != before) {
        stress_fail(&shared.failure, "errno became %d", errno);
    }
    atomic_fetch_add(&shared.handled, 1);
}

/* In a child, which knows no rate yet and so learns it: true when run() did not fail. */
static bool succeeds_in_new_process(bool (*run)(void))
{
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool is_good = run();
        if (!is_good && atomic_load(&shared.failure.is_set)) {
            (void)fprintf(stderr, "%s\n", shared.failure.why);
        }
        _exit(is_good ? 0 : 1);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    return status == 0;
}

static promlet_histogram *new_histogram(promlet_registry *registry)
{
    return promlet_histogram_new(registry,
                                 &(promlet_opts){.name = "nothing_seconds", .help = "Nothing."});
}

static bool time_by_threads_under_signals(void)
{
    static stress_crew crew;
    promlet_registry *registry = new_registry();
    shared.histogram = new_histogram(registry);
    struct sigaction action = {.sa_handler = time_in_handler, .sa_flags = SA_RESTART};
    if (sigaction(SIGUSR1, &action, NULL) != 0) {
        return false;
    }
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, 3, keep_timing, NULL, 0);
    stress_crew_go(&crew);
    for (size_t i = 0; stress_now() < crew.deadline || atomic_load(&shared.handled) == 0; i++) {
        (void)pthread_kill(crew.members[i % crew.count].thread, SIGUSR1);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    uint64_t all = atomic_load(&shared.handled) * COUNT_OF(clocks);
    for (size_t i = 0; i < crew.count; i++) {
        all += crew.members[i].done;
    }
    char *text = promlet_registry_get_metrics(registry);
    bool is_complete = (uint64_t)sample_value(text, "nothing_seconds_count") == all;
    bool is_learned = !pml_ticks_are_steady() || start_counter().clock == PROMLET_CLOCK_FAST;
    promlet_free(text);
    promlet_registry_free(registry);
    return is_complete && is_learned && atomic_load(&shared.handled) > 0 &&
           !atomic_load(&shared.failure.is_set);
}

/* Runs before any other test has made this process learn, so each thread begins with learning. */
static void timers_of_threads_and_handlers_learn_at_once(void **state)
{
    (void)state;
    assert_true(succeeds_in_new_process(time_by_threads_under_signals));
}

static promlet_timer of_parent[COUNT_OF(clocks)];

static bool time_in_child(void)
{
    for (size_t i = 0; i < COUNT_OF(of_parent); i++) {
        if (!(promlet_timer_seconds(of_parent[i]) >= 0)) {
            return false;
        }
    }
    time_nothing();
    if (pml_ticks_are_steady() && of_parent[1].clock == PROMLET_CLOCK_FAST) {
        /* The child knows the rate as well. */
        return promlet_timer_seconds(of_parent[1]) > 0 && !atomic_load(&shared.failure.is_set);
    }
    return !atomic_load(&shared.failure.is_set);
}

static void timers_of_parent_go_on_in_child(void **state)
{
    (void)state;
    if (pml_ticks_are_steady()) {
        (void)start_counter();
    }
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        of_parent[i] = promlet_timer_start_with(clocks[i]);
    }
    shared.histogram = NULL;
    assert_true(succeeds_in_new_process(time_in_child));
}

/* ---- all clocks ------------------------------------------------------------------------------ */

static void timer_just_started_is_close_to_zero(void **state)
{
    (void)state;
    uint64_t before = pml_clock_monotonic_ns();
    promlet_timer timer = promlet_timer_start();
    double seconds = promlet_timer_seconds(timer);
    uint64_t after = pml_clock_monotonic_ns();
    assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
    assert_true(timer.start >= before && timer.start <= after);
    assert_true(seconds >= 0 && seconds <= (double)(after - before) / 1e9);
}

static void timer_of_precise_clock_is_the_default(void **state)
{
    (void)state;
    uint64_t before = pml_clock_monotonic_ns();
    promlet_timer timer = promlet_timer_start_with(PROMLET_CLOCK_PRECISE);
    assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
    assert_true(timer.start >= before && timer.start <= pml_clock_monotonic_ns());
}

static void timer_of_coarse_clock_reads_the_coarse_clock(void **state)
{
    (void)state;
    uint64_t before = pml_clock_coarse_ns();
    promlet_timer timer = promlet_timer_start_with(PROMLET_CLOCK_COARSE);
    double seconds = promlet_timer_seconds(timer);
    uint64_t after = pml_clock_coarse_ns();
    assert_int_equal(timer.clock, PROMLET_CLOCK_COARSE);
    assert_true(timer.start >= before && timer.start <= after);
    assert_true(seconds >= 0 && seconds <= (double)(after - before) / 1e9);
    /* It is behind, but goes on. */
    assert_true(after <= pml_clock_monotonic_ns());
    while (promlet_timer_seconds(timer) <= 0) {
    }
}

static void timer_of_unknown_clock_is_precise(void **state)
{
    (void)state;
    static const int unknown[] = {-1, 4, 4711};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        uint64_t before = pml_clock_monotonic_ns();
        promlet_timer timer = promlet_timer_start_with((promlet_clock)unknown[i]);
        assert_int_equal(timer.clock, PROMLET_CLOCK_PRECISE);
        assert_true(timer.start >= before && timer.start <= pml_clock_monotonic_ns());
        timer.clock = (promlet_clock)unknown[i];
        assert_true(promlet_timer_seconds(timer) <=
                    (double)(pml_clock_monotonic_ns() - before) / 1e9);
    }
}

static void timer_started_in_the_past_is_in_seconds(void **state)
{
    (void)state;
    uint64_t now = pml_clock_monotonic_ns();
    promlet_timer timer = {now - now / 2, PROMLET_CLOCK_PRECISE};
    double seconds = promlet_timer_seconds(timer);
    uint64_t later = pml_clock_monotonic_ns();
    assert_true(seconds >= (double)(now / 2) / 1e9);
    assert_true(seconds <= (double)(later - timer.start) / 1e9);
}

static void timer_started_in_the_future_is_zero(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_timer timer = promlet_timer_start_with(clocks[i]);
        /* In ticks this is an hour at least at 1 GHz, and more than this test takes at any rate. */
        timer.start += HOUR_NS;
        assert_true(is_zero(promlet_timer_seconds(timer)));
    }
}

static void timer_started_at_the_end_of_time_is_zero(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_timer timer = {UINT64_MAX, clocks[i]};
        assert_true(is_zero(promlet_timer_seconds(timer)));
    }
}

static void timer_never_started_is_the_age_of_the_clock(void **state)
{
    (void)state;
    promlet_timer timer = {0};
    double before = (double)pml_clock_monotonic_ns() / 1e9;
    double seconds = promlet_timer_seconds(timer);
    assert_true(seconds >= before && seconds <= (double)pml_clock_monotonic_ns() / 1e9);
}

/* ---- recording ------------------------------------------------------------------------------- */

static void timer_observe_records_what_it_returns(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_registry *registry = new_registry();
        promlet_histogram *histogram = promlet_histogram_new(
            registry, &(promlet_opts){.name = "call_seconds", .help = "Time of a call."});
        promlet_timer timer = promlet_timer_start_with(clocks[i]);
        double seconds = promlet_timer_observe(timer, histogram);
        char *text = promlet_registry_get_metrics(registry);
        keep_document("timer_observe", text, NULL);
        double sum = sample_value(text, "call_seconds_sum");
        double count = sample_value(text, "call_seconds_count");
        assert_memory_equal(&sum, &seconds, sizeof sum);
        assert_true(count >= 1 && count <= 1);
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

static void timer_observed_in_the_future_records_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "call_seconds", .help = "Time.", PROMLET_BOUNDS(0)});
    promlet_timer_observe((promlet_timer){UINT64_MAX, PROMLET_CLOCK_PRECISE}, histogram);
    promlet_timer_observe((promlet_timer){UINT64_MAX, PROMLET_CLOCK_FAST}, histogram);
    expect_metrics(registry, "timer_future", NULL,
                   "# HELP call_seconds Time.\n"
                   "# TYPE call_seconds histogram\n"
                   "call_seconds_bucket{le=\"0.0\"} 2\n"
                   "call_seconds_bucket{le=\"+Inf\"} 2\n"
                   "call_seconds_sum 0\n"
                   "call_seconds_count 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void timer_observe_null_returns_the_seconds_all_the_same(void **state)
{
    (void)state;
    promlet_timer timer = {0};
    assert_true(promlet_timer_observe(timer, NULL) > 0);
}

static void timer_keeps_errno(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        errno = 4711;
        promlet_timer_observe(promlet_timer_start_with(clocks[i]), NULL);
        assert_int_equal(errno, 4711);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* These two want a process that has not used the fast clock yet. */
        cmocka_unit_test(timers_of_threads_and_handlers_learn_at_once),
        cmocka_unit_test(fast_timer_before_rate_is_known_is_precise),
        cmocka_unit_test(fast_timer_without_counter_stays_precise),
        cmocka_unit_test(fast_timer_agrees_with_precise_clock),
        cmocka_unit_test(fast_timer_seen_again_is_not_younger),
        cmocka_unit_test(timers_of_parent_go_on_in_child),
        cmocka_unit_test(timer_just_started_is_close_to_zero),
        cmocka_unit_test(timer_of_precise_clock_is_the_default),
        cmocka_unit_test(timer_of_coarse_clock_reads_the_coarse_clock),
        cmocka_unit_test(timer_of_unknown_clock_is_precise),
        cmocka_unit_test(timer_started_in_the_past_is_in_seconds),
        cmocka_unit_test(timer_started_in_the_future_is_zero),
        cmocka_unit_test(timer_started_at_the_end_of_time_is_zero),
        cmocka_unit_test(timer_never_started_is_the_age_of_the_clock),
        cmocka_unit_test(timer_observe_records_what_it_returns),
        cmocka_unit_test(timer_observed_in_the_future_records_zero),
        cmocka_unit_test(timer_observe_null_returns_the_seconds_all_the_same),
        cmocka_unit_test(timer_keeps_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
