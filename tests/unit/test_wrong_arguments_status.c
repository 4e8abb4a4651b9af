/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of bounds, the linter, errors and warnings, with every combination of good and wrong
   arguments; and a check of the check that none is forgotten. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"bounds.h", "lint.h", "status.h", "version.h", NULL};

/* ---- bounds ---------------------------------------------------------------------------------- */

typedef promlet_status (*bounds_fn)(double first, double second, size_t count, double *bounds);

/* Counts for which there is no room are too large, and refused unread. */
static void call_bounds(bounds_fn make)
{
    static double room[PROMLET_MAX_BOUNDS];
    FOR_EACH(first, any_doubles)
    FOR_EACH(second, any_doubles)
    FOR_EACH(count, any_sizes)
    {
        SAID(make(*first, *second, *count, room));
        assert_true(make(*first, *second, *count, NULL) != PROMLET_OK);
    }
}

static void call_promlet_bounds_linear(void)
{
    call_bounds(promlet_bounds_linear);
}

static void call_promlet_bounds_exponential(void)
{
    call_bounds(promlet_bounds_exponential);
}

static void call_promlet_bounds_exponential_range(void)
{
    call_bounds(promlet_bounds_exponential_range);
}

static void ignore_finding(const promlet_lint_finding *finding, void *ctx)
{
    assert_non_null(finding->sentence);
    (void)ctx;
}

static void call_promlet_registry_lint(void)
{
    FOR_EACH(registry, registries)
    {
        assert_true(promlet_registry_lint(*registry, NULL, NULL) >= 0);
        assert_true(promlet_registry_lint(*registry, ignore_finding, NULL) >= 0);
    }
}

static void call_promlet_lint_description(void)
{
    static const char *const no_label[] = {NULL};
    const promlet_description wrong[] = {
        {.type = "gauge", .help = "H."},
        {.name = "a", .help = "H."},
        {.name = "a", .type = "gauge"},
        {.name = "a", .type = "gauge", .help = "H.", .label_count = 1},
        {.name = "a", .type = "gauge", .help = "H.", .labels = no_label, .label_count = 1},
    };
    assert_int_equal(promlet_lint_description(NULL, ignore_finding, NULL), -1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(promlet_lint_description(&wrong[i], ignore_finding, NULL), -1);
    }
}

/* ---- errors and warnings --------------------------------------------------------------------- */

static void call_promlet_status_text(void)
{
    FOR_EACH(status, any_enums)
    {
        assert_non_null(promlet_status_text((promlet_status)*status));
    }
}

static void call_promlet_last_error(void)
{
    assert_non_null(promlet_last_error());
}

static void call_promlet_set_last_error(void)
{
    static char long_text[1000];
    memset(long_text, 'x', sizeof long_text - 1);
    FOR_EACH(status, any_enums)
    {
        FOR_EACH(text, any_texts)
        {
            assert_true((int)promlet_set_last_error((promlet_status)*status, *text) == *status);
        }
        (void)promlet_set_last_error((promlet_status)*status, long_text);
        assert_true(strlen(promlet_last_error()) == 255);
    }
}

static void ignore_log(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
}

static void call_promlet_set_log_callback(void)
{
    promlet_set_log_callback(ignore_log, NULL);
    promlet_set_log_callback(NULL, own);
    promlet_set_log_callback(NULL, NULL);
}

static void call_promlet_log(void)
{
    FOR_EACH(text, any_texts)
    {
        promlet_log(*text);
    }
    promlet_set_log_callback(ignore_log, NULL);
    FOR_EACH(text, any_texts)
    {
        promlet_log(*text);
    }
    promlet_set_log_callback(NULL, NULL);
}

static void call_promlet_free(void)
{
    promlet_free(NULL);
}

static void call_promlet_version(void)
{
    assert_non_null(promlet_version());
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    WRONG_CALL(promlet_bounds_linear),
    WRONG_CALL(promlet_bounds_exponential),
    WRONG_CALL(promlet_bounds_exponential_range),
    WRONG_CALL(promlet_registry_lint),
    WRONG_CALL(promlet_lint_description),
    WRONG_CALL(promlet_status_text),
    WRONG_CALL(promlet_last_error),
    WRONG_CALL(promlet_set_last_error),
    WRONG_CALL(promlet_set_log_callback),
    WRONG_CALL(promlet_log),
    WRONG_CALL(promlet_free),
    WRONG_CALL(promlet_version),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

/* The comparison with the headers fails when it should. */
static void a_function_that_nobody_calls_is_noticed(void **state)
{
    (void)state;
    static const char known[] = "\nPROMLET_API void promlet_log(const char *message);\n"
                                "#define PROMLET_API\n";
    static const char new_function[] = "\nPROMLET_API promlet_status\npromlet_log_more(int a);\n";
    static const char new_macro[] = "\n#define promlet_log_twice(...) f(__VA_ARGS__)\n";
    assert_int_equal(count_missing(table, COUNT_OF(table), "known", known), 0);
    begin_to_catch();
    int missing = count_missing(table, COUNT_OF(table), "new.h", new_function) +
                  count_missing(table, COUNT_OF(table), "new.h", new_macro);
    (void)end_to_catch();
    assert_int_equal(missing, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
        cmocka_unit_test(a_function_that_nobody_calls_is_noticed),
    };
    return cmocka_run_group_tests(tests, begin_with_a_counter, end_with_registry);
}
