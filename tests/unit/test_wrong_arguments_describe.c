/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of descriptions with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"describe.h", NULL};

static promlet_registry *registries[2];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(own, &(promlet_opts){.name = "good_total"}));
    registries[1] = own;
    return own == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(own);
    return 0;
}

static void ignore_description(const promlet_description *description, void *ctx)
{
    assert_non_null(description->name);
    (void)ctx;
}

static void call_promlet_registry_describe(void)
{
    FOR_EACH(registry, registries)
    FOR_EACH(escaping, any_enums)
    {
        SAID(promlet_registry_describe(*registry, (promlet_escaping)*escaping, NULL, NULL));
        SAID(promlet_registry_describe(*registry, (promlet_escaping)*escaping, ignore_description,
                                       NULL));
    }
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_registry_describe),
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
