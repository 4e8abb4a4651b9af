/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults that were found in other libraries, each as a test that carries its number. docs/faults.md
 * says what each number is, and where the tests of the others are.
 */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_document.h"
#include "support/strict_text.h"

#include <float.h>
#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRAPES 200

static promlet_registry *registry;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;

static int begin(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    return registry == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

/* A text of the registry that keeps all rules; NULL if it does not. To be freed. */
static char *scrape_strictly(void)
{
    char *text = promlet_registry_get_metrics(registry);
    strict_document document;
    if (text == NULL || !strict_document_read(&document, text, STRICT_WITH_EOF)) {
        (void)stress_fail(&failure, "%s", text == NULL ? "out of memory" : document.why);
    }
    if (text != NULL) {
        strict_document_free(&document);
    }
    return text;
}

static void assert_no_failure(void)
{
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
}

static promlet_histogram_family *declare_waits(void)
{
    return promlet_histogram_family_new(
        registry,
        &(promlet_opts){.name = "wait_seconds", .labels = {"queue"}, PROMLET_BOUNDS(1, 2)});
}

/* ---- F1 to F3: scrapes beside recorders, creators and other scrapes -------------------------- */

static void observe_ones(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        promlet_histogram_observe(self->ctx, 1);
        self->done++;
    }
}

/* A histogram in which _count and +Inf differ, or a counted value is missing from the sum. */
static void test_fault_F01_torn_histogram(void **state)
{
    (void)state;
    static stress_crew crew;
    promlet_histogram *ones = promlet_histogram_with(declare_waits(), "a");
    stress_crew_begin(&crew, 0);
    stress_crew_add(&crew, 2, observe_ones, ones, 1);
    stress_crew_go(&crew);
    for (int i = 0; i < SCRAPES; i++) {
        strict_verdict verdict;
        char *text = scrape_strictly();
        if (text != NULL && !strict_sums_fit(text, LDBL_MAX, &verdict)) {
            (void)stress_fail(&failure, "%s", verdict.why);
        }
        promlet_free(text);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    assert_no_failure();
}

#define NEW_SERIES 1000

static void create_series(stress_member *self)
{
    for (int i = 0; i < NEW_SERIES; i++) {
        char value[20];
        (void)snprintf(value, sizeof value, "v%d", i);
        promlet_histogram_observe_by(self->ctx, 1, value);
    }
}

/* A new label value while a scrape walks the table: a read of freed memory. */
static void test_fault_F02_new_series_beside_scrape(void **state)
{
    (void)state;
    static stress_crew crew;
    stress_crew_begin(&crew, 0);
    stress_crew_add(&crew, 2, create_series, declare_waits(), 1);
    stress_crew_go(&crew);
    for (int i = 0; i < SCRAPES / 10; i++) {
        promlet_free(scrape_strictly());
    }
    stress_crew_wait(&crew);
    char *text = scrape_strictly();
    size_t count;
    assert_true((uint64_t)strict_total(text, "wait_seconds_count", &count) == 2 * NEW_SERIES);
    assert_int_equal(count, NEW_SERIES);
    promlet_free(text);
    assert_no_failure();
}

static void scrape_often(stress_member *self)
{
    for (int i = 0; i < SCRAPES; i++) {
        char *text = scrape_strictly();
        if (text == NULL || strcmp(text, self->ctx) != 0) {
            (void)stress_fail(&failure, "a scrape is not like the others: %s", text);
        }
        promlet_free(text);
    }
}

/* Two scrapes at once that write into one buffer. */
static void test_fault_F03_two_scrapes_share_nothing(void **state)
{
    (void)state;
    static stress_crew crew;
    for (int i = 0; i < 20; i++) {
        char value[20];
        (void)snprintf(value, sizeof value, "v%d", i);
        promlet_histogram_observe_by(declare_waits(), 1, value);
    }
    char *expected = scrape_strictly();
    stress_crew_begin(&crew, 0);
    stress_crew_add(&crew, 3, scrape_often, expected, 1);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    promlet_free(expected);
    assert_no_failure();
}

/* ---- F5 and F9: a scrape in the middle of being sent ----------------------------------------- */

static void *use_everything(void *ctx)
{
    promlet_histogram_family *family = ctx;
    promlet_histogram_observe(promlet_histogram_with(family, "known"), 1);
    promlet_histogram_observe_by(family, 1, "new");
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "new"});
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "1"});
    (void)promlet_registry_status(registry, NULL);
    promlet_free(scrape_strictly());
    return NULL;
}

