/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of names that are not plain in documents: a registry, in each format with each escaping. */
#include "base/clock.h"
#include "support/expect.h"

static promlet_registry *registry;

static void declare_numbers(void)
{
    promlet_counter_family *requests =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "http.requests",
                                                             .help = "Requests \"served\".",
                                                             .labels = {"http.method", "code"}});
    promlet_counter_add_u64(promlet_counter_with(requests, "GET", "2\"00"), 3);
    promlet_gauge_set(
        promlet_gauge_new(
            registry, &(promlet_opts){.name = "t\xc3\xa9mp_a_b", .help = "Warmth.", .unit = "a_b"}),
        21.5);
    promlet_gauge_family *depth = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "depth", .labels = {"data:center", "zone"}});
    promlet_gauge_set(promlet_gauge_with(depth, "a", "b"), 2);
    promlet_gauge_new(registry, &(promlet_opts){.name = "plain", .help = "Plain."});
}

static void declare_others(void)
{
    static const double bounds[] = {0.5};
    promlet_histogram_family *times =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "my.time_seconds",
                                                               .unit = "seconds",
                                                               .labels = {"a\"b\\c\nd=,{"},
                                                               .bounds = bounds,
                                                               .bound_count = 1});
    promlet_histogram_observe(promlet_histogram_with(times, "x"), 0.25);
    promlet_summary_new(registry, &(promlet_opts){.name = "s.q"});
    promlet_info_family *build = promlet_info_family_new(
        registry, &(promlet_opts){.name = "build.data", .labels = {"git.version"}});
    (void)promlet_info_with(build, "1.2");
    promlet_state_set_new(registry, &(promlet_opts){.name = "the.mode", PROMLET_STATES("on")});
}

static int begin(void **state)
{
    (void)state;
    pml_clock_stop_at(0); /* no start times */
    registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true}),
        PROMLET_OK);
    declare_numbers();
    declare_others();
    expect_status(registry, PROMLET_OK, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    pml_clock_run();
    return 0;
}

static char *write_document(promlet_format format, promlet_escaping escaping)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    promlet_encoding encoding = {.format = format, .escaping = escaping};
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    assert_non_null(text);
    promlet_snapshot_release(snapshot);
    return text;
}

static void expect_document(promlet_format format, promlet_escaping escaping, const char *expected)
{
    char *text = write_document(format, escaping);
    assert_string_equal(text, expected);
    promlet_free(text);
}

/* ---- the text format ------------------------------------------------------------------------- */

static const char with_underscores[] =
    "# TYPE build_data_info gauge\n"
    "build_data_info{git_version=\"1.2\"} 1\n"
    "# TYPE depth gauge\n"
    "depth{data_center=\"a\",zone=\"b\"} 2\n"
    "# HELP http_requests_total Requests \"served\".\n"
    "# TYPE http_requests_total counter\n"
    "http_requests_total{http_method=\"GET\",code=\"2\\\"00\"} 3\n"
    "# TYPE my_time_seconds histogram\n"
    "my_time_seconds_bucket{a_b_c_d___=\"x\",le=\"0.5\"} 1\n"
    "my_time_seconds_bucket{a_b_c_d___=\"x\",le=\"+Inf\"} 1\n"
    "my_time_seconds_sum{a_b_c_d___=\"x\"} 0.25\n"
    "my_time_seconds_count{a_b_c_d___=\"x\"} 1\n"
    "# HELP plain Plain.\n"
    "# TYPE plain gauge\n"
    "plain 0\n"
    "# TYPE s_q summary\n"
    "s_q_sum 0\n"
    "s_q_count 0\n"
    "# TYPE the_mode gauge\n"
    "the_mode{the_mode=\"on\"} 0\n"
    "# HELP t_mp_a_b Warmth.\n"
    "# TYPE t_mp_a_b gauge\n"
    "t_mp_a_b 21.5\n";

