/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads on a few series, which are given per-CPU cells under full load or have them from the
 * start: inlined and called recordings mixed, threads that are moved, preempted and hardly run.
 * Each document is consistent and nothing in it falls; at the end every total is exact, to the
 * fraction and to the bucket.
 */
#include "support/cpus.h"
#include "support/recording_path.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include "base/clock.h"
#include "registry/registry.h"
#include "series/spread.h"

#include <promlet/inline.h>

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>

#define RECORDERS 8
#define BATCH 64

/* Amounts are multiples of 2^-10, which doubles add exactly. */
#define PARTS 1024u
#define BUCKETS 5

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_sizes, "static_sizes", "Sizes.", 1, 2, 4, 8);

static uint64_t seed;
static cpu_list cpus;

/* What one thread has recorded on one target. */
typedef struct tally {
    uint64_t whole;
    uint64_t parts;
    uint64_t sum; /* in parts */
    uint64_t buckets[BUCKETS];
} tally;

/* A counter and a histogram that are recorded on together, and how they are shown. */
typedef struct target {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_histogram *histogram;
    const char *counter_key;
    const char *histogram_name;
    const char *labels; /* of the histogram, each with a comma behind it */
    tally tallies[STRESS_MAX_MEMBERS];
} target;

enum { PLAIN, LABELLED, OVERFLOW, STATIC, TARGETS };

static struct shared {
    promlet_registry *registry;
    target targets[TARGETS];
    size_t target_count;
    atomic_int threads[STRESS_MAX_MEMBERS]; /* the kernel's numbers of recorders, 0 before */
} shared;

/* ---- recording ------------------------------------------------------------------------------- */

static size_t bucket_of(uint64_t parts)
{
    static const uint64_t bounds[] = {1, 2, 4, 8};
    size_t bucket = 0;
    while (bucket < BUCKETS - 1 && parts > bounds[bucket] * PARTS) {
        bucket++;
    }
    return bucket;
}

/* Parentheses keep a name from being a macro, so that is the call. */
static void record_inlined(target *to, uint64_t whole, uint64_t parts, double size)
{
    promlet_counter_inc(to->counter);
    promlet_counter_add_u64(to->counter, whole);
    promlet_counter_add(to->counter, (double)parts / PARTS);
    promlet_histogram_observe(to->histogram, size);
}

static void record_by_call(target *to, uint64_t whole, uint64_t parts, double size)
{
    (promlet_counter_inc)(to->counter);
    (promlet_counter_add_u64)(to->counter, whole);
    (promlet_counter_add)(to->counter, (double)parts / PARTS);
    (promlet_histogram_observe)(to->histogram, size);
}

static void record_once(stress_member *self, target *to)
{
    uint64_t random = stress_random(&self->random);
    uint64_t whole = random % 4;
    uint64_t parts = (random >> 8) % (4 * PARTS);
    uint64_t size = PARTS + (random >> 24) % (9 * PARTS);
    if ((random >> 63) == 0) {
        record_inlined(to, whole, parts, (double)size / PARTS);
    } else {
        record_by_call(to, whole, parts, (double)size / PARTS);
    }
    tally *mine = &to->tallies[self->number];
    bool is_whole = parts % PARTS == 0;
    mine->whole += 1 + whole + (is_whole ? parts / PARTS : 0);
    mine->parts += is_whole ? 0 : parts;
    mine->sum += size;
    mine->buckets[bucket_of(size)]++;
}

static void announce(const stress_member *self)
{
    atomic_store(&shared.threads[self->number], (int)syscall(SYS_gettid));
}

/* Some give their CPU away again and again, and the last one gets what the others leave. */
static void keep_recording(stress_member *self)
{
    announce(self);
    while (!atomic_load(&self->crew->stop)) {
        for (int i = 0; i < BATCH; i++) {
            for (size_t j = 0; j < shared.target_count; j++) {
                record_once(self, &shared.targets[j]);
            }
            if (self->number % 2 == 0 && i % 16 == 0) {
                (void)sched_yield();
            }
        }
        self->done += BATCH;
    }
}

/* ---- moving ---------------------------------------------------------------------------------- */

/* A recorder's number at random, 0 if it has not begun. */
static pid_t any_recorder(stress_member *self)
{
    return atomic_load(&shared.threads[stress_random(&self->random) % RECORDERS]);
}

/* Sends recorders to one CPU or lets them run on all, several times before others get their turn.
 */
