/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What interrupts a recording on per-CPU cells: signal handlers that record themselves, moves to
 * another CPU, preemption, forks. Restartable sequences fail then, which each case proves to have
 * met, and start again or go elsewhere; totals are exact all the same, and errno is kept.
 */
#include "support/alarms.h"
#include "support/cpus.h"
#include "support/recording_path.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include "series/spread.h"
#include "support/hang.h"

#include <promlet/inline.h>

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define RECORDERS 4
#define CROWD 16
#define BATCH 64
#define TRIES 2048
#define ERRNO_OF_RECORDER 4711
#define SECONDS_UNTIL_KILLED 60

static uint64_t seed;
static cpu_list cpus;

/* What is recorded on together: each turn adds 1 to the counter and the histogram, and 2 halves. */
typedef struct handles {
    promlet_counter *counter;
    promlet_counter *halves;
    promlet_histogram *ones;
} handles;

static struct shared {
    promlet_registry *registry;
    handles same;           /* what threads and handlers record on */
    handles others;         /* what handlers alone record on */
    promlet_counter *tries; /* added to by try_batch() alone */
    _Atomic uint64_t begun[STRESS_MAX_MEMBERS];
    _Atomic uint64_t ended[STRESS_MAX_MEMBERS];
    _Atomic uint64_t tried;
    _Atomic uint64_t failures; /* of sections */
    _Atomic uint64_t handled;  /* handlers that have run to their end */
    _Atomic uint64_t errno_changes;
    atomic_int threads[STRESS_MAX_MEMBERS];
} shared;

/* ---- recording ------------------------------------------------------------------------------- */

static void record_inlined(const handles *to)
{
    promlet_counter_inc(to->counter);
    promlet_counter_add(to->halves, 0.5);
    promlet_histogram_observe(to->ones, 1);
    promlet_counter_add(to->halves, 0.5);
}

static void record_by_call(const handles *to)
{
    (promlet_counter_inc)(to->counter);
    (promlet_counter_add)(to->halves, 0.5);
    (promlet_histogram_observe)(to->ones, 1);
    (promlet_counter_add)(to->halves, 0.5);
}

/* What promlet_hot_add_whole() and promlet_hot_add_real() do, and shows what they hide: whether the
   section failed. */
static bool try_section_whole(void)
{
    struct promlet_spread *spread = shared.tries->spread;
    bool is_added = promlet_section_add_whole(spread, PROMLET_COUNTER_WHOLE, 1);
    if (!is_added) {
        promlet_cell1_add_whole(spread, PROMLET_COUNTER_WHOLE, &shared.tries->whole, 1);
    }
    return is_added;
}

static bool try_section_real(void)
{
    struct promlet_spread *spread = shared.tries->spread;
    bool is_added = promlet_section_add_real(spread, PROMLET_COUNTER_FRACTION, 1);
    if (!is_added) {
        promlet_cell1_add_real(spread, PROMLET_COUNTER_FRACTION, &shared.tries->fraction, 1);
    }
    return is_added;
}

static void record_in_handler(int number)
{
    (void)number;
    int before = errno;
    record_inlined(&shared.same);
    record_by_call(&shared.others);
    atomic_fetch_add(&shared.errno_changes, errno != before);
    atomic_fetch_add(&shared.handled, 1);
}

static void record_batch(stress_member *self)
{
    for (int i = 0; i < BATCH; i++) {
        atomic_fetch_add(&shared.begun[self->number], 1);
        if (i % 2 == 0) {
            record_inlined(&shared.same);
        } else {
            record_by_call(&shared.same);
        }
        atomic_fetch_add(&shared.ended[self->number], 1);
    }
    self->done += BATCH;
}

/* Many sections in a row, so that what interrupts the thread is likely to meet one; most of them
   with doubles, which take longer. */
