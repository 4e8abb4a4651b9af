/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of database clients with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"db_client.h", NULL};

/* None, one that failed, and a good one. */
static promlet_db_client *clients[3];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    clients[1] = promlet_db_client_new(own, NULL);
    clients[2] = promlet_db_client_new(own, &(promlet_db_client_opts){.system = "good",
                                                                      .server_address = "",
                                                                      .with_status_code = true,
                                                                      .max_series = 2});
    return own == NULL;
}

static int end(void **state)
{
    (void)state;
    FOR_EACH(client, clients)
    {
        promlet_db_client_free(*client);
    }
    promlet_registry_free(own);
    return 0;
}

/* ---- clients --------------------------------------------------------------------------------- */

static const promlet_db_client_opts any_client_options[] = {
    {0},
    {.system = ""},
    {.system = "\xff", .server_address = "\xff"},
    {.system = "x", .server_port = 1},
    {.system = "x", .server_address = "", .server_port = -1},
    {.system = "x", .success_count = SIZE_MAX},
    {.system = "x", .bound_count = 1},
    {.system = "x", .bounds = falling_bounds, .bound_count = SIZE_MAX},
    {.system = "x", .clock = (promlet_clock)-1, .idle_seconds = NAN},
    {.system = "x", .native_factor = -1},
    {.system = "good", .server_address = "", .with_status_code = true, .clock = (promlet_clock)9},
};

static void call_promlet_db_client_new_sized(void)
{
    static const size_t sizes[] = {0, 1, sizeof(void *), sizeof(promlet_db_client_opts)};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(options, any_client_options)
        FOR_EACH(size, sizes)
        {
            promlet_db_client *client = promlet_db_client_new_sized(*registry, options, *size);
            assert_non_null(client);
            promlet_db_operation running = promlet_db_operation_start(client, "a", "b", "c");
            promlet_db_operation_finish(&running, NULL);
            promlet_db_client_free(client);
        }
        FOR_EACH(size, any_sizes)
        {
            assert_non_null(promlet_db_client_new_sized(*registry, NULL, *size));
        }
    }
}

static void call_promlet_db_client_free(void)
{
    promlet_db_client_free(NULL);
    promlet_db_client_free(clients[1]);
    promlet_db_client_free(clients[1]);
}

/* ---- operations ------------------------------------------------------------------------------ */

static void call_promlet_db_operation_start(void)
{
    FOR_EACH(client, clients)
    FOR_EACH(db_namespace, any_texts)
    FOR_EACH(collection, any_texts)
    FOR_EACH(operation, any_texts)
    {
        promlet_db_operation running =
            promlet_db_operation_start(*client, *db_namespace, *collection, *operation);
        promlet_db_operation_finish(&running, "x");
    }
}

static void call_promlet_db_operation_finish(void)
{
    FOR_EACH(client, clients)
    FOR_EACH(error_type, any_texts)
    FOR_EACH(clock, any_enums)
    FOR_EACH(start, any_amounts)
    {
        promlet_db_operation running = promlet_db_operation_start(*client, "a", "b", "c");
        running.timer = (promlet_timer){.start = *start, .clock = (promlet_clock)*clock};
        promlet_db_operation_finish(NULL, *error_type);
        promlet_db_operation_finish(&running, *error_type);
        promlet_db_operation_finish(&running, *error_type);
    }
}

static void call_promlet_db_operation_cancel(void)
{
    FOR_EACH(client, clients)
    {
        promlet_db_operation running = promlet_db_operation_start(*client, "a", "b", "c");
        promlet_db_operation_cancel(NULL);
        promlet_db_operation_cancel(&running);
        promlet_db_operation_cancel(&running);
        promlet_db_operation_finish(&running, NULL);
    }
}

/* Calls one that says something of an operation, before its end and behind it. */
static void call_with_texts(void (*say)(promlet_db_operation *operation, const char *text))
{
    FOR_EACH(client, clients)
    FOR_EACH(text, any_texts)
    {
        promlet_db_operation running = promlet_db_operation_start(*client, "a", "b", "c");
        say(NULL, *text);
        say(&running, *text);
        promlet_db_operation_scope_finish(&running);
        say(&running, *text);
        promlet_db_operation_scope_finish(&running);
    }
}

static void call_promlet_db_operation_set_status_code(void)
{
    call_with_texts(promlet_db_operation_set_status_code);
}

static void call_promlet_db_operation_fail(void)
{
    call_with_texts(promlet_db_operation_fail);
}

static void call_promlet_db_operation_scope_finish(void)
{
    promlet_db_operation_scope_finish(NULL);
}

/* ---- stages ---------------------------------------------------------------------------------- */

static void call_promlet_db_client_set_stages(void)
{
    FOR_EACH(client, clients)
    {
        promlet_db_client_set_stages(*client, true);
        assert_int_equal(promlet_db_client_has_stages(*client), *client == clients[2]);
        promlet_db_client_set_stages(*client, false);
        assert_false(promlet_db_client_has_stages(*client));
    }
}

static void call_promlet_db_client_has_stages(void)
{
    assert_false(promlet_db_client_has_stages(NULL));
}

static void call_promlet_db_client_set_stages_from_env(void)
{
    FOR_EACH(client, clients)
    FOR_EACH(text, any_texts)
    {
        assert_int_equal(*text != NULL ? setenv("PROMLET_DB_STAGES", *text, 1)
                                       : unsetenv("PROMLET_DB_STAGES"),
                         0);
        SAID(promlet_db_client_set_stages_from_env(*client));
    }
}

static void call_promlet_db_stages_scope_start(void)
{
    FOR_EACH(client, clients)
    {
        promlet_db_stages_scope scope = promlet_db_stages_scope_start(*client);
        promlet_db_stages_scope_finish(&scope);
        promlet_db_stages_scope_finish(&scope);
        assert_false(promlet_db_client_has_stages(*client));
    }
}

static void call_promlet_db_stages_scope_finish(void)
{
    promlet_db_stages_scope_finish(NULL);
}

static void call_promlet_db_stage_start(void)
{
    for (int is_on = 0; is_on < 2; is_on++) {
        FOR_EACH(client, clients)
        FOR_EACH(stage, any_texts)
        FOR_EACH(operation, any_texts)
        {
            promlet_db_client_set_stages(*client, is_on);
            promlet_db_stage running = promlet_db_stage_start(*client, *stage, *operation);
            promlet_db_stage_finish(&running);
            promlet_db_stage_finish(&running);
        }
    }
}

static void call_promlet_db_stage_finish(void)
{
    promlet_db_stage_finish(NULL);
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    WRONG_CALL(promlet_db_client_new_sized),
    WRONG_CALL(promlet_db_client_free),
    WRONG_CALL(promlet_db_operation_start),
    WRONG_CALL(promlet_db_operation_finish),
    WRONG_CALL(promlet_db_operation_cancel),
    WRONG_CALL(promlet_db_operation_set_status_code),
    WRONG_CALL(promlet_db_operation_fail),
    WRONG_CALL(promlet_db_operation_scope_finish),
    WRONG_CALL(promlet_db_client_set_stages),
    WRONG_CALL(promlet_db_client_has_stages),
    WRONG_CALL(promlet_db_client_set_stages_from_env),
    WRONG_CALL(promlet_db_stages_scope_start),
    WRONG_CALL(promlet_db_stages_scope_finish),
    WRONG_CALL(promlet_db_stage_start),
    WRONG_CALL(promlet_db_stage_finish),
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
