/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/metrics.h: a registry as text in one call, whatever the locale. */
#include "support/expect.h"
#include "support/locales.h"

#define GUARD 0x5a

#define TEXT                                                                                       \
    "# HELP load_ratio Load.\n"                                                                    \
    "# TYPE load_ratio gauge\n"                                                                    \
    "load_ratio 1234567.5\n"                                                                       \
    "# EOF\n"

static promlet_registry *registry_with_gauge(void)
{
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "load_ratio", .help = "Load."});
    promlet_gauge_set(gauge, 1234567.5);
    return registry;
}

static void metrics_of_the_default_registry_are_those_of_null(void **state)
{
    (void)state;
    promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = "load", .help = "Load."}), 7);
    const char *expected = "# HELP load Load.\n"
                           "# TYPE load gauge\n"
                           "load 7\n"
                           "# EOF\n";
    expect_metrics(NULL, "metrics_of_null", NULL, expected);
    char *text = promlet_get_metrics();
    keep_document("metrics_of_default", text, NULL);
    assert_string_equal(text, expected);
    promlet_free(text);
}

static void metrics_of_a_registry_end_in_eof(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_gauge();
    expect_metrics(registry, "metrics_eof", NULL, TEXT);
    promlet_registry_free(registry);
}

static void metrics_copy_of_each_size_is_a_terminated_beginning(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_gauge();
    for (size_t size = 0; size <= sizeof TEXT + 1; size++) {
        char buffer[sizeof TEXT + 16];
        memset(buffer, GUARD, sizeof buffer);
        size_t needed = 0;
        promlet_status status = promlet_registry_copy_metrics(registry, buffer, size, &needed);
        assert_int_equal(status, size < sizeof TEXT ? PROMLET_ERROR_BUFFER_SIZE : PROMLET_OK);
        assert_int_equal(needed, sizeof TEXT);
        if (size > 0) {
            assert_true(memchr(buffer, '\0', size) != NULL);
            assert_memory_equal(buffer, TEXT, strlen(buffer));
            assert_int_equal(strlen(buffer), (size < sizeof TEXT ? size : sizeof TEXT) - 1);
        }
        for (size_t i = size; i < sizeof buffer; i++) {
            assert_int_equal(buffer[i], GUARD);
        }
    }
    promlet_registry_free(registry);
}

static void metrics_copy_without_needed_is_the_text(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_gauge();
    char buffer[sizeof TEXT];
    assert_int_equal(promlet_registry_copy_metrics(registry, buffer, sizeof buffer, NULL),
                     PROMLET_OK);
    assert_string_equal(buffer, TEXT);
    promlet_registry_free(registry);
}

/* A writer for short texts. */
struct written {
    char bytes[sizeof TEXT];
    int calls;
    bool goes_on;
};

static bool write_down(const char *data, size_t size, void *ctx)
{
    struct written *written = ctx;
    written->calls++;
    (void)strncat(written->bytes, data, size);
    return written->goes_on;
}

static void metrics_written_are_the_text(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_gauge();
    struct written written = {.goes_on = true};
    assert_int_equal(promlet_registry_write_metrics(registry, write_down, &written), PROMLET_OK);
    assert_string_equal(written.bytes, TEXT);
    promlet_registry_free(registry);
}

static void metrics_writer_that_stops_is_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_gauge();
    struct written written = {.goes_on = false};
    assert_int_equal(promlet_registry_write_metrics(registry, write_down, &written),
                     PROMLET_ERROR_WRITER);
    assert_int_equal(written.calls, 1);
    promlet_registry_free(registry);
}

static void test_fault_F12_metrics_in_a_locale_with_comma_have_points(void **state)
{
    (void)state;
    choose_comma_locale();
    promlet_registry *registry = registry_with_gauge();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "wait_seconds", .help = "Wait.", PROMLET_BOUNDS(0.25)});
    promlet_histogram_observe(histogram, 0.125);
    expect_metrics(registry, "metrics_locale", NULL,
                   "# HELP load_ratio Load.\n"
                   "# TYPE load_ratio gauge\n"
                   "load_ratio 1234567.5\n"
                   "# HELP wait_seconds Wait.\n"
                   "# TYPE wait_seconds histogram\n"
                   "wait_seconds_bucket{le=\"0.25\"} 1\n"
                   "wait_seconds_bucket{le=\"+Inf\"} 1\n"
                   "wait_seconds_sum 0.125\n"
                   "wait_seconds_count 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
    (void)setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_of_the_default_registry_are_those_of_null),
        cmocka_unit_test(metrics_of_a_registry_end_in_eof),
        cmocka_unit_test(metrics_copy_of_each_size_is_a_terminated_beginning),
        cmocka_unit_test(metrics_copy_without_needed_is_the_text),
        cmocka_unit_test(metrics_written_are_the_text),
        cmocka_unit_test(metrics_writer_that_stops_is_an_error),
        cmocka_unit_test(test_fault_F12_metrics_in_a_locale_with_comma_have_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
