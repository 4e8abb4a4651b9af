/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of declaring a name again: the same metric, or a conflict whose message shows both. */
#include "support/expect.h"

#include <math.h>

enum kind { COUNTER, GAUGE, HISTOGRAM };

/* Declares a family of a kind; the address tells families apart. */
static const void *declare(promlet_registry *registry, enum kind kind, const promlet_opts *options)
{
    switch (kind) {
    case COUNTER:
        return promlet_counter_family_new(registry, options);
    case GAUGE:
        return promlet_gauge_family_new(registry, options);
    case HISTOGRAM:
        return promlet_histogram_family_new(registry, options);
    }
    return NULL;
}

static void expect_conflict(enum kind old_kind, const promlet_opts *old, enum kind new_kind,
                            const promlet_opts *new, const char *sentence)
{
    promlet_registry *registry = new_registry();
    declare(registry, old_kind, old);
    expect_status(registry, PROMLET_OK, "");
    declare(registry, new_kind, new);
    expect_status(registry, PROMLET_ERROR_CONFLICT, sentence);
    assert_string_equal(promlet_last_error(), sentence);
    promlet_registry_free(registry);
}

/* ---- the same again -------------------------------------------------------------------------- */

static void same_metric_again_is_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts counter = {.name = "a_total", .help = "A."};
    const promlet_opts gauge = {.name = "b", .help = "B."};
    const promlet_opts histogram = {.name = "c", .help = "C."};
    assert_ptr_equal(promlet_counter_new(registry, &counter),
                     promlet_counter_new(registry, &counter));
    assert_ptr_equal(promlet_gauge_new(registry, &gauge), promlet_gauge_new(registry, &gauge));
    assert_ptr_equal(promlet_histogram_new(registry, &histogram),
                     promlet_histogram_new(registry, &histogram));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_family_again_is_the_same_family(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const char *const names[] = {"a_total", "b", "c"};
    for (int kind = COUNTER; kind <= HISTOGRAM; kind++) {
        const promlet_opts options = {.name = names[kind], .labels = {"x", "y"}};
        assert_ptr_equal(declare(registry, (enum kind)kind, &options),
                         declare(registry, (enum kind)kind, &options));
    }
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_counter_with_and_without_total_is_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_ptr_equal(promlet_counter_new(registry, &(promlet_opts){.name = "a"}),
                     promlet_counter_new(registry, &(promlet_opts){.name = "a_total"}));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_histogram_with_infinity_or_defaults_given_is_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *first = promlet_histogram_new(registry, &(promlet_opts){.name = "a"});
    assert_ptr_equal(
        promlet_histogram_new(registry,
                              &(promlet_opts){.name = "a", PROMLET_BOUNDS(PROMLET_BOUNDS_DEFAULT)}),
        first);
    assert_ptr_equal(
        promlet_histogram_new(
            registry,
            &(promlet_opts){.name = "a", PROMLET_BOUNDS(PROMLET_BOUNDS_DEFAULT, INFINITY)}),
        first);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_with_another_help_keeps_the_first_help(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *first =
        promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "First."});
    promlet_gauge *second =
        promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "Second."});
    assert_ptr_equal(first, second);
    expect_metrics(registry, "conflicts_other_help", NULL,
                   "# HELP a First.\n"
                   "# TYPE a gauge\n"
                   "a 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void same_name_in_two_registries_is_no_conflict(void **state)
{
    (void)state;
    promlet_registry *one = new_registry();
    promlet_registry *other = new_registry();
    declare(one, COUNTER, &(promlet_opts){.name = "a_total"});
    declare(other, GAUGE, &(promlet_opts){.name = "a_total"});
    expect_status(one, PROMLET_OK, "");
    expect_status(other, PROMLET_OK, "");
    promlet_registry_free(one);
    promlet_registry_free(other);
}

/* ---- the same name, another definition ------------------------------------------------------- */

static void conflict_of_kinds_shows_both(void **state)
{
    (void)state;
    expect_conflict(GAUGE, &(promlet_opts){.name = "a"}, HISTOGRAM,
                    &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2)},
                    "histogram a{} with bounds 1.0 2.0: the name is taken by gauge a{}");
}

static void conflict_of_labels_shows_both(void **state)
{
    (void)state;
    expect_conflict(COUNTER, &(promlet_opts){.name = "a_total", .labels = {"x", "y"}}, COUNTER,
                    &(promlet_opts){.name = "a_total", .labels = {"x"}},
                    "counter a_total{x}: the name is taken by counter a_total{x,y}");
    expect_conflict(COUNTER, &(promlet_opts){.name = "a_total", .labels = {"x", "y"}}, COUNTER,
                    &(promlet_opts){.name = "a_total", .labels = {"y", "x"}},
                    "counter a_total{y,x}: the name is taken by counter a_total{x,y}");
}

static void conflict_of_units_shows_both(void **state)
{
    (void)state;
    expect_conflict(GAUGE, &(promlet_opts){.name = "a_seconds", .unit = "seconds"}, GAUGE,
                    &(promlet_opts){.name = "a_seconds"},
                    "gauge a_seconds{}: the name is taken by gauge a_seconds{} in seconds");
}

