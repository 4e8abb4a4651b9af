/* SPDX-License-Identifier: Apache-2.0 */
/* The store over sqlite3: statements prepared once, and SQLite's codes turned into outcomes. */
#include "store.h"

#include <sqlite3.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define UPDATE "UPDATE " STORE_TABLE " SET "
#define FROM " FROM " STORE_TABLE
#define OF_KEY " WHERE key = ?1"
#define OF_KEYS " WHERE key IN (SELECT list.value FROM json_each(?1) AS list)"

/* ?1 is the key, ?2 the text and ?3 the number of the request. */
static const struct {
    const char *text;
    enum store_outcome on_no_row; /* When no row was found, or changed. */
} statements[OPERATION_COUNT] = {
    [OPERATION_PUT] = {"INSERT INTO " STORE_TABLE " (key, value) VALUES (?1, ?2)", STORE_OK},
    [OPERATION_GET] = {"SELECT value" FROM OF_KEY, STORE_NOT_FOUND},
    [OPERATION_SELECT] = {"SELECT length(note)" FROM OF_KEY, STORE_NOT_FOUND},
    [OPERATION_EXISTS] = {"SELECT 1" FROM OF_KEY, STORE_NOT_FOUND},
    [OPERATION_REMOVE] = {"DELETE" FROM OF_KEY, STORE_NOT_FOUND},
    [OPERATION_TOUCH] = {UPDATE "touched = strftime('%s', 'now')" OF_KEY, STORE_NOT_FOUND},
    [OPERATION_APPEND] = {UPDATE "note = coalesce(note, '') || ?2" OF_KEY, STORE_NOT_FOUND},
    [OPERATION_PREPEND] = {UPDATE "note = ?2 || coalesce(note, '')" OF_KEY, STORE_NOT_FOUND},
    [OPERATION_INCREMENT] = {UPDATE "value = value + 1" OF_KEY " AND value < ?3",
                             STORE_FILTERED_OUT},
    [OPERATION_OPERATE] = {UPDATE "value = ?2, generation = generation + 1" OF_KEY
                                  " AND generation = ?3",
                           STORE_OTHER_VERSION},
    [OPERATION_BATCH_READ] = {"SELECT coalesce(sum(value), 0)" FROM OF_KEYS, STORE_OK},
    [OPERATION_BATCH_OPERATE] = {UPDATE "value = value + 1" OF_KEYS, STORE_OK},
    [OPERATION_BATCH_REMOVE] = {"DELETE" FROM OF_KEYS, STORE_OK},
    [OPERATION_QUERY] = {"SELECT count(*)" FROM " WHERE value = ?2", STORE_OK},
    [OPERATION_SCAN] = {"SELECT count(*)" FROM " WHERE key LIKE ?1", STORE_OK},
    [OPERATION_LOCK] = {"BEGIN EXCLUSIVE", STORE_OK},
    [OPERATION_UNLOCK] = {"COMMIT", STORE_OK},
};

/* With the write-ahead log readers and one writer don't stop each other, so that only writers meet
   a busy database. The data is thrown away in the end, so nothing waits for the disk. */
static const char schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = OFF;"
    "CREATE TABLE IF NOT EXISTS " STORE_TABLE " (key TEXT PRIMARY KEY CHECK (key <> ''),"
    " value INTEGER NOT NULL, note TEXT, generation INTEGER NOT NULL DEFAULT 1, touched INTEGER)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS " STORE_TABLE "_by_value ON " STORE_TABLE " (value);";

enum {
    MAX_ROW_BYTES = 10000,
    /* How many steps of its virtual machine SQLite makes between two looks at the clock. */
    STEPS_BETWEEN_DEADLINE_CHECKS = 200,
};

struct store {
    char *path;
    int busy_timeout_ms;
    sqlite3 *database; /* NULL: not connected. */
    sqlite3_stmt *prepared[OPERATION_COUNT];
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
        return STORE_OK;
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return STORE_EXISTS;
    case SQLITE_CONSTRAINT_CHECK: /* The key's is the only one. */
        return STORE_INVALID;
    case SQLITE_CONSTRAINT_DATATYPE:
        return STORE_NO_NUMBER;
    case SQLITE_TOOBIG:
        return STORE_TOO_BIG;
    case SQLITE_BUSY:
    case SQLITE_INTERRUPT: /* The deadline is the only one who interrupts. */
        return STORE_TIMEOUT;
    default:
        return STORE_FAILED;
    }
}

/* ---- connecting ------------------------------------------------------------------------------ */

static void disconnect(struct store *store)
{
    for (int i = 0; i < OPERATION_COUNT; i++) {
        sqlite3_finalize(store->prepared[i]);
        store->prepared[i] = NULL;
    }
    sqlite3_close(store->database);
    store->database = NULL;
}

static bool prepare_all(struct store *store)
{
    for (int i = 0; i < OPERATION_COUNT; i++) {
        int code = sqlite3_prepare_v3(store->database, statements[i].text, -1,
                                      SQLITE_PREPARE_PERSISTENT, &store->prepared[i], NULL);
        if (code != SQLITE_OK) {
            return false;
        }
    }
    return true;
}

