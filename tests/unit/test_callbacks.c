/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of callbacks: metrics whose value is asked for at the scrape. */
#include "support/expect.h"

#include <math.h>

/* What a callback answers, and how often it was asked. */
struct answer {
    double value;
    int asked;
};

static double give_answer(void *ctx)
{
    struct answer *answer = ctx;
    answer->asked++;
    return answer->value;
}

static void gauge_callback_is_asked_at_each_scrape(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {2.5, 0};
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "queue_length", .help = "Jobs."},
                               give_answer, &answer);
    assert_int_equal(answer.asked, 0);
    expect_metrics(registry, "callback_gauge", NULL,
                   "# HELP queue_length Jobs.\n"
                   "# TYPE queue_length gauge\n"
                   "queue_length 2.5\n"
                   "# EOF\n");
    answer.value = -1;
    assert_true(scraped_value(registry, "queue_length") == -1);
    assert_int_equal(answer.asked, 2);
    promlet_registry_free(registry);
    assert_int_equal(answer.asked, 2);
}

static void gauge_callback_may_answer_nan_and_infinity(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer nan = {NAN, 0};
    struct answer infinity = {-INFINITY, 0};
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a", .help = "A."}, give_answer,
                               &nan);
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "b", .help = "B."}, give_answer,
                               &infinity);
    expect_metrics(registry, "callback_not_finite", NULL,
                   "# HELP a A.\n"
                   "# TYPE a gauge\n"
                   "a NaN\n"
                   "# HELP b B.\n"
                   "# TYPE b gauge\n"
                   "b -Inf\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void counter_callback_shows_its_total_by_completed_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {7, 0};
    promlet_counter_callback_new(
        registry, &(promlet_opts){.name = "sent_bytes", .help = "Bytes.", .unit = "bytes"},
        give_answer, &answer);
    expect_metrics(registry, "callback_counter", NULL,
                   "# HELP sent_bytes_total Bytes.\n"
                   "# TYPE sent_bytes_total counter\n"
                   "sent_bytes_total 7\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void test_defect_24_counter_callback_of_impossible_value_is_left_out(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {-1, 0};
    promlet_counter_callback_new(registry, &(promlet_opts){.name = "sent_total", .help = "Sent."},
                                 give_answer, &answer);
    expect_metrics(registry, "callback_negative", NULL,
                   "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                   "# TYPE promlet_dropped_total counter\n"
                   "promlet_dropped_total{reason=\"negative\"} 1\n"
                   "# HELP sent_total Sent.\n"
                   "# TYPE sent_total counter\n"
                   "# EOF\n");
    answer.value = NAN;
    assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"nan\"}") == 1);
    answer.value = INFINITY;
    assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"infinite\"}") == 1);
    answer.value = 3;
    assert_true(scraped_value(registry, "sent_total") == 3);
    promlet_registry_free(registry);
}

static void unknown_callback_shows_whatever_it_answers(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {-2.5, 0};
    promlet_collector *callback = promlet_unknown_callback_new(
        registry, &(promlet_opts){.name = "legacy", .help = "L."}, give_answer, &answer);
    expect_metrics(registry, "callback_unknown", NULL,
                   "# HELP legacy L.\n"
                   "# TYPE legacy untyped\n"
                   "legacy -2.5\n"
                   "# EOF\n");
    answer.value = INFINITY;
    assert_true(scraped_value(registry, "legacy") == INFINITY);
    promlet_collector_free(callback);
    promlet_unknown_set(promlet_unknown_new(registry, &(promlet_opts){.name = "legacy"}), 3);
    assert_true(scraped_value(registry, "legacy") == 3);
    promlet_registry_free(registry);
}

static void callbacks_and_metrics_show_in_order_of_names(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {1, 0};
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "c"}, give_answer, &answer);
    promlet_gauge_new(registry, &(promlet_opts){.name = "d"});
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, give_answer, &answer);
    promlet_gauge_new(registry, &(promlet_opts){.name = "b"});
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# TYPE a gauge\na 1\n# TYPE b gauge\nb 0\n"
                              "# TYPE c gauge\nc 1\n# TYPE d gauge\nd 0\n# EOF\n");
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void callback_name_is_taken_from_registration_on(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {1, 0};
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, give_answer, &answer);
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    promlet_gauge_set(gauge, 5);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "a: a callback shares its name with no other metric");
    promlet_counter_new(registry, &(promlet_opts){.name = "a_total"});
    assert_non_null(strstr(promlet_last_error(), "a_total"));
    assert_true(scraped_value(registry, "a") == 1);
    promlet_registry_free(registry);
}

static void callback_of_taken_name_is_never_asked(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {1, 0};
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    promlet_collector *sink =
        promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, give_answer, &answer);
    assert_non_null(sink);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "a: a callback shares its name with no other metric");
    assert_true(scraped_value(registry, "a") == 0);
    assert_int_equal(answer.asked, 0);
    promlet_collector_free(sink);
    promlet_registry_free(registry);
}

static void callback_unregistered_is_gone_and_its_name_free(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {1, 0};
    promlet_collector *callback =
        promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, give_answer, &answer);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_collector_free(callback);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
    assert_int_equal(answer.asked, 1);
    promlet_counter_new(registry, &(promlet_opts){.name = "a_total"});
    promlet_counter_callback_new(registry, &(promlet_opts){.name = "b_total"}, give_answer,
                                 &answer);
    expect_status(registry, PROMLET_OK, "");
    /* What was taken before still shows it. */
    promlet_registry_free(registry);
    text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_string_equal(text, "# TYPE a gauge\na 1\n");
    promlet_free(text);
    promlet_snapshot_release(snapshot);
}

