/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of exemplars that come by a hook: which recordings ask, when, and what the hook may do. */
#include "support/exemplars.h"
#include "support/recording_path.h"

#include <promlet/inline.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const where of_counter = {"c_total", "", 0};

/* What the hook answers, and how often it was asked. */
static struct {
    bool is_known;
    promlet_trace_context context;
    int asked;
} trace;

static bool current_trace(promlet_trace_context *context, void *ctx)
{
    assert_ptr_equal(ctx, &trace);
    trace.asked++;
    *context = trace.context;
    return trace.is_known;
}

static int set_hook(void **state)
{
    (void)state;
    trace.is_known = true;
    trace.context = (promlet_trace_context){{1}, {2}, true};
    trace.asked = 0;
    promlet_set_trace_context_hook(current_trace, &trace);
    return 0;
}

static int unset_hook(void **state)
{
    (void)state;
    promlet_set_trace_context_hook(NULL, NULL);
    promlet_set_recording(true);
    return 0;
}

/* What the trace whose id begins with this byte becomes. */
static const char *text_of(unsigned char first)
{
    static char text[100];
    (void)snprintf(text, sizeof text, "trace_id=\"%02x%030d\",span_id=\"0200000000000000\"", first,
                   0);
    return text;
}

/* Of the counter, by the call that follows, whose trace begins with another byte each time. */
static void expect_kept(promlet_registry *registry, where at, double value)
{
    expect_exemplar(registry, at, text_of(trace.context.trace_id[0]), value);
    trace.context.trace_id[0]++;
}

static void each_call_of_counters_asks(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_inc(counter);
    expect_kept(registry, of_counter, 1);
    promlet_counter_add_u64(counter, 7);
    expect_kept(registry, of_counter, 7);
    promlet_counter_add(counter, 3);
    expect_kept(registry, of_counter, 3);
    promlet_counter_add(counter, 0.5);
    expect_kept(registry, of_counter, 0.5);
    (promlet_counter_inc)(counter);
    expect_kept(registry, of_counter, 1);
    (promlet_counter_add_u64)(counter, 7);
    expect_kept(registry, of_counter, 7);
    (promlet_counter_add)(counter, 0.25);
    expect_kept(registry, of_counter, 0.25);
    promlet_counter_family *jobs = keyed_counters_with_room(registry);
    promlet_counter_inc_by(jobs, "a");
    expect_kept(registry, (where){"jobs_total", "key=\"a\"", 0}, 1);
    promlet_counter_add_by(jobs, 1.5, "a");
    expect_kept(registry, (where){"jobs_total", "key=\"a\"", 0}, 1.5);
    assert_int_equal(trace.asked, 9);
    assert_true(promlet_counter_value(counter) >= 19.75 && promlet_counter_value(counter) <= 19.75);
    promlet_registry_free(registry);
}

static void each_call_of_histograms_asks(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram_with_room(registry);
    promlet_histogram_observe(histogram, 0.5);
    expect_kept(registry, (where){"h", "", 0}, 0.5);
    (promlet_histogram_observe)(histogram, 2);
    expect_kept(registry, (where){"h", "", 1}, 2);
    promlet_histogram_observe(histogram, 100);
    expect_kept(registry, (where){"h", "", 3}, 100);
    promlet_timer timer = promlet_timer_start();
    double seconds = promlet_timer_observe(timer, histogram);
    expect_kept(registry, (where){"h", "", 0}, seconds);
    timer.start = UINT64_MAX;
    promlet_timer_observe(timer, histogram);
    expect_kept(registry, (where){"h", "", 0}, 0);
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "keyed", .labels = {"key"}, .exemplars = true});
    promlet_histogram_observe_by(family, 1e9, "a");
    expect_kept(registry, (where){"keyed", "key=\"a\"", 11}, 1e9);
    assert_int_equal(trace.asked, 6);
    promlet_registry_free(registry);
}

