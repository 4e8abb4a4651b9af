/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of merged snapshots with series whose labels are spelled differently, and are the same for
 * a reader: one of them is shown, so that every document can be read.
 */
#include "support/allocations.h"
#include "support/expect.h"
#include "support/heard_log.h"
#include "support/strict_openmetrics2.h"
#include "support/strict_protobuf.h"

static promlet_registry *new_utf8_registry(void)
{
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true}),
        PROMLET_OK);
    return registry;
}

/* A gauge `g` with one or two labels; "" for none. */
static void set(promlet_registry *registry, const char *const names[2], const char *const values[2],
                double number)
{
    size_t count = names[1][0] != '\0' ? 2 : 1;
    promlet_opts options = {.name = "g", .help = "G.", .labels = {names[0]}};
    options.labels[1] = count == 2 ? names[1] : NULL;
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    promlet_gauge_set(promlet_gauge_with_values(family, values, count), number);
    expect_status(registry, PROMLET_OK, "");
}

static void set_one(promlet_registry *registry, const char *name, const char *value, double number)
{
    set(registry, (const char *const[2]){name, ""}, (const char *const[2]){value, ""}, number);
}

/* ---- every document -------------------------------------------------------------------------- */

static const promlet_escaping escapings[] = {PROMLET_ESCAPING_NONE_ASKED,
                                             PROMLET_ESCAPING_UNDERSCORES, PROMLET_ESCAPING_DOTS,
                                             PROMLET_ESCAPING_VALUES};

static void expect_text_is_read(const promlet_snapshot *snapshot, promlet_encoding encoding,
                                bool (*read)(strict_document *, const char *))
{
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    assert_non_null(text);
    strict_document document;
    if (!read(&document, text)) {
        fail_msg("%s\n%s", document.why, text);
    }
    strict_document_free(&document);
    promlet_free(text);
}

static void expect_protobuf_is_read(const promlet_snapshot *snapshot, promlet_escaping escaping)
{
    promlet_encoding encoding = {.format = PROMLET_FORMAT_PROTOBUF, .escaping = escaping};
    size_t size;
    char *bytes = promlet_snapshot_string_as(snapshot, &encoding, &size);
    assert_non_null(bytes);
    strict_protobuf document;
    if (!strict_protobuf_read(&document, bytes, size)) {
        fail_msg("%s\n%s", document.reading.why, document.reading.text);
    }
    strict_protobuf_free(&document);
    promlet_free(bytes);
}

static bool read_text(strict_document *document, const char *text)
{
    return strict_document_read(document, text, STRICT_WITHOUT_EOF);
}

static bool read_quoted_openmetrics(strict_document *document, const char *text)
{
    return strict_openmetrics_read_as(document, text, true);
}

static bool read_quoted_openmetrics2(strict_document *document, const char *text)
{
    return strict_openmetrics2_read_as(document, text, true);
}

static void expect_every_document_is_read(const promlet_snapshot *snapshot)
{
    for (size_t i = 0; i < COUNT_OF(escapings); i++) {
        promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_0_0_4, .escaping = escapings[i]};
        expect_text_is_read(snapshot, encoding, read_text);
        encoding.format = PROMLET_FORMAT_TEXT_1_0_0;
        expect_text_is_read(snapshot, encoding, read_text);
        encoding.format = PROMLET_FORMAT_OPENMETRICS_1_0_0;
        expect_text_is_read(snapshot, encoding, strict_openmetrics_read);
        encoding.format = PROMLET_FORMAT_OPENMETRICS_2_0_0;
        expect_text_is_read(snapshot, encoding, strict_openmetrics2_read);
        expect_protobuf_is_read(snapshot, escapings[i]);
    }
    promlet_encoding raw = {.format = PROMLET_FORMAT_TEXT_1_0_0,
                            .escaping = PROMLET_ESCAPING_ALLOW_UTF8};
    expect_text_is_read(snapshot, raw, strict_document_read_quoted);
    raw.format = PROMLET_FORMAT_OPENMETRICS_1_0_0;
    expect_text_is_read(snapshot, raw, read_quoted_openmetrics);
    raw.format = PROMLET_FORMAT_OPENMETRICS_2_0_0;
    expect_text_is_read(snapshot, raw, read_quoted_openmetrics2);
    expect_protobuf_is_read(snapshot, PROMLET_ESCAPING_ALLOW_UTF8);
}

