/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of custom collectors: what they emit, and what their errors cost. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <math.h>

#define OWN_HEADS                                                                                  \
    "# HELP promlet_collector_duration_seconds How long the collector took in this scrape.\n"      \
    "# TYPE promlet_collector_duration_seconds gauge\n"

/* A registry's text without the lines of durations, which are never the same. */
static char *text_without_durations(promlet_registry *registry, const char *document)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    if (document != NULL) {
        keep_document(document, text, NULL);
    }
    char *to = text;
    for (char *line = text; *line != '\0';) {
        size_t size = (size_t)(strchr(line, '\n') - line) + 1;
        if (strstr(line, "promlet_collector_duration_seconds") == NULL ||
            strstr(line, "promlet_collector_duration_seconds") > line + size) {
            memmove(to, line, size);
            to += size;
        }
        line += size;
    }
    *to = '\0';
    return text;
}

static void expect_text(promlet_registry *registry, const char *document, const char *expected)
{
    char *text = text_without_durations(registry, document);
    assert_string_equal(text, expected);
    promlet_free(text);
}

#define SUCCESS_HEAD                                                                               \
    "# HELP promlet_collector_success Whether the collector worked in this scrape.\n"              \
    "# TYPE promlet_collector_success gauge\n"
#define FAILURES_HEAD                                                                              \
    "# HELP promlet_collector_failures_total Scrapes in which the collector did not work.\n"       \
    "# TYPE promlet_collector_failures_total counter\n"

static promlet_collector *add(promlet_registry *registry, const char *name,
                              promlet_collect_fn collect, void *ctx)
{
    return promlet_collector_new(
        registry, &(promlet_collector_opts){.name = name, .collect = collect, .ctx = ctx});
}

/* ---- what can be emitted --------------------------------------------------------------------- */

static promlet_status emit_each_type(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "temperature_celsius",
                                                      .help = "Temperature.",
                                                      .unit = "celsius",
                                                      .type = PROMLET_TYPE_GAUGE,
                                                      .labels = {"room"}});
    promlet_emit_value_at(emitter, 21.5, 1767225600000, "kitchen");
    promlet_emit_value(emitter, -3, "b\"a\n\\");
    promlet_emit_value_at(emitter, NAN, -5, "");
    promlet_emit_family(
        emitter,
        &(promlet_emit_opts){.name = "packets", .help = "Packets.", .type = PROMLET_TYPE_COUNTER});
    promlet_emit_u64(emitter, UINT64_MAX);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "strange", .help = "Strange."});
    promlet_emit_value(emitter, 1.25);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "wait_seconds",
                                                      .help = "Wait.",
                                                      .type = PROMLET_TYPE_HISTOGRAM,
                                                      .labels = {"queue", "host"}});
    const double bounds[] = {0.1, 1};
    const uint64_t counts[] = {4, 0, 2};
    promlet_emit_histogram(emitter, &(promlet_emit_histogram_data){.bounds = bounds,
                                                                   .bound_count = 2,
                                                                   .counts = counts,
                                                                   .sum = 7.5,
                                                                   .label_values = {"q", "h"}});
    promlet_emit_family(
        emitter,
        &(promlet_emit_opts){.name = "size_bytes", .help = "Size.", .type = PROMLET_TYPE_SUMMARY});
    const double quantiles[] = {0.5, 1};
    const double values[] = {3, NAN};
    return promlet_emit_summary(emitter, &(promlet_emit_summary_data){.quantiles = quantiles,
                                                                      .values = values,
                                                                      .quantile_count = 2,
                                                                      .count = 9,
                                                                      .sum = 27,
                                                                      .timestamp_ms = 1000});
}

static void collector_emits_each_type(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    add(registry, "all", emit_each_type, NULL);
    expect_text(registry, "collector_each_type",
                "# HELP packets_total Packets.\n"
                "# TYPE packets_total counter\n"
                "packets_total 18446744073709551615\n" SUCCESS_HEAD
                "promlet_collector_success{collector=\"all\"} 1\n"
                "# HELP size_bytes Size.\n"
                "# TYPE size_bytes summary\n"
                "size_bytes{quantile=\"0.5\"} 3 1000\n"
                "size_bytes{quantile=\"1.0\"} NaN 1000\n"
                "size_bytes_sum 27 1000\n"
                "size_bytes_count 9 1000\n"
                "# HELP strange Strange.\n"
                "# TYPE strange untyped\n"
                "strange 1.25\n"
                "# HELP temperature_celsius Temperature.\n"
                "# TYPE temperature_celsius gauge\n"
                "temperature_celsius{room=\"\"} NaN -5\n"
                "temperature_celsius{room=\"b\\\"a\\n\\\\\"} -3\n"
                "temperature_celsius{room=\"kitchen\"} 21.5 1767225600000\n"
                "# HELP wait_seconds Wait.\n"
                "# TYPE wait_seconds histogram\n"
                "wait_seconds_bucket{queue=\"q\",host=\"h\",le=\"0.1\"} 4\n"
                "wait_seconds_bucket{queue=\"q\",host=\"h\",le=\"1.0\"} 4\n"
                "wait_seconds_bucket{queue=\"q\",host=\"h\",le=\"+Inf\"} 6\n"
                "wait_seconds_sum{queue=\"q\",host=\"h\"} 7.5\n"
                "wait_seconds_count{queue=\"q\",host=\"h\"} 6\n"
                "# EOF\n");
    promlet_registry_free(registry);
}

