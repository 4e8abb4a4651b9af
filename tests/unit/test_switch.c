/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of promlet_set_recording(): while recording is off, nothing but gauges changes, by whatever
 * call, and nothing is refused, created or reported either. What timers do without reading a clock
 * is in test_timer_clocks.c, the inlined calls in tests/inline.
 */
#include "support/expect.h"
#include "support/heard_log.h"
#include "support/recording_calls.h"
#include "support/recording_path.h"
#include "support/stress.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static int switch_on(void **state)
{
    (void)state;
    promlet_set_recording(true);
    return 0;
}

static void recording_is_on_until_it_is_switched_off(void **state)
{
    (void)state;
    assert_true(promlet_recording_is_on());
    promlet_set_recording(false);
    assert_false(promlet_recording_is_on());
    promlet_set_recording(false);
    assert_false(promlet_recording_is_on());
    promlet_set_recording(true);
    assert_true(promlet_recording_is_on());
}

/* Every recording call but those of gauges, on every kind of handle. */
static void record_without_gauges(const struct handles *to)
{
    static const double values[] = {0, 1, 0.5, -1, 1e300, NAN, INFINITY};
    promlet_counter_inc(to->counter);
    promlet_counter_add_u64(to->counter, 3);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_counter_add(to->counter, values[i]);
        promlet_histogram_observe(to->histogram, values[i]);
        promlet_summary_observe(to->summary, values[i]);
        promlet_summary_observe(to->quantiles, values[i]);
    }
    assert_true(promlet_timer_observe_summary((promlet_timer){0, PROMLET_CLOCK_PRECISE},
                                              to->quantiles) <= 0);
    assert_true(promlet_timer_observe((promlet_timer){0, PROMLET_CLOCK_PRECISE}, to->histogram) <=
                0);
}

static void test_defect_23_off_every_kind_of_handle_records_nothing(void **state)
{
    (void)state;
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    record_without_clock(&sets[0]);
    char *before = promlet_registry_get_metrics(registry);
    char *defaults_before = promlet_get_metrics();
    promlet_set_recording(false);
    for (size_t set = 0; set < SETS; set++) {
        errno = 4711;
        record_without_gauges(&sets[set]);
        assert_int_equal(errno, 4711);
    }
    /* Neither are the refused values counted, nor the NULL handles. */
    char *after = promlet_registry_get_metrics(registry);
    char *defaults_after = promlet_get_metrics();
    assert_string_equal(after, before);
    assert_string_equal(defaults_after, defaults_before);
    promlet_free(before);
    promlet_free(after);
    promlet_free(defaults_before);
    promlet_free(defaults_after);
    promlet_registry_free(registry);
}

static void on_again_every_kind_of_handle_records(void **state)
{
    (void)state;
    struct handles sets[SETS];
    promlet_registry *registry = new_registry();
    make_handles(registry, sets);
    promlet_set_recording(false);
    promlet_set_recording(true);
    double dropped = scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}");
    double restarts = scraped_value(NULL, "static_jobs_total");
    for (size_t set = 0; set < SETS; set++) {
        promlet_counter_inc(sets[set].counter);
        promlet_histogram_observe(sets[set].histogram, 1);
        promlet_summary_observe(sets[set].summary, 1);
    }
    char *text = promlet_registry_get_metrics(registry);
    static const char *const lines[] = {"\nc_total 1\n",  "\nlc_total{key=\"a\"} 1\n",
                                        "\npc_total 1\n", "\nplc_total{key=\"a\"} 1\n",
                                        "\nh_count 1\n",  "\nlh_count{key=\"a\"} 1\n",
                                        "\nph_count 1\n", "\nplh_count{key=\"a\"} 1\n",
                                        "\ns_count 1\n",  "\nls_count{key=\"a\"} 1\n",
                                        "\nps_count 1\n", "\npls_count{key=\"a\"} 1\n"};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_non_null(strstr(text, lines[i]));
    }
    assert_true(scraped_value(NULL, "static_jobs_total") > restarts);
    assert_true(scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}") > dropped);
    promlet_free(text);
    promlet_registry_free(registry);
}