static bool open_database(struct store *store)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(store->path, &store->database, flags, NULL) != SQLITE_OK) {
        return false;
    }
    sqlite3_extended_result_codes(store->database, 1);
    sqlite3_limit(store->database, SQLITE_LIMIT_LENGTH, MAX_ROW_BYTES);
    return sqlite3_busy_timeout(store->database, store->busy_timeout_ms) == SQLITE_OK &&
           sqlite3_exec(store->database, schema, NULL, NULL, NULL) == SQLITE_OK;
}

static bool connect_if_needed(struct store *store)
{
    bool is_good = store->database || (open_database(store) && prepare_all(store));
    if (!is_good) {
        disconnect(store);
    }
    return is_good;
}

struct store *store_open(const char *path, int busy_timeout_ms)
{
    struct store *store = calloc(1, sizeof(*store));
    char *copy = strdup(path);
    if (!store || !copy) {
        free(store);
        free(copy);
        return NULL;
    }
    *store = (struct store){.path = copy, .busy_timeout_ms = busy_timeout_ms};
    connect_if_needed(store);
    return store;
}

void store_close(struct store *store)
{
    if (!store) {
        return;
    }
    disconnect(store);
    free(store->path);
    free(store);
}

/* ---- operations ------------------------------------------------------------------------------ */

/* Until a statement is reset, it holds its locks. */
static void reset(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* Binds as many of the three as the statement has. */
static int bind(sqlite3_stmt *statement, const struct request *request)
{
    int count = sqlite3_bind_parameter_count(statement);
    int code = SQLITE_OK;
    if (count >= 1) {
        code = sqlite3_bind_text(statement, 1, request->key, -1, SQLITE_STATIC);
    }
    if (code == SQLITE_OK && count >= 2) {
        code = sqlite3_bind_text(statement, 2, request->text, -1, SQLITE_STATIC);
    }
    if (code == SQLITE_OK && count >= 3) {
        code = sqlite3_bind_int64(statement, 3, request->number);
    }
    return code;
}

enum store_outcome store_prepare(struct store *store, const struct request *request)
{
    if (!connect_if_needed(store)) {
        return STORE_UNCONNECTED;
    }
    sqlite3_stmt *statement = store->prepared[request->operation];
    int code = bind(statement, request);
    if (code != SQLITE_OK) {
        reset(statement);
    }
    return outcome_of(code);
}

/* SQLite calls this while it works; anything but 0 interrupts it. */
static int is_past(void *deadline_ns)
{
    return now_ns() >= *(const int64_t *)deadline_ns;
}

static int step_until(struct store *store, sqlite3_stmt *statement, int deadline_us)
{
    if (deadline_us == 0) {
        return sqlite3_step(statement);
    }
    int64_t deadline_ns = now_ns() + (int64_t)deadline_us * 1000;
    sqlite3_progress_handler(store->database, STEPS_BETWEEN_DEADLINE_CHECKS, is_past, &deadline_ns);
    int code = sqlite3_step(statement);
    sqlite3_progress_handler(store->database, 0, NULL, NULL);
    return code;
}

static bool has_key(struct store *store, const char *key)
{
    sqlite3_stmt *statement = store->prepared[OPERATION_EXISTS];
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    bool result = sqlite3_step(statement) == SQLITE_ROW;
    reset(statement);
    return result;
}

static enum store_outcome read_row(sqlite3_stmt *statement, int64_t *answer)
{
    if (sqlite3_column_type(statement, 0) == SQLITE_NULL) {
        return STORE_NO_NOTE; /* Nothing else can be NULL. */
    }
    *answer = sqlite3_column_int64(statement, 0);
    return STORE_OK;
}

/* Says why a statement with a condition beside the key has met no row. */
static enum store_outcome without_row(struct store *store, const struct request *request)
{
    enum store_outcome outcome = statements[request->operation].on_no_row;
    bool is_condition = outcome == STORE_FILTERED_OUT || outcome == STORE_OTHER_VERSION;
    return is_condition && !has_key(store, request->key) ? STORE_NOT_FOUND : outcome;
}

static enum store_outcome end_of_rows(struct store *store, const struct request *request,
                                      bool is_query, int64_t *answer)
{
    int changes = is_query ? 0 : sqlite3_changes(store->database);
    if (changes == 0) {
        return without_row(store, request);
    }
    *answer = changes;
    return STORE_OK;
}

enum store_outcome store_execute(struct store *store, const struct request *request,
                                 int64_t *answer)
{
    sqlite3_stmt *statement = store->prepared[request->operation];
    int code = step_until(store, statement, request->deadline_us);
    enum store_outcome outcome;
    if (code == SQLITE_ROW) {
        outcome = read_row(statement, answer);
    } else if (code == SQLITE_DONE) {
        bool is_query = sqlite3_column_count(statement) > 0;
        outcome = end_of_rows(store, request, is_query, answer);
    } else {
        outcome = outcome_of(code);
    }
    reset(statement);
    return outcome;
}