static void collector_shows_its_duration(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    add(registry, "b\"b", emit_each_type, NULL);
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(
        strstr(text, OWN_HEADS "promlet_collector_duration_seconds{collector=\"b\\\"b\"} "));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void emitted_data_outlives_collector_and_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector *collector = add(registry, "all", emit_each_type, NULL);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_collector_free(collector);
    promlet_registry_free(registry);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_non_null(strstr(text, "temperature_celsius{room=\"kitchen\"} 21.5 1767225600000\n"));
    promlet_free(text);
    promlet_snapshot_release(snapshot);
}

static promlet_status emit_bad_utf8(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(
        emitter, &(promlet_emit_opts){
                     .name = "a", .help = "A\xff.", .type = PROMLET_TYPE_GAUGE, .labels = {"b"}});
    return promlet_emit_value(emitter, 1, "\xff");
}

static void emitted_bytes_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    add(registry, "c", emit_bad_utf8, NULL);
    expect_text(registry, "collector_utf8",
                "# HELP a A\xef\xbf\xbd.\n"
                "# TYPE a gauge\n"
                "a{b=\"\xef\xbf\xbd\"} 1\n" SUCCESS_HEAD
                "promlet_collector_success{collector=\"c\"} 1\n"
                "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- what errors cost ------------------------------------------------------------------------ */

static promlet_status emit_good(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "good", .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value(emitter, 1);
}

struct failure {
    promlet_status status;
    const char *sentence;
};

static promlet_status emit_and_fail(promlet_emitter *emitter, void *ctx)
{
    const struct failure *failure = ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "bad", .type = PROMLET_TYPE_GAUGE});
    promlet_emit_value(emitter, 1);
    if (failure->sentence != NULL) {
        promlet_set_last_error(failure->status, failure->sentence);
    }
    return failure->status;
}

static void test_defect_24_collector_error_costs_only_its_own_families(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    struct failure failure = {PROMLET_ERROR_SYSTEM, "the database is gone"};
    add(registry, "bad", emit_and_fail, &failure);
    add(registry, "good", emit_good, NULL);
    promlet_set_last_error(PROMLET_OK, "before");
    expect_text(registry, NULL,
                "# TYPE good gauge\ngood 1\n" FAILURES_HEAD
                "promlet_collector_failures_total{collector=\"bad\"} 1\n" SUCCESS_HEAD
                "promlet_collector_success{collector=\"bad\"} 0\n"
                "promlet_collector_success{collector=\"good\"} 1\n# EOF\n");
    assert_string_equal(promlet_last_error(), "before");
    assert_string_equal(heard.last, "collector bad: the database is gone");
    assert_int_equal(heard.count, 1);
    /* Again: counted, but no news. */
    assert_true(scraped_value(registry, "promlet_collector_failures_total{collector=\"bad\"}") ==
                2);
    assert_int_equal(heard.count, 1);
    failure.status = PROMLET_OK;
    assert_true(scraped_value(registry, "bad") == 1);
    assert_true(scraped_value(registry, "promlet_collector_success{collector=\"bad\"}") == 1);
    failure = (struct failure){PROMLET_ERROR_MEMORY, NULL};
    assert_true(scraped_value(registry, "promlet_collector_failures_total{collector=\"bad\"}") ==
                3);
    assert_string_equal(heard.last, "collector bad: out of memory");
    stop_to_hear();
    promlet_registry_free(registry);
}

/* ---- names that others have ------------------------------------------------------------------ */

static void emitted_name_of_another_metric_or_collector_is_left_out(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    add(registry, "first", emit_good, NULL);
    add(registry, "second", emit_good, NULL);
    char *text = promlet_registry_get_metrics(registry);
    assert_true(sample_value(text, "good") == 1);
    assert_true(sample_value(text, "promlet_collector_success{collector=\"first\"}") == 1);
    assert_non_null(strstr(text, "promlet_collector_success{collector=\"second\"} 0\n"));
    promlet_free(text);
    assert_string_equal(heard.last,
                        "collector second: good: another metric or collector has the name good");
    promlet_gauge_new(registry, &(promlet_opts){.name = "good"});
    text = promlet_registry_get_metrics(registry);
    assert_non_null(strstr(text, "\ngood 0\n"));
    assert_non_null(strstr(text, "promlet_collector_success{collector=\"first\"} 0\n"));
    promlet_free(text);
    stop_to_hear();
    promlet_registry_free(registry);
}

