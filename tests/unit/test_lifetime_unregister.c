/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of unregistering metrics: free names, harmless handles, and the same family again. */
#include "support/lifetime.h"

static promlet_registry *registry;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    (void)promlet_set_last_error(PROMLET_OK, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

static void test_defect_21_family_unregistered_is_not_shown(void **state)
{
    (void)state;
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter *counter = promlet_counter_with(family, "a");
    promlet_counter_inc(counter);
    assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    promlet_counter_inc(counter);
    promlet_counter_inc_by(family, "a");
    promlet_counter_inc_by(family, "b");
    promlet_counter_inc(promlet_counter_with(family, "c"));
    expect_metrics(registry, "unregistered", NULL, "# EOF\n");
    assert_int_equal(promlet_family_unregister(family), PROMLET_ERROR_NOT_FOUND);
    assert_string_equal(promlet_last_error(), "jobs_total: it is not registered any more");
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_ERROR_NOT_FOUND);
    assert_int_equal(promlet_family_clear(family), PROMLET_OK);
    expect_status(registry, PROMLET_OK, "");
}

static void family_declared_again_is_the_same_with_its_series_removed(void **state)
{
    (void)state;
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter *a = promlet_counter_with(family, "a");
    promlet_counter_add_u64(a, 5);
    assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    promlet_counter *b = promlet_counter_with(family, "b");
    promlet_counter_inc(b);
    assert_ptr_equal(keyed_counters(registry), family);
    expect_metrics(registry, "unregistered_again", NULL,
                   "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n# EOF\n");
    promlet_counter_inc_by(family, "a");
    promlet_counter_inc(a);
    assert_value(registry, "jobs_total{key=\"a\"}", 2);
    assert_ptr_equal(promlet_counter_with(family, "b"), b);
    assert_value(registry, "jobs_total{key=\"b\"}", 0);
}

static void metric_without_labels_is_unregistered_by_name(void **state)
{
    (void)state;
    promlet_opts options = {.name = "jobs", .help = "Jobs."};
    promlet_counter *counter = promlet_counter_new(registry, &options);
    promlet_counter_add_u64(counter, 3);
    assert_int_equal(promlet_registry_unregister(registry, "jobs"), PROMLET_OK);
    promlet_counter_inc(counter);
    expect_metrics(registry, "unregistered_whole", NULL, "# EOF\n");
    assert_ptr_equal(promlet_counter_new(registry, &options), counter);
    assert_value(registry, "jobs_total", 0);
    promlet_counter_inc(counter);
    assert_value(registry, "jobs_total", 1);
    assert_int_equal(promlet_registry_unregister(registry, "jobs_total"), PROMLET_OK);
}

static void names_that_are_no_metrics_are_not_found(void **state)
{
    (void)state;
    (void)keyed_counters(registry);
    static const char *const names[] = {"", "jobs_created", "jobs_tota", "other", "jobs_total_"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence, "%s: no metric of this name is registered",
                       names[i]);
        assert_int_equal(promlet_registry_unregister(registry, names[i]), PROMLET_ERROR_NOT_FOUND);
        assert_string_equal(promlet_last_error(), sentence);
    }
    assert_int_equal(promlet_registry_unregister(registry, NULL), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "a metric's name is NULL");
    expect_metrics(registry, "unregistered_none", NULL,
                   "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n# EOF\n");
}

static void own_metrics_are_refused_before_they_are_shown_too(void **state)
{
    (void)state;
    static const char *const names[] = {
        "promlet_dropped_total", "promlet_series_overflow_total", "promlet_series",
        "promlet_memory_bytes",  "promlet_collector_success",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char sentence[100];
        (void)snprintf(sentence, sizeof sentence, "%s: promlet's own metrics can't be removed",
                       names[i]);
        assert_int_equal(promlet_registry_unregister(registry, names[i]), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), sentence);
    }
}

/* client_golang keeps the shape of a name for ever. */
static void names_are_free_for_another_definition(void **state)
{
    (void)state;
    promlet_counter_family *counters = keyed_counters(registry);
    assert_int_equal(promlet_family_unregister(counters), PROMLET_OK);
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "jobs", .help = "Jobs."});
    promlet_gauge_set(gauge, 2);
    assert_value(registry, "jobs", 2);
    promlet_counter_family *refused = keyed_counters(registry);
    assert_ptr_not_equal(refused, counters);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    assert_int_equal(promlet_registry_unregister(registry, "jobs"), PROMLET_OK);
    promlet_gauge_family *keyed = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "jobs", .help = "Jobs.", .labels = {"key"}});
    promlet_gauge_set_by(keyed, 1, "a");
    assert_value(registry, "jobs{key=\"a\"}", 1);
    assert_int_equal(promlet_family_unregister(keyed), PROMLET_OK);
    assert_ptr_equal(keyed_counters(registry), counters);
}

/* Of several that were unregistered under one name, each comes back for its own definition. */
static void definitions_of_one_name_are_kept_apart(void **state)
{
    (void)state;
    static const char *const helps[] = {"One.", "Two.", "Three."};
    promlet_counter_family *families[COUNT_OF(helps)];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(helps); i++) {
            size_t at = round == 2 ? COUNT_OF(helps) - 1 - i : i;
            promlet_counter_family *family = promlet_counter_family_new(
                registry,
                &(promlet_opts){.name = "jobs_total", .help = helps[at], .labels = {"key"}});
            if (round == 0) {
                families[at] = family;
            }
            assert_ptr_equal(family, families[at]);
            assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
        }
    }
    expect_status(registry, PROMLET_OK, "");
}

