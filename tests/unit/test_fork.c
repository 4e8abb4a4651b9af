/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of forked children, which may call anything whatever other threads were doing at fork(). */
#include "support/expect.h"
#include "support/hang.h"
#include "support/leaks.h"
#include "support/sanitizers.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

PROMLET_STATIC_COUNTER(static_jobs, "static_jobs_total", "Jobs.");

/* A child that waits for a lock which nobody holds any more ends by SIGALRM. */
#define SECONDS_UNTIL_KILLED 20
#define RECORDERS 2

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_counter_family *family;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
} shared;

static void declare_all(void)
{
    shared.registry = new_registry();
    shared.counter = promlet_counter_new(shared.registry, &(promlet_opts){.name = "jobs_total"});
    shared.gauge = promlet_gauge_new(shared.registry, &(promlet_opts){.name = "depth"});
    shared.histogram =
        promlet_histogram_new(shared.registry, &(promlet_opts){.name = "ones", PROMLET_BOUNDS(1)});
    shared.family = promlet_counter_family_new(
        shared.registry, &(promlet_opts){.name = "requests_total", .labels = {"user"}});
}

static void record_all(void)
{
    promlet_counter_inc(shared.counter);
    promlet_gauge_inc(shared.gauge);
    promlet_histogram_observe(shared.histogram, 1);
    promlet_counter_inc(static_jobs);
    promlet_counter_inc(NULL);
}

/* A child that is forked when threads have ended but were not joined yet has none of them leaked;
   the thread sanitizer takes it so unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}

/* The exit status of a child that runs to its end; a signal that ended it fails the test. */
static int run_in_child(int (*run)(void))
{
    (void)fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        leave_without_leak_check();
        (void)signal(SIGALRM, SIG_DFL);
        end_hang_after(SECONDS_UNTIL_KILLED);
        _exit(run());
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status)) {
        fail_msg("the child was ended by signal %d", WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}

/* ---- a fork of the only thread --------------------------------------------------------------- */

/* 0 when the registry shows the expected text. */
static int compare(const char *expected)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    int result = text != NULL && strcmp(text, expected) == 0 ? 0 : 1;
    promlet_free(text);
    return result;
}

#define TEXT_OF(jobs, requests)                                                                    \
    "# TYPE depth gauge\n"                                                                         \
    "depth " jobs "\n"                                                                             \
    "# TYPE jobs_total counter\n"                                                                  \
    "jobs_total " jobs "\n"                                                                        \
    "# TYPE ones histogram\n"                                                                      \
    "ones_bucket{le=\"1.0\"} " jobs "\n"                                                           \
    "ones_bucket{le=\"+Inf\"} " jobs "\n"                                                          \
    "ones_sum " jobs "\n"                                                                          \
    "ones_count " jobs "\n"                                                                        \
    "# TYPE requests_total counter\n" requests "# EOF\n"

static int scrape_record_and_create(void)
{
    if (compare(TEXT_OF("2", "requests_total{user=\"a\"} 1\n")) != 0) {
        return 1;
    }
    record_all();
    promlet_counter_inc(promlet_counter_with(shared.family, "a"));
    promlet_counter_inc(promlet_counter_with(shared.family, "b"));
    return compare(TEXT_OF("3", "requests_total{user=\"a\"} 2\nrequests_total{user=\"b\"} 1\n"));
}

static void child_of_single_thread_has_copy_of_values_and_goes_on(void **state)
{
    (void)state;
    declare_all();
    record_all();
    record_all();
    promlet_counter_inc(promlet_counter_with(shared.family, "a"));
    assert_int_equal(compare(TEXT_OF("2", "requests_total{user=\"a\"} 1\n")), 0);
    assert_int_equal(run_in_child(scrape_record_and_create), 0);
    /* What the child did is its own. */
    assert_int_equal(compare(TEXT_OF("2", "requests_total{user=\"a\"} 1\n")), 0);
    promlet_registry_free(shared.registry);
}

static int scrape_default_registry(void)
{
    double before = scraped_value(NULL, "static_jobs_total");
    promlet_counter_inc(static_jobs);
    promlet_counter_inc(promlet_counter_new(NULL, &(promlet_opts){.name = "child_total"}));
    double after = scraped_value(NULL, "static_jobs_total");
    return after - before > 0.5 && scraped_value(NULL, "child_total") > 0.5 ? 0 : 1;
}

static void child_of_single_thread_scrapes_default_registry(void **state)
{
    (void)state;
    promlet_counter_inc(static_jobs);
    double before = scraped_value(NULL, "static_jobs_total");
    assert_int_equal(run_in_child(scrape_default_registry), 0);
    assert_true((int)scraped_value(NULL, "static_jobs_total") == (int)before);
    assert_true((int)scraped_value(NULL, "child_total") == 0);
}

/* A snapshot that is held at the fork belongs to both, each with its own count. */
static promlet_snapshot *held;

static int release_held_snapshot(void)
{
    char *text = promlet_snapshot_string(held, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    int result = text != NULL && strstr(text, "\njobs_total 1\n") != NULL ? 0 : 1;
    promlet_free(text);
    promlet_snapshot_release(held);
    promlet_registry_free(shared.registry);
    return result;
}

static void child_with_snapshot_of_parent_reads_and_frees_it(void **state)
{
    (void)state;
    declare_all();
    record_all();
    held = promlet_snapshot_take(shared.registry);
    assert_int_equal(run_in_child(release_held_snapshot), 0);
    assert_int_equal(release_held_snapshot(), 0);
}

/* ---- a fork while other threads are inside of promlet ---------------------------------------- */

static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        record_all();
        self->done++;
    }
}

