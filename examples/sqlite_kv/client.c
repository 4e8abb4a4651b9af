/* SPDX-License-Identifier: Apache-2.0 */
/* Measures each operation of the store: how long it took, how it ended, that it is in progress,
   and, when that is switched on, its stages. All go through client_run(), so that none can be
   forgotten. */
#include "client.h"

#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>

/* Short, so that a locked database shows as an error and not only as a long duration. */
enum { BUSY_TIMEOUT_MS = 20 };

PROMLET_STATIC_GAUGE(clients_open, "kv_clients_open", "Clients of the store that are open.");
PROMLET_STATIC_GAUGE(operations_running, "kv_operations_in_progress",
                     "Operations of the store that have begun and not ended.");
PROMLET_STATIC_GAUGE(keys, "kv_keys", "Keys in the store.");

struct client {
    struct store *store;
};

struct client *client_open(const char *path)
{
    struct client *client = calloc(1, sizeof(*client));
    struct store *store = store_open(path, BUSY_TIMEOUT_MS);
    if (!client || !store) {
        fputs("sqlite_kv: out of memory\n", stderr);
        store_close(store);
        free(client);
        return NULL;
    }
    client->store = store;
    promlet_gauge_inc(clients_open);
    return client;
}

void client_close(struct client *client)
{
    if (!client) {
        return;
    }
    store_close(client->store);
    free(client);
    promlet_gauge_dec(clients_open);
}

/* Both stages are left alone unless they are switched on. */
static enum store_outcome run_stages(struct store *store, const struct request *request,
                                     int64_t *answer)
{
    const char *name = operation_name(request->operation);
    promlet_db_stage stage = promlet_db_stage_start(db_metrics(), "prepare", name);
    enum store_outcome outcome = store_prepare(store, request);
    promlet_db_stage_finish(&stage);
    if (outcome == STORE_OK) {
        PROMLET_DB_STAGE_SCOPE(db_metrics(), "execute", name);
        outcome = store_execute(store, request, answer);
    }
    return outcome;
}

static void count_keys(enum operation operation, int64_t changed)
{
    if (operation == OPERATION_PUT) {
        promlet_gauge_add(keys, (double)changed);
    } else if (operation == OPERATION_REMOVE || operation == OPERATION_BATCH_REMOVE) {
        promlet_gauge_sub(keys, (double)changed);
    }
}

enum store_outcome client_run(struct client *client, const struct request *request, int64_t *answer)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    /* "main" is what SQLite calls the database that a connection was opened with. */
    promlet_db_operation operation = promlet_db_operation_start(db_metrics(), "main", STORE_TABLE,
                                                                operation_name(request->operation));
    int64_t number = 0;
    enum store_outcome outcome = run_stages(client->store, request, &number);
    promlet_db_operation_finish(&operation, error_type(outcome));
    if (outcome == STORE_OK) {
        count_keys(request->operation, number);
    }
    if (answer) {
        *answer = number;
    }
    return outcome;
}