static void keep_moving(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        for (int i = 0; i < 16; i++) {
            pid_t thread = any_recorder(self);
            uint64_t random = stress_random(&self->random);
            if (thread != 0) {
                bool is_moved = random % 4 == 0
                                    ? cpus_release(thread, &cpus)
                                    : cpus_move(thread, cpus.numbers[(random >> 8) % cpus.count]);
                self->done += is_moved;
            }
        }
        (void)sched_yield();
    }
}

/* One that stays where it is put for the whole run, one that only runs when nobody else wants to.
 */
static void place(size_t number, size_t cpu)
{
    while (atomic_load(&shared.threads[number]) == 0) {
        (void)sched_yield();
    }
    (void)cpus_move(atomic_load(&shared.threads[number]), cpu);
}

static void set_policy(size_t number, int policy)
{
    const struct sched_param parameters = {0};
    (void)sched_setscheduler(atomic_load(&shared.threads[number]), policy, &parameters);
}

/* ---- scraping -------------------------------------------------------------------------------- */

typedef struct scraper {
    promlet_registry *registry;
    char *before;
    uint64_t scrapes;
} scraper;

static void scrape(scraper *self)
{
    char *text = promlet_registry_get_metrics(self->registry);
    assert_non_null(text);
    strict_verdict verdict;
    /* Every size is 1 or more, so no sum may be below its count. */
    if (!strict_is_well_formed(text, &verdict) ||
        (self->before != NULL && !strict_never_falls(self->before, text, &verdict)) ||
        !strict_sums_fit(text, (long double)UINT64_MAX, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    promlet_free(self->before);
    self->before = text;
    self->scrapes++;
}

/* Read as a double: the text is the shortest one that stands for it. */
static void assert_sample(const char *text, const char *key, uint64_t whole, uint64_t parts)
{
    double expected = (double)whole + (double)parts / PARTS;
    double value = sample_value(text, key);
    if (value < expected || value > expected) {
        fail_msg("%s is %.17g, expected %.17g", key, value, expected);
    }
}

static void histogram_key(const target *of, const char *suffix, const char *le, char *key,
                          size_t size)
{
    char labels[128];
    (void)snprintf(labels, sizeof labels, "%s%s", of->labels, le);
    size_t length = strlen(labels);
    if (length > 0 && labels[length - 1] == ',') {
        labels[length - 1] = '\0';
    }
    bool has_labels = labels[0] != '\0';
    (void)snprintf(key, size, "%s%s%s%s%s", of->histogram_name, suffix, has_labels ? "{" : "",
                   labels, has_labels ? "}" : "");
}

static void assert_exact(const target *of, const char *text)
{
    static const char *const bounds[BUCKETS] = {"le=\"1.0\"", "le=\"2.0\"", "le=\"4.0\"",
                                                "le=\"8.0\"", "le=\"+Inf\""};
    tally all = {0, 0, 0, {0}};
    for (size_t i = 0; i < STRESS_MAX_MEMBERS; i++) {
        all.whole += of->tallies[i].whole;
        all.parts += of->tallies[i].parts;
        all.sum += of->tallies[i].sum;
        for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
            all.buckets[bucket] += of->tallies[i].buckets[bucket];
        }
    }
    assert_true(all.whole > 0);
    assert_sample(text, of->counter_key, all.whole, all.parts);
    uint64_t count = 0;
    char key[256];
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        count += all.buckets[bucket];
        histogram_key(of, "_bucket", bounds[bucket], key, sizeof key);
        assert_sample(text, key, count, 0);
    }
    histogram_key(of, "_count", "", key, sizeof key);
    assert_sample(text, key, count, 0);
    histogram_key(of, "_sum", "", key, sizeof key);
    assert_sample(text, key, 0, all.sum);
}

/* ---- declaring ------------------------------------------------------------------------------- */

static void declare_plain(promlet_cells cells)
{
    target *plain = &shared.targets[PLAIN];
    *plain = (target){.registry = shared.registry,
                      .counter_key = "jobs_total",
                      .histogram_name = "sizes",
                      .labels = ""};
    plain->counter = promlet_counter_new(
        shared.registry, &(promlet_opts){.name = plain->counter_key, .cells = cells});
    plain->histogram = promlet_histogram_new(
        shared.registry,
        &(promlet_opts){.name = plain->histogram_name, PROMLET_BOUNDS(1, 2, 4, 8), .cells = cells});
}

