/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of several registries as one document. */
#include "support/expect.h"
#include "support/heard_log.h"

#define MAX_PARTS 9

/* The text of registries merged in this order, with no `# EOF`. */
static char *merged_text(promlet_registry *const *registries, size_t count)
{
    promlet_snapshot *parts[MAX_PARTS] = {NULL};
    for (size_t i = 0; i < count; i++) {
        parts[i] = promlet_snapshot_take(registries[i]);
    }
    promlet_snapshot *merged = promlet_snapshot_merge(parts, count);
    assert_non_null(merged);
    for (size_t i = 0; i < count; i++) {
        promlet_snapshot_release(parts[i]);
    }
    char *text = promlet_snapshot_string(merged, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    promlet_snapshot_release(merged);
    return text;
}

static void expect_merged(promlet_registry *const *registries, size_t count, const char *document,
                          const char *expected)
{
    char *text = merged_text(registries, count);
    if (document != NULL) {
        keep_document(document, text, NULL);
    }
    assert_string_equal(text, expected);
    promlet_free(text);
}

static void set(promlet_registry *registry, const char *help, const char *value, double number)
{
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "depth", .help = help, .labels = {"queue"}});
    promlet_gauge_set(promlet_gauge_with(family, value), number);
}

static void free_all(promlet_registry *const *registries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        promlet_registry_free(registries[i]);
    }
}

static void merge_of_nothing_is_empty(void **state)
{
    (void)state;
    expect_merged(NULL, 0, NULL, "");
    char *text = promlet_get_metrics_of(NULL, 0);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
}

static void merge_of_different_families_is_in_order_of_names(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry(), new_registry()};
    const char *const names[] = {"b", "e", "a", "d", "c", "f"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        promlet_gauge_new(registries[i / 2], &(promlet_opts){.name = names[i], .help = "Help."});
    }
    char *text = merged_text(registries, 3);
    const char *at = text;
    for (char name = 'a'; name <= 'f'; name++) {
        const char line[] = {'\n', name, ' ', '0', '\n', '\0'};
        at = strstr(at, line);
        assert_non_null(at);
    }
    promlet_free(text);
    free_all(registries, 3);
}

static void merge_of_one_family_has_its_series_side_by_side(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry(), new_registry()};
    set(registries[0], NULL, "b", 1);
    set(registries[0], NULL, "a ", 2);
    set(registries[1], "Depth.", "a", 3);
    set(registries[1], "Depth.", "z\"", 4);
    set(registries[2], "Other.", "a\n", 5);
    set(registries[2], "Other.", "\xc3\xa4", 6);
    expect_merged(registries, 3, "merge_side_by_side",
                  "# HELP depth Depth.\n"
                  "# TYPE depth gauge\n"
                  "depth{queue=\"a\"} 3\n"
                  "depth{queue=\"a\\n\"} 5\n"
                  "depth{queue=\"a \"} 2\n"
                  "depth{queue=\"b\"} 1\n"
                  "depth{queue=\"z\\\"\"} 4\n"
                  "depth{queue=\"\xc3\xa4\"} 6\n");
    char *text = promlet_get_metrics_of(registries, 3);
    assert_non_null(strstr(text, "depth{queue=\"b\"} 1\n"));
    assert_string_equal(text + strlen(text) - strlen("# EOF\n"), "# EOF\n");
    promlet_free(text);
    free_all(registries, 3);
}

static void merge_of_histograms_keeps_their_values(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    const char *const values[] = {"y", "x"};
    for (size_t i = 0; i < 2; i++) {
        promlet_histogram_family *family = promlet_histogram_family_new(
            registries[i],
            &(promlet_opts){.name = "h", .help = "H.", .labels = {"l"}, PROMLET_BOUNDS(1)});
        promlet_histogram_observe(promlet_histogram_with(family, values[i]), (double)i + 0.5);
    }
    expect_merged(registries, 2, "merge_histograms",
                  "# HELP h H.\n"
                  "# TYPE h histogram\n"
                  "h_bucket{l=\"x\",le=\"1.0\"} 0\n"
                  "h_bucket{l=\"x\",le=\"+Inf\"} 1\n"
                  "h_sum{l=\"x\"} 1.5\n"
                  "h_count{l=\"x\"} 1\n"
                  "h_bucket{l=\"y\",le=\"1.0\"} 1\n"
                  "h_bucket{l=\"y\",le=\"+Inf\"} 1\n"
                  "h_sum{l=\"y\"} 0.5\n"
                  "h_count{l=\"y\"} 1\n");
    free_all(registries, 2);
}