static uint64_t try_batch(void)
{
    uint64_t failures = 0;
    for (int i = 0; i < TRIES; i++) {
        failures += i % 8 == 0 ? !try_section_whole() : !try_section_real();
    }
    atomic_fetch_add(&shared.tried, TRIES);
    return failures;
}

/* To whoever interrupts; a member with a context waits until it is told to by the kernel. */
static void give_way(const stress_member *self)
{
    if (self->ctx == NULL) {
        (void)sched_yield();
    }
}

static void keep_recording(stress_member *self)
{
    atomic_store(&shared.threads[self->number], (int)syscall(SYS_gettid));
    errno = ERRNO_OF_RECORDER;
    while (!atomic_load(&self->crew->stop)) {
        record_batch(self);
        atomic_fetch_add(&shared.failures, try_batch());
        if (errno != ERRNO_OF_RECORDER) {
            atomic_fetch_add(&shared.errno_changes, 1);
        }
        give_way(self);
    }
}

/* Each of its sections fails, which is no news. */
static void keep_recording_without_area(stress_member *self)
{
    (void)unregister_rseq_area();
    while (!atomic_load(&self->crew->stop)) {
        record_batch(self);
        (void)try_batch();
        give_way(self);
    }
}

/* ---- a case ---------------------------------------------------------------------------------- */

static handles new_handles(promlet_registry *registry, const char *counter, const char *halves,
                           const char *ones)
{
    const promlet_cells cells = PROMLET_CELLS_PER_CPU;
    return (handles){
        promlet_counter_new(registry, &(promlet_opts){.name = counter, .cells = cells}),
        promlet_counter_new(registry, &(promlet_opts){.name = halves, .cells = cells}),
        promlet_histogram_new(
            registry, &(promlet_opts){.name = ones, PROMLET_BOUNDS(0.5, 1, 2), .cells = cells}),
    };
}

static void declare_all(void)
{
    promlet_registry *registry = shared.registry = new_registry();
    shared.same = new_handles(registry, "jobs_total", "halves_total", "ones");
    shared.others = new_handles(registry, "other_jobs_total", "other_halves_total", "other_ones");
    shared.tries = promlet_counter_new(
        registry, &(promlet_opts){.name = "tries_total", .cells = PROMLET_CELLS_PER_CPU});
    expect_status(registry, PROMLET_OK, "");
    assert_non_null(shared.tries->spread);
    atomic_store(&shared.tried, 0);
    atomic_store(&shared.failures, 0);
    atomic_store(&shared.handled, 0);
    atomic_store(&shared.errno_changes, 0);
    for (size_t i = 0; i < STRESS_MAX_MEMBERS; i++) {
        atomic_store(&shared.begun[i], 0);
        atomic_store(&shared.ended[i], 0);
        atomic_store(&shared.threads[i], 0);
    }
}

static void handle_with(void (*handler)(int), int signal_number)
{
    const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(signal_number, &action, NULL), 0);
}

/* Whether a case shall go on: until the deadline, and until it has met what it is about. */
static bool goes_on(const stress_crew *crew)
{
    bool has_met_failures = !is_path_restartable() || atomic_load(&shared.failures) > 0;
    return stress_now() < crew->deadline || !has_met_failures;
}

static void check_scrape(char **before)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    assert_non_null(text);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict) ||
        (*before != NULL && !strict_never_falls(*before, text, &verdict)) ||
        !strict_sums_fit(text, (long double)UINT64_MAX, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    promlet_free(*before);
    *before = text;
}

static void assert_value(const char *text, const char *key, uint64_t expected)
{
    long double value = strict_value(text, key);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %.17Lg, expected %" PRIu64, key, value, expected);
    }
}

static uint64_t done_by(const stress_crew *crew)
{
    uint64_t done = 0;
    for (size_t i = 0; i < crew->count; i++) {
        bool is_recorder = crew->members[i].run == keep_recording ||
                           crew->members[i].run == keep_recording_without_area;
        done += is_recorder ? crew->members[i].done : 0;
    }
    return done;
}

