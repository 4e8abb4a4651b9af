/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of summaries, infos, state sets and unknowns with every combination of good and wrong
   arguments. */
#include "support/wrong_instruments.h"

static const char *const headers[] = {"info.h", "state_set.h", "summary.h", "unknown.h", NULL};

HANDLES(summary);
HANDLES(state_set);
HANDLES(unknown);
static promlet_info *infos[3];
static promlet_info_family *info_families[3];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    FILL_WITH(summary, PROMLET_QUANTILES(0.5, 0.99));
    FILL_WITH(state_set, PROMLET_STATES("on", "off"));
    FILL(unknown);
    infos[1] = promlet_info_new(own, NULL);
    infos[2] = promlet_info_new(
        own, &(promlet_opts){.name = "good_info", .const_labels = {{"version", "1"}}});
    info_families[1] = promlet_info_family_new(own, NULL);
    info_families[2] = promlet_info_family_new(
        own, &(promlet_opts){.name = "good_family", .labels = {"x"}, .max_series = 2});
    return own == NULL;
}

/* ---- calls ----------------------------------------------------------------------------------- */

CALL_INSTRUMENT(summary)
CALL_WITH_NUMBER(promlet_summary_observe, summarys, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_summary_observe_by_values, summary_families, any_doubles)
CALL_READING(promlet_summary_count, summarys)
CALL_READING(promlet_summary_sum, summarys)
CALL_READING_WITH_NUMBER(promlet_summary_quantile, summarys, any_doubles)

CALL_INSTRUMENT(info)

CALL_INSTRUMENT(state_set)
CALL_WITH_NUMBER(promlet_state_set_select, state_sets, any_sizes)
CALL_BY_VALUES_WITH_NUMBER(promlet_state_set_select_by_values, state_set_families, any_sizes)
CALL_READING_WITH_NUMBER(promlet_state_set_is_on, state_sets, any_sizes)

static void call_promlet_state_set_set(void)
{
    FOR_EACH(set, state_sets)
    FOR_EACH(state, any_sizes)
    {
        promlet_state_set_set(*set, *state, true);
        promlet_state_set_set(*set, *state, false);
    }
}

static void call_promlet_state_set_set_by_values(void)
{
    FOR_EACH(family, state_set_families)
    FOR_EACH(state, any_sizes)
    FOR_EACH(labels, any_values)
    {
        promlet_state_set_set_by_values(*family, *state, true, labels->values, labels->count);
        promlet_state_set_set_by_values(*family, *state, false, labels->values, labels->count);
    }
}

CALL_INSTRUMENT(unknown)
CALL_WITH_NUMBER(promlet_unknown_set, unknowns, any_doubles)
CALL_READING(promlet_unknown_value, unknowns)
CALL_BY_VALUES_WITH_NUMBER(promlet_unknown_set_by_values, unknown_families, any_doubles)

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    INSTRUMENT(summary),
    INSTRUMENT(info),
    INSTRUMENT(state_set),
    INSTRUMENT(unknown),
    WRONG_CALL(promlet_summary_observe),
    WRONG_CALL(promlet_summary_observe_by_values),
    WRONG_CALL(promlet_summary_count),
    WRONG_CALL(promlet_summary_sum),
    WRONG_CALL(promlet_summary_quantile),
    WRONG_CALL(promlet_state_set_select),
    WRONG_CALL(promlet_state_set_select_by_values),
    WRONG_CALL(promlet_state_set_is_on),
    WRONG_CALL(promlet_state_set_set),
    WRONG_CALL(promlet_state_set_set_by_values),
    WRONG_CALL(promlet_unknown_set),
    WRONG_CALL(promlet_unknown_value),
    WRONG_CALL(promlet_unknown_set_by_values),
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
