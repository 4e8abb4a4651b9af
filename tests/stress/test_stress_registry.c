/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorders, creators and scrapers at once on one registry. Each scraper checks each document:
 * well-formed, nothing lower than before, sums that fit their counts. At the end every total is
 * exact.
 */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

#define RECORDERS 4
#define CREATORS 2
#define SCRAPERS 2
#define STATUSES 3
#define LIMIT 500
#define BATCH 64

static uint64_t seed;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_counter *fractions;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
    promlet_counter_family *counters;
    promlet_histogram_family *histograms;
    _Atomic uint64_t begun[RECORDERS]; /* turns that each recorder may have begun */
} shared;

static const char *const statuses[STATUSES] = {"200", "404", "500"};

static void declare_all(void)
{
    promlet_registry *registry = shared.registry = new_registry();
    shared.counter = promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total"});
    shared.fractions = promlet_counter_new(registry, &(promlet_opts){.name = "fractions_total"});
    shared.gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "depth"});
    shared.histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "ones", PROMLET_BOUNDS(0.5, 1, 2)});
    shared.counters = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "requests_total", .labels = {"user"}, .max_series = LIMIT});
    shared.histograms = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "request_ones", .labels = {"status"}});
}

/* Each turn adds 1 to everything, so `done` is what each recorder owes to each total. */
static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        for (int i = 0; i < BATCH; i++) {
            atomic_fetch_add(&shared.begun[self->number], 1);
            const char *status = statuses[stress_random(&self->random) % STATUSES];
            promlet_counter_inc(shared.counter);
            promlet_counter_add(shared.fractions, 0.5);
            promlet_counter_add(shared.fractions, 0.5);
            promlet_gauge_inc(shared.gauge);
            promlet_histogram_observe(shared.histogram, 1);
            promlet_histogram_observe(promlet_histogram_with(shared.histograms, status), 1);
            promlet_counter_add(shared.counter, -1);
        }
        self->done += BATCH;
    }
}

/* Asks for twice as many series as the family holds, so that the limit is met on the way. */
static void keep_creating(stress_member *self)
{
    while (stress_goes_on(self)) {
        char user[24];
        (void)snprintf(user, sizeof user, "u%04u",
                       (unsigned)(stress_random(&self->random) % (2 * LIMIT)));
        promlet_counter_inc(promlet_counter_with(shared.counters, user));
        char name[48];
        (void)snprintf(name, sizeof name, "late_%02u_total",
                       (unsigned)(stress_random(&self->random) % 50));
        promlet_counter_inc(promlet_counter_new(shared.registry, &(promlet_opts){.name = name}));
        self->done++;
    }
}

/* The most that a histogram can show: each recorder may be one ahead of what it said. */
static long double most_observed(void)
{
    uint64_t most = RECORDERS;
    for (size_t i = 0; i < RECORDERS; i++) {
        most += atomic_load(&shared.begun[i]);
    }
    return (long double)most;
}

static void check_document(const char *before, const char *text)
{
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict) ||
        (before != NULL && !strict_never_falls(before, text, &verdict)) ||
        !strict_sums_fit(text, most_observed(), &verdict)) {
        stress_fail(&failure, "%s", verdict.why);
    }
}

static void keep_scraping(stress_member *self)
{
    char *before = NULL;
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        char *text = promlet_registry_get_metrics(shared.registry);
        if (text == NULL) {
            stress_fail(&failure, "no document: %s", promlet_last_error());
        } else {
            check_document(before, text);
        }
        promlet_free(before);
        before = text;
        self->done++;
    }
    promlet_free(before);
}

static uint64_t done_by(const stress_crew *crew, void (*run)(stress_member *))
{
    uint64_t done = 0;
    for (size_t i = 0; i < crew->count; i++) {
        done += crew->members[i].run == run ? crew->members[i].done : 0;
    }
    return done;
}

static void assert_value(const char *text, const char *key, uint64_t expected)
{
    long double value = strict_value(text, key);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %" PRIu64, key, value, expected);
    }
}

static uint64_t total(const char *text, const char *name)
{
    return (uint64_t)strict_total(text, name, NULL);
}

static void assert_totals(const char *text, uint64_t recorded, uint64_t created)
{
    assert_value(text, "jobs_total", recorded);
    assert_value(text, "fractions_total", recorded);
    assert_value(text, "depth", recorded);
    assert_value(text, "ones_count", recorded);
    assert_value(text, "ones_sum", recorded);
    assert_value(text, "ones_bucket{le=\"0.5\"}", 0);
    assert_value(text, "ones_bucket{le=\"1.0\"}", recorded);
    assert_true(total(text, "request_ones_count") == recorded);
    assert_true(total(text, "request_ones_sum") == recorded);
    assert_value(text, "promlet_dropped_total{reason=\"negative\"}", recorded);
    assert_true(total(text, "requests_total") == created);
    uint64_t late = 0;
    for (unsigned i = 0; i < 50; i++) {
        char name[48];
        (void)snprintf(name, sizeof name, "late_%02u_total", i);
        long double value = strict_value(text, name);
        late += value > 0 ? (uint64_t)value : 0;
    }
    assert_true(late == created);
}

