/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of exemplars of series that come and go, and of several registries. */
#include "support/exemplars.h"

#include "series/exemplars.h"

static where of_job(const char *labels)
{
    return (where){"jobs_total", labels, 0};
}

static void each_series_has_its_own(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry, &(promlet_opts){
                      .name = "jobs_total", .labels = {"key"}, .max_series = 2, .exemplars = true});
    static const char *const keys[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        promlet_counter_add_with_exemplar(promlet_counter_with(jobs, keys[i]), 1,
                                          PROMLET_LABEL_LIST({"k", keys[i]}));
    }
    expect_exemplar(registry, of_job("key=\"a\""), "k=\"a\"", 1);
    expect_exemplar(registry, of_job("key=\"b\""), "k=\"b\"", 1);
    expect_exemplar(registry, of_job("otel_metric_overflow=\"true\""), "k=\"d\"", 1);
    promlet_registry_free(registry);
}

static void revived_series_has_none(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *jobs = keyed_counters_with_room(registry);
    promlet_counter *held = promlet_counter_with(jobs, "a");
    promlet_counter_add_with_exemplar(held, 1, PROMLET_LABEL_LIST({"n", "1"}));
    assert_int_equal(promlet_family_remove(jobs, "a"), PROMLET_OK);
    promlet_counter_add_with_exemplar(held, 2, PROMLET_LABEL_LIST({"n", "2"}));
    assert_ptr_equal(promlet_counter_with(jobs, "a"), held);
    expect_exemplar(registry, of_job("key=\"a\""), NULL, 0);
    promlet_counter_add_with_exemplar(held, 3, PROMLET_LABEL_LIST({"n", "3"}));
    expect_exemplar(registry, of_job("key=\"a\""), "n=\"3\"", 3);
    promlet_registry_free(registry);
}

static void metric_that_was_cleared_has_none(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "h", .labels = {"key"}, .exemplars = true});
    promlet_histogram *held = promlet_histogram_with(family, "a");
    for (double value = 0; value < 20; value += 0.1) {
        promlet_histogram_observe_with_exemplar(held, value, NULL, 0);
    }
    assert_int_equal(promlet_family_clear(family), PROMLET_OK);
    (void)promlet_histogram_with(family, "a");
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    const pml_snapshot_family *shown = family_in(snapshot, "h");
    assert_int_equal(shown->series_count, 1);
    for (size_t i = 0; i < shown->exemplars_a_series; i++) {
        assert_null(shown->exemplars[i].labels);
    }
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

/* The first definition holds, as with other options that are not part of what a metric is. */
static void metric_that_is_declared_again_keeps_its_room(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_opts without = {.name = "c_total", .help = "C."};
    assert_ptr_equal(promlet_counter_new(registry, &without), counter);
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "1"}));
    expect_exemplar(registry, (where){"c_total", "", 0}, "n=\"1\"", 1);
    /* Once it is gone, another definition may come. */
    assert_int_equal(promlet_registry_unregister(registry, "c_total"), PROMLET_OK);
    promlet_counter *other = promlet_counter_new(registry, &without);
    assert_ptr_not_equal(other, counter);
    promlet_counter_add_with_exemplar(other, 1, PROMLET_LABEL_LIST({"n", "1"}));
    expect_dropped(registry, "exemplar_no_room", 1);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void room_counts_as_memory_of_the_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.show_usage = true}),
        PROMLET_OK);
    promlet_histogram_family *families[2];
    for (int i = 0; i < 2; i++) {
        families[i] =
            promlet_histogram_family_new(registry, &(promlet_opts){.name = i == 0 ? "a" : "b",
                                                                   .labels = {"key"},
                                                                   .bounds = three_bounds,
                                                                   .bound_count = 3,
                                                                   .exemplars = i == 1});
    }
    double none = scraped_value(registry, "promlet_memory_bytes");
    (void)promlet_histogram_with(families[0], "x");
    double without = scraped_value(registry, "promlet_memory_bytes");
    (void)promlet_histogram_with(families[1], "x");
    double with = scraped_value(registry, "promlet_memory_bytes");
    double difference = (with - without) - (without - none);
    assert_int_equal((int)difference, 4 * sizeof(pml_exemplar_slot));
    assert_int_equal(promlet_family_remove(families[1], "x"), PROMLET_OK);
    promlet_registry_free(registry);
}

/* ---- merging --------------------------------------------------------------------------------- */

static void merged_registries_keep_theirs(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry(), new_registry()};
    promlet_counter *kept = promlet_counter_with(keyed_counters_with_room(registries[0]), "b");
    promlet_counter *first = promlet_counter_with(keyed_counters_with_room(registries[1]), "a");
    promlet_counter *second = promlet_counter_with(keyed_counters_with_room(registries[1]), "b");
    (void)promlet_counter_with(keyed_counters(registries[2]), "c");
    promlet_counter_add_with_exemplar(kept, 1, PROMLET_LABEL_LIST({"n", "kept"}));
    promlet_counter_add_with_exemplar(first, 2, PROMLET_LABEL_LIST({"n", "first"}));
    promlet_counter_add_with_exemplar(second, 3, PROMLET_LABEL_LIST({"n", "second"}));
    promlet_counter_add_with_exemplar(new_counter_with_room(registries[1]), 4,
                                      PROMLET_LABEL_LIST({"n", "lent"}));
    promlet_snapshot *parts[3];
    for (size_t i = 0; i < 3; i++) {
        parts[i] = promlet_snapshot_take(registries[i]);
    }
    promlet_snapshot *merged = promlet_snapshot_merge(parts, 3);
    for (size_t i = 0; i < 3; i++) {
        promlet_snapshot_release(parts[i]);
        promlet_registry_free(registries[i]);
    }
    static const struct {
        where at;
        const char *labels;
    } expected[] = {
        {{"jobs_total", "key=\"a\"", 0}, "n=\"first\""},
        {{"jobs_total", "key=\"b\"", 0}, "n=\"kept\""},
        {{"jobs_total", "key=\"c\"", 0}, ""},
        {{"c_total", "", 0}, "n=\"lent\""},
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const pml_exemplar *shown = exemplar_in(merged, expected[i].at);
        assert_int_equal(shown->labels_size, strlen(expected[i].labels));
        if (shown->labels_size > 0) {
            assert_memory_equal(shown->labels, expected[i].labels, shown->labels_size);
        }
    }
    assert_null(exemplar_in(merged, expected[2].at)->labels);
    promlet_snapshot_release(merged);
}

static void snapshot_outlives_what_it_has_shown(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "1"}));
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_counter_add_with_exemplar(counter, 2, PROMLET_LABEL_LIST({"n", "2"}));
    promlet_registry_free(registry);
    const pml_exemplar *shown = exemplar_in(snapshot, (where){"c_total", "", 0});
    assert_memory_equal(shown->labels, "n=\"1\"", shown->labels_size);
    promlet_snapshot_release(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_series_has_its_own),
        cmocka_unit_test(revived_series_has_none),
        cmocka_unit_test(metric_that_was_cleared_has_none),
        cmocka_unit_test(metric_that_is_declared_again_keeps_its_room),
        cmocka_unit_test(room_counts_as_memory_of_the_series),
        cmocka_unit_test(merged_registries_keep_theirs),
        cmocka_unit_test(snapshot_outlives_what_it_has_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
