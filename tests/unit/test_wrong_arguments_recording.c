/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of counters, gauges and histograms with every combination of good and wrong arguments.
 */
#include "support/wrong_instruments.h"

#include <promlet/hot_path.h>

static const char *const headers[] = {"cell.h",      "counter.h", "gauge.h",
                                      "histogram.h", "inline.h",  NULL};

HANDLES(counter);
HANDLES(gauge);
HANDLES(histogram);
HANDLES(summary);

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    FILL(counter);
    FILL(gauge);
    FILL(histogram);
    FILL(summary);
    return own == NULL;
}

CALL_INSTRUMENT(counter)
CALL_INSTRUMENT(gauge)
CALL_INSTRUMENT(histogram)

/* ---- recording ------------------------------------------------------------------------------- */

CALL_ON_HANDLE(promlet_counter_inc, counters)
CALL_WITH_NUMBER(promlet_counter_add, counters, any_doubles)
CALL_WITH_NUMBER(promlet_counter_add_u64, counters, any_amounts)
CALL_BY_VALUES(promlet_counter_inc_by_values, counter_families)
CALL_BY_VALUES_WITH_NUMBER(promlet_counter_add_by_values, counter_families, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_counter_add_u64_by_values, counter_families, any_amounts)
CALL_READING(promlet_counter_value, counters)
CALL_READING(promlet_counter_value_u64, counters)

CALL_ON_HANDLE(promlet_gauge_inc, gauges)
CALL_ON_HANDLE(promlet_gauge_dec, gauges)
CALL_WITH_NUMBER(promlet_gauge_set, gauges, any_doubles)
CALL_WITH_NUMBER(promlet_gauge_add, gauges, any_doubles)
CALL_WITH_NUMBER(promlet_gauge_sub, gauges, any_doubles)
CALL_ON_HANDLE(promlet_gauge_set_to_current_time, gauges)
CALL_WITH_NUMBER(promlet_gauge_raise_to, gauges, any_doubles)
CALL_WITH_NUMBER(promlet_gauge_lower_to, gauges, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_gauge_set_by_values, gauge_families, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_gauge_add_by_values, gauge_families, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_gauge_sub_by_values, gauge_families, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_gauge_raise_to_by_values, gauge_families, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_gauge_lower_to_by_values, gauge_families, any_doubles)
CALL_BY_VALUES(promlet_gauge_inc_by_values, gauge_families)
CALL_BY_VALUES(promlet_gauge_dec_by_values, gauge_families)
CALL_READING(promlet_gauge_value, gauges)

CALL_WITH_NUMBER(promlet_histogram_observe, histograms, any_doubles)
CALL_BY_VALUES_WITH_NUMBER(promlet_histogram_observe_by_values, histogram_families, any_doubles)
CALL_READING(promlet_histogram_count, histograms)
CALL_READING(promlet_histogram_sum, histograms)
CALL_READING_WITH_NUMBER(promlet_histogram_quantile, histograms, any_doubles)
CALL_WITH_NUMBER(promlet_summary_observe, summarys, any_doubles)

/* ---- what the inlined calls leave to the library --------------------------------------------- */

CALL_WITH_NUMBER(promlet_cell1_counter_add, counters, any_doubles)
CALL_WITH_NUMBER(promlet_cell1_counter_add_u64, counters, any_amounts)
CALL_WITH_NUMBER(promlet_cell1_histogram_observe, histograms, any_doubles)

/* These four follow pointers that only the inlined calls hold, so there is nothing to be wrong. */
static void call_promlet_cell1_add_whole(void)
{
}

static void call_promlet_cell1_add_real(void)
{
}

static void call_promlet_cell1_observe(void)
{
}

static void call_promlet_cell1_note(void)
{
}

static void call_promlet_cell1_refuse(void)
{
    FOR_EACH(amount, any_doubles)
    {
        promlet_cell1_refuse(NULL, *amount);
    }
}

static void call_promlet_cell1_refuse_null(void)
{
    promlet_cell1_refuse_null();
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    INSTRUMENT(counter),
    INSTRUMENT(gauge),
    INSTRUMENT(histogram),
    WRONG_CALL(promlet_counter_inc),
    WRONG_CALL(promlet_counter_add),
    WRONG_CALL(promlet_counter_add_u64),
    WRONG_CALL(promlet_counter_inc_by_values),
    WRONG_CALL(promlet_counter_add_by_values),
    WRONG_CALL(promlet_counter_add_u64_by_values),
    WRONG_CALL(promlet_counter_value),
    WRONG_CALL(promlet_counter_value_u64),
    WRONG_CALL(promlet_gauge_inc),
    WRONG_CALL(promlet_gauge_dec),
    WRONG_CALL(promlet_gauge_set),
    WRONG_CALL(promlet_gauge_add),
    WRONG_CALL(promlet_gauge_sub),
    WRONG_CALL(promlet_gauge_set_to_current_time),
    WRONG_CALL(promlet_gauge_raise_to),
    WRONG_CALL(promlet_gauge_lower_to),
    WRONG_CALL(promlet_gauge_set_by_values),
    WRONG_CALL(promlet_gauge_add_by_values),
    WRONG_CALL(promlet_gauge_sub_by_values),
    WRONG_CALL(promlet_gauge_raise_to_by_values),
    WRONG_CALL(promlet_gauge_lower_to_by_values),
    WRONG_CALL(promlet_gauge_inc_by_values),
    WRONG_CALL(promlet_gauge_dec_by_values),
    WRONG_CALL(promlet_gauge_value),
    WRONG_CALL(promlet_histogram_observe),
    WRONG_CALL(promlet_histogram_observe_by_values),
    WRONG_CALL(promlet_histogram_count),
    WRONG_CALL(promlet_histogram_sum),
    WRONG_CALL(promlet_histogram_quantile),
    WRONG_CALL(promlet_summary_observe),
    WRONG_CALL(promlet_cell1_add_whole),
    WRONG_CALL(promlet_cell1_add_real),
    WRONG_CALL(promlet_cell1_observe),
    WRONG_CALL(promlet_cell1_note),
    WRONG_CALL(promlet_cell1_counter_add),
    WRONG_CALL(promlet_cell1_counter_add_u64),
    WRONG_CALL(promlet_cell1_histogram_observe),
    WRONG_CALL(promlet_cell1_refuse),
    WRONG_CALL(promlet_cell1_refuse_null),
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
