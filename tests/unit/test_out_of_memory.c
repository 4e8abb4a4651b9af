/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of every scenario is refused, once and from there on, until the scenario gets
 * through. Each time: what was refused is reported, the same calls work once there is memory again,
 * the scrape that follows is complete and exact, and nothing is left over.
 */
#include "modules/open_plugin.h"
#include "support/allocations.h"
#include "support/expect.h"
#include "support/strict_text.h"

#include <sys/wait.h>
#include <unistd.h>

#define MANY_SERIES 100
#define MANY_SERIES_LIMIT 90
#define MOST_FAULT_POINTS 100000

PROMLET_STATIC_COUNTER(static_counter, "static_jobs_total", "Jobs.");
PROMLET_STATIC_GAUGE(static_gauge, "static_depth", "Depth.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_histogram, "static_seconds", "Time.", 1, 2);

/* Calls promlet; false when a call said that it failed. It runs twice on one registry: with a fault
   and without. What it records must show afterwards, to the unit. */
typedef struct scenario {
    const char *name;
    bool (*run)(promlet_registry *registry);
    void (*check)(const char *text);
} scenario;

/* How often handles that work were recorded on, in both runs together. */
static struct {
    uint64_t counter;
    uint64_t gauge;
    uint64_t histogram;
} recorded;

static void forget_last_error(void)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
}

/* Success does not touch the last error, and each failing call sets it. */
static bool has_worked(void)
{
    return promlet_last_error()[0] == '\0';
}

static void assert_shown(const char *text, const char *key, uint64_t expected)
{
    long double value = strict_value(text, key);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %llu", key, value, (unsigned long long)expected);
    }
}

/* ---- scenarios ------------------------------------------------------------------------------- */

static bool declare_counter(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter *counter = promlet_counter_new(
        registry,
        &(promlet_opts){.name = "sent_bytes_total", .help = "Bytes \\.", .unit = "bytes"});
    promlet_counter_inc(counter);
    recorded.counter += has_worked();
    return has_worked();
}

static bool declare_gauge(promlet_registry *registry)
{
    forget_last_error();
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "depth", .help = "Depth."});
    promlet_gauge_inc(gauge);
    recorded.gauge += has_worked();
    return has_worked();
}

static bool declare_histogram(promlet_registry *registry)
{
    forget_last_error();
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "time_seconds", .help = "Time."});
    promlet_histogram_observe(histogram, 1);
    recorded.histogram += has_worked();
    return has_worked();
}

static bool declare_each_kind(promlet_registry *registry)
{
    bool has_counter = declare_counter(registry);
    bool has_gauge = declare_gauge(registry);
    return declare_histogram(registry) && has_counter && has_gauge;
}

static void check_each_kind(const char *text)
{
    assert_shown(text, "sent_bytes_total", recorded.counter);
    assert_shown(text, "depth", recorded.gauge);
    assert_shown(text, "time_seconds_count", recorded.histogram);
    assert_shown(text, "time_seconds_sum", recorded.histogram);
}

static bool add_labelled_counter(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c_total", .labels = {"first", "second"}});
    promlet_counter_inc(promlet_counter_with(family, "a", "b"));
    recorded.counter += has_worked();
    return has_worked();
}

static bool add_labelled_gauge(promlet_registry *registry)
{
    forget_last_error();
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "g", .labels = {"first"}});
    promlet_gauge_inc(promlet_gauge_with(family, "a"));
    recorded.gauge += has_worked();
    return has_worked();
}

static bool add_labelled_histogram(promlet_registry *registry)
{
    forget_last_error();
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "h", .labels = {"first"}, PROMLET_BOUNDS(1, 2, 3)});
    promlet_histogram_observe(promlet_histogram_with(family, "a"), 1);
    recorded.histogram += has_worked();
    return has_worked();
}

static bool add_each_labelled_kind(promlet_registry *registry)
{
    bool has_counter = add_labelled_counter(registry);
    bool has_gauge = add_labelled_gauge(registry);
    return add_labelled_histogram(registry) && has_counter && has_gauge;
}

static void check_each_labelled_kind(const char *text)
{
    assert_shown(text, "c_total{first=\"a\",second=\"b\"}", recorded.counter);
    assert_shown(text, "g{first=\"a\"}", recorded.gauge);
    assert_shown(text, "h_count{first=\"a\"}", recorded.histogram);
    assert_shown(text, "h_sum{first=\"a\"}", recorded.histogram);
}