/* All totals are exact; what threads and main have recorded is given, what handlers did is known.
 */
static void end(uint64_t recorded, char *before)
{
    uint64_t handled = atomic_load(&shared.handled);
    uint64_t all = recorded + handled;
    check_scrape(&before);
    assert_value(before, "jobs_total", all);
    assert_value(before, "halves_total", all);
    assert_value(before, "ones_count", all);
    assert_value(before, "ones_sum", all);
    assert_value(before, "ones_bucket{le=\"0.5\"}", 0);
    assert_value(before, "ones_bucket{le=\"1.0\"}", all);
    assert_value(before, "other_jobs_total", handled);
    assert_value(before, "other_halves_total", handled);
    assert_value(before, "other_ones_count", handled);
    assert_value(before, "other_ones_sum", handled);
    assert_value(before, "tries_total", atomic_load(&shared.tried));
    assert_int_equal(atomic_load(&shared.errno_changes), 0);
    print_message("%" PRIu64 " recordings, %" PRIu64 " of them in handlers; %" PRIu64 " of %" PRIu64
                  " sections failed, %" PRIu64 " went to the series' own cell\n",
                  all, handled, atomic_load(&shared.failures), atomic_load(&shared.tried),
                  shared.tries->whole);
    promlet_free(before);
    promlet_registry_free(shared.registry);
}

/* ---- signals --------------------------------------------------------------------------------- */

/* Signals strike between any two instructions, and in handlers as well: SIGUSR2 may interrupt the
   handler of SIGUSR1 and the other way round. */
static void recordings_in_handlers_of_storm_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    handle_with(record_in_handler, SIGUSR1);
    handle_with(record_in_handler, SIGUSR2);
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, RECORDERS - 1, keep_recording, NULL, seed);
    stress_crew_add(&crew, 1, keep_recording_without_area, NULL, seed);
    stress_crew_go(&crew);
    uint64_t random = seed;
    char *before = NULL;
    while (goes_on(&crew) || atomic_load(&shared.handled) == 0) {
        for (int i = 0; i < 32; i++) {
            size_t number = (size_t)(stress_random(&random) % RECORDERS);
            int signal_number = stress_random(&random) % 2 == 0 ? SIGUSR1 : SIGUSR2;
            assert_int_equal(pthread_kill(crew.members[number].thread, signal_number), 0);
        }
        check_scrape(&before);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    (void)signal(SIGUSR2, SIG_IGN);
    end(done_by(&crew), before);
}

static void recordings_in_handlers_of_timer_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    stress_crew_begin(&crew, stress_seconds(0.3));
    stress_crew_add(&crew, RECORDERS, keep_recording, &shared, seed);
    stress_crew_go(&crew);
    alarms_block(true);
    char *before = NULL;
    alarms_begin(record_in_handler);
    while (goes_on(&crew) || atomic_load(&shared.handled) == 0) {
        check_scrape(&before);
    }
    alarms_end();
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    alarms_block(false);
    end(done_by(&crew), before);
}

/* The main thread is interrupted in everything that it does with promlet: while it records, adds
   series, declares metrics and scrapes. A handler that waited for it would wait for ever. */
static void recordings_in_handlers_within_creation_and_scrape_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    promlet_counter_family *family = promlet_counter_family_new(
        shared.registry, &(promlet_opts){.name = "users_total",
                                         .labels = {"user"},
                                         .max_series = 500,
                                         .cells = PROMLET_CELLS_PER_CPU});
    stress_crew_begin(&crew, stress_seconds(0.5));
    char *before = NULL;
    alarms_begin(record_in_handler);
    uint64_t recorded = 0;
    while (stress_now() < crew.deadline || atomic_load(&shared.handled) == 0) {
        record_inlined(&shared.same);
        char user[24];
        (void)snprintf(user, sizeof user, "u%04u", (unsigned)(recorded % 1000));
        promlet_counter_inc(promlet_counter_with(family, user));
        char name[48];
        (void)snprintf(name, sizeof name, "late_%02u_total", (unsigned)(recorded % 50));
        promlet_counter_inc(promlet_counter_new(shared.registry, &(promlet_opts){.name = name}));
        recorded++;
        if (recorded % 8 == 0) {
            check_scrape(&before);
        }
    }
    alarms_end();
    check_scrape(&before);
    assert_true((uint64_t)strict_total(before, "users_total", NULL) == recorded);
    end(recorded, before);
}

