/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of registry/names.h and of what a declaration refuses, each rule with its sentence. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <math.h>

/* Declaring a family of this kind with these options fails with this sentence. */
static void expect_refused(bool is_counter, const promlet_opts *options, promlet_status status,
                           const char *sentence)
{
    promlet_registry *registry = new_registry();
    if (is_counter) {
        promlet_counter_family_new(registry, options);
    } else {
        promlet_histogram_family_new(registry, options);
    }
    expect_status(registry, status, sentence);
    assert_string_equal(promlet_last_error(), sentence);
    promlet_registry_free(registry);
}

static void expect_accepted(const promlet_opts *options)
{
    promlet_registry *registry = new_registry();
    promlet_gauge_family_new(registry, options);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

/* ---- metric names ---------------------------------------------------------------------------- */

static void metric_name_null_is_refused(void **state)
{
    (void)state;
    expect_refused(true, &(promlet_opts){.help = "x"}, PROMLET_ERROR_NAME,
                   "a metric's name is NULL");
}

static void metric_name_with_bad_characters_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",        "1st", "a-b", "a b", "a.b", "a{b}", "a\nb",  "a\"",   " a", "a ", "\xc3\xa9t",
        "bad\xff", "#a",  "a/b", "a@b", "a[",  "a`",   "a\x7f", "a\x01", "9",  "a+", "a\xe2\x80"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence,
                       "%s: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*", names[i]);
        expect_refused(true, &(promlet_opts){.name = names[i]}, PROMLET_ERROR_NAME, sentence);
    }
}

static void metric_name_of_any_allowed_shape_is_accepted(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "Z", "_", ":", "a:b", "_1", ":9", "azAZ09_:", "__a"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        expect_accepted(&(promlet_opts){.name = names[i]});
    }
}

static void metric_name_of_1000_bytes_is_kept(void **state)
{
    (void)state;
    char name[1001];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = name, .help = "Long."});
    char expected[4000];
    (void)snprintf(expected, sizeof expected,
                   "# HELP %s Long.\n"
                   "# TYPE %s gauge\n"
                   "%s 0\n"
                   "# EOF\n",
                   name, name, name);
    expect_metrics(registry, "names_long", NULL, expected);
    promlet_registry_free(registry);
}

static void metric_name_long_and_bad_is_cut_in_the_sentence(void **state)
{
    (void)state;
    char name[1001];
    memset(name, '-', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    char sentence[256];
    (void)snprintf(sentence, sizeof sentence,
                   "%.100s: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*", name);
    expect_refused(true, &(promlet_opts){.name = name}, PROMLET_ERROR_NAME, sentence);
}

static void metric_name_of_promlet_itself_is_refused(void **state)
{
    (void)state;
    static const char *const stems[] = {"promlet_dropped", "promlet_series", "promlet_memory"};
    static const char *const suffixes[] = {"", "_total", "_created", "_total_total"};
    for (size_t i = 0; i < COUNT_OF(stems); i++) {
        for (size_t j = 0; j < COUNT_OF(suffixes); j++) {
            char name[60];
            char sentence[200];
            (void)snprintf(name, sizeof name, "%s%s", stems[i], suffixes[j]);
            (void)snprintf(sentence, sizeof sentence,
                           "%s: names that begin with %s are reserved for promlet's own metrics",
                           name, stems[i]);
            expect_refused(false, &(promlet_opts){.name = name}, PROMLET_ERROR_NAME, sentence);
        }
    }
}

static void metric_name_that_only_begins_with_promlet_is_accepted(void **state)
{
    (void)state;
    expect_accepted(&(promlet_opts){.name = "promlet_users"});
    expect_accepted(&(promlet_opts){.name = "promlet"});
}

/* ---- the suffix of counters ------------------------------------------------------------------ */

static void counter_name_without_total_gets_it_with_a_warning(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_new(registry, &(promlet_opts){.name = "jobs", .help = "Jobs done."});
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "jobs_total: it was declared without its suffix _total, which was added");
    expect_metrics(registry, "names_completed", NULL,
                   "# HELP jobs_total Jobs done.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void counter_name_with_total_is_kept_without_a_warning(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs done."});
    stop_to_hear();
    assert_int_equal(heard.count, 0);
    promlet_registry_free(registry);
}