/* Waits in the middle of the document for a thread that uses all of promlet. */
static bool wait_for_others(const char *data, size_t size, void *ctx)
{
    pthread_t other;
    assert_true(data != NULL && size > 0);
    assert_int_equal(pthread_create(&other, NULL, use_everything, ctx), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    return true;
}

/* Recorders that wait for the lock of a scrape: here it ends only after they went on. */
static void test_fault_F05_recorder_waits_for_scrape(void **state)
{
    (void)state;
    promlet_histogram_family *family = declare_waits();
    promlet_histogram_observe_by(family, 1, "known");
    assert_int_equal(promlet_registry_write_metrics(registry, wait_for_others, family), PROMLET_OK);
    char *text = scrape_strictly();
    assert_true(strict_value(text, "wait_seconds_count{queue=\"known\"}") == 2);
    assert_true(strict_value(text, "wait_seconds_count{queue=\"new\"}") == 1);
    promlet_free(text);
    assert_no_failure();
}

/* A writer that is slow, and itself uses what a lock would guard. */
static bool write_slowly(const char *data, size_t size, void *ctx)
{
    assert_true(data != NULL && size > 0);
    (void)use_everything(ctx);
    return true;
}

static void hear_slowly(const char *message, void *ctx)
{
    static bool is_inside;
    assert_non_null(message);
    if (!is_inside) {
        is_inside = true;
        (void)use_everything(ctx);
        is_inside = false;
    }
}

/* A lock that is held while a consumer is written to, or while the user's callback runs. */
static void test_fault_F09_no_lock_is_held_for_consumers(void **state)
{
    (void)state;
    promlet_histogram_family *family = declare_waits();
    assert_int_equal(promlet_registry_write_metrics(registry, write_slowly, family), PROMLET_OK);
    promlet_set_log_callback(hear_slowly, family);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "bad name"});
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "completed"});
    promlet_set_log_callback(NULL, NULL);
    assert_no_failure();
}

/* ---- F8: after the end ----------------------------------------------------------------------- */

static int status_at_exit = 1;

static void use_at_exit(void)
{
    promlet_counter_inc(promlet_counter_new(NULL, &(promlet_opts){.name = "late_total"}));
    char *text = promlet_get_metrics();
    if (text != NULL && strict_value(text, "late_total") == 2) {
        status_at_exit = 0;
    }
    promlet_free(text);
    _exit(status_at_exit);
}

/* Objects that exit() took away before a late user came. */
static void test_fault_F08_use_in_exit_handler(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)atexit(use_at_exit);
        promlet_counter_inc(promlet_counter_new(NULL, &(promlet_opts){.name = "late_total"}));
        exit(2);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- F10 and F11: label values from outside -------------------------------------------------- */

#define REQUESTS 20000

/* Each request its own label value, until memory is gone. */
static void test_fault_F10_unbounded_labels(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "requests_total", .help = "Requests.", .labels = {"id"}});
    for (int i = 0; i < REQUESTS; i++) {
        char value[20];
        (void)snprintf(value, sizeof value, "%08d", i);
        promlet_counter_inc_by(family, value);
    }
    char *text = promlet_registry_get_metrics(registry);
    size_t count;
    assert_true((uint64_t)strict_total(text, "requests_total", &count) == REQUESTS);
    assert_int_equal(count, PROMLET_DEFAULT_MAX_SERIES + 1);
    assert_true(strict_value(text, "requests_total{" STRICT_OVERFLOW "}") ==
                REQUESTS - PROMLET_DEFAULT_MAX_SERIES);
    promlet_free(text);
}