/* Both as one document. */
static promlet_snapshot *merge(promlet_snapshot *first, promlet_snapshot *second)
{
    promlet_snapshot *parts[] = {first, second};
    promlet_snapshot *merged = promlet_snapshot_merge(parts, COUNT_OF(parts));
    assert_non_null(merged);
    promlet_snapshot_release(first);
    promlet_snapshot_release(second);
    return merged;
}

static void expect_raw(const promlet_snapshot *snapshot, const char *expected)
{
    promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_1_0_0,
                                 .escaping = PROMLET_ESCAPING_ALLOW_UTF8};
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    assert_non_null(text);
    assert_string_equal(text, expected);
    promlet_free(text);
}

#define HEAD "# HELP g G.\n# TYPE g gauge\n"

/* In either order the merged document is this one; so many series are left out. Takes the
   registries over. */
static void expect_merged(promlet_registry *const registries[2], const char *expected, int left_out)
{
    for (size_t i = 0; i < 2; i++) {
        struct heard_log heard;
        start_to_hear(&heard);
        promlet_snapshot *merged =
            merge(promlet_snapshot_take(registries[i]), promlet_snapshot_take(registries[1 - i]));
        stop_to_hear();
        char warning[200] = "";
        if (left_out > 0) {
            (void)snprintf(warning, sizeof warning,
                           "g: %d series stand in more than one of the merged snapshots; the first "
                           "of each is shown",
                           left_out);
        }
        assert_string_equal(heard.last, warning);
        expect_raw(merged, expected);
        expect_every_document_is_read(merged);
        promlet_snapshot_release(merged);
    }
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
}

/* ---- names that become the same -------------------------------------------------------------- */

static void names_that_a_scheme_makes_the_same_are_shown_once(void **state)
{
    (void)state;
    static const char *const others[][2] = {
        {"c_l", HEAD "g{\"c.l\"=\"x\"} 1\n"},
        {"c l", HEAD "g{\"c l\"=\"x\"} 2\n"},
        {"c_dot_l", HEAD "g{\"c.l\"=\"x\"} 1\n"},
        {"U__c_2E_l", HEAD "g{U__c_2E_l=\"x\"} 2\n"},
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        promlet_registry *registries[] = {new_utf8_registry(), new_utf8_registry()};
        set_one(registries[0], "c.l", "x", 1);
        set_one(registries[1], others[i][0], "x", 2);
        expect_merged(registries, others[i][1], 1);
    }
}

static void series_with_other_values_are_all_shown(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_utf8_registry(), new_registry()};
    set_one(registries[0], "c.l", "x", 1);
    set_one(registries[0], "c.l", "z", 2);
    set_one(registries[1], "c_l", "x", 3);
    set_one(registries[1], "c_l", "y", 4);
    expect_merged(registries, HEAD "g{\"c.l\"=\"x\"} 1\ng{\"c.l\"=\"z\"} 2\ng{c_l=\"y\"} 4\n", 1);
}

static void names_that_no_scheme_makes_the_same_are_kept_apart(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_utf8_registry(), new_utf8_registry()};
    set_one(registries[0], "c_dot_l", "x", 1);
    set_one(registries[1], "c_l", "x", 2);
    expect_merged(registries, HEAD "g{c_dot_l=\"x\"} 1\ng{c_l=\"x\"} 2\n", 0);
}

/* Escapes within a name, and one that ends in a backslash. */
static void names_with_escapes_are_found(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_utf8_registry(), new_utf8_registry()};
    set_one(registries[0], "a\"b\n\\", "\\\"\n", 1);
    set_one(registries[1], "a_b__", "\\\"\n", 2);
    expect_merged(registries, HEAD "g{\"a\\\"b\\n\\\\\"=\"\\\\\\\"\\n\"} 1\n", 1);
}

