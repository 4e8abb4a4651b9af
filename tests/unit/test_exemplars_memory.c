/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each allocation from the declaration of metrics with exemplars to a merged snapshot of them is
 * refused in turn, once and with all that follow. Nothing is left over, and what is shown
 * afterwards is complete. Recording with an exemplar asks for no memory at all.
 */
#include "support/allocations.h"

#include "support/exemplars.h"

#define MOST_FAULT_POINTS 1000

static bool current_trace(promlet_trace_context *context, void *ctx)
{
    (void)ctx;
    context->trace_id[0] = 1;
    context->span_id[0] = 2;
    context->is_sampled = true;
    return true;
}

static void record(promlet_registry *registry)
{
    promlet_counter_inc_by(keyed_counters_with_room(registry), "a");
    promlet_histogram_observe_with_exemplar(new_histogram_with_room(registry), 3,
                                            PROMLET_LABEL_LIST({"n", "1"}));
}

/* The registry's snapshot merged with itself, so that families are joined; NULL: out of memory. */
static promlet_snapshot *take_merged(promlet_registry *registry)
{
    promlet_snapshot *parts[] = {promlet_snapshot_take(registry), promlet_snapshot_take(registry)};
    promlet_snapshot *merged =
        parts[0] != NULL && parts[1] != NULL ? promlet_snapshot_merge(parts, 2) : NULL;
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    return merged;
}

static void expect_complete(promlet_registry *registry)
{
    promlet_snapshot *merged = take_merged(registry);
    const pml_exemplar *kept = exemplar_in(merged, (where){"h", "", 2});
    assert_int_equal(kept->labels_size, 5);
    assert_memory_equal(kept->labels, "n=\"1\"", 5);
    assert_non_null(exemplar_in(merged, (where){"jobs_total", "key=\"a\"", 0})->labels);
    promlet_snapshot_release(merged);
}

/* False when there was no n-th request. */
static bool run_with_fault(long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    allocations_refuse(n, on);
    record(registry);
    promlet_snapshot *merged = take_merged(registry);
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    assert_true(is_refused || merged != NULL);
    promlet_snapshot_release(merged);
    record(registry);
    expect_complete(registry);
    promlet_registry_free(registry);
    assert_true(atomic_load(&allocations_alive) == alive);
    return is_refused;
}

static void refuse_each(bool on)
{
    make_what_lasts();
    promlet_set_trace_context_hook(current_trace, NULL);
    long n = 1;
    while (run_with_fault(n, on)) {
        assert_true(++n < MOST_FAULT_POINTS);
    }
    promlet_set_trace_context_hook(NULL, NULL);
    assert_true(n > 30); /* else the faults did not arrive */
}

static void each_allocation_refused_once_is_survived(void **state)
{
    (void)state;
    refuse_each(false);
}

static void each_allocation_refused_from_there_on_is_survived(void **state)
{
    (void)state;
    refuse_each(true);
}

static void recording_asks_for_no_memory(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_histogram *histogram = new_histogram_with_room(registry);
    promlet_set_trace_context_hook(current_trace, NULL);
    allocations_refuse(0, false);
    promlet_counter_inc(counter);
    promlet_histogram_observe(histogram, 1);
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "\xff"}));
    promlet_histogram_observe_with_exemplar(histogram, 1, PROMLET_LABEL_LIST({"", "1"}));
    assert_int_equal(atomic_load(&allocations_asked), 0);
    promlet_set_trace_context_hook(NULL, NULL);
    expect_exemplar(registry, (where){"c_total", "", 0}, "n=\"\xef\xbf\xbd\"", 1);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_refused_once_is_survived),
        cmocka_unit_test(each_allocation_refused_from_there_on_is_survived),
        cmocka_unit_test(recording_asks_for_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