/* Per-CPU cells are another way to record, and the same exemplars. */
static void spread_series_asks(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = promlet_counter_new(
        registry,
        &(promlet_opts){.name = "c_total", .cells = PROMLET_CELLS_PER_CPU, .exemplars = true});
    promlet_histogram *histogram =
        promlet_histogram_new(registry, &(promlet_opts){.name = "h",
                                                        .bounds = three_bounds,
                                                        .bound_count = 3,
                                                        .cells = PROMLET_CELLS_PER_CPU,
                                                        .exemplars = true});
    promlet_counter_inc(counter);
    expect_kept(registry, of_counter, 1);
    promlet_histogram_observe(histogram, 3);
    expect_kept(registry, (where){"h", "", 2}, 3);
    assert_int_equal(promlet_counter_value_u64(counter), 1);
    assert_int_equal(promlet_histogram_count(histogram), 1);
    promlet_registry_free(registry);
}

static void hook_is_asked_once_between_two_scrapes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    for (int round = 1; round <= 3; round++) {
        trace.context.trace_id[0] = (unsigned char)round;
        for (int i = 0; i < 100; i++) {
            promlet_counter_add_u64(counter, (uint64_t)i + 1);
        }
        assert_int_equal(trace.asked, round);
        expect_exemplar(registry, of_counter, text_of((unsigned char)round), 1);
    }
    promlet_registry_free(registry);
}

static void exemplar_by_call_makes_the_hook_wait_for_a_scrape(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "1"}));
    promlet_counter_inc(counter);
    promlet_counter_add_with_exemplar(counter, 2, PROMLET_LABEL_LIST({"n", "2"}));
    assert_int_equal(trace.asked, 0);
    expect_exemplar(registry, of_counter, "n=\"2\"", 2);
    promlet_counter_inc(counter);
    expect_kept(registry, of_counter, 1);
    promlet_registry_free(registry);
}

static void hook_that_knows_nothing_is_asked_again(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    trace.is_known = false;
    promlet_counter_inc(counter);
    trace.is_known = true;
    trace.context.is_sampled = false;
    promlet_counter_inc(counter);
    trace.context = (promlet_trace_context){{0}, {2}, true};
    promlet_counter_inc(counter);
    trace.context = (promlet_trace_context){{1}, {0}, true};
    promlet_counter_inc(counter);
    assert_int_equal(trace.asked, 4);
    expect_exemplar(registry, of_counter, NULL, 0);
    trace.context = (promlet_trace_context){{1}, {2}, true};
    promlet_counter_inc(counter);
    expect_kept(registry, of_counter, 1);
    assert_int_equal(promlet_counter_value_u64(counter), 5);
    promlet_registry_free(registry);
}

PROMLET_STATIC_HISTOGRAM(at_file_scope, "at_file_scope_seconds", "At file scope.");

static void what_has_no_exemplars_does_not_ask(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *plain = promlet_counter_new(registry, &(promlet_opts){.name = "plain_total"});
    promlet_summary *summary = promlet_summary_new(registry, &(promlet_opts){.name = "s"});
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_histogram *histogram = new_histogram_with_room(registry);
    promlet_counter_inc(plain);
    promlet_counter_add(plain, 0.5);
    promlet_summary_observe(summary, 1);
    promlet_gauge_inc(gauge);
    promlet_histogram_observe(at_file_scope, 1);
    promlet_counter_inc(promlet_counter_new(registry, NULL)); /* a sink */
    promlet_counter_inc(NULL);
    promlet_counter_add(counter, -1);
    promlet_counter_add(counter, NAN);
    promlet_histogram_observe(histogram, INFINITY);
    promlet_histogram_observe(NULL, 1);
    promlet_set_recording(false);
    promlet_counter_inc(counter);
    promlet_histogram_observe(histogram, 1);
    promlet_set_recording(true);
    assert_int_equal(trace.asked, 0);
    assert_int_equal(promlet_counter_value_u64(counter), 0);
    assert_int_equal(promlet_histogram_count(histogram), 0);
    assert_int_equal(promlet_summary_count(summary), 1);
    assert_int_equal(promlet_histogram_count(at_file_scope), 1);
    assert_true(promlet_counter_value(plain) >= 1.5 && promlet_counter_value(plain) <= 1.5);
    promlet_registry_free(registry);
}

