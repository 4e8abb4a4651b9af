/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many snapshots of what many threads record on and add series to, with each sort of cells: every
 * one is consistent, nothing is ever lower than in the one before, and at the end every total is
 * exact. Most are read as the structs that encoders get, which is quick; some as text.
 */
#include "snapshot/snapshot.h"
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <promlet/recording.h>
#include <promlet/static.h>

#define RECORDERS 8
#define USERS 60 /* label sets that recorders come to use, one after the other */
#define LIMIT 50 /* and those of them that get a series of their own */
#define BUCKETS 4
#define LARGE_AMOUNT 65536 /* makes a counter hot, however slow the build is */

/* How many snapshots a case takes: PROMLET_TEST_SNAPSHOTS, or enough for 10^5 in all three; where
   there are no sections, as under sanitizers and valgrind, all is slower, and fewer must do. */
#define DEFAULT_SNAPSHOTS 35000
#define DEFAULT_SLOW_SNAPSHOTS 3500

static uint64_t seed;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;

/* One value for each bucket. Their sums are exact. */
static const double values[BUCKETS] = {0.25, 1, 2, 4};

static struct load {
    promlet_cells cells;
    uint64_t snapshot_count;
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_counter *bytes;
    promlet_histogram *histogram;
    promlet_counter_family *counters;
    promlet_histogram_family *histograms;
    _Atomic uint64_t taken;
    uint64_t recorded[RECORDERS][BUCKETS]; /* by each recorder; read at the end */
} load;

static const promlet_cells all_cells[] = {PROMLET_CELLS_SHARED, PROMLET_CELLS_PER_CPU,
                                          PROMLET_CELLS_AUTO};

static bool is_slow(void)
{
    return promlet_get_recording_path() == PROMLET_PATH_ATOMIC;
}

static uint64_t wanted_snapshots(void)
{
    const char *text = getenv("PROMLET_TEST_SNAPSHOTS");
    uint64_t count = text != NULL ? strtoull(text, NULL, 10) : 0;
    return count > 0 ? count : is_slow() ? DEFAULT_SLOW_SNAPSHOTS : DEFAULT_SNAPSHOTS;
}

static void declare_load(promlet_cells cells)
{
    memset(&load, 0, sizeof load);
    promlet_registry *registry = new_registry();
    load.cells = cells;
    load.snapshot_count = wanted_snapshots();
    load.registry = registry;
    load.counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .cells = cells});
    load.bytes =
        promlet_counter_new(registry, &(promlet_opts){.name = "read_bytes_total", .cells = cells});
    load.histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "waits", PROMLET_BOUNDS(0.5, 1, 2), .cells = cells});
    load.counters = promlet_counter_family_new(registry, &(promlet_opts){.name = "requests_total",
                                                                         .labels = {"user"},
                                                                         .max_series = LIMIT,
                                                                         .cells = cells});
    load.histograms =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "answers",
                                                               .labels = {"user"},
                                                               PROMLET_BOUNDS(0.5, 1, 2),
                                                               .max_series = LIMIT,
                                                               .cells = cells});
    expect_status(registry, PROMLET_OK, "");
}

/* One of those that are in use so far: new ones come as long as snapshots are taken. */
static void choose_user(stress_member *self, char *user, size_t size)
{
    uint64_t in_use = 1 + atomic_load(&load.taken) * USERS / load.snapshot_count;
    (void)snprintf(user, size, "u%03u", (unsigned)(stress_random(&self->random) % in_use));
}

static void record_on_all(stress_member *self)
{
    char user[16];
    while (!atomic_load(&self->crew->stop)) {
        size_t bucket = stress_random(&self->random) % BUCKETS;
        choose_user(self, user, sizeof user);
        promlet_counter_inc(load.counter);
        promlet_counter_add_u64(load.bytes, LARGE_AMOUNT);
        promlet_histogram_observe(load.histogram, values[bucket]);
        promlet_counter_inc(promlet_counter_with(load.counters, user));
        promlet_histogram_observe(promlet_histogram_with(load.histograms, user), values[bucket]);
        load.recorded[self->number][bucket]++;
    }
}

static bool is_histogram_fit(const pml_snapshot_family *family, const pml_snapshot_series *series)
{
    double least = 0; /* what is counted adds up to this */
    uint64_t cumulative = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        uint64_t before = cumulative;
        cumulative += series->as.histogram.counts[i];
        least += (double)series->as.histogram.counts[i] * values[i];
        if (cumulative < before) {
            return stress_fail(&failure, "%s: bucket %zu is below the one before",
                               family->name->bytes, i);
        }
    }
    return series->as.histogram.sum >= least ||
           stress_fail(&failure, "%s: the sum is %f, and the counts stand for %f",
                       family->name->bytes, series->as.histogram.sum, least);
}