static void off_recording_by_values_creates_and_reports_nothing(void **state)
{
    (void)state;
    struct heard_log log = {0};
    promlet_registry *registry = new_registry();
    promlet_counter_family *counters = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"queue"}});
    promlet_histogram_family *histograms = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "wait_seconds", .help = "Wait.", .labels = {"queue"}});
    promlet_summary_family *summaries = promlet_summary_family_new(
        registry, &(promlet_opts){.name = "took_seconds", .help = "Took.", .labels = {"queue"}});
    double refused = scraped_value(NULL, "promlet_dropped_total{reason=\"no_series\"}");
    promlet_set_log_callback(hear_log, &log);
    promlet_set_recording(false);
    promlet_counter_inc_by(counters, "mail");
    promlet_counter_add_by(counters, 0.5, "mail");
    promlet_counter_add_u64_by(counters, 2, "mail");
    promlet_histogram_observe_by(histograms, 0.5, "mail");
    promlet_summary_observe_by(summaries, 0.5, "mail");
    promlet_timer started_on = {0, PROMLET_CLOCK_PRECISE};
    promlet_timer_observe_by(started_on, histograms, "mail");
    /* Mistakes, which are told when recording is on. */
    promlet_counter_inc_by(counters, "mail", "too many");
    promlet_counter_inc_by_values(NULL, NULL, 1);
    promlet_histogram_observe_by_values(histograms, 1, NULL, 1);
    promlet_summary_observe_by_values(summaries, 1, NULL, 1);
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(log.count, 0);
    expect_status(registry, PROMLET_OK, "");
    assert_true(scraped_value(NULL, "promlet_dropped_total{reason=\"no_series\"}") <= refused);
    expect_metrics(registry, "switch_by_values", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "# HELP took_seconds Took.\n"
                   "# TYPE took_seconds summary\n"
                   "# HELP wait_seconds Wait.\n"
                   "# TYPE wait_seconds histogram\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void off_gauges_go_on(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "depth", .help = "Depth."});
    promlet_gauge_family *gauges = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "queued", .help = "Queued.", .labels = {"queue"}});
    promlet_set_recording(false);
    promlet_gauge_set(gauge, 10);
    promlet_gauge_add(gauge, 5);
    promlet_gauge_sub(gauge, 2);
    promlet_gauge_inc(gauge);
    promlet_gauge_inc(gauge);
    promlet_gauge_dec(gauge);
    promlet_gauge_add(gauge, NAN);
    promlet_gauge_set_by(gauges, 3, "mail");
    promlet_gauge_add_by(gauges, 4, "mail");
    expect_metrics(registry, "switch_gauges", NULL,
                   "# HELP depth Depth.\n"
                   "# TYPE depth gauge\n"
                   "depth 14\n"
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"nan\"} 1\n"
                   "# HELP queued Queued.\n"
                   "# TYPE queued gauge\n"
                   "queued{queue=\"mail\"} 7\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void off_declarations_and_look_ups_work(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_set_recording(false);
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"queue"}});
    promlet_counter *mail = promlet_counter_with(jobs, "mail");
    promlet_counter_inc(mail);
    promlet_set_recording(true);
    promlet_counter_add_u64(mail, 2);
    expect_metrics(registry, "switch_declared", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{queue=\"mail\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- timers ---------------------------------------------------------------------------------- */

static promlet_histogram *new_histogram(promlet_registry *registry)
{
    return promlet_histogram_new(registry,
                                 &(promlet_opts){.name = "call_seconds", .help = "Time."});
}

static double count_of(promlet_registry *registry)
{
    return scraped_value(registry, "call_seconds_count");
}

static void timer_started_while_off_never_records(void **state)
{
    (void)state;
    static const promlet_clock clocks[] = {PROMLET_CLOCK_PRECISE, PROMLET_CLOCK_FAST,
                                           PROMLET_CLOCK_COARSE, PROMLET_CLOCK_NONE,
                                           (promlet_clock)4711};
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram(registry);
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_set_recording(false);
        promlet_timer timer = promlet_timer_start_with(clocks[i]);
        promlet_timer usual = promlet_timer_start();
        promlet_set_recording(true);
        assert_int_equal(timer.clock, PROMLET_CLOCK_NONE);
        assert_int_equal(usual.clock, PROMLET_CLOCK_NONE);
        assert_true(promlet_timer_seconds(timer) <= 0);
        assert_true(promlet_timer_observe(timer, histogram) <= 0);
        assert_true(promlet_timer_observe(usual, histogram) <= 0);
    }
    assert_true(count_of(registry) <= 0);
    promlet_registry_free(registry);
}

static void timer_observed_while_off_records_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram(registry);
    promlet_timer timer = {0, PROMLET_CLOCK_PRECISE};
    promlet_set_recording(false);
    assert_true(promlet_timer_observe(timer, histogram) <= 0);
    /* What it tells is the caller's business. */
    assert_true(promlet_timer_seconds(timer) > 0);
    promlet_set_recording(true);
    assert_true(count_of(registry) <= 0);
    assert_true(promlet_timer_observe(timer, histogram) > 0);
    assert_true(count_of(registry) >= 1);
    promlet_registry_free(registry);
}

