/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For libraries that are clients of a database: how long each operation took and how it ended, as
 * OpenTelemetry's conventions for database clients have it.
 *
 *     #include <promlet/promlet.h>
 *     static promlet_db_client *metrics;
 *     static int load(const char *key)
 *     {
 *         promlet_db_operation operation =
 *             promlet_db_operation_start(metrics, "app", "users", PROMLET_DB_GET);
 *         const char *error_type = NULL;
 *         if (key[0] == '\0') {
 *             error_type = PROMLET_DB_ERROR_KEY_NOT_FOUND;
 *         }
 *         promlet_db_operation_finish(&operation, error_type);
 *         return error_type == NULL ? 0 : -1;
 *     }
 *     int main(void)
 *     {
 *         metrics = promlet_db_client_new(NULL, &(promlet_db_client_opts){.system = "sqlite"});
 *         int result = load("k");
 *         promlet_db_client_free(metrics);
 *         return result;
 *     }
 *
 * This is one histogram, whose count is the number of operations:
 *
 *   db_client_operation_duration_seconds{db_system_name,db_namespace,db_collection_name,
 *                                        db_operation_name,error_type}
 *
 * and by choice, behind those labels, db_response_status_code, server_address and server_port. A
 * label whose value is "" is, to Prometheus, one that is not there: error_type is "" for success.
 *
 * What an operation takes, beside the operation: two readings of a clock, and one look-up of its
 * series by the labels, as promlet_histogram_observe_by() makes it: no lock, and no memory but for
 * the first use of a set of labels. Names must be few, since each set of them is a series. Beyond
 * promlet_db_client_opts.max_series, operations share the overflow series, so that totals stay
 * exact; a name that is longer than promlet_registry_opts.max_label_value_bytes is cut, and each
 * use of it takes memory.
 *
 * Stages, such as encoding, waiting for a connection and decoding, are measured while they are
 * switched on: db_client_internal_stage_seconds{stage,db_operation_name}, from 1 us to 1 s.
 *
 * While recording is switched off (recording.h), no clock is read and nothing is recorded.
 */
#ifndef PROMLET_DB_CLIENT_H
#define PROMLET_DB_CLIENT_H

#include <promlet/export.h>
#include <promlet/histogram.h>
#include <promlet/registry.h>
#include <promlet/scope.h>
#include <promlet/status.h>
#include <promlet/timer.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/* ---- names ----------------------------------------------------------------------------------- */

/* Operations. Any other string is as good, if there are few of them. */
#define PROMLET_DB_PUT "put"
#define PROMLET_DB_GET "get"
#define PROMLET_DB_SELECT "select"
#define PROMLET_DB_EXISTS "exists"
#define PROMLET_DB_REMOVE "remove"
#define PROMLET_DB_TOUCH "touch"
#define PROMLET_DB_APPEND "append"
#define PROMLET_DB_PREPEND "prepend"
#define PROMLET_DB_INCREMENT "increment"
#define PROMLET_DB_OPERATE "operate"
#define PROMLET_DB_BATCH_READ "batch_read"
#define PROMLET_DB_BATCH_OPERATE "batch_operate"
#define PROMLET_DB_BATCH_REMOVE "batch_remove"
#define PROMLET_DB_QUERY "query"
#define PROMLET_DB_SCAN "scan"

/* Error types. Any other string is as good, if there are few of them: a message with an address or
   a number in it is none. */
#define PROMLET_DB_ERROR_TIMEOUT "Timeout"
#define PROMLET_DB_ERROR_CONNECTION "Connection"
#define PROMLET_DB_ERROR_NO_MORE_CONNECTIONS "NoMoreConnections"
#define PROMLET_DB_ERROR_INVALID_NODE "InvalidNode"
#define PROMLET_DB_ERROR_INVALID_ARGUMENT "InvalidArgument"
#define PROMLET_DB_ERROR_KEY_NOT_FOUND "KeyNotFoundError"
#define PROMLET_DB_ERROR_KEY_EXISTS "KeyExistsError"
#define PROMLET_DB_ERROR_GENERATION "GenerationError"
#define PROMLET_DB_ERROR_FILTERED_OUT "FilteredOut"
#define PROMLET_DB_ERROR_RECORD_TOO_BIG "RecordTooBig"
#define PROMLET_DB_ERROR_BIN_TYPE "BinTypeError"
#define PROMLET_DB_ERROR_BIN_NOT_FOUND "BinNotFound"
#define PROMLET_DB_ERROR_UNKNOWN "Unknown"
/** OpenTelemetry's word for what has no name of its own. */
#define PROMLET_DB_ERROR_OTHER "_OTHER"