static void declare_labelled(promlet_cells cells)
{
    promlet_registry *registry = shared.registry;
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "l_jobs_total", .labels = {"k"}, .max_series = 1, .cells = cells});
    promlet_histogram_family *sizes =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "l_sizes",
                                                               .labels = {"k"},
                                                               PROMLET_BOUNDS(1, 2, 4, 8),
                                                               .max_series = 1,
                                                               .cells = cells});
    shared.targets[LABELLED] = (target){.registry = registry,
                                        .counter = promlet_counter_with(jobs, "a"),
                                        .histogram = promlet_histogram_with(sizes, "a"),
                                        .counter_key = "l_jobs_total{k=\"a\"}",
                                        .histogram_name = "l_sizes",
                                        .labels = "k=\"a\","};
    shared.targets[OVERFLOW] = (target){.registry = registry,
                                        .counter = promlet_counter_with(jobs, "b"),
                                        .histogram = promlet_histogram_with(sizes, "b"),
                                        .counter_key = "l_jobs_total{" STRICT_OVERFLOW "}",
                                        .histogram_name = "l_sizes",
                                        .labels = STRICT_OVERFLOW ","};
}

/* File-scope metrics are declared without options, so they only come in where cells are AUTO. */
static void declare_all(promlet_cells cells)
{
    shared.registry = new_registry();
    declare_plain(cells);
    declare_labelled(cells);
    shared.targets[STATIC] = (target){.registry = NULL,
                                      .counter = static_jobs,
                                      .histogram = static_sizes,
                                      .counter_key = "static_jobs_total",
                                      .histogram_name = "static_sizes",
                                      .labels = ""};
    shared.target_count = cells == PROMLET_CELLS_AUTO ? TARGETS : STATIC;
    for (size_t i = 0; i < STRESS_MAX_MEMBERS; i++) {
        atomic_store(&shared.threads[i], 0);
    }
}

static bool are_all_spread(void)
{
    for (size_t i = 0; i < shared.target_count; i++) {
        if (pml_spread_of(&shared.targets[i].counter->spread) == NULL ||
            pml_spread_of(&shared.targets[i].histogram->spread) == NULL) {
            return false;
        }
    }
    return true;
}

/* Makes the next look judge by a tenth of a second, however long the last one is ago: on a slow
   machine, or under a tool, that is what lets a series be hot. */
static void hurry(promlet_registry *registry)
{
    pml_registry_of(registry)->judged_ns = pml_clock_monotonic_ns() - 100000000;
}

/* ---- the run --------------------------------------------------------------------------------- */

static void start(stress_crew *crew, double seconds)
{
    stress_crew_begin(crew, seconds);
    stress_crew_add(crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_add(crew, 1, keep_moving, NULL, seed);
    stress_crew_go(crew);
    place(0, cpus.numbers[0]);
    place(1, cpus.numbers[cpus.count - 1]);
    place(RECORDERS - 1, cpus.numbers[0]);
    set_policy(RECORDERS - 1, SCHED_IDLE);
}

static void stop(stress_crew *crew)
{
    atomic_store(&crew->stop, true);
    set_policy(RECORDERS - 1, SCHED_OTHER);
    stress_crew_wait(crew);
}

static uint64_t end(const stress_crew *crew, scraper *scrapers)
{
    uint64_t turns = 0;
    for (size_t i = 0; i < RECORDERS; i++) {
        turns += crew->members[i].done;
    }
    scrape(&scrapers[0]);
    scrape(&scrapers[1]);
    for (size_t i = 0; i < shared.target_count; i++) {
        const target *of = &shared.targets[i];
        assert_exact(of, scrapers[of->registry == NULL].before);
    }
    print_message("%" PRIu64 " turns, %" PRIu64 " scrapes, %" PRIu64 " moves\n", turns,
                  scrapers[0].scrapes, crew->members[RECORDERS].done);
    promlet_free(scrapers[0].before);
    promlet_free(scrapers[1].before);
    promlet_registry_free(shared.registry);
    return turns;
}

static void series_given_cells_under_load_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all(PROMLET_CELLS_AUTO);
    scraper scrapers[] = {{shared.registry, NULL, 0}, {NULL, NULL, 0}};
    double seconds = stress_seconds(0.8);
    assert_int_equal(promlet_registry_cell_bytes(shared.registry), 0);
    assert_int_equal(promlet_registry_cell_bytes(NULL), 0);
    start(&crew, seconds);
    double given = 0;
    while (given <= 0 || stress_now() < given + seconds / 2) {
        scrape(&scrapers[0]);
        scrape(&scrapers[1]);
        if (given <= 0 && are_all_spread()) {
            given = stress_now();
        } else if (given <= 0 && stress_now() > crew.deadline) {
            hurry(shared.registry);
            hurry(NULL);
        }
    }
    stop(&crew);
    assert_true(promlet_registry_cell_bytes(shared.registry) > 0);
    assert_true(promlet_registry_cell_bytes(NULL) > 0);
    /* Both the series' own cells and the others have been used. */
    assert_true(shared.targets[PLAIN].counter->whole > 0);
    assert_true(pml_spread_whole(shared.targets[PLAIN].counter->spread, 0, 0) > 0);
    assert_true(pml_spread_whole(static_jobs->spread, 0, 0) > 0);
    (void)end(&crew, scrapers);
}