static void merge_shows_the_overflow_series_last(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    promlet_counter_family *full = promlet_counter_family_new(
        registries[0],
        &(promlet_opts){.name = "c_total", .help = "C.", .labels = {"z"}, .max_series = 1});
    promlet_counter_inc(promlet_counter_with(full, "a"));
    promlet_counter_inc(promlet_counter_with(full, "b"));
    promlet_counter_family *other = promlet_counter_family_new(
        registries[1], &(promlet_opts){.name = "c_total", .help = "C.", .labels = {"z"}});
    promlet_counter_inc(promlet_counter_with(other, "c"));
    char *text = merged_text(registries, 2);
    assert_non_null(strstr(text, "c_total{z=\"a\"} 1\n"
                                 "c_total{z=\"c\"} 1\n"
                                 "c_total{otel_metric_overflow=\"true\"} 1\n"));
    promlet_free(text);
    free_all(registries, 2);
}

/* official-clients.md, section 4, defect 6: client_golang's Gatherers drop the unit. */
static void test_defect_06_merge_keeps_the_unit(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registries[0], &(promlet_opts){.name = "size_bytes", .unit = "bytes"});
    promlet_gauge_new(registries[1], &(promlet_opts){.name = "size_bytes"});
    expect_merged(registries, 2, NULL, "# TYPE size_bytes gauge\nsize_bytes 0\n");
    assert_string_equal(heard.last,
                        "size_bytes: a gauge of another unit than the gauge in bytes of "
                        "an earlier snapshot is left out");
    stop_to_hear();
    free_all(registries, 2);
}

static void merge_leaves_out_another_type_and_other_bounds(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry(), new_registry()};
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registries[0], &(promlet_opts){.name = "a"});
    promlet_histogram_new(registries[1], &(promlet_opts){.name = "a", PROMLET_BOUNDS(1)});
    expect_merged(registries, 2, NULL, "# TYPE a gauge\na 0\n");
    assert_string_equal(
        heard.last,
        "a: a histogram of another type than the gauge of an earlier snapshot is left out");
    promlet_histogram_new(registries[2], &(promlet_opts){.name = "a", PROMLET_BOUNDS(2)});
    char *text = merged_text(registries + 1, 2);
    assert_non_null(strstr(text, "le=\"1.0\""));
    assert_null(strstr(text, "le=\"2.0\""));
    promlet_free(text);
    assert_string_equal(
        heard.last,
        "a: a histogram with other bounds than the histogram of an earlier snapshot is left out");
    stop_to_hear();
    free_all(registries, 3);
}

static void merge_leaves_out_what_has_a_name_of_another_family(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry(), new_registry()};
    promlet_gauge_new(registries[0], &(promlet_opts){.name = "a_sum", .help = "Before."});
    promlet_histogram_new(registries[1],
                          &(promlet_opts){.name = "a", .help = "A.", PROMLET_BOUNDS(1)});
    promlet_summary_new(registries[1], &(promlet_opts){.name = "b", .help = "B."});
    promlet_gauge_new(registries[2], &(promlet_opts){.name = "a_count", .help = "No rival."});
    promlet_gauge_new(registries[2], &(promlet_opts){.name = "b_count", .help = "Rival."});
    struct heard_log heard;
    start_to_hear(&heard);
    expect_merged(registries, 3, NULL,
                  "# HELP a_count No rival.\n"
                  "# TYPE a_count gauge\n"
                  "a_count 0\n"
                  "# HELP a_sum Before.\n"
                  "# TYPE a_sum gauge\n"
                  "a_sum 0\n"
                  "# HELP b B.\n"
                  "# TYPE b summary\n"
                  "b_sum 0\n"
                  "b_count 0\n");
    assert_int_equal(heard.count, 2);
    assert_string_equal(heard.last, "b_count: left out, since the summary b of an earlier snapshot "
                                    "has the name b_count as well");
    stop_to_hear();
    free_all(registries, 3);
}

static void merge_shows_the_first_of_equal_series(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry(), new_registry()};
    struct heard_log heard;
    start_to_hear(&heard);
    for (int i = 0; i < 3; i++) {
        set(registries[i], "Depth.", "a", i);
    }
    set(registries[2], "Depth.", "b", 9);
    expect_merged(registries, 3, "merge_equal_series",
                  "# HELP depth Depth.\n"
                  "# TYPE depth gauge\n"
                  "depth{queue=\"a\"} 0\n"
                  "depth{queue=\"b\"} 9\n");
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "depth: 2 series stand in more than one of the merged "
                                    "snapshots; the first of each is shown");
    stop_to_hear();
    free_all(registries, 3);
}

