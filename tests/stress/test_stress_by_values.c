/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that record by label values while others create series and scrape; and a signal handler
 * that records by label values which exist, whatever it interrupts: a recording, a look-up, the
 * creation or the removal of a series, or a scrape. Totals are exact.
 */
#include "support/alarms.h"
#include "support/expect.h"
#include "support/recording_path.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <errno.h>

#define RECORDERS 3
#define CREATORS 2
#define SERIES 200 /* so many that the table grows several times */
#define BATCH 64
#define KNOWN 4
#define MAX_SERIES 20000
#define ROUNDS_A_SCRAPE 8

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_counter_family *counters;
    promlet_histogram_family *histograms;
    _Atomic uint64_t handled; /* times the handler ran */
    _Atomic uint64_t errno_changes;
    stress_failure failure;
} shared;

static void begin(size_t max_series)
{
    static const promlet_opts options = {.labels = {"kind", "number", "empty"}};
    promlet_opts filled = options;
    filled.max_series = max_series;
    shared.registry = new_registry();
    filled.name = "jobs_total";
    shared.counters = promlet_counter_family_new(shared.registry, &filled);
    filled.name = "ones";
    shared.histograms = promlet_histogram_family_new(shared.registry, &filled);
    atomic_store(&shared.handled, 0);
    atomic_store(&shared.errno_changes, 0);
}

/* Some values are one block, some are longer. */
static void write_number(char *out, size_t size, uint64_t number)
{
    (void)snprintf(out, size, number % 3 == 0 ? "number %" PRIu64 " of a longer kind" : "%" PRIu64,
                   number);
}

static void record_once(uint64_t number)
{
    char text[64];
    write_number(text, sizeof text, number);
    promlet_counter_inc_by(shared.counters, "kind", text, "");
    promlet_histogram_observe_by(shared.histograms, 1, "kind", text, "");
}

static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        for (int i = 0; i < BATCH; i++) {
            record_once(stress_random(&self->random) % SERIES);
        }
        self->done += BATCH;
    }
}

/* Makes the same series by handle, each in its own order. */
static void keep_creating(stress_member *self)
{
    while (stress_goes_on(self)) {
        char text[64];
        write_number(text, sizeof text, stress_random(&self->random) % SERIES);
        promlet_counter_inc(promlet_counter_with(shared.counters, "kind", text, ""));
        promlet_histogram_observe(promlet_histogram_with(shared.histograms, "kind", text, ""), 1);
        self->done++;
    }
}

static void scrape_once(void)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict) ||
        !strict_sums_fit(text, (long double)UINT64_MAX, &verdict)) {
        (void)stress_fail(&shared.failure, "%s", verdict.why);
    }
    promlet_free(text);
}

static void keep_scraping(stress_member *self)
{
    while (stress_goes_on(self)) {
        scrape_once();
    }
}

static uint64_t done_by(const stress_crew *crew)
{
    uint64_t done = 0;
    for (size_t i = 0; i < crew->count; i++) {
        done += crew->members[i].done;
    }
    return done;
}

static void expect_totals(uint64_t expected, size_t most_series)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    size_t series_count;
    assert_true((uint64_t)strict_total(text, "jobs_total", &series_count) == expected);
    assert_true(series_count <= most_series);
    assert_true((uint64_t)strict_total(text, "ones_count", &series_count) == expected);
    assert_true((uint64_t)strict_total(text, "ones_sum", &series_count) == expected);
    promlet_free(text);
    if (atomic_load(&shared.failure.is_set)) {
        fail_msg("%s", shared.failure.why);
    }
}

static void record_beside_creators_and_scrapers(size_t max_series, size_t most_series)
{
    static stress_crew crew;
    begin(max_series);
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_add(&crew, CREATORS, keep_creating, NULL, seed + 1);
    stress_crew_add(&crew, 1, keep_scraping, NULL, seed + 2);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    uint64_t all = done_by(&crew);
    assert_true(all > 0);
    expect_totals(all, most_series);
    expect_status(shared.registry, PROMLET_OK, "");
    promlet_registry_free(shared.registry);
    print_message("%" PRIu64 " recordings\n", all);
}

static void recording_by_values_beside_creators_and_scrapers_is_exact(void **state)
{
    (void)state;
    record_beside_creators_and_scrapers(0, SERIES);
}

static void recording_by_values_at_the_limit_is_exact(void **state)
{
    (void)state;
    record_beside_creators_and_scrapers(SERIES / 4, SERIES / 4 + 1);
}

/* ---- in a signal handler --------------------------------------------------------------------- */

static const char *const known_values[KNOWN] = {"", "one", "sixteen bytes ok",
                                                "a value of several blocks, which goes on"};

static void record_known(size_t at)
{
    promlet_counter_inc_by(shared.counters, "known", known_values[at % KNOWN], "");
    promlet_histogram_observe_by(shared.histograms, 1, "known", known_values[at % KNOWN], "");
}