/* ---- clients --------------------------------------------------------------------------------- */

/** What operations are recorded with. One will do for all connections and threads of a program. */
typedef struct promlet_db_client promlet_db_client;

/** The most successes that a client can name. They are tried one after the other. */
#define PROMLET_DB_MAX_SUCCESSES 100

/** An operation and an error type that together count as success. */
typedef struct promlet_db_success {
    const char *operation;  /**< Such as PROMLET_DB_EXISTS. */
    const char *error_type; /**< Such as PROMLET_DB_ERROR_KEY_NOT_FOUND. */
} promlet_db_success;

/**
 * What a client records. Zero it, then set what is needed; everything is copied. The struct grows
 * at its end only, as promlet_opts does.
 *
 * Clients of one registry share the histogram, and differ in the values of its labels. All that is
 * below `clock`, and whether the optional labels are there, is part of it, or ignored the second
 * time, as for promlet_histogram_family_new(); so let them agree.
 */
typedef struct promlet_db_client_opts {
    /** The product: db_system_name, such as "sqlite", "redis", "postgresql". Required. */
    const char *system;
    /** The host that is asked, as a name, an address or a socket's path: server_address. NULL: the
        labels server_address and server_port are left out. */
    const char *server_address;
    /** Its port, 1 to 65535, where that is not the usual one of the product: server_port. 0: "". */
    int server_port;
    /** There is a label db_response_status_code; see promlet_db_operation_set_status_code(). */
    bool with_status_code;
    /** What looks like an error and is none, by operation. NULL: PROMLET_DB_EXISTS with
        PROMLET_DB_ERROR_KEY_NOT_FOUND, for that is an answer. */
    const promlet_db_success *successes;
    /** How many there are; at most PROMLET_DB_MAX_SUCCESSES. 0 with successes that are not NULL:
        none. */
    size_t success_count;
    /** What is read twice for each operation, and for each stage; see promlet_clock. */
    promlet_clock clock;
    /** Upper bounds of the buckets, as in promlet_opts. NULL: PROMLET_BOUNDS_OTEL_DB. An embedded
        database answers in less than its first one, 1 ms; native_factor helps as well. */
    const double *bounds;
    /** How many bounds there are. */
    size_t bound_count;
    /** The most series, as in promlet_opts. 0: PROMLET_DEFAULT_MAX_SERIES. */
    size_t max_series;
    /** When series are forgotten, as in promlet_opts. 0: never. */
    double idle_seconds;
    /** Native buckets beside the others, as in promlet_opts; 1.1 suits nearly all. 0: none. */
    double native_factor;
    /** Room for exemplars, as in promlet_opts: a trace for each bucket. */
    bool exemplars;
} promlet_db_client_opts;

/**
 * Make a client, which declares the histogram of operations: HELP and TYPE are exposed from now on.
 *
 * Call it as promlet_db_client_new(registry, options), which passes options_size along.
 *
 * registry      where to declare the metrics; must outlive the client. NULL: the default one.
 * options       see promlet_db_client_opts.
 * options_size  sizeof(promlet_db_client_opts) as the caller was compiled.
 * Returns: the client, never NULL, to be freed with promlet_db_client_free(). On an error it is one
 * that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT, _MEMORY, or as for promlet_histogram_family_new_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_db_client *promlet_db_client_new_sized(promlet_registry *registry,
                                                           const promlet_db_client_opts *options,
                                                           size_t options_size);

/**
 * Free a client. What it has recorded stays in the registry.
 *
 * client  from promlet_db_client_new(), when all its operations and stages are finished; NULL is
 *         allowed; not valid afterwards.
 * Thread-safe: no, this must be its last use. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_db_client_free(promlet_db_client *client);

/* ---- operations ------------------------------------------------------------------------------ */

