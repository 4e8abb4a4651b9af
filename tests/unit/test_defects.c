/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Defects that were found in official clients, each as a test that carries its number.
 * docs/faults.md says what each number is, and where the tests of the others are.
 */
#include "support/expect.h"
#include "support/strict_document.h"
#include "support/strict_text.h"

#include <float.h>
#include <math.h>

static promlet_registry *registry;

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

static char *scrape_strictly(void)
{
    char *text = promlet_registry_get_metrics(registry);
    strict_document document;
    assert_non_null(text);
    if (!strict_document_read(&document, text, STRICT_WITH_EOF)) {
        fail_msg("%s", document.why);
    }
    strict_document_free(&document);
    return text;
}

/* ---- label values ---------------------------------------------------------------------------- */

/* Two label sets whose values, put together, are the same bytes became one series. */
static void test_defect_01_label_sets_are_merged(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "a_total", .help = "A.", .labels = {"x", "y"}});
    promlet_counter_inc(promlet_counter_with(family, "ab", "c"));
    promlet_counter_add(promlet_counter_with(family, "a", "bc"), 2);
    promlet_counter_add(promlet_counter_with(family, "", "abc"), 3);
    promlet_counter_add(promlet_counter_with(family, "abc", ""), 4);
    expect_metrics(registry, "defect_01", NULL,
                   "# HELP a_total A.\n"
                   "# TYPE a_total counter\n"
                   "a_total{x=\"\",y=\"abc\"} 3\n"
                   "a_total{x=\"a\",y=\"bc\"} 2\n"
                   "a_total{x=\"ab\",y=\"c\"} 1\n"
                   "a_total{x=\"abc\",y=\"\"} 4\n"
                   "# EOF\n");
}

/* Label values and help texts were written as they came. */
static void test_defect_02_nothing_is_escaped(void **state)
{
    (void)state;
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "a", .help = "\\ \" \n \xff.", .labels = {"x"}});
    promlet_gauge_set(promlet_gauge_with(family, "\\ \" \n \xff"), 1);
    expect_metrics(registry, "defect_02", NULL,
                   "# HELP a \\\\ \" \\n \xef\xbf\xbd.\n"
                   "# TYPE a gauge\n"
                   "a{x=\"\\\\ \\\" \\n \xef\xbf\xbd\"} 1\n"
                   "# EOF\n");
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* One NaN, and a counter or a sum is NaN for ever. */
static void test_defect_03_nan_poisons_sums(void **state)
{
    (void)state;
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "a_total", .help = "A."});
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "b", .help = "B.", PROMLET_BOUNDS(1)});
    static const double bad[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        promlet_counter_add(counter, bad[i]);
        promlet_histogram_observe(histogram, bad[i]);
    }
    promlet_counter_add(counter, 0.5);
    promlet_histogram_observe(histogram, 0.5);
    expect_metrics(registry, "defect_03", NULL,
                   "# HELP a_total A.\n"
                   "# TYPE a_total counter\n"
                   "a_total 0.5\n"
                   "# HELP b B.\n"
                   "# TYPE b histogram\n"
                   "b_bucket{le=\"1.0\"} 1\n"
                   "b_bucket{le=\"+Inf\"} 1\n"
                   "b_sum 0.5\n"
                   "b_count 1\n"
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"infinite\"} 4\n"
                   "promlet_dropped_total{reason=\"nan\"} 4\n"
                   "# EOF\n");
}

/* The last bound was the largest double, so that what lay above it was in no bucket; and the same
   name twice was accepted. */
static void test_defect_15_count_above_last_bucket(void **state)
{
    (void)state;
    static const double bounds[] = {1, DBL_MAX};
    const promlet_opts options = {
        .name = "b", .help = "B.", .bounds = bounds, .bound_count = COUNT_OF(bounds)};
    promlet_histogram *histogram = promlet_histogram_new(registry, &options);
    promlet_histogram_observe(histogram, DBL_MAX);
    promlet_histogram_observe(histogram, INFINITY);
    char *text = scrape_strictly();
    assert_true(strict_value(text, "b_bucket{le=\"+Inf\"}") == 1);
    assert_true(strict_value(text, "b_count") == 1);
    promlet_free(text);
    assert_ptr_equal(promlet_histogram_new(registry, &options), histogram);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "b"});
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
}

/* ---- names and types ------------------------------------------------------------------------- */

/* `dup` and `dup_total` became one family twice in OpenMetrics. */
static void test_defect_05_names_collide_in_another_format(void **state)
{
    (void)state;
    static const char *const names[] = {"dup", "dup_created", "dup_total"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_registry *other = new_registry();
        (void)promlet_counter_new(other, &(promlet_opts){.name = "dup_total"});
        (void)promlet_gauge_new(other, &(promlet_opts){.name = names[i]});
        assert_int_equal(promlet_registry_status(other, NULL), PROMLET_ERROR_CONFLICT);
        promlet_registry_free(other);
    }
}