static void hook_that_was_taken_away_is_not_asked(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_set_trace_context_hook(NULL, &trace);
    promlet_counter_inc(counter);
    assert_int_equal(trace.asked, 0);
    assert_int_equal(promlet_counter_value_u64(counter), 1);
    /* The two flags of the switch don't touch each other. */
    promlet_set_recording(false);
    promlet_set_trace_context_hook(current_trace, &trace);
    assert_false(promlet_recording_is_on());
    promlet_set_recording(true);
    promlet_counter_inc(counter);
    expect_kept(registry, of_counter, 1);
    promlet_registry_free(registry);
}

/* ---- what the hook does ---------------------------------------------------------------------- */

static promlet_counter *asked_counter;

static bool trace_of_one_who_records(promlet_trace_context *context, void *ctx)
{
    (void)ctx;
    trace.asked++;
    promlet_counter_inc(asked_counter);
    promlet_counter_inc(asked_counter);
    errno = EINVAL;
    *context = trace.context;
    return true;
}

static void hook_may_record_and_leaves_errno(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    asked_counter = counter;
    promlet_set_trace_context_hook(trace_of_one_who_records, NULL);
    errno = 4711;
    promlet_counter_add_u64(counter, 10);
    assert_int_equal(errno, 4711);
    assert_int_equal(trace.asked, 1);
    assert_int_equal(promlet_counter_value_u64(counter), 12);
    expect_exemplar(registry, of_counter, text_of(1), 10);
    promlet_registry_free(registry);
}

static void record_in_handler(int signal)
{
    (void)signal;
    promlet_counter_inc(asked_counter);
    promlet_counter_add_with_exemplar(asked_counter, 2, PROMLET_LABEL_LIST({"by", "handler"}));
}

static bool trace_of_one_who_is_interrupted(promlet_trace_context *context, void *ctx)
{
    (void)ctx;
    trace.asked++;
    assert_int_equal(raise(SIGUSR1), 0);
    *context = trace.context;
    return true;
}

static void handler_amid_a_question_records_without_asking(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    asked_counter = counter;
    struct sigaction action = {.sa_handler = record_in_handler};
    struct sigaction before;
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    promlet_set_trace_context_hook(trace_of_one_who_is_interrupted, NULL);
    promlet_counter_add_u64(counter, 10);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
    assert_int_equal(trace.asked, 1);
    assert_int_equal(promlet_counter_value_u64(counter), 13);
    /* The handler's came first. */
    expect_exemplar(registry, of_counter, text_of(1), 10);
    promlet_registry_free(registry);
}

static void child_inherits_hook_and_exemplars(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_inc(counter);
    scrape(registry);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        trace.context.trace_id[0] = 9;
        promlet_counter_add_u64(counter, 5);
        promlet_snapshot *snapshot = promlet_snapshot_take(registry);
        const pml_exemplar *shown = exemplar_in(snapshot, of_counter);
        bool is_kept =
            shown->labels != NULL && memcmp(shown->labels, text_of(9), shown->labels_size) == 0;
        promlet_snapshot_release(snapshot);
        promlet_registry_free(registry);
        _exit(is_kept && trace.asked == 2 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    expect_exemplar(registry, of_counter, text_of(1), 1);
    promlet_registry_free(registry);
}

#define WITH_HOOK(test) cmocka_unit_test_setup_teardown(test, set_hook, unset_hook)

int main(void)
{
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        WITH_HOOK(each_call_of_counters_asks),
        WITH_HOOK(each_call_of_histograms_asks),
        WITH_HOOK(spread_series_asks),
        WITH_HOOK(hook_is_asked_once_between_two_scrapes),
        WITH_HOOK(exemplar_by_call_makes_the_hook_wait_for_a_scrape),
        WITH_HOOK(hook_that_knows_nothing_is_asked_again),
        WITH_HOOK(what_has_no_exemplars_does_not_ask),
        WITH_HOOK(hook_that_was_taken_away_is_not_asked),
        WITH_HOOK(hook_may_record_and_leaves_errno),
        WITH_HOOK(handler_amid_a_question_records_without_asking),
        WITH_HOOK(child_inherits_hook_and_exemplars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