/** The most labels that operations have, and which of them is the error type. */
enum { PROMLET_DB_ERROR_TYPE = 4, PROMLET_DB_MAX_LABELS = 8 };

/**
 * An operation that is running, on the caller's stack or wherever it likes. It may be moved, but
 * only one copy finished. One that is all zero is like one that is finished. The members are
 * promlet's.
 */
typedef struct promlet_db_operation {
    const promlet_db_client *client;
    promlet_timer timer;
    const char *values[PROMLET_DB_MAX_LABELS];
} promlet_db_operation;

/**
 * Begin an operation, and note the time. The strings are lent until it is finished; as UTF-8, like
 * all label values.
 *
 * client           from promlet_db_client_new(). NULL is counted in
 *                  promlet_dropped_total{reason="invalid_handle"}, and nothing recorded.
 * db_namespace     the database, or what the product calls its like. NULL: "".
 * collection       the table, set or collection, if there is one. NULL: "".
 * operation        such as PROMLET_DB_GET. NULL: "".
 * Returns: the operation, to be finished or cancelled.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_db_operation promlet_db_operation_start(const promlet_db_client *client,
                                                            const char *db_namespace,
                                                            const char *collection,
                                                            const char *operation);

/**
 * Record how long an operation took and how it ended, as promlet_histogram_observe_by_values()
 * does, with the same errors. The time is never negative. A second time, and for a cancelled
 * operation, it does nothing.
 *
 * operation   from promlet_db_operation_start(); NULL does nothing.
 * error_type  such as PROMLET_DB_ERROR_TIMEOUT; lent for the call. NULL or "": success.
 * Thread-safe: yes, lock-free where the series exists; an operation belongs to one thread at a
 * time. Signal-safe: where the series exists and the values are UTF-8 and not too long.
 * After fork: yes. Allocates: only for a new series, and for values that are not UTF-8 or too long.
 * Keeps errno where it exists.
 */
PROMLET_API void promlet_db_operation_finish(promlet_db_operation *operation,
                                             const char *error_type);

/**
 * Record nothing of an operation, be it none at all or one that is recorded otherwise.
 *
 * operation  from promlet_db_operation_start(); NULL, and one that is finished: does nothing.
 * Thread-safe: yes; an operation belongs to one thread at a time. Signal-safe: yes.
 * After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_db_operation_cancel(promlet_db_operation *operation);

/**
 * Say what the server answered, for clients whose options have with_status_code. The last call
 * decides; it says nothing about success. Without that option it does nothing.
 *
 * operation  from promlet_db_operation_start(); NULL does nothing.
 * code       the product's, as text, such as "23505" of PostgreSQL; lent until the operation is
 *            finished. NULL or "": none was received.
 * Thread-safe: yes; an operation belongs to one thread at a time. Signal-safe: yes.
 * After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_db_operation_set_status_code(promlet_db_operation *operation,
                                                      const char *code);

/**
 * Say that an operation failed, for one that PROMLET_DB_OPERATION_SCOPE will finish. The last call
 * decides.
 *
 * operation   from PROMLET_DB_OPERATION_SCOPE; NULL does nothing.
 * error_type  lent until the operation is finished, as a string literal is. NULL and "" mean
 *             PROMLET_DB_ERROR_OTHER, so that a failure never looks like a success.
 * Thread-safe: yes; an operation belongs to one thread at a time. Signal-safe: yes.
 * After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_db_operation_fail(promlet_db_operation *operation, const char *error_type);

/**
 * Finish an operation as what it is: a success, unless promlet_db_operation_fail() was called. What
 * PROMLET_DB_OPERATION_SCOPE calls at the end of the block.
 *
 * operation  from promlet_db_operation_start(); NULL, and one that is finished or cancelled: does
 *            nothing.
 * Thread-safe: yes, as promlet_db_operation_finish(). Signal-safe: as that. After fork: yes.
 * Allocates: as that.
 */