static void collector_of_taken_name_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector *first = add(registry, "c", emit_good, NULL);
    promlet_collector *second = add(registry, "c", emit_good, NULL);
    assert_ptr_not_equal(first, second);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "c: a collector of that name is registered already");
    promlet_collector_free(second);
    promlet_collector_free(first);
    promlet_collector *third = add(registry, "c", emit_good, NULL);
    assert_true(scraped_value(registry, "good") == 1);
    promlet_collector_free(third);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
    promlet_registry_free(registry);
}

static void collector_with_wrong_options_is_refused(void **state)
{
    (void)state;
    const char *const families[] = {"a", NULL};
    const struct {
        promlet_collector_opts options;
        promlet_status status;
        const char *why;
    } cases[] = {
        {{.collect = emit_good}, PROMLET_ERROR_NAME, "a collector's name is NULL"},
        {{.name = "", .collect = emit_good}, PROMLET_ERROR_NAME, "a collector's name is empty"},
        {{.name = "c"}, PROMLET_ERROR_ARGUMENT, "c: a collector's function is NULL"},
        {{.name = "c", .collect = emit_good, .deadline_seconds = -1},
         PROMLET_ERROR_ARGUMENT,
         "c: deadline_seconds is -1, below 0"},
        {{.name = "c", .collect = emit_good, .deadline_seconds = NAN},
         PROMLET_ERROR_ARGUMENT,
         "c: deadline_seconds is not a number"},
        {{.name = "c", .collect = emit_good, .family_count = 1},
         PROMLET_ERROR_ARGUMENT,
         "c: families is NULL, but family_count is 1"},
        {{.name = "c", .collect = emit_good, .families = families, .family_count = 2},
         PROMLET_ERROR_ARGUMENT,
         "c: families[1] is NULL"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        promlet_collector_free(promlet_collector_new(registry, &cases[i].options));
        expect_status(registry, cases[i].status, cases[i].why);
        promlet_registry_free(registry);
    }
    promlet_registry *registry = new_registry();
    assert_non_null(promlet_collector_new(registry, NULL));
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "a collector's options are NULL");
    promlet_registry_free(registry);
}

/* ---- what a registry adds -------------------------------------------------------------------- */

static promlet_status emit_labelled(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "open",
                                                      .help = "Open.",
                                                      .type = PROMLET_TYPE_GAUGE,
                                                      .labels = {"pool"}});
    promlet_emit_value(emitter, 1, "b");
    promlet_emit_value(emitter, 2, "a");
    return promlet_emit_family(emitter, &(promlet_emit_opts){.name = "empty", .help = "Empty."});
}

static double give_three(void *ctx)
{
    (void)ctx;
    return 3;
}

static void registry_prefix_and_labels_are_for_what_is_collected(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.prefix = "app_",
                                                                  .const_labels = {{"zone", "x"}},
                                                                  .hide_empty_families = true});
    add(registry, "c", emit_labelled, NULL);
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "asked", .help = "Asked."},
                               give_three, NULL);
    expect_text(registry, "collector_prefix",
                "# HELP app_asked Asked.\n"
                "# TYPE app_asked gauge\n"
                "app_asked{zone=\"x\"} 3\n"
                "# HELP app_open Open.\n"
                "# TYPE app_open gauge\n"
                "app_open{zone=\"x\",pool=\"a\"} 2\n"
                "app_open{zone=\"x\",pool=\"b\"} 1\n" SUCCESS_HEAD
                "promlet_collector_success{zone=\"x\",collector=\"c\"} 1\n"
                "# EOF\n");
    promlet_registry_free(registry);
}

static void keep_finding(const promlet_lint_finding *finding, void *ctx)
{
    (void)strncat(ctx, finding->metric, 50);
    (void)strncat(ctx, " ", 2);
}

static void linter_reads_what_is_collected(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    add(registry, "c", emit_good, NULL);
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "asked"}, give_three, NULL);
    char findings[200] = "";
    assert_int_equal(promlet_registry_lint(registry, keep_finding, findings),
                     2); /* neither has a help */
    assert_string_equal(findings, "asked good ");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collector_emits_each_type),
        cmocka_unit_test(collector_shows_its_duration),
        cmocka_unit_test(emitted_data_outlives_collector_and_registry),
        cmocka_unit_test(emitted_bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(test_defect_24_collector_error_costs_only_its_own_families),
        cmocka_unit_test(emitted_name_of_another_metric_or_collector_is_left_out),
        cmocka_unit_test(collector_of_taken_name_is_refused),
        cmocka_unit_test(registry_prefix_and_labels_are_for_what_is_collected),
        cmocka_unit_test(linter_reads_what_is_collected),
        cmocka_unit_test(collector_with_wrong_options_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
