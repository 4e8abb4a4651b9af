/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of callbacks with a deadline: what they cost a scrape, and how they show in it. */
#include "base/clock.h"
#include "support/expect.h"
#include "support/gate.h"
#include "support/heard_log.h"
#include "support/last_threads.h"

#include <math.h>

#define DURATION_HEAD                                                                              \
    "# HELP promlet_collector_duration_seconds How long the collector took in this scrape.\n"      \
    "# TYPE promlet_collector_duration_seconds gauge\n"
#define FAILURES_HEAD                                                                              \
    "# HELP promlet_collector_failures_total Scrapes in which the collector did not work.\n"       \
    "# TYPE promlet_collector_failures_total counter\n"
#define SUCCESS_HEAD                                                                               \
    "# HELP promlet_collector_success Whether the collector worked in this scrape.\n"              \
    "# TYPE promlet_collector_success gauge\n"

static promlet_collector *add(promlet_registry *registry, struct gate *gate, double deadline)
{
    promlet_opts options = {.name = gate->family, .help = "G.", .deadline_seconds = deadline};
    return promlet_gauge_callback_new(registry, &options, answer_past_gate, gate);
}

/* ---- in time --------------------------------------------------------------------------------- */

static void callback_without_deadline_is_asked_in_the_scraping_thread_and_not_watched(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    gate.is_open = true;
    promlet_registry *registry = new_registry();
    add(registry, &gate, 0);
    expect_metrics(registry, "callback_without_deadline", NULL,
                   "# HELP a G.\n# TYPE a gauge\na 1\n# EOF\n");
    assert_true(pthread_equal(gate.thread, pthread_self()));
    assert_false(gate.all_signals_blocked);
    promlet_registry_free(registry);
}

static void callback_with_deadline_is_asked_in_a_thread_and_watched(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    gate.is_open = true;
    promlet_registry *registry = new_registry();
    add(registry, &gate, LONG);
    pml_clock_stop_at(1);
    expect_metrics(registry, "callback_with_deadline", NULL,
                   "# HELP a G.\n"
                   "# TYPE a gauge\n"
                   "a 1\n" DURATION_HEAD
                   "promlet_collector_duration_seconds{collector=\"a\"} 0\n" SUCCESS_HEAD
                   "promlet_collector_success{collector=\"a\"} 1\n"
                   "# EOF\n");
    pml_clock_run();
    assert_false(pthread_equal(gate.thread, pthread_self()));
    assert_true(gate.all_signals_blocked);
    promlet_registry_free(registry);
}

static void callbacks_with_deadlines_are_asked_side_by_side(void **state)
{
    (void)state;
    struct gate a = GATE("a");
    struct gate b = GATE("b");
    struct gate c = GATE("c");
    a.is_open = b.is_open = c.is_open = true;
    a.other = &b;
    b.other = &c;
    c.other = &a;
    promlet_registry *registry = new_registry();
    add(registry, &a, LONG);
    promlet_collector_new(
        registry, &(promlet_collector_opts){
                      .name = "b", .collect = emit_past_gate, .ctx = &b, .deadline_seconds = LONG});
    add(registry, &c, LONG);
    char *text = promlet_registry_get_metrics(registry);
    assert_true(sample_value(text, "a") == 1);
    assert_true(sample_value(text, "b") == 1);
    assert_true(sample_value(text, "c") == 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

static double answer_and_say(void *ctx)
{
    (void)promlet_set_last_error(PROMLET_ERROR_SYSTEM, "said in the callback");
    return *(const double *)ctx;
}

static void callback_with_deadline_leaves_the_last_error_alone(void **state)
{
    (void)state;
    double seven = 7;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "a", .deadline_seconds = LONG};
    promlet_unknown_callback_new(registry, &options, answer_and_say, &seven);
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, "said before");
    assert_true(scraped_value(registry, "a") == 7);
    assert_string_equal(promlet_last_error(), "said before");
    promlet_registry_free(registry);
}