static void series_with_cells_from_the_start_are_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all(PROMLET_CELLS_PER_CPU);
    scraper scrapers[] = {{shared.registry, NULL, 0}, {NULL, NULL, 0}};
    assert_true(are_all_spread());
    start(&crew, stress_seconds(0.5));
    while (stress_now() < crew.deadline) {
        scrape(&scrapers[0]);
    }
    stop(&crew);
    /* It was recorded on more than one CPU. */
    const struct promlet_spread *spread = shared.targets[PLAIN].counter->spread;
    uint64_t first =
        *(const uint64_t *)(const void *)(spread->cells + cpus.numbers[0] * spread->stride);
    assert_true(cpus.count == 1 || first < pml_spread_whole(spread, 0, 0));
    (void)end(&crew, scrapers);
}

/* ---- observations that change the CPU in the middle ------------------------------------------ */

#define WIDE_BOUNDS 100

static promlet_histogram *ones;

/* Interrupts an observation anywhere, and lets it go on where another cell belongs to it. */
static void move_in_handler(int number)
{
    (void)number;
    int before = errno;
    (void)cpus_move(0, cpus.numbers[(size_t)(sched_getcpu() + 1) % cpus.count]);
    errno = before;
}

static void keep_observing(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        for (int i = 0; i < BATCH; i++) {
            promlet_histogram_observe(ones, 1);
            (promlet_histogram_observe)(ones, 1);
        }
        self->done += (uint64_t)2 * BATCH;
        (void)sched_yield();
    }
}

static void keep_interrupting(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        for (int i = 0; i < 16; i++) {
            size_t number = stress_random(&self->random) % 4;
            (void)pthread_kill(self->crew->members[number].thread, SIGUSR1);
            self->done++;
        }
        (void)sched_yield();
    }
}

static void observations_that_move_between_sum_and_bucket_are_consistent(void **state)
{
    (void)state;
    static stress_crew crew;
    static double bounds[WIDE_BOUNDS];
    assert_int_equal(promlet_bounds_linear(1 - WIDE_BOUNDS, 1, WIDE_BOUNDS, bounds), PROMLET_OK);
    promlet_registry *registry = new_registry();
    ones = promlet_histogram_new(registry, &(promlet_opts){.name = "ones",
                                                           .bounds = bounds,
                                                           .bound_count = WIDE_BOUNDS,
                                                           .cells = PROMLET_CELLS_PER_CPU});
    const struct sigaction action = {.sa_handler = move_in_handler, .sa_flags = SA_RESTART};
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
    scraper own = {registry, NULL, 0};
    stress_crew_begin(&crew, stress_seconds(0.7));
    stress_crew_add(&crew, 4, keep_observing, NULL, seed);
    stress_crew_add(&crew, 1, keep_interrupting, NULL, seed);
    stress_crew_go(&crew);
    while (stress_now() < crew.deadline) {
        scrape(&own);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_IGN);
    uint64_t observed = 0;
    for (size_t i = 0; i < 4; i++) {
        observed += crew.members[i].done;
    }
    scrape(&own);
    assert_sample(own.before, "ones_count", observed, 0);
    assert_sample(own.before, "ones_sum", observed, 0);
    assert_sample(own.before, "ones_bucket{le=\"0.0\"}", 0, 0);
    assert_sample(own.before, "ones_bucket{le=\"+Inf\"}", observed, 0);
    print_message("%" PRIu64 " observations, %" PRIu64 " signals, %" PRIu64 " scrapes\n", observed,
                  crew.members[4].done, own.scrapes);
    promlet_free(own.before);
    promlet_registry_free(registry);
}

int main(void)
{
    seed = stress_seed();
    cpus = cpus_allowed();
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(series_given_cells_under_load_are_exact),
        cmocka_unit_test(series_with_cells_from_the_start_are_exact),
        cmocka_unit_test(observations_that_move_between_sum_and_bucket_are_consistent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
