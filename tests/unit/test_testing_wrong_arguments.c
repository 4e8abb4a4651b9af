/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the helpers for users' tests with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/testing.h>

static const char *const headers[] = {"testing.h", NULL};

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

static void every_function_with_wrong_arguments_is_survived(void **state)
{
    (void)state;
    make_all_wrong_calls(table, COUNT_OF(table));
}

static void every_function_of_the_header_is_called(void **state)
{
    (void)state;
    assert_all_in_table(table, COUNT_OF(table), headers, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_function_with_wrong_arguments_is_survived, stop_to_catch),
        cmocka_unit_test(every_function_of_the_header_is_called),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
