/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of outcomes (promlet/scope.h): duration and error type, whatever way a function is left. */
#include "support/allocations.h"
#include "support/scopes.h"

#include <errno.h>

static promlet_histogram_family *requests;

static int begin(void **state)
{
    (void)state;
    begin_with_stopped_time();
    requests =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "request_seconds",
                                                               .help = "Requests.",
                                                               .labels = {"method", "error_type"},
                                                               PROMLET_BOUNDS(1)});
    return 0;
}

static void expect_outcomes(const char *method, const char *error_type, double count, double sum)
{
    char sample[128];
    const char *const suffixes[] = {"count", "sum"};
    const double expected[] = {count, sum};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        (void)snprintf(sample, sizeof sample, "request_seconds_%s{method=\"%s\",error_type=\"%s\"}",
                       suffixes[i], method, error_type);
        expect_sample(sample, expected[i]);
    }
}

/* A function as users write it. */
static int answer(const char *method, int fault)
{
    PROMLET_OUTCOME_SCOPE(outcome, requests, method);
    pass(1);
    if (fault == 1) {
        promlet_outcome_fail(&outcome, "Timeout");
        return -1;
    }
    pass(2);
    if (fault == 2) {
        promlet_outcome_fail(&outcome, "Refused");
        pass(4);
        promlet_outcome_fail(&outcome, "Reset");
        return -2;
    }
    if (fault == 3) {
        promlet_outcome_cancel(&outcome);
    }
    return 0;
}

static void outcome_scope_records_duration_and_error(void **state)
{
    (void)state;
    assert_int_equal(answer("GET", 0), 0);
    assert_int_equal(answer("GET", 0), 0);
    assert_int_equal(answer("GET", 1), -1);
    assert_int_equal(answer("PUT", 2), -2);
    assert_int_equal(answer("PUT", 3), 0);
    expect_metrics(registry, "outcome", NULL,
                   "# HELP request_seconds Requests.\n"
                   "# TYPE request_seconds histogram\n"
                   "request_seconds_bucket{method=\"GET\",error_type=\"\",le=\"1.0\"} 0\n"
                   "request_seconds_bucket{method=\"GET\",error_type=\"\",le=\"+Inf\"} 2\n"
                   "request_seconds_sum{method=\"GET\",error_type=\"\"} 6\n"
                   "request_seconds_count{method=\"GET\",error_type=\"\"} 2\n"
                   "request_seconds_bucket{method=\"GET\",error_type=\"Timeout\",le=\"1.0\"} 1\n"
                   "request_seconds_bucket{method=\"GET\",error_type=\"Timeout\",le=\"+Inf\"} 1\n"
                   "request_seconds_sum{method=\"GET\",error_type=\"Timeout\"} 1\n"
                   "request_seconds_count{method=\"GET\",error_type=\"Timeout\"} 1\n"
                   "request_seconds_bucket{method=\"PUT\",error_type=\"Reset\",le=\"1.0\"} 0\n"
                   "request_seconds_bucket{method=\"PUT\",error_type=\"Reset\",le=\"+Inf\"} 1\n"
                   "request_seconds_sum{method=\"PUT\",error_type=\"Reset\"} 7\n"
                   "request_seconds_count{method=\"PUT\",error_type=\"Reset\"} 1\n"
                   "# EOF\n");
}

static void outcome_that_fails_without_name_is_no_success(void **state)
{
    (void)state;
    static const char *const none[] = {NULL, ""};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        PROMLET_OUTCOME_SCOPE(outcome, requests, "GET");
        promlet_outcome_fail(&outcome, none[i]);
    }
    expect_outcomes("GET", "_OTHER", 2, 0);
    promlet_outcome_fail(NULL, "Timeout");
    promlet_outcome_cancel(NULL);
    promlet_outcome_finish(NULL);
}

static void outcome_of_family_with_no_other_label_is_recorded(void **state)
{
    (void)state;
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry,
        &(promlet_opts){.name = "tick_seconds", .help = "Ticks.", .labels = {"error_type"}});
    for (int i = 0; i < 3; i++) {
        PROMLET_OUTCOME_SCOPE(outcome, family);
        if (i == 2) {
            promlet_outcome_fail(&outcome, "Late");
        }
    }
    expect_sample("tick_seconds_count{error_type=\"\"}", 2);
    expect_sample("tick_seconds_count{error_type=\"Late\"}", 1);
}

static void outcome_by_hand_is_finished_once(void **state)
{
    (void)state;
    const char *values[] = {"GET", NULL};
    promlet_outcome outcome = promlet_outcome_start(requests, values, 2);
    pass(2);
    promlet_outcome_finish(&outcome);
    promlet_outcome_finish(&outcome);
    expect_outcomes("GET", "", 1, 2);
}

static void outcome_while_off_records_nothing(void **state)
{
    (void)state;
    {
        PROMLET_OUTCOME_SCOPE(outcome, requests, "GET");
        promlet_set_recording(false);
    }
    {
        PROMLET_OUTCOME_SCOPE(outcome, requests, "GET");
        promlet_set_recording(true);
    }
    expect_outcomes("GET", "", 0, 0);
    expect_sample("promlet_dropped_total{reason=\"no_series\"}", 0);
}

static void outcome_with_wrong_values_is_counted(void **state)
{
    (void)state;
    const char *many[PROMLET_MAX_LABELS + 8] = {NULL};
    const size_t counts[] = {1, 3, PROMLET_MAX_LABELS, COUNT_OF(many), 0};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        promlet_outcome outcome = promlet_outcome_start(requests, many, counts[i]);
        promlet_outcome_fail(&outcome, "Timeout");
        promlet_outcome_finish(&outcome);
        expect_sample("promlet_dropped_total{reason=\"no_series\"}", (double)i + 1);
    }
    expect_status(registry, PROMLET_ERROR_LABELS,
                  "request_seconds: needs 2 label values (method, error_type), got 1");
    double before = scraped_value(NULL, "promlet_dropped_total{reason=\"no_series\"}");
    {
        PROMLET_OUTCOME_SCOPE(outcome, requests, NULL);
    }
    promlet_outcome outcome = promlet_outcome_start(requests, NULL, 2);
    promlet_outcome_fail(&outcome, "Timeout");
    promlet_outcome_finish(&outcome);
    expect_sample("promlet_dropped_total{reason=\"no_series\"}", COUNT_OF(counts) + 2);
    {
        PROMLET_OUTCOME_SCOPE(of_none, NULL, "GET");
    }
    assert_true((uint64_t)scraped_value(NULL, "promlet_dropped_total{reason=\"no_series\"}") ==
                (uint64_t)before + 1);
}

static void outcomes_of_known_series_ask_for_no_memory_and_keep_errno(void **state)
{
    (void)state;
    assert_int_equal(answer("GET", 0) + answer("GET", 1), -1);
    allocations_refuse(1, true);
    for (int i = 0; i < 100; i++) {
        errno = 4711;
        (void)answer("GET", 0);
        (void)answer("GET", 1);
        assert_int_equal(errno, 4711);
    }
    assert_true(atomic_load(&allocations_asked) == 0);
    allocations_refuse(0, false);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end_with_real_time)
    const struct CMUnitTest tests[] = {
        CASE(outcome_scope_records_duration_and_error),
        CASE(outcome_that_fails_without_name_is_no_success),
        CASE(outcome_of_family_with_no_other_label_is_recorded),
        CASE(outcome_by_hand_is_finished_once),
        CASE(outcome_while_off_records_nothing),
        CASE(outcome_with_wrong_values_is_counted),
        CASE(outcomes_of_known_series_ask_for_no_memory_and_keep_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