static bool add_many_series(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "many_total",
                                                             .labels = {"long_name"},
                                                             .max_series = MANY_SERIES_LIMIT});
    bool has_family = has_worked();
    bool is_complete = has_family;
    for (int i = 0; i < MANY_SERIES; i++) {
        char value[32];
        (void)snprintf(value, sizeof value, "a_value_of_some_length_%03d", i);
        forget_last_error();
        promlet_counter *counter = promlet_counter_with(family, value);
        is_complete = is_complete && has_worked();
        promlet_counter_inc(counter);
        recorded.counter += has_family && has_worked();
    }
    return is_complete;
}

static void check_many_series(const char *text)
{
    size_t series_count;
    long double total = strict_total(text, "many_total", &series_count);
    assert_int_equal(series_count, MANY_SERIES_LIMIT + 1);
    assert_true((uint64_t)total == recorded.counter);
}

static bool add_invalid_utf8(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c_total", .help = "\xc3(", .labels = {"key"}});
    promlet_counter_inc(promlet_counter_with(family, "\xff"));
    recorded.counter += has_worked();
    return has_worked();
}

static void check_invalid_utf8(const char *text)
{
    assert_shown(text, "c_total{key=\"\xef\xbf\xbd\"}", recorded.counter);
}

static bool scrape_as_text(promlet_registry *registry)
{
    bool is_declared = declare_each_kind(registry);
    forget_last_error();
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(promlet_last_error(), text == NULL ? "out of memory" : "");
    promlet_free(text);
    return text != NULL && is_declared;
}

/* More than the first piece of memory that a growing string asks for. */
static bool scrape_as_long_text(promlet_registry *registry)
{
    bool is_complete = add_many_series(registry);
    forget_last_error();
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(promlet_last_error(), text == NULL ? "out of memory" : "");
    promlet_free(text);
    return text != NULL && is_complete;
}

static bool scrape_as_snapshot(promlet_registry *registry)
{
    bool is_complete = add_each_labelled_kind(registry);
    forget_last_error();
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_string_equal(promlet_last_error(), snapshot == NULL ? "out of memory" : "");
    if (snapshot == NULL) {
        return false;
    }
    size_t length;
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, &length);
    assert_string_equal(promlet_last_error(), text == NULL ? "out of memory" : "");
    promlet_snapshot_release(snapshot);
    promlet_free(text);
    return text != NULL && is_complete;
}

static bool scrape_into_buffer(promlet_registry *registry)
{
    static char buffer[8192];
    size_t needed;
    bool is_declared = declare_each_kind(registry);
    promlet_status status = promlet_registry_copy_metrics(registry, buffer, sizeof buffer, &needed);
    assert_true(status == PROMLET_OK || status == PROMLET_ERROR_MEMORY);
    return status == PROMLET_OK && is_declared;
}

static bool look_for_findings(promlet_registry *registry)
{
    bool is_declared = declare_each_kind(registry);
    forget_last_error();
    int findings = promlet_lint(registry, NULL, NULL);
    assert_string_equal(promlet_last_error(), findings < 0 ? "out of memory" : "");
    return findings >= 0 && is_declared;
}

static bool drop_piece(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    return data != NULL && size > 0;
}

static bool scrape_through_writer(promlet_registry *registry)
{
    bool is_declared = declare_each_kind(registry);
    promlet_status status = promlet_registry_write_metrics(registry, drop_piece, NULL);
    assert_true(status == PROMLET_OK || status == PROMLET_ERROR_MEMORY);
    return status == PROMLET_OK && is_declared;
}

/* counter: how often a negative amount was refused; histogram: a NaN. */
static bool show_self_metrics(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "sent_bytes_total"});
    bool is_complete = has_worked();
    promlet_counter_add(counter, -1);
    promlet_counter_add(counter, __builtin_nan(""));
    recorded.counter += is_complete;
    char *text = promlet_registry_get_metrics(registry);
    promlet_free(text);
    return text != NULL && is_complete;
}

static void check_self_metrics(const char *text)
{
    assert_shown(text, "promlet_dropped_total{reason=\"negative\"}", recorded.counter);
    assert_shown(text, "promlet_dropped_total{reason=\"nan\"}", recorded.counter);
}