/* The oldest version has no quotes. */
static void underscores_stand_for_other_characters(void **state)
{
    (void)state;
    expect_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_NONE_ASKED, with_underscores);
    expect_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_UNDERSCORES, with_underscores);
    expect_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_ALLOW_UTF8, with_underscores);
    expect_document(PROMLET_FORMAT_TEXT_1_0_0, PROMLET_ESCAPING_NONE_ASKED, with_underscores);
    expect_document(PROMLET_FORMAT_TEXT_1_0_0, PROMLET_ESCAPING_UNDERSCORES, with_underscores);
}

static void default_document_is_read_by_promtool(void **state)
{
    (void)state;
    char *text = promlet_registry_get_metrics(registry);
    size_t size = strlen(with_underscores);
    assert_memory_equal(text, with_underscores, size);
    assert_string_equal(text + size, "# EOF\n");
    keep_document("utf8_underscores", text,
                  "build_data_info no help text\n"
                  "depth no help text\n"
                  "my_time_seconds no help text\n"
                  "s_q no help text\n"
                  "the_mode no help text\n"
                  "t_mp_a_b metric names should not contain abbreviated units\n");
    promlet_free(text);
}

static void other_schemes_are_read_by_promtool(void **state)
{
    (void)state;
    char *text = write_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_DOTS);
    keep_document("utf8_dots", text,
                  "build_dot_data__info no help text\n"
                  "depth no help text\n"
                  "my_dot_time__seconds no help text\n"
                  "s_dot_q no help text\n"
                  "the_dot_mode no help text\n"
                  "t_mp__a__b metric names should not contain abbreviated units\n");
    promlet_free(text);
    text = write_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_VALUES);
    keep_document("utf8_values", text,
                  "U__build_2E_data__info no help text\n"
                  "depth no help text\n"
                  "U__my_2E_time__seconds no help text\n"
                  "U__s_2E_q no help text\n"
                  "U__s_2E_q metric names should not contain abbreviated units\n"
                  "U__the_2E_mode no help text\n"
                  "U__t_E9_mp__a__b metric names should not contain abbreviated units\n");
    promlet_free(text);
}

/* Where a piece ends is of no account. */
static void documents_are_the_same_however_little_room_there_is(void **state)
{
    (void)state;
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    for (int i = PROMLET_ESCAPING_NONE_ASKED; i <= PROMLET_ESCAPING_ALLOW_UTF8; i++) {
        promlet_encoding encoding = {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0,
                                     .escaping = (promlet_escaping)i};
        char *text = write_document(encoding.format, encoding.escaping);
        char part[4096];
        for (size_t size = 1; size < sizeof part; size++) {
            size_t needed;
            (void)promlet_snapshot_copy_as(snapshot, &encoding, part, size, &needed);
            assert_int_equal(needed, strlen(text) + 1);
            assert_int_equal(strlen(part), size < needed ? size - 1 : needed - 1);
            assert_memory_equal(part, text, strlen(part));
        }
        promlet_free(text);
    }
    promlet_snapshot_release(snapshot);
}

