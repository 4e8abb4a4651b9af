/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_registry_opts.utf8_names: which names are taken then, which are still refused,
   and which can't stand side by side because escaping makes them the same. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <promlet/lint.h>

static promlet_registry *registry;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true}),
        PROMLET_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

static void declare_gauge(const char *name, const char *label)
{
    promlet_gauge_family_new(registry, &(promlet_opts){.name = name, .labels = {label}});
}

static void expect_accepted(void)
{
    expect_status(registry, PROMLET_OK, "");
}

static void expect_refused(const char *sentence)
{
    expect_status(registry, PROMLET_ERROR_NAME, sentence);
}

static void expect_conflict(const char *sentence)
{
    expect_status(registry, PROMLET_ERROR_CONFLICT, sentence);
}

/* ---- what is taken --------------------------------------------------------------------------- */

static const char *const odd_names[] = {
    "http.server.duration",
    "1st",
    "\xc3\xa9t\xc3\xa9",
    "\xe6\xb8\xa9\xe5\xba\xa6 in \xc2\xb0",
    "a\"b",
    "a\\b",
    "a\nb",
    "a{b=\"c\"} 1",
    "\x01\x7f",
    "#",
    " leading",
    "trailing ",
    "a,b=c;d",
    "\xf0\x9f\x98\x80",
};

static void any_utf8_is_a_name_of_a_metric(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(odd_names); i++) {
        promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = odd_names[i]}), 1);
        expect_accepted();
        assert_int_equal(promlet_registry_unregister(registry, odd_names[i]), PROMLET_OK);
    }
}

static void any_utf8_is_a_name_of_a_label(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(odd_names); i++) {
        promlet_gauge_family *family = promlet_gauge_family_new(
            registry, &(promlet_opts){.name = "g", .labels = {"plain", odd_names[i]}});
        promlet_gauge *by_place = promlet_gauge_with(family, "x", "y");
        assert_ptr_equal(promlet_gauge_with_labels(family, {odd_names[i], "y"}, {"plain", "x"}),
                         by_place);
        promlet_gauge_family *view = promlet_gauge_family_curry(family, {odd_names[i], "y"});
        assert_ptr_equal(promlet_gauge_with(view, "x"), by_place);
        expect_accepted();
        assert_int_equal(promlet_registry_unregister(registry, "g"), PROMLET_OK);
    }
}

static void all_32_labels_may_have_such_names(void **state)
{
    (void)state;
    promlet_opts options = {.name = "many.labels"};
    char names[PROMLET_MAX_LABELS][16];
    const char *values[PROMLET_MAX_LABELS];
    for (int i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "label.%d.\xc3\xa9", i);
        options.labels[i] = names[i];
        values[i] = "v";
    }
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    expect_accepted();
    assert_ptr_equal(promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS),
                     promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS));
}

static void suffixes_are_completed_alike(void **state)
{
    (void)state;
    const void *counter = promlet_counter_new(registry, &(promlet_opts){.name = "jobs.done"});
    assert_ptr_equal(promlet_counter_new(registry, &(promlet_opts){.name = "jobs.done_total"}),
                     counter);
    promlet_gauge_new(registry, &(promlet_opts){.name = "jobs.time_seconds", .unit = "seconds"});
    expect_accepted();
    promlet_gauge_new(registry, &(promlet_opts){.name = "jobs.time", .unit = "seconds"});
    expect_refused("jobs.time: the name must end in _seconds, its unit");
}

