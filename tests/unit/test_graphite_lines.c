/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for Graphite: what a path can't have, what is left out, and what an encoding may ask for.
   What each instrument becomes is in tests/golden. */
#include "support/expect.h"
#include "support/graphite_text.h"

#include <promlet/testing.h>

#include <math.h>

static graphite_text text;

static uint64_t write_lines(promlet_registry *registry, const promlet_graphite_encoding *encoding)
{
    uint64_t left_out = 99;
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    text.size = 0;
    text.bytes[0] = '\0';
    assert_int_equal(
        promlet_graphite_write(snapshot, encoding, take_graphite_piece, &text, &left_out),
        PROMLET_OK);
    promlet_snapshot_release(snapshot);
    return left_out;
}

static const promlet_graphite_encoding plain = {.timestamp_seconds = 7};
static const promlet_graphite_encoding tagged = {.tagged = true, .timestamp_seconds = 7};

static promlet_registry *registry_with(const char *label, const char *value)
{
    promlet_registry *registry = new_registry();
    (void)promlet_registry_configure(
        registry, &(promlet_registry_opts){.utf8_names = true, .max_label_value_bytes = 8000});
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "g", .labels = {label}});
    promlet_gauge_set(promlet_gauge_with(family, value), 1);
    return registry;
}

static void expect_lines(const char *label, const char *value, const char *in_parts,
                         const char *in_tags)
{
    promlet_registry *registry = registry_with(label, value);
    assert_int_equal(write_lines(registry, &plain), 0);
    assert_string_equal(text.bytes, in_parts);
    assert_int_equal(write_lines(registry, &tagged), 0);
    assert_string_equal(text.bytes, in_tags);
    promlet_registry_free(registry);
}

static void labels_are_sanitised(void **state)
{
    (void)state;
    expect_lines("l", "a.b c/d", "g.l.a_b_c_d 1 7\n", "g;l=a.b_c/d 1 7\n");
    expect_lines("l", "a;b=c", "g.l.a_b_c 1 7\n", "g;l=a_b=c 1 7\n");
    expect_lines("l", "~~a~", "g.l.__a_ 1 7\n", "g;l=_~a~ 1 7\n");
    expect_lines("l", "{\"}", "g.l.___ 1 7\n", "g;l={_} 1 7\n");
    expect_lines("l", "a\tb\nc\\", "g.l.a_b_c_ 1 7\n", "g;l=a_b_c\\ 1 7\n");
    expect_lines("l", "*[?],()%+", "g.l._________ 1 7\n", "g;l=*[?],()%+ 1 7\n");
    expect_lines("l", "-:_", "g.l.-:_ 1 7\n", "g;l=-:_ 1 7\n");
}

static void empty_label_is_a_part_and_no_tag(void **state)
{
    (void)state;
    expect_lines("l", "", "g.l._ 1 7\n", "g 1 7\n");
}

static void utf8_is_kept_but_for_its_spaces(void **state)
{
    (void)state;
    expect_lines("l", "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80",
                 "g.l.\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80 1 7\n",
                 "g;l=\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80 1 7\n");
    expect_lines("l",
                 "a\xc2\xa0"
                 "b\xc2\x85"
                 "c\xe3\x80\x80"
                 "d\xe2\x80\x83"
                 "e\xe1\x9a\x80",
                 "g.l.a_b_c_d_e_ 1 7\n", "g;l=a_b_c_d_e_ 1 7\n");
}

static void names_are_sanitised(void **state)
{
    (void)state;
    expect_lines("a.b c!^=", "1", "g.a_b_c___.1 1 7\n", "g;a_b_c___=1 1 7\n");
    /* Which carbon gives the name of the metric. */
    expect_lines("name", "1", "g.name.1 1 7\n", "g;exported_name=1 1 7\n");
    expect_lines("names", "1", "g.names.1 1 7\n", "g;names=1 1 7\n");
}

static void name_of_metric_is_one_part(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true});
    promlet_summary_observe(promlet_summary_new(registry, &(promlet_opts){.name = "~a.b;c d"}), 1);
    assert_int_equal(write_lines(registry, &tagged), 0);
    assert_string_equal(text.bytes, "_a_b_c_d_sum 1 7\n_a_b_c_d_count 1 7\n");
    promlet_registry_free(registry);
}

/* ---- what is left out ------------------------------------------------------------------------ */

static void expect_left_out(size_t size, const promlet_graphite_encoding *encoding,
                            bool is_left_out)
{
    static char value[8000];
    memset(value, 'x', size);
    value[size] = '\0';
    promlet_registry *registry = registry_with("l", value);
    assert_int_equal(write_lines(registry, encoding), is_left_out);
    assert_int_equal(text.size, is_left_out ? 0 : size + strlen("g.l. 1 7\n"));
    promlet_registry_free(registry);
}

