/* SPDX-License-Identifier: Apache-2.0 */
/* Wraps each operation of the store in a timer and in a scope that counts it as in progress. An
   operation has one way out here, through operation_record(), so that none can be forgotten,
   whether it succeeds or fails. */
#include "client.h"

#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>

/* Short, so that a locked database shows as an error and not only as a long duration. */
enum { BUSY_TIMEOUT_MS = 20 };

PROMLET_STATIC_GAUGE(clients_open, "kv_clients_open", "Clients that are connected to the store.");
PROMLET_STATIC_GAUGE(operations_running, "kv_operations_in_progress",
                     "Operations of the store that have begun and not ended.");
PROMLET_STATIC_GAUGE(keys, "kv_keys", "Keys in the store.");

struct client {
    struct store *store;
    struct operation_series series;
};

struct client *client_open(const char *path)
{
    struct client *client = calloc(1, sizeof(*client));
    if (!client) {
        fputs("sqlite_kv: out of memory\n", stderr);
        return NULL;
    }
    client->store = store_open(path, BUSY_TIMEOUT_MS);
    if (!client->store) {
        free(client);
        return NULL;
    }
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

enum store_outcome client_insert(struct client *client, const char *key, int64_t value)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_insert(client->store, key, value);
    if (outcome == STORE_OK) {
        promlet_gauge_inc(keys);
    }
    return operation_record(&client->series, OPERATION_INSERT, timer, outcome);
}

enum store_outcome client_get(struct client *client, const char *key, int64_t *value)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_get(client->store, key, value);
    return operation_record(&client->series, OPERATION_GET, timer, outcome);
}

enum store_outcome client_increment(struct client *client, const char *key)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_increment(client->store, key);
    return operation_record(&client->series, OPERATION_INCREMENT, timer, outcome);
}

enum store_outcome client_exists(struct client *client, const char *key, bool *exists)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_exists(client->store, key, exists);
    return operation_record(&client->series, OPERATION_EXISTS, timer, outcome);
}

enum store_outcome client_remove(struct client *client, const char *key)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_remove(client->store, key);
    if (outcome == STORE_OK) {
        promlet_gauge_dec(keys);
    }
    return operation_record(&client->series, OPERATION_REMOVE, timer, outcome);
}

enum store_outcome client_scan(struct client *client, const char *pattern, int deadline_us,
                               int64_t *matches)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_scan(client->store, pattern, deadline_us, matches);
    return operation_record(&client->series, OPERATION_SCAN, timer, outcome);
}

enum store_outcome client_lock(struct client *client)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_lock(client->store);
    return operation_record(&client->series, OPERATION_LOCK, timer, outcome);
}

enum store_outcome client_unlock(struct client *client)
{
    PROMLET_IN_PROGRESS_SCOPE(operations_running);
    promlet_timer timer = promlet_timer_start();
    enum store_outcome outcome = store_unlock(client->store);
    return operation_record(&client->series, OPERATION_UNLOCK, timer, outcome);
}
