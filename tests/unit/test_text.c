/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of encode/text.c: the document, escaping, and what stands where. */
#include "support/expect.h"

#include <math.h>

#define FFFD "\xef\xbf\xbd"

/* The help text of a gauge is printed so. */
static void expect_help(const char *help, const char *document, const char *printed)
{
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = help});
    char expected[300];
    (void)snprintf(expected, sizeof expected,
                   "# HELP a %s\n"
                   "# TYPE a gauge\n"
                   "a 0\n"
                   "# EOF\n",
                   printed);
    expect_metrics(registry, document, NULL, expected);
    promlet_registry_free(registry);
}

/* The value of a gauge's label is printed so. */
static void expect_label(const char *value, const char *document, const char *printed)
{
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "a", .help = "A.", .labels = {"x"}});
    promlet_gauge_set(promlet_gauge_with(family, value), 1);
    char expected[300];
    (void)snprintf(expected, sizeof expected,
                   "# HELP a A.\n"
                   "# TYPE a gauge\n"
                   "a{x=\"%s\"} 1\n"
                   "# EOF\n",
                   printed);
    expect_metrics(registry, document, NULL, expected);
    promlet_registry_free(registry);
}

static void text_family_without_series_has_help_and_type(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "wait_seconds", .help = "Wait.", .labels = {"a"}});
    promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"a"}});
    expect_metrics(registry, "text_without_series", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "# HELP wait_seconds Wait.\n"
                   "# TYPE wait_seconds histogram\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void text_without_help_has_no_help_line(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "b", .help = ""});
    expect_metrics(registry, "text_without_help", "a no help text\nb no help text\n",
                   "# TYPE a gauge\n"
                   "a 0\n"
                   "# TYPE b gauge\n"
                   "b 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void text_help_escapes_backslash_and_line_feed_only(void **state)
{
    (void)state;
    expect_help("one\ntwo", "text_help_line_feed", "one\\ntwo");
    expect_help("C:\\n", "text_help_backslash", "C:\\\\n");
    expect_help("\"quoted\"", "text_help_quotes", "\"quoted\"");
    expect_help("\\", "text_help_only_backslash", "\\\\");
    expect_help("\n", "text_help_only_line_feed", "\\n");
}

static void text_help_keeps_other_characters_raw(void **state)
{
    (void)state;
    expect_help("tab\tcr\rbell\a", "text_help_controls", "tab\tcr\rbell\a");
    expect_help("\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80", "text_help_unicode",
                "\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80");
    expect_help("# TYPE a counter", "text_help_like_a_comment", "# TYPE a counter");
}

static void text_help_bad_bytes_are_repaired(void **state)
{
    (void)state;
    expect_help("bad \xff and \xe2\x82", "text_help_bad_bytes", "bad " FFFD " and " FFFD);
}

static void text_label_escapes_backslash_quote_and_line_feed(void **state)
{
    (void)state;
    expect_label("a\\b", "text_label_backslash", "a\\\\b");
    expect_label("\"", "text_label_quote", "\\\"");
    expect_label("one\ntwo", "text_label_line_feed", "one\\ntwo");
    expect_label("\\n", "text_label_backslash_n", "\\\\n");
    expect_label("\"} 1\nevil 2", "text_label_injection", "\\\"} 1\\nevil 2");
}

static void text_label_keeps_other_characters_raw(void **state)
{
    (void)state;
    expect_label("tab\tcr\resc\x1b", "text_label_controls", "tab\tcr\resc\x1b");
    expect_label("{},= #", "text_label_punctuation", "{},= #");
    expect_label("\xf0\x9f\x98\x80", "text_label_unicode", "\xf0\x9f\x98\x80");
}

static void expect_histogram_with_label(const char *value)
{
    static const double bounds[] = {1};
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry,
        &(promlet_opts){
            .name = "h", .help = "H.", .labels = {"x"}, .bounds = bounds, .bound_count = 1});
    promlet_histogram_observe(promlet_histogram_with(family, value), 0.5);
    char expected[4000];
    (void)snprintf(expected, sizeof expected,
                   "# HELP h H.\n"
                   "# TYPE h histogram\n"
                   "h_bucket{x=\"%s\",le=\"1.0\"} 1\n"
                   "h_bucket{x=\"%s\",le=\"+Inf\"} 1\n"
                   "h_sum{x=\"%s\"} 0.5\n"
                   "h_count{x=\"%s\"} 1\n"
                   "# EOF\n",
                   value, value, value, value);
    expect_metrics(registry, "text_long_label", NULL, expected);
    promlet_registry_free(registry);
}

/* The beginnings of lines that buckets have in common are kept if they are not too long. */
static void text_bucket_with_label_of_any_length_is_whole(void **state)
{
    (void)state;
    char value[601];
    for (size_t size = 450; size <= 600; size++) {
        memset(value, 'v', size);
        value[size] = '\0';
        expect_histogram_with_label(value);
    }
}

static void text_families_are_ordered_by_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const char *const names[] = {"m", "a_x", "z", "aB", "a", "_x", "Z", "a:b"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_gauge_new(registry, &(promlet_opts){.name = names[i], .help = "x"});
    }
    expect_metrics(registry, "text_order",
                   "a:b metric names should not contain ':'\n"
                   "aB metric names should be written in 'snake_case' not 'camelCase'\n",
                   "# HELP Z x\n# TYPE Z gauge\nZ 0\n"
                   "# HELP _x x\n# TYPE _x gauge\n_x 0\n"
                   "# HELP a x\n# TYPE a gauge\na 0\n"
                   "# HELP a:b x\n# TYPE a:b gauge\na:b 0\n"
                   "# HELP aB x\n# TYPE aB gauge\naB 0\n"
                   "# HELP a_x x\n# TYPE a_x gauge\na_x 0\n"
                   "# HELP m x\n# TYPE m gauge\nm 0\n"
                   "# HELP z x\n# TYPE z gauge\nz 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void text_of_the_same_values_is_the_same_bytes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "a", .labels = {"x"}});
    for (int i = 0; i < 50; i++) {
        char value[16];
        (void)snprintf(value, sizeof value, "%d", i * 37 % 50);
        promlet_gauge_set(promlet_gauge_with(family, value), i);
    }
    char *text = promlet_registry_get_metrics(registry);
    expect_metrics(registry, "text_same_bytes", "a no help text\n", text);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* One of everything. */
static promlet_registry *fill_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "http_requests_total",
                                  .help = "Requests served, by method\nand status.",
                                  .labels = {"method", "status"}});
    promlet_counter_add_u64(promlet_counter_with(requests, "POST", "200"), 1027);
    promlet_counter_add_u64(promlet_counter_with(requests, "GET", "200"), UINT64_MAX);
    promlet_counter_with(requests, "GET", "500");
    promlet_counter *cpu = promlet_counter_new(
        registry, &(promlet_opts){
                      .name = "cpu_seconds", .help = "Time on the processor.", .unit = "seconds"});
    promlet_counter_add(cpu, 12);
    promlet_counter_add(cpu, 0.625);
    promlet_gauge_family *temperature = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "temperature_celsius", .labels = {"place"}});
    promlet_gauge_set(promlet_gauge_with(temperature, "out\\in \"shade\"\n"), -3.5);
    promlet_gauge_set(promlet_gauge_with(temperature, "broken"), NAN);
    promlet_histogram_family *latency = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "http_request_duration_seconds",
                                  .help = "Time to answer a request.",
                                  .labels = {"method"},
                                  PROMLET_BOUNDS(0.00001, 0.25, 1, 1000000)});
    promlet_histogram *get = promlet_histogram_with(latency, "GET");
    promlet_histogram_observe(get, 0.25);
    promlet_histogram_observe(get, 0.5);
    promlet_histogram_observe(get, 3000000);
    promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "unused_bytes", .help = "Not used.", .labels = {"disk"}});
    promlet_counter_add(cpu, -1);
    return registry;
}