/* ---- too late -------------------------------------------------------------------------------- */

#define GOOD                                                                                       \
    "# HELP declared D.\n"                                                                         \
    "# TYPE declared gauge\n"                                                                      \
    "declared 0\n"                                                                                 \
    "# HELP good G.\n"                                                                             \
    "# TYPE good gauge\n"                                                                          \
    "good 1\n"

static void callback_beyond_its_deadline_loses_only_its_family(void **state)
{
    (void)state;
    struct gate late = GATE("late");
    struct gate good = GATE("good");
    good.is_open = true;
    struct heard_log heard;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "declared", .help = "D."});
    add(registry, &late, SHORT);
    add(registry, &good, 0);
    start_to_hear(&heard);
    pml_clock_stop_at(1);
    expect_metrics(registry, "callback_late", NULL,
                   GOOD DURATION_HEAD
                   "promlet_collector_duration_seconds{collector=\"late\"} 0\n" FAILURES_HEAD
                   "promlet_collector_failures_total{collector=\"late\"} 1\n" SUCCESS_HEAD
                   "promlet_collector_success{collector=\"late\"} 0\n"
                   "# EOF\n");
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "callback late: it did not return before its deadline");
    wait_until_entered(&late, 1);

    /* Not asked again before it has returned. */
    expect_metrics(registry, "callback_still_late", NULL,
                   GOOD DURATION_HEAD
                   "promlet_collector_duration_seconds{collector=\"late\"} 0\n" FAILURES_HEAD
                   "promlet_collector_failures_total{collector=\"late\"} 2\n" SUCCESS_HEAD
                   "promlet_collector_success{collector=\"late\"} 0\n"
                   "# EOF\n");
    pml_clock_run();
    assert_int_equal(heard.count, 1);
    assert_int_equal(times_entered(&late), 1);
    set_open(&late, true);
    wait_until_left(&late, 1);
    while (times_entered(&late) < 2) { /* the call ends a moment after it has left the gate */
        promlet_free(promlet_registry_get_metrics(registry));
    }
    stop_to_hear();
    promlet_registry_free(registry);
}