/* Somebody may be calling it, which only the handle can wait for. */
static void callback_is_not_unregistered_by_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct answer answer = {1, 0};
    promlet_collector *callback = promlet_counter_callback_new(
        registry, &(promlet_opts){.name = "a_total"}, give_answer, &answer);
    static const char *const names[] = {"a_total", "a"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(promlet_registry_unregister(registry, names[i]), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(),
                            "a_total: a callback ends with promlet_collector_free()");
    }
    assert_true(scraped_value(registry, "a_total") == 1);
    promlet_collector_free(callback);
    assert_int_equal(promlet_registry_unregister(registry, "a_total"), PROMLET_ERROR_NOT_FOUND);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void callback_with_wrong_argument_is_refused(void **state)
{
    (void)state;
    struct answer answer = {1, 0};
    const struct {
        promlet_opts options;
        promlet_callback_fn fn;
        promlet_status status;
        const char *why;
    } cases[] = {
        {{.name = "a"}, NULL, PROMLET_ERROR_ARGUMENT, "a callback's function is NULL"},
        {{.name = NULL}, give_answer, PROMLET_ERROR_NAME, "a metric's name is NULL"},
        {{.name = "a", .labels = {"b"}},
         give_answer,
         PROMLET_ERROR_LABELS,
         "a: a callback has no labels; a collector can emit a family with some"},
        {{.name = "promlet_collector_x"}, give_answer, PROMLET_ERROR_NAME, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        promlet_collector *sink =
            promlet_gauge_callback_new(registry, &cases[i].options, cases[i].fn, &answer);
        assert_non_null(sink);
        const char *why;
        assert_int_equal(promlet_registry_status(registry, &why), cases[i].status);
        if (cases[i].why != NULL) {
            assert_string_equal(why, cases[i].why);
        }
        promlet_collector_free(sink);
        assert_int_equal(promlet_collector_free_within(sink, 1), PROMLET_OK);
        promlet_registry_free(registry);
    }
    promlet_registry *registry = new_registry();
    promlet_gauge_callback_new(registry, NULL, give_answer, &answer);
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "a metric's options are NULL");
    promlet_registry_free(registry);
    promlet_collector_free(NULL);
    assert_int_equal(promlet_collector_free_within(NULL, 0), PROMLET_OK);
}

/* ---- what it may do -------------------------------------------------------------------------- */

/* A callback that uses its own registry. */
struct insider {
    promlet_registry *registry;
    promlet_counter *calls;
    promlet_collector *self;
    promlet_status status;
    bool was_collecting;
};

static double use_registry(void *ctx)
{
    struct insider *insider = ctx;
    insider->was_collecting = promlet_is_collecting();
    promlet_counter_inc(insider->calls);
    promlet_gauge_set(promlet_gauge_new(insider->registry, &(promlet_opts){.name = "new"}), 4);
    assert_null(promlet_snapshot_take(insider->registry));
    assert_string_equal(promlet_last_error(),
                        "a snapshot can't be taken in a callback or collector, which it may wait "
                        "for");
    assert_null(promlet_get_metrics());
    size_t needed;
    insider->status = promlet_registry_copy_metrics(insider->registry, NULL, 0, &needed);
    return 1;
}

static void callback_may_record_and_declare_but_not_scrape(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct insider insider = {.registry = registry};
    insider.calls = promlet_counter_new(registry, &(promlet_opts){.name = "calls_total"});
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, use_registry, &insider);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# TYPE a gauge\na 1\n# TYPE calls_total counter\ncalls_total 1\n"
                              "# TYPE new gauge\nnew 4\n# EOF\n");
    promlet_free(text);
    assert_int_equal(insider.status, PROMLET_ERROR_BUSY);
    assert_true(insider.was_collecting);
    assert_false(promlet_is_collecting());
    promlet_registry_free(registry);
}

static double free_self(void *ctx)
{
    struct insider *insider = ctx;
    promlet_collector_free(insider->self);
    return 1;
}

static void callback_that_frees_itself_goes_when_it_returns(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct insider insider = {.registry = registry};
    insider.self =
        promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, free_self, &insider);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# TYPE a gauge\na 1\n# EOF\n");
    promlet_free(text);
    text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static double free_next(void *ctx)
{
    struct insider *insider = ctx;
    promlet_collector_free(insider->self);
    insider->self = NULL;
    return 1;
}

static void callback_that_frees_the_next_one_is_the_last(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct insider insider = {.registry = registry};
    struct answer answer = {1, 0};
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, free_next, &insider);
    insider.self =
        promlet_gauge_callback_new(registry, &(promlet_opts){.name = "b"}, give_answer, &answer);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# TYPE a gauge\na 1\n# EOF\n");
    promlet_free(text);
    assert_int_equal(answer.asked, 0);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauge_callback_is_asked_at_each_scrape),
        cmocka_unit_test(gauge_callback_may_answer_nan_and_infinity),
        cmocka_unit_test(counter_callback_shows_its_total_by_completed_name),
        cmocka_unit_test(test_defect_24_counter_callback_of_impossible_value_is_left_out),
        cmocka_unit_test(unknown_callback_shows_whatever_it_answers),
        cmocka_unit_test(callbacks_and_metrics_show_in_order_of_names),
        cmocka_unit_test(callback_name_is_taken_from_registration_on),
        cmocka_unit_test(callback_of_taken_name_is_never_asked),
        cmocka_unit_test(callback_unregistered_is_gone_and_its_name_free),
        cmocka_unit_test(callback_is_not_unregistered_by_name),
        cmocka_unit_test(callback_with_wrong_argument_is_refused),
        cmocka_unit_test(callback_may_record_and_declare_but_not_scrape),
        cmocka_unit_test(callback_that_frees_itself_goes_when_it_returns),
        cmocka_unit_test(callback_that_frees_the_next_one_is_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