/* ---- moves and preemption -------------------------------------------------------------------- */

static void do_nothing(int number)
{
    (void)number;
}

/* More threads than CPUs, moved about and interrupted. The handler adds nothing, so that each
   failure is the kernel's doing. */
static void recordings_of_crowd_that_is_moved_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    handle_with(do_nothing, SIGUSR1);
    stress_crew_begin(&crew, stress_seconds(0.7));
    stress_crew_add(&crew, CROWD, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    uint64_t random = seed;
    char *before = NULL;
    while (goes_on(&crew)) {
        for (int i = 0; i < 16; i++) {
            size_t number = (size_t)(stress_random(&random) % CROWD);
            pid_t thread = atomic_load(&shared.threads[number]);
            if (thread != 0) {
                (void)cpus_move(thread, cpus.numbers[stress_random(&random) % cpus.count]);
            }
            assert_int_equal(pthread_kill(crew.members[number].thread, SIGUSR1), 0);
        }
        check_scrape(&before);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    end(done_by(&crew), before);
}

/* The whole program on one CPU, as a container or taskset may have it. */
static void recordings_of_crowd_on_one_cpu_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    handle_with(do_nothing, SIGUSR1);
    assert_true(cpus_move(0, cpus.numbers[cpus.count - 1])); /* threads inherit it */
    stress_crew_begin(&crew, stress_seconds(0.3));
    stress_crew_add(&crew, CROWD, keep_recording, &shared, seed);
    stress_crew_go(&crew);
    char *before = NULL;
    while (goes_on(&crew)) {
        check_scrape(&before);
        (void)sched_yield();
        if (stress_now() > crew.deadline) { /* preemption alone may miss the few instructions */
            size_t number = atomic_load(&shared.tried) % CROWD;
            (void)pthread_kill(crew.members[number].thread, SIGUSR1);
        }
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    assert_true(cpus_release(0, &cpus));
    if (is_path_restartable()) {
        const struct promlet_spread *spread = shared.same.counter->spread;
        size_t cpu = cpus.numbers[cpus.count - 1];
        uint64_t here = *(const uint64_t *)(const void *)(spread->cells + cpu * spread->stride);
        assert_true(here + shared.same.counter->whole == done_by(&crew));
    }
    end(done_by(&crew), before);
}

/* ---- CPUs that go and come ------------------------------------------------------------------- */

static bool write_online(const char *path, const char *value)
{
    FILE *file = fopen(path, "w");
    bool is_written = file != NULL && fputs(value, file) != EOF;
    return file != NULL && fclose(file) == 0 && is_written;
}

/* The last CPU goes and comes while threads record on it. It changes the machine, and takes the
   pinning away from all that was pinned to that CPU, so it must be asked for. */
static void recordings_while_cpu_goes_offline_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    char path[64];
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/online",
                   cpus.numbers[cpus.count - 1]);
    if (getenv("PROMLET_TEST_HOTPLUG") == NULL || cpus.count < 2 || access(path, W_OK) != 0) {
        print_message("SKIPPED: CPU hotplug: it wants PROMLET_TEST_HOTPLUG=1, two CPUs, and to be "
                      "allowed to write to %s\n",
                      path);
        skip();
    }
    declare_all();
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, CROWD, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    char *before = NULL;
    int cycles = 0;
    bool is_online = true;
    while (is_online && (stress_now() < crew.deadline || cycles < 3)) {
        cycles += write_online(path, "0");
        promlet_free(before);
        before = promlet_registry_get_metrics(shared.registry);
        is_online = write_online(path, "1") && before != NULL;
        (void)cpus_release(0, &cpus);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    assert_true(is_online);
    assert_true(cycles > 0);
    print_message("%d times offline\n", cycles);
    end(done_by(&crew), before);
}

