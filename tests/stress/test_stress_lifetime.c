/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that record by label values and with handles, while others create, remove, clear,
 * unregister and scrape, and series expire. No recording lands in another series, none is lost by
 * expiry, and the memory is that of what is left.
 */
#include "support/lifetime.h"
#include "support/stress.h"

#include "series/readers.h"
#include "snapshot/snapshot.h"

#define KEYS 24
#define BATCH 32
#define SOON 1e-4 /* seconds until series expire */

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_counter_family *counters;
    promlet_gauge_family *gauges;
    promlet_histogram_family *histograms;
    stress_failure failure;
} shared;

static char keys[KEYS][40];

/* Each key has an amount of its own; all that is shown of it is a multiple. */
static uint64_t amount_of(size_t key)
{
    static const uint64_t primes[KEYS] = {101, 103, 107, 109, 113, 127, 131, 137,
                                          139, 149, 151, 157, 163, 167, 173, 179,
                                          181, 191, 193, 197, 199, 211, 223, 227};
    return primes[key];
}

static void begin(double idle_seconds)
{
    shared.registry = new_registry();
    promlet_opts options = {.labels = {"key"}, .max_series = 1000000, .idle_seconds = idle_seconds};
    options.name = "jobs_total";
    shared.counters = promlet_counter_family_new(shared.registry, &options);
    options.name = "depth";
    shared.gauges = promlet_gauge_family_new(shared.registry, &options);
    options.name = "seconds";
    shared.histograms = promlet_histogram_family_new(shared.registry, &options);
    for (size_t i = 0; i < KEYS; i++) {
        (void)snprintf(keys[i], sizeof keys[i], i % 3 == 0 ? "%zu is of a longer kind" : "%zu", i);
    }
}

static void expect_no_failure(void)
{
    if (atomic_load(&shared.failure.is_set)) {
        fail_msg("%s", shared.failure.why);
    }
    expect_status(shared.registry, PROMLET_OK, "");
}

/* ---- what is shown --------------------------------------------------------------------------- */

static const pml_snapshot_family *shown_family(const promlet_snapshot *snapshot, const char *name)
{
    for (size_t i = 0; i < snapshot->family_count; i++) {
        if (strcmp(snapshot->families[i].name->bytes, name) == 0) {
            return &snapshot->families[i];
        }
    }
    return NULL;
}

/* The number that the value of label "key" begins with. */
static size_t key_of(const pml_snapshot_series *series)
{
    return strtoul(series->labels + strlen("key=\""), NULL, 10);
}

static uint64_t value_of(const pml_snapshot_series *series)
{
    pml_number number = series->as.number;
    return number.is_whole ? number.as.whole : (uint64_t)number.as.real;
}

/* What a `_by` call does, but as if the thread were stopped between finding and recording. False if
   there was no series. */
static bool record_slowly(stress_member *self, size_t key)
{
    pml_family *family = family_of(shared.counters);
    const char *const values[] = {keys[key]};
    pml_label_query query;
    (void)pml_label_query_start(&query, &family->label_reader, values);
    uint32_t section = pml_readers_enter();
    pml_series *series = pml_family_find(family, &query);
    for (uint64_t i = stress_random(&self->random) % 8; i > 0; i--) {
        (void)sched_yield();
    }
    if (series != NULL) {
        promlet_counter_add_u64((promlet_counter *)(void *)series->cell, amount_of(key));
    }
    pml_readers_leave(section);
    return series != NULL;
}

/* ---- everything at once ---------------------------------------------------------------------- */

static void keep_recording_by_values(stress_member *self)
{
    while (stress_goes_on(self)) {
        for (int i = 0; i < BATCH; i++) {
            size_t key = stress_random(&self->random) % KEYS;
            promlet_counter_add_u64_by(shared.counters, amount_of(key), keys[key]);
            promlet_gauge_set_by(shared.gauges, (double)amount_of(key), keys[key]);
            promlet_histogram_observe_by(shared.histograms, (double)amount_of(key), keys[key]);
        }
    }
}

static void keep_recording_slowly(stress_member *self)
{
    while (stress_goes_on(self)) {
        (void)record_slowly(self, stress_random(&self->random) % KEYS);
    }
}

static void keep_recording_with_handles(stress_member *self)
{
    while (stress_goes_on(self)) {
        size_t key = stress_random(&self->random) % KEYS;
        promlet_counter *counter = promlet_counter_with(shared.counters, keys[key]);
        promlet_gauge *gauge = promlet_gauge_with(shared.gauges, keys[key]);
        promlet_histogram *histogram = promlet_histogram_with(shared.histograms, keys[key]);
        for (int i = 0; i < BATCH; i++) {
            promlet_counter_add_u64(counter, amount_of(key));
            promlet_gauge_set(gauge, (double)amount_of(key));
            promlet_histogram_observe(histogram, (double)amount_of(key));
        }
        promlet_counter_release(counter);
        promlet_gauge_release(gauge);
        promlet_histogram_release(histogram);
    }
}