PROMLET_API void promlet_db_operation_scope_finish(promlet_db_operation *operation);

/* ---- stages ---------------------------------------------------------------------------------- */

/**
 * Switch the measuring of stages on or off for a client. It starts off, and then a stage costs a
 * call and one load of a word that stays in the cache, and reads no clock. The histogram,
 * db_client_internal_stage_seconds, is declared when stages are first switched on, and is exposed
 * from then on.
 *
 * When the histogram can't be declared, as for want of memory, stages stay off, and
 * promlet_registry_status() and promlet_last_error() say why.
 *
 * client  from promlet_db_client_new(); NULL, and one that records nothing: does nothing.
 * is_on   a stage that begins from now on is measured, or not.
 * Thread-safe: yes. Signal-safe: no. After fork: yes; the child inherits the switch. Allocates: the
 * first time.
 */
PROMLET_API void promlet_db_client_set_stages(promlet_db_client *client, bool is_on);

/**
 * Whether a client measures stages, by its switch or in a scope of some thread.
 *
 * client  from promlet_db_client_new(); NULL: no.
 * Returns: true if a stage that begins now is measured.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API bool promlet_db_client_has_stages(const promlet_db_client *client);

/**
 * Switch stages as the environment says, for programs that let those who run them choose: by
 * PROMLET_DB_STAGES, which is 1, true, yes or on, or else 0, false, no or off, in any case and with
 * blanks around. Nothing else of promlet reads it. An empty variable is one that is not set, as is
 * that of a program that has more rights than whoever started it; then the switch stays as it is.
 *
 * client  as for promlet_db_client_set_stages().
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT for a value that is none of these, which leaves the
 * switch as it was, with a sentence in promlet_last_error().
 * Thread-safe: yes, unless a thread changes the environment meanwhile, as for getenv(3).
 * Signal-safe: no. After fork: yes. Allocates: as promlet_db_client_set_stages().
 */
PROMLET_API promlet_status promlet_db_client_set_stages_from_env(promlet_db_client *client);

/** A block in which stages are measured. The member is promlet's. */
typedef struct promlet_db_stages_scope {
    promlet_db_client *client;
} promlet_db_stages_scope;

/**
 * Have stages measured, in all threads, until the scope is finished, whatever the switch says.
 * Scopes may overlap in any way. PROMLET_DB_STAGES_SCOPE(client) begins one, and ends it.
 *
 * client  as for promlet_db_client_set_stages().
 * Returns: the scope, to be ended with promlet_db_stages_scope_finish().
 * Thread-safe: yes. Signal-safe: no. After fork: yes; the child inherits the scopes of all threads,
 * though only its own ends them. Allocates: the first time.
 */
PROMLET_API promlet_db_stages_scope promlet_db_stages_scope_start(promlet_db_client *client);

/**
 * End such a scope. A second time it does nothing.
 *
 * scope  from promlet_db_stages_scope_start(); NULL does nothing.
 * Thread-safe: yes, lock-free; a scope belongs to one thread at a time. Signal-safe: yes.
 * After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_db_stages_scope_finish(promlet_db_stages_scope *scope);

/** A stage that is running, on the caller's stack or wherever it likes. The members are promlet's.
 */
typedef struct promlet_db_stage {
    promlet_histogram_family *family;
    promlet_timer timer;
    const char *values[2];
} promlet_db_stage;

/**
 * Begin a stage, within an operation or beside it, and note the time if stages are measured.
 *
 * client     from promlet_db_client_new(); NULL: nothing is measured.
 * stage      its name, such as "encode"; lent until it is finished, and one of few. NULL: "".
 * operation  as for promlet_db_operation_start(); lent likewise.
 * Returns: the stage, to be ended with promlet_db_stage_finish().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_db_stage promlet_db_stage_start(const promlet_db_client *client,
                                                    const char *stage, const char *operation);

/**
 * Record how long a stage took, if it is measured. A second time it does nothing.
 *
 * stage  from promlet_db_stage_start(); NULL does nothing.
 * Thread-safe: yes, lock-free where the series exists; a stage belongs to one thread at a time.
 * Signal-safe: where the series exists and the values are UTF-8 and not too long. After fork: yes.
 * Allocates: only for a new series, and for values that are not UTF-8 or too long. Keeps errno
 * where it exists.
 */
