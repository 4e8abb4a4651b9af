/* SPDX-License-Identifier: Apache-2.0 */
/* Database clients without memory: nothing is lost that was recorded, and what is known needs none.
 */
#include "support/faults.h"

#include <errno.h>

static const promlet_db_success successes[] = {{"remove", "KeyNotFoundError"}};

static promlet_db_client *new_client(promlet_registry *registry)
{
    return promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "redis",
                                                                     .server_address = "localhost",
                                                                     .server_port = 6380,
                                                                     .with_status_code = true,
                                                                     .successes = successes,
                                                                     .success_count = 1});
}

static void operate(promlet_db_client *client)
{
    promlet_db_operation operation = promlet_db_operation_start(client, "0", "users", "get");
    promlet_db_operation_set_status_code(&operation, "MOVED");
    promlet_db_operation_finish(&operation, "Moved");
}

static void pass_stage(promlet_db_client *client)
{
    PROMLET_DB_STAGE_SCOPE(client, "encode", "get");
}

/* ---- refused --------------------------------------------------------------------------------- */

/* Counted as recorded.counter are operations, as recorded.histogram stages. */
static bool use_client(promlet_registry *registry)
{
    forget_last_error();
    promlet_db_client *client = new_client(registry);
    bool has_client = has_worked();
    forget_last_error();
    operate(client);
    bool has_operation = has_client && has_worked();
    forget_last_error();
    promlet_db_client_set_stages(client, true);
    bool has_stages = promlet_db_client_has_stages(client);
    pass_stage(client);
    bool has_stage = has_stages && has_worked();
    promlet_db_client_free(client);
    recorded.counter += has_operation;
    recorded.histogram += has_stage;
    return has_operation && has_stage;
}

static void check_use(const char *text)
{
    assert_shown(text,
                 "db_client_operation_duration_seconds_count{db_system_name=\"redis\","
                 "db_namespace=\"0\",db_collection_name=\"users\",db_operation_name=\"get\","
                 "error_type=\"Moved\",db_response_status_code=\"MOVED\","
                 "server_address=\"localhost\",server_port=\"6380\"}",
                 recorded.counter);
    assert_shown(text,
                 "db_client_internal_stage_seconds_count{stage=\"encode\","
                 "db_operation_name=\"get\"}",
                 recorded.histogram);
}

static void clients_survive_every_refused_allocation(void **state)
{
    (void)state;
    static const scenario scenarios[] = {{"database client", use_client, check_use}};
    refuse_each_allocation(scenarios, COUNT_OF(scenarios));
}

static void client_gets_its_stages_when_there_is_memory_again(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_db_client *client = new_client(registry);
    allocations_refuse(1, true);
    promlet_db_client_set_stages(client, true);
    allocations_refuse(0, false);
    assert_false(promlet_db_client_has_stages(client));
    expect_status(registry, PROMLET_ERROR_MEMORY, "out of memory");
    promlet_db_client_set_stages(client, true);
    assert_true(promlet_db_client_has_stages(client));
    promlet_db_client_free(client);
    promlet_registry_free(registry);
}

static void client_that_finds_no_memory_is_reported(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    allocations_refuse(1, true);
    promlet_db_client *client = new_client(registry);
    operate(client);
    allocations_refuse(0, false);
    assert_non_null(client);
    expect_status(registry, PROMLET_ERROR_MEMORY, "a database client: out of memory");
    promlet_db_client_free(client);
    promlet_registry_free(registry);
}

/* ---- not needed ------------------------------------------------------------------------------ */

static void known_series_need_no_memory_and_keep_errno(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_db_client *client = new_client(registry);
    promlet_db_client_set_stages(client, true);
    operate(client);
    pass_stage(client);
    allocations_refuse(1, true);
    for (int i = 0; i < 100; i++) {
        errno = 4711;
        operate(client);
        pass_stage(client);
        {
            PROMLET_DB_STAGES_SCOPE(client);
            PROMLET_DB_OPERATION_SCOPE(operation, client, "0", "users", "get");
            promlet_db_operation_set_status_code(&operation, "MOVED");
            promlet_db_operation_fail(&operation, "Moved");
        }
        promlet_db_operation cancelled = promlet_db_operation_start(client, "x", "y", "z");
        promlet_db_operation_cancel(&cancelled);
        assert_int_equal(errno, 4711);
    }
    assert_int_equal(atomic_load(&allocations_asked), 0);
    allocations_refuse(0, false);
    promlet_db_client_free(client);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_survive_every_refused_allocation),
        cmocka_unit_test(client_gets_its_stages_when_there_is_memory_again),
        cmocka_unit_test(client_that_finds_no_memory_is_reported),
        cmocka_unit_test(known_series_need_no_memory_and_keep_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
