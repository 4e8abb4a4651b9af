/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots of a summary on which threads record: no count without its value in the sum, nothing
 * lower than before, no quantile but the value or none, and exact totals at the end. With each
 * sort of cells, and with a window so short that periods begin meanwhile.
 */
#include "snapshot/snapshot.h"
#include "support/expect.h"

#include <math.h>
#include <pthread.h>

enum { RECORDERS = 4, RECORDINGS = 60000, QUANTILES = 3 };

struct crew {
    promlet_summary *summary;
    _Atomic int at_work;
};

/* Always the same value, so that the sum tells how many of the counted ones it has. */
#define VALUE 4.0

static void *record(void *ctx)
{
    struct crew *crew = ctx;
    for (int i = 0; i < RECORDINGS; i++) {
        promlet_summary_observe(crew->summary, VALUE);
    }
    crew->at_work--;
    return NULL;
}

/* The count that a snapshot shows. What is not counted yet may be in the sum already. */
static uint64_t check_snapshot(promlet_registry *registry, uint64_t before)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    const pml_snapshot_family *family = &snapshot->families[0];
    assert_int_equal(family->shape, PML_SHAPE_SUMMARY);
    assert_int_equal(family->bound_count, QUANTILES);
    const pml_snapshot_series *series = &family->series[0];
    uint64_t count = series->as.summary->count;
    assert_true(count >= before);
    assert_true(series->as.summary->sum >= VALUE * (double)count);
    for (size_t i = 0; i < QUANTILES; i++) {
        double value = series->as.summary->values[i];
        assert_true(isnan(value) || fabs(value - VALUE) <= 0.01 * VALUE);
    }
    promlet_snapshot_release(snapshot);
    return count;
}

static void record_and_check(promlet_cells cells)
{
    promlet_registry *registry = new_registry();
    struct crew crew = {.at_work = RECORDERS};
    crew.summary = promlet_summary_new(registry, &(promlet_opts){.name = "s",
                                                                 .cells = cells,
                                                                 PROMLET_QUANTILES(0.25, 0.5, 0.99),
                                                                 .window_seconds = 1});
    pthread_t threads[RECORDERS];
    for (int i = 0; i < RECORDERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, record, &crew), 0);
    }
    uint64_t count = 0;
    while (crew.at_work > 0) {
        count = check_snapshot(registry, count);
    }
    for (int i = 0; i < RECORDERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(check_snapshot(registry, count), RECORDERS * RECORDINGS);
    assert_int_equal(promlet_summary_count(crew.summary), RECORDERS * RECORDINGS);
    assert_true(fabs(promlet_summary_sum(crew.summary) - VALUE * RECORDERS * RECORDINGS) < 0.5);
    promlet_registry_free(registry);
}

static void snapshots_of_busy_summary_are_consistent(void **state)
{
    (void)state;
    record_and_check(PROMLET_CELLS_SHARED);
    record_and_check(PROMLET_CELLS_PER_CPU);
    record_and_check(PROMLET_CELLS_AUTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_of_busy_summary_are_consistent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
