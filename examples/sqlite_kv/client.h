/* SPDX-License-Identifier: Apache-2.0 */
/* The store as the service uses it: the same operations, each of them timed and recorded. */
#ifndef KV_CLIENT_H
#define KV_CLIENT_H

#include "store.h"

#include <stdbool.h>
#include <stdint.h>

/* One connection with its metrics. Used by one thread at a time; other threads open their own. */
struct client;

/* NULL on an error, which stderr then tells. Needs operation_metrics_declare(). */
struct client *client_open(const char *path);

/* NULL is allowed. */
void client_close(struct client *client);

/* As the functions of store.h with the same names. */
enum store_outcome client_insert(struct client *client, const char *key, int64_t value);
enum store_outcome client_get(struct client *client, const char *key, int64_t *value);
enum store_outcome client_increment(struct client *client, const char *key);
enum store_outcome client_exists(struct client *client, const char *key, bool *exists);
enum store_outcome client_remove(struct client *client, const char *key);
enum store_outcome client_scan(struct client *client, const char *pattern, int deadline_us,
                               int64_t *matches);
enum store_outcome client_lock(struct client *client);
enum store_outcome client_unlock(struct client *client);

#endif
