/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of expiry where its time comes round. */
#include "support/lifetime.h"

#include "series/readers.h"

#include <promlet/testing.h>

static promlet_registry *registry;
static promlet_counter_family *counters;

/* An idle time of nothing: the family's time counts nanoseconds, and 32 bits of them come round
   after four seconds. */
static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    counters = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"key"}, .idle_seconds = 1e-300});
    return promlet_testing_set_time(1) != PROMLET_OK;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    promlet_testing_use_real_time();
    return 0;
}

static const char sample_a[] = "jobs_total{key=\"a\"}";

static pml_series *find_a(void)
{
    const char *const values[] = {"a"};
    pml_label_query query;
    (void)pml_label_query_start(&query, &family_of(counters)->label_reader, values);
    return pml_family_find(family_of(counters), &query);
}

static void reader_stopped_until_time_comes_round_loses_nothing(void **state)
{
    (void)state;
    promlet_counter_inc_by(counters, "a");
    uint32_t section = pml_readers_enter();
    pml_series *series = find_a();
    assert_non_null(series);
    scrape(registry); /* asks for a grace period, which is not over before the reader has gone on */
    promlet_counter_inc_by(counters, "a");
    (void)promlet_testing_advance(3);
    scrape(registry); /* idle again */
    (void)promlet_testing_advance(1e-3);
    scrape(registry);
    promlet_counter_inc((promlet_counter *)(void *)series->cell);
    pml_readers_leave(section);
    assert_value(registry, sample_a, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(reader_stopped_until_time_comes_round_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
