/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of exemplars that come with a call: what is kept, where, and for how long. */
#include "support/exemplars.h"

#include <math.h>

static const where of_counter = {"c_total", "", 0};

static where of_bucket(size_t number)
{
    return (where){"h", "", number};
}

static int run_clock(void **state)
{
    (void)state;
    promlet_testing_use_real_time();
    promlet_set_recording(true);
    return 0;
}

static void counter_keeps_labels_amount_and_time(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    expect_exemplar(registry, of_counter, NULL, 0);
    assert_int_equal(promlet_testing_set_time(1700000000.25), PROMLET_OK);
    promlet_counter_add_with_exemplar(counter, 2.5,
                                      PROMLET_LABEL_LIST({"trace_id", "abc"}, {"who", "me"}));
    assert_int_equal(promlet_testing_advance(100), PROMLET_OK);
    expect_exemplar(registry, of_counter, "trace_id=\"abc\",who=\"me\"", 2.5);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_int_equal(exemplar_in(snapshot, of_counter)->time_ns, INT64_C(1700000000250000000));
    promlet_snapshot_release(snapshot);
    assert_true(promlet_counter_value(counter) >= 2.5 && promlet_counter_value(counter) <= 2.5);
    promlet_registry_free(registry);
}

static void histogram_keeps_one_in_each_bucket(void **state)
{
    (void)state;
    static const double values[] = {-1, 2, 4, 4.5};
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = new_histogram_with_room(registry);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        for (size_t other = 0; other < COUNT_OF(values); other++) {
            expect_exemplar(registry, of_bucket(other), other < i ? "n=\"1\"" : NULL,
                            values[other]);
        }
        promlet_histogram_observe_with_exemplar(histogram, values[i],
                                                PROMLET_LABEL_LIST({"n", "1"}));
    }
    assert_int_equal(promlet_histogram_count(histogram), COUNT_OF(values));
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_int_equal(family_in(snapshot, "h")->exemplars_a_series, 4);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void test_defect_16_last_one_is_shown_until_another_comes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "a longer one"}));
    promlet_counter_add_with_exemplar(counter, 2, PROMLET_LABEL_LIST({"n", "2"}));
    promlet_counter_inc(counter);
    expect_exemplar(registry, of_counter, "n=\"2\"", 2);
    expect_exemplar(registry, of_counter, "n=\"2\"", 2);
    promlet_counter_add_with_exemplar(counter, 3, NULL, 0);
    expect_exemplar(registry, of_counter, "", 3);
    promlet_registry_free(registry);
}

static void label_text_is_escaped_and_repaired(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_add_with_exemplar(
        counter, 1, PROMLET_LABEL_LIST({"a", "\"\\\n}"}, {"B_9", ""}, {"_", "x\xff\xc3(y"}));
    expect_exemplar(registry, of_counter,
                    "a=\"\\\"\\\\\\n}\",B_9=\"\",_=\"x\xef\xbf\xbd\xef\xbf\xbd(y\"", 1);
    expect_dropped(registry, "exemplar_labels", 0);
    promlet_registry_free(registry);
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* A list of labels that breaks a rule: it is counted, and the recordings are made. */
static void expect_refused(const promlet_label *labels, size_t count, const char *reason)
{
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_histogram *histogram = new_histogram_with_room(registry);
    promlet_counter_add_with_exemplar(counter, 1, labels, count);
    promlet_histogram_observe_with_exemplar(histogram, 1, labels, count);
    expect_exemplar(registry, of_counter, NULL, 0);
    expect_exemplar(registry, of_bucket(0), NULL, 0);
    expect_dropped(registry, reason, 2);
    assert_int_equal(promlet_counter_value_u64(counter), 1);
    assert_int_equal(promlet_histogram_count(histogram), 1);
    promlet_registry_free(registry);
}

static void labels_that_break_a_rule_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"", "1", "a-b", "a.b", "a b", "\xc3\xa9", "le=", NULL};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        expect_refused((promlet_label[]){{"good", "v"}, {names[i], "v"}}, 2, "exemplar_labels");
    }
    expect_refused(PROMLET_LABEL_LIST({"a", NULL}), "exemplar_labels");
    expect_refused(PROMLET_LABEL_LIST({"a", "1"}, {"b", "2"}, {"a", "3"}), "exemplar_labels");
    expect_refused(NULL, 1, "exemplar_labels");
    expect_refused(NULL, SIZE_MAX, "exemplar_labels");
    static const promlet_label one = {"a", "1"};
    expect_refused(&one, SIZE_MAX, "exemplar_size");
    expect_refused(&one, PROMLET_MAX_EXEMPLAR_LABELS + 1, "exemplar_size");
}

