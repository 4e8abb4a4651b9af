/* SPDX-License-Identifier: Apache-2.0 */
/* Out of memory while metrics without special options are declared, found, recorded and scraped. */
#include "support/faults.h"

#define MANY_SERIES 100
#define MANY_SERIES_LIMIT 90

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
    int findings = promlet_registry_lint(registry, NULL, NULL);
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

/* ---- tests ----------------------------------------------------------------------------------- */

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
    refuse_each_allocation(scenarios, COUNT_OF(scenarios));
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

int main(void)
{
    make_what_lasts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_registry_with_each_allocation_refused_is_null),
        cmocka_unit_test(each_scenario_with_each_allocation_refused_recovers),
        cmocka_unit_test(formatting_with_each_allocation_refused_leaves_snapshot_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