static void dots_are_spelt_out(void **state)
{
    (void)state;
    static const char expected[] =
        "# TYPE build_dot_data__info gauge\n"
        "build_dot_data__info{git_dot_version=\"1.2\"} 1\n"
        "# TYPE depth gauge\n"
        "depth{data_center=\"a\",zone=\"b\"} 2\n"
        "# HELP http_dot_requests__total Requests \"served\".\n"
        "# TYPE http_dot_requests__total counter\n"
        "http_dot_requests__total{http_dot_method=\"GET\",code=\"2\\\"00\"} 3\n"
        "# TYPE my_dot_time__seconds histogram\n"
        "my_dot_time__seconds_bucket{a_b_c_d___=\"x\",le=\"0.5\"} 1\n"
        "my_dot_time__seconds_bucket{a_b_c_d___=\"x\",le=\"+Inf\"} 1\n"
        "my_dot_time__seconds_sum{a_b_c_d___=\"x\"} 0.25\n"
        "my_dot_time__seconds_count{a_b_c_d___=\"x\"} 1\n"
        "# HELP plain Plain.\n"
        "# TYPE plain gauge\n"
        "plain 0\n"
        "# TYPE s_dot_q summary\n"
        "s_dot_q_sum 0\n"
        "s_dot_q_count 0\n"
        "# TYPE the_dot_mode gauge\n"
        "the_dot_mode{the_dot_mode=\"on\"} 0\n"
        "# HELP t_mp__a__b Warmth.\n"
        "# TYPE t_mp__a__b gauge\n"
        "t_mp__a__b 21.5\n";
    expect_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_DOTS, expected);
    expect_document(PROMLET_FORMAT_TEXT_1_0_0, PROMLET_ESCAPING_DOTS, expected);
}

static void values_of_characters_are_written(void **state)
{
    (void)state;
    static const char expected[] =
        "# TYPE U__build_2E_data__info gauge\n"
        "U__build_2E_data__info{U__git_2E_version=\"1.2\"} 1\n"
        "# TYPE depth gauge\n"
        "depth{U__data_3A_center=\"a\",zone=\"b\"} 2\n"
        "# HELP U__http_2E_requests__total Requests \"served\".\n"
        "# TYPE U__http_2E_requests__total counter\n"
        "U__http_2E_requests__total{U__http_2E_method=\"GET\",code=\"2\\\"00\"} 3\n"
        "# TYPE U__my_2E_time__seconds histogram\n"
        "U__my_2E_time__seconds_bucket{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\",le=\"0.5\"} 1\n"
        "U__my_2E_time__seconds_bucket{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\",le=\"+Inf\"} 1\n"
        "U__my_2E_time__seconds_sum{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\"} 0.25\n"
        "U__my_2E_time__seconds_count{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\"} 1\n"
        "# HELP plain Plain.\n"
        "# TYPE plain gauge\n"
        "plain 0\n"
        "# TYPE U__s_2E_q summary\n"
        "U__s_2E_q_sum 0\n"
        "U__s_2E_q_count 0\n"
        "# TYPE U__the_2E_mode gauge\n"
        "U__the_2E_mode{U__the_2E_mode=\"on\"} 0\n"
        "# HELP U__t_E9_mp__a__b Warmth.\n"
        "# TYPE U__t_E9_mp__a__b gauge\n"
        "U__t_E9_mp__a__b 21.5\n";
    expect_document(PROMLET_FORMAT_TEXT_0_0_4, PROMLET_ESCAPING_VALUES, expected);
    expect_document(PROMLET_FORMAT_TEXT_1_0_0, PROMLET_ESCAPING_VALUES, expected);
}

static void names_stand_in_quotes_where_that_is_allowed(void **state)
{
    (void)state;
    expect_document(PROMLET_FORMAT_TEXT_1_0_0, PROMLET_ESCAPING_ALLOW_UTF8,
                    "# TYPE \"build.data_info\" gauge\n"
                    "{\"build.data_info\",\"git.version\"=\"1.2\"} 1\n"
                    "# TYPE depth gauge\n"
                    "depth{\"data:center\"=\"a\",zone=\"b\"} 2\n"
                    "# HELP \"http.requests_total\" Requests \"served\".\n"
                    "# TYPE \"http.requests_total\" counter\n"
                    "{\"http.requests_total\",\"http.method\"=\"GET\",code=\"2\\\"00\"} 3\n"
                    "# TYPE \"my.time_seconds\" histogram\n"
                    "{\"my.time_seconds_bucket\",\"a\\\"b\\\\c\\nd=,{\"=\"x\",le=\"0.5\"} 1\n"
                    "{\"my.time_seconds_bucket\",\"a\\\"b\\\\c\\nd=,{\"=\"x\",le=\"+Inf\"} 1\n"
                    "{\"my.time_seconds_sum\",\"a\\\"b\\\\c\\nd=,{\"=\"x\"} 0.25\n"
                    "{\"my.time_seconds_count\",\"a\\\"b\\\\c\\nd=,{\"=\"x\"} 1\n"
                    "# HELP plain Plain.\n"
                    "# TYPE plain gauge\n"
                    "plain 0\n"
                    "# TYPE \"s.q\" summary\n"
                    "{\"s.q_sum\"} 0\n"
                    "{\"s.q_count\"} 0\n"
                    "# TYPE \"the.mode\" gauge\n"
                    "{\"the.mode\",\"the.mode\"=\"on\"} 0\n"
                    "# HELP \"t\xc3\xa9mp_a_b\" Warmth.\n"
                    "# TYPE \"t\xc3\xa9mp_a_b\" gauge\n"
                    "{\"t\xc3\xa9mp_a_b\"} 21.5\n");
}

