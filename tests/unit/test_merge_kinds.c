/* SPDX-License-Identifier: Apache-2.0 */
/* Merging summaries, infos, state sets and unknowns of several registries into one document. */
#include "support/expect.h"
#include "support/heard_log.h"

static promlet_registry *registries[2];

static int begin(void **state)
{
    (void)state;
    registries[0] = new_registry();
    registries[1] = new_registry();
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
    return 0;
}

static void expect_merged(const char *document, const char *expected)
{
    char *text = promlet_get_metrics_of(registries, 2);
    assert_non_null(text);
    keep_document(document, text, NULL);
    assert_string_equal(text, expected);
    promlet_free(text);
}

static void merge_has_series_of_each_kind_side_by_side(void **state)
{
    (void)state;
    static const char *const keys[] = {"b", "a"};
    for (size_t i = 0; i < 2; i++) {
        promlet_opts options = {
            .name = "wait_seconds", .help = "Wait.", .labels = {"key"}, PROMLET_QUANTILES(0, 1)};
        promlet_summary_observe_by(promlet_summary_family_new(registries[i], &options), 0, keys[i]);
        options = (promlet_opts){
            .name = "door", .help = "Door.", .labels = {"key"}, PROMLET_STATES("shut", "open")};
        promlet_state_set_select_by(promlet_state_set_family_new(registries[i], &options), i,
                                    keys[i]);
        options = (promlet_opts){.name = "build_info", .help = "Build.", .labels = {"key"}};
        (void)promlet_info_with(promlet_info_family_new(registries[i], &options), keys[i]);
        options = (promlet_opts){.name = "old", .help = "Old.", .labels = {"key"}};
        promlet_unknown_set_by(promlet_unknown_family_new(registries[i], &options), 7, keys[i]);
    }
    expect_merged("merge_kinds", "# HELP build_info Build.\n"
                                 "# TYPE build_info gauge\n"
                                 "build_info{key=\"a\"} 1\n"
                                 "build_info{key=\"b\"} 1\n"
                                 "# HELP door Door.\n"
                                 "# TYPE door gauge\n"
                                 "door{key=\"a\",door=\"shut\"} 0\n"
                                 "door{key=\"a\",door=\"open\"} 1\n"
                                 "door{key=\"b\",door=\"shut\"} 1\n"
                                 "door{key=\"b\",door=\"open\"} 0\n"
                                 "# HELP old Old.\n"
                                 "# TYPE old untyped\n"
                                 "old{key=\"a\"} 7\n"
                                 "old{key=\"b\"} 7\n"
                                 "# HELP wait_seconds Wait.\n"
                                 "# TYPE wait_seconds summary\n"
                                 "wait_seconds{key=\"a\",quantile=\"0.0\"} 0\n"
                                 "wait_seconds{key=\"a\",quantile=\"1.0\"} 0\n"
                                 "wait_seconds_sum{key=\"a\"} 0\n"
                                 "wait_seconds_count{key=\"a\"} 1\n"
                                 "wait_seconds{key=\"b\",quantile=\"0.0\"} 0\n"
                                 "wait_seconds{key=\"b\",quantile=\"1.0\"} 0\n"
                                 "wait_seconds_sum{key=\"b\"} 0\n"
                                 "wait_seconds_count{key=\"b\"} 1\n"
                                 "# EOF\n");
}

/* A reader would take both for the same. */
static void merge_leaves_out_other_quantiles_and_other_states(void **state)
{
    (void)state;
    promlet_summary_new(registries[0], &(promlet_opts){.name = "s", .help = "S."});
    promlet_summary_new(registries[1],
                        &(promlet_opts){.name = "s", .help = "S.", PROMLET_QUANTILES(0.5)});
    struct heard_log heard;
    start_to_hear(&heard);
    expect_merged("merge_other_quantiles", "# HELP s S.\n# TYPE s summary\ns_sum 0\ns_count 0\n"
                                           "# EOF\n");
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "s: a summary with other quantiles than the summary of an "
                                    "earlier snapshot is left out");
    promlet_state_set_new(registries[0],
                          &(promlet_opts){.name = "d", .help = "D.", PROMLET_STATES("x")});
    promlet_state_set_new(registries[1],
                          &(promlet_opts){.name = "d", .help = "D.", PROMLET_STATES("y")});
    promlet_registry_unregister(registries[1], "s");
    expect_merged("merge_other_states", "# HELP d D.\n# TYPE d gauge\nd{d=\"x\"} 0\n"
                                        "# HELP s S.\n# TYPE s summary\ns_sum 0\ns_count 0\n"
                                        "# EOF\n");
    stop_to_hear();
    assert_string_equal(heard.last, "d: a stateset with other states than the stateset of an "
                                    "earlier snapshot is left out");
}

/* An info and a gauge look alike in the text format, and are two things in others. */
static void merge_leaves_out_another_kind_of_the_same_look(void **state)
{
    (void)state;
    promlet_gauge_new(registries[0], &(promlet_opts){.name = "a_info", .help = "A."});
    promlet_info_new(registries[1], &(promlet_opts){.name = "a_info", .help = "A."});
    struct heard_log heard;
    start_to_hear(&heard);
    expect_merged("merge_other_kind", "# HELP a_info A.\n# TYPE a_info gauge\na_info 0\n# EOF\n");
    stop_to_hear();
    assert_int_equal(heard.count, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(merge_has_series_of_each_kind_side_by_side),
        CASE(merge_leaves_out_other_quantiles_and_other_states),
        CASE(merge_leaves_out_another_kind_of_the_same_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
