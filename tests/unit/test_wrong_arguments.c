/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls of registries, and of all headers that no other table names, with every combination of
 * good and wrong arguments.
 */
#include "support/wrong_arguments.h"

#include <promlet/recording.h>

/* Other tests answer for these headers. */
static const char *const others[] = {
    "bounds.h",    "by_name.h",   "cell.h",        "collector.h",   "counter.h",  "dashboard.h",
    "db_client.h", "describe.h",  "enum_labels.h", "exemplar.h",    "family.h",   "gauge.h",
    "graphite.h",  "histogram.h", "http.h",        "info.h",        "inline.h",   "labels.h",
    "lint.h",      "metrics.h",   "microhttpd.h",  "negotiation.h", "parse.h",    "periodic.h",
    "process.h",   "push.h",      "scope.h",       "server.h",      "snapshot.h", "state_set.h",
    "status.h",    "summary.h",   "testing.h",     "text_file.h",   "timer.h",    "unknown.h",
    "version.h",   NULL,
};

/* ---- registries ------------------------------------------------------------------------------ */

static void call_promlet_registry_new(void)
{
    promlet_registry_free(promlet_registry_new());
}

static void call_promlet_registry_free(void)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_registry_free(NULL);
    assert_true(promlet_last_error()[0] != '\0');
}

static void call_promlet_registry_configure_sized(void)
{
    static const promlet_registry_opts any_registry_options[] = {
        {.prefix = "1"},
        {.prefix = "\xff"},
        {.prefix = "\xff", .utf8_names = true},
        {.const_labels = {{"x", NULL}}},
        {.const_labels = {{"le", "v"}}},
        {.const_labels = {{"reason", "v"}}},
        {.const_labels = {{"x", "v"}, {"x", "v"}}},
        {.prefix = "too_late_"},
        {.max_label_value_bytes = SIZE_MAX, .max_memory_bytes = SIZE_MAX},
        {.max_label_value_bytes = 1, .max_memory_bytes = 1, .hide_self_metrics = true},
        {.show_usage = true},
    };
    FOR_EACH(registry, registries)
    {
        FOR_EACH(options, any_registry_options)
        {
            SAID(promlet_registry_configure(*registry, options));
            SAID(promlet_registry_configure_sized(*registry, options, 1));
        }
        FOR_EACH(size, any_sizes)
        {
            SAID(promlet_registry_configure_sized(*registry, NULL, *size));
        }
    }
}

static void call_promlet_registry_status(void)
{
    FOR_EACH(registry, registries)
    {
        const char *why = NULL;
        assert_true(promlet_registry_status(*registry, NULL) ==
                    promlet_registry_status(*registry, &why));
        assert_non_null(why);
    }
}

/* In a registry of its own, since what is reported stays. */
static void call_promlet_registry_report(void)
{
    FOR_EACH(status, any_enums)
    FOR_EACH(text, any_texts)
    {
        promlet_registry *registry = promlet_registry_new();
        assert_true((int)promlet_registry_report(registry, (promlet_status)*status, *text) ==
                    *status);
        assert_true((int)promlet_registry_status(registry, NULL) == *status);
        promlet_registry_free(registry);
    }
    assert_int_equal(promlet_registry_report(NULL, PROMLET_OK, NULL), PROMLET_OK);
}

static void call_promlet_registry_reset_totals(void)
{
    FOR_EACH(registry, registries)
    {
        assert_int_equal(promlet_registry_reset_totals(*registry), PROMLET_OK);
    }
}

static void call_promlet_registry_set_cell_budget(void)
{
    FOR_EACH(registry, registries)
    FOR_EACH(size, any_sizes)
    {
        promlet_registry_set_cell_budget(*registry, *size);
    }
}

static void call_promlet_registry_cell_bytes(void)
{
    FOR_EACH(registry, registries)
    {
        (void)promlet_registry_cell_bytes(*registry);
    }
}

static void call_promlet_set_recording(void)
{
    promlet_set_recording(false);
    promlet_set_recording(true);
}

static void call_promlet_recording_is_on(void)
{
    assert_true(promlet_recording_is_on());
}

static void call_promlet_get_recording_path(void)
{
    (void)promlet_get_recording_path();
}

static void call_promlet_set_recording_path(void)
{
    FOR_EACH(path, any_enums)
    {
        SAID(promlet_set_recording_path((promlet_recording_path)*path));
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    WRONG_CALL(promlet_registry_new),
    WRONG_CALL(promlet_registry_free),
    WRONG_CALL(promlet_registry_configure_sized),
    WRONG_CALL(promlet_registry_status),
    WRONG_CALL(promlet_registry_report),
    WRONG_CALL(promlet_registry_reset_totals),
    WRONG_CALL(promlet_registry_set_cell_budget),
    WRONG_CALL(promlet_registry_cell_bytes),
    WRONG_CALL(promlet_set_recording),
    WRONG_CALL(promlet_recording_is_on),
    WRONG_CALL(promlet_get_recording_path),
    WRONG_CALL(promlet_set_recording_path),
};

static const wrong_calls calls = {table, COUNT_OF(table), others, true};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin_with_a_counter, end_with_registry);
}
