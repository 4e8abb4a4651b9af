/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/by_name.h: views, which are families with some labels fixed. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <errno.h>
#include <pthread.h>

static promlet_counter_family *new_requests(promlet_registry *registry)
{
    return promlet_counter_family_new(registry,
                                      &(promlet_opts){.name = "requests_total",
                                                      .help = "Requests.",
                                                      .labels = {"method", "path", "status"},
                                                      .max_series = 10});
}

/* ---- use ------------------------------------------------------------------------------------- */

static void view_takes_the_values_that_are_left(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = new_requests(registry);
    promlet_counter_family *gets = promlet_counter_family_curry(requests, {"path", "/"});
    const char *const values[] = {"GET", "200"};
    promlet_counter *counter = promlet_counter_with(requests, "GET", "/", "200");
    assert_ptr_equal(promlet_counter_with(gets, "GET", "200"), counter);
    assert_ptr_equal(promlet_counter_with_values(gets, values, 2), counter);
    assert_ptr_equal(promlet_counter_with_labels(gets, {"status", "200"}, {"method", "GET"}),
                     counter);
    promlet_counter_inc_by(gets, "GET", "200");
    promlet_counter_inc_by_values(gets, values, 2);
    promlet_counter_add_by(gets, 0.5, "PUT", "404");
    promlet_counter_add_u64_by(gets, 5, "GET", "200");
    expect_metrics(registry, "view", NULL,
                   "# HELP requests_total Requests.\n"
                   "# TYPE requests_total counter\n"
                   "requests_total{method=\"GET\",path=\"/\",status=\"200\"} 7\n"
                   "requests_total{method=\"PUT\",path=\"/\",status=\"404\"} 0.5\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void view_of_view_fixes_more(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = new_requests(registry);
    promlet_counter_family *gets = promlet_counter_family_curry(requests, {"method", "GET"});
    promlet_counter_family *good = promlet_counter_family_curry(gets, {"status", "200"});
    promlet_counter_family *all = promlet_counter_family_curry(good, {"path", "/"});
    promlet_counter *counter = promlet_counter_with(requests, "GET", "/", "200");
    assert_ptr_equal(promlet_counter_with(good, "/"), counter);
    assert_ptr_equal(promlet_counter_with_values(all, NULL, 0), counter);
    assert_ptr_equal(promlet_counter_with_label_array(all, NULL, 0), counter);
    promlet_counter_inc_by_values(all, NULL, 0);
    const char *const none[] = {NULL};
    promlet_counter_inc_by_values(all, none, 0);
    assert_true(kept_value(registry, "view_whole",
                           "requests_total{method=\"GET\",path=\"/\",status=\"200\"}") > 1.5);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void view_that_fixes_the_same_is_the_same(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = new_requests(registry);
    promlet_counter_family *gets = promlet_counter_family_curry(requests, {"method", "GET"});
    promlet_counter_family *good =
        promlet_counter_family_curry(requests, {"status", "200"}, {"method", "GET"});
    for (int i = 0; i < 100; i++) {
        assert_ptr_equal(promlet_counter_family_curry(requests, {"method", "GET"}), gets);
        assert_ptr_equal(promlet_counter_family_curry(gets, {"status", "200"}), good);
        assert_ptr_equal(
            promlet_counter_family_curry(requests, {"method", "GET"}, {"status", "200"}), good);
    }
    assert_ptr_not_equal(promlet_counter_family_curry(requests, {"path", "GET"}), gets);
    assert_ptr_not_equal(promlet_counter_family_curry(requests, {"method", "GE"}), gets);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void view_works_for_each_instrument(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *depths = promlet_gauge_family_curry(
        promlet_gauge_family_new(
            registry, &(promlet_opts){.name = "depth", .help = "D.", .labels = {"q", "r"}}),
        {"r", "1"});
    promlet_gauge_set_by(depths, 3, "x");
    promlet_gauge_add_by(depths, 1, "x");
    promlet_gauge_add(promlet_gauge_with(depths, "x"), 1);
    promlet_histogram_family *sizes = promlet_histogram_family_curry(
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "size_bytes",
                                                               .help = "S.",
                                                               .labels = {"q", "r"},
                                                               PROMLET_BOUNDS(1)}),
        {"q", "\\"});
    promlet_histogram_observe_by(sizes, 1, "x");
    promlet_histogram_observe(promlet_histogram_with(sizes, "x"), 1);
    expect_metrics(registry, "view_each", NULL,
                   "# HELP depth D.\n"
                   "# TYPE depth gauge\n"
                   "depth{q=\"x\",r=\"1\"} 5\n"
                   "# HELP size_bytes S.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{q=\"\\\\\",r=\"x\",le=\"1.0\"} 2\n"
                   "size_bytes_bucket{q=\"\\\\\",r=\"x\",le=\"+Inf\"} 2\n"
                   "size_bytes_sum{q=\"\\\\\",r=\"x\"} 2\n"
                   "size_bytes_count{q=\"\\\\\",r=\"x\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void view_shares_the_limit_of_its_family(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "c_total", .help = "C.", .labels = {"a", "b"}, .max_series = 2});
    promlet_counter_family *view = promlet_counter_family_curry(requests, {"a", "1"});
    promlet_counter_inc_by(requests, "1", "x");
    promlet_counter_inc_by(view, "y");
    promlet_counter_inc_by(view, "z");
    promlet_counter_inc_by(requests, "1", "y");
    assert_true(scraped_value(registry, "c_total{a=\"1\",b=\"y\"}") > 1.5);
    assert_true(scraped_value(registry, "c_total{otel_metric_overflow=\"true\"}") > 0.5);
    promlet_registry_free(registry);
}

static void view_copies_and_repairs_what_it_fixes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g", .help = "G.", .labels = {"a", "b"}});
    char name[] = "b";
    char value[] = "x\xff";
    promlet_gauge_family *view = promlet_gauge_family_curry(family, {name, value});
    assert_ptr_equal(promlet_gauge_family_curry(family, {"b", "x\xef\xbf\xbd"}), view);
    name[0] = value[0] = '?';
    promlet_gauge_set_by(view, 1, "\xfe");
    expect_metrics(registry, "view_repaired", NULL,
                   "# HELP g G.\n# TYPE g gauge\n"
                   "g{a=\"\xef\xbf\xbd\",b=\"x\xef\xbf\xbd\"} 1\n# EOF\n");
    promlet_registry_free(registry);
}

static void view_keeps_errno_while_recording(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *view =
        promlet_counter_family_curry(new_requests(registry), {"method", "GET"});
    promlet_counter_inc_by(view, "/", "200");
    errno = EDOM;
    promlet_counter_inc_by(view, "/", "200");
    assert_int_equal(errno, EDOM);
    promlet_registry_free(registry);
}

/* ---- bad input ------------------------------------------------------------------------------- */

/* Fixing these labels of a view that has fixed the method is refused. */
static void expect_refused(const promlet_label *labels, size_t count, promlet_status status,
                           const char *sentence)
{
    promlet_registry *registry = new_registry();
    promlet_counter_family *gets =
        promlet_counter_family_curry(new_requests(registry), {"method", "GET"});
    promlet_counter_family *sink = promlet_counter_family_curry_array(gets, labels, count);
    assert_non_null(sink);
    assert_string_equal(promlet_last_error(), sentence);
    expect_status(registry, status, sentence);
    promlet_counter_inc_by(sink, "/", "200");
    promlet_counter_inc(promlet_counter_with(sink, "/"));
    promlet_counter_inc(promlet_counter_with(promlet_counter_family_curry(sink, {"a", "b"}), "/"));
    assert_string_equal(promlet_last_error(), sentence);
    expect_metrics(registry, "view_refused", NULL,
                   "# HELP requests_total Requests.\n# TYPE requests_total counter\n# EOF\n");
    promlet_registry_free(registry);
}

static void view_of_wrong_labels_is_refused(void **state)
{
    (void)state;
    const promlet_label fixed = {"method", "PUT"};
    const promlet_label unknown = {"code", "1"};
    const promlet_label null_name = {NULL, "1"};
    const promlet_label null_value = {"path", NULL};
    const promlet_label twice[] = {{"path", "/"}, {"path", "/"}};
    expect_refused(&fixed, 1, PROMLET_ERROR_LABELS,
                   "requests_total: label \"method\" is fixed by the view already");
    expect_refused(&unknown, 1, PROMLET_ERROR_LABELS, "requests_total: it has no label \"code\"");
    expect_refused(&null_name, 1, PROMLET_ERROR_LABELS,
                   "requests_total: the name of a label is NULL");
    expect_refused(&null_value, 1, PROMLET_ERROR_LABELS,
                   "requests_total: the value of label \"path\" is NULL");
    expect_refused(twice, 2, PROMLET_ERROR_LABELS, "requests_total: label \"path\" is given twice");
    expect_refused(twice, 0, PROMLET_ERROR_LABELS,
                   "requests_total: a view of it must fix some label");
    expect_refused(NULL, 0, PROMLET_ERROR_LABELS,
                   "requests_total: a view of it must fix some label");
    expect_refused(NULL, 1, PROMLET_ERROR_ARGUMENT, "requests_total: its labels are NULL");
}

static void view_of_null_is_refused(void **state)
{
    (void)state;
    promlet_counter_inc_by(promlet_counter_family_curry(NULL, {"a", "b"}), "x");
    assert_string_equal(promlet_last_error(), "a family is NULL");
    promlet_gauge_set_by(promlet_gauge_family_curry(NULL, {"a", "b"}), 1, "x");
    promlet_histogram_observe_by(promlet_histogram_family_curry(NULL, {"a", "b"}), 1, "x");
    assert_int_equal(promlet_registry_status(NULL, NULL), PROMLET_ERROR_ARGUMENT);
}

static void view_with_wrong_values_is_refused(void **state)
{
    (void)state;
    static const char *const values[] = {"/", "200", "GET"};
    static const char *const with_null[] = {"/", NULL};
    static const struct {
        const char *const *values;
        size_t count;
        const char *sentence;
    } cases[] = {
        {values, 3,
         "requests_total: needs 2 label values beside those that the view has fixed, got 3"},
        {values, 0,
         "requests_total: needs 2 label values beside those that the view has fixed, got 0"},
        {values, SIZE_MAX,
         "requests_total: needs 2 label values beside those that the view has fixed, got "
         "18446744073709551615"},
        {NULL, 2,
         "requests_total: needs 2 label values beside those that the view has fixed, got 0"},
        {with_null, 2, "requests_total: the value of label \"status\" is NULL"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        promlet_counter_family *gets =
            promlet_counter_family_curry(new_requests(registry), {"method", "GET"});
        struct heard_log heard;
        start_to_hear(&heard);
        promlet_counter_inc(promlet_counter_with_values(gets, cases[i].values, cases[i].count));
        promlet_counter_inc_by_values(gets, cases[i].values, cases[i].count);
        promlet_counter_inc_by_values(gets, cases[i].values, cases[i].count);
        stop_to_hear();
        assert_int_equal(heard.count, 2); /* the recordings' errors are told once */
        expect_status(registry, PROMLET_ERROR_LABELS, cases[i].sentence);
        assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"no_series\"}") > 1.5);
        promlet_registry_free(registry);
    }
}

