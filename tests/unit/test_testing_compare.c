/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_testing_compare(): what is equal, and each kind of difference in words. */
#include "support/expect.h"

#include <promlet/testing.h>

#include <math.h>

/* A registry with jobs_total of two queues, a gauge depth of 4 and a histogram. */
static promlet_registry *new_example(void)
{
    promlet_registry *registry = new_registry();
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"queue", "state"}});
    promlet_counter_add_u64(promlet_counter_with(jobs, "mail", "done"), 3);
    promlet_counter_add_u64(promlet_counter_with(jobs, "post", "done"), 1);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "depth"}), 4);
    promlet_histogram *wait = promlet_histogram_new(
        registry, &(promlet_opts){.name = "wait_seconds", .help = "Wait.", PROMLET_BOUNDS(1)});
    promlet_histogram_observe(wait, 0.5);
    return registry;
}

#define WAIT                                                                                       \
    "wait_seconds_bucket{le=\"1\"} 1\n"                                                            \
    "wait_seconds_bucket{le=\"+Inf\"} 1\n"                                                         \
    "wait_seconds_sum 0.5\n"                                                                       \
    "wait_seconds_count 1\n"

#define JOBS                                                                                       \
    "jobs_total{queue=\"mail\",state=\"done\"} 3\n"                                                \
    "jobs_total{queue=\"post\",state=\"done\"} 1\n"

/* The difference between the example and a text; NULL for none. */
static void expect_difference(const char *text, const char *const *names, const char *difference)
{
    promlet_registry *registry = new_example();
    char *found = promlet_testing_compare(registry, text, names);
    if (difference == NULL) {
        if (found != NULL) {
            fail_msg("%s", found);
        }
    } else {
        assert_non_null(found);
        assert_string_equal(found, difference);
    }
    promlet_free(found);
    promlet_registry_free(registry);
}

static void same_text_is_no_difference(void **state)
{
    (void)state;
    promlet_registry *registry = new_example();
    char *text = promlet_registry_get_metrics(registry);
    assert_null(promlet_testing_compare(registry, text, NULL));
    promlet_free(text);
    promlet_registry_free(registry);
    expect_difference(JOBS "depth 4\n" WAIT, NULL, NULL);
}

static void order_blanks_and_comments_are_no_difference(void **state)
{
    (void)state;
    expect_difference("\n# A comment.\n#\n" WAIT "\n\n  depth\t 4.0 \n"
                      "jobs_total{state=\"done\",queue=\"post\",} 1e0\n"
                      "jobs_total{state=\"done\",other=\"\",queue=\"mail\"} 3\n"
                      "# EOF",
                      NULL, NULL);
}

static void help_and_type_are_compared_where_they_are_given(void **state)
{
    (void)state;
    expect_difference("# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n" JOBS
                      "# TYPE depth gauge\ndepth 4\n" WAIT,
                      NULL, NULL);
    expect_difference("# HELP jobs_total Works.\n# TYPE jobs_total gauge\n" JOBS
                      "# HELP depth Depth.\ndepth 4\n" WAIT,
                      NULL,
                      "missing: # HELP depth Depth.\n"
                      "changed: # HELP jobs_total is Jobs., expected Works.\n"
                      "changed: # TYPE jobs_total is counter, expected gauge\n");
}

static void each_difference_is_a_line(void **state)
{
    (void)state;
    expect_difference("depth 5\n"
                      "jobs_total{queue=\"mail\",state=\"done\"} 3.5\n"
                      "jobs_total{queue=\"mail\",state=\"failed\"} 2\n"
                      "other NaN\n" WAIT,
                      NULL,
                      "changed: depth is 4, expected 5\n"
                      "changed: jobs_total{queue=\"mail\",state=\"done\"} is 3, expected 3.5\n"
                      "missing: jobs_total{queue=\"mail\",state=\"failed\"} 2\n"
                      "unexpected: jobs_total{queue=\"post\",state=\"done\"} 1\n"
                      "missing: other NaN\n");
}

static void no_text_expects_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_null(promlet_testing_compare(registry, NULL, NULL));
    assert_null(promlet_testing_compare(registry, "", NULL));
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    char *difference = promlet_testing_compare(registry, NULL, NULL);
    assert_string_equal(difference, "unexpected: a 0\n");
    promlet_free(difference);
    promlet_registry_free(registry);
}

static void names_say_which_families_the_text_shows_whole(void **state)
{
    (void)state;
    expect_difference("depth 4\n", (const char *const[]){"depth", NULL}, NULL);
    expect_difference(WAIT, (const char *const[]){"wait_seconds", NULL}, NULL);
    expect_difference(JOBS "depth 4\n", (const char *const[]){"jobs_total", NULL}, NULL);
    expect_difference("depth 4\n", (const char *const[]){"depth", "jobs_total", NULL},
                      "unexpected: jobs_total{queue=\"mail\",state=\"done\"} 3\n"
                      "unexpected: jobs_total{queue=\"post\",state=\"done\"} 1\n");
    expect_difference("", (const char *const[]){"jobs", NULL}, "missing: the metric jobs\n");
    expect_difference("depth 3\n", (const char *const[]){NULL},
                      "changed: depth is 4, expected 3\n");
}

