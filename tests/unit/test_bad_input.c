/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every public function of the core with NULL, with zero and with arguments out of range. After
 * each case the process lives and the next scrape of the default registry can be read.
 */
#include "support/expect.h"

#include <math.h>

/* A registry for the cases that are not about the default one. */
static promlet_registry *own;

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    return own == NULL;
}

/* True for `name value` and `name{labels} value`, where no label value holds a quote. */
static bool is_sample(const char *line, size_t size)
{
    const char *value = memchr(line, ' ', size);
    const char *brace = memchr(line, '{', size);
    if (brace != NULL) {
        const char *end = memchr(line, '}', size);
        value = end != NULL && end[1] == ' ' ? end + 1 : NULL;
    }
    if (value == NULL || value == line || brace == line) {
        return false;
    }
    char *rest = NULL;
    (void)strtod(value + 1, &rest);
    return rest == line + size && rest > value + 1;
}

static bool is_comment(const char *line, size_t size)
{
    static const char *const starts[] = {"# HELP ", "# TYPE ", "# EOF"};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        if (size >= strlen(starts[i]) && memcmp(line, starts[i], strlen(starts[i])) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_readable(const char *text)
{
    while (*text != '\0') {
        const char *end = strchr(text, '\n');
        if (end == NULL) {
            return false;
        }
        size_t size = (size_t)(end - text);
        if (!is_comment(text, size) && !is_sample(text, size)) {
            return false;
        }
        text = end + 1;
    }
    return true;
}

static bool scrape_is_readable(promlet_registry *registry)
{
    static int number;
    char document[40];
    char *text = promlet_registry_get_metrics(registry);
    if (text == NULL) {
        return false;
    }
    (void)snprintf(document, sizeof document, "bad_input_%d", ++number);
    keep_document(document, text, NULL);
    bool result = is_readable(text) && strstr(text, "# EOF\n") != NULL;
    promlet_free(text);
    return result;
}

/* cmocka reports a case whose end returns another value than 0 as failed. */
static int end(void **state)
{
    (void)state;
    bool is_fine = scrape_is_readable(own) && scrape_is_readable(NULL);
    promlet_registry_free(own);
    return is_fine ? 0 : 1;
}

/* ---- declaring ------------------------------------------------------------------------------- */

static void declare_null_options_is_an_error(void **state)
{
    (void)state;
    assert_non_null(promlet_counter_new(own, NULL));
    assert_non_null(promlet_gauge_new(own, NULL));
    assert_non_null(promlet_histogram_new(own, NULL));
    assert_non_null(promlet_counter_family_new(own, NULL));
    assert_non_null(promlet_gauge_family_new(own, NULL));
    assert_non_null(promlet_histogram_family_new(own, NULL));
    expect_status(own, PROMLET_ERROR_ARGUMENT, "a metric's options are NULL");
}

static void declare_null_options_of_any_size_is_an_error(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, sizeof(promlet_opts) + 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_non_null(promlet_counter_new_sized(own, NULL, sizes[i]));
        assert_non_null(promlet_gauge_new_sized(own, NULL, sizes[i]));
        assert_non_null(promlet_histogram_new_sized(own, NULL, sizes[i]));
        assert_non_null(promlet_counter_family_new_sized(own, NULL, sizes[i]));
        assert_non_null(promlet_gauge_family_new_sized(own, NULL, sizes[i]));
        assert_non_null(promlet_histogram_family_new_sized(own, NULL, sizes[i]));
    }
    expect_status(own, PROMLET_ERROR_ARGUMENT, "a metric's options are NULL");
}

/* A size that ends within a pointer. */
static void declare_options_of_odd_size_is_an_error(void **state)
{
    (void)state;
    const promlet_opts options = {.name = "a_total"};
    for (size_t size = 1; size < sizeof(const char *); size++) {
        assert_non_null(promlet_counter_new_sized(own, &options, size));
    }
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence,
                   "a metric's options have a size that they never had: 1, "
                   "where promlet " PROMLET_VERSION_STRING " has %zu bytes",
                   sizeof options);
    expect_status(own, PROMLET_ERROR_ARGUMENT, sentence);
}

static void declare_zero_options_is_an_error(void **state)
{
    (void)state;
    const promlet_opts zero = {0};
    assert_non_null(promlet_counter_new(own, &zero));
    assert_non_null(promlet_gauge_new(own, &zero));
    assert_non_null(promlet_histogram_new(own, &zero));
    assert_non_null(promlet_counter_family_new(own, &zero));
    assert_non_null(promlet_gauge_family_new(own, &zero));
    assert_non_null(promlet_histogram_family_new(own, &zero));
    expect_status(own, PROMLET_ERROR_NAME, "a metric's name is NULL");
}

static void declare_in_the_default_registry_badly_is_an_error(void **state)
{
    (void)state;
    assert_non_null(promlet_counter_new(NULL, NULL));
    assert_non_null(promlet_gauge_new(NULL, &(promlet_opts){.name = "\xff\n\" 1"}));
    assert_int_equal(promlet_registry_status(NULL, NULL), PROMLET_ERROR_ARGUMENT);
}