static void options_that_differ_make_another_family(void **state)
{
    (void)state;
    promlet_opts options = {.name = "jobs_total", .labels = {"key"}};
    promlet_counter_family *first = promlet_counter_family_new(registry, &options);
    assert_int_equal(promlet_family_unregister(first), PROMLET_OK);
    options.max_series = 1;
    promlet_counter_family *second = promlet_counter_family_new(registry, &options);
    assert_ptr_not_equal(second, first);
    promlet_counter_inc_by(second, "a");
    promlet_counter_inc_by(second, "b");
    assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", 1);
    assert_int_equal(promlet_family_unregister(second), PROMLET_OK);
    options.idle_seconds = 5;
    promlet_counter_family *third = promlet_counter_family_new(registry, &options);
    assert_ptr_not_equal(third, second);
    assert_int_equal(promlet_family_unregister(third), PROMLET_OK);
    options.cells = PROMLET_CELLS_SHARED;
    assert_ptr_not_equal(promlet_counter_family_new(registry, &options), third);
}

static void test_defect_21_what_was_said_of_an_unregistered_family_is_forgotten(void **state)
{
    (void)state;
    promlet_opts options = {.name = "jobs_total", .labels = {"key"}, .max_series = 1};
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    promlet_counter_inc_by(family, "a");
    promlet_counter_inc_by(family, "b");
    static const char sample[] = "promlet_series_overflow_total{family=\"jobs_total\"}";
    assert_value(registry, sample, 1);
    assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    expect_metrics(registry, "unregistered_overflow", NULL, "# EOF\n");
    assert_ptr_equal(promlet_counter_family_new(registry, &options), family);
    assert_false(is_shown(registry, sample));
    promlet_counter_inc_by(family, "a");
    promlet_counter_inc_by(family, "b");
    assert_value(registry, sample, 1);
}

/* Found by fuzzing: its first overflow series was made as one that is shown. */
static void overflow_of_an_unregistered_family_is_hidden(void **state)
{
    (void)state;
    promlet_registry_opts no_room = {.max_memory_bytes = 1};
    assert_int_equal(promlet_registry_configure(registry, &no_room), PROMLET_OK);
    promlet_counter_family *family = keyed_counters(registry);
    assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    promlet_counter_inc(promlet_counter_with(family, "a"));
    assert_int_equal(promlet_family_remove_matching(family, NULL, 0), 0);
    promlet_counter_inc_by(family, "a");
    assert_ptr_equal(keyed_counters(registry), family);
    assert_false(is_shown(registry, "jobs_total{otel_metric_overflow=\"true\"}"));
    promlet_counter_inc_by(family, "a");
    assert_value(registry, "jobs_total{otel_metric_overflow=\"true\"}", 1);
}

/* Found by fuzzing: with a prefix, they were taken for promlet's own, which it forgets. */
static void metrics_named_as_promlets_own_stay(void **state)
{
    (void)state;
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.prefix = "app_"}),
        PROMLET_OK);
    promlet_opts options = {.name = "promlet_series", .help = "Series."};
    promlet_gauge_set(promlet_gauge_new(registry, &options), 5);
    promlet_opts with_labels = {
        .name = "promlet_series_overflow_total", .help = "Overflow.", .labels = {"x", "y"}};
    promlet_counter_family *family = promlet_counter_family_new(registry, &with_labels);
    promlet_counter_inc_by(family, "app_jobs_total", "y");
    assert_int_equal(promlet_family_unregister(keyed_counters(registry)), PROMLET_OK);
    expect_metrics(registry, "unregistered_beside_namesakes", NULL,
                   "# HELP app_promlet_series Series.\n# TYPE app_promlet_series gauge\n"
                   "app_promlet_series 5\n"
                   "# HELP app_promlet_series_overflow_total Overflow.\n# TYPE "
                   "app_promlet_series_overflow_total counter\n"
                   "app_promlet_series_overflow_total{x=\"app_jobs_total\",y=\"y\"} 1\n"
                   "# EOF\n");
}

/* What a snapshot shows of a family stays readable. */
static void snapshot_of_an_unregistered_family_stays(void **state)
{
    (void)state;
    promlet_counter_family *family = keyed_counters(registry);
    promlet_counter_inc_by(family, "a");
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    scrape_until_free(registry);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_string_equal(text, "# HELP jobs_total Jobs.\n"
                              "# TYPE jobs_total counter\n"
                              "jobs_total{key=\"a\"} 1\n");
    promlet_free(text);
    promlet_snapshot_release(snapshot);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_defect_21_family_unregistered_is_not_shown),
        TEST(family_declared_again_is_the_same_with_its_series_removed),
        TEST(metric_without_labels_is_unregistered_by_name),
        TEST(names_that_are_no_metrics_are_not_found),
        TEST(own_metrics_are_refused_before_they_are_shown_too),
        TEST(names_are_free_for_another_definition),
        TEST(definitions_of_one_name_are_kept_apart),
        TEST(options_that_differ_make_another_family),
        TEST(test_defect_21_what_was_said_of_an_unregistered_family_is_forgotten),
        TEST(overflow_of_an_unregistered_family_is_hidden),
        TEST(metrics_named_as_promlets_own_stay),
        TEST(snapshot_of_an_unregistered_family_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