/* One label with a name of 4 bytes and so many copies of a text as value. */
static void expect_size(const char *text, size_t copies, bool is_kept)
{
    static char value[2000];
    value[0] = '\0';
    for (size_t i = 0; i < copies; i++) {
        memcpy(value + i * strlen(text), text, strlen(text) + 1);
    }
    if (!is_kept) {
        expect_refused(&(promlet_label){"name", value}, 1, "exemplar_size");
        return;
    }
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_counter_add_with_exemplar(counter, 1, &(promlet_label){"name", value}, 1);
    char expected[2100];
    (void)snprintf(expected, sizeof expected, "name=\"%s\"", value);
    expect_exemplar(registry, of_counter, expected, 1);
    promlet_registry_free(registry);
}

static void labels_beyond_the_limits_are_refused(void **state)
{
    (void)state;
    expect_size("x", 124, true);
    expect_size("x", 125, false);
    expect_size("x", 191, false);
    expect_size("x", 1999, false);
    expect_size("\xe2\x82\xac", 62, true); /* 4 + 186 + 2 bytes */
    expect_size("\xe2\x82\xac", 63, false);
    expect_size("\xc3\xa9", 93, true);
    expect_size("\xc3\xa9", 94, false);
}

static void names_count_as_values_do(void **state)
{
    (void)state;
    static char name[1000];
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    memset(name, 'n', 128);
    promlet_counter_add_with_exemplar(counter, 1, &(promlet_label){name, ""}, 1);
    promlet_counter_add_with_exemplar(counter, 2, &(promlet_label){name, "x"}, 1);
    char expected[1100];
    (void)snprintf(expected, sizeof expected, "%s=\"\"", name);
    expect_exemplar(registry, of_counter, expected, 1);
    expect_dropped(registry, "exemplar_size", 1);
    memset(name, 'n', sizeof name - 1);
    expect_refused(&(promlet_label){name, ""}, 1, "exemplar_size");
    promlet_registry_free(registry);
}

/* As many labels as there may be, which is all that the bytes have room for. */
static void most_labels_fit(void **state)
{
    (void)state;
    static char names[PROMLET_MAX_EXEMPLAR_LABELS][3];
    promlet_label labels[PROMLET_MAX_EXEMPLAR_LABELS];
    char expected[500] = "";
    size_t size = 0;
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        names[i][0] = (char)('a' + i / 26);
        names[i][1] = (char)('a' + i % 26);
        labels[i] = (promlet_label){names[i], "12"};
        size += (size_t)snprintf(expected + size, sizeof expected - size, "%s%.2s=\"12\"",
                                 i > 0 ? "," : "", names[i]);
    }
    promlet_registry *registry = new_registry();
    promlet_counter_add_with_exemplar(new_counter_with_room(registry), 1, labels, COUNT_OF(labels));
    expect_exemplar(registry, of_counter, expected, 1);
    promlet_registry_free(registry);
}

static void what_is_not_recorded_has_no_exemplar(void **state)
{
    (void)state;
    static const double refused[] = {NAN, INFINITY, -INFINITY, -1};
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_histogram *histogram = new_histogram_with_room(registry);
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        promlet_counter_add_with_exemplar(counter, refused[i], PROMLET_LABEL_LIST({"n", "1"}));
    }
    for (size_t i = 0; i < 3; i++) {
        promlet_histogram_observe_with_exemplar(histogram, refused[i],
                                                PROMLET_LABEL_LIST({"n", "1"}));
    }
    promlet_set_recording(false);
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "1"}));
    promlet_histogram_observe_with_exemplar(histogram, 1, PROMLET_LABEL_LIST({"", "1"}));
    promlet_set_recording(true);
    expect_exemplar(registry, of_counter, NULL, 0);
    for (size_t i = 0; i < 4; i++) {
        expect_exemplar(registry, of_bucket(i), NULL, 0);
    }
    expect_dropped(registry, "nan", 2);
    expect_dropped(registry, "infinite", 4);
    expect_dropped(registry, "negative", 1);
    expect_dropped(registry, "exemplar_labels", 0);
    promlet_registry_free(registry);
}