static void declare_huge_bound_count_is_an_error(void **state)
{
    (void)state;
    static const double bounds[] = {1, 2};
    promlet_histogram *histogram = promlet_histogram_new(
        own, &(promlet_opts){.name = "a", .bounds = bounds, .bound_count = SIZE_MAX});
    promlet_histogram_observe(histogram, 1);
    assert_int_equal(promlet_registry_status(own, NULL), PROMLET_ERROR_BOUNDS);
}

static void declare_bounds_without_count_has_only_the_implied_one(void **state)
{
    (void)state;
    static const double bounds[] = {1, 2};
    promlet_histogram *histogram =
        promlet_histogram_new(own, &(promlet_opts){.name = "a", .help = "A.", .bounds = bounds});
    promlet_histogram_observe(histogram, 1);
    expect_metrics(own, "bad_input_no_bounds", NULL,
                   "# HELP a A.\n"
                   "# TYPE a histogram\n"
                   "a_bucket{le=\"+Inf\"} 1\n"
                   "a_sum 1\n"
                   "a_count 1\n"
                   "# EOF\n");
}

static void declare_largest_limit_is_taken(void **state)
{
    (void)state;
    promlet_gauge_family *family = promlet_gauge_family_new(
        own, &(promlet_opts){.name = "a", .help = "A.", .labels = {"x"}, .max_series = SIZE_MAX});
    promlet_gauge_with(family, "1");
    expect_status(own, PROMLET_OK, "");
}

/* ---- asking for series ----------------------------------------------------------------------- */

static void with_null_family_is_an_error_of_the_default_registry(void **state)
{
    (void)state;
    static const char *const values[] = {"x"};
    (void)promlet_set_last_error(PROMLET_OK, "");
    assert_non_null(promlet_counter_with_values(NULL, values, 1));
    assert_non_null(promlet_gauge_with_values(NULL, values, 1));
    assert_non_null(promlet_histogram_with_values(NULL, NULL, 0));
    assert_string_equal(promlet_last_error(), "a family is NULL");
    assert_int_equal(promlet_registry_status(NULL, NULL), PROMLET_ERROR_ARGUMENT);
}

static void with_refused_family_takes_any_values(void **state)
{
    (void)state;
    promlet_counter_family *refused = promlet_counter_family_new(own, NULL);
    promlet_counter_inc(promlet_counter_with_values(refused, NULL, SIZE_MAX));
    promlet_counter_inc(promlet_counter_with(refused, "x", NULL));
    promlet_counter_inc(promlet_counter_with_values(refused, NULL, 0));
    expect_status(own, PROMLET_ERROR_ARGUMENT, "a metric's options are NULL");
}

static void with_huge_count_is_an_error(void **state)
{
    (void)state;
    static const char *const values[] = {"x"};
    promlet_gauge_family *family =
        promlet_gauge_family_new(own, &(promlet_opts){.name = "a", .help = "A.", .labels = {"x"}});
    promlet_gauge_set(promlet_gauge_with_values(family, values, SIZE_MAX), 1);
    promlet_gauge_set(promlet_gauge_with_values(family, NULL, SIZE_MAX), 1);
    promlet_gauge_set(promlet_gauge_with_values(family, NULL, 0), 1);
    assert_int_equal(promlet_registry_status(own, NULL), PROMLET_ERROR_LABELS);
}

/* ---- recording ------------------------------------------------------------------------------- */

static void record_on_null_is_survived(void **state)
{
    (void)state;
    promlet_counter_inc(NULL);
    promlet_counter_add_u64(NULL, UINT64_MAX);
    promlet_counter_add(NULL, -NAN);
    promlet_gauge_set(NULL, NAN);
    promlet_gauge_add(NULL, INFINITY);
    promlet_gauge_sub(NULL, -INFINITY);
    promlet_gauge_inc(NULL);
    promlet_gauge_dec(NULL);
    promlet_histogram_observe(NULL, NAN);
    promlet_timer_observe((promlet_timer){0}, NULL);
}

static void record_on_refused_handles_is_survived(void **state)
{
    (void)state;
    static const double values[] = {0, -1, 1, 1e308, NAN, INFINITY, -INFINITY};
    promlet_counter *counter = promlet_counter_new(own, NULL);
    promlet_gauge *gauge = promlet_gauge_new(own, NULL);
    promlet_histogram *histogram = promlet_histogram_new(own, NULL);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        promlet_counter_add(counter, values[i]);
        promlet_gauge_set(gauge, values[i]);
        promlet_gauge_add(gauge, values[i]);
        promlet_histogram_observe(histogram, values[i]);
    }
    promlet_counter_add_u64(counter, UINT64_MAX);
    promlet_timer_observe((promlet_timer){.start = UINT64_MAX}, histogram);
    assert_true(promlet_timer_seconds((promlet_timer){0}) > 0);
}

/* ---- registries, snapshots, text ------------------------------------------------------------- */

