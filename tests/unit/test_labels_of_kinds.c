/* SPDX-License-Identifier: Apache-2.0 */
/* Labels by name, views and tables of summaries, infos, state sets and unknowns. What all kinds
   have in common is tested with counters: test_by_name.c, test_views.c, test_enum_labels.c. */
#include "support/expect.h"

#define SIDES(VALUE) VALUE(SIDE_LEFT, "left") VALUE(SIDE_RIGHT, "right")
enum side { SIDES(PROMLET_ENUMERATOR) };
PROMLET_ENUM_LABEL(side, "side", SIDES);

enum { SHUT, OPEN };

static const promlet_opts waits = {
    .name = "wait_seconds", .help = "Wait.", .labels = {"lock", "side"}};
static const promlet_opts builds = {
    .name = "build_info", .help = "Build.", .labels = {"version", "side"}};
static const promlet_opts doors = {
    .name = "door", .help = "Door.", .labels = {"room", "side"}, PROMLET_STATES("shut", "open")};
static const promlet_opts olds = {.name = "old", .help = "Old.", .labels = {"key", "side"}};

static const char all_shown[] = "# HELP build_info Build.\n"
                                "# TYPE build_info gauge\n"
                                "build_info{version=\"1\",side=\"left\"} 1\n"
                                "# HELP door Door.\n"
                                "# TYPE door gauge\n"
                                "door{room=\"a\",side=\"left\",door=\"shut\"} 0\n"
                                "door{room=\"a\",side=\"left\",door=\"open\"} 1\n"
                                "# HELP old Old.\n"
                                "# TYPE old untyped\n"
                                "old{key=\"a\",side=\"left\"} 7\n"
                                "# HELP wait_seconds Wait.\n"
                                "# TYPE wait_seconds summary\n"
                                "wait_seconds_sum{lock=\"a\",side=\"left\"} 2\n"
                                "wait_seconds_count{lock=\"a\",side=\"left\"} 1\n"
                                "# EOF\n";

static void labels_by_name_find_series_of_each_kind(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary_family *wait = promlet_summary_family_new(registry, &waits);
    promlet_info_family *build = promlet_info_family_new(registry, &builds);
    promlet_state_set_family *door = promlet_state_set_family_new(registry, &doors);
    promlet_unknown_family *old = promlet_unknown_family_new(registry, &olds);
    promlet_summary_observe(promlet_summary_with_labels(wait, {"side", "left"}, {"lock", "a"}), 2);
    promlet_info *info = promlet_info_with_labels(build, {"side", "left"}, {"version", "1"});
    promlet_state_set_select(promlet_state_set_with_labels(door, {"side", "left"}, {"room", "a"}),
                             OPEN);
    promlet_unknown_set(promlet_unknown_with_labels(old, {"side", "left"}, {"key", "a"}), 7);
    assert_ptr_equal(info, promlet_info_with(build, "1", "left"));
    expect_metrics(registry, "kinds_by_name", NULL, all_shown);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void wrong_label_of_each_kind_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary_family *wait = promlet_summary_family_new(registry, &waits);
    promlet_info_family *build = promlet_info_family_new(registry, &builds);
    promlet_state_set_family *door = promlet_state_set_family_new(registry, &doors);
    promlet_unknown_family *old = promlet_unknown_family_new(registry, &olds);
    promlet_summary_observe(promlet_summary_with_labels(wait, {"x", "1"}, {"lock", "a"}), 2);
    assert_string_equal(promlet_last_error(), "wait_seconds: it has no label \"x\"");
    (void)promlet_info_with_labels(build, {"x", "1"}, {"version", "a"});
    assert_string_equal(promlet_last_error(), "build_info: it has no label \"x\"");
    promlet_state_set_select(promlet_state_set_with_labels(door, {"x", "1"}, {"room", "a"}), OPEN);
    assert_string_equal(promlet_last_error(), "door: it has no label \"x\"");
    promlet_unknown_set_by(promlet_unknown_family_curry(old, {"x", "1"}), 7, "a");
    assert_string_equal(promlet_last_error(), "old: it has no label \"x\"");
    (void)promlet_info_with_labels(NULL, {"version", "1"});
    assert_string_equal(promlet_last_error(), "a family is NULL");
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "{"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void views_of_each_kind_take_the_values_that_are_left(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_summary_family *wait = promlet_summary_family_curry(
        promlet_summary_family_new(registry, &waits), {"side", "left"});
    promlet_info_family *build =
        promlet_info_family_curry(promlet_info_family_new(registry, &builds), {"side", "left"});
    promlet_state_set_family *door = promlet_state_set_family_curry(
        promlet_state_set_family_new(registry, &doors), {"side", "left"});
    promlet_unknown_family *old =
        promlet_unknown_family_curry(promlet_unknown_family_new(registry, &olds), {"side", "left"});
    promlet_summary_observe_by(wait, 2, "a");
    (void)promlet_info_with(build, "1");
    promlet_state_set_select_by(door, OPEN, "a");
    promlet_unknown_set_by(old, 7, "a");
    expect_metrics(registry, "kinds_by_view", NULL, all_shown);
    assert_int_equal(promlet_family_clear(door), PROMLET_OK);
    assert_int_equal(promlet_family_remove(build, "1"), PROMLET_OK);
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "door{"));
    assert_null(strstr(text, "build_info{"));
    promlet_free(text);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void tables_of_each_kind_start_at_zero(void **state)
{
    (void)state;
    PROMLET_TABLE(summary, wait, side);
    PROMLET_TABLE(state_set, door, side);
    PROMLET_TABLE(unknown, old, side);
    promlet_registry *registry = new_registry();
    promlet_summary_table_new(&wait, registry,
                              &(promlet_opts){.name = "wait_seconds", .help = "Wait."});
    promlet_state_set_table_new(
        &door, registry,
        &(promlet_opts){.name = "door", .help = "Door.", PROMLET_STATES("shut", "open")});
    promlet_unknown_table_new(&old, registry, &(promlet_opts){.name = "old", .help = "Old."});
    promlet_summary_observe(wait.by[SIDE_RIGHT], 2);
    promlet_state_set_select(door.by[SIDE_LEFT], SHUT);
    promlet_unknown_set(old.by[SIDE_RIGHT], 7);
    expect_metrics(registry, "kinds_table", NULL,
                   "# HELP door Door.\n"
                   "# TYPE door gauge\n"
                   "door{side=\"left\",door=\"shut\"} 1\n"
                   "door{side=\"left\",door=\"open\"} 0\n"
                   "door{side=\"right\",door=\"shut\"} 0\n"
                   "door{side=\"right\",door=\"open\"} 0\n"
                   "# HELP old Old.\n"
                   "# TYPE old untyped\n"
                   "old{side=\"left\"} 0\n"
                   "old{side=\"right\"} 7\n"
                   "# HELP wait_seconds Wait.\n"
                   "# TYPE wait_seconds summary\n"
                   "wait_seconds_sum{side=\"left\"} 0\n"
                   "wait_seconds_count{side=\"left\"} 0\n"
                   "wait_seconds_sum{side=\"right\"} 2\n"
                   "wait_seconds_count{side=\"right\"} 1\n"
                   "# EOF\n");
    assert_ptr_equal(promlet_state_set_with(door.family, "right"), door.by[SIDE_RIGHT]);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_by_name_find_series_of_each_kind),
        cmocka_unit_test(wrong_label_of_each_kind_is_refused),
        cmocka_unit_test(views_of_each_kind_take_the_values_that_are_left),
        cmocka_unit_test(tables_of_each_kind_start_at_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
