/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/registry.h: the first error, the default registry, and the size of options. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <pthread.h>

/* promlet_opts as a later version may have it. */
struct longer_opts {
    promlet_opts known;
    uint64_t unknown[4];
};

static void registry_new_has_no_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void registry_status_keeps_the_first_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    promlet_gauge_family_new(registry, &(promlet_opts){.name = "second", .labels = {"le"}});
    promlet_gauge_new(registry, &(promlet_opts){.name = "fine"});
    expect_status(registry, PROMLET_ERROR_NAME,
                  "1st: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    assert_string_equal(promlet_last_error(),
                        "second: label name \"le\" is reserved for histograms");
    promlet_registry_free(registry);
}

static void registry_report_is_told_as_a_refused_declaration_is(void **state)
{
    (void)state;
    struct heard_log log;
    promlet_registry *registry = new_registry();
    start_to_hear(&log);
    assert_int_equal(promlet_registry_report(registry, PROMLET_OK, "nothing"), PROMLET_OK);
    assert_int_equal(log.count, 0);
    expect_status(registry, PROMLET_OK, "");
    assert_int_equal(promlet_registry_report(registry, PROMLET_ERROR_SYSTEM, "no /proc"),
                     PROMLET_ERROR_SYSTEM);
    assert_int_equal(promlet_registry_report(registry, PROMLET_ERROR_MEMORY, NULL),
                     PROMLET_ERROR_MEMORY);
    stop_to_hear();
    expect_status(registry, PROMLET_ERROR_SYSTEM, "no /proc");
    assert_string_equal(promlet_last_error(), "out of memory");
    assert_int_equal(log.count, 2);
    assert_string_equal(log.last, "out of memory");
    promlet_registry_free(registry);
}

static void registry_status_sentence_never_changes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    const char *why = NULL;
    (void)promlet_registry_status(registry, &why);
    promlet_gauge_new(registry, &(promlet_opts){.name = "2nd"});
    assert_string_equal(why, "1st: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    promlet_registry_free(registry);
}

static void registry_status_without_why_is_the_code(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_NAME);
    promlet_registry_free(registry);
}

static void *declare_badly(void *registry)
{
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    return NULL;
}

static void registry_status_is_the_same_in_all_threads(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_set_last_error(PROMLET_OK, "");
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, declare_badly, registry), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    expect_status(registry, PROMLET_ERROR_NAME,
                  "1st: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    assert_string_equal(promlet_last_error(), "");
    promlet_registry_free(registry);
}

static void registry_errors_are_of_one_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry *other = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    expect_status(other, PROMLET_OK, "");
    promlet_registry_free(registry);
    promlet_registry_free(other);
}

static void registry_refused_metric_is_never_null(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts bad = {.name = "1st", .labels = {"a"}};
    assert_non_null(promlet_counter_new(registry, &bad));
    assert_non_null(promlet_gauge_new(registry, &bad));
    assert_non_null(promlet_histogram_new(registry, &bad));
    assert_non_null(promlet_counter_with(promlet_counter_family_new(registry, &bad), "x"));
    assert_non_null(promlet_gauge_with(promlet_gauge_family_new(registry, &bad), "x"));
    assert_non_null(promlet_histogram_with(promlet_histogram_family_new(registry, &bad), "x"));
    promlet_registry_free(registry);
}