/* As doubles they would all be the same. */
static void whole_numbers_beyond_2_to_53_are_compared_exactly(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_add_u64(
        promlet_counter_new(registry, &(promlet_opts){.name = "a_total", .help = "A."}),
        UINT64_MAX);
    assert_null(promlet_testing_compare(registry, "a_total 18446744073709551615\n", NULL));
    char *difference = promlet_testing_compare(registry, "a_total 18446744073709551614\n", NULL);
    assert_string_equal(difference, "changed: a_total is 18446744073709551615, expected "
                                    "18446744073709551614\n");
    promlet_free(difference);
    promlet_registry_free(registry);
}

static void special_values_are_compared(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "a"}), NAN);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "b"}), -INFINITY);
    assert_null(promlet_testing_compare(registry, "a NaN\nb -Inf\n", NULL));
    char *difference = promlet_testing_compare(registry, "a 1\nb +Inf\n", NULL);
    assert_string_equal(difference, "changed: a is NaN, expected 1\n"
                                    "changed: b is -Inf, expected +Inf\n");
    promlet_free(difference);
    promlet_registry_free(registry);
}

static void line_that_cannot_be_read_is_a_difference(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"1st 3", "it does not begin with a metric's name"},
        {"{a=\"b\"} 3", "it does not begin with a metric's name"},
        {"a", "the value is no number"},
        {"a x", "the value is no number"},
        {"a 0x10", "the value is no number"},
        {"a 1,5", "the value is no number"},
        {"a 1.2.3", "the value is no number"},
        {"a 1e", "the value is no number"},
        {"a e5", "the value is no number"},
        {"a .", "the value is no number"},
        {"a - 1", "the value is no number"},
        {"a nan", "the value is no number"},
        {"a 1\r", "the value is no number"},
        {"a 1 x", "the timestamp is no number"},
        {"a 1 2 3", "something stands behind the value"},
        {"a {b=\"c\"} 1", "the value is no number"},
        {"a{b=\"c\" 1", "the labels are not closed by }"},
        {"a{b=\"c\"x=\"d\"} 1", "the labels are not closed by }"},
        {"a{b=c} 1", "a label is not name=\"value\""},
        {"a{b=\"c} 1", "a label is not name=\"value\""},
        {"a{b=\"\\t\"} 1", "a label is not name=\"value\""},
        {"a{b=\"\\", "a label is not name=\"value\""},
        {"a{1=\"c\"} 1", "a label is not name=\"value\""},
        {"a{,} 1", "a label is not name=\"value\""},
        {"a{", "a label is not name=\"value\""},
        {"a{b=\"c\",b=\"d\"} 1", "a label stands twice"},
        {"# TYPE", "it does not say of which metric"},
        {"# HELP 1st x", "it does not say of which metric"},
        {"depth 4", "it stands there twice"},
        {"depth{x=\"\"} 3", "it stands there twice"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[200];
        char difference[200];
        (void)snprintf(text, sizeof text, "depth 4\n%s\nlast 1\n", cases[i][0]);
        (void)snprintf(difference, sizeof difference, "line 2 of the expected text: %s\n",
                       cases[i][1]);
        expect_difference(text, NULL, difference);
    }
}

static void line_with_too_many_labels_is_a_difference(void **state)
{
    (void)state;
    char text[4000] = "depth{";
    for (int i = 0; i < 129; i++) {
        size_t size = strlen(text);
        (void)snprintf(text + size, sizeof text - size, "l%d=\"x\",", i);
    }
    strcat(text, "} 1\n");
    expect_difference(text, NULL, "line 1 of the expected text: it has too many labels\n");
}

static void timestamp_is_compared_where_it_is_given(void **state)
{
    (void)state;
    expect_difference("depth 4 1700000000000\n", (const char *const[]){NULL},
                      "changed: depth is 4 without a timestamp, expected 4 1700000000000\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_text_is_no_difference),
        cmocka_unit_test(order_blanks_and_comments_are_no_difference),
        cmocka_unit_test(help_and_type_are_compared_where_they_are_given),
        cmocka_unit_test(each_difference_is_a_line),
        cmocka_unit_test(no_text_expects_nothing),
        cmocka_unit_test(names_say_which_families_the_text_shows_whole),
        cmocka_unit_test(whole_numbers_beyond_2_to_53_are_compared_exactly),
        cmocka_unit_test(special_values_are_compared),
        cmocka_unit_test(line_that_cannot_be_read_is_a_difference),
        cmocka_unit_test(line_with_too_many_labels_is_a_difference),
        cmocka_unit_test(timestamp_is_compared_where_it_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