/* Gauges `..._created` beside each counter and histogram, in a format that does not know them. */
static void test_defect_08_created_series_in_text(void **state)
{
    (void)state;
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "a_total"}));
    promlet_histogram_observe(promlet_histogram_new(registry, &(promlet_opts){.name = "b"}), 1);
    char *text = scrape_strictly();
    assert_null(strstr(text, "_created"));
    promlet_free(text);
}

/* Counters that were typed as gauges, and HELP lines without a text. */
static void test_defect_13_wrong_type_and_empty_help(void **state)
{
    (void)state;
    (void)promlet_counter_new(registry, &(promlet_opts){.name = "a_total", .help = ""});
    expect_metrics(registry, "defect_13", "a_total no help text\n",
                   "# TYPE a_total counter\n"
                   "a_total 0\n"
                   "# EOF\n");
}

/* ---- wrong calls ----------------------------------------------------------------------------- */

/* A wrong number of label values ended the process. */
static void test_defect_14_wrong_label_values_abort(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "a_total", .labels = {"x", "y"}});
    promlet_counter_inc(promlet_counter_with(family, "only one"));
    promlet_counter_inc(promlet_counter_with(family, "three", "are", "many"));
    promlet_counter_inc(promlet_counter_with(family, "x", NULL));
    promlet_counter_inc_by(family, "only one");
    expect_status(registry, PROMLET_ERROR_LABELS, "a_total: needs 2 label values (x, y), got 1");
    promlet_free(scrape_strictly());
}

/* Names that are not valid sent the endpoint into an endless loop. */
static void test_defect_22_invalid_names_hang_the_scrape(void **state)
{
    (void)state;
    static const char *const names[] = {"", "1", "a b", "a\n", "\xff", "a{x=\"1\"}", "a-b"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)promlet_gauge_new(registry, &(promlet_opts){.name = names[i]});
        (void)promlet_gauge_family_new(
            registry,
            &(promlet_opts){.name = "a", .labels = {names[i][0] == '\0' ? "" : names[i]}});
    }
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_NAME);
    char *text = scrape_strictly();
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
}

/* ---- holding on ------------------------------------------------------------------------------ */

/* Who held two series of a family waited for himself. */
static void test_defect_17_two_handles_of_one_family_deadlock(void **state)
{
    (void)state;
    promlet_counter_family *family =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "a_total", .labels = {"x"}});
    promlet_counter *first = promlet_counter_with(family, "1");
    promlet_counter *second = promlet_counter_with(family, "2");
    promlet_counter_inc(promlet_counter_with(family, "3"));
    promlet_counter_inc(first);
    promlet_counter_inc(second);
    char *text = scrape_strictly();
    assert_true(strict_total(text, "a_total", NULL) == 3);
    promlet_free(text);
}

static bool record_much(const char *data, size_t size, void *ctx)
{
    assert_true(data != NULL && size > 0);
    for (int i = 0; i < 100000; i++) {
        promlet_histogram_observe(ctx, 1);
    }
    return true;
}

/* What was recorded during a scrape went to a buffer without limit, and was shown late. */
static void test_defect_18_recordings_beside_scrape_are_buffered(void **state)
{
    (void)state;
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "b", PROMLET_BOUNDS(1)});
    promlet_snapshot *before = promlet_snapshot_take(registry);
    assert_int_equal(promlet_registry_write_metrics(registry, record_much, histogram), PROMLET_OK);
    char *text = scrape_strictly();
    assert_true(strict_value(text, "b_count") == 100000);
    promlet_free(text);
    text = promlet_snapshot_string(before, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_true(strict_value(text, "b_count") == 0);
    promlet_free(text);
    promlet_snapshot_release(before);
}

/* The unit was no part of what a metric is. */
static void test_defect_24_unit_is_no_part_of_identity(void **state)
{
    (void)state;
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "a_bytes", .unit = "bytes"});
    assert_ptr_equal(
        promlet_gauge_new(registry, &(promlet_opts){.name = "a_bytes", .unit = "bytes"}), gauge);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_OK);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "a_bytes"});
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_defect_01_label_sets_are_merged),
        CASE(test_defect_02_nothing_is_escaped),
        CASE(test_defect_03_nan_poisons_sums),
        CASE(test_defect_05_names_collide_in_another_format),
        CASE(test_defect_08_created_series_in_text),
        CASE(test_defect_13_wrong_type_and_empty_help),
        CASE(test_defect_14_wrong_label_values_abort),
        CASE(test_defect_15_count_above_last_bucket),
        CASE(test_defect_17_two_handles_of_one_family_deadlock),
        CASE(test_defect_18_recordings_beside_scrape_are_buffered),
        CASE(test_defect_22_invalid_names_hang_the_scrape),
        CASE(test_defect_24_unit_is_no_part_of_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