static void view_labels_by_name_leave_out_what_is_fixed(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *gets =
        promlet_counter_family_curry(new_requests(registry), {"method", "GET"});
    (void)promlet_counter_with_labels(gets, {"path", "/"}, {"status", "1"}, {"method", "GET"});
    expect_status(registry, PROMLET_ERROR_LABELS,
                  "requests_total: label \"method\" is fixed by the view already");
    (void)promlet_counter_with_labels(gets, {"path", "/"});
    assert_string_equal(promlet_last_error(),
                        "requests_total: the value of label \"status\" is missing");
    promlet_registry_free(registry);
}

static void views_beyond_the_limit_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = new_requests(registry);
    promlet_counter_family *views[10];
    for (int i = 0; i < 10; i++) {
        char value[12];
        (void)snprintf(value, sizeof value, "%d", i);
        views[i] = promlet_counter_family_curry(requests, {"status", value});
    }
    expect_status(registry, PROMLET_OK, "");
    promlet_counter_inc_by(promlet_counter_family_curry(requests, {"status", "10"}), "a", "b");
    expect_status(registry, PROMLET_ERROR_LABELS,
                  "requests_total: it has 10 views, as many as it can have series");
    assert_ptr_equal(promlet_counter_family_curry(requests, {"status", "3"}), views[3]);
    promlet_registry_free(registry);
}

