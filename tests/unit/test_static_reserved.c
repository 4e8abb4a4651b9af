/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of user metrics that want the names of promlet's own ones. Whichever way they are declared,
 * they must not cost a scrape when promlet's metric appears.
 */
#include "support/expect.h"

PROMLET_STATIC_COUNTER(usurper, "promlet_dropped_total", "Wants promlet's name.");
PROMLET_STATIC_GAUGE(cousin, "promlet_series_overflow", "Wants a name that promlet's derives.");
PROMLET_STATIC_COUNTER(honest, "honest_total", "Wants nothing but to be seen.");

static void static_with_name_of_self_metric_leaves_scrape_whole(void **state)
{
    (void)state;
    promlet_counter_family *full = promlet_counter_family_new(
        NULL, &(promlet_opts){.name = "full_total", .labels = {"key"}, .max_series = 1});
    promlet_counter_inc(promlet_counter_with(full, "a"));
    promlet_counter_inc(promlet_counter_with(full, "b"));
    promlet_counter_inc(usurper);
    promlet_gauge_set(cousin, 1);
    promlet_counter_inc(honest);
    promlet_counter_add(honest, -1);
    char *text = promlet_get_metrics();
    assert_non_null(text);
    assert_non_null(strstr(text, "\nhonest_total 1\n"));
    assert_non_null(strstr(text, "\npromlet_dropped_total{reason=\"negative\"} 1\n"));
    assert_non_null(strstr(text, "\npromlet_series_overflow_total{family=\"full_total\"} 1\n"));
    promlet_free(text);
    assert_int_equal(promlet_registry_status(NULL, NULL), PROMLET_ERROR_NAME);
}

/* Each takes a name that promlet_dropped_total or promlet_series_overflow_total derives. */
static void declared_with_name_that_self_metric_derives_leaves_scrape_whole(void **state)
{
    (void)state;
    static const char *const names[] = {
        "promlet_dropped",
        "promlet_dropped_created",
        "promlet_dropped_total",
        "promlet_series_overflow",
        "promlet_series_overflow_created",
        "promlet_series_overflow_total",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_registry *registry = new_registry();
        promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = names[i]});
        promlet_counter_family *full = promlet_counter_family_new(
            registry, &(promlet_opts){.name = "full_total", .labels = {"key"}, .max_series = 1});
        promlet_counter_add(promlet_counter_with(full, "a"), -1);
        promlet_counter_inc(promlet_counter_with(full, "b"));
        promlet_gauge_set(gauge, 1);
        char *text = promlet_registry_get_metrics(registry);
        assert_non_null(text);
        assert_non_null(strstr(text, "\npromlet_dropped_total{reason=\"negative\"} 1\n"));
        assert_non_null(strstr(text, "\npromlet_series_overflow_total{family=\"full_total\"} 1\n"));
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_with_name_of_self_metric_leaves_scrape_whole),
        cmocka_unit_test(declared_with_name_that_self_metric_derives_leaves_scrape_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