/* The overflow series has a name of its own, which is reserved. */
static void overflow_series_are_one(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(promlet_registry_configure(
                             registries[i], &(promlet_registry_opts){.hide_self_metrics = true,
                                                                     .utf8_names = i == 0}),
                         PROMLET_OK);
        promlet_gauge_family *family = promlet_gauge_family_new(
            registries[i],
            &(promlet_opts){
                .name = "g", .help = "G.", .labels = {i == 0 ? "c.l" : "c_l"}, .max_series = 1});
        promlet_gauge_set(promlet_gauge_with(family, "x"), 1);
        promlet_gauge_set(promlet_gauge_with(family, "y"), 1);
    }
    expect_merged(registries, HEAD "g{\"c.l\"=\"x\"} 1\ng{otel_metric_overflow=\"true\"} 1\n", 2);
}

/* ---- order, and empty values ----------------------------------------------------------------- */

static void order_of_labels_makes_no_other_series(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    set(registries[0], (const char *const[2]){"a", "b"}, (const char *const[2]){"1", "2"}, 1);
    set(registries[1], (const char *const[2]){"b", "a"}, (const char *const[2]){"1", "2"}, 2);
    set(registries[1], (const char *const[2]){"b", "a"}, (const char *const[2]){"2", "1"}, 3);
    expect_merged(registries, HEAD "g{a=\"1\",b=\"2\"} 1\ng{b=\"1\",a=\"2\"} 2\n", 1);
}

/* Names whose order escaping changes. */
static void order_of_escaped_labels_makes_no_other_series(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_utf8_registry(), new_utf8_registry()};
    set(registries[0], (const char *const[2]){"a.b", "a_c"}, (const char *const[2]){"1", "2"}, 1);
    set(registries[1], (const char *const[2]){"a.c", "a_b"}, (const char *const[2]){"2", "1"}, 2);
    expect_merged(registries, HEAD "g{\"a.b\"=\"1\",a_c=\"2\"} 1\n", 1);
}

static void empty_labels_are_as_good_as_none(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    set(registries[0], (const char *const[2]){"a", "b"}, (const char *const[2]){"", "1"}, 1);
    set_one(registries[1], "b", "1", 2);
    set_one(registries[1], "b", "", 3);
    expect_merged(registries, HEAD "g{a=\"\",b=\"1\"} 1\ng{b=\"\"} 3\n", 1);
}

/* Constant labels come first, others as they were declared. */
static void constant_labels_are_labels(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    assert_int_equal(promlet_registry_configure(
                         registries[0], &(promlet_registry_opts){.const_labels = {{"z", "2"}}}),
                     PROMLET_OK);
    set_one(registries[0], "a", "1", 1);
    set(registries[1], (const char *const[2]){"a", "z"}, (const char *const[2]){"1", "2"}, 2);
    expect_merged(registries, HEAD "g{a=\"1\",z=\"2\"} 2\n", 1);
}

/* ---- merged before --------------------------------------------------------------------------- */

/* Its series have different names, and the first one does not stand for all. */
static void merged_snapshots_are_searched_again(void **state)
{
    (void)state;
    promlet_registry *registries[4];
    static const char *const names[] = {"a", "c.l", "a", "c_l"};
    promlet_snapshot *parts[4];
    for (size_t i = 0; i < COUNT_OF(registries); i++) {
        registries[i] = new_utf8_registry();
        set_one(registries[i], names[i], i == 2 ? "y" : "x", (double)i);
        parts[i] = promlet_snapshot_take(registries[i]);
    }
    promlet_snapshot *merged = merge(merge(parts[0], parts[1]), merge(parts[2], parts[3]));
    expect_raw(merged, HEAD "g{a=\"x\"} 0\ng{a=\"y\"} 2\ng{\"c.l\"=\"x\"} 1\n");
    expect_every_document_is_read(merged);
    promlet_snapshot_release(merged);
    for (size_t i = 0; i < COUNT_OF(registries); i++) {
        promlet_registry_free(registries[i]);
    }
}

