/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that stand still in the middle of a recording, parked by a signal handler wherever it
 * struck, or between two steps. Meanwhile nothing waits for them: not a scrape, not the server's
 * stop, not a fork. Whatever waited would wait for ever, and ctest would end it.
 */
#include "support/recording_path.h"
#include "support/stress.h"
#include "support/strict_text.h"

#ifdef TEST_HAS_SERVER
#include "server/http_client.h"
#endif

#include "base/valgrind.h"
#include "support/hang.h"

#include <promlet/inline.h>

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDERS 4
#define LEAST_ROUNDS 100
#define MOST_ROUNDS_FOR_BETWEEN 2000
#define SECONDS_UNTIL_KILLED 60

PROMLET_STATIC_HISTOGRAM_BOUNDS(static_ones, "static_ones", "Ones.", 0.5, 1, 2);

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_histogram *ones;
    promlet_counter *counter;
    _Atomic uint64_t begun[STRESS_MAX_MEMBERS];
    _Atomic uint64_t ended[STRESS_MAX_MEMBERS];
    atomic_size_t ready; /* recorders that know their number */
    atomic_size_t parked;
    int gates[RECORDERS][2]; /* a pipe for each recorder: a byte lets it go on once */
} shared;

static _Thread_local size_t own_number;

static void open_gates(void)
{
    for (size_t i = 0; i < RECORDERS; i++) {
        assert_int_equal(pipe(shared.gates[i]), 0);
    }
    atomic_store(&shared.parked, 0);
}

static void close_gates(void)
{
    for (size_t i = 0; i < RECORDERS; i++) {
        (void)close(shared.gates[i][0]);
        (void)close(shared.gates[i][1]);
    }
}

/* Stands still until main lets it go on. Signal-safe. */
static void park(void)
{
    int before = errno;
    char byte;
    atomic_fetch_add(&shared.parked, 1);
    while (read(shared.gates[own_number][0], &byte, 1) != 1) {
    }
    errno = before;
}

static void park_in_handler(int number)
{
    (void)number;
    park();
}

static void wait_for_all(void)
{
    while (atomic_load(&shared.parked) < RECORDERS) {
        (void)sched_yield();
    }
}

static void let_all_go(void)
{
    atomic_store(&shared.parked, 0);
    for (size_t i = 0; i < RECORDERS; i++) {
        assert_int_equal(write(shared.gates[i][1], "", 1), 1);
    }
}

static void declare_all(void)
{
    promlet_registry *registry = shared.registry = new_registry();
    shared.ones = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "ones", PROMLET_BOUNDS(0.5, 1, 2), .cells = PROMLET_CELLS_PER_CPU});
    shared.counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(shared.ones->spread);
    for (size_t i = 0; i < STRESS_MAX_MEMBERS; i++) {
        atomic_store(&shared.begun[i], 0);
        atomic_store(&shared.ended[i], 0);
    }
}

static uint64_t total_of(_Atomic uint64_t *counts)
{
    uint64_t total = 0;
    for (size_t i = 0; i < STRESS_MAX_MEMBERS; i++) {
        total += atomic_load(&counts[i]);
    }
    return total;
}

static char *document(void)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    assert_non_null(text);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict) ||
        !strict_sums_fit(text, (long double)UINT64_MAX, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    return text;
}

/* ---- what must not wait ---------------------------------------------------------------------- */

/* A child sees what the parent showed, since nothing moves, and can go on from there. */
static int go_on_in_child(const char *text)
{
    char *here = promlet_registry_get_metrics(shared.registry);
    if (here == NULL || strcmp(here, text) != 0) {
        return 1;
    }
    long double before = strict_value(here, "ones_count");
    promlet_free(here);
    promlet_histogram_observe(shared.ones, 1);
    here = promlet_registry_get_metrics(shared.registry);
    long double after = strict_value(here, "ones_count");
    promlet_free(here);
    return after - before == 1 ? 0 : 2;
}