static void keep_scraping(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_free(promlet_registry_get_metrics(shared.registry));
        promlet_free(promlet_get_metrics());
        self->done++;
    }
}

static void keep_creating(stress_member *self)
{
    while (stress_goes_on(self)) {
        char user[24];
        (void)snprintf(user, sizeof user, "%u", (unsigned)(stress_random(&self->random) % 1000));
        promlet_counter_inc(promlet_counter_with(shared.family, user));
        self->done++;
    }
}

static void keep_declaring(stress_member *self)
{
    while (stress_goes_on(self)) {
        char name[32];
        (void)snprintf(name, sizeof name, "n%u_total",
                       (unsigned)(stress_random(&self->random) % 200));
        promlet_counter_inc(promlet_counter_new(shared.registry, &(promlet_opts){.name = name}));
        /* Refused, so that the status and the log callback are under way as well. */
        (void)promlet_gauge_new(shared.registry, &(promlet_opts){.name = "jobs_total"});
        self->done++;
    }
}

static void hear_nothing(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
}

static int record_and_look_up(void)
{
    for (int i = 0; i < 1000; i++) {
        record_all();
        promlet_timer_observe(promlet_timer_start(), shared.histogram);
        promlet_counter_inc(promlet_counter_with(shared.family, "known"));
    }
    return 0;
}

/* The value of one sample of a well-formed document; -1 for any other. */
static long double value_in_child(promlet_registry *registry, const char *key)
{
    char *text = promlet_registry_get_metrics(registry);
    strict_verdict verdict;
    long double value = -1;
    if (text == NULL || !strict_is_well_formed(text, &verdict)) {
        fprintf(stderr, "in the child: %s\n", text == NULL ? promlet_last_error() : verdict.why);
    } else {
        value = strict_value(text, key);
    }
    promlet_free(text);
    return value;
}

/* Scrapes, creates series, families and a registry, and frees; each total must be exact. */
static int use_everything(void)
{
    long double before = value_in_child(shared.registry, "jobs_total");
    long double default_before = value_in_child(NULL, "static_jobs_total");
    record_all();
    promlet_counter_inc(promlet_counter_with(shared.family, "only_in_child"));
    promlet_counter_inc(
        promlet_counter_new(shared.registry, &(promlet_opts){.name = "only_in_child_total"}));
    promlet_log("A warning.");
    promlet_registry *own = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(own, &(promlet_opts){.name = "own_total"}));
    long double own_value = value_in_child(own, "own_total");
    promlet_registry_free(own);
    char *text = promlet_registry_get_metrics(shared.registry);
    bool is_right = before >= 0 && strict_value(text, "jobs_total") - before == 1 &&
                    strict_value(text, "requests_total{user=\"only_in_child\"}") == 1 &&
                    strict_value(text, "only_in_child_total") == 1 && own_value == 1 &&
                    value_in_child(NULL, "static_jobs_total") - default_before == 1;
    promlet_free(text);
    promlet_registry_free(shared.registry);
    return is_right ? 0 : 1;
}

/* Forks again and again while others are all over promlet. */
static void fork_beside_busy_threads(int (*run)(void))
{
    static stress_crew crew;
    declare_all();
    promlet_set_log_callback(hear_nothing, NULL);
    promlet_counter_inc(promlet_counter_with(shared.family, "known"));
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_add(&crew, 2, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 1, keep_creating, NULL, seed);
    stress_crew_add(&crew, 1, keep_declaring, NULL, seed);
    stress_crew_go(&crew);
    uint64_t forks = 0;
    do {
        assert_int_equal(run_in_child(run), 0);
        forks++;
    } while (stress_now() < crew.deadline);
    stress_crew_wait(&crew);
    promlet_set_log_callback(NULL, NULL);
    print_message("%" PRIu64 " forks\n", forks);
    uint64_t recorded = 0;
    for (size_t i = 0; i < crew.count; i++) {
        recorded += crew.members[i].run == keep_recording ? crew.members[i].done : 0;
    }
    /* What children did is not the parent's. */
    char *text = promlet_registry_get_metrics(shared.registry);
    assert_true((uint64_t)strict_value(text, "jobs_total") == recorded);
    assert_true((uint64_t)strict_value(text, "requests_total{user=\"known\"}") == 1);
    promlet_free(text);
    promlet_registry_free(shared.registry);
}

static void child_of_busy_threads_records_at_once(void **state)
{
    (void)state;
    fork_beside_busy_threads(record_and_look_up);
}

static void test_fault_F07_child_of_busy_threads_scrapes_and_creates_at_once(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    fork_beside_busy_threads(use_everything);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_of_single_thread_has_copy_of_values_and_goes_on),
        cmocka_unit_test(child_of_single_thread_scrapes_default_registry),
        cmocka_unit_test(child_with_snapshot_of_parent_reads_and_frees_it),
        cmocka_unit_test(child_of_busy_threads_records_at_once),
        cmocka_unit_test(test_fault_F07_child_of_busy_threads_scrapes_and_creates_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