static void record_in_handler(int number)
{
    (void)number;
    int before = errno;
    uint64_t count = atomic_fetch_add(&shared.handled, 1);
    record_known((size_t)count);
    atomic_fetch_add(&shared.errno_changes, errno != before);
}

/* Creates new series all the time, and records on known ones in between. */
static void keep_being_interrupted(stress_member *self)
{
    uint64_t number = self->number << 32;
    while (!atomic_load(&self->crew->stop)) {
        record_once(number++);
        record_known((size_t)number);
        self->done += 2;
    }
}

static void begin_known(void)
{
    begin(MAX_SERIES);
    for (size_t i = 0; i < KNOWN; i++) {
        record_known(i);
    }
}

/* All totals are exact; what threads and main have recorded since begin_known() is given. */
static void end_known(uint64_t recorded)
{
    uint64_t handled = atomic_load(&shared.handled);
    uint64_t all = recorded + handled + KNOWN;
    assert_true(handled > 0);
    assert_int_equal(atomic_load(&shared.errno_changes), 0);
    expect_totals(all, MAX_SERIES + 1);
    print_message("%" PRIu64 " recordings, %" PRIu64 " of them in the handler\n", all, handled);
    promlet_registry_free(shared.registry);
}

static void recording_by_values_in_handler_is_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    begin_known();
    struct sigaction action = {.sa_handler = record_in_handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, 2, keep_being_interrupted, NULL, seed);
    stress_crew_go(&crew);
    while (stress_now() < crew.deadline || atomic_load(&shared.handled) == 0) {
        for (size_t i = 0; i < crew.count; i++) {
            assert_int_equal(pthread_kill(crew.members[i].thread, SIGUSR1), 0);
        }
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    end_known(done_by(&crew));
}

/* Series that are never recorded on, so that no total goes with them. */
static void create_spare(uint64_t number)
{
    char text[64];
    write_number(text, sizeof text, number);
    promlet_counter_release(promlet_counter_with(shared.counters, "spare", text, ""));
    promlet_histogram_release(promlet_histogram_with(shared.histograms, "spare", text, ""));
}

static void remove_spare(uint64_t number)
{
    char text[64];
    write_number(text, sizeof text, number);
    assert_int_equal(promlet_family_remove(shared.counters, "spare", text, ""), PROMLET_OK);
    assert_int_equal(promlet_family_remove(shared.histograms, "spare", text, ""), PROMLET_OK);
}

/* What the main thread does, and how often the handler came in between. */
enum { RECORDING, CREATING, REMOVING, SCRAPING, DEEDS };

static _Atomic int deed;
static _Atomic uint64_t interrupted[DEEDS];

static void record_amid_deed(int number)
{
    record_in_handler(number);
    atomic_fetch_add(&interrupted[atomic_load(&deed)], 1);
}

/* All but recording, for which the thread sanitizer, which runs handlers where libc is called, is
   too late. */
static bool is_each_deed_interrupted(void)
{
    for (size_t i = CREATING; i < DEEDS; i++) {
        if (atomic_load(&interrupted[i]) == 0) {
            return false;
        }
    }
    return true;
}

/* Records on series that exist and on new ones, creates and removes others, and scrapes. */
static void do_everything(uint64_t round)
{
    atomic_store(&deed, RECORDING);
    record_known((size_t)round);
    atomic_store(&deed, CREATING);
    record_once(SERIES + round);
    create_spare(round);
    atomic_store(&deed, REMOVING);
    remove_spare(round);
    if (round % ROUNDS_A_SCRAPE == 0) {
        atomic_store(&deed, SCRAPING);
        promlet_free(promlet_registry_get_metrics(shared.registry));
    }
}

/* The main thread is interrupted in everything that it does, also where it waits for threads that
   create and scrape. A handler that waited for it would wait for ever. */
static void recording_by_values_in_handler_within_creation_and_scrape_is_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    begin_known();
    alarms_block(true); /* threads inherit it */
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, 1, keep_creating, NULL, seed);
    stress_crew_add(&crew, 1, keep_scraping, NULL, seed);
    stress_crew_go(&crew);
    alarms_block(false);
    alarms_begin(record_amid_deed);
    uint64_t rounds = 0;
    while (stress_now() < crew.deadline || !is_each_deed_interrupted()) {
        do_everything(rounds++);
    }
    alarms_end();
    stress_crew_wait(&crew);
    print_message("%" PRIu64 " rounds; interrupted while recording %" PRIu64 ", creating %" PRIu64
                  ", removing %" PRIu64 ", scraping %" PRIu64 "\n",
                  rounds, interrupted[RECORDING], interrupted[CREATING], interrupted[REMOVING],
                  interrupted[SCRAPING]);
    end_known(done_by(&crew) + 2 * rounds);
}

int main(void)
{
    seed = stress_seed();
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(recording_by_values_beside_creators_and_scrapers_is_exact),
        cmocka_unit_test(recording_by_values_at_the_limit_is_exact),
        cmocka_unit_test(recording_by_values_in_handler_is_exact),
        cmocka_unit_test(recording_by_values_in_handler_within_creation_and_scrape_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