static void timer_without_clock_records_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram(registry);
    promlet_timer timer = promlet_timer_start_with(PROMLET_CLOCK_NONE);
    assert_int_equal(timer.clock, PROMLET_CLOCK_NONE);
    assert_true(promlet_timer_seconds(timer) <= 0);
    double dropped = scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}");
    assert_true(promlet_timer_observe(timer, histogram) <= 0);
    assert_true(promlet_timer_observe(timer, NULL) <= 0);
    assert_true(count_of(registry) <= 0);
    assert_true(scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}") <= dropped);
    promlet_registry_free(registry);
}

/* ---- threads and children -------------------------------------------------------------------- */

static struct shared {
    promlet_counter *counter;
    promlet_histogram *histogram;
} shared;

static void record_until_stopped(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_counter_inc(shared.counter);
        promlet_histogram_observe(shared.histogram, 1);
        self->done++;
    }
}

static void toggle(stress_member *self)
{
    for (bool is_on = false; stress_goes_on(self); is_on = !is_on) {
        promlet_set_recording(is_on);
        (void)sched_yield();
    }
}

/* A recording is made wholly or not at all, and none that was never asked for. */
static void switching_beside_recorders_keeps_values_consistent(void **state)
{
    (void)state;
    static stress_crew crew;
    promlet_registry *registry = new_registry();
    shared.counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    shared.histogram = new_histogram(registry);
    stress_crew_begin(&crew, stress_seconds(0.3));
    stress_crew_add(&crew, 2, record_until_stopped, NULL, 0);
    stress_crew_add(&crew, 1, toggle, NULL, 0);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    double asked = (double)(crew.members[0].done + crew.members[1].done);
    char *text = promlet_registry_get_metrics(registry);
    assert_true(sample_value(text, "jobs_total") <= asked);
    assert_true(sample_value(text, "call_seconds_count") <= asked);
    assert_true((uint64_t)sample_value(text, "call_seconds_sum") ==
                (uint64_t)sample_value(text, "call_seconds_count"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void child_inherits_the_switch(void **state)
{
    (void)state;
    promlet_set_recording(false);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool is_inherited = !promlet_recording_is_on();
        promlet_set_recording(true);
        _exit(is_inherited && promlet_recording_is_on() ? 0 : 1);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
    assert_false(promlet_recording_is_on());
}

int main(void)
{
    choose_recording_path();
#define CASE(name) cmocka_unit_test_teardown(name, switch_on)
    const struct CMUnitTest tests[] = {
        CASE(recording_is_on_until_it_is_switched_off),
        CASE(test_defect_23_off_every_kind_of_handle_records_nothing),
        CASE(on_again_every_kind_of_handle_records),
        CASE(off_recording_by_values_creates_and_reports_nothing),
        CASE(off_gauges_go_on),
        CASE(off_declarations_and_look_ups_work),
        CASE(timer_started_while_off_never_records),
        CASE(timer_observed_while_off_records_nothing),
        CASE(timer_without_clock_records_nothing),
        CASE(switching_beside_recorders_keeps_values_consistent),
        CASE(child_inherits_the_switch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