static void callback_that_has_returned_at_last_is_shown_again(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    promlet_registry *registry = new_registry();
    add(registry, &gate, 0.05);
    assert_true(scraped_value(registry, "a") == 0);
    wait_until_entered(&gate, 1);
    set_open(&gate, true);
    char *text = promlet_registry_get_metrics(registry);
    while (sample_value(text, "a") <
           1) { /* the call ends a moment later, or takes its time again */
        promlet_free(text);
        text = promlet_registry_get_metrics(registry);
    }
    assert_true(sample_value(text, "promlet_collector_success{collector=\"a\"}") == 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

static void callback_that_is_late_is_busy_until_it_returns(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    promlet_registry *registry = new_registry();
    promlet_collector *callback = add(registry, &gate, SHORT);
    promlet_free(promlet_registry_get_metrics(registry));
    wait_until_entered(&gate, 1);
    assert_int_equal(promlet_collector_free_within(callback, 0), PROMLET_ERROR_BUSY);
    assert_string_equal(promlet_last_error(), "a: it is still running");
    assert_int_equal(promlet_collector_free_within(callback, SHORT), PROMLET_ERROR_BUSY);
    set_open(&gate, true);
    promlet_collector_free(callback);
    assert_int_equal(gate.left, 1);
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void registry_freed_waits_for_a_late_callback(void **state)
{
    (void)state;
    struct gate late = GATE("late");
    promlet_registry *registry = new_registry();
    add(registry, &late, SHORT);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    wait_until_entered(&late, 1);
    set_open(&late, true);
    promlet_registry_free(registry);
    assert_int_equal(late.left, 1);
    promlet_snapshot_release(snapshot);
}

static void callback_that_frees_itself_goes_when_it_returns(void **state)
{
    (void)state;
    const double deadlines[] = {SHORT, LONG};
    for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
        struct gate gate = GATE("a");
        promlet_registry *registry = new_registry();
        gate.is_open = deadlines[i] >= LONG;
        gate.to_free = add(registry, &gate, deadlines[i]);
        promlet_free(promlet_registry_get_metrics(registry));
        wait_until_entered(&gate, 1);
        set_open(&gate, true);
        promlet_registry_free(registry); /* which waits for it */
        assert_int_equal(gate.left, 1);
    }
}

/* ---- answers that can't be ------------------------------------------------------------------- */

static void counter_callback_with_impossible_value_has_failed(void **state)
{
    (void)state;
    double value = -1;
    struct heard_log heard;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "sent", .help = "Sent.", .deadline_seconds = LONG};
    promlet_counter_callback_new(registry, &options, answer_and_say, &value);
    start_to_hear(&heard);
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(strstr(text, "# TYPE sent_total counter\n# EOF\n"));
    assert_non_null(strstr(text, "promlet_collector_success{collector=\"sent_total\"} 0\n"));
    assert_true(sample_value(text, "promlet_collector_failures_total{collector=\"sent_total\"}") ==
                1);
    assert_true(sample_value(text, "promlet_dropped_total{reason=\"negative\"}") == 1);
    promlet_free(text);
    assert_string_equal(heard.last, "callback sent_total: a counter can't have the value that it "
                                    "answered with");
    value = 3;
    assert_true(scraped_value(registry, "sent_total") == 3);
    assert_true(scraped_value(registry, "promlet_collector_success{collector=\"sent_total\"}") ==
                1);
    stop_to_hear();
    promlet_registry_free(registry);
}

static void gauge_callback_that_answers_nan_has_worked(void **state)
{
    (void)state;
    double value = NAN;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "a", .help = "A.", .deadline_seconds = LONG};
    promlet_gauge_callback_new(registry, &options, answer_and_say, &value);
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(strstr(text, "\na NaN\n"));
    assert_true(sample_value(text, "promlet_collector_success{collector=\"a\"}") == 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- what is asked for ----------------------------------------------------------------------- */

static void callback_with_deadline_is_not_asked_when_its_name_is_not(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    gate.is_open = true;
    promlet_registry *registry = new_registry();
    add(registry, &gate, LONG);
    const char *others[] = {"b", "promlet_collector_success"};
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(
        registry, &(promlet_filter){.names = others, .name_count = COUNT_OF(others)});
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    assert_string_equal(text, "# EOF\n");
    assert_int_equal(gate.entered, 0);
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

/* ---- names ----------------------------------------------------------------------------------- */

static promlet_collector *add_collector(promlet_registry *registry, const char *name,
                                        struct gate *gate)
{
    return promlet_collector_new(
        registry, &(promlet_collector_opts){.name = name, .collect = emit_past_gate, .ctx = gate});
}

static void callback_with_deadline_and_collector_are_told_apart_by_name(void **state)
{
    (void)state;
    struct gate gate = GATE("app_a");
    struct gate emitted = GATE("b");
    gate.is_open = emitted.is_open = true;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.prefix = "app_"});
    promlet_opts options = {.name = "a", .help = "A.", .deadline_seconds = LONG};
    promlet_collector *collector = add_collector(registry, "app_a", &emitted);
    (void)promlet_gauge_callback_new(registry, &options, answer_past_gate, &gate);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "app_a: a collector of that name is registered already");
    promlet_collector_free(collector);
    /* What was refused has left its name. */
    promlet_collector *callback =
        promlet_gauge_callback_new(registry, &options, answer_past_gate, &gate);
    (void)add_collector(registry, "app_a", &emitted);
    assert_string_equal(promlet_last_error(),
                        "app_a: a callback of that name is registered already");
    assert_true(scraped_value(registry, "promlet_collector_success{collector=\"app_a\"}") == 1);
    promlet_collector_free(callback);
    /* Without a deadline it does not show there. */
    options.deadline_seconds = 0;
    (void)promlet_gauge_callback_new(registry, &options, answer_past_gate, &gate);
    (void)add_collector(registry, "app_a", &emitted);
    char *text = promlet_registry_get_metrics(registry);
    assert_true(sample_value(text, "app_a") == 1);
    assert_true(sample_value(text, "app_b") == 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- refused --------------------------------------------------------------------------------- */

static void deadline_that_cannot_be_is_refused(void **state)
{
    (void)state;
    const struct {
        double seconds;
        const char *why;
    } cases[] = {{-1, "a: deadline_seconds is -1, below 0"},
                 {-INFINITY, "a: deadline_seconds is -inf, below 0"},
                 {NAN, "a: deadline_seconds is not a number"},
                 {-NAN, "a: deadline_seconds is not a number"}};
    struct gate gate = GATE("a");
    gate.is_open = true;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        promlet_collector_free(add(registry, &gate, cases[i].seconds));
        expect_status(registry, PROMLET_ERROR_ARGUMENT, cases[i].why);
        add(registry, &gate, INFINITY); /* no end, but in a thread */
        assert_true(scraped_value(registry, "a") == 1);
        assert_false(pthread_equal(gate.thread, pthread_self()));
        promlet_registry_free(registry);
    }
}

static void deadline_of_what_is_not_asked_is_refused(void **state)
{
    (void)state;
    static const char *const state_names[] = {"on"};
    const double deadlines[] = {1, -1, NAN, INFINITY};
    for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
        promlet_registry *registry = new_registry();
        promlet_opts options = {.name = "a_info", .deadline_seconds = deadlines[i]};
        (void)promlet_info_new(registry, &options);
        expect_status(registry, PROMLET_ERROR_ARGUMENT,
                      "a_info: deadline_seconds is for callbacks only");
        (void)promlet_set_last_error(PROMLET_OK, "");
        options.name = "a_total";
        (void)promlet_counter_new(registry, &options);
        assert_string_equal(promlet_last_error(),
                            "a_total: deadline_seconds is for callbacks only");
        options.name = "a";
        (void)promlet_histogram_new(registry, &options);
        assert_string_equal(promlet_last_error(), "a: deadline_seconds is for callbacks only");
        options.labels[0] = "x";
        (void)promlet_gauge_family_new(registry, &options);
        (void)promlet_summary_family_new(registry, &options);
        (void)promlet_unknown_family_new(registry, &options);
        options.states = state_names;
        options.state_count = 1;
        (void)promlet_state_set_family_new(registry, &options);
        char *text = promlet_registry_get_metrics(registry);
        assert_string_equal(text, "# EOF\n");
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callback_without_deadline_is_asked_in_the_scraping_thread_and_not_watched),
        cmocka_unit_test(callback_with_deadline_is_asked_in_a_thread_and_watched),
        cmocka_unit_test(callbacks_with_deadlines_are_asked_side_by_side),
        cmocka_unit_test(callback_with_deadline_leaves_the_last_error_alone),
        cmocka_unit_test(callback_beyond_its_deadline_loses_only_its_family),
        cmocka_unit_test(callback_that_has_returned_at_last_is_shown_again),
        cmocka_unit_test(callback_that_is_late_is_busy_until_it_returns),
        cmocka_unit_test(registry_freed_waits_for_a_late_callback),
        cmocka_unit_test(callback_that_frees_itself_goes_when_it_returns),
        cmocka_unit_test(counter_callback_with_impossible_value_has_failed),
        cmocka_unit_test(gauge_callback_that_answers_nan_has_worked),
        cmocka_unit_test(callback_with_deadline_is_not_asked_when_its_name_is_not),
        cmocka_unit_test(callback_with_deadline_and_collector_are_told_apart_by_name),
        cmocka_unit_test(deadline_that_cannot_be_is_refused),
        cmocka_unit_test(deadline_of_what_is_not_asked_is_refused),
    };
    return cmocka_run_group_tests(tests, note_threads, wait_for_last_threads);
}
