/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/summary.h: count and sum, quantiles, the options and the text. */
#include "base/clock.h"
#include "support/expect.h"

#include <errno.h>
#include <math.h>

PROMLET_STATIC_SUMMARY(static_summary, "static_sizes", "Sizes.");

static promlet_summary *new_summary(promlet_registry *registry)
{
    promlet_summary *summary = promlet_summary_new(
        registry, &(promlet_opts){.name = "answer_bytes", .help = "Size of an answer."});
    expect_status(registry, PROMLET_OK, "");
    return summary;
}

static promlet_summary *new_with_quantiles(promlet_registry *registry)
{
    promlet_summary *summary =
        promlet_summary_new(registry, &(promlet_opts){.name = "wait_seconds",
                                                      .help = "Time to wait.",
                                                      PROMLET_QUANTILES(0, 0.5, 0.99, 1)});
    expect_status(registry, PROMLET_OK, "");
    return summary;
}

static void expect_near(double value, double exact)
{
    assert_true(fabs(value - exact) <= 0.01 * fabs(exact));
}

/* ---- count and sum --------------------------------------------------------------------------- */

static void summary_new_is_shown_at_zero(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)new_summary(registry);
    expect_metrics(registry, "summary_new", NULL,
                   "# HELP answer_bytes Size of an answer.\n"
                   "# TYPE answer_bytes summary\n"
                   "answer_bytes_sum 0\n"
                   "answer_bytes_count 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void summary_counts_and_sums(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary = new_summary(registry);
    promlet_summary_observe(summary, 100);
    promlet_summary_observe(summary, 0.5);
    promlet_summary_observe(summary, -20);
    expect_metrics(registry, "summary_counts_and_sums", NULL,
                   "# HELP answer_bytes Size of an answer.\n"
                   "# TYPE answer_bytes summary\n"
                   "answer_bytes_sum 80.5\n"
                   "answer_bytes_count 3\n"
                   "# EOF\n");
    assert_int_equal(promlet_summary_count(summary), 3);
    expect_near(promlet_summary_sum(summary), 80.5);
    assert_true(isnan(promlet_summary_quantile(summary, 0.5)));
    promlet_registry_free(registry);
}