static bool has_not_fallen(const pml_snapshot_family *family, const pml_snapshot_series *old,
                           const pml_snapshot_series *new)
{
    bool is_lower = false;
    if (family->shape == PML_SHAPE_NUMBER) {
        is_lower = new->as.number.as.whole < old->as.number.as.whole;
    } else {
        is_lower = new->as.histogram.sum < old->as.histogram.sum;
        for (size_t i = 0; i <= family->bound_count; i++) {
            is_lower |= new->as.histogram.counts[i] < old->as.histogram.counts[i];
        }
    }
    return !is_lower || stress_fail(&failure, "%s{%.*s} fell", family->name->bytes,
                                    (int)old->labels_size, old->labels);
}

/* Both have their series in the same order, and none ever goes. Labels are lent by the registry, so
   a series has the same ones in all snapshots. */
static bool is_family_consistent(const pml_snapshot_family *old, const pml_snapshot_family *new)
{
    size_t known = 0;
    for (size_t i = 0; i < new->series_count; i++) {
        const pml_snapshot_series *series = &new->series[i];
        if (new->shape == PML_SHAPE_HISTOGRAM && !is_histogram_fit(new, series)) {
            return false;
        }
        if (old != NULL && known < old->series_count &&
            old->series[known].labels == series->labels) {
            if (!has_not_fallen(new, &old->series[known], series)) {
                return false;
            }
            known++;
        }
    }
    return old == NULL || known == old->series_count ||
           stress_fail(&failure, "%s: a series is gone", new->name->bytes);
}

static bool is_consistent(const promlet_snapshot *old, const promlet_snapshot *new)
{
    size_t known = 0;
    for (size_t i = 0; i < new->family_count; i++) {
        const pml_snapshot_family *family = &new->families[i];
        bool is_known =
            old != NULL && known < old->family_count && old->families[known].name == family->name;
        if (!is_family_consistent(is_known ? &old->families[known] : NULL, family)) {
            return false;
        }
        known += is_known;
    }
    return old == NULL || known == old->family_count || stress_fail(&failure, "a family is gone");
}

/* Those that are given cells meanwhile go on until it has happened. */
static bool wants_more_snapshots(uint64_t taken)
{
    return taken < load.snapshot_count ||
           (load.cells == PROMLET_CELLS_AUTO && promlet_registry_cell_bytes(load.registry) == 0);
}

static void take_and_check(stress_member *self)
{
    promlet_snapshot *before = NULL;
    bool is_well = true;
    while (is_well && !atomic_load(&failure.is_set) && wants_more_snapshots(self->done)) {
        promlet_snapshot *snapshot = promlet_snapshot_take(load.registry);
        is_well = snapshot != NULL ? is_consistent(before, snapshot)
                                   : stress_fail(&failure, "take: %s", promlet_last_error());
        promlet_snapshot_release(before);
        before = snapshot;
        self->done++;
        atomic_store(&load.taken,
                     self->done < load.snapshot_count ? self->done : load.snapshot_count - 1);
    }
    promlet_snapshot_release(before);
    atomic_store(&self->crew->stop, true);
}

/* The same through the text, as users see it: cumulative buckets, and +Inf equal to _count. */
static void read_and_check(stress_member *self)
{
    char *before = NULL;
    strict_verdict verdict = {""};
    while (!atomic_load(&self->crew->stop)) {
        char *text = promlet_registry_get_metrics(load.registry);
        if (text == NULL || !strict_is_well_formed(text, &verdict) ||
            (before != NULL && !strict_never_falls(before, text, &verdict))) {
            stress_fail(&failure, "text: %s", text == NULL ? promlet_last_error() : verdict.why);
        }
        promlet_free(before);
        before = text;
        self->done++;
    }
    promlet_free(before);
}

static uint64_t recorded_in(size_t bucket)
{
    uint64_t total = 0;
    for (size_t i = 0; i < RECORDERS; i++) {
        total += load.recorded[i][bucket];
    }
    return total;
}

static uint64_t recorded(void)
{
    uint64_t total = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        total += recorded_in(i);
    }
    return total;
}

/* All series of a family together hold what was recorded, to the last one. */
static void expect_exact_number(const pml_snapshot_family *family)
{
    uint64_t amount = strcmp(family->name->bytes, "read_bytes_total") == 0 ? LARGE_AMOUNT : 1;
    uint64_t total = 0;
    for (size_t i = 0; i < family->series_count; i++) {
        total += family->series[i].as.number.as.whole;
    }
    assert_true(total == recorded() * amount);
}

