/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/by_name.h: a series by the names of its labels. */
#include "support/expect.h"
#include "support/heard_log.h"

static promlet_counter_family *new_requests(promlet_registry *registry)
{
    return promlet_counter_family_new(registry, &(promlet_opts){.name = "requests_total",
                                                                .help = "Requests.",
                                                                .labels = {"method", "status"}});
}

static void labels_by_name_in_any_order_are_one_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = new_requests(registry);
    promlet_counter *get_ok = promlet_counter_with(requests, "GET", "200");
    assert_ptr_equal(promlet_counter_with_labels(requests, {"method", "GET"}, {"status", "200"}),
                     get_ok);
    assert_ptr_equal(promlet_counter_with_labels(requests, {"status", "200"}, {"method", "GET"}),
                     get_ok);
    const promlet_label other[] = {{"status", "GET"}, {"method", "200"}};
    assert_ptr_not_equal(promlet_counter_with_label_array(requests, other, 2), get_ok);
    expect_metrics(registry, "by_name", NULL,
                   "# HELP requests_total Requests.\n"
                   "# TYPE requests_total counter\n"
                   "requests_total{method=\"200\",status=\"GET\"} 0\n"
                   "requests_total{method=\"GET\",status=\"200\"} 0\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void labels_by_name_work_for_each_instrument(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts gauge = {.name = "depth", .help = "D.", .labels = {"q", "r"}};
    promlet_gauge_family *depths = promlet_gauge_family_new(registry, &gauge);
    promlet_gauge_set(promlet_gauge_with_labels(depths, {"r", "1"}, {"q", "2"}), 3);
    promlet_histogram_family *sizes = promlet_histogram_family_new(
        registry,
        &(promlet_opts){.name = "size_bytes", .help = "S.", .labels = {"q"}, PROMLET_BOUNDS(1)});
    promlet_histogram_observe(promlet_histogram_with_labels(sizes, {"q", "\xff"}), 1);
    expect_metrics(registry, "by_name_each", NULL,
                   "# HELP depth D.\n"
                   "# TYPE depth gauge\n"
                   "depth{q=\"2\",r=\"1\"} 3\n"
                   "# HELP size_bytes S.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{q=\"\xef\xbf\xbd\",le=\"1.0\"} 1\n"
                   "size_bytes_bucket{q=\"\xef\xbf\xbd\",le=\"+Inf\"} 1\n"
                   "size_bytes_sum{q=\"\xef\xbf\xbd\"} 1\n"
                   "size_bytes_count{q=\"\xef\xbf\xbd\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void as_many_labels_as_there_may_be_can_be_named(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "c_total"};
    char names[PROMLET_MAX_LABELS][4];
    promlet_label labels[PROMLET_MAX_LABELS];
    const char *values[PROMLET_MAX_LABELS];
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%zu", i);
        options.labels[i] = names[i];
        labels[PROMLET_MAX_LABELS - 1 - i] = (promlet_label){names[i], names[i]};
        values[i] = names[i];
    }
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    assert_ptr_equal(promlet_counter_with_label_array(family, labels, PROMLET_MAX_LABELS),
                     promlet_counter_with_values(family, values, PROMLET_MAX_LABELS));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void wrong_labels_are_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_label labels[3];
        size_t count;
        const char *sentence;
    } cases[] = {
        {{{"method", "GET"}}, 1, "requests_total: the value of label \"status\" is missing"},
        {{{"method", "GET"}}, 0, "requests_total: the value of label \"method\" is missing"},
        {{{"method", "GET"}, {"code", "1"}}, 2, "requests_total: it has no label \"code\""},
        {{{"method", "GET"}, {"", "1"}}, 2, "requests_total: it has no label \"\""},
        {{{"method", "GET"}, {"Method", "1"}}, 2, "requests_total: it has no label \"Method\""},
        {{{"method", "GET"}, {"status", "1"}, {"status", "1"}},
         3,
         "requests_total: label \"status\" is given twice"},
        {{{"method", NULL}, {"status", "1"}},
         2,
         "requests_total: the value of label \"method\" is NULL"},
        {{{"method", "GET"}, {NULL, "1"}}, 2, "requests_total: the name of a label is NULL"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        struct heard_log heard;
        start_to_hear(&heard);
        promlet_counter *sink = promlet_counter_with_label_array(new_requests(registry),
                                                                 cases[i].labels, cases[i].count);
        assert_non_null(sink);
        promlet_counter_inc(sink);
        stop_to_hear();
        assert_int_equal(heard.count, 1);
        assert_string_equal(heard.last, cases[i].sentence);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
        expect_status(registry, PROMLET_ERROR_LABELS, cases[i].sentence);
        expect_metrics(registry, "by_name_refused", NULL,
                       "# HELP requests_total Requests.\n# TYPE requests_total counter\n# EOF\n");
        promlet_registry_free(registry);
    }
}

static void labels_that_are_null_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_inc(promlet_counter_with_label_array(new_requests(registry), NULL, 2));
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "requests_total: its labels are NULL");
    promlet_registry_free(registry);
}

static void labels_of_null_family_are_refused(void **state)
{
    (void)state;
    promlet_counter_inc(promlet_counter_with_labels(NULL, {"a", "b"}));
    assert_string_equal(promlet_last_error(), "a family is NULL");
    promlet_gauge_inc(promlet_gauge_with_labels(NULL, {"a", "b"}));
    promlet_histogram_observe(promlet_histogram_with_labels(NULL, {"a", "b"}), 1);
    assert_int_equal(promlet_registry_status(NULL, NULL), PROMLET_ERROR_ARGUMENT);
}

static void labels_of_sink_are_a_sink_and_no_further_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *sink =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "-", .labels = {"a"}});
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_counter_inc(promlet_counter_with_labels(sink, {"a", "b"}));
    promlet_counter_inc(promlet_counter_with_label_array(sink, NULL, 7));
    assert_string_equal(promlet_last_error(), "");
    expect_metrics(registry, "by_name_sink", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_by_name_in_any_order_are_one_series),
        cmocka_unit_test(labels_by_name_work_for_each_instrument),
        cmocka_unit_test(as_many_labels_as_there_may_be_can_be_named),
        cmocka_unit_test(wrong_labels_are_refused),
        cmocka_unit_test(labels_that_are_null_are_refused),
        cmocka_unit_test(labels_of_null_family_are_refused),
        cmocka_unit_test(labels_of_sink_are_a_sink_and_no_further_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
