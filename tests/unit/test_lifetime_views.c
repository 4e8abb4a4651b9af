/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of removing through a view: only what is within it; and of prefixes and constant labels. */
#include "support/lifetime.h"

static promlet_registry *registry;
static promlet_counter_family *family;
static promlet_counter_family *view; /* of the method GET */

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "requests_total", .labels = {"method", "status"}});
    view = promlet_counter_family_curry(family, {"method", "GET"});
    promlet_counter_inc_by(family, "GET", "200");
    promlet_counter_inc_by(family, "GET", "404");
    promlet_counter_inc_by(family, "PUT", "200");
    (void)promlet_set_last_error(PROMLET_OK, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

static void expect_shown(bool get_200, bool get_404, bool put_200)
{
    assert_int_equal(is_shown(registry, "requests_total{method=\"GET\",status=\"200\"}"), get_200);
    assert_int_equal(is_shown(registry, "requests_total{method=\"GET\",status=\"404\"}"), get_404);
    assert_int_equal(is_shown(registry, "requests_total{method=\"PUT\",status=\"200\"}"), put_200);
}

static void remove_in_view_takes_what_it_fixes_as_given(void **state)
{
    (void)state;
    assert_int_equal(promlet_family_remove(view, "200"), PROMLET_OK);
    expect_shown(false, true, true);
    assert_int_equal(promlet_family_remove(view, "200"), PROMLET_ERROR_NOT_FOUND);
    assert_int_equal(promlet_family_remove(view, "GET", "404"), PROMLET_ERROR_LABELS);
    assert_int_equal(promlet_family_remove(view, NULL), PROMLET_ERROR_LABELS);
    expect_shown(false, true, true);
    promlet_counter_inc_by(view, "200");
    expect_shown(true, true, true);
    assert_value(registry, "requests_total{method=\"GET\",status=\"200\"}", 1);
}

/* client_golang's DeletePartialMatch on a curried vector deletes outside of it. */
static void test_defect_04_go_curried_delete_partial_match_deletes_too_much(void **state)
{
    (void)state;
    const promlet_label ok = {"status", "200"};
    assert_int_equal(promlet_family_remove_matching(view, &ok, 1), 1);
    expect_shown(false, true, true);
    const promlet_label put = {"method", "PUT"};
    assert_int_equal(promlet_family_remove_matching(view, &put, 1), 0);
    expect_shown(false, true, true);
    const promlet_label get = {"method", "GET"};
    assert_int_equal(promlet_family_remove_matching(view, &get, 1), 1);
    expect_shown(false, false, true);
}

/* Both become U+FFFD. Found by fuzzing. */
static void values_of_a_view_match_once_they_are_repaired(void **state)
{
    (void)state;
    promlet_counter_family *odd = promlet_counter_family_curry(family, {"method", "\xff"});
    const promlet_label same = {"method", "\xfe"};
    promlet_counter_inc_by(odd, "200");
    assert_int_equal(promlet_family_remove_matching(odd, &same, 1), 1);
    expect_shown(true, true, true);
}

static void test_defect_04_clear_of_a_view_stays_within_it(void **state)
{
    (void)state;
    assert_int_equal(promlet_family_clear(view), PROMLET_OK);
    expect_shown(false, false, true);
}

static void view_is_not_unregistered(void **state)
{
    (void)state;
    assert_int_equal(promlet_family_unregister(view), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "requests_total: a view can't be unregistered");
    expect_shown(true, true, true);
    assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    promlet_counter_inc_by(view, "200");
    expect_shown(false, false, false);
}

/* A view that fixes all labels has none left to give. */
static void view_of_one_series_records_and_removes_it(void **state)
{
    (void)state;
    promlet_counter_family *one = promlet_counter_family_curry(view, {"status", "200"});
    promlet_counter_inc_by_values(one, NULL, 0);
    assert_value(registry, "requests_total{method=\"GET\",status=\"200\"}", 2);
    assert_int_equal(promlet_family_remove_values(one, NULL, 0), PROMLET_OK);
    expect_shown(false, true, true);
    promlet_counter *counter = promlet_counter_with_values(one, NULL, 0);
    promlet_counter_release(counter);
    assert_value(registry, "requests_total{method=\"GET\",status=\"200\"}", 0);
    assert_int_equal(family_of(one)->table.count, 0);
}

static void series_recorded_on_through_a_view_expires(void **state)
{
    (void)state;
    promlet_counter_family *idle =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "idle_total",
                                                             .labels = {"first", "second"},
                                                             .idle_seconds = IDLE_SECONDS});
    promlet_counter_family *idle_view = promlet_counter_family_curry(idle, {"first", "a"});
    static const char sample[] = "idle_total{first=\"a\",second=\"b\"}";
    for (uint64_t i = 1; i <= 3; i++) {
        promlet_counter_inc_by(idle_view, "b");
        assert_value(registry, sample, i);
        let_idle_time_pass(idle);
    }
    scrape(registry);
    assert_false(is_shown(registry, sample));
}

static void metric_of_a_registry_with_prefix_is_unregistered_by_either_name(void **state)
{
    (void)state;
    promlet_registry *other = new_registry();
    promlet_registry_opts options = {.prefix = "app_", .const_labels = {{"zone", "a"}}};
    assert_int_equal(promlet_registry_configure(other, &options), PROMLET_OK);
    static const char *const names[] = {"jobs", "jobs_total", "app_jobs", "app_jobs_total"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_counter *counter =
            promlet_counter_new(other, &(promlet_opts){.name = "jobs_total"});
        promlet_counter_inc(counter);
        assert_value(other, "app_jobs_total{zone=\"a\"}", 1);
        assert_int_equal(promlet_registry_unregister(other, "job"), PROMLET_ERROR_NOT_FOUND);
        assert_int_equal(promlet_registry_unregister(other, names[i]), PROMLET_OK);
        assert_false(is_shown(other, "app_jobs_total{zone=\"a\"}"));
    }
    promlet_registry_free(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(remove_in_view_takes_what_it_fixes_as_given),
        TEST(test_defect_04_go_curried_delete_partial_match_deletes_too_much),
        TEST(values_of_a_view_match_once_they_are_repaired),
        TEST(test_defect_04_clear_of_a_view_stays_within_it),
        TEST(view_is_not_unregistered),
        TEST(view_of_one_series_records_and_removes_it),
        TEST(series_recorded_on_through_a_view_expires),
        TEST(metric_of_a_registry_with_prefix_is_unregistered_by_either_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