/* ---- the loop over faults -------------------------------------------------------------------- */

static void scrape_and_check(promlet_registry *registry, void (*check)(const char *text))
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    check(text);
    promlet_free(text);
}

/* False when the scenario never made its n-th request. */
static bool run_with_fault(const scenario *tested, long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    memset(&recorded, 0, sizeof recorded);
    promlet_registry *registry = new_registry();
    allocations_refuse(n, on);
    bool has_run = tested->run(registry);
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    const char *why;
    promlet_status status = promlet_registry_status(registry, &why);
    if (status != PROMLET_OK && status != PROMLET_ERROR_MEMORY) {
        fail_msg("%s, fault %ld: status %d: %s", tested->name, n, (int)status, why);
    }
    if (!has_run && !is_refused) {
        fail_msg("%s: failed without a fault: %s", tested->name, promlet_last_error());
    }
    if (!tested->run(registry)) {
        fail_msg("%s, fault %ld: the retry failed: %s", tested->name, n, promlet_last_error());
    }
    scrape_and_check(registry, tested->check);
    promlet_registry_free(registry);
    long left = atomic_load(&allocations_alive) - alive;
    if (left != 0) {
        fail_msg("%s, fault %ld: %ld allocations are left over", tested->name, n, left);
    }
    return is_refused;
}

/* How many requests a scenario can be refused. */
static long count_fault_points(const scenario *tested, bool on)
{
    long n = 1;
    while (run_with_fault(tested, n, on)) {
        assert_true(++n < MOST_FAULT_POINTS);
    }
    return n - 1;
}

static void each_scenario_with_each_allocation_refused_recovers(void **state)
{
    (void)state;
    static const scenario scenarios[] = {
        {"each kind", declare_each_kind, check_each_kind},
        {"each kind with labels", add_each_labelled_kind, check_each_labelled_kind},
        {"100 series", add_many_series, check_many_series},
        {"invalid UTF-8", add_invalid_utf8, check_invalid_utf8},
        {"text", scrape_as_text, check_each_kind},
        {"long text", scrape_as_long_text, check_many_series},
        {"snapshot", scrape_as_snapshot, check_each_labelled_kind},
        {"buffer", scrape_into_buffer, check_each_kind},
        {"writer", scrape_through_writer, check_each_kind},
        {"linter", look_for_findings, check_each_kind},
        {"self metrics", show_self_metrics, check_self_metrics},
    };
    long all = 0;
    for (size_t i = 0; i < COUNT_OF(scenarios); i++) {
        long once = count_fault_points(&scenarios[i], false);
        long on = count_fault_points(&scenarios[i], true);
        print_message("%-22s %4ld fault points, %4ld with all that follow\n", scenarios[i].name,
                      once, on);
        assert_true(once > 0 && on > 0);
        all += once + on;
    }
    print_message("%ld fault points in all\n", all);
}

static void new_registry_with_each_allocation_refused_is_null(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    long n = 1;
    for (;; n++) {
        forget_last_error();
        allocations_refuse(n, false);
        promlet_registry *registry = promlet_registry_new();
        bool is_refused = atomic_load(&allocations_asked) >= n;
        allocations_refuse(0, false);
        assert_int_equal(registry == NULL, is_refused);
        assert_string_equal(promlet_last_error(), is_refused ? "out of memory" : "");
        if (registry != NULL) {
            promlet_registry_free(registry);
            break;
        }
        assert_true(atomic_load(&allocations_alive) == alive);
    }
    assert_true(n > 1);
    assert_true(atomic_load(&allocations_alive) == alive);
}