static void remove_something(uint64_t random)
{
    const char *key = keys[random % KEYS];
    const promlet_label label = {"key", key};
    switch (random / KEYS % 64) {
    case 0:
        (void)promlet_family_clear(shared.counters);
        break;
    case 1:
        (void)promlet_family_clear(shared.histograms);
        break;
    case 2:
        (void)promlet_family_remove_matching(shared.gauges, &label, 1);
        break;
    case 3:
        (void)promlet_family_unregister(shared.gauges);
        break;
    default:
        (void)promlet_family_remove(shared.counters, key);
        (void)promlet_family_remove(shared.gauges, key);
        (void)promlet_family_remove(shared.histograms, key);
    }
}

static void keep_removing(stress_member *self)
{
    while (stress_goes_on(self)) {
        remove_something(stress_random(&self->random));
    }
}

/* Declares what the other ones unregister; series that nobody asks for a second time. */
static void keep_creating(stress_member *self)
{
    uint64_t number = KEYS;
    while (stress_goes_on(self)) {
        char key[40];
        (void)snprintf(key, sizeof key, "%" PRIu64 " once", number++);
        promlet_counter_add_u64_by(shared.counters, 1, key);
        if (number % 2 == 0) { /* the others expire */
            (void)promlet_family_remove(shared.counters, key);
        }
        (void)promlet_gauge_family_new(shared.registry, &(promlet_opts){.name = "depth",
                                                                        .labels = {"key"},
                                                                        .max_series = 1000000,
                                                                        .idle_seconds = SOON});
        self->done++;
    }
}

static bool check_number(const pml_snapshot_series *series)
{
    size_t key = key_of(series);
    uint64_t value = value_of(series);
    uint64_t amount = key < KEYS ? amount_of(key) : 1;
    return value % amount == 0 ||
           stress_fail(&shared.failure, "%.*s shows %" PRIu64 ", which is no multiple of %" PRIu64,
                       (int)series->labels_size, series->labels, value, amount);
}

/* Amounts are beyond the default bounds, so all is in the last bucket; the sum is a multiple, too,
   whatever observations ran while the series was set to zero. */
static bool check_histogram(const pml_snapshot_series *series)
{
    double amount = (double)amount_of(key_of(series));
    double rest = series->as.histogram.sum / amount;
    return rest == (double)(int64_t)rest ||
           stress_fail(&shared.failure, "%.*s has the sum %g, which is no multiple of %g",
                       (int)series->labels_size, series->labels, series->as.histogram.sum, amount);
}

static void check_all(const promlet_snapshot *snapshot, const char *name,
                      bool (*check)(const pml_snapshot_series *series))
{
    const pml_snapshot_family *family = shown_family(snapshot, name);
    for (size_t i = 0; family != NULL && i < family->series_count; i++) {
        (void)check(&family->series[i]);
    }
}

static void keep_scraping(stress_member *self)
{
    promlet_snapshot *held = NULL; /* for some time, in which its labels must stay */
    while (stress_goes_on(self)) {
        promlet_snapshot *snapshot = promlet_snapshot_take(shared.registry);
        check_all(snapshot, "jobs_total", check_number);
        check_all(snapshot, "depth", check_number);
        check_all(snapshot, "seconds", check_histogram);
        if (self->done++ % 8 == 0) {
            check_all(held != NULL ? held : snapshot, "jobs_total", check_number);
            promlet_snapshot_release(held);
            held = snapshot;
        } else {
            promlet_snapshot_release(snapshot);
        }
    }
    promlet_snapshot_release(held);
}

static void lives_of_all_sorts_are_kept_apart(void **state)
{
    (void)state;
    static stress_crew crew;
    begin(SOON);
    stress_crew_begin(&crew, stress_seconds(2));
    stress_crew_add(&crew, 2, keep_recording_by_values, NULL, seed);
    stress_crew_add(&crew, 2, keep_recording_with_handles, NULL, seed + 1);
    stress_crew_add(&crew, 1, keep_removing, NULL, seed + 2);
    stress_crew_add(&crew, 1, keep_creating, NULL, seed + 3);
    stress_crew_add(&crew, 2, keep_scraping, NULL, seed + 4);
    stress_crew_add(&crew, 2, keep_recording_slowly, NULL, seed + 5);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    expect_no_failure();
    /* All handles are released, and nobody is inside: all memory comes back. */
    (void)promlet_family_clear(shared.counters);
    (void)promlet_family_clear(shared.gauges);
    (void)promlet_family_clear(shared.histograms);
    scrape_until_free(shared.registry);
    assert_int_equal(shared.registry->series_bytes, 0);
    assert_int_equal(promlet_registry_cell_bytes(shared.registry), 0);
    print_message("%" PRIu64 " series made\n", crew.members[5].done);
    promlet_registry_free(shared.registry);
}

/* ---- expiry alone ---------------------------------------------------------------------------- */