static void registry_refused_metrics_are_recorded_nowhere(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts bad = {.name = "1st", .labels = {"a"}};
    promlet_counter_inc(promlet_counter_with(promlet_counter_family_new(registry, &bad), "x"));
    promlet_gauge_set(promlet_gauge_with(promlet_gauge_family_new(registry, &bad), "x"), 1);
    promlet_histogram_observe(
        promlet_histogram_with(promlet_histogram_family_new(registry, &bad), "x"), 1);
    expect_metrics(registry, "registry_refused", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

static void registry_null_is_the_default_one(void **state)
{
    (void)state;
    promlet_gauge *gauge =
        promlet_gauge_new(NULL, &(promlet_opts){.name = "queue_length", .help = "Jobs."});
    promlet_gauge_set(gauge, 8);
    char *text = promlet_get_metrics();
    keep_document("registry_default", text, NULL);
    assert_string_equal(text, "# HELP queue_length Jobs.\n"
                              "# TYPE queue_length gauge\n"
                              "queue_length 8\n"
                              "# EOF\n");
    promlet_free(text);
}

static void registry_default_is_not_freed(void **state)
{
    (void)state;
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_registry_free(NULL);
    assert_string_equal(promlet_last_error(), "the default registry can't be freed");
    char *text = promlet_get_metrics();
    assert_non_null(text);
    promlet_free(text);
}

static void registry_options_are_copied(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char name[] = "size_bytes";
    char help[] = "Size.";
    char unit[] = "bytes";
    char label[] = "disk";
    char value[] = "sda";
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = name, .help = help, .unit = unit, .labels = {label}});
    promlet_gauge_set(promlet_gauge_with(family, value), 1);
    memset(name, '!', sizeof name - 1);
    memset(help, '!', sizeof help - 1);
    memset(unit, '!', sizeof unit - 1);
    memset(label, '!', sizeof label - 1);
    memset(value, '!', sizeof value - 1);
    expect_metrics(registry, "registry_copied", NULL,
                   "# HELP size_bytes Size.\n"
                   "# TYPE size_bytes gauge\n"
                   "size_bytes{disk=\"sda\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void options_of_a_shorter_struct_are_completed_with_zeros(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "a", .help = "A.", .labels = {"ignored"}};
    promlet_gauge_new_sized(registry, &options, offsetof(promlet_opts, labels));
    expect_metrics(registry, "registry_shorter_options", NULL,
                   "# HELP a A.\n"
                   "# TYPE a gauge\n"
                   "a 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void options_of_no_size_have_no_name(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new_sized(registry, &(promlet_opts){.name = "a"}, 0);
    expect_status(registry, PROMLET_ERROR_NAME, "a metric's name is NULL");
    promlet_registry_free(registry);
}

static void options_of_a_longer_struct_with_zeros_are_taken(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct longer_opts options = {.known = {.name = "a", .help = "A."}};
    promlet_gauge_new_sized(registry, &options.known, sizeof options);
    expect_status(registry, PROMLET_OK, "");
    expect_metrics(registry, "registry_longer_options", NULL,
                   "# HELP a A.\n"
                   "# TYPE a gauge\n"
                   "a 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void options_of_a_longer_struct_with_more_set_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        promlet_registry *registry = new_registry();
        struct longer_opts options = {.known = {.name = "a"}};
        options.unknown[i] = 1;
        promlet_gauge_new_sized(registry, &options.known, sizeof options);
        expect_status(registry, PROMLET_ERROR_ARGUMENT,
                      "a metric's options hold members that promlet " PROMLET_VERSION_STRING
                      " does not know");
        promlet_registry_free(registry);
    }
}

static void version_is_that_of_the_header(void **state)
{
    (void)state;
    assert_string_equal(promlet_version(), PROMLET_VERSION_STRING);
    char numbers[32];
    (void)snprintf(numbers, sizeof numbers, "%d.%d.%d", PROMLET_VERSION_MAJOR,
                   PROMLET_VERSION_MINOR, PROMLET_VERSION_PATCH);
    assert_string_equal(promlet_version(), numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registry_new_has_no_error),
        cmocka_unit_test(registry_status_keeps_the_first_error),
        cmocka_unit_test(registry_report_is_told_as_a_refused_declaration_is),
        cmocka_unit_test(registry_status_sentence_never_changes),
        cmocka_unit_test(registry_status_without_why_is_the_code),
        cmocka_unit_test(registry_status_is_the_same_in_all_threads),
        cmocka_unit_test(registry_errors_are_of_one_registry),
        cmocka_unit_test(registry_refused_metric_is_never_null),
        cmocka_unit_test(registry_refused_metrics_are_recorded_nowhere),
        cmocka_unit_test(registry_null_is_the_default_one),
        cmocka_unit_test(registry_default_is_not_freed),
        cmocka_unit_test(registry_options_are_copied),
        cmocka_unit_test(options_of_a_shorter_struct_are_completed_with_zeros),
        cmocka_unit_test(options_of_no_size_have_no_name),
        cmocka_unit_test(options_of_a_longer_struct_with_zeros_are_taken),
        cmocka_unit_test(options_of_a_longer_struct_with_more_set_are_refused),
        cmocka_unit_test(version_is_that_of_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