static void formatting_with_each_allocation_refused_leaves_snapshot_readable(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_true(add_many_series(registry));
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    long alive = atomic_load(&allocations_alive);
    long n = 1;
    char *text = NULL;
    while (text == NULL) {
        assert_true(atomic_load(&allocations_alive) == alive);
        allocations_refuse(n++, false);
        text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
        allocations_refuse(0, false);
    }
    strict_verdict verdict;
    assert_true(strict_is_well_formed(text, &verdict));
    /* The first piece of memory and at least one that is larger. */
    assert_true(n > 3);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

/* ---- file-scope metrics; each fault in a process of its own, since nothing there is freed -----
 */

static void check_static(const char *text)
{
    assert_shown(text, "static_jobs_total", 3);
    assert_shown(text, "static_depth", 4);
    assert_shown(text, "static_seconds_count", 1);
    assert_shown(text, "static_seconds_sum", 2);
    assert_shown(text, "static_seconds_bucket{le=\"1.0\"}", 0);
}

enum child_result { CHILD_REFUSED = 10, CHILD_NOT_REFUSED, CHILD_LEAKS, CHILD_FAILED };

/* usual: what is alive after a scrape to which nothing was refused. */
static int run_static_child(long n, bool on, long usual)
{
    allocations_refuse(n, on);
    char *text = promlet_get_metrics();
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    /* One request is survived without a word: sorting is only slower without it. */
    if (text == NULL && !is_refused) {
        return CHILD_FAILED;
    }
    if (text != NULL) {
        check_static(text);
    }
    promlet_free(text);
    scrape_and_check(NULL, check_static);
    if (promlet_registry_status(NULL, NULL) != PROMLET_OK) {
        return CHILD_FAILED;
    }
    if (atomic_load(&allocations_alive) != usual) {
        return CHILD_LEAKS;
    }
    return is_refused ? CHILD_REFUSED : CHILD_NOT_REFUSED;
}

static int result_of_child(long n, bool on, long usual)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(run_static_child(n, on, usual));
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_FAILED;
}

/* What the default registry holds after a scrape, as a child counts it. */
static long measure_usual_allocations(void)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        promlet_free(promlet_get_metrics());
        long alive = atomic_load(&allocations_alive);
        _exit(write(pipes[1], &alive, sizeof alive) == sizeof alive ? 0 : 1);
    }
    long usual = 0;
    assert_true(read(pipes[0], &usual, sizeof usual) == sizeof usual);
    assert_true(waitpid(child, NULL, 0) == child);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    return usual;
}

static void static_refresh_with_each_allocation_refused_recovers(void **state)
{
    (void)state;
    promlet_counter_add_u64(static_counter, 3);
    promlet_gauge_set(static_gauge, 4);
    promlet_histogram_observe(static_histogram, 2);
    long usual = measure_usual_allocations();
    assert_true(usual > 0);
    for (int on = 0; on < 2; on++) {
        long n = 1;
        int result;
        while ((result = result_of_child(n, on == 1, usual)) == CHILD_REFUSED) {
            n++;
        }
        print_message("file-scope metrics: %ld fault points\n", n - 1);
        assert_int_equal(result, CHILD_NOT_REFUSED);
        assert_true(n > 1);
    }
}

/* What a refused scrape has learnt of modules that came and went must not be lost with it. */
static void module_reloaded_before_refused_scrape_is_counted_exactly(void **state)
{
    (void)state;
    uint64_t recorded_in_module = 0;
    bool is_refused = true;
    long n = 0;
    while (is_refused) {
        struct open_plugin plugin = open_plugin(PLUGIN_A);
        promlet_counter_add_u64(plugin.metrics.own_jobs, 5);
        promlet_free(promlet_get_metrics());
        close_module(plugin.module, PLUGIN_A);
        plugin = open_plugin(PLUGIN_A);
        promlet_counter_add_u64(plugin.metrics.own_jobs, 3);
        recorded_in_module += 8;
        allocations_refuse(++n, false);
        promlet_free(promlet_get_metrics());
        is_refused = atomic_load(&allocations_asked) >= n;
        allocations_refuse(0, false);
        char *text = promlet_get_metrics();
        assert_shown(text, "plugin_a_jobs_total", recorded_in_module);
        promlet_free(text);
        close_module(plugin.module, PLUGIN_A);
    }
    print_message("reloaded module: %ld fault points\n", n - 1);
    assert_true(n > 1);
}

int main(void)
{
    make_what_lasts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_registry_with_each_allocation_refused_is_null),
        cmocka_unit_test(each_scenario_with_each_allocation_refused_recovers),
        cmocka_unit_test(formatting_with_each_allocation_refused_leaves_snapshot_readable),
        cmocka_unit_test(static_refresh_with_each_allocation_refused_recovers),
        cmocka_unit_test(module_reloaded_before_refused_scrape_is_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