/* ---- promlet's own --------------------------------------------------------------------------- */

static promlet_registry *new_dropping(const char *label, int times)
{
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.utf8_names = true, .const_labels = {{label, "a"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = "c", .help = "C."});
    for (int i = 0; i < times; i++) {
        promlet_counter_add(counter, -1);
    }
    return registry;
}

static void own_metrics_are_added_up(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_dropping("data.center", 3),
                                      new_dropping("data_center", 4)};
    promlet_snapshot *merged =
        merge(promlet_snapshot_take(registries[0]), promlet_snapshot_take(registries[1]));
    expect_raw(merged, "# HELP c_total C.\n"
                       "# TYPE c_total counter\n"
                       "c_total{\"data.center\"=\"a\"} 0\n"
                       "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                       "# TYPE promlet_dropped_total counter\n"
                       "promlet_dropped_total{\"data.center\"=\"a\",reason=\"negative\"} 7\n");
    expect_every_document_is_read(merged);
    promlet_snapshot_release(merged);
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
}

/* ---- many ------------------------------------------------------------------------------------ */

/* More than the table's smallest size; every third one has a twin. */
static void twins_are_found_among_many(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_utf8_registry(), new_registry()};
    for (int i = 0; i < 300; i++) {
        char value[8];
        (void)snprintf(value, sizeof value, "%03d", i);
        set_one(registries[0], "c.l", value, i);
        (void)snprintf(value, sizeof value, "%03d", i * 3);
        set_one(registries[1], "c_l", value, i);
    }
    promlet_snapshot *merged =
        merge(promlet_snapshot_take(registries[0]), promlet_snapshot_take(registries[1]));
    promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_0_0_4};
    char *text = promlet_snapshot_string_as(merged, &encoding, NULL);
    strict_document document;
    assert_true(strict_document_read(&document, text, STRICT_WITHOUT_EOF));
    assert_int_equal(document.point_count, 500);
    strict_document_free(&document);
    promlet_free(text);
    promlet_snapshot_release(merged);
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
}

/* ---- without memory -------------------------------------------------------------------------- */

static void merge_with_each_allocation_refused_leaves_nothing(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_utf8_registry(), new_registry()};
    set_one(registries[0], "c.l", "x", 1);
    set_one(registries[1], "c_l", "x", 2);
    promlet_snapshot *parts[] = {promlet_snapshot_take(registries[0]),
                                 promlet_snapshot_take(registries[1])};
    long alive = atomic_load(&allocations_alive);
    promlet_snapshot *merged = NULL;
    long n = 0;
    while (merged == NULL) {
        assert_int_equal(atomic_load(&allocations_alive), alive);
        allocations_refuse(++n, false);
        merged = promlet_snapshot_merge(parts, COUNT_OF(parts));
        allocations_refuse(0, false);
    }
    assert_true(n > 10);
    expect_raw(merged, HEAD "g{\"c.l\"=\"x\"} 1\n");
    promlet_snapshot_release(merged);
    assert_int_equal(atomic_load(&allocations_alive), alive);
    for (size_t i = 0; i < 2; i++) {
        promlet_snapshot_release(parts[i]);
        promlet_registry_free(registries[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_a_scheme_makes_the_same_are_shown_once),
        cmocka_unit_test(series_with_other_values_are_all_shown),
        cmocka_unit_test(names_that_no_scheme_makes_the_same_are_kept_apart),
        cmocka_unit_test(names_with_escapes_are_found),
        cmocka_unit_test(overflow_series_are_one),
        cmocka_unit_test(order_of_labels_makes_no_other_series),
        cmocka_unit_test(order_of_escaped_labels_makes_no_other_series),
        cmocka_unit_test(empty_labels_are_as_good_as_none),
        cmocka_unit_test(constant_labels_are_labels),
        cmocka_unit_test(merged_snapshots_are_searched_again),
        cmocka_unit_test(own_metrics_are_added_up),
        cmocka_unit_test(twins_are_found_among_many),
        cmocka_unit_test(merge_with_each_allocation_refused_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