static void prefix_and_constant_labels_may_be_utf8(void **state)
{
    (void)state;
    promlet_registry_opts options = {
        .utf8_names = true, .prefix = "my.app.", .const_labels = {{"data.center", "a"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    promlet_gauge_new(registry, &(promlet_opts){.name = "depth"});
    expect_accepted();
    assert_int_equal(promlet_registry_unregister(registry, "my.app.depth"), PROMLET_OK);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void names_of_metrics_are_refused_that_are_empty_or_not_utf8(void **state)
{
    (void)state;
    promlet_gauge_new(registry, &(promlet_opts){.name = ""});
    expect_refused(": a metric's name must be UTF-8 and not empty");
    static const char *const names[] = {"a\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xae", "\x80"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence, "%s: a metric's name must be UTF-8 and not empty",
                       names[i]);
        promlet_gauge_new(registry, &(promlet_opts){.name = names[i]});
        assert_string_equal(promlet_last_error(), sentence);
    }
}

static void names_of_labels_are_refused_that_are_empty_or_not_utf8(void **state)
{
    (void)state;
    declare_gauge("g.a", "");
    expect_refused("g.a: label name \"\" must be UTF-8 and not empty");
    declare_gauge("g.a", "b\xff");
    assert_string_equal(promlet_last_error(),
                        "g.a: label name \"b\xff\" must be UTF-8 and not empty");
}

static void reserved_names_of_labels_stay_reserved(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"__name__", "is reserved (it starts with __)"},
        {"__\xc3\xa9", "is reserved (it starts with __)"},
        {"le", "is reserved for histograms"},
        {"quantile", "is reserved for summaries"},
        {"otel_metric_overflow", "is reserved for the overflow series"},
        {"..name..", "is reserved (escaped by underscores it is __name__)"},
        {"otel.metric.overflow", "is reserved (escaped by underscores it is otel_metric_overflow)"},
        {"otel/metric.overflow", "is reserved (escaped by underscores it is otel_metric_overflow)"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char sentence[200];
        (void)snprintf(sentence, sizeof sentence, "g: label name \"%s\" %s", rows[i][0],
                       rows[i][1]);
        declare_gauge("g", rows[i][0]);
        assert_string_equal(promlet_last_error(), sentence);
    }
}

static void promlets_own_names_stay_reserved_even_if_escaped(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"promlet_dropped.x", "promlet_dropped"},   {"promlet.dropped_total", "promlet_dropped"},
        {"promlet/series", "promlet_series"},       {"promlet.memory.bytes", "promlet_memory"},
        {"promlet collector", "promlet_collector"},
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[200];
        (void)snprintf(sentence, sizeof sentence,
                       "%s: names that begin with %s are reserved for promlet's own metrics",
                       names[i][0], names[i][1]);
        declare_gauge(names[i][0], NULL);
        assert_string_equal(promlet_last_error(), sentence);
    }
}

static void units_stay_plain(void **state)
{
    (void)state;
    promlet_gauge_new(registry, &(promlet_opts){.name = "t_\xc2\xb0", .unit = "\xc2\xb0"});
    expect_refused("t_\xc2\xb0: its unit \"\xc2\xb0\" must be [a-zA-Z0-9_:]*");
}

static void state_set_may_be_called_as_a_label_may(void **state)
{
    (void)state;
    promlet_state_set_new(registry, &(promlet_opts){.name = "my.state.set", PROMLET_STATES("on")});
    expect_accepted();
    promlet_state_set_new(registry, &(promlet_opts){.name = "le", PROMLET_STATES("on")});
    expect_refused("le: label name \"le\" is reserved for histograms");
}

static void nothing_of_it_holds_without_the_option(void **state)
{
    (void)state;
    promlet_registry *plain = new_registry();
    promlet_gauge_new(plain, &(promlet_opts){.name = "a.b"});
    expect_status(plain, PROMLET_ERROR_NAME,
                  "a.b: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    promlet_registry_opts options = {.prefix = "a."};
    assert_int_equal(promlet_registry_configure(plain, &options), PROMLET_ERROR_NAME);
    promlet_registry_free(plain);
}

static void option_is_fixed_by_the_first_metric(void **state)
{
    (void)state;
    promlet_registry_opts options = {.utf8_names = true};
    declare_gauge("g", NULL);
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    options.utf8_names = false;
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_ERROR_CONFLICT);
    expect_conflict("a registry: whether its names may be UTF-8 can't be changed after the first "
                    "metric was declared");
}

/* ---- what escaping makes the same ------------------------------------------------------------ */

static void metrics_that_underscores_make_the_same_are_refused(void **state)
{
    (void)state;
    declare_gauge("a.b", NULL);
    declare_gauge("a_b", NULL);
    expect_conflict("a_b (gauge) and a.b (gauge) both have the name a_b, escaped by underscores");
    declare_gauge("a/b", NULL);
    assert_string_equal(
        promlet_last_error(),
        "a/b (gauge) and a.b (gauge) both have the name a_b, escaped by underscores");
}

static void metrics_that_dots_make_the_same_are_refused(void **state)
{
    (void)state;
    declare_gauge("a_dot_b", NULL);
    declare_gauge("a.b", NULL);
    expect_conflict("a.b (gauge) and a_dot_b (gauge) both have the name a_dot_b, escaped by dots");
}

static void metrics_that_values_make_the_same_are_refused(void **state)
{
    (void)state;
    declare_gauge("a.b", NULL);
    declare_gauge("U__a_2E_b", NULL);
    expect_conflict(
        "U__a_2E_b (gauge) and a.b (gauge) both have the name U__a_2E_b, escaped by values");
}