static void registry_under_recorders_creators_and_scrapers_is_exact(void **state)
{
    (void)state;
    static stress_crew crew;
    declare_all();
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_add(&crew, CREATORS, keep_creating, NULL, seed);
    stress_crew_add(&crew, SCRAPERS, keep_scraping, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
    uint64_t scrapes = done_by(&crew, keep_scraping);
    assert_true(scrapes > 0);
    char *text = promlet_registry_get_metrics(shared.registry);
    check_document(NULL, text);
    assert_totals(text, done_by(&crew, keep_recording), done_by(&crew, keep_creating));
    print_message("%" PRIu64 " scrapes, %" PRIu64 " turns of recorders, %" PRIu64 " creations\n",
                  scrapes, done_by(&crew, keep_recording), done_by(&crew, keep_creating));
    promlet_free(text);
    expect_status(shared.registry, PROMLET_OK, "");
    promlet_registry_free(shared.registry);
}

/* ---- a scrape that takes long over one histogram --------------------------------------------- */

#define WIDE_BOUNDS 1000

/* Every observation falls into the bucket that is read last, as far from the sum as can be. */
static void keep_observing(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        promlet_histogram_observe(shared.histogram, 1);
        self->done++;
    }
}

static void histogram_of_many_buckets_never_shows_count_without_its_sum(void **state)
{
    (void)state;
    static stress_crew crew;
    static double bounds[WIDE_BOUNDS];
    assert_int_equal(promlet_bounds_linear(-WIDE_BOUNDS, 1, WIDE_BOUNDS, bounds), PROMLET_OK);
    shared.registry = new_registry();
    shared.histogram = promlet_histogram_new(
        shared.registry,
        &(promlet_opts){.name = "ones", .bounds = bounds, .bound_count = WIDE_BOUNDS});
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, RECORDERS, keep_observing, NULL, seed);
    stress_crew_go(&crew);
    strict_verdict verdict = {""};
    bool is_right = true;
    while (is_right && stress_now() < crew.deadline) {
        char *text = promlet_registry_get_metrics(shared.registry);
        is_right = strict_is_well_formed(text, &verdict) &&
                   strict_sums_fit(text, (long double)UINT64_MAX, &verdict);
        promlet_free(text);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    if (!is_right) {
        fail_msg("%s", verdict.why);
    }
    char *text = promlet_registry_get_metrics(shared.registry);
    assert_value(text, "ones_count", done_by(&crew, keep_observing));
    assert_value(text, "ones_sum", done_by(&crew, keep_observing));
    promlet_free(text);
    promlet_registry_free(shared.registry);
}

/* The checker must see what it is there for. */
static void checker_of_wrong_documents_finds_each_fault(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "# TYPE a counter\na 1\n",
        "# TYPE a counter\na 1\n# EOF\n# EOF\n",
        "# TYPE b counter\nb 1\n# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a counter\na 1\n# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a counter\nb 1\n# EOF\n",
        "# TYPE a counter\na one\n# EOF\n",
        "# TYPE a counter\na{x=\"2\"} 1\na{x=\"1\"} 1\n# EOF\n",
        "# TYPE a counter\na{x=\"1\"} 1\na{x=\"1\"} 1\n# EOF\n",
        "# TYPE a counter\na{otel_metric_overflow=\"true\"} 1\na{x=\"1\"} 1\n# EOF\n",
        "# TYPE a summary\na 1\n# EOF\n",
        "# HELP a A.\n# TYPE b counter\nb 1\n# EOF\n",
        "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"
        "# EOF\n",
        "# TYPE h histogram\nh_bucket{le=\"2\"} 0\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\n"
        "h_sum 1\nh_count 1\n# EOF\n",
        "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n# EOF\n",
        "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\n# EOF\n",
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n# EOF\n",
        "# TYPE h histogram\nh_bucket{x=\"1\",le=\"+Inf\"} 1\nh_sum{x=\"2\"} 1\n"
        "h_count{x=\"1\"} 1\n# EOF\n",
    };
    strict_verdict verdict;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        if (strict_is_well_formed(wrong[i], &verdict)) {
            fail_msg("accepted: %s", wrong[i]);
        }
    }
    static const char right[] = "# HELP a A.\n# TYPE a counter\na{x=\"1\"} 1\na{x=\"2\"} 3\n"
                                "a{otel_metric_overflow=\"true\"} 1\n# TYPE h histogram\n"
                                "h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\n"
                                "h_count 2\n# EOF\n";
    assert_true(strict_is_well_formed(right, &verdict));
    assert_true(strict_never_falls(right, right, &verdict));
    assert_true(strict_sums_fit(right, 3, &verdict));
    assert_false(strict_sums_fit(right, 2, &verdict));
    assert_false(strict_sums_fit("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2\nh_sum 1\n"
                                 "h_count 2\n# EOF\n",
                                 9, &verdict));
    assert_false(strict_never_falls("# TYPE a counter\na 2\n# EOF\n",
                                    "# TYPE a counter\na 1\n# EOF\n", &verdict));
    assert_false(strict_never_falls("# TYPE a counter\na 2\n# EOF\n", "# EOF\n", &verdict));
    assert_true(strict_never_falls("# TYPE a gauge\na 2\n# EOF\n", "# TYPE a gauge\na 1\n# EOF\n",
                                   &verdict));
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checker_of_wrong_documents_finds_each_fault),
        cmocka_unit_test(registry_under_recorders_creators_and_scrapers_is_exact),
        cmocka_unit_test(histogram_of_many_buckets_never_shows_count_without_its_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
