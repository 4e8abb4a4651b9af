/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_timer_observe_by(): time recorded by label values. */
#include "support/allocations.h"
#include "support/scopes.h"

#include <errno.h>

#define COUNT "answer_seconds_count{path=\"/\"}"
#define SUM "answer_seconds_sum{path=\"/\"}"

static promlet_histogram_family *answers;

static int begin(void **state)
{
    (void)state;
    begin_with_stopped_time();
    answers = promlet_histogram_family_new(registry, &(promlet_opts){.name = "answer_seconds",
                                                                     .help = "Answers.",
                                                                     .labels = {"path"},
                                                                     PROMLET_BOUNDS(1)});
    return 0;
}

static void timer_by_values_records_and_returns_the_time(void **state)
{
    (void)state;
    const promlet_clock clocks[] = {PROMLET_CLOCK_PRECISE, PROMLET_CLOCK_FAST,
                                    PROMLET_CLOCK_COARSE};
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_timer timer = promlet_timer_start_with(clocks[i]);
        pass(0.5);
        double seconds = promlet_timer_observe_by(timer, answers, "/");
        assert_true(seconds >= 0.5 && seconds <= 0.5);
    }
    expect_sample(COUNT, 3);
    expect_sample(SUM, 1.5);
}

static void timer_by_values_records_nothing_while_off_or_started_off(void **state)
{
    (void)state;
    promlet_timer before = promlet_timer_start();
    promlet_timer_observe_by(before, answers, "/");
    promlet_set_recording(false);
    pass(1);
    promlet_timer meanwhile = promlet_timer_start();
    assert_true(promlet_timer_observe_by(before, answers, "/") <= 0);
    promlet_set_recording(true);
    pass(1);
    assert_true(promlet_timer_observe_by(meanwhile, answers, "/") <= 0);
    assert_true(
        promlet_timer_observe_by(promlet_timer_start_with(PROMLET_CLOCK_NONE), answers, "/") <= 0);
    expect_sample(COUNT, 1);
    expect_sample(SUM, 0);
}

static void timer_by_values_has_the_errors_of_the_histogram(void **state)
{
    (void)state;
    promlet_timer timer = promlet_timer_start();
    pass(0.25);
    double seconds = promlet_timer_observe_by(timer, answers, "/", "x");
    assert_true(seconds >= 0.25 && seconds <= 0.25);
    expect_status(registry, PROMLET_ERROR_LABELS,
                  "answer_seconds: needs 1 label value (path), got 2");
    expect_sample("promlet_dropped_total{reason=\"no_series\"}", 1);
    double refused = scraped_value(NULL, "promlet_dropped_total{reason=\"no_series\"}");
    (void)promlet_timer_observe_by_values(timer, NULL, NULL, 0);
    assert_true(scraped_value(NULL, "promlet_dropped_total{reason=\"no_series\"}") > refused ||
                refused < 0);
}

static void timer_by_values_on_known_series_needs_no_memory_and_keeps_errno(void **state)
{
    (void)state;
    promlet_timer timer = promlet_timer_start();
    promlet_timer_observe_by(timer, answers, "/");
    allocations_refuse(1, true);
    errno = 4711;
    promlet_timer_observe_by(timer, answers, "/");
    assert_int_equal(errno, 4711);
    assert_true(atomic_load(&allocations_asked) == 0);
    allocations_refuse(0, false);
    expect_sample(COUNT, 2);
}

/* ---- zero ------------------------------------------------------------------------------------ */

/* It adds to no sum, so it takes a way of its own, into each kind of cell. */
static void expect_zeros_beside_others(const promlet_opts *options)
{
    promlet_histogram_family *family = promlet_histogram_family_new(registry, options);
    promlet_timer timer = promlet_timer_start_with(PROMLET_CLOCK_COARSE);
    promlet_timer_observe_by(timer, family, "/");
    promlet_timer_observe(timer, promlet_histogram_with(family, "/"));
    pass(0.5);
    promlet_timer_observe_by(timer, family, "/");
    promlet_timer_observe_by(promlet_timer_start(), family, "/");
    char sample[100];
    static const struct {
        const char *suffix;
        double expected;
    } samples[] = {{"_bucket{path=\"/\",le=\"-1.0\"}", 0},
                   {"_bucket{path=\"/\",le=\"0.0\"}", 3},
                   {"_bucket{path=\"/\",le=\"1.0\"}", 4},
                   {"_count{path=\"/\"}", 4},
                   {"_sum{path=\"/\"}", 0.5}};
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        (void)snprintf(sample, sizeof sample, "%s%s", options->name, samples[i].suffix);
        expect_sample(sample, samples[i].expected);
    }
}

static void timer_that_tells_zero_counts_in_cells_of_every_kind(void **state)
{
    (void)state;
    promlet_opts options = {.name = "base_seconds",
                            .help = "Zeros.",
                            .labels = {"path"},
                            .cells = PROMLET_CELLS_SHARED,
                            PROMLET_BOUNDS(-1, 0, 1)};
    expect_zeros_beside_others(&options);
    options.name = "cpu_seconds";
    options.cells = PROMLET_CELLS_PER_CPU;
    expect_zeros_beside_others(&options);
    options.name = "native_seconds";
    options.native_factor = 1.1;
    expect_zeros_beside_others(&options);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end_with_real_time)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(timer_by_values_records_and_returns_the_time),
        CASE(timer_by_values_records_nothing_while_off_or_started_off),
        CASE(timer_by_values_has_the_errors_of_the_histogram),
        CASE(timer_by_values_on_known_series_needs_no_memory_and_keeps_errno),
        CASE(timer_that_tells_zero_counts_in_cells_of_every_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