/* Every number of parts, each with every ninth name. */
static void merge_of_many_parts_is_in_order(void **state)
{
    (void)state;
    promlet_registry *registries[MAX_PARTS];
    for (size_t i = 0; i < MAX_PARTS; i++) {
        registries[i] = new_registry();
    }
    for (int i = 0; i < 90; i++) {
        char value[8];
        (void)snprintf(value, sizeof value, "%02d", (i * 37) % 90);
        set(registries[i % MAX_PARTS], "Depth.", value, 1);
    }
    for (size_t count = 1; count <= MAX_PARTS; count++) {
        char *text = merged_text(registries, count);
        char before[8] = "";
        size_t lines = 0;
        for (const char *at = strstr(text, "queue=\""); at != NULL; at = strstr(at, "queue=\"")) {
            at += strlen("queue=\"");
            char value[8];
            (void)snprintf(value, sizeof value, "%.2s", at);
            assert_true(strcmp(before, value) < 0);
            (void)snprintf(before, sizeof before, "%s", value);
            lines++;
        }
        assert_int_equal(lines, count * 10);
        promlet_free(text);
    }
    free_all(registries, MAX_PARTS);
}

static promlet_status emit_timestamp(promlet_emitter *emitter, void *ctx)
{
    const char *value = ctx;
    promlet_emit_family(
        emitter, &(promlet_emit_opts){
                     .name = "t", .help = "T.", .type = PROMLET_TYPE_GAUGE, .labels = {"l"}});
    return value[0] == 'a' ? promlet_emit_value_at(emitter, 1, 5000, value)
                           : promlet_emit_value(emitter, 2, value);
}

static void merge_keeps_timestamps_and_outlives_its_parts(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    static char values[2][2] = {"b", "a"};
    promlet_snapshot *parts[2];
    for (size_t i = 0; i < 2; i++) {
        promlet_collector_new(registries[i], &(promlet_collector_opts){.name = values[i],
                                                                       .collect = emit_timestamp,
                                                                       .ctx = values[i]});
        parts[i] = promlet_snapshot_take(registries[i]);
        promlet_registry_free(registries[i]);
    }
    promlet_snapshot *merged = promlet_snapshot_merge(parts, 2);
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    promlet_snapshot *again = promlet_snapshot_merge(&merged, 1);
    promlet_snapshot_release(merged);
    char *text = promlet_snapshot_string(again, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    keep_document("merge_timestamps", text, NULL);
    assert_non_null(strstr(text, "t{l=\"a\"} 1 5000\nt{l=\"b\"} 2\n"));
    assert_non_null(strstr(text, "promlet_collector_success{collector=\"a\"} 1\n"
                                 "promlet_collector_success{collector=\"b\"} 1\n"));
    promlet_free(text);
    promlet_snapshot_release(again);
}

static void merge_with_wrong_arguments_is_refused(void **state)
{
    (void)state;
    promlet_snapshot *null = NULL;
    assert_null(promlet_snapshot_merge(&null, 1));
    assert_string_equal(promlet_last_error(), "a snapshot to be merged is NULL");
    assert_null(promlet_snapshot_merge(NULL, 1));
    assert_string_equal(promlet_last_error(), "a snapshot to be merged is NULL");
    assert_null(promlet_get_metrics_of(NULL, 1));
    assert_string_equal(promlet_last_error(), "the registries are NULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge_of_nothing_is_empty),
        cmocka_unit_test(merge_of_different_families_is_in_order_of_names),
        cmocka_unit_test(merge_of_one_family_has_its_series_side_by_side),
        cmocka_unit_test(merge_of_histograms_keeps_their_values),
        cmocka_unit_test(merge_shows_the_overflow_series_last),
        cmocka_unit_test(test_defect_06_merge_keeps_the_unit),
        cmocka_unit_test(merge_leaves_out_another_type_and_other_bounds),
        cmocka_unit_test(merge_leaves_out_what_has_a_name_of_another_family),
        cmocka_unit_test(merge_shows_the_first_of_equal_series),
        cmocka_unit_test(merge_of_many_parts_is_in_order),
        cmocka_unit_test(merge_keeps_timestamps_and_outlives_its_parts),
        cmocka_unit_test(merge_with_wrong_arguments_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