static void summary_per_cpu_cells_count_beside_its_own(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary =
        promlet_summary_new(registry, &(promlet_opts){.name = "s", .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(summary->spread);
    summary->count = 2; /* as if recorded before it was given the others */
    promlet_summary_observe(summary, 1.5);
    promlet_summary_observe(summary, 2);
    assert_int_equal(promlet_summary_count(summary), 4);
    expect_near(promlet_summary_sum(summary), 3.5);
    expect_near(scraped_value(registry, "s_count"), 4);
    promlet_registry_free(registry);
}

static void summary_not_finite_is_dropped_and_counted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary = new_with_quantiles(registry);
    promlet_summary_observe(summary, NAN);
    promlet_summary_observe(summary, INFINITY);
    promlet_summary_observe(summary, -INFINITY);
    expect_metrics(registry, "summary_not_finite", NULL,
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"infinite\"} 2\n"
                   "promlet_dropped_total{reason=\"nan\"} 1\n"
                   "# HELP wait_seconds Time to wait.\n"
                   "# TYPE wait_seconds summary\n"
                   "wait_seconds{quantile=\"0.0\"} NaN\n"
                   "wait_seconds{quantile=\"0.5\"} NaN\n"
                   "wait_seconds{quantile=\"0.99\"} NaN\n"
                   "wait_seconds{quantile=\"1.0\"} NaN\n"
                   "wait_seconds_sum 0\n"
                   "wait_seconds_count 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void summary_recording_keeps_errno(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary = new_with_quantiles(registry);
    errno = 4711;
    promlet_summary_observe(summary, 1);
    promlet_summary_observe(summary, NAN);
    promlet_summary_observe(NULL, 1);
    (void)promlet_summary_quantile(summary, 0.5);
    assert_int_equal(errno, 4711);
    promlet_registry_free(registry);
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void summary_family_labels_stand_before_quantile(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary_family *family =
        promlet_summary_family_new(registry, &(promlet_opts){.name = "call_seconds",
                                                             .help = "Time of a call.",
                                                             .labels = {"peer"},
                                                             PROMLET_QUANTILES(0.5)});
    promlet_summary_observe(promlet_summary_with(family, "db"), 0);
    promlet_summary_observe_by(family, 0, "web");
    promlet_summary_observe_by(family, -0.25, "web");
    promlet_summary_observe_by(family, 0, "web");
    expect_metrics(registry, "summary_family", NULL,
                   "# HELP call_seconds Time of a call.\n"
                   "# TYPE call_seconds summary\n"
                   "call_seconds{peer=\"db\",quantile=\"0.5\"} 0\n"
                   "call_seconds_sum{peer=\"db\"} 0\n"
                   "call_seconds_count{peer=\"db\"} 1\n"
                   "call_seconds{peer=\"web\",quantile=\"0.5\"} 0\n"
                   "call_seconds_sum{peer=\"web\"} -0.25\n"
                   "call_seconds_count{peer=\"web\"} 3\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- file scope ------------------------------------------------------------------------------ */

/* Beside a metric of the same name that the registry has made. */
static void summary_at_file_scope_is_found_and_added_up(void **state)
{
    (void)state;
    promlet_summary *other =
        promlet_summary_new(NULL, &(promlet_opts){.name = "static_sizes", .help = "Sizes."});
    promlet_summary_observe(static_summary, 3);
    promlet_summary_observe(static_summary, NAN);
    promlet_summary_observe(other, 4);
    expect_near(scraped_value(NULL, "static_sizes_count"), 2);
    expect_near(scraped_value(NULL, "static_sizes_sum"), 7);
    assert_int_equal(promlet_summary_count(static_summary), 1);
    expect_near(promlet_summary_sum(static_summary), 3);
    assert_true(isnan(promlet_summary_quantile(static_summary, 0.5)));
    expect_status(NULL, PROMLET_OK, "");
}

/* ---- quantiles ------------------------------------------------------------------------------- */

static void summary_quantiles_are_near_the_exact_ones(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary = new_with_quantiles(registry);
    for (int i = 1; i <= 1000; i++) {
        promlet_summary_observe(summary, i * 0.001);
    }
    expect_near(kept_value(registry, "summary_quantiles", "wait_seconds{quantile=\"0.99\"}"), 0.99);
    expect_near(scraped_value(registry, "wait_seconds{quantile=\"0.0\"}"), 0.001);
    expect_near(scraped_value(registry, "wait_seconds{quantile=\"0.5\"}"), 0.5);
    expect_near(scraped_value(registry, "wait_seconds{quantile=\"1.0\"}"), 1);
    expect_near(promlet_summary_quantile(summary, 0.25), 0.25);
    assert_true(isnan(promlet_summary_quantile(summary, -0.1)));
    assert_true(isnan(promlet_summary_quantile(summary, 1.1)));
    assert_true(isnan(promlet_summary_quantile(summary, NAN)));
    promlet_registry_free(registry);
}

/* On a clock that is set, so that nobody waits. */
static void summary_quantiles_end_with_the_window(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary = promlet_summary_new(
        registry,
        &(promlet_opts){.name = "s", .help = "S.", PROMLET_QUANTILES(1), .window_seconds = 1});
    pml_clock_stop_at(0);
    promlet_summary_observe(summary, 4);
    expect_near(scraped_value(registry, "s{quantile=\"1.0\"}"), 4);
    assert_true(pml_clock_advance(1000000000));
    assert_true(isnan(scraped_value(registry, "s{quantile=\"1.0\"}")));
    assert_true(isnan(promlet_summary_quantile(summary, 1)));
    assert_int_equal(promlet_summary_count(summary), 1);
    promlet_summary_observe(summary, 6);
    expect_near(promlet_summary_quantile(summary, 0), 6);
    expect_near(promlet_summary_sum(summary), 10);
    pml_clock_run();
    promlet_registry_free(registry);
}

static void timer_is_observed_in_a_summary(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary *summary = new_with_quantiles(registry);
    double seconds = promlet_timer_observe_summary(promlet_timer_start(), summary);
    assert_true(seconds >= 0);
    assert_int_equal(promlet_summary_count(summary), 1);
    expect_near(promlet_summary_sum(summary), seconds);
    (void)promlet_timer_observe_summary(promlet_timer_start(), NULL);
    promlet_registry_free(registry);
}

/* ---- options --------------------------------------------------------------------------------- */

static void refused(const promlet_opts *options, promlet_status status, const char *sentence)
{
    promlet_registry *registry = new_registry();
    promlet_summary *sink = promlet_summary_new(registry, options);
    assert_non_null(sink);
    expect_status(registry, status, sentence);
    promlet_summary_observe(sink, 1);
    assert_int_equal(promlet_summary_count(sink), 0);
    assert_true(isnan(promlet_summary_quantile(sink, 0.5)));
    promlet_registry_free(registry);
}

static void summary_wrong_options_are_refused(void **state)
{
    (void)state;
    const promlet_status argument = PROMLET_ERROR_ARGUMENT;
    refused(&(promlet_opts){.name = "s", PROMLET_QUANTILES(0.5, 1.5)}, argument,
            "s: quantile number 2 is not from 0 to 1");
    refused(&(promlet_opts){.name = "s", PROMLET_QUANTILES(NAN)}, argument,
            "s: quantile number 1 is not from 0 to 1");
    refused(&(promlet_opts){.name = "s", PROMLET_QUANTILES(0.9, 0.9)}, argument,
            "s: quantile number 2 is not above the one before it");
    refused(&(promlet_opts){.name = "s", .quantile_count = 2}, argument,
            "s: quantiles is NULL, but quantile_count is 2");
    refused(&(promlet_opts){.name = "s", PROMLET_QUANTILES(0.5), .window_seconds = 0.5}, argument,
            "s: window_seconds must be from 1 second to a year");
    refused(&(promlet_opts){.name = "s", PROMLET_QUANTILES(0.5), .window_seconds = NAN}, argument,
            "s: window_seconds must be from 1 second to a year");
    refused(&(promlet_opts){.name = "s", .window_seconds = 60}, argument,
            "s: window_seconds is of use with quantiles only");
    refused(&(promlet_opts){.name = "s", PROMLET_STATES("on")}, argument,
            "s: a summary has no states");
    refused(&(promlet_opts){.name = "s", PROMLET_BOUNDS(1)}, PROMLET_ERROR_BOUNDS,
            "s: a summary has no bucket bounds");
    double many[PROMLET_MAX_QUANTILES + 1];
    for (int i = 0; i <= PROMLET_MAX_QUANTILES; i++) {
        many[i] = i / 1000.0;
    }
    refused(&(promlet_opts){.name = "s", .quantiles = many, .quantile_count = COUNT_OF(many)},
            argument, "s: 101 quantiles are more than 100");
}

static void quantiles_of_others_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_histogram_new(registry, &(promlet_opts){.name = "h", PROMLET_QUANTILES(0.5)});
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "h: a histogram has no quantiles");
    promlet_registry_free(registry);
    registry = new_registry();
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g", .window_seconds = 60});
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "g: window_seconds is of use with quantiles only");
    promlet_registry_free(registry);
}

static void summary_same_definition_is_the_same_summary(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "s", PROMLET_QUANTILES(0.5, 0.9)};
    promlet_summary *first = promlet_summary_new(registry, &options);
    assert_ptr_equal(promlet_summary_new(registry, &options), first);
    options.window_seconds = PROMLET_DEFAULT_WINDOW_SECONDS;
    assert_ptr_equal(promlet_summary_new(registry, &options), first);
    expect_status(registry, PROMLET_OK, "");
    options.window_seconds = 60;
    assert_ptr_not_equal(promlet_summary_new(registry, &options), first);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "s: window in seconds 60 here, 600 before (both: type summary, quantiles "
                  "{0.5,0.9})");
    options.window_seconds = 0;
    options.quantile_count = 1;
    assert_ptr_not_equal(promlet_summary_new(registry, &options), first);
    promlet_registry_free(registry);
}

