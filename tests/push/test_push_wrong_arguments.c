/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of <promlet/push.h> with every combination of good and wrong arguments. Nothing is sent
   anywhere. */
#include "support/wrong_arguments.h"

#include <promlet/push.h>

static const char *const headers[] = {"push.h", NULL};

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    return own == NULL;
}

#define GOOD .url = "http://127.0.0.1:1", .job = "j"

static const promlet_push_opts any_push_options[] = {
    {0},
    {.url = "http://127.0.0.1:1"},
    {.job = "j"},
    {.url = "", .job = "j"},
    {.url = "\xff", .job = ""},
    {.url = "%s%n://", .job = "%s%n"},
    {.url = "gopher://127.0.0.1", .job = "j"},
    {GOOD, .instance = "i", .instance_is_hostname = true},
    {GOOD, .grouping = {{"a", NULL}}},
    {GOOD, .grouping = {{"", ""}}},
    {GOOD, .grouping = {{"\xff", "v"}}},
    {GOOD, .grouping = {{"job", "v"}}},
    {GOOD, .username = "u"},
    {GOOD, .password = "p"},
    {GOOD, .bearer_token = "\xff"},
    {GOOD, .key_path = "k"},
    {GOOD, .ca_path = ""},
    {GOOD, .proxy = ""},
    {GOOD, .format = (promlet_format)-1},
    {GOOD, .format = (promlet_format)1000},
    {GOOD, .connect_seconds = -1},
    {GOOD, .push_seconds = NAN},
};

typedef promlet_status (*sized)(const promlet_push_opts *options, size_t size);

static void call_any(sized call)
{
    FOR_EACH(options, any_push_options)
    {
        (void)promlet_set_last_error(PROMLET_OK, "");
        assert_int_equal(call(options, sizeof *options), PROMLET_ERROR_ARGUMENT);
        assert_true(promlet_last_error()[0] != '\0');
        assert_int_equal(call(options, 0), PROMLET_ERROR_ARGUMENT);
        assert_int_equal(call(options, 1), PROMLET_ERROR_ARGUMENT);
    }
    FOR_EACH(size, any_sizes)
    {
        assert_int_equal(call(NULL, *size), PROMLET_ERROR_ARGUMENT);
    }
    struct {
        promlet_push_opts options;
        void *newer;
    } grown = {{GOOD}, &grown};
    assert_int_equal(call(&grown.options, sizeof grown), PROMLET_ERROR_ARGUMENT);
}

static void call_promlet_push_sized(void)
{
    call_any(promlet_push_sized);
}

static void call_promlet_push_add_sized(void)
{
    call_any(promlet_push_add_sized);
}

static void call_promlet_push_delete_sized(void)
{
    call_any(promlet_push_delete_sized);
}

static promlet_status push_job(const promlet_push_opts *options, size_t size)
{
    static const promlet_timer timers[] = {
        {0, PROMLET_CLOCK_PRECISE}, {UINT64_MAX, (promlet_clock)-1}, {1, PROMLET_CLOCK_NONE}};
    FOR_EACH(timer, timers)
    {
        assert_int_equal(promlet_push_job_sized(options, *timer, false, size),
                         PROMLET_ERROR_ARGUMENT);
    }
    return promlet_push_job_sized(options, timers[0], true, size);
}

static void call_promlet_push_job_sized(void)
{
    call_any(push_job);
}

static promlet_status push_start(const promlet_push_opts *options, size_t size)
{
    promlet_periodic *periodic = (promlet_periodic *)(uintptr_t)-1;
    promlet_status status = promlet_push_start_sized(options, &periodic, size);
    assert_null(periodic);
    assert_int_equal(promlet_push_start_sized(options, NULL, size), PROMLET_ERROR_ARGUMENT);
    return status;
}

static void call_promlet_push_start_sized(void)
{
    static const double intervals[] = {-1, 1e-9, -INFINITY, NAN};
    call_any(push_start);
    FOR_EACH(seconds, intervals)
    {
        promlet_push_opts options = {GOOD, .interval_seconds = *seconds};
        assert_int_equal(push_start(&options, sizeof options), PROMLET_ERROR_ARGUMENT);
    }
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_push_sized),        WRONG_CALL(promlet_push_add_sized),
    WRONG_CALL(promlet_push_delete_sized), WRONG_CALL(promlet_push_job_sized),
    WRONG_CALL(promlet_push_start_sized),
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
