/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the helpers for users' tests with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/testing.h>

static const char *const headers[] = {"testing.h", NULL};

static void call_promlet_testing_find(void)
{
    FOR_EACH(registry, registries)
    FOR_EACH(sample, any_values)
    {
        double value = 7;
        (void)promlet_set_last_error(PROMLET_OK, "");
        promlet_status status =
            promlet_testing_find(*registry, sample->values, sample->count, &value);
        assert_true(status != PROMLET_OK);
        assert_true(promlet_last_error()[0] != '\0');
        assert_true(promlet_testing_find(*registry, sample->values, sample->count, NULL) !=
                    PROMLET_OK);
    }
}

static void call_promlet_testing_value_of(void)
{
    FOR_EACH(registry, registries)
    FOR_EACH(sample, any_values)
    {
        assert_true(isnan(promlet_testing_value_of(*registry, sample->values, sample->count)));
    }
}

static void call_promlet_testing_compare(void)
{
    static const char *const names[] = {"", "\xff", "not_there", NULL};
    FOR_EACH(registry, registries)
    FOR_EACH(text, any_texts)
    {
        promlet_free(promlet_testing_compare(*registry, *text, NULL));
        promlet_free(promlet_testing_compare(*registry, *text, names));
    }
}

static const double wrong_times[] = {-1, -1e300, 1e300, NAN, INFINITY, -INFINITY};

static void call_promlet_testing_set_time(void)
{
    FOR_EACH(seconds, wrong_times)
    {
        SAID(promlet_testing_set_time(*seconds));
        assert_true(promlet_testing_set_time(*seconds) != PROMLET_OK);
    }
    promlet_testing_use_real_time();
}

static void call_promlet_testing_advance(void)
{
    FOR_EACH(seconds, wrong_times)
    {
        SAID(promlet_testing_advance(*seconds));
        assert_true(promlet_testing_advance(*seconds) != PROMLET_OK);
    }
    promlet_testing_use_real_time();
}

static void call_promlet_testing_use_real_time(void)
{
    promlet_testing_use_real_time();
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_testing_set_time),      WRONG_CALL(promlet_testing_advance),
    WRONG_CALL(promlet_testing_use_real_time), WRONG_CALL(promlet_testing_find),
    WRONG_CALL(promlet_testing_value_of),      WRONG_CALL(promlet_testing_compare),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin_with_a_counter, end_with_registry);
}
