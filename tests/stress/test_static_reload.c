/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scrapes the default registry in two threads while others load modules, record on them and unload
 * them. Each document must be whole and no count may fall; what is recorded before the last scrape
 * of a module is never lost.
 */
#include "modules/open_plugin.h"
#include "support/sanitizers.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <signal.h>

PLUGIN_METRICS(program);

#define SCRAPERS 2
#define RECORDERS 2

static uint64_t seed;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;

static void keep_scraping(stress_member *self)
{
    char *before = NULL;
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        char *text = promlet_get_metrics();
        strict_verdict verdict;
        if (text == NULL) {
            stress_fail(&failure, "no document: %s", promlet_last_error());
        } else if (!strict_is_well_formed(text, &verdict) ||
                   (before != NULL && !strict_never_falls(before, text, &verdict))) {
            stress_fail(&failure, "%s", verdict.why);
        }
        promlet_free(before);
        before = text;
        self->done++;
    }
    promlet_free(before);
}

/* A module can come to lie where a scrape has read another one. The loader's lock keeps the two
   apart, but the thread sanitizer does not see into the loader; it sees that a scrape of one's own
   comes after all that began before the old module was gone. */
static bool must_scrape_after_loading(void)
{
    return sanitizer_name() != NULL;
}

/* A member that loads one module again and again; no other does with the same one. */
static void keep_reloading(stress_member *self)
{
    const char *path = self->ctx;
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        plugin_metrics_fn metrics;
        *(void **)&metrics = module == NULL ? NULL : dlsym(module, "plugin_metrics");
        if (metrics == NULL) {
            stress_fail(&failure, "%s", dlerror());
            return;
        }
        if (must_scrape_after_loading()) {
            promlet_free(promlet_get_metrics());
        }
        /* Something at first: on a busy machine there may be no other round. */
        uint64_t amount = self->done == 0 ? 1 : stress_random(&self->random) % 4;
        if (amount > 0) {
            struct plugin plugin = metrics();
            promlet_counter_add_u64(plugin.jobs, amount);
            promlet_counter_add_u64(plugin.own_jobs, amount);
            promlet_histogram_observe(plugin.seconds, 1);
            promlet_gauge_set(plugin.depth, 1);
            /* So that nothing is lost. */
            promlet_free(promlet_get_metrics());
        }
        self->done += amount;
        (void)dlclose(module);
    }
}

/* Loads a module that is long visible before the loader has finished it. */
static void keep_loading_slowly(stress_member *self)
{
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        void *module = dlopen(PLUGIN_SLOW, RTLD_NOW | RTLD_LOCAL);
        if (module == NULL) {
            stress_fail(&failure, "%s", dlerror());
            return;
        }
        (void)dlclose(module);
        self->done++;
    }
}

static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        for (int i = 0; i < 1000; i++) {
            promlet_counter_inc(jobs);
            promlet_histogram_observe(seconds, 1);
        }
        self->done += 1000;
    }
}

static uint64_t done_by(const stress_crew *crew, void (*run)(stress_member *))
{
    uint64_t done = 0;
    for (size_t i = 0; i < crew->count; i++) {
        done += crew->members[i].run == run ? crew->members[i].done : 0;
    }
    return done;
}

/* cmocka's handlers call exit(), which waits for the loader's lock if the fault came under it. */
static void let_faults_kill(void)
{
    (void)signal(SIGSEGV, SIG_DFL);
    (void)signal(SIGBUS, SIG_DFL);
}

static void fail_if_set(void)
{
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
}

static void module_half_loaded_under_scrapes_is_not_misread(void **state)
{
    (void)state;
    let_faults_kill();
    static stress_crew crew;
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, SCRAPERS, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 1, keep_loading_slowly, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    fail_if_set();
    assert_true(done_by(&crew, keep_loading_slowly) > 0);
    assert_true(done_by(&crew, keep_scraping) > 0);
    /* On a busy machine no scrape may have come while the module was there. */
    void *module = dlopen(PLUGIN_SLOW, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(module);
    char *text = promlet_get_metrics();
    (void)dlclose(module);
    assert_true((int)strict_value(text, "plugin_slow_jobs_total") == 0);
    promlet_free(text);
    expect_status(NULL, PROMLET_OK, "");
}

static void module_reloaded_under_scrapes_is_counted_exactly(void **state)
{
    (void)state;
    let_faults_kill();
    static char plugin_a[] = PLUGIN_A;
    static char plugin_b[] = PLUGIN_B;
    static stress_crew crew;
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, SCRAPERS, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 1, keep_reloading, plugin_a, seed);
    stress_crew_add(&crew, 1, keep_reloading, plugin_b, seed);
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    fail_if_set();
    uint64_t by_modules = done_by(&crew, keep_reloading);
    uint64_t by_program = done_by(&crew, keep_recording);
    assert_true(by_modules > 0);
    assert_true(done_by(&crew, keep_scraping) > 0);
    char *text = promlet_get_metrics();
    assert_true((uint64_t)strict_value(text, EVERYWHERE_JOBS) == by_modules + by_program);
    assert_true((uint64_t)strict_value(text, "plugin_a_jobs_total") +
                    (uint64_t)strict_value(text, "plugin_b_jobs_total") ==
                by_modules);
    assert_true((uint64_t)strict_value(text, EVERYWHERE_SECONDS "_sum") ==
                (uint64_t)strict_value(text, EVERYWHERE_SECONDS "_count"));
    assert_true((int)strict_value(text, EVERYWHERE_DEPTH) == 0);
    promlet_free(text);
    expect_status(NULL, PROMLET_OK, "");
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(module_half_loaded_under_scrapes_is_not_misread),
        cmocka_unit_test(module_reloaded_under_scrapes_is_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
