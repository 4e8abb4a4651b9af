/* SPDX-License-Identifier: Apache-2.0 */
/* A key-value store in one SQLite table. Keys are strings; each has a number, its value, and may
   have a note. Knows nothing of metrics; client.h adds them. */
#ifndef KV_STORE_H
#define KV_STORE_H

#include <stdbool.h>
#include <stdint.h>

/* The table that the store keeps, and the name under which metrics show it. */
#define STORE_TABLE "items"

/* What can be asked of it; in brackets what the answer is, if not the number of keys changed. */
enum operation {
    OPERATION_PUT,           /* A new key with the value .text. */
    OPERATION_GET,           /* [The value.] */
    OPERATION_SELECT,        /* Reads the note alone. [Its length.] */
    OPERATION_EXISTS,        /* [1; a missing key is STORE_NOT_FOUND.] */
    OPERATION_REMOVE,        /* */
    OPERATION_TOUCH,         /* Notes that the key was used now. */
    OPERATION_APPEND,        /* Adds .text at the end of the note. */
    OPERATION_PREPEND,       /* And at its beginning. */
    OPERATION_INCREMENT,     /* Adds 1 to the value, if it is below .number. */
    OPERATION_OPERATE,       /* Sets the value to .text, if the key's generation is .number. */
    OPERATION_BATCH_READ,    /* [The sum of the values.] */
    OPERATION_BATCH_OPERATE, /* Adds 1 to each value. */
    OPERATION_BATCH_REMOVE,  /* */
    OPERATION_QUERY,         /* Looks for the value .text by an index. [How many have it.] */
    OPERATION_SCAN,          /* Looks at all keys. [How many are like .key.] */
    OPERATION_LOCK,          /* Begins a transaction, and keeps others from writing... */
    OPERATION_UNLOCK,        /* ...until it is committed by this. */
    OPERATION_COUNT
};

struct request {
    enum operation operation;
    const char *key; /* Of a batch: keys, as an array in JSON. Of a scan: a pattern for LIKE. */
    const char *text;
    int64_t number;
    int deadline_us; /* Gives up after so many microseconds. 0: never. */
};

/* How an operation ended. */
enum store_outcome {
    STORE_OK,
    STORE_NOT_FOUND,     /* No such key. */
    STORE_EXISTS,        /* The key is there already. */
    STORE_OTHER_VERSION, /* The key has another generation: somebody else has set it. */
    STORE_FILTERED_OUT,  /* The key is there and is not what was asked for. */
    STORE_NO_NOTE,       /* The key is there and has no note. */
    STORE_INVALID,       /* The key is "". */
    STORE_NO_NUMBER,     /* The value is not a number. */
    STORE_TOO_BIG,       /* The note is too long. */
    STORE_TIMEOUT,       /* The deadline passed, or others held the lock for too long. */
    STORE_UNCONNECTED,   /* The file can't be opened. */
    STORE_FAILED,        /* Anything else, such as a full disk. */
    STORE_OUTCOME_COUNT
};

/* One connection. Used by one thread at a time; other threads open their own. */
struct store;

/* Open the database file, creating it and the table when they are new. Where that fails, each
   operation tries again. One waits busy_timeout_ms for the locks of other connections. NULL when
   memory is short. */
struct store *store_open(const char *path, int busy_timeout_ms);

/* NULL is allowed. */
void store_close(struct store *store);

/* The two steps of an operation: make its statement ready, and, if that is STORE_OK, run it.
 *answer is left alone on an error. The strings of the request are lent until the second is done.
 */
enum store_outcome store_prepare(struct store *store, const struct request *request);
enum store_outcome store_execute(struct store *store, const struct request *request,
                                 int64_t *answer);

/* The version of SQLite that runs; a constant string. */
const char *store_version(void);

/* The bytes that SQLite has allocated for all connections. Any thread may ask. */
int64_t store_memory_used(void);

#endif
