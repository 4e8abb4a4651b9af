/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of text_file.h with every combination of good and wrong arguments. */
#include "support/wrong_starts.h"

static const char *const headers[] = {"text_file.h", NULL};

/* None of these is ever written. */
static const promlet_text_file_opts any_text_file_options[] = {
    {0},
    {.path = ""},
    {.path = "/"},
    {.path = "no_such_folder/\xff%s%n.prom"},
    {.path = "no_such_folder/x", .any_name = true, .mode = -1},
    {.path = "no_such_folder/x", .any_name = true, .syncs = true, .hide_own_metrics = true},
    {.path = ".", .any_name = true},
    {.path = "..", .any_name = true, .mode = 07777},
};

static void call_promlet_text_file_write_sized(void)
{
    FOR_EACH(options, any_text_file_options)
    {
        SAID(promlet_text_file_write(options));
        SAID(promlet_text_file_write_sized(options, 1));
        SAID(promlet_text_file_write_sized(options, 0));
    }
    FOR_EACH(size, any_sizes)
    {
        SAID(promlet_text_file_write_sized(NULL, *size));
    }
    unsigned char longer[sizeof(promlet_text_file_opts) + sizeof(void *)] = {0};
    longer[sizeof longer - 1] = 1;
    SAID(promlet_text_file_write_sized((const promlet_text_file_opts *)(const void *)longer,
                                       sizeof longer));
}

CALL_OF_START(promlet_text_file, any_text_file_options)

static const wrong_call table[] = {
    WRONG_CALL(promlet_text_file_write_sized),
    WRONG_CALL(promlet_text_file_start_sized),
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
