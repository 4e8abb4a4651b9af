/* SPDX-License-Identifier: Apache-2.0 */
/* A key-value store in one SQLite table: keys are strings, values are numbers. Knows nothing of
   metrics; client.h adds them. */
#ifndef KV_STORE_H
#define KV_STORE_H

#include <stdbool.h>
#include <stdint.h>

/* The table that the store keeps, and the name under which metrics show it. */
#define STORE_TABLE "items"

/* How an operation ended. */
enum store_outcome {
    STORE_OK,
    STORE_NOT_FOUND, /* No such key. */
    STORE_EXISTS,    /* The key is there already. */
    STORE_BUSY,      /* Another connection held the lock for longer than the busy timeout. */
    STORE_TIMEOUT,   /* The deadline passed before the end was reached. */
    STORE_FAILED,    /* Anything else, such as a full disk. */
    STORE_OUTCOME_COUNT
};

/* One connection. Used by one thread at a time; other threads open their own. */
struct store;

/* Open the database file, creating it and the table when they are new. An operation waits
   busy_timeout_ms for the locks of other connections. NULL on an error, which stderr then tells. */
struct store *store_open(const char *path, int busy_timeout_ms);

/* NULL is allowed. */
void store_close(struct store *store);

/* STORE_EXISTS when the key is there already. */
enum store_outcome store_insert(struct store *store, const char *key, int64_t value);

/* STORE_NOT_FOUND when the key is missing; *value is then left alone. */
enum store_outcome store_get(struct store *store, const char *key, int64_t *value);

/* Adds 1 to a value. STORE_NOT_FOUND when the key is missing. */
enum store_outcome store_increment(struct store *store, const char *key);

/* A missing key is an answer here and not an error. */
enum store_outcome store_exists(struct store *store, const char *key, bool *exists);

/* STORE_NOT_FOUND when the key is missing. */
enum store_outcome store_remove(struct store *store, const char *key);

/* Counts the keys that match a pattern (of SQL's LIKE) by looking at each of them. Gives up with
   STORE_TIMEOUT after deadline_us, in microseconds. */
enum store_outcome store_scan(struct store *store, const char *pattern, int deadline_us,
                              int64_t *matches);

/* Begins a transaction and keeps all other connections from writing until store_unlock(). */
enum store_outcome store_lock(struct store *store);

/* Commits what was written since store_lock(). */
enum store_outcome store_unlock(struct store *store);

/* The version of SQLite that runs; a constant string. */
const char *store_version(void);

/* The bytes that SQLite has allocated for all connections. Any thread may ask. */
int64_t store_memory_used(void);

#endif
