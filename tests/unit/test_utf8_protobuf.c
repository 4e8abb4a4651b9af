/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of names that are not plain in protobuf, with each escaping. */
#include "base/clock.h"
#include "support/protobuf.h"

static promlet_registry *registry;

static int begin(void **state)
{
    (void)state;
    pml_clock_stop_at(0); /* no start times */
    registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true}),
        PROMLET_OK);
    promlet_counter_family *requests = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "http.requests", .labels = {"a\"b", "code"}});
    promlet_counter_inc(promlet_counter_with(requests, "x\ny", "200"));
    promlet_state_set_new(registry, &(promlet_opts){.name = "the.mode", PROMLET_STATES("on")});
    promlet_gauge_new(registry, &(promlet_opts){.name = "plain_one"});
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    pml_clock_run();
    return 0;
}

static void expect_names(promlet_escaping escaping, const char *metric, const char *label,
                         const char *mode)
{
    char expected[1024];
    (void)snprintf(expected, sizeof expected,
                   "name: \"%s\"\ntype: COUNTER\n"
                   "metric {\n  label {\n    name: \"%s\"\n    value: \"x\\ny\"\n  }\n"
                   "  label {\n    name: \"code\"\n    value: \"200\"\n  }\n"
                   "  counter {\n    value: 1\n  }\n}\n"
                   "name: \"plain_one\"\ntype: GAUGE\n"
                   "metric {\n  gauge {\n    value: 0\n  }\n}\n"
                   "name: \"%s\"\ntype: GAUGE\n"
                   "metric {\n  label {\n    name: \"%s\"\n    value: \"on\"\n  }\n"
                   "  gauge {\n    value: 0\n  }\n}\n",
                   metric, label, mode, mode);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    promlet_encoding encoding = {.format = PROMLET_FORMAT_PROTOBUF, .escaping = escaping};
    size_t size;
    char *bytes = promlet_snapshot_string_as(snapshot, &encoding, &size);
    strict_protobuf read;
    if (!strict_protobuf_read(&read, bytes, size)) {
        fail_msg("%s: %s", read.reading.why, read.reading.text);
    }
    assert_string_equal(read.reading.text, expected);
    strict_protobuf_free(&read);
    promlet_free(bytes);
    promlet_snapshot_release(snapshot);
}

static void protobuf_names_are_raw_if_they_may(void **state)
{
    (void)state;
    expect_names(PROMLET_ESCAPING_ALLOW_UTF8, "http.requests_total", "a\\\"b", "the.mode");
}

static void protobuf_names_are_escaped_else(void **state)
{
    (void)state;
    expect_names(PROMLET_ESCAPING_NONE_ASKED, "http_requests_total", "a_b", "the_mode");
    expect_names(PROMLET_ESCAPING_UNDERSCORES, "http_requests_total", "a_b", "the_mode");
    expect_names(PROMLET_ESCAPING_DOTS, "http_dot_requests__total", "a_b", "the_dot_mode");
    expect_names(PROMLET_ESCAPING_VALUES, "U__http_2E_requests__total", "U__a_22_b",
                 "U__the_2E_mode");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protobuf_names_are_raw_if_they_may),
        cmocka_unit_test(protobuf_names_are_escaped_else),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
