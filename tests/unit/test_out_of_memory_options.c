/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of memory where metrics have options, where series overflow, where label values are recorded
 * by, and where a log callback listens. A new feature gets a scenario: one function and one line.
 */
#include "support/faults.h"

static void check_counter(const char *text)
{
    assert_shown(text, "c_total", recorded.counter);
}

/* ---- overflow -------------------------------------------------------------------------------- */

/* Three label sets where there is room for one: the total stays exact whatever was refused. */
static bool overflow(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c_total", .labels = {"x"}, .max_series = 1});
    bool is_complete = has_worked();
    for (int i = 0; is_complete && i < 3; i++) {
        const char *value = (const char *[]){"a", "b", "c"}[i];
        forget_last_error();
        promlet_counter_inc(promlet_counter_with(family, value));
        recorded.counter += has_worked();
        is_complete = is_complete && has_worked();
    }
    char *text = promlet_registry_get_metrics(registry);
    promlet_free(text);
    return is_complete && text != NULL;
}

static void check_total(const char *text)
{
    long double total = strict_total(text, "c_total", NULL);
    assert_true((uint64_t)total == recorded.counter);
}

/* ---- a limit of memory ------------------------------------------------------------------------
 */

#define LIMITED_BYTES 2000

/* More series than there may be memory for, in a registry that tells how much they have. */
static bool use_up_memory(promlet_registry *registry)
{
    promlet_registry_opts options = {.max_memory_bytes = LIMITED_BYTES, .show_usage = true};
    forget_last_error();
    if (promlet_registry_configure(registry, &options) != PROMLET_OK) {
        return false;
    }
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "c_total", .labels = {"x"}});
    bool is_complete = has_worked();
    for (char value[] = "a"; is_complete && value[0] <= 'z'; value[0]++) {
        forget_last_error();
        promlet_counter_inc_by(family, value);
        recorded.counter += has_worked();
        is_complete = is_complete && has_worked();
    }
    char *text = promlet_registry_get_metrics(registry);
    promlet_free(text);
    return is_complete && text != NULL;
}

static void check_total_and_usage(const char *text)
{
    check_total(text);
    assert_true(strict_value(text, "promlet_series_overflow_total{family=\"c_total\"}") > 0);
    assert_true(strict_value(text, "promlet_series{family=\"c_total\"}") > 1);
    long double bytes = strict_value(text, "promlet_memory_bytes");
    assert_true(bytes > LIMITED_BYTES / 2 && bytes < LIMITED_BYTES * 2);
}

/* ---- recording by label values --------------------------------------------------------------- */

static bool record_by_values(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c_total", .labels = {"x", "y"}});
    bool is_complete = has_worked();
    static const char *const values[] = {"a", "", "\xff", "a rather long value of a label"};
    for (size_t i = 0; is_complete && i < COUNT_OF(values); i++) {
        forget_last_error();
        promlet_counter_inc_by(family, values[i], "y");
        recorded.counter += has_worked();
        is_complete = is_complete && has_worked();
    }
    return is_complete;
}

/* ---- cells for each CPU ---------------------------------------------------------------------- */

/* A series that is given no per-CPU cells counts all the same. */
static bool spread_at_once(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "c_total", .cells = PROMLET_CELLS_PER_CPU});
    promlet_counter_inc(counter);
    recorded.counter += has_worked();
    bool is_complete = has_worked();
    forget_last_error();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "h", .cells = PROMLET_CELLS_PER_CPU});
    promlet_histogram_observe(histogram, 1);
    recorded.histogram += has_worked();
    return is_complete && has_worked();
}

static void check_spread(const char *text)
{
    assert_shown(text, "c_total", recorded.counter);
    assert_shown(text, "h_count", recorded.histogram);
    assert_shown(text, "h_sum", recorded.histogram);
}

/* ---- bounds, help, unit ---------------------------------------------------------------------- */

static bool declare_with_all_options(promlet_registry *registry)
{
    static const double bounds[] = {-1, -0.0, 1e-9, 0.5, 1, 1e300};
    forget_last_error();
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "h_seconds",
                                                               .help = "\xff and \\ and \n.",
                                                               .unit = "seconds",
                                                               .labels = {"a", "b", "c"},
                                                               .bounds = bounds,
                                                               .bound_count = COUNT_OF(bounds),
                                                               .max_series = 3});
    promlet_histogram_observe(promlet_histogram_with(family, "\xc3\x28", "", "c"), 1);
    recorded.histogram += has_worked();
    return has_worked();
}

