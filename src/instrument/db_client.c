/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of a database client, from start to end. Clients are made by db_client_new.c. */
#include "instrument/db_client.h"

#include <string.h>

_Static_assert(PROMLET_DB_MAX_LABELS - PML_DB_MANDATORY == 3, "as many as are copied below");

/* One expression, which the compiler writes where the caller wants it; a variable it would copy,
   which takes longer than all else here, as what was just stored is read back in larger pieces. */
promlet_db_operation promlet_db_operation_start(const promlet_db_client *client,
                                                const char *db_namespace, const char *collection,
                                                const char *operation)
{
    if (client == NULL) {
        promlet_histogram_observe(NULL, 0); /* counts the mistake */
        return (promlet_db_operation){NULL, {0, PROMLET_CLOCK_NONE}, {NULL}};
    }
    const char *const *further = client->values + PML_DB_MANDATORY;
    return (promlet_db_operation){client,
                                  promlet_timer_start_with(client->clock),
                                  {client->values[PML_DB_SYSTEM], pml_db_text(db_namespace),
                                   pml_db_text(collection), pml_db_text(operation), "", further[0],
                                   further[1], further[2]}};
}

/* Whether what looks like an error is none. */
static bool is_success(const promlet_db_client *client, const char *operation,
                       const char *error_type)
{
    for (size_t i = 0; i < client->success_count; i++) {
        if (strcmp(client->successes[i].operation, operation) == 0 &&
            strcmp(client->successes[i].error_type, error_type) == 0) {
            return true;
        }
    }
    return false;
}

/* Of an operation that is running. */
static inline void record_as(promlet_db_operation *operation, const char *error_type)
{
    const promlet_db_client *client = operation->client;
    operation->values[PROMLET_DB_ERROR_TYPE] = error_type;
    operation->client = NULL;
    (void)promlet_timer_observe_by_values(operation->timer, client->durations, operation->values,
                                          client->label_count);
}

/* Not inlined, so that the usual operation saves no registers for it. */
__attribute__((noinline)) static void record_perhaps_success(promlet_db_operation *operation,
                                                             const char *error_type)
{
    bool is_none = is_success(operation->client, operation->values[PML_DB_OPERATION], error_type);
    record_as(operation, is_none ? "" : error_type);
}

static inline void record(promlet_db_operation *operation, const char *error_type)
{
    uint64_t bit = pml_db_success_bit(operation->values[PML_DB_OPERATION], error_type);
    if ((operation->client->success_bits & bit) == 0) {
        record_as(operation, error_type);
    } else {
        record_perhaps_success(operation, error_type);
    }
}

void promlet_db_operation_finish(promlet_db_operation *operation, const char *error_type)
{
    if (operation != NULL && operation->client != NULL) {
        record(operation, pml_db_text(error_type));
    }
}

void promlet_db_operation_scope_finish(promlet_db_operation *operation)
{
    if (operation != NULL && operation->client != NULL) {
        record(operation, operation->values[PROMLET_DB_ERROR_TYPE]);
    }
}

void promlet_db_operation_cancel(promlet_db_operation *operation)
{
    if (operation != NULL) {
        operation->client = NULL;
    }
}

void promlet_db_operation_fail(promlet_db_operation *operation, const char *error_type)
{
    if (operation != NULL) {
        bool is_named = error_type != NULL && *error_type != '\0';
        operation->values[PROMLET_DB_ERROR_TYPE] = is_named ? error_type : PROMLET_DB_ERROR_OTHER;
    }
}

void promlet_db_operation_set_status_code(promlet_db_operation *operation, const char *code)
{
    if (operation != NULL && operation->client != NULL && operation->client->status_code_at > 0) {
        operation->values[operation->client->status_code_at] = pml_db_text(code);
    }
}
