/* SPDX-License-Identifier: Apache-2.0 */
/* Removing and unregistering, with every combination of good and wrong arguments. */
#include "support/wrong_instruments.h"

#include <promlet/by_name.h>
#include <promlet/family.h>

static const char *const headers[] = {"family.h", NULL};

HANDLES(counter);

/* NULL, one that was refused, a good one, one that is gone, and a view. */
static promlet_family *families[5];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    FILL(counter);
    promlet_counter_family *gone =
        promlet_counter_family_new(own, &(promlet_opts){.name = "gone", .labels = {"x"}});
    families[1] = promlet_family_of(counter_families[1]);
    families[2] = promlet_family_of(counter_families[2]);
    families[3] = promlet_family_of(gone);
    families[4] = promlet_family_of(promlet_counter_family_curry(
        promlet_counter_family_new(own, &(promlet_opts){.name = "viewed", .labels = {"x", "y"}}),
        {"y", "fixed"}));
    return own == NULL || promlet_family_unregister(gone) != PROMLET_OK;
}

static void call_promlet_family_of(void)
{
    assert_null(promlet_family_of((promlet_counter_family *)NULL));
    assert_null(promlet_family_of((promlet_family *)NULL));
}

static void call_promlet_family_remove_values(void)
{
    FOR_EACH(family, families)
    FOR_EACH(labels, any_values)
    {
        SAID(promlet_family_remove_values(*family, labels->values, labels->count));
    }
}

static void call_promlet_family_remove_matching(void)
{
    FOR_EACH(family, families)
    FOR_EACH(list, any_labels)
    {
        (void)promlet_set_last_error(PROMLET_OK, "");
        size_t removed = promlet_family_remove_matching(*family, list->labels, list->count);
        assert_true(removed == 0 || promlet_last_error()[0] == '\0');
        assert_true(*family != NULL || promlet_last_error()[0] != '\0');
    }
}

static void call_promlet_family_clear(void)
{
    FOR_EACH(family, families)
    {
        SAID(promlet_family_clear(*family));
    }
}

static void call_promlet_family_unregister(void)
{
    FOR_EACH(family, families)
    {
        SAID(promlet_family_unregister(*family));
        SAID(promlet_family_unregister(*family));
    }
}

static void call_promlet_registry_unregister(void)
{
    static const char *const names[] = {"good_counter", "promlet_dropped_total", "gone", "good_"};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(text, any_texts)
        {
            SAID(promlet_registry_unregister(*registry, *text));
            assert_true(promlet_registry_unregister(*registry, *text) != PROMLET_OK);
        }
        FOR_EACH(name, names)
        {
            SAID(promlet_registry_unregister(*registry, *name));
        }
    }
}

/* Unregistering last, since it takes the good ones away. */
static const wrong_call table[] = {
    WRONG_CALL(promlet_family_of),
    WRONG_CALL(promlet_family_remove_values),
    WRONG_CALL(promlet_family_remove_matching),
    WRONG_CALL(promlet_family_clear),
    WRONG_CALL(promlet_family_unregister),
    WRONG_CALL(promlet_registry_unregister),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