PROMLET_API void promlet_db_stage_finish(promlet_db_stage *stage);

PROMLET_END_DECLS

/* ---- scopes ---------------------------------------------------------------------------------- */

/*
 * As those of scope.h, which says what ends a scope and what does not:
 *
 *     static int store(promlet_db_client *client, int fault)
 *     {
 *         PROMLET_DB_OPERATION_SCOPE(operation, client, "app", "users", PROMLET_DB_PUT);
 *         if (fault != 0) {
 *             promlet_db_operation_fail(&operation, PROMLET_DB_ERROR_TIMEOUT);
 *             return -1;
 *         }
 *         PROMLET_DB_STAGE_SCOPE(client, "encode", PROMLET_DB_PUT);
 *         return 0;
 *     }
 */
#ifdef __GNUC__

/**
 * PROMLET_DB_OPERATION_SCOPE(name, client, db_namespace, collection, operation) makes a variable of
 * this name, an operation that is finished when the block is left: as a success, unless
 * promlet_db_operation_fail(&name, error_type) was called. It may be finished or cancelled before.
 * In C++, leaving by an exception is the error "exception", unless another was named.
 */
#ifdef __cplusplus
#define PROMLET_DB_OPERATION_SCOPE(name, ...) promlet_db_operation_scope name(__VA_ARGS__)
#else
#define PROMLET_DB_OPERATION_SCOPE(name, ...)                                                      \
    promlet_db_operation name PROMLET_SCOPE_ENDS_WITH(promlet_db_operation_scope_finish) =         \
        promlet_db_operation_start(__VA_ARGS__)
#endif

/** Measure the rest of the block as a stage: PROMLET_DB_STAGE_SCOPE(client, stage, operation). */
#define PROMLET_DB_STAGE_SCOPE(...)                                                                \
    promlet_db_stage PROMLET_SCOPE_NAME(promlet_db_stage_, __COUNTER__)                            \
        PROMLET_SCOPE_ENDS_WITH(promlet_db_stage_finish) = promlet_db_stage_start(__VA_ARGS__)

/** Have stages measured for the rest of the block. */
#define PROMLET_DB_STAGES_SCOPE(client)                                                            \
    promlet_db_stages_scope PROMLET_SCOPE_NAME(promlet_db_stages_scope_, __COUNTER__)              \
        PROMLET_SCOPE_ENDS_WITH(promlet_db_stages_scope_finish) =                                  \
            promlet_db_stages_scope_start(client)

#endif

#ifdef __cplusplus
inline promlet_db_client *promlet_db_client_new(promlet_registry *registry,
                                                const promlet_db_client_opts *options)
{
    return promlet_db_client_new_sized(registry, options, sizeof(promlet_db_client_opts));
}

/** An operation that is finished when its block is left, also by an exception. */
class promlet_db_operation_scope : public promlet_db_operation
{
  public:
    promlet_db_operation_scope(const promlet_db_client *of, const char *db_namespace,
                               const char *collection, const char *operation)
        : promlet_db_operation(promlet_db_operation_start(of, db_namespace, collection, operation)),
          exceptions(promlet_exceptions_now())
    {
    }
    promlet_db_operation_scope(const promlet_db_operation_scope &) = delete;
    promlet_db_operation_scope &operator=(const promlet_db_operation_scope &) = delete;
    ~promlet_db_operation_scope()
    {
        bool has_error = client != nullptr && *values[PROMLET_DB_ERROR_TYPE] != '\0';
        if (!has_error && promlet_exceptions_now() > exceptions) {
            promlet_db_operation_fail(this, "exception");
        }
        promlet_db_operation_scope_finish(this);
    }

  private:
    int exceptions; /* that were thrown and not yet caught when it began */
};
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_db_client_new(...)                                                                 \
    promlet_db_client_new_sized(__VA_ARGS__, sizeof(promlet_db_client_opts))
#endif

#endif
