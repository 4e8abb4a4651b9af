/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of promlet_dashboard() and promlet_alert_rules(): their documents as a whole, and the
 * expression, the unit and the legend that each type of metric gets. Whether Prometheus and
 * promtool take them is up to tests/monitoring.
 */
#include "support/dashboards.h"
#include "support/golden.h"

#define WINDOW "[$__rate_interval]"
#define HERE "job=~\\\"$job\\\", instance=~\\\"$instance\\\""

/* ---- the whole ------------------------------------------------------------------------------- */

static promlet_registry *service(void)
{
    promlet_registry *registry = new_registry();
    promlet_counter_family_new(registry, &(promlet_opts){.name = "http_requests_total",
                                                         .help = "Requests served.",
                                                         .labels = {"method", "code"}});
    promlet_histogram_new(registry, &(promlet_opts){.name = "http_request_duration_seconds",
                                                    .help = "Time to answer."});
    promlet_gauge_new(registry, &(promlet_opts){.name = "queue_bytes"});
    promlet_info_family_new(registry,
                            &(promlet_opts){.name = "service_info", .labels = {"version"}});
    promlet_state_set_new(registry,
                          &(promlet_opts){.name = "service_phase", PROMLET_STATES("a", "b")});
    return registry;
}

static void documents_are_as_they_were_read(void **state)
{
    (void)state;
    promlet_registry *registry = service();
    char *text =
        promlet_dashboard(registry, &(promlet_dashboard_opts){.title = "Shop", .job = "shop"});
    check_golden_text("dashboard", "json", text);
    promlet_free(text);
    text = promlet_alert_rules(registry, &(promlet_alert_opts){.job = "shop"});
    check_golden_text("alert_rules", "yml", text);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* Numbers are the only thing in them that a locale could change. */
static void documents_follow_no_locale(void **state)
{
    choose_comma_locale();
    documents_are_as_they_were_read(state);
    (void)setlocale(LC_ALL, "C");
}

static void documents_do_not_depend_on_values(void **state)
{
    (void)state;
    promlet_registry *registry = service();
    char *before = promlet_dashboard(registry, NULL);
    promlet_counter_family *requests =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "http_requests_total",
                                                             .help = "Requests served.",
                                                             .labels = {"method", "code"}});
    promlet_counter_inc_by(requests, "GET", "200");
    char *after = promlet_dashboard(registry, NULL);
    assert_string_equal(before, after);
    promlet_free(before);
    promlet_free(after);
    promlet_registry_free(registry);
}

static void dashboard_of_an_empty_registry_shows_its_targets(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    EXPECT_DASHBOARD(registry, "\"title\": \"Metrics\"", "\"expr\": \"up{" HERE "}\"");
}

/* ---- types ----------------------------------------------------------------------------------- */

static void counter_shows_its_rate_by_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family_new(registry,
                               &(promlet_opts){.name = "sent_bytes_total", .labels = {"to", "by"}});
    EXPECT_DASHBOARD(registry, "\"title\": \"sent\"", "\"title\": \"sent_bytes_total per second\"",
                     "\"expr\": \"sum by (to, by) (rate(sent_bytes_total{" HERE "}" WINDOW "))\"",
                     "\"legendFormat\": \"{{to}} {{by}}\"", "\"unit\": \"Bps\"");
}

static void counter_without_labels_is_summed_over_instances(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "busy_seconds_total"});
    EXPECT_DASHBOARD(registry, "\"expr\": \"sum(rate(busy_seconds_total{" HERE "}" WINDOW "))\"",
                     "\"legendFormat\": \"per second\"", "\"unit\": \"percentunit\"");
}

static void gauge_shows_its_value_by_instance(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "room_celsius", .help = "Heat.", .labels = {"room"}});
    EXPECT_DASHBOARD(registry, "\"expr\": \"room_celsius{" HERE "}\"",
                     "\"legendFormat\": \"{{instance}} {{room}}\"", "\"unit\": \"celsius\"",
                     "\"description\": \"Heat.\"");
}

static void gauge_of_a_time_shows_how_long_ago_it_was(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "last_run_timestamp_seconds"});
    EXPECT_DASHBOARD(registry, "\"expr\": \"time() - last_run_timestamp_seconds{" HERE "}\"",
                     "\"unit\": \"s\"");
}

static void histogram_shows_quantiles_and_observations(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family_new(registry,
                                 &(promlet_opts){.name = "wait_seconds", .labels = {"queue"}});
    EXPECT_DASHBOARD(
        registry,
        "\"expr\": \"histogram_quantile(0.5, sum by (le) (rate(wait_seconds_bucket{" HERE "}" WINDOW
        ")))\"",
        "\"expr\": \"histogram_quantile(0.95, sum by (le) (", "\"legendFormat\": \"p99\"",
        "\"expr\": \"sum by (queue) (rate(wait_seconds_count{" HERE "}" WINDOW "))\"");
}