static void summary_claims_its_samples_names(void **state)
{
    (void)state;
    static const char *const taken[] = {"s_sum", "s_count", "s_created"};
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        promlet_registry *registry = new_registry();
        (void)promlet_summary_new(registry, &(promlet_opts){.name = "s"});
        (void)promlet_gauge_new(registry, &(promlet_opts){.name = taken[i]});
        assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
        promlet_registry_free(registry);
    }
}

static void summary_options_of_an_older_program_are_read(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "s", PROMLET_QUANTILES(0.5), .window_seconds = -1};
    (void)promlet_summary_new_sized(registry, &options, offsetof(promlet_opts, states));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summary_new_is_shown_at_zero),
        cmocka_unit_test(summary_counts_and_sums),
        cmocka_unit_test(summary_per_cpu_cells_count_beside_its_own),
        cmocka_unit_test(summary_not_finite_is_dropped_and_counted),
        cmocka_unit_test(summary_recording_keeps_errno),
        cmocka_unit_test(summary_family_labels_stand_before_quantile),
        cmocka_unit_test(summary_at_file_scope_is_found_and_added_up),
        cmocka_unit_test(summary_quantiles_are_near_the_exact_ones),
        cmocka_unit_test(summary_quantiles_end_with_the_window),
        cmocka_unit_test(timer_is_observed_in_a_summary),
        cmocka_unit_test(summary_wrong_options_are_refused),
        cmocka_unit_test(quantiles_of_others_are_refused),
        cmocka_unit_test(summary_same_definition_is_the_same_summary),
        cmocka_unit_test(summary_claims_its_samples_names),
        cmocka_unit_test(summary_options_of_an_older_program_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
