/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of periodic.h with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"periodic.h", NULL};

static promlet_status run(void *ctx)
{
    (void)ctx;
    return PROMLET_OK;
}

static void call_promlet_periodic_start_sized(void)
{
    static const promlet_periodic_opts any_periodic_options[] = {
        {0},
        {.run = run},
        {.run = run, .name = "\xff%s%n"},
        {.run = run, .interval_seconds = 1e308, .max_interval_seconds = 1e308},
        {.name = "no run"},
    };
    promlet_periodic *periodic = NULL;
    FOR_EACH(options, any_periodic_options)
    {
        FOR_EACH(seconds, any_doubles)
        {
            promlet_periodic_opts with_times = *options;
            with_times.interval_seconds = *seconds;
            SAID(promlet_periodic_start(&with_times, &periodic));
            assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
            with_times.interval_seconds = 0;
            with_times.max_interval_seconds = *seconds;
            SAID(promlet_periodic_start(&with_times, &periodic));
            assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
        }
        SAID(promlet_periodic_start(options, NULL));
        SAID(promlet_periodic_start_sized(options, &periodic, 1));
        assert_null(periodic);
        SAID(promlet_periodic_start_sized(options, &periodic, 0));
        assert_null(periodic);
    }
    FOR_EACH(size, any_sizes)
    {
        SAID(promlet_periodic_start_sized(NULL, &periodic, *size));
        assert_null(periodic);
    }
    unsigned char longer[sizeof(promlet_periodic_opts) + sizeof(void *)] = {0};
    longer[sizeof longer - 1] = 1;
    SAID(promlet_periodic_start_sized((const promlet_periodic_opts *)(const void *)longer,
                                      &periodic, sizeof longer));
    assert_null(periodic);
}

static void call_promlet_periodic_stop(void)
{
    assert_int_equal(promlet_periodic_stop(NULL), PROMLET_OK);
}

static void call_promlet_periodic_rounds(void)
{
    assert_int_equal(promlet_periodic_rounds(NULL), 0);
}

static void call_promlet_periodic_failures(void)
{
    assert_int_equal(promlet_periodic_failures(NULL), 0);
}

static void call_promlet_periodic_last_success_seconds(void)
{
    assert_true(promlet_periodic_last_success_seconds(NULL) == 0);
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_periodic_start_sized),
    WRONG_CALL(promlet_periodic_stop),
    WRONG_CALL(promlet_periodic_rounds),
    WRONG_CALL(promlet_periodic_failures),
    WRONG_CALL(promlet_periodic_last_success_seconds),
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