static void conflict_of_bounds_shows_both(void **state)
{
    (void)state;
    expect_conflict(HISTOGRAM, &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2)}, HISTOGRAM,
                    &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2.5)},
                    "histogram a{} with bounds 1.0 2.5: the name is taken by "
                    "histogram a{} with bounds 1.0 2.0");
    expect_conflict(HISTOGRAM, &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2)}, HISTOGRAM,
                    &(promlet_opts){.name = "a", PROMLET_BOUNDS(1)},
                    "histogram a{} with bounds 1.0: the name is taken by "
                    "histogram a{} with bounds 1.0 2.0");
}

static void conflict_of_long_definitions_is_cut_but_shows_both(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char name[200];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    declare(registry, GAUGE, &(promlet_opts){.name = name});
    declare(registry, HISTOGRAM, &(promlet_opts){.name = name});
    const char *why = NULL;
    assert_int_equal(promlet_registry_status(registry, &why), PROMLET_ERROR_CONFLICT);
    assert_ptr_equal(strstr(why, "histogram nnn"), why);
    assert_non_null(strstr(why, ": the name is taken by gauge nnn"));
    promlet_registry_free(registry);
}

/* ---- names that only a format derives -------------------------------------------------------- */

/* A conflict in whichever order the two are declared. */
static void expect_conflict_both_ways(enum kind kind, const char *name, enum kind other_kind,
                                      const char *other_name)
{
    const promlet_opts options = {.name = name};
    const promlet_opts other = {.name = other_name};
    promlet_registry *registry = new_registry();
    declare(registry, kind, &options);
    declare(registry, other_kind, &other);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    promlet_registry_free(registry);
    registry = new_registry();
    declare(registry, other_kind, &other);
    declare(registry, kind, &options);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    promlet_registry_free(registry);
}

static void conflict_of_counter_with_its_other_names_is_found(void **state)
{
    (void)state;
    expect_conflict_both_ways(COUNTER, "foo", GAUGE, "foo");
    expect_conflict_both_ways(COUNTER, "foo", GAUGE, "foo_total");
    expect_conflict_both_ways(COUNTER, "foo", GAUGE, "foo_created");
    expect_conflict_both_ways(COUNTER, "foo", HISTOGRAM, "foo");
    expect_conflict_both_ways(COUNTER, "foo", COUNTER, "foo_total_total");
    expect_conflict_both_ways(COUNTER, "foo", COUNTER, "foo_created");
}

static void conflict_of_histogram_with_its_other_names_is_found(void **state)
{
    (void)state;
    static const char *const names[] = {"foo", "foo_bucket", "foo_sum", "foo_count", "foo_created"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        expect_conflict_both_ways(HISTOGRAM, "foo", GAUGE, names[i]);
        expect_conflict_both_ways(HISTOGRAM, "foo", COUNTER, names[i]);
    }
}

static void conflict_across_suffixes_shows_both(void **state)
{
    (void)state;
    expect_conflict(HISTOGRAM, &(promlet_opts){.name = "foo", PROMLET_BOUNDS(1)}, COUNTER,
                    &(promlet_opts){.name = "foo_count"},
                    "counter foo_count_total{}: histogram foo{} with bounds 1.0 has the name "
                    "foo_count as well");
    expect_conflict(COUNTER, &(promlet_opts){.name = "foo_total"}, GAUGE,
                    &(promlet_opts){.name = "foo_created"},
                    "gauge foo_created{}: counter foo_total{} has the name foo_created as well");
}

static void names_that_only_share_a_beginning_are_no_conflict(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    declare(registry, COUNTER, &(promlet_opts){.name = "foo_total"});
    declare(registry, GAUGE, &(promlet_opts){.name = "foo_bucket"});
    declare(registry, GAUGE, &(promlet_opts){.name = "foo_sum"});
    declare(registry, HISTOGRAM, &(promlet_opts){.name = "foo_"});
    declare(registry, HISTOGRAM, &(promlet_opts){.name = "fo"});
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void conflict_leaves_the_first_metric_as_it_was(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "foo", .help = "Foo."});
    promlet_counter *refused = promlet_counter_new(registry, &(promlet_opts){.name = "foo"});
    promlet_gauge_set(gauge, 3);
    promlet_counter_add(refused, 100);
    expect_metrics(registry, "conflicts_first_stays", NULL,
                   "# HELP foo Foo.\n"
                   "# TYPE foo gauge\n"
                   "foo 3\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_metric_again_is_the_same_handle),
        cmocka_unit_test(same_family_again_is_the_same_family),
        cmocka_unit_test(same_counter_with_and_without_total_is_the_same_handle),
        cmocka_unit_test(same_histogram_with_infinity_or_defaults_given_is_the_same_handle),
        cmocka_unit_test(same_with_another_help_keeps_the_first_help),
        cmocka_unit_test(same_name_in_two_registries_is_no_conflict),
        cmocka_unit_test(conflict_of_kinds_shows_both),
        cmocka_unit_test(conflict_of_labels_shows_both),
        cmocka_unit_test(conflict_of_units_shows_both),
        cmocka_unit_test(conflict_of_bounds_shows_both),
        cmocka_unit_test(conflict_of_long_definitions_is_cut_but_shows_both),
        cmocka_unit_test(conflict_of_counter_with_its_other_names_is_found),
        cmocka_unit_test(conflict_of_histogram_with_its_other_names_is_found),
        cmocka_unit_test(conflict_across_suffixes_shows_both),
        cmocka_unit_test(names_that_only_share_a_beginning_are_no_conflict),
        cmocka_unit_test(conflict_leaves_the_first_metric_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