/* One label value that makes the whole document unreadable. */
static void test_fault_F11_one_bad_label_kills_the_scrape(void **state)
{
    (void)state;
    static const char *const values[] = {
        "\xff",
        "\xc3\x28",
        "\xed\xa0\x80",
        "\xf4\x90\x80\x80",
        "a\"b",
        "a\\",
        "a\nb",
        "\"} 1\n",
        "\r",
        "\x01",
        "",
        "\xe2\x82",
        "\xc0\x80",
    };
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "depth", .labels = {"queue"}});
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_gauge_set_by(family, 1, values[i]);
    }
    char *text = scrape_strictly();
    keep_document("fault_F11", text, "depth no help text\n");
    promlet_free(text);
    assert_no_failure();
}

/* ---- F19 and F20: numbers -------------------------------------------------------------------- */

/* NaN counted in the first bucket, and a sum that is NaN for ever. */
static void test_fault_F19_nan_in_first_bucket(void **state)
{
    (void)state;
    promlet_histogram *histogram = promlet_histogram_with(declare_waits(), "a");
    promlet_histogram_observe(histogram, NAN);
    promlet_histogram_observe(histogram, 2);
    char *text = scrape_strictly();
    assert_true(strict_value(text, "wait_seconds_bucket{queue=\"a\",le=\"1.0\"}") == 0);
    assert_true(strict_value(text, "wait_seconds_count{queue=\"a\"}") == 1);
    assert_true(strict_value(text, "wait_seconds_sum{queue=\"a\"}") == 2);
    assert_true(strict_value(text, "promlet_dropped_total{reason=\"nan\"}") == 1);
    promlet_free(text);
    assert_no_failure();
}

/* A counter that is a double: adding 1 to 2^53 changes nothing. */
static void test_fault_F20_counting_stops_at_2_to_53(void **state)
{
    (void)state;
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "a_total", .help = "A."});
    promlet_counter_add_u64(counter, UINT64_C(1) << 53);
    promlet_counter_inc(counter);
    promlet_counter_add(counter, 1);
    expect_metrics(registry, "fault_F20", NULL,
                   "# HELP a_total A.\n"
                   "# TYPE a_total counter\n"
                   "a_total 9007199254740994\n"
                   "# EOF\n");
}

/* ---- F24: wrong arguments -------------------------------------------------------------------- */

/* A helper that exits because it was given something wrong; test_wrong_arguments.c does the rest.
 */
static void test_fault_F24_wrong_input_ends_the_process(void **state)
{
    (void)state;
    promlet_counter *counter = promlet_counter_new(registry, &(promlet_opts){.name = "1 a"});
    assert_non_null(counter);
    promlet_counter_inc(counter);
    promlet_counter_inc(NULL);
    promlet_counter_inc(promlet_counter_with(NULL, "x"));
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_NAME);
    promlet_free(scrape_strictly());
    assert_no_failure();
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_fault_F01_torn_histogram),
        CASE(test_fault_F02_new_series_beside_scrape),
        CASE(test_fault_F03_two_scrapes_share_nothing),
        CASE(test_fault_F05_recorder_waits_for_scrape),
        CASE(test_fault_F08_use_in_exit_handler),
        CASE(test_fault_F09_no_lock_is_held_for_consumers),
        CASE(test_fault_F10_unbounded_labels),
        CASE(test_fault_F11_one_bad_label_kills_the_scrape),
        CASE(test_fault_F19_nan_in_first_bucket),
        CASE(test_fault_F20_counting_stops_at_2_to_53),
        CASE(test_fault_F24_wrong_input_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
