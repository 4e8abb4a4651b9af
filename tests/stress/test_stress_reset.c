/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Totals that are set to zero again and again while others record on them, remove their series and
 * scrape: each document is well formed, no total is more than was recorded, and once all have ended
 * a reset begins at exactly zero.
 */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_sizes, "static_sizes", "Sizes.", 1, 2);

static uint64_t seed;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter; /* in per-CPU cells */
    promlet_histogram *native;
    promlet_counter_family *family;
} shared;

static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        char user[24];
        (void)snprintf(user, sizeof user, "%u", (unsigned)(stress_random(&self->random) % 20));
        promlet_counter_inc(shared.counter);
        promlet_histogram_observe(shared.native, (double)(stress_random(&self->random) % 100000));
        promlet_counter_inc_by(shared.family, user);
        promlet_counter_inc(static_jobs);
        promlet_histogram_observe(static_sizes, 1);
        if (stress_random(&self->random) % 64 == 0) {
            (void)promlet_family_remove(shared.family, user);
        }
        self->done++;
    }
}

static void keep_resetting(stress_member *self)
{
    while (stress_goes_on(self)) {
        if (promlet_registry_reset_totals(shared.registry) != PROMLET_OK ||
            promlet_registry_reset_totals(NULL) != PROMLET_OK) {
            stress_fail(&failure, "a reset was refused: %s", promlet_last_error());
        }
        self->done++;
    }
}

static void read(char *text)
{
    strict_verdict verdict;
    if (text == NULL || !strict_is_well_formed(text, &verdict)) {
        stress_fail(&failure, "%s", text == NULL ? promlet_last_error() : verdict.why);
    }
    promlet_free(text);
}

static void keep_scraping(stress_member *self)
{
    while (stress_goes_on(self)) {
        read(promlet_registry_get_metrics(shared.registry));
        read(promlet_get_metrics());
        self->done++;
    }
}

static uint64_t value(promlet_registry *registry, const char *sample)
{
    return (uint64_t)scraped_value(registry, sample);
}

static void expect_all(uint64_t expected)
{
    assert_true(value(shared.registry, "jobs_total") == expected);
    assert_true(value(shared.registry, "spans_count") == expected);
    assert_true(value(shared.registry, "requests_total{user=\"1\"}") == expected);
    assert_true(value(NULL, "static_jobs_total") == expected);
    assert_true(value(NULL, "static_sizes_count") == expected);
    assert_true(value(NULL, "static_sizes_sum") == expected);
}

static void reset_all(void)
{
    assert_int_equal(promlet_registry_reset_totals(shared.registry), PROMLET_OK);
    assert_int_equal(promlet_registry_reset_totals(NULL), PROMLET_OK);
}

static void totals_reset_under_recorders_and_scrapers_start_at_zero(void **state)
{
    (void)state;
    static stress_crew crew;
    shared.registry = new_registry();
    shared.counter = promlet_counter_new(
        shared.registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    shared.native = promlet_histogram_new(shared.registry,
                                          &(promlet_opts){.name = "spans", .native_factor = 1.1});
    shared.family = promlet_counter_family_new(
        shared.registry, &(promlet_opts){.name = "requests_total", .labels = {"user"}});
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, 2, keep_recording, NULL, seed);
    stress_crew_add(&crew, 2, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 1, keep_resetting, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    assert_false(atomic_load(&failure.is_set));
    uint64_t recorded = crew.members[0].done + crew.members[1].done;
    assert_true(value(shared.registry, "jobs_total") <= recorded);
    assert_true(value(NULL, "static_jobs_total") <= recorded);
    promlet_counter_inc_by(shared.family, "1");
    reset_all();
    expect_all(0);
    promlet_counter_inc(shared.counter);
    promlet_histogram_observe(shared.native, 1);
    promlet_counter_inc_by(shared.family, "1");
    promlet_counter_inc(static_jobs);
    promlet_histogram_observe(static_sizes, 1);
    expect_all(1);
    print_message("%" PRIu64 " recordings, %" PRIu64 " resets\n", recorded, crew.members[4].done);
    promlet_registry_free(shared.registry);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_reset_under_recorders_and_scrapers_start_at_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