static void fork_once(const char *text)
{
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        end_hang_after(SECONDS_UNTIL_KILLED);
        _exit(go_on_in_child(text));
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    if (status != 0) {
        fail_msg("the child ended with status 0x%x", (unsigned)status);
    }
}

static bool can_fork(void)
{
    const char *name = sanitizer_name();
    return name == NULL || strstr(name, "address") == NULL;
}

/* Started, asked and stopped while all recorders stand still. */
static void serve_once(void)
{
#ifdef TEST_HAS_SERVER
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    assert_int_equal(http_get_status(promlet_metrics_server_port(), "/metrics"), 200);
    promlet_stop_metrics_server();
#endif
}

static void say_what_is_left_out(void)
{
#ifndef TEST_HAS_SERVER
    print_message("SKIPPED: the server's stop; this build has no server\n");
#endif
    (void)address_sanitizer_forbids("a fork beside threads that allocate");
}

/* A child that is forked when threads have ended but were not joined yet has none of them leaked;
   the thread sanitizer takes it so unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}

/* ---- parked anywhere ------------------------------------------------------------------------- */

static void keep_recording(stress_member *self)
{
    own_number = self->number;
    atomic_fetch_add(&shared.ready, 1);
    while (!atomic_load(&self->crew->stop)) {
        bool is_inlined = stress_random(&self->random) % 2 == 0;
        for (int i = 0; i < 16; i++) {
            atomic_fetch_add(&shared.begun[self->number], 1);
            if (is_inlined) {
                promlet_histogram_observe(shared.ones, 1);
                promlet_counter_inc(shared.counter);
            } else {
                (promlet_histogram_observe)(shared.ones, 1);
                (promlet_counter_inc)(shared.counter);
            }
            atomic_fetch_add(&shared.ended[self->number], 1);
            promlet_histogram_observe(static_ones, 1);
        }
        self->done += 16;
    }
}

static void park_all(stress_crew *crew)
{
    for (size_t i = 0; i < RECORDERS; i++) {
        assert_int_equal(pthread_kill(crew->members[i].thread, SIGUSR1), 0);
    }
    wait_for_all();
}

/* While nothing moves, a document shows what has ended, and of what has begun as much as was done:
   a value in the sum, and then its count. How many threads stand between the two. */
static uint64_t check_standstill(const char *text)
{
    uint64_t begun = total_of(shared.begun);
    uint64_t ended = total_of(shared.ended);
    uint64_t count = (uint64_t)strict_value(text, "ones_count");
    uint64_t sum = (uint64_t)strict_value(text, "ones_sum");
    uint64_t jobs = (uint64_t)strict_value(text, "jobs_total");
    if (jobs < ended || count < jobs || sum < count || begun < sum || begun - ended > RECORDERS) {
        fail_msg("%" PRIu64 " have begun, %" PRIu64 " are in the sum, %" PRIu64
                 " in the count, %" PRIu64 " in the counter, and %" PRIu64 " have ended",
                 begun, sum, count, jobs, ended);
    }
    return sum - count;
}

static uint64_t look_at_standstill(uint64_t round)
{
    char *text = document();
    uint64_t between = check_standstill(text);
    char *again = document();
    assert_string_equal(again, text);
    promlet_free(again);
    if (round % 16 == 0 && can_fork()) {
        fork_once(text);
    }
    if (round % 16 == 8) {
        serve_once();
    }
    promlet_free(text);
    return between;
}