static void expect_exact_histogram(const pml_snapshot_family *family)
{
    double value = 0;
    double sum = 0;
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        uint64_t count = 0;
        for (size_t i = 0; i < family->series_count; i++) {
            count += family->series[i].as.histogram.counts[bucket];
        }
        assert_true(count == recorded_in(bucket));
        value += (double)count * values[bucket];
    }
    for (size_t i = 0; i < family->series_count; i++) {
        sum += family->series[i].as.histogram.sum;
    }
    assert_true(sum <= value && sum >= value);
}

static void expect_end(void)
{
    size_t checked = 0;
    promlet_snapshot *snapshot = promlet_snapshot_take(load.registry);
    assert_non_null(snapshot);
    for (size_t i = 0; i < snapshot->family_count; i++) {
        const pml_snapshot_family *family = &snapshot->families[i];
        if (strncmp(family->name->bytes, "promlet_", 8) != 0) {
            if (family->shape == PML_SHAPE_HISTOGRAM) {
                expect_exact_histogram(family);
            } else {
                expect_exact_number(family);
            }
            checked++;
        }
    }
    assert_int_equal(checked, 5);
    promlet_snapshot_release(snapshot);
    bool has_cells = promlet_registry_cell_bytes(load.registry) > 0;
    assert_true(has_cells == (load.cells != PROMLET_CELLS_SHARED));
}

static void snapshots_of_busy_growing_registry_are_consistent(void **state)
{
    static stress_crew crew;
    declare_load(*(const promlet_cells *)*state);
    stress_crew_begin(&crew, 0);
    stress_crew_add(&crew, RECORDERS, record_on_all, NULL, seed);
    stress_crew_add(&crew, 1, take_and_check, NULL, seed);
    stress_crew_add(&crew, 1, read_and_check, NULL, seed);
    double start = stress_now();
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
    expect_end();
    print_message("%s path, cells %d: %" PRIu64 " snapshots and %" PRIu64 " texts of %" PRIu64
                  " turns in %.1f s; %zu bytes of per-CPU cells\n",
                  is_slow() ? "atomic" : "restartable", (int)load.cells,
                  crew.members[RECORDERS].done, crew.members[RECORDERS + 1].done, recorded(),
                  stress_now() - start, promlet_registry_cell_bytes(load.registry));
    promlet_registry_free(load.registry);
}

/* ---- at file scope --------------------------------------------------------------------------- */

#define STATIC_SNAPSHOTS 2000

PROMLET_STATIC_HISTOGRAM_BOUNDS(static_waits, "static_waits", "Waits.", 0.5, 1, 2);

static void record_at_file_scope(stress_member *self)
{
    /* All but one come when the bounds have been replaced; relaxed, so that nothing but the
       histogram itself tells them what the scraper did. (More early ones would push the scraper out
       of the short memory that the thread sanitizer has of each word.) */
    bool is_late = self->number > 0;
    while (is_late && atomic_load_explicit(&load.taken, memory_order_relaxed) == 0) {
        (void)sched_yield();
    }
    do {
        size_t bucket = stress_random(&self->random) % BUCKETS;
        promlet_histogram_observe(static_waits, values[bucket]);
        load.recorded[self->number][bucket]++;
    } while (!atomic_load(&self->crew->stop));
}

/* The first scrape replaces the histogram's bounds. A later one gives it per-CPU cells if the build
   is quick enough for its rate; whether it did is printed, and either way must be consistent. */
static void snapshots_of_busy_file_scope_histogram_are_consistent(void **state)
{
    (void)state;
    static stress_crew crew;
    memset(&load, 0, sizeof load);
    load.cells = PROMLET_CELLS_SHARED; /* take_and_check() shall not wait for per-CPU cells */
    load.snapshot_count = STATIC_SNAPSHOTS;
    stress_crew_begin(&crew, 0);
    stress_crew_add(&crew, RECORDERS, record_at_file_scope, NULL, seed);
    stress_crew_add(&crew, 1, take_and_check, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
    promlet_snapshot *snapshot = promlet_snapshot_take(NULL);
    assert_int_equal(snapshot->family_count, 1);
    expect_exact_histogram(&snapshot->families[0]);
    promlet_snapshot_release(snapshot);
    print_message("at file scope: %zu bytes of per-CPU cells\n", promlet_registry_cell_bytes(NULL));
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_of_busy_file_scope_histogram_are_consistent),
        cmocka_unit_test_prestate(snapshots_of_busy_growing_registry_are_consistent,
                                  (void *)&all_cells[0]),
        cmocka_unit_test_prestate(snapshots_of_busy_growing_registry_are_consistent,
                                  (void *)&all_cells[1]),
        cmocka_unit_test_prestate(snapshots_of_busy_growing_registry_are_consistent,
                                  (void *)&all_cells[2]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