/* ---- OpenMetrics ----------------------------------------------------------------------------- */

static void openmetrics_1_has_quotes(void **state)
{
    (void)state;
    expect_document(PROMLET_FORMAT_OPENMETRICS_1_0_0, PROMLET_ESCAPING_ALLOW_UTF8,
                    "# TYPE \"build.data\" info\n"
                    "{\"build.data_info\",\"git.version\"=\"1.2\"} 1\n"
                    "# TYPE depth gauge\n"
                    "depth{\"data:center\"=\"a\",zone=\"b\"} 2.0\n"
                    "# TYPE \"http.requests\" counter\n"
                    "# HELP \"http.requests\" Requests \\\"served\\\".\n"
                    "{\"http.requests_total\",\"http.method\"=\"GET\",code=\"2\\\"00\"} 3\n"
                    "# TYPE \"my.time_seconds\" histogram\n"
                    "# UNIT \"my.time_seconds\" seconds\n"
                    "{\"my.time_seconds_bucket\",\"a\\\"b\\\\c\\nd=,{\"=\"x\",le=\"0.5\"} 1\n"
                    "{\"my.time_seconds_bucket\",\"a\\\"b\\\\c\\nd=,{\"=\"x\",le=\"+Inf\"} 1\n"
                    "{\"my.time_seconds_sum\",\"a\\\"b\\\\c\\nd=,{\"=\"x\"} 0.25\n"
                    "{\"my.time_seconds_count\",\"a\\\"b\\\\c\\nd=,{\"=\"x\"} 1\n"
                    "# TYPE plain gauge\n"
                    "# HELP plain Plain.\n"
                    "plain 0.0\n"
                    "# TYPE \"s.q\" summary\n"
                    "{\"s.q_sum\"} 0.0\n"
                    "{\"s.q_count\"} 0\n"
                    "# TYPE \"the.mode\" stateset\n"
                    "{\"the.mode\",\"the.mode\"=\"on\"} 0\n"
                    "# TYPE \"t\xc3\xa9mp_a_b\" gauge\n"
                    "# UNIT \"t\xc3\xa9mp_a_b\" a_b\n"
                    "# HELP \"t\xc3\xa9mp_a_b\" Warmth.\n"
                    "{\"t\xc3\xa9mp_a_b\"} 21.5\n"
                    "# EOF\n");
}

/* The name of the family is what a sample's is without the suffix, and a unit that it no longer
   ends in is left out. */