/* What was recorded, by those who recorded; and what lives that have ended showed last. */
static struct {
    _Atomic uint64_t recorded[KEYS];
    _Atomic size_t window; /* the first of the few keys that are recorded on now */
    uint64_t shown[KEYS];
    uint64_t lives;
} exact;

/* One of those, or the one that was so before: it is about to expire. */
static size_t key_in_window(stress_member *self)
{
    return (atomic_load(&exact.window) + KEYS - 1 + stress_random(&self->random) % 4) % KEYS;
}

static void keep_recording_exactly(stress_member *self)
{
    while (stress_goes_on(self)) {
        for (int i = 0; i < BATCH; i++) {
            size_t key = key_in_window(self);
            promlet_counter_add_u64_by(shared.counters, amount_of(key), keys[key]);
            promlet_gauge_add_by(shared.gauges, (double)amount_of(key), keys[key]);
            promlet_histogram_observe_by(shared.histograms, (double)amount_of(key), keys[key]);
            atomic_fetch_add(&exact.recorded[key], amount_of(key));
        }
    }
}

static void keep_recording_slowly_and_exactly(stress_member *self)
{
    while (stress_goes_on(self)) {
        size_t key = key_in_window(self);
        if (record_slowly(self, key)) {
            promlet_gauge_add_by(shared.gauges, (double)amount_of(key), keys[key]);
            promlet_histogram_observe_by(shared.histograms, (double)amount_of(key), keys[key]);
            atomic_fetch_add(&exact.recorded[key], amount_of(key));
        }
    }
}

static const pml_snapshot_series *find_life(const pml_snapshot_family *family, const char *labels)
{
    for (size_t i = 0; i < family->series_count; i++) {
        if (family->series[i].labels == labels) {
            return &family->series[i];
        }
    }
    return NULL;
}

static uint64_t amount_shown(const pml_snapshot_family *family, const pml_snapshot_series *series)
{
    return family->words == NULL ? value_of(series) : (uint64_t)series->as.histogram.sum;
}

/* A snapshot that is held keeps its series in memory, so the address of a label text tells lives of
   one key apart. */
static void add_ended_lives(const promlet_snapshot *before, const promlet_snapshot *after,
                            const char *name)
{
    const pml_snapshot_family *from = shown_family(before, name);
    const pml_snapshot_family *to = shown_family(after, name);
    for (size_t i = 0; i < from->series_count; i++) {
        const pml_snapshot_series *old = &from->series[i];
        const pml_snapshot_series *now = find_life(to, old->labels);
        if (now == NULL) {
            exact.shown[key_of(old)] += amount_shown(from, old);
            exact.lives++;
        } else if (amount_shown(to, now) < amount_shown(from, old)) {
            (void)stress_fail(&shared.failure, "%s of a series has fallen", name);
        }
    }
}

static promlet_snapshot *take_next(promlet_snapshot *before)
{
    promlet_snapshot *after = promlet_snapshot_take(shared.registry);
    add_ended_lives(before, after, "jobs_total");
    add_ended_lives(before, after, "depth");
    add_ended_lives(before, after, "seconds");
    promlet_snapshot_release(before);
    atomic_fetch_add(&exact.window, 1);
    return after;
}

static bool is_empty(const promlet_snapshot *snapshot)
{
    return shown_family(snapshot, "jobs_total")->series_count == 0 &&
           shown_family(snapshot, "depth")->series_count == 0 &&
           shown_family(snapshot, "seconds")->series_count == 0;
}

static void keep_counting_lives(stress_member *self)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(shared.registry);
    while (stress_goes_on(self)) {
        snapshot = take_next(snapshot);
    }
    /* Others may be in their last batch; whoever is left over expires. What they recorded at last
       shows in a snapshot that begins after their end. */
    bool are_done;
    do {
        are_done = atomic_load(&self->crew->stop);
        snapshot = take_next(snapshot);
    } while (!are_done || !is_empty(snapshot));
    promlet_snapshot_release(snapshot);
}

static void expiry_loses_nothing(void **state)
{
    (void)state;
    static stress_crew crew;
    static stress_crew counting;
    begin(SOON);
    stress_crew_begin(&crew, stress_seconds(2));
    stress_crew_begin(&counting, stress_seconds(2));
    stress_crew_add(&counting, 1, keep_counting_lives, NULL, seed);
    stress_crew_add(&crew, 2, keep_recording_exactly, NULL, seed + 1);
    stress_crew_add(&crew, 2, keep_recording_slowly_and_exactly, NULL, seed + 2);
    stress_crew_go(&counting);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    atomic_store(&counting.stop, true);
    stress_crew_wait(&counting);
    expect_no_failure();
    for (size_t i = 0; i < KEYS; i++) {
        assert_int_equal(exact.shown[i], 3 * atomic_load(&exact.recorded[i]));
    }
    assert_int_equal(shared.registry->memory_limit, 0);
    print_message("%" PRIu64 " lives\n", exact.lives);
    promlet_registry_free(shared.registry);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lives_of_all_sorts_are_kept_apart),
        cmocka_unit_test(expiry_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