/* ---- threads --------------------------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 1000 };

static void *record_in_views(void *requests)
{
    for (int i = 0; i < ROUNDS; i++) {
        char value[12];
        (void)snprintf(value, sizeof value, "%d", i % 5);
        promlet_counter_inc_by(promlet_counter_family_curry(requests, {"status", value}), "GET",
                               "/");
    }
    return NULL;
}

static void views_of_many_threads_are_the_same(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = new_requests(registry);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, record_in_views, requests), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    expect_status(registry, PROMLET_OK, "");
    expect_metrics(registry, "view_threads", NULL,
                   "# HELP requests_total Requests.\n"
                   "# TYPE requests_total counter\n"
                   "requests_total{method=\"GET\",path=\"/\",status=\"0\"} 800\n"
                   "requests_total{method=\"GET\",path=\"/\",status=\"1\"} 800\n"
                   "requests_total{method=\"GET\",path=\"/\",status=\"2\"} 800\n"
                   "requests_total{method=\"GET\",path=\"/\",status=\"3\"} 800\n"
                   "requests_total{method=\"GET\",path=\"/\",status=\"4\"} 800\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view_takes_the_values_that_are_left),
        cmocka_unit_test(view_of_view_fixes_more),
        cmocka_unit_test(view_that_fixes_the_same_is_the_same),
        cmocka_unit_test(view_works_for_each_instrument),
        cmocka_unit_test(view_shares_the_limit_of_its_family),
        cmocka_unit_test(view_copies_and_repairs_what_it_fixes),
        cmocka_unit_test(view_keeps_errno_while_recording),
        cmocka_unit_test(view_of_wrong_labels_is_refused),
        cmocka_unit_test(view_of_null_is_refused),
        cmocka_unit_test(view_with_wrong_values_is_refused),
        cmocka_unit_test(view_labels_by_name_leave_out_what_is_fixed),
        cmocka_unit_test(views_beyond_the_limit_are_refused),
        cmocka_unit_test(views_of_many_threads_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
