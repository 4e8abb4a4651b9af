/* SPDX-License-Identifier: Apache-2.0 */
/* The metrics of all database operations, the label values that they have, and what the service
   says of itself. */
#include "metrics.h"

#include "trace.h"

#include <stdio.h>

/* Set once, before the threads start. */
static promlet_db_client *operations;

static const char *const operation_names[OPERATION_COUNT] = {
    [OPERATION_PUT] = PROMLET_DB_PUT,
    [OPERATION_GET] = PROMLET_DB_GET,
    [OPERATION_SELECT] = PROMLET_DB_SELECT,
    [OPERATION_EXISTS] = PROMLET_DB_EXISTS,
    [OPERATION_REMOVE] = PROMLET_DB_REMOVE,
    [OPERATION_TOUCH] = PROMLET_DB_TOUCH,
    [OPERATION_APPEND] = PROMLET_DB_APPEND,
    [OPERATION_PREPEND] = PROMLET_DB_PREPEND,
    [OPERATION_INCREMENT] = PROMLET_DB_INCREMENT,
    [OPERATION_OPERATE] = PROMLET_DB_OPERATE,
    [OPERATION_BATCH_READ] = PROMLET_DB_BATCH_READ,
    [OPERATION_BATCH_OPERATE] = PROMLET_DB_BATCH_OPERATE,
    [OPERATION_BATCH_REMOVE] = PROMLET_DB_BATCH_REMOVE,
    [OPERATION_QUERY] = PROMLET_DB_QUERY,
    [OPERATION_SCAN] = PROMLET_DB_SCAN,
    [OPERATION_LOCK] = "lock", /* Any other name will do as well. */
    [OPERATION_UNLOCK] = "unlock",
};

/* That a key is not there is no error of an operation that asks whether it is: promlet knows. */
static const char *const error_types[STORE_OUTCOME_COUNT] = {
    [STORE_OK] = "",
    [STORE_NOT_FOUND] = PROMLET_DB_ERROR_KEY_NOT_FOUND,
    [STORE_EXISTS] = PROMLET_DB_ERROR_KEY_EXISTS,
    [STORE_OTHER_VERSION] = PROMLET_DB_ERROR_GENERATION,
    [STORE_FILTERED_OUT] = PROMLET_DB_ERROR_FILTERED_OUT,
    [STORE_NO_NOTE] = PROMLET_DB_ERROR_BIN_NOT_FOUND,
    [STORE_INVALID] = PROMLET_DB_ERROR_INVALID_ARGUMENT,
    [STORE_NO_NUMBER] = PROMLET_DB_ERROR_BIN_TYPE,
    [STORE_TOO_BIG] = PROMLET_DB_ERROR_RECORD_TOO_BIG,
    [STORE_TIMEOUT] = PROMLET_DB_ERROR_TIMEOUT,
    [STORE_UNCONNECTED] = PROMLET_DB_ERROR_CONNECTION,
    [STORE_FAILED] = PROMLET_DB_ERROR_UNKNOWN,
};

/* Classic buckets are for every reader, native ones for a Prometheus that has them enabled. Each
   bucket shows the trace of one operation that fell into it. PROMLET_DB_STAGES=1 in the environment
   has the stages of operations measured as well. */
static bool declare_operations(void)
{
    operations = promlet_db_client_new(
        NULL,
        &(promlet_db_client_opts){.system = "sqlite", .native_factor = 1.1, .exemplars = true});
    promlet_set_trace_context_hook(trace_of_thread, NULL);
    if (promlet_db_client_set_stages_from_env(operations) != PROMLET_OK) {
        fprintf(stderr, "sqlite_kv: %s\n", promlet_last_error());
        return false;
    }
    return true;
}

/* Asked for at each scrape, since SQLite counts it anyway. */
static double memory_used(void *nothing)
{
    (void)nothing;
    return (double)store_memory_used();
}

/* Which versions a graph belongs to. */
static void declare_service(void)
{
    promlet_info_family *build =
        promlet_info_family_new(NULL, &(promlet_opts){.name = "kv_build_info",
                                                      .help = "Versions of what the service uses.",
                                                      .labels = {"promlet", "sqlite"}});
    promlet_info_with(build, promlet_version(), store_version());
    promlet_gauge_callback_new(NULL,
                               &(promlet_opts){.name = "kv_sqlite_memory_bytes",
                                               .help = "Memory that SQLite has allocated.",
                                               .unit = "bytes"},
                               memory_used, NULL); /* for as long as the process runs */
}

bool metrics_declare(void)
{
    declare_service();
    return declare_operations();
}

/* The name under which its operator runs it is in the environment, if anywhere. What is wrong there
   is worth no more than a word. */
bool metrics_declare_process(void)
{
    promlet_process_opts options = {.io = true, .page_faults = true, .service_name = "sqlite_kv"};
    if (promlet_process_options_from_env(&options) != PROMLET_OK) {
        fprintf(stderr, "sqlite_kv: %s\n", promlet_last_error());
    }
    if (promlet_process_metrics_register(NULL, &options) != PROMLET_OK) {
        fprintf(stderr, "sqlite_kv: %s\n", promlet_last_error());
        return false;
    }
    return true;
}

void metrics_free(void)
{
    promlet_db_client_free(operations);
    operations = NULL;
}

promlet_db_client *db_metrics(void)
{
    return operations;
}

const char *operation_name(enum operation operation)
{
    return operation_names[operation];
}

const char *error_type(enum store_outcome outcome)
{
    return error_types[outcome];
}