/* ---- label names ----------------------------------------------------------------------------- */

static void label_name_with_bad_characters_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"", "1a", "a-b", "a:b", "a b", "a.b", "\xc3\xa9", "a\n"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence,
                       "foo_total: label name \"%s\" must be [a-zA-Z_][a-zA-Z0-9_]*", names[i]);
        expect_refused(true, &(promlet_opts){.name = "foo_total", .labels = {"ok", names[i]}},
                       PROMLET_ERROR_NAME, sentence);
    }
}

static void label_name_reserved_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"le", "foo_total: label name \"le\" is reserved for histograms"},
        {"quantile", "foo_total: label name \"quantile\" is reserved for summaries"},
        {"__x", "foo_total: label name \"__x\" is reserved (it starts with __)"},
        {"__name__", "foo_total: label name \"__name__\" is reserved (it starts with __)"},
        {"__", "foo_total: label name \"__\" is reserved (it starts with __)"},
        {"otel_metric_overflow",
         "foo_total: label name \"otel_metric_overflow\" is reserved for the overflow series"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const promlet_opts options = {.name = "foo_total", .labels = {cases[i][0]}};
        expect_refused(true, &options, PROMLET_ERROR_NAME, cases[i][1]);
    }
}

static void label_name_le_of_a_histogram_is_refused(void **state)
{
    (void)state;
    expect_refused(false, &(promlet_opts){.name = "foo", .labels = {"le"}}, PROMLET_ERROR_NAME,
                   "foo: label name \"le\" is reserved for histograms");
}

static void label_name_twice_is_refused(void **state)
{
    (void)state;
    expect_refused(true, &(promlet_opts){.name = "foo_total", .labels = {"a", "b", "a"}},
                   PROMLET_ERROR_NAME, "foo_total: label name \"a\" stands twice");
}

static void label_names_that_only_look_reserved_are_accepted(void **state)
{
    (void)state;
    expect_accepted(&(promlet_opts){
        .name = "foo",
        .labels = {"_x", "LE", "lee", "Quantile", "quantile_", "otel_metric_overflow_", "_"}});
}

static void label_names_32_are_accepted(void **state)
{
    (void)state;
    static char names[PROMLET_MAX_LABELS][8];
    promlet_opts options = {.name = "foo"};
    for (int i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%d", i);
        options.labels[i] = names[i];
    }
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    promlet_gauge_set(promlet_gauge_with_values(family, options.labels, PROMLET_MAX_LABELS), 1);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void metric_without_family_refuses_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "foo", .labels = {"a"}});
    expect_status(registry, PROMLET_ERROR_LABELS,
                  "foo: it has labels, so declare it with promlet_gauge_family_new()");
    promlet_registry_free(registry);
}

/* ---- units ----------------------------------------------------------------------------------- */

static void unit_that_ends_the_name_is_accepted(void **state)
{
    (void)state;
    expect_accepted(&(promlet_opts){.name = "wait_seconds", .unit = "seconds"});
    expect_accepted(&(promlet_opts){.name = "wait", .unit = ""});
}

static void unit_of_a_counter_stands_before_total(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "sent_bytes_total", .unit = "bytes"});
    promlet_counter_new(registry, &(promlet_opts){.name = "read_bytes", .unit = "bytes"});
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void unit_that_the_name_does_not_end_in_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"wait", "seconds", "waitseconds", "wait_seconds_x", "_s"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence, "%s: the name must end in _seconds, its unit",
                       names[i]);
        expect_refused(false, &(promlet_opts){.name = names[i], .unit = "seconds"},
                       PROMLET_ERROR_NAME, sentence);
    }
}

static void unit_of_a_counter_that_the_name_lacks_is_refused(void **state)
{
    (void)state;
    expect_refused(true, &(promlet_opts){.name = "sent_total", .unit = "bytes"}, PROMLET_ERROR_NAME,
                   "sent_total: the name must end in _bytes_total, its unit");
    expect_refused(true, &(promlet_opts){.name = "bytes_total", .unit = "bytes"},
                   PROMLET_ERROR_NAME, "bytes_total: the name must end in _bytes_total, its unit");
}

/* ---- bounds ---------------------------------------------------------------------------------- */