static void test_fault_F04_threads_parked_anywhere_hold_up_nobody(void **state)
{
    (void)state;
    static stress_crew crew;
    say_what_is_left_out();
    declare_all();
    open_gates();
    const struct sigaction action = {.sa_handler = park_in_handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    stress_crew_begin(&crew, stress_seconds(0.8));
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    while (atomic_load(&shared.ready) < RECORDERS) {
        (void)sched_yield();
    }
    uint64_t random = seed;
    uint64_t rounds = 0;
    uint64_t between = 0; /* times that a thread stood between its sum and its bucket */
    bool can_stop_between = !pml_runs_on_valgrind(); /* it stops threads at few places only */
    uint64_t most_rounds = can_stop_between ? MOST_ROUNDS_FOR_BETWEEN : LEAST_ROUNDS;
    while (stress_now() < crew.deadline || rounds < LEAST_ROUNDS ||
           (between == 0 && rounds < most_rounds)) {
        for (uint64_t i = stress_random(&random) % 4; i > 0; i--) {
            (void)sched_yield();
        }
        park_all(&crew);
        between += look_at_standstill(rounds);
        let_all_go();
        promlet_free(document());
        rounds++;
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    char *text = document();
    assert_true(check_standstill(text) == 0);
    assert_true((uint64_t)strict_value(text, "ones_count") == total_of(shared.begun));
    promlet_free(text);
    print_message("%" PRIu64 " rounds, %" PRIu64 " threads found between sum and bucket\n", rounds,
                  between);
    close_gates();
    promlet_registry_free(shared.registry);
    if (between == 0 && can_stop_between) {
        fail_msg(
            "waited for a thread that is parked between its sum and its bucket, and in %" PRIu64
            " rounds there was none",
            rounds);
    }
    if (between == 0) {
        print_message("SKIPPED: threads between sum and bucket; valgrind parked none there\n");
    }
}

/* ---- parked between two steps ---------------------------------------------------------------- */

/* promlet_histogram_observe() in its steps. */
static void observe_with_stops(stress_member *self)
{
    promlet_histogram *ones = shared.ones;
    own_number = self->number;
    while (!atomic_load(&self->crew->stop)) {
        park();
        struct promlet_spread *spread = promlet_hot_spread(&ones->spread);
        size_t bucket = promlet_hot_bucket(ones->bounds, 1);
        promlet_hot_add_real(spread, PROMLET_HISTOGRAM_SUM, &ones->sum, 1);
        park();
        promlet_hot_add_whole(spread, PROMLET_HISTOGRAM_COUNTS + bucket, &ones->buckets[bucket], 1);
        park();
        self->done++;
    }
}

static void expect_standstill(uint64_t sum, uint64_t count)
{
    char *text = document();
    assert_int_equal((uint64_t)strict_value(text, "ones_sum"), sum);
    assert_int_equal((uint64_t)strict_value(text, "ones_count"), count);
    assert_int_equal((uint64_t)strict_value(text, "ones_bucket{le=\"0.5\"}"), 0);
    assert_int_equal((uint64_t)strict_value(text, "ones_bucket{le=\"1.0\"}"), count);
    if (can_fork()) {
        fork_once(text);
    }
    serve_once();
    promlet_free(text);
}

static void threads_parked_before_within_and_behind_hold_up_nobody(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    open_gates();
    stress_crew_begin(&crew, 0);
    stress_crew_add(&crew, RECORDERS, observe_with_stops, NULL, seed);
    stress_crew_go(&crew);
    const uint64_t rounds = 10;
    for (uint64_t i = 0; i < rounds; i++) {
        wait_for_all();
        expect_standstill(i * RECORDERS, i * RECORDERS);
        let_all_go();
        wait_for_all();
        expect_standstill((i + 1) * RECORDERS, i * RECORDERS);
        let_all_go();
        wait_for_all();
        expect_standstill((i + 1) * RECORDERS, (i + 1) * RECORDERS);
        atomic_store(&crew.stop, i + 1 == rounds);
        let_all_go();
    }
    stress_crew_wait(&crew);
    expect_standstill(rounds * RECORDERS, rounds * RECORDERS);
    close_gates();
    promlet_registry_free(shared.registry);
}

int main(void)
{
    seed = stress_seed();
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(threads_parked_before_within_and_behind_hold_up_nobody),
        cmocka_unit_test(test_fault_F04_threads_parked_anywhere_hold_up_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
