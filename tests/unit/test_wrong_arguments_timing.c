/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of timers and scopes with every combination of good and wrong arguments. */
#include "support/wrong_instruments.h"

static const char *const headers[] = {"scope.h", "timer.h", NULL};

HANDLES(gauge);
HANDLES(histogram);
HANDLES(summary);

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    FILL(gauge);
    FILL(histogram);
    FILL(summary);
    return own == NULL;
}

/* ---- timers ---------------------------------------------------------------------------------- */

static void call_promlet_timer_start(void)
{
    (void)promlet_timer_start();
}

static void call_promlet_timer_start_with(void)
{
    FOR_EACH(clock, any_enums)
    {
        promlet_timer timer = promlet_timer_start_with((promlet_clock)*clock);
        assert_true(promlet_timer_seconds(timer) >= 0);
    }
}

static void call_promlet_timer_seconds(void)
{
    FOR_EACH(clock, any_enums)
    FOR_EACH(start, any_amounts)
    {
        promlet_timer timer = {.start = *start, .clock = (promlet_clock)*clock};
        assert_true(promlet_timer_seconds(timer) >= 0);
    }
}

static void call_promlet_timer_observe(void)
{
    FOR_EACH(histogram, histograms)
    FOR_EACH(clock, any_enums)
    FOR_EACH(start, any_amounts)
    {
        promlet_timer timer = {.start = *start, .clock = (promlet_clock)*clock};
        assert_true(promlet_timer_observe(timer, *histogram) >= 0);
    }
}

static void call_promlet_timer_observe_summary(void)
{
    FOR_EACH(summary, summarys)
    FOR_EACH(clock, any_enums)
    FOR_EACH(start, any_amounts)
    {
        promlet_timer timer = {.start = *start, .clock = (promlet_clock)*clock};
        assert_true(promlet_timer_observe_summary(timer, *summary) >= 0);
    }
}

static void call_promlet_timer_observe_by_values(void)
{
    FOR_EACH(family, histogram_families)
    FOR_EACH(labels, any_values)
    FOR_EACH(clock, any_enums)
    {
        promlet_timer timer = {.start = 0, .clock = (promlet_clock)*clock};
        assert_true(
            promlet_timer_observe_by_values(timer, *family, labels->values, labels->count) >= 0);
    }
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static void call_promlet_timed_scope_start(void)
{
    FOR_EACH(histogram, histograms)
    FOR_EACH(clock, any_enums)
    {
        promlet_timed_scope scope = promlet_timed_scope_start(*histogram, (promlet_clock)*clock);
        promlet_timed_scope_finish(&scope);
        promlet_timed_scope_finish(&scope);
    }
}

static void call_promlet_timed_scope_start_summary(void)
{
    FOR_EACH(summary, summarys)
    FOR_EACH(clock, any_enums)
    {
        promlet_timed_scope scope =
            promlet_timed_scope_start_summary(*summary, (promlet_clock)*clock);
        promlet_timed_scope_finish(&scope);
        promlet_timed_scope_finish(&scope);
    }
}

static void call_promlet_timed_scope_finish(void)
{
    promlet_timed_scope_finish(NULL);
}

static void call_promlet_in_progress_scope_start(void)
{
    FOR_EACH(gauge, gauges)
    {
        promlet_in_progress_scope scope = promlet_in_progress_scope_start(*gauge);
        promlet_in_progress_scope_finish(&scope);
        promlet_in_progress_scope_finish(&scope);
    }
}

static void call_promlet_in_progress_scope_finish(void)
{
    promlet_in_progress_scope_finish(NULL);
}

static void call_promlet_outcome_start(void)
{
    FOR_EACH(family, histogram_families)
    {
        const char *values[] = {"x"};
        promlet_outcome outcome = promlet_outcome_start(*family, values, 1);
        promlet_outcome_finish(&outcome);
        promlet_outcome_finish(&outcome);
        outcome = promlet_outcome_start(*family, NULL, 0);
        promlet_outcome_fail(&outcome, "error");
        promlet_outcome_finish(&outcome);
    }
}

static void call_promlet_outcome_fail(void)
{
    FOR_EACH(text, any_texts)
    {
        const char *values[] = {"x"};
        promlet_outcome outcome = promlet_outcome_start(histogram_families[2], values, 1);
        promlet_outcome_fail(NULL, *text);
        promlet_outcome_fail(&outcome, *text);
        promlet_outcome_finish(&outcome);
    }
}

static void call_promlet_outcome_cancel(void)
{
    promlet_outcome_cancel(NULL);
}

static void call_promlet_outcome_finish(void)
{
    promlet_outcome_finish(NULL);
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    WRONG_CALL(promlet_timer_start),
    WRONG_CALL(promlet_timer_start_with),
    WRONG_CALL(promlet_timer_seconds),
    WRONG_CALL(promlet_timer_observe),
    WRONG_CALL(promlet_timer_observe_summary),
    WRONG_CALL(promlet_timer_observe_by_values),
    WRONG_CALL(promlet_timed_scope_start),
    WRONG_CALL(promlet_timed_scope_start_summary),
    WRONG_CALL(promlet_timed_scope_finish),
    WRONG_CALL(promlet_in_progress_scope_start),
    WRONG_CALL(promlet_in_progress_scope_finish),
    WRONG_CALL(promlet_outcome_start),
    WRONG_CALL(promlet_outcome_fail),
    WRONG_CALL(promlet_outcome_cancel),
    WRONG_CALL(promlet_outcome_finish),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