static void check_all_options(const char *text)
{
    assert_true((uint64_t)strict_total(text, "h_seconds_count", NULL) == recorded.histogram);
}

/* ---- names that need escaping ---------------------------------------------------------------- */

static bool use_utf8_names(promlet_registry *registry)
{
    promlet_registry_opts options = {.utf8_names = true, .const_labels = {{"data.center", "a"}}};
    forget_last_error();
    if (promlet_registry_configure(registry, &options) != PROMLET_OK) {
        return false;
    }
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c.total", .labels = {"queue.name"}});
    promlet_counter_inc(promlet_counter_with(family, "x"));
    recorded.counter += has_worked();
    return has_worked();
}

static void check_escaped(const char *text)
{
    long double total = strict_total(text, "c_total_total", NULL);
    assert_true((uint64_t)total == recorded.counter);
}

/* ---- declarations that are refused ----------------------------------------------------------- */

/* Why is kept without memory, so the sentence is there though nothing is left. */
static bool be_refused(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter *counter = promlet_counter_new(registry, &(promlet_opts){.name = "c"});
    promlet_counter_inc(counter);
    recorded.counter += has_worked();
    bool is_complete = has_worked();
    promlet_registry *other = promlet_registry_new();
    if (other == NULL) {
        return false;
    }
    (void)promlet_counter_new(other, &(promlet_opts){.name = "c"});
    (void)promlet_gauge_new(other, &(promlet_opts){.name = "c_total"});
    (void)promlet_gauge_new(other, &(promlet_opts){.name = "1"});
    const char *why;
    assert_true(promlet_registry_status(other, &why) != PROMLET_OK);
    assert_true(why[0] != '\0');
    promlet_registry_free(other);
    return is_complete;
}

/* ---- a log callback -------------------------------------------------------------------------- */

/* One that scrapes what it hears of, and leaves the last error as it was. */
static void scrape_from_log(const char *message, void *ctx)
{
    char before[256];
    assert_non_null(message);
    (void)snprintf(before, sizeof before, "%s", promlet_last_error());
    promlet_free(promlet_registry_get_metrics(ctx));
    (void)promlet_set_last_error(PROMLET_OK, before);
}

static bool listen(promlet_registry *registry)
{
    promlet_set_log_callback(scrape_from_log, registry);
    forget_last_error();
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "c", .help = "\xff"});
    promlet_counter_inc(counter);
    bool is_complete = has_worked();
    recorded.counter += is_complete;
    (void)promlet_gauge_family_new(registry, &(promlet_opts){.name = "g", .labels = {"x"}});
    promlet_registry_set_cell_budget(registry, 0);
    char *text = promlet_registry_get_metrics(registry);
    promlet_free(text);
    promlet_set_log_callback(NULL, NULL);
    return is_complete && text != NULL;
}

/* ---- snapshots that outlive their registry --------------------------------------------------- */

static bool outlive(promlet_registry *registry)
{
    forget_last_error();
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "c_total"}));
    recorded.counter += has_worked();
    bool is_complete = has_worked();
    promlet_registry *other = promlet_registry_new();
    if (other == NULL) {
        return false;
    }
    promlet_gauge_set(promlet_gauge_new(other, &(promlet_opts){.name = "g"}), 1);
    promlet_snapshot *snapshot = promlet_snapshot_take(other);
    promlet_registry_free(other);
    char *text = snapshot == NULL
                     ? NULL
                     : promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    is_complete = is_complete && text != NULL;
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    return is_complete;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void each_scenario_with_each_allocation_refused_recovers(void **state)
{
    (void)state;
    static const scenario scenarios[] = {
        {"overflow", overflow, check_total},
        {"limit of memory", use_up_memory, check_total_and_usage},
        {"recording by label values", record_by_values, check_total},
        {"per-CPU cells", spread_at_once, check_spread},
        {"all options", declare_with_all_options, check_all_options},
        {"names that need escaping", use_utf8_names, check_escaped},
        {"refused declarations", be_refused, check_counter},
        {"log callback that scrapes", listen, check_counter},
        {"snapshot without registry", outlive, check_counter},
    };
    refuse_each_allocation(scenarios, COUNT_OF(scenarios));
}

int main(void)
{
    /* Made once for the process and kept, so it must be there before allocations are counted. */
    (void)promlet_get_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scenario_with_each_allocation_refused_recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