/* ---- forks ----------------------------------------------------------------------------------- */

/* A child that is forked when threads have ended but were not joined yet has none of them leaked;
   the thread sanitizer takes it so unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}

static uint64_t total_of(_Atomic uint64_t *counts)
{
    uint64_t total = 0;
    for (size_t i = 0; i < STRESS_MAX_MEMBERS; i++) {
        total += atomic_load(&counts[i]);
    }
    return total;
}

/* A scrape of the child; false if it is wrong in itself. */
static bool read_in_child(uint64_t *jobs, uint64_t *count, uint64_t *sum)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    strict_verdict verdict = {""};
    bool is_right = text != NULL && strict_is_well_formed(text, &verdict) &&
                    strict_sums_fit(text, (long double)UINT64_MAX, &verdict);
    if (is_right) {
        *jobs = (uint64_t)strict_value(text, "jobs_total");
        *count = (uint64_t)strict_value(text, "ones_count");
        *sum = (uint64_t)strict_value(text, "ones_sum");
    }
    promlet_free(text);
    return is_right;
}

/* The child has the values of the moment of the fork, at which some recordings may have been under
   way, and adds its own. 0, or the number of what is wrong. */
static int go_on_in_child(void)
{
    uint64_t jobs[2];
    uint64_t count[2];
    uint64_t sum[2];
    uint64_t begun = total_of(shared.begun);
    uint64_t ended = total_of(shared.ended);
    if (!read_in_child(&jobs[0], &count[0], &sum[0])) {
        return 1;
    }
    if (jobs[0] < ended || jobs[0] > begun || count[0] < ended || count[0] > begun) {
        return 2;
    }
    if (sum[0] < count[0] || sum[0] > begun) {
        return 3;
    }
    for (int i = 0; i < 1000; i++) {
        record_inlined(&shared.same);
        record_by_call(&shared.same);
    }
    if (!read_in_child(&jobs[1], &count[1], &sum[1])) {
        return 4;
    }
    bool is_exact =
        jobs[1] == jobs[0] + 2000 && count[1] == count[0] + 2000 && sum[1] == sum[0] + 2000;
    return is_exact ? 0 : 5;
}

static void fork_once(void)
{
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        end_hang_after(SECONDS_UNTIL_KILLED);
        _exit(go_on_in_child());
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    if (status != 0) {
        fail_msg("the child ended with status 0x%x", (unsigned)status);
    }
}

static void child_of_recording_threads_goes_on_from_values_at_fork(void **state)
{
    (void)state;
    static stress_crew crew;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    declare_all();
    (void)signal(SIGALRM, SIG_DFL);
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, RECORDERS, keep_recording, &shared, seed);
    stress_crew_go(&crew);
    int forks = 0;
    char *before = NULL;
    while (stress_now() < crew.deadline || forks < 3) {
        fork_once();
        check_scrape(&before);
        forks++;
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    print_message("%d forks\n", forks);
    end(done_by(&crew), before);
}

int main(void)
{
    seed = stress_seed();
    cpus = cpus_allowed();
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(recordings_in_handlers_of_storm_are_exact),
        cmocka_unit_test(recordings_in_handlers_of_timer_are_exact),
        cmocka_unit_test(recordings_in_handlers_within_creation_and_scrape_are_exact),
        cmocka_unit_test(recordings_of_crowd_that_is_moved_are_exact),
        cmocka_unit_test(recordings_of_crowd_on_one_cpu_are_exact),
        cmocka_unit_test(recordings_while_cpu_goes_offline_are_exact),
        cmocka_unit_test(child_of_recording_threads_goes_on_from_values_at_fork),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