#define COMPLETE_TEXT                                                                              \
    "# HELP cpu_seconds_total Time on the processor.\n"                                            \
    "# TYPE cpu_seconds_total counter\n"                                                           \
    "cpu_seconds_total 12.625\n"                                                                   \
    "# HELP http_request_duration_seconds Time to answer a request.\n"                             \
    "# TYPE http_request_duration_seconds histogram\n"                                             \
    "http_request_duration_seconds_bucket{method=\"GET\",le=\"1e-05\"} 0\n"                        \
    "http_request_duration_seconds_bucket{method=\"GET\",le=\"0.25\"} 1\n"                         \
    "http_request_duration_seconds_bucket{method=\"GET\",le=\"1.0\"} 2\n"                          \
    "http_request_duration_seconds_bucket{method=\"GET\",le=\"1e+06\"} 2\n"                        \
    "http_request_duration_seconds_bucket{method=\"GET\",le=\"+Inf\"} 3\n"                         \
    "http_request_duration_seconds_sum{method=\"GET\"} 3000000.75\n"                               \
    "http_request_duration_seconds_count{method=\"GET\"} 3\n"                                      \
    "# HELP http_requests_total Requests served, by method\\nand status.\n"                        \
    "# TYPE http_requests_total counter\n"                                                         \
    "http_requests_total{method=\"GET\",status=\"200\"} 18446744073709551615\n"                    \
    "http_requests_total{method=\"GET\",status=\"500\"} 0\n"                                       \
    "http_requests_total{method=\"POST\",status=\"200\"} 1027\n"                                   \
    "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"                      \
    "# TYPE promlet_dropped_total counter\n"                                                       \
    "promlet_dropped_total{reason=\"negative\"} 1\n"                                               \
    "# TYPE temperature_celsius gauge\n"                                                           \
    "temperature_celsius{place=\"broken\"} NaN\n"                                                  \
    "temperature_celsius{place=\"out\\\\in \\\"shade\\\"\\n\"} -3.5\n"                             \
    "# HELP unused_bytes Not used.\n"                                                              \
    "# TYPE unused_bytes gauge\n"

