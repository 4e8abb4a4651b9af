/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_alert_rules(): which alerts there are for which metrics, and how texts and
   limits are written. */
#include "support/dashboards.h"

#include <math.h>

static void rules_of_an_empty_registry_are_of_targets_and_promlet(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    EXPECT_RULES(
        registry,
        "groups:\n  - name: \"promlet\"\n    rules:\n      - alert: ", "expr: \"up == 0\"",
        "alert: \"SeriesOverflow\"",
        "expr: \"increase(promlet_series_overflow_total[15m]) > 0 or "
        "(promlet_series_overflow_total unless promlet_series_overflow_total offset 15m)\"",
        "alert: \"RecordingsDropped\"");
}

static void histogram_in_seconds_is_watched_for_its_p95(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_new(registry, &(promlet_opts){.name = "wait_seconds", .help = "Waiting."});
    promlet_histogram_new(registry, &(promlet_opts){.name = "both_seconds", .native_factor = 1.1});
    EXPECT_RULES(
        registry,
        "expr: \"histogram_quantile(0.95, sum by (job, le) (rate(wait_seconds_bucket[5m]))) > "
        "0.8\"",
        "expr: \"(histogram_quantile(0.95, sum by (job, le) (rate(both_seconds_bucket[5m]))) or "
        "histogram_quantile(0.95, sum by (job) (rate(both_seconds[5m])))) > 0.8\"",
        "metric: \"wait_seconds\"", "description: \"Waiting.\"");
}

static void metrics_that_tell_failures_are_watched_for_them(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_counter_family_new(registry,
                               &(promlet_opts){.name = "a_total", .labels = {"method", "code"}});
    promlet_histogram_family_new(registry, &(promlet_opts){.name = "b", .labels = {"error.type"}});
    promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c_total", .labels = {"error_type", "code"}});
    EXPECT_RULES(registry,
                 "expr: \"(sum by (job) (rate(a_total{code=~\\\"5..\\\"}[5m]))) / "
                 "(sum by (job) (rate(a_total[5m]))) > 0.01\"",
                 "expr: \"(sum by (job) (rate(b_count{\\\"error.type\\\"!=\\\"\\\"}[5m]))) / "
                 "(sum by (job) (rate(b_count[5m]))) > 0.01\"",
                 "expr: \"(sum by (job) (rate(c_total{error_type!=\\\"\\\"}[5m])))");
}

static void what_tells_nothing_is_not_watched(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family_new(registry, &(promlet_opts){.name = "wait_seconds", .labels = {"code"}});
    promlet_counter_family_new(registry, &(promlet_opts){.name = "a_total", .labels = {"decode"}});
    promlet_histogram_new(registry, &(promlet_opts){.name = "size_bytes"});
    char *text = promlet_alert_rules(registry, NULL);
    expect_not_in(text, "wait_seconds");
    expect_not_in(text, "a_total");
    expect_not_in(text, "size_bytes");
    promlet_free(text);
    promlet_registry_free(registry);
}

static void process_is_watched_if_it_is_among_the_metrics(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "process_cpu_seconds_total"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "process_open_fds"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "process_resident_memory_bytes"});
    char *text = promlet_alert_rules(registry, NULL);
    expect_in(text, "expr: \"rate(process_cpu_seconds_total[5m]) > 0.7\"");
    expect_in(text, "expr: \"process_open_fds / process_max_fds > 0.8\"");
    expect_not_in(text, "process_resident_memory_bytes");
    promlet_free(text);
    text = promlet_alert_rules(registry, &(promlet_alert_opts){.max_memory_bytes = 1 << 30});
    expect_in(text, "expr: \"process_resident_memory_bytes > 1073741824\"");
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Prometheus reads these texts as templates. */
static void texts_are_no_templates(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_histogram_new(registry,
                          &(promlet_opts){.name = "a{{b}}_seconds", .help = "{{{ $value }}"});
    EXPECT_RULES(registry, "metric: \"a{{ \\\"{{\\\" }}b}}_seconds\"",
                 "summary: \"{{ $labels.job }}: p95 of a{{ \\\"{{\\\" }}b}}_seconds is ",
                 "description: \"{{ \\\"{{\\\" }}{ $value }}\"");
}

static void job_is_in_each_selector(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_histogram_family_new(registry,
                                 &(promlet_opts){.name = "a.b_seconds", .labels = {"code"}});
    char *text = promlet_alert_rules(
        registry, &(promlet_alert_opts){.group = "of \"a\"", .job = "a\"\\\n\xff"});
    expect_in(text, "  - name: \"of \\\"a\\\"\"\n");
    expect_in(text, "expr: \"up{job=\\\"a\\\\\\\"\\\\\\\\\\\\x0a\xef\xbf\xbd\\\"} == 0\"");
    expect_in(text, "rate({\\\"a.b_seconds_bucket\\\", job=\\\"a");
    expect_in(text, ", code=~\\\"5..\\\"}[5m])");
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void limits_are_written_as_short_as_they_can_be(void **state)
{
    (void)state;
    static const struct {
        double limit;
        const char *shown;
    } limits[] = {{0.1, " > 0.1\""},
                  {1e-7, " > 1e-07\""},
                  {0.1 + 0.2, " > 0.30000000000000004\""},
                  {3, " > 3\""},
                  {1e300, " > 1e+300\""}};
    promlet_registry *registry = new_registry();
    promlet_histogram_new(registry, &(promlet_opts){.name = "wait_seconds"});
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        char *text = promlet_alert_rules(registry,
                                         &(promlet_alert_opts){.max_p95_seconds = limits[i].limit});
        expect_in(text, limits[i].shown);
        promlet_free(text);
    }
    promlet_registry_free(registry);
}

static void limits_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_alert_opts options;
        const char *why;
    } wrong[] = {
        {{.max_p95_seconds = -1}, "max_p95_seconds: is negative or not finite"},
        {{.max_p95_seconds = INFINITY}, "max_p95_seconds: is negative or not finite"},
        {{.max_cpu_ratio = NAN}, "max_cpu_ratio: is negative or not finite"},
        {{.max_memory_bytes = -INFINITY}, "max_memory_bytes: is negative or not finite"},
        {{.max_error_ratio = 1}, "max_error_ratio: is not a share below 1"},
        {{.max_error_ratio = NAN}, "max_error_ratio: is not a share below 1"},
        {{.escaping = (promlet_escaping)-1}, "escaping: is none that there is"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        (void)promlet_set_last_error(PROMLET_OK, "");
        assert_null(promlet_alert_rules(NULL, &wrong[i].options));
        assert_string_equal(promlet_last_error(), wrong[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_an_empty_registry_are_of_targets_and_promlet),
        cmocka_unit_test(histogram_in_seconds_is_watched_for_its_p95),
        cmocka_unit_test(metrics_that_tell_failures_are_watched_for_them),
        cmocka_unit_test(what_tells_nothing_is_not_watched),
        cmocka_unit_test(process_is_watched_if_it_is_among_the_metrics),
        cmocka_unit_test(texts_are_no_templates),
        cmocka_unit_test(job_is_in_each_selector),
        cmocka_unit_test(limits_are_written_as_short_as_they_can_be),
        cmocka_unit_test(limits_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