/* The _count of one and the other. */
static void derived_names_that_become_the_same_are_refused(void **state)
{
    (void)state;
    promlet_histogram_new(registry, &(promlet_opts){.name = "a.b"});
    expect_accepted();
    declare_gauge("a_b_count", NULL);
    expect_conflict("a_b_count (gauge) and a.b (histogram) both have the name a_b_count, escaped "
                    "by underscores");
    declare_gauge("a_dot_b_sum", NULL);
    assert_string_equal(promlet_last_error(),
                        "a_dot_b_sum (gauge) and a.b (histogram) both have the name a_dot_b_sum, "
                        "escaped by dots");
    declare_gauge("a.b_bucket", NULL);
    assert_string_equal(promlet_last_error(),
                        "a.b_bucket (gauge) and a.b (histogram) both have the name a.b_bucket");
    promlet_counter_new(registry, &(promlet_opts){.name = "c.d"});
    declare_gauge("c_d_created", NULL);
    assert_string_equal(promlet_last_error(),
                        "c_d_created (gauge) and c.d_total (counter) both have the name "
                        "c_d_created, escaped by underscores");
}

static void metrics_that_stay_different_are_taken(void **state)
{
    (void)state;
    static const char *const names[] = {"a.b", "a.b.c", "ab", "A.b", "a..b", "\xc3\xa9", "bb"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        declare_gauge(names[i], NULL);
    }
    expect_accepted();
}

static void names_are_free_again_once_a_metric_is_unregistered(void **state)
{
    (void)state;
    declare_gauge("a.b", NULL);
    assert_int_equal(promlet_registry_unregister(registry, "a.b"), PROMLET_OK);
    declare_gauge("a_b", NULL);
    declare_gauge("U__a_2E_b", NULL);
    declare_gauge("a_dot_b", NULL);
    expect_accepted();
}

static void labels_that_become_the_same_are_refused(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"a.b", "a_b", "underscores"},    {"a.b", "a-b", "underscores"},
        {"\xc3\xa9", "_", "underscores"}, {"a.b", "a_dot_b", "dots"},
        {"a:b", "U__a_3A_b", "values"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char sentence[200];
        (void)snprintf(sentence, sizeof sentence,
                       "g: label names \"%s\" and \"%s\" are the same once they are escaped by %s",
                       rows[i][0], rows[i][1], rows[i][2]);
        promlet_gauge_family_new(
            registry, &(promlet_opts){.name = "g", .labels = {rows[i][0], "x", rows[i][1]}});
        assert_string_equal(promlet_last_error(), sentence);
    }
    promlet_opts options = {.name = "g", .labels = {"a.b"}, .const_labels = {{"a_b", "x"}}};
    promlet_gauge_family_new(registry, &options);
    assert_string_equal(promlet_last_error(), "g: label names \"a_b\" and \"a.b\" are the same "
                                              "once they are escaped by underscores");
}

/* ---- the linter ------------------------------------------------------------------------------ */

/* What readers see by default has underscores instead of the dots. */
static void linter_reads_names_as_underscores_escape_them(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registry,
                      &(promlet_opts){.name = "request.time.milliseconds", .help = "Time."});
    assert_string_equal(heard.last, "request.time.milliseconds: the base unit seconds should be "
                                    "used, not milliseconds");
    promlet_gauge_new(registry, &(promlet_opts){.name = "queue.gauge", .help = "Depth."});
    assert_string_equal(heard.last,
                        "queue.gauge: a name should not say a metric's type, here gauge");
    promlet_opts options = {
        .name = "depth", .help = "Depth.", .const_labels = {{"a,b=\"", "x"}, {"dataCenter.", "y"}}};
    promlet_gauge_new(registry, &options);
    assert_string_equal(heard.last, "depth: the label name \"dataCenter.\" should be in "
                                    "snake_case, not camelCase");
    assert_int_equal(heard.count, 3);
    stop_to_hear();
    expect_accepted();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(any_utf8_is_a_name_of_a_metric),
        TEST(any_utf8_is_a_name_of_a_label),
        TEST(all_32_labels_may_have_such_names),
        TEST(suffixes_are_completed_alike),
        TEST(prefix_and_constant_labels_may_be_utf8),
        TEST(names_of_metrics_are_refused_that_are_empty_or_not_utf8),
        TEST(names_of_labels_are_refused_that_are_empty_or_not_utf8),
        TEST(reserved_names_of_labels_stay_reserved),
        TEST(promlets_own_names_stay_reserved_even_if_escaped),
        TEST(units_stay_plain),
        TEST(state_set_may_be_called_as_a_label_may),
        TEST(nothing_of_it_holds_without_the_option),
        TEST(option_is_fixed_by_the_first_metric),
        TEST(metrics_that_underscores_make_the_same_are_refused),
        TEST(metrics_that_dots_make_the_same_are_refused),
        TEST(metrics_that_values_make_the_same_are_refused),
        TEST(derived_names_that_become_the_same_are_refused),
        TEST(metrics_that_stay_different_are_taken),
        TEST(names_are_free_again_once_a_metric_is_unregistered),
        TEST(labels_that_become_the_same_are_refused),
        TEST(linter_reads_names_as_underscores_escape_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