static void expect_complete(promlet_format format, const char *document, const char *expected)
{
    promlet_registry *registry = fill_registry();
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    size_t length = 0;
    char *text = promlet_snapshot_string(snapshot, format, &length);
    assert_non_null(text);
    keep_document(document, text, "temperature_celsius no help text\n");
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void text_of_a_complete_registry_is_golden(void **state)
{
    (void)state;
    expect_complete(PROMLET_FORMAT_TEXT_0_0_4, "text_complete", COMPLETE_TEXT);
}

static void text_with_eof_is_golden_and_ends_in_it(void **state)
{
    (void)state;
    expect_complete(PROMLET_FORMAT_TEXT_0_0_4_EOF, "text_complete_eof", COMPLETE_TEXT "# EOF\n");
}

static void text_of_an_empty_registry_is_empty(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    size_t length = 99;
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, &length);
    keep_document("text_empty", text, NULL);
    assert_string_equal(text, "");
    assert_int_equal(length, 0);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_family_without_series_has_help_and_type),
        cmocka_unit_test(text_without_help_has_no_help_line),
        cmocka_unit_test(text_help_escapes_backslash_and_line_feed_only),
        cmocka_unit_test(text_help_keeps_other_characters_raw),
        cmocka_unit_test(text_help_bad_bytes_are_repaired),
        cmocka_unit_test(text_label_escapes_backslash_quote_and_line_feed),
        cmocka_unit_test(text_label_keeps_other_characters_raw),
        cmocka_unit_test(text_bucket_with_label_of_any_length_is_whole),
        cmocka_unit_test(text_families_are_ordered_by_name),
        cmocka_unit_test(text_of_the_same_values_is_the_same_bytes),
        cmocka_unit_test(text_of_a_complete_registry_is_golden),
        cmocka_unit_test(text_with_eof_is_golden_and_ends_in_it),
        cmocka_unit_test(text_of_an_empty_registry_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