static void registry_functions_take_null(void **state)
{
    (void)state;
    promlet_registry_free(NULL);
    (void)promlet_registry_status(NULL, NULL);
    promlet_snapshot *snapshot = promlet_snapshot_take(NULL);
    assert_non_null(snapshot);
    promlet_snapshot_release(snapshot);
    assert_null(promlet_snapshot_retain(NULL));
    promlet_snapshot_release(NULL);
}

static bool go_on(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    (void)data;
    return size > 0;
}

static void snapshot_functions_without_snapshot_are_errors(void **state)
{
    (void)state;
    char buffer[8] = "before";
    size_t size = 99;
    const promlet_format text = PROMLET_FORMAT_TEXT_0_0_4;
    assert_int_equal(promlet_snapshot_write(NULL, text, go_on, NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_snapshot_copy(NULL, text, buffer, sizeof buffer, &size),
                     PROMLET_ERROR_ARGUMENT);
    assert_null(promlet_snapshot_string(NULL, text, &size));
    assert_string_equal(promlet_last_error(), "the snapshot is NULL");
    assert_string_equal(buffer, "before");
    assert_int_equal(size, 99);
}

static void snapshot_functions_with_null_destination_are_errors(void **state)
{
    (void)state;
    promlet_snapshot *snapshot = promlet_snapshot_take(own);
    const promlet_format text = PROMLET_FORMAT_TEXT_0_0_4;
    assert_int_equal(promlet_snapshot_write(snapshot, text, NULL, NULL), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "the writer is NULL");
    assert_int_equal(promlet_snapshot_copy(snapshot, text, NULL, 1, NULL), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "the buffer is NULL");
    promlet_snapshot_release(snapshot);
}

static void snapshot_functions_with_unknown_format_are_errors(void **state)
{
    (void)state;
    static const int formats[] = {-1, PROMLET_FORMAT_PROTOBUF + 1, 1000000};
    promlet_snapshot *snapshot = promlet_snapshot_take(own);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        promlet_format format = (promlet_format)formats[i];
        char buffer[8];
        assert_null(promlet_format_content_type(format));
        assert_int_equal(promlet_snapshot_write(snapshot, format, go_on, NULL),
                         PROMLET_ERROR_ARGUMENT);
        assert_int_equal(promlet_snapshot_copy(snapshot, format, buffer, sizeof buffer, NULL),
                         PROMLET_ERROR_ARGUMENT);
        assert_null(promlet_snapshot_string(snapshot, format, NULL));
        char sentence[40];
        (void)snprintf(sentence, sizeof sentence, "%d is not a format", formats[i]);
        assert_string_equal(promlet_last_error(), sentence);
    }
    promlet_snapshot_release(snapshot);
}

static void metrics_functions_with_null_are_survived(void **state)
{
    (void)state;
    size_t needed = 0;
    assert_int_equal(promlet_registry_write_metrics(own, NULL, NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_registry_write_metrics(NULL, go_on, NULL), PROMLET_OK);
    assert_int_equal(promlet_registry_copy_metrics(own, NULL, 1, &needed), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(needed, 0);
    assert_int_equal(promlet_registry_copy_metrics(NULL, NULL, 0, NULL), PROMLET_ERROR_BUFFER_SIZE);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void bounds_functions_with_null_are_errors(void **state)
{
    (void)state;
    assert_int_equal(promlet_bounds_linear(NAN, NAN, SIZE_MAX, NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_bounds_exponential(NAN, NAN, 0, NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_bounds_exponential_range(NAN, NAN, 0, NULL), PROMLET_ERROR_ARGUMENT);
}

static void status_functions_with_null_are_survived(void **state)
{
    (void)state;
    promlet_set_log_callback(NULL, own);
    promlet_log(NULL);
    promlet_log("heard by nobody");
    promlet_free(NULL);
    assert_int_equal(promlet_set_last_error((promlet_status)99, NULL), 99);
    assert_string_equal(promlet_last_error(), "unknown status");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(declare_null_options_is_an_error),
        CASE(declare_null_options_of_any_size_is_an_error),
        CASE(declare_options_of_odd_size_is_an_error),
        CASE(declare_zero_options_is_an_error),
        CASE(declare_in_the_default_registry_badly_is_an_error),
        CASE(declare_huge_bound_count_is_an_error),
        CASE(declare_bounds_without_count_has_only_the_implied_one),
        CASE(declare_largest_limit_is_taken),
        CASE(with_null_family_is_an_error_of_the_default_registry),
        CASE(with_refused_family_takes_any_values),
        CASE(with_huge_count_is_an_error),
        CASE(record_on_null_is_survived),
        CASE(record_on_refused_handles_is_survived),
        CASE(registry_functions_take_null),
        CASE(snapshot_functions_without_snapshot_are_errors),
        CASE(snapshot_functions_with_null_destination_are_errors),
        CASE(snapshot_functions_with_unknown_format_are_errors),
        CASE(metrics_functions_with_null_are_survived),
        CASE(bounds_functions_with_null_are_errors),
        CASE(status_functions_with_null_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
