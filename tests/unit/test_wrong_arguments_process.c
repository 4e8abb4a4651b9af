/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the process's metrics with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"process.h", NULL};

static promlet_registry *registries[2];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    return own == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(own);
    return 0;
}

static void call_promlet_process_metrics_register_sized(void)
{
    static const size_t sizes[] = {0, 1, sizeof(bool), sizeof(promlet_process_opts)};
    promlet_process_opts options = {.io = true};
    FOR_EACH(registry, registries)
    FOR_EACH(size, sizes)
    {
        SAID(promlet_process_metrics_register_sized(*registry, NULL, *size));
        FOR_EACH(text, any_texts)
        {
            options.version = options.revision = *text;
            options.service_name = options.resource_attributes = *text;
            SAID(promlet_process_metrics_register_sized(*registry, &options, *size));
            assert_true(scrape_is_strict(*registry));
            (void)promlet_process_metrics_unregister(*registry);
        }
    }
}

static void call_promlet_process_metrics_unregister(void)
{
    FOR_EACH(registry, registries)
    {
        SAID(promlet_process_metrics_unregister(*registry));
    }
}

static void call_promlet_process_options_from_env(void)
{
    promlet_process_opts options = {.io = true};
    SAID(promlet_process_options_from_env(NULL));
    SAID(promlet_process_options_from_env(&options));
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_process_metrics_register_sized),
    WRONG_CALL(promlet_process_metrics_unregister),
    WRONG_CALL(promlet_process_options_from_env),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