PROMLET_STATIC_COUNTER(at_file_scope, "at_file_scope_total", "At file scope.");

static void what_has_no_room_is_recorded_and_counted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "c_total", .help = "C."});
    promlet_counter_add_with_exemplar(counter, 1, PROMLET_LABEL_LIST({"n", "1"}));
    assert_int_equal(promlet_counter_value_u64(counter), 1);
    expect_dropped(registry, "exemplar_no_room", 1);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_null(family_in(snapshot, "c_total")->exemplars);
    promlet_snapshot_release(snapshot);
    promlet_counter_add_with_exemplar(at_file_scope, 1, PROMLET_LABEL_LIST({"n", "1"}));
    assert_int_equal(promlet_counter_value_u64(at_file_scope), 1);
    expect_dropped(NULL, "exemplar_no_room", 1);
    promlet_registry_free(registry);
}

static void other_instruments_have_no_exemplars(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g", .exemplars = true});
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "g: a gauge has no exemplars");
    (void)promlet_summary_new(registry, &(promlet_opts){.name = "s", .exemplars = true});
    assert_string_equal(promlet_last_error(), "s: a summary has no exemplars");
    promlet_registry_free(registry);
}

/* ---- traces ---------------------------------------------------------------------------------- */

static const promlet_trace_context sampled = {{0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84,
                                               0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c},
                                              {0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31},
                                              true};

#define SAMPLED_TEXT "trace_id=\"0af7651916cd43dd8448eb211c80319c\",span_id=\"b7ad6b7169203331\""

static void trace_is_kept_in_hexadecimal_digits(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_histogram *histogram = new_histogram_with_room(registry);
    promlet_counter_add_with_trace(counter, 1, &sampled);
    promlet_histogram_observe_with_trace(histogram, 3, &sampled);
    expect_exemplar(registry, of_counter, SAMPLED_TEXT, 1);
    expect_exemplar(registry, of_bucket(2), SAMPLED_TEXT, 3);
    promlet_registry_free(registry);
}

static void trace_that_leads_nowhere_is_not_kept(void **state)
{
    (void)state;
    promlet_trace_context unsampled = sampled;
    promlet_trace_context no_trace = sampled;
    promlet_trace_context no_span = sampled;
    unsampled.is_sampled = false;
    memset(no_trace.trace_id, 0, sizeof no_trace.trace_id);
    memset(no_span.span_id, 0, sizeof no_span.span_id);
    const promlet_trace_context *const useless[] = {NULL, &unsampled, &no_trace, &no_span};
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_counter_with_room(registry);
    promlet_histogram *histogram = new_histogram_with_room(registry);
    for (size_t i = 0; i < COUNT_OF(useless); i++) {
        promlet_counter_add_with_trace(counter, 1, useless[i]);
        promlet_histogram_observe_with_trace(histogram, 1, useless[i]);
    }
    expect_exemplar(registry, of_counter, NULL, 0);
    expect_exemplar(registry, of_bucket(0), NULL, 0);
    assert_int_equal(promlet_counter_value_u64(counter), 4);
    assert_int_equal(promlet_histogram_count(histogram), 4);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(counter_keeps_labels_amount_and_time, run_clock),
        cmocka_unit_test(histogram_keeps_one_in_each_bucket),
        cmocka_unit_test(test_defect_16_last_one_is_shown_until_another_comes),
        cmocka_unit_test(label_text_is_escaped_and_repaired),
        cmocka_unit_test(labels_that_break_a_rule_are_refused),
        cmocka_unit_test(labels_beyond_the_limits_are_refused),
        cmocka_unit_test(names_count_as_values_do),
        cmocka_unit_test(most_labels_fit),
        cmocka_unit_test_teardown(what_is_not_recorded_has_no_exemplar, run_clock),
        cmocka_unit_test(what_has_no_room_is_recorded_and_counted),
        cmocka_unit_test(other_instruments_have_no_exemplars),
        cmocka_unit_test(trace_is_kept_in_hexadecimal_digits),
        cmocka_unit_test(trace_that_leads_nowhere_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