static void expect_bounds_refused(const double *bounds, size_t count, const char *sentence)
{
    expect_refused(false, &(promlet_opts){.name = "foo", .bounds = bounds, .bound_count = count},
                   PROMLET_ERROR_BOUNDS, sentence);
}

static void bounds_not_rising_are_refused(void **state)
{
    (void)state;
    const char *sentence = "foo: bucket bound number 2 is not above the one before it";
    expect_bounds_refused((const double[]){2, 1}, 2, sentence);
    expect_bounds_refused((const double[]){1, 1}, 2, sentence);
    expect_bounds_refused((const double[]){-0.0, 0.0}, 2, sentence);
}

static void bounds_not_finite_are_refused(void **state)
{
    (void)state;
    expect_bounds_refused((const double[]){NAN}, 1,
                          "foo: bucket bound number 1 is not finite (+Inf is implied)");
    expect_bounds_refused((const double[]){1, NAN}, 2,
                          "foo: bucket bound number 2 is not finite (+Inf is implied)");
    expect_bounds_refused((const double[]){-INFINITY, 1}, 2,
                          "foo: bucket bound number 1 is not finite (+Inf is implied)");
    expect_bounds_refused((const double[]){1, INFINITY, 2}, 3,
                          "foo: bucket bound number 2 is not finite (+Inf is implied)");
    expect_bounds_refused((const double[]){1, INFINITY, INFINITY}, 3,
                          "foo: bucket bound number 2 is not finite (+Inf is implied)");
}

static void bounds_too_many_are_refused(void **state)
{
    (void)state;
    static double bounds[PROMLET_MAX_BOUNDS + 1];
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        bounds[i] = (double)i;
    }
    expect_bounds_refused(bounds, COUNT_OF(bounds), "foo: 1001 bucket bounds are more than 1000");
}

static void bounds_null_with_a_count_are_refused(void **state)
{
    (void)state;
    expect_bounds_refused(NULL, 3, "foo: bounds is NULL, but bound_count is 3");
}

static void bounds_of_another_kind_are_refused(void **state)
{
    (void)state;
    static const double bounds[] = {1};
    const char *sentence = "foo_total: a counter has no bucket bounds";
    expect_refused(true, &(promlet_opts){.name = "foo_total", .bounds = bounds},
                   PROMLET_ERROR_BOUNDS, sentence);
    expect_refused(true, &(promlet_opts){.name = "foo_total", .bound_count = 1},
                   PROMLET_ERROR_BOUNDS, sentence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metric_name_null_is_refused),
        cmocka_unit_test(metric_name_with_bad_characters_is_refused),
        cmocka_unit_test(metric_name_of_any_allowed_shape_is_accepted),
        cmocka_unit_test(metric_name_of_1000_bytes_is_kept),
        cmocka_unit_test(metric_name_long_and_bad_is_cut_in_the_sentence),
        cmocka_unit_test(metric_name_of_promlet_itself_is_refused),
        cmocka_unit_test(metric_name_that_only_begins_with_promlet_is_accepted),
        cmocka_unit_test(counter_name_without_total_gets_it_with_a_warning),
        cmocka_unit_test(counter_name_with_total_is_kept_without_a_warning),
        cmocka_unit_test(label_name_with_bad_characters_is_refused),
        cmocka_unit_test(label_name_reserved_is_refused),
        cmocka_unit_test(label_name_le_of_a_histogram_is_refused),
        cmocka_unit_test(label_name_twice_is_refused),
        cmocka_unit_test(label_names_that_only_look_reserved_are_accepted),
        cmocka_unit_test(label_names_32_are_accepted),
        cmocka_unit_test(metric_without_family_refuses_labels),
        cmocka_unit_test(unit_that_ends_the_name_is_accepted),
        cmocka_unit_test(unit_of_a_counter_stands_before_total),
        cmocka_unit_test(unit_that_the_name_does_not_end_in_is_refused),
        cmocka_unit_test(unit_of_a_counter_that_the_name_lacks_is_refused),
        cmocka_unit_test(bounds_not_rising_are_refused),
        cmocka_unit_test(bounds_not_finite_are_refused),
        cmocka_unit_test(bounds_too_many_are_refused),
        cmocka_unit_test(bounds_null_with_a_count_are_refused),
        cmocka_unit_test(bounds_of_another_kind_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
