/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a reader can ask for: formats, their variants, and their Content-Type. */
#include "support/expect.h"

#define TEXT_1_0_0 "text/plain; version=1.0.0; charset=utf-8; escaping="
#define OPENMETRICS_1_0_0 "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define OPENMETRICS_2_0_0 "application/openmetrics-text; version=2.0.0; charset=utf-8"
#define PROTOBUF                                                                                   \
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

static void expect_content_type(promlet_format format, promlet_escaping escaping, const char *type)
{
    const promlet_encoding encoding = {.format = format, .escaping = escaping};
    assert_string_equal(promlet_encoding_content_type(&encoding), type);
}

/* Both forms, whatever the escaping is. */
static void expect_one_content_type(promlet_format format, const char *type)
{
    assert_string_equal(promlet_format_content_type(format), type);
    for (int i = PROMLET_ESCAPING_NONE_ASKED; i <= PROMLET_ESCAPING_ALLOW_UTF8; i++) {
        expect_content_type(format, (promlet_escaping)i, type);
    }
}

static void content_type_without_escaping_is_to_the_letter(void **state)
{
    (void)state;
    const char *text = "text/plain; version=0.0.4; charset=utf-8";
    expect_one_content_type(PROMLET_FORMAT_TEXT_0_0_4, text);
    expect_one_content_type(PROMLET_FORMAT_TEXT_0_0_4_EOF, text);
    expect_one_content_type(PROMLET_FORMAT_OPENMETRICS_2_0_0, OPENMETRICS_2_0_0);
    expect_one_content_type(PROMLET_FORMAT_PROTOBUF, PROTOBUF);
}

static void content_type_of_text_1_0_0_always_says_the_escaping(void **state)
{
    (void)state;
    const promlet_format format = PROMLET_FORMAT_TEXT_1_0_0;
    assert_string_equal(promlet_format_content_type(format), TEXT_1_0_0 "underscores");
    expect_content_type(format, PROMLET_ESCAPING_NONE_ASKED, TEXT_1_0_0 "underscores");
    expect_content_type(format, PROMLET_ESCAPING_UNDERSCORES, TEXT_1_0_0 "underscores");
    expect_content_type(format, PROMLET_ESCAPING_DOTS, TEXT_1_0_0 "dots");
    expect_content_type(format, PROMLET_ESCAPING_VALUES, TEXT_1_0_0 "values");
    expect_content_type(format, PROMLET_ESCAPING_ALLOW_UTF8, TEXT_1_0_0 "allow-utf-8");
}

static void content_type_of_openmetrics_says_the_escaping_if_asked(void **state)
{
    (void)state;
    const promlet_format format = PROMLET_FORMAT_OPENMETRICS_1_0_0;
    const char *escaped = OPENMETRICS_1_0_0 "; escaping=";
    char type[120];
    static const char *const schemes[] = {"underscores", "dots", "values", "allow-utf-8"};
    assert_string_equal(promlet_format_content_type(format), OPENMETRICS_1_0_0);
    expect_content_type(format, PROMLET_ESCAPING_NONE_ASKED, OPENMETRICS_1_0_0);
    for (int i = 0; i < 4; i++) {
        (void)snprintf(type, sizeof type, "%s%s", escaped, schemes[i]);
        expect_content_type(format, (promlet_escaping)(PROMLET_ESCAPING_UNDERSCORES + i), type);
    }
}

static bool go_on(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    (void)data;
    return size > 0;
}

static void encoding_out_of_range_is_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    const promlet_encoding odd = {.escaping = (promlet_escaping)(PROMLET_ESCAPING_ALLOW_UTF8 + 1)};
    char buffer[8];
    assert_null(promlet_encoding_content_type(&odd));
    assert_string_equal(promlet_last_error(), "5 is not an escaping");
    assert_int_equal(promlet_snapshot_write_as(snapshot, &odd, go_on, NULL),
                     PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_snapshot_copy_as(snapshot, &odd, buffer, sizeof buffer, NULL),
                     PROMLET_ERROR_ARGUMENT);
    assert_null(promlet_snapshot_string_as(snapshot, &odd, NULL));
    assert_null(promlet_encoding_content_type(NULL));
    assert_string_equal(promlet_last_error(), "an encoding's fields are NULL");
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void encoding_of_the_future_is_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    struct {
        promlet_encoding known;
        int unknown;
    } future = {{.format = PROMLET_FORMAT_TEXT_0_0_4_EOF}, 1};
    assert_null(promlet_snapshot_string_as_sized(snapshot, &future.known, NULL, sizeof future));
    assert_string_equal(promlet_last_error(),
                        "an encoding's fields hold members that promlet " PROMLET_VERSION_STRING
                        " does not know");
    future.unknown = 0;
    char *text = promlet_snapshot_string_as_sized(snapshot, &future.known, NULL, sizeof future);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

/* ---- what is left out ------------------------------------------------------------------------ */

/* ctx: the time of all of it, or 0. */
static promlet_status emit_at(promlet_emitter *emitter, void *ctx)
{
    int64_t at = *(const int64_t *)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){
                                     .name = "g", .type = PROMLET_TYPE_GAUGE, .labels = {"place"}});
    if (at != 0) {
        promlet_emit_value_at(emitter, 5, at, "kitchen");
    } else {
        promlet_emit_value(emitter, 5, "kitchen");
    }
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "h", .type = PROMLET_TYPE_HISTOGRAM});
    promlet_emit_histogram(emitter, &(promlet_emit_histogram_data){.counts = (const uint64_t[]){3},
                                                                   .sum = 9,
                                                                   .timestamp_ms = at});
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "s", .type = PROMLET_TYPE_SUMMARY});
    promlet_emit_summary(emitter,
                         &(promlet_emit_summary_data){.count = 3, .sum = 6, .timestamp_ms = at});
    return PROMLET_OK;
}

static promlet_snapshot *emitted_at(int64_t at)
{
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true});
    (void)promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "c", .collect = emit_at, .ctx = &at});
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_registry_free(registry);
    assert_non_null(snapshot);
    return snapshot;
}

static void times_are_left_out_of_every_format_if_asked(void **state)
{
    (void)state;
    promlet_snapshot *timed = emitted_at(1520879607789);
    promlet_snapshot *untimed = emitted_at(0);
    for (int format = 0; format <= PROMLET_FORMAT_PROTOBUF; format++) {
        promlet_encoding encoding = {.format = (promlet_format)format};
        size_t sizes[3];
        char *with = promlet_snapshot_string_as(timed, &encoding, &sizes[0]);
        char *expected = promlet_snapshot_string_as(untimed, &encoding, &sizes[1]);
        encoding.without_timestamps = true;
        char *without = promlet_snapshot_string_as(timed, &encoding, &sizes[2]);
        assert_true(sizes[0] > sizes[1]);
        assert_int_equal(sizes[1], sizes[2]);
        assert_memory_equal(expected, without, sizes[1]);
        promlet_free(with);
        promlet_free(expected);
        promlet_free(without);
    }
    promlet_snapshot_release(timed);
    promlet_snapshot_release(untimed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_type_without_escaping_is_to_the_letter),
        cmocka_unit_test(content_type_of_text_1_0_0_always_says_the_escaping),
        cmocka_unit_test(content_type_of_openmetrics_says_the_escaping_if_asked),
        cmocka_unit_test(encoding_out_of_range_is_an_error),
        cmocka_unit_test(encoding_of_the_future_is_an_error),
        cmocka_unit_test(times_are_left_out_of_every_format_if_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
