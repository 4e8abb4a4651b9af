/* SPDX-License-Identifier: Apache-2.0 */
/* What the macros of scope.h call at both ends of a block. */
#include <promlet/scope.h>

#include <promlet/recording.h>

/* ---- time ------------------------------------------------------------------------------------ */

promlet_timed_scope promlet_timed_scope_start(promlet_histogram *histogram, promlet_clock clock)
{
    return (promlet_timed_scope){histogram, NULL, promlet_timer_start_with(clock)};
}

promlet_timed_scope promlet_timed_scope_start_summary(promlet_summary *summary, promlet_clock clock)
{
    return (promlet_timed_scope){NULL, summary, promlet_timer_start_with(clock)};
}

void promlet_timed_scope_finish(promlet_timed_scope *scope)
{
    if (scope == NULL) {
        return;
    }
    if (scope->summary != NULL) {
        (void)promlet_timer_observe_summary(scope->timer, scope->summary);
    } else {
        (void)promlet_timer_observe(scope->timer, scope->histogram);
    }
    scope->timer.clock = PROMLET_CLOCK_NONE;
}

/* ---- in progress ----------------------------------------------------------------------------- */

promlet_in_progress_scope promlet_in_progress_scope_start(promlet_gauge *gauge)
{
    promlet_gauge_inc(gauge);
    return (promlet_in_progress_scope){gauge};
}

void promlet_in_progress_scope_finish(promlet_in_progress_scope *scope)
{
    if (scope != NULL && scope->gauge != NULL) {
        promlet_gauge_dec(scope->gauge);
        scope->gauge = NULL;
    }
}

/* ---- outcome --------------------------------------------------------------------------------- */

static void set_error_type(const char **values, size_t count, const char *error_type)
{
    /* Else observing says what is wrong. */
    if (values != NULL && count > 0) {
        values[count - 1] = error_type;
    }
}

promlet_outcome promlet_outcome_start(promlet_histogram_family *family, const char **values,
                                      size_t count)
{
    set_error_type(values, count, "");
    return (promlet_outcome){family, promlet_timer_start(), values, count};
}

void promlet_outcome_fail(promlet_outcome *outcome, const char *error_type)
{
    if (outcome != NULL) {
        bool is_named = error_type != NULL && *error_type != '\0';
        set_error_type(outcome->values, outcome->count, is_named ? error_type : "_OTHER");
    }
}

void promlet_outcome_cancel(promlet_outcome *outcome)
{
    if (outcome != NULL) {
        outcome->timer.clock = PROMLET_CLOCK_NONE;
    }
}

void promlet_outcome_finish(promlet_outcome *outcome)
{
    if (outcome != NULL) {
        (void)promlet_timer_observe_by_values(outcome->timer, outcome->family, outcome->values,
                                              outcome->count);
    }
    promlet_outcome_cancel(outcome);
}
