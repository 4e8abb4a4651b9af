/* SPDX-License-Identifier: Apache-2.0 */
/* The store over sqlite3: statements prepared once, and SQLite's codes turned into outcomes. */
#include "store.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum statement {
    STATEMENT_INSERT,
    STATEMENT_GET,
    STATEMENT_INCREMENT,
    STATEMENT_EXISTS,
    STATEMENT_REMOVE,
    STATEMENT_SCAN,
    STATEMENT_LOCK,
    STATEMENT_UNLOCK,
    STATEMENT_COUNT
};

static const char *const statement_texts[STATEMENT_COUNT] = {
    [STATEMENT_INSERT] = "INSERT INTO " STORE_TABLE " (key, value) VALUES (?1, ?2)",
    [STATEMENT_GET] = "SELECT value FROM " STORE_TABLE " WHERE key = ?1",
    [STATEMENT_INCREMENT] = "UPDATE " STORE_TABLE " SET value = value + 1 WHERE key = ?1",
    [STATEMENT_EXISTS] = "SELECT EXISTS (SELECT 1 FROM " STORE_TABLE " WHERE key = ?1)",
    [STATEMENT_REMOVE] = "DELETE FROM " STORE_TABLE " WHERE key = ?1",
    [STATEMENT_SCAN] = "SELECT count(*) FROM " STORE_TABLE " WHERE key LIKE ?1",
    [STATEMENT_LOCK] = "BEGIN EXCLUSIVE",
    [STATEMENT_UNLOCK] = "COMMIT",
};

/* With the write-ahead log readers and one writer don't stop each other, so that only writers meet
   a busy database. The data is thrown away in the end, so nothing waits for the disk. */
static const char schema[] = "PRAGMA journal_mode = WAL;"
                             "PRAGMA synchronous = OFF;"
                             "CREATE TABLE IF NOT EXISTS " STORE_TABLE
                             " (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;";

/* How many steps of its virtual machine SQLite makes between two looks at the clock. */
enum { STEPS_BETWEEN_DEADLINE_CHECKS = 200 };

struct store {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

const char *store_version(void)
{
    return sqlite3_libversion();
}

int64_t store_memory_used(void)
{
    return sqlite3_memory_used();
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static enum store_outcome outcome_of(int code)
{
    switch (code) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STORE_OK;
    case SQLITE_CONSTRAINT: /* The key is the only constraint that a caller can break. */
        return STORE_EXISTS;
    case SQLITE_BUSY:
        return STORE_BUSY;
    case SQLITE_INTERRUPT: /* The deadline is the only one who interrupts. */
        return STORE_TIMEOUT;
    default:
        return STORE_FAILED;
    }
}

static sqlite3_stmt *with_key(struct store *store, enum statement which, const char *key)
{
    sqlite3_stmt *statement = store->statements[which];
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    return statement;
}

/* Ends a statement, whatever its state: until then it would hold its locks. */
static enum store_outcome finish(sqlite3_stmt *statement, int code)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return outcome_of(code);
}

static enum store_outcome run(sqlite3_stmt *statement)
{
    return finish(statement, sqlite3_step(statement));
}

/* Runs a statement that yields one number. Without a row there is no such key. */
static enum store_outcome run_for_number(sqlite3_stmt *statement, int64_t *number)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
    }
    enum store_outcome outcome = finish(statement, code);
    return code == SQLITE_DONE ? STORE_NOT_FOUND : outcome;
}

/* Runs a statement that changes the row of one key. */
static enum store_outcome run_on_row(struct store *store, sqlite3_stmt *statement)
{
    enum store_outcome outcome = run(statement);
    bool is_missing = outcome == STORE_OK && sqlite3_changes(store->database) == 0;
    return is_missing ? STORE_NOT_FOUND : outcome;
}

static bool prepare_all(struct store *store)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        int code = sqlite3_prepare_v3(store->database, statement_texts[i], -1,
                                      SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL);
        if (code != SQLITE_OK) {
            return false;
        }
    }
    return true;
}

static bool connect_to(struct store *store, const char *path, int busy_timeout_ms)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    return sqlite3_open_v2(path, &store->database, flags, NULL) == SQLITE_OK &&
           sqlite3_busy_timeout(store->database, busy_timeout_ms) == SQLITE_OK &&
           sqlite3_exec(store->database, schema, NULL, NULL, NULL) == SQLITE_OK;
}

struct store *store_open(const char *path, int busy_timeout_ms)
{
    struct store *store = calloc(1, sizeof(*store));
    if (!store) {
        fputs("sqlite_kv: out of memory\n", stderr);
        return NULL;
    }
    if (!connect_to(store, path, busy_timeout_ms) || !prepare_all(store)) {
        fprintf(stderr, "sqlite_kv: cannot open %s: %s\n", path, sqlite3_errmsg(store->database));
        store_close(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (!store) {
        return;
    }
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
    }
    sqlite3_close(store->database);
    free(store);
}

enum store_outcome store_insert(struct store *store, const char *key, int64_t value)
{
    sqlite3_stmt *statement = with_key(store, STATEMENT_INSERT, key);
    sqlite3_bind_int64(statement, 2, value);
    return run(statement);
}

enum store_outcome store_get(struct store *store, const char *key, int64_t *value)
{
    return run_for_number(with_key(store, STATEMENT_GET, key), value);
}

enum store_outcome store_increment(struct store *store, const char *key)
{
    return run_on_row(store, with_key(store, STATEMENT_INCREMENT, key));
}

enum store_outcome store_exists(struct store *store, const char *key, bool *exists)
{
    int64_t number = 0;
    enum store_outcome outcome = run_for_number(with_key(store, STATEMENT_EXISTS, key), &number);
    *exists = number != 0;
    return outcome;
}

enum store_outcome store_remove(struct store *store, const char *key)
{
    return run_on_row(store, with_key(store, STATEMENT_REMOVE, key));
}

/* SQLite calls this while it works; anything but 0 interrupts it. */
static int is_past(void *deadline_ns)
{
    return now_ns() >= *(const int64_t *)deadline_ns;
}

enum store_outcome store_scan(struct store *store, const char *pattern, int deadline_us,
                              int64_t *matches)
{
    int64_t deadline_ns = now_ns() + (int64_t)deadline_us * 1000;
    sqlite3_progress_handler(store->database, STEPS_BETWEEN_DEADLINE_CHECKS, is_past, &deadline_ns);
    enum store_outcome outcome = run_for_number(with_key(store, STATEMENT_SCAN, pattern), matches);
    sqlite3_progress_handler(store->database, 0, NULL, NULL);
    return outcome;
}

enum store_outcome store_lock(struct store *store)
{
    return run(store->statements[STATEMENT_LOCK]);
}

enum store_outcome store_unlock(struct store *store)
{
    return run(store->statements[STATEMENT_UNLOCK]);
}
