/* SPDX-License-Identifier: Apache-2.0 */
/* The histogram of all database operations, the label values that their series have, and what the
   service says of itself. */
#include "metrics.h"

#include "trace.h"

/* Set once, before the threads start. */
static promlet_histogram_family *durations;

static const char *const operation_names[OPERATION_COUNT] = {
    [OPERATION_INSERT] = "insert",       [OPERATION_GET] = "get",
    [OPERATION_INCREMENT] = "increment", [OPERATION_EXISTS] = "exists",
    [OPERATION_REMOVE] = "remove",       [OPERATION_SCAN] = "scan",
    [OPERATION_LOCK] = "lock",           [OPERATION_UNLOCK] = "unlock",
};

/* Success has the empty label value, which means the same as no label to Prometheus. */
static const char *const error_types[STORE_OUTCOME_COUNT] = {
    [STORE_OK] = "",
    [STORE_NOT_FOUND] = "KeyNotFoundError",
    [STORE_EXISTS] = "KeyExistsError",
    [STORE_BUSY] = "DatabaseBusy",
    [STORE_TIMEOUT] = "Timeout",
    [STORE_FAILED] = "_OTHER", /* OpenTelemetry's word for what has no name of its own. */
};

/* Classic buckets are for every reader, native ones for a Prometheus that has them enabled. Each
   bucket shows the trace of one operation that fell into it. */
static void declare_durations(void)
{
    durations = promlet_histogram_family_new(
        NULL, &(promlet_opts){.name = "db_client_operation_duration_seconds",
                              .help = "Duration of database client operations.",
                              .unit = "seconds",
                              .labels = {"db_system_name", "db_namespace", "db_collection_name",
                                         "db_operation_name", "error_type"},
                              PROMLET_BOUNDS(PROMLET_BOUNDS_OTEL_DB),
                              .native_factor = 1.1,
                              .exemplars = true});
    promlet_set_trace_context_hook(trace_of_thread, NULL);
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

void metrics_declare(void)
{
    declare_durations();
    declare_service();
}

/* "main" is what SQLite calls the database that a connection was opened with. */
static promlet_histogram *find_series(enum operation operation, enum store_outcome outcome)
{
    return promlet_histogram_with(durations, "sqlite", "main", STORE_TABLE,
                                  operation_names[operation], error_types[outcome]);
}

enum store_outcome operation_record(struct operation_series *series, enum operation operation,
                                    promlet_timer timer, enum store_outcome outcome)
{
    /* Read first, so that the look-up of a new series doesn't count as time of the operation. */
    double seconds = promlet_timer_seconds(timer);
    promlet_histogram **handle = &series->handles[operation][outcome];
    if (!*handle) {
        *handle = find_series(operation, outcome);
    }
    promlet_histogram_observe(*handle, seconds);
    return outcome;
}