static void openmetrics_1_escapes_whole_names(void **state)
{
    (void)state;
    expect_document(PROMLET_FORMAT_OPENMETRICS_1_0_0, PROMLET_ESCAPING_VALUES,
                    "# TYPE U__build_2E_data_ info\n"
                    "U__build_2E_data__info{U__git_2E_version=\"1.2\"} 1\n"
                    "# TYPE depth gauge\n"
                    "depth{U__data_3A_center=\"a\",zone=\"b\"} 2.0\n"
                    "# TYPE U__http_2E_requests_ counter\n"
                    "# HELP U__http_2E_requests_ Requests \\\"served\\\".\n"
                    "U__http_2E_requests__total{U__http_2E_method=\"GET\",code=\"2\\\"00\"} 3\n"
                    "# TYPE U__my_2E_time__seconds histogram\n"
                    "# UNIT U__my_2E_time__seconds seconds\n"
                    "U__my_2E_time__seconds_bucket{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\",le=\"0.5\"}"
                    " 1\n"
                    "U__my_2E_time__seconds_bucket{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\","
                    "le=\"+Inf\"} 1\n"
                    "U__my_2E_time__seconds_sum{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\"} 0.25\n"
                    "U__my_2E_time__seconds_count{U__a_22_b_5C_c_A_d_3D__2C__7B_=\"x\"} 1\n"
                    "# TYPE plain gauge\n"
                    "# HELP plain Plain.\n"
                    "plain 0.0\n"
                    "# TYPE U__s_2E_q summary\n"
                    "U__s_2E_q_sum 0.0\n"
                    "U__s_2E_q_count 0\n"
                    "# TYPE U__the_2E_mode stateset\n"
                    "U__the_2E_mode{U__the_2E_mode=\"on\"} 0\n"
                    "# TYPE U__t_E9_mp__a__b gauge\n"
                    "# HELP U__t_E9_mp__a__b Warmth.\n"
                    "U__t_E9_mp__a__b 21.5\n"
                    "# EOF\n");
}

static void openmetrics_2_has_quotes(void **state)
{
    (void)state;
    expect_document(PROMLET_FORMAT_OPENMETRICS_2_0_0, PROMLET_ESCAPING_ALLOW_UTF8,
                    "# TYPE \"build.data_info\" info\n"
                    "{\"build.data_info\",\"git.version\"=\"1.2\"} 1\n"
                    "# TYPE depth gauge\n"
                    "depth{\"data:center\"=\"a\",zone=\"b\"} 2.0\n"
                    "# TYPE \"http.requests_total\" counter\n"
                    "# HELP \"http.requests_total\" Requests \\\"served\\\".\n"
                    "{\"http.requests_total\",\"http.method\"=\"GET\",code=\"2\\\"00\"} 3\n"
                    "# TYPE \"my.time_seconds\" histogram\n"
                    "# UNIT \"my.time_seconds\" seconds\n"
                    "{\"my.time_seconds\",\"a\\\"b\\\\c\\nd=,{\"=\"x\"} "
                    "{count:1,sum:0.25,bucket:[0.5:1,+Inf:1]}\n"
                    "# TYPE plain gauge\n"
                    "# HELP plain Plain.\n"
                    "plain 0.0\n"
                    "# TYPE \"s.q\" summary\n"
                    "{\"s.q\"} {count:0,sum:0.0,quantile:[]}\n"
                    "# TYPE \"the.mode\" stateset\n"
                    "{\"the.mode\",\"the.mode\"=\"on\"} 0\n"
                    "# TYPE \"t\xc3\xa9mp_a_b\" gauge\n"
                    "# UNIT \"t\xc3\xa9mp_a_b\" a_b\n"
                    "# HELP \"t\xc3\xa9mp_a_b\" Warmth.\n"
                    "{\"t\xc3\xa9mp_a_b\"} 21.5\n"
                    "# EOF\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(underscores_stand_for_other_characters),
        TEST(default_document_is_read_by_promtool),
        TEST(other_schemes_are_read_by_promtool),
        TEST(documents_are_the_same_however_little_room_there_is),
        TEST(dots_are_spelt_out),
        TEST(values_of_characters_are_written),
        TEST(names_stand_in_quotes_where_that_is_allowed),
        TEST(openmetrics_1_has_quotes),
        TEST(openmetrics_1_escapes_whole_names),
        TEST(openmetrics_2_has_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