static void long_path_is_left_out(void **state)
{
    (void)state;
    expect_left_out(250, &plain, false);
    expect_left_out(251, &plain, true);
    expect_left_out(7999, &plain, true);
    expect_left_out(4000 - strlen("g;l="), &tagged, false);
    expect_left_out(4001 - strlen("g;l="), &tagged, true);
    expect_left_out(7999, &tagged, true);
}

/* Behind a value that fits alone. */
static void long_labels_together_are_left_out(void **state)
{
    static char value[3001];
    (void)state;
    memset(value, '"', sizeof value - 1);
    promlet_registry *registry = new_registry();
    (void)promlet_registry_configure(registry,
                                     &(promlet_registry_opts){.max_label_value_bytes = 8000});
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "h", .labels = {"a", "b"}, PROMLET_BOUNDS(1)});
    promlet_histogram_observe(promlet_histogram_with(family, value, value), 1);
    promlet_histogram_observe(promlet_histogram_with(family, value, "short"), 1);
    assert_int_equal(write_lines(registry, &tagged), 4);
    assert_non_null(strstr(text.bytes, ";b=short;le=1.0 1 7\n"));
    promlet_registry_free(registry);
}

static void values_that_are_not_numbers_are_left_out(void **state)
{
    static const double values[] = {NAN, INFINITY, -INFINITY};
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_gauge_set(gauge, values[i]);
        assert_int_equal(write_lines(registry, &plain), 1);
        assert_string_equal(text.bytes, "");
    }
    promlet_registry_free(registry);
}

/* ---- encodings ------------------------------------------------------------------------------- */

static void prefix_stands_before_each_name(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with("l", "v");
    (void)write_lines(registry,
                      &(promlet_graphite_encoding){.prefix = "dc-1.app:2", .timestamp_seconds = 7});
    assert_string_equal(text.bytes, "dc-1.app:2.g.l.v 1 7\n");
    (void)write_lines(registry, &(promlet_graphite_encoding){
                                    .prefix = "a", .tagged = true, .timestamp_seconds = 7});
    assert_string_equal(text.bytes, "a.g;l=v 1 7\n");
    (void)write_lines(registry, &(promlet_graphite_encoding){.prefix = "", .timestamp_seconds = 7});
    assert_string_equal(text.bytes, "g.l.v 1 7\n");
    promlet_registry_free(registry);
}

static promlet_status status_of(const promlet_snapshot *snapshot, const char *prefix, int64_t time)
{
    promlet_graphite_encoding encoding = {.prefix = prefix, .timestamp_seconds = time};
    return promlet_graphite_write(snapshot, &encoding, take_graphite_piece, &text, NULL);
}

static void wrong_encoding_is_refused(void **state)
{
    static const char *const prefixes[] = {".",   ".a",  "a.",  "a..b",
                                           "a b", "a;b", "a/b", "\xc3\xa9"};
    (void)state;
    promlet_snapshot *snapshot = promlet_snapshot_merge(NULL, 0);
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        assert_int_equal(status_of(snapshot, prefixes[i], 1), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(),
                            "prefix: has more than letters, digits, '_', '-', ':', and single dots "
                            "between them");
    }
    assert_int_equal(status_of(snapshot, NULL, -1), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "timestamp_seconds: is before 1970");
    assert_int_equal(status_of(snapshot, "a", 1), PROMLET_OK);
    promlet_snapshot_release(snapshot);
}

static void time_is_now_unless_it_is_said(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with("l", "v");
    assert_int_equal(promlet_testing_set_time(1700000000.75), PROMLET_OK);
    (void)write_lines(registry, &(promlet_graphite_encoding){0});
    assert_string_equal(text.bytes, "g.l.v 1 1700000000\n");
    promlet_testing_use_real_time();
    promlet_registry_free(registry);
}

static bool refuse(const char *data, size_t size, void *ctx)
{
    (void)data;
    (void)size;
    ++*(int *)ctx;
    return false;
}

static void writer_that_refuses_is_not_asked_again(void **state)
{
    int calls = 0;
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "g", .labels = {"l"}});
    for (int i = 0; i < 3000; i++) {
        char value[20];
        (void)snprintf(value, sizeof value, "%d", i);
        promlet_gauge_set(promlet_gauge_with(family, value), i);
    }
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_int_equal(promlet_graphite_write(snapshot, &plain, refuse, &calls, NULL),
                     PROMLET_ERROR_WRITER);
    assert_int_equal(calls, 1);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_sanitised),
        cmocka_unit_test(empty_label_is_a_part_and_no_tag),
        cmocka_unit_test(utf8_is_kept_but_for_its_spaces),
        cmocka_unit_test(names_are_sanitised),
        cmocka_unit_test(name_of_metric_is_one_part),
        cmocka_unit_test(long_path_is_left_out),
        cmocka_unit_test(long_labels_together_are_left_out),
        cmocka_unit_test(values_that_are_not_numbers_are_left_out),
        cmocka_unit_test(prefix_stands_before_each_name),
        cmocka_unit_test(wrong_encoding_is_refused),
        cmocka_unit_test(time_is_now_unless_it_is_said),
        cmocka_unit_test(writer_that_refuses_is_not_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