static void histogram_with_native_buckets_is_asked_for_both(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_new(registry, &(promlet_opts){.name = "wait", .native_factor = 1.1});
    EXPECT_DASHBOARD(registry,
                     "\"histogram_quantile(0.5, sum by (le) (rate(wait_bucket{" HERE "}" WINDOW
                     "))) or histogram_quantile(0.5, sum(rate(wait{" HERE "}" WINDOW ")))\"",
                     "\"sum(rate(wait_count{" HERE "}" WINDOW
                     ")) or histogram_count(sum(rate(wait{" HERE "}" WINDOW ")))\"");
}

static void histogram_with_native_buckets_alone_is_asked_for_those(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_new(
        registry, &(promlet_opts){.name = "wait", .native_factor = 1.1, .native_only = true});
    EXPECT_DASHBOARD(registry, "\"histogram_quantile(0.5, sum(rate(wait{" HERE "}" WINDOW ")))\"",
                     "\"histogram_count(sum(rate(wait{" HERE "}" WINDOW ")))\"");
}

static void histogram_with_one_bucket_has_no_quantiles(void **state)
{
    (void)state;
    static const double none[1];
    promlet_registry *registry = new_registry();
    promlet_histogram_new(registry, &(promlet_opts){.name = "wait", .bounds = none});
    char *text = promlet_dashboard(registry, NULL);
    expect_in(text, "wait_count");
    expect_not_in(text, "histogram_quantile");
    promlet_free(text);
    promlet_registry_free(registry);
}

static void summary_shows_mean_and_quantiles(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary_new(registry, &(promlet_opts){.name = "size_bytes", PROMLET_QUANTILES(0.5)});
    EXPECT_DASHBOARD(registry, "\"title\": \"size_bytes: quantiles and mean\"",
                     "\"expr\": \"size_bytes{" HERE "}\"",
                     "\"expr\": \"sum(rate(size_bytes_sum{" HERE "}" WINDOW
                     ")) / sum(rate(size_bytes_count{" HERE "}" WINDOW "))\"",
                     "\"unit\": \"bytes\"");
    registry = new_registry();
    promlet_summary_new(registry, &(promlet_opts){.name = "size"});
    EXPECT_DASHBOARD(registry, "\"title\": \"size: mean\"");
}

static void info_and_states_have_panels_of_their_own(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_info_family_new(registry, &(promlet_opts){.name = "build", .labels = {"x"}});
    promlet_state_set_family_new(
        registry, &(promlet_opts){.name = "phase", .labels = {"x"}, PROMLET_STATES("a")});
    promlet_unknown_new(registry, &(promlet_opts){.name = "odd"});
    EXPECT_DASHBOARD(registry, "\"type\": \"table\"", "\"expr\": \"build_info{" HERE "}\"",
                     "\"type\": \"state-timeline\"", "\"legendFormat\": \"{{phase}} {{x}}\"",
                     "\"expr\": \"odd{" HERE "}\"");
}

static promlet_status emit_sizes(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    return promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "waiting", .type = PROMLET_TYPE_GAUGE_HISTOGRAM});
}

static void gauge_histogram_shows_quantiles_as_they_are(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector_new(registry,
                          &(promlet_collector_opts){.name = "sizes", .collect = emit_sizes});
    EXPECT_DASHBOARD(registry,
                     "\"histogram_quantile(0.5, sum by (le) (waiting_bucket{" HERE "}))\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_as_they_were_read),
        cmocka_unit_test(documents_follow_no_locale),
        cmocka_unit_test(documents_do_not_depend_on_values),
        cmocka_unit_test(dashboard_of_an_empty_registry_shows_its_targets),
        cmocka_unit_test(counter_shows_its_rate_by_labels),
        cmocka_unit_test(counter_without_labels_is_summed_over_instances),
        cmocka_unit_test(gauge_shows_its_value_by_instance),
        cmocka_unit_test(gauge_of_a_time_shows_how_long_ago_it_was),
        cmocka_unit_test(histogram_shows_quantiles_and_observations),
        cmocka_unit_test(histogram_with_native_buckets_is_asked_for_both),
        cmocka_unit_test(histogram_with_native_buckets_alone_is_asked_for_those),
        cmocka_unit_test(histogram_with_one_bucket_has_no_quantiles),
        cmocka_unit_test(summary_shows_mean_and_quantiles),
        cmocka_unit_test(info_and_states_have_panels_of_their_own),
        cmocka_unit_test(gauge_histogram_shows_quantiles_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
