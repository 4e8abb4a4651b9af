/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of operations of a database client (promlet/db_client.h): what is recorded of each. */
#include "support/db_client.h"

#include <errno.h>

static promlet_db_client *client;

static int begin(void **state)
{
    (void)state;
    begin_with_stopped_time();
    client = promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "sqlite"});
    return 0;
}

static int end(void **state)
{
    promlet_db_client_free(client);
    return end_with_real_time(state);
}

static promlet_db_operation start(const char *operation)
{
    return promlet_db_operation_start(client, "test", "users", operation);
}

static void run(const char *operation, const char *error_type, double seconds)
{
    promlet_db_operation running = start(operation);
    pass(seconds);
    promlet_db_operation_finish(&running, error_type);
}

/* ---- documents ------------------------------------------------------------------------------- */

static void client_new_shows_help_and_type_alone(void **state)
{
    (void)state;
    expect_metrics(registry, "db_client_new", NULL, DURATIONS_HEAD "# EOF\n");
}

#define LABELS                                                                                     \
    "db_system_name=\"sqlite\",db_namespace=\"test\",db_collection_name=\"users\","                \
    "db_operation_name=\"get\",error_type=\"Timeout\""
#define BUCKET(bound, count) DURATIONS "_bucket{" LABELS ",le=\"" bound "\"} " count "\n"
#define BUCKETS                                                                                    \
    BUCKET("0.001", "1")                                                                           \
    BUCKET("0.005", "1")                                                                           \
    BUCKET("0.01", "1")                                                                            \
    BUCKET("0.05", "1")                                                                            \
    BUCKET("0.1", "1")                                                                             \
    BUCKET("0.5", "2")                                                                             \
    BUCKET("1.0", "2")                                                                             \
    BUCKET("5.0", "2")                                                                             \
    BUCKET("10.0", "2")                                                                            \
    BUCKET("+Inf", "3")

static void operations_are_shown_with_the_labels_and_buckets_of_opentelemetry(void **state)
{
    (void)state;
    run(PROMLET_DB_GET, PROMLET_DB_ERROR_TIMEOUT, 0.0005);
    run(PROMLET_DB_GET, PROMLET_DB_ERROR_TIMEOUT, 0.25);
    run(PROMLET_DB_GET, PROMLET_DB_ERROR_TIMEOUT, 16);
    expect_metrics(registry, "db_client", NULL,
                   DURATIONS_HEAD BUCKETS DURATIONS "_sum{" LABELS "} 16.2505\n" DURATIONS
                                                    "_count{" LABELS "} 3\n# EOF\n");
}

/* ---- every name ------------------------------------------------------------------------------ */

static const char *const operations[] = {
    PROMLET_DB_PUT,          PROMLET_DB_GET,     PROMLET_DB_SELECT,     PROMLET_DB_EXISTS,
    PROMLET_DB_REMOVE,       PROMLET_DB_TOUCH,   PROMLET_DB_APPEND,     PROMLET_DB_PREPEND,
    PROMLET_DB_INCREMENT,    PROMLET_DB_OPERATE, PROMLET_DB_BATCH_READ, PROMLET_DB_BATCH_OPERATE,
    PROMLET_DB_BATCH_REMOVE, PROMLET_DB_QUERY,   PROMLET_DB_SCAN,
};

/* The first is success. */
static const char *const error_types[] = {
    "",
    PROMLET_DB_ERROR_TIMEOUT,
    PROMLET_DB_ERROR_CONNECTION,
    PROMLET_DB_ERROR_NO_MORE_CONNECTIONS,
    PROMLET_DB_ERROR_INVALID_NODE,
    PROMLET_DB_ERROR_INVALID_ARGUMENT,
    PROMLET_DB_ERROR_KEY_NOT_FOUND,
    PROMLET_DB_ERROR_KEY_EXISTS,
    PROMLET_DB_ERROR_GENERATION,
    PROMLET_DB_ERROR_FILTERED_OUT,
    PROMLET_DB_ERROR_RECORD_TOO_BIG,
    PROMLET_DB_ERROR_BIN_TYPE,
    PROMLET_DB_ERROR_BIN_NOT_FOUND,
    PROMLET_DB_ERROR_UNKNOWN,
    PROMLET_DB_ERROR_OTHER,
};

/* How often each operation ends in each way. */
static unsigned times_of(size_t operation, size_t error_type)
{
    return (unsigned)(1 + (3 * operation + error_type) % 4);
}

static void each_operation_with_each_error_type_is_counted(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(operations), 15);
    unsigned tally[COUNT_OF(operations)][COUNT_OF(error_types)] = {{0}};
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        for (size_t j = 0; j < COUNT_OF(error_types); j++) {
            bool is_answer = strcmp(operations[i], "exists") == 0 &&
                             strcmp(error_types[j], "KeyNotFoundError") == 0;
            for (unsigned n = times_of(i, j); n > 0; n--) {
                run(operations[i], error_types[j], 0.5);
                tally[i][is_answer ? 0 : j]++;
            }
        }
    }
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        for (size_t j = 0; j < COUNT_OF(error_types); j++) {
            double count = operation_sample(text, "count", operations[i], error_types[j]);
            double sum = operation_sample(text, "sum", operations[i], error_types[j]);
            assert_int_equal((unsigned)count, tally[i][j]);
            assert_int_equal((unsigned)(sum * 2), tally[i][j]);
        }
    }
    promlet_free(text);
}

static void names_have_the_texts_of_the_convention(void **state)
{
    (void)state;
    static const char *const expected_operations =
        "put get select exists remove touch append prepend increment operate batch_read "
        "batch_operate batch_remove query scan ";
    static const char *const expected_errors =
        " Timeout Connection NoMoreConnections InvalidNode InvalidArgument KeyNotFoundError "
        "KeyExistsError GenerationError FilteredOut RecordTooBig BinTypeError BinNotFound Unknown "
        "_OTHER ";
    char joined[512] = "";
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        strcat(strcat(joined, operations[i]), " ");
    }
    assert_string_equal(joined, expected_operations);
    joined[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(error_types); i++) {
        strcat(strcat(joined, error_types[i]), " ");
    }
    assert_string_equal(joined, expected_errors);
}

static void any_other_name_is_as_good_until_there_are_too_many(void **state)
{
    (void)state;
    promlet_db_client_free(client);
    promlet_registry_free(registry);
    registry = new_registry();
    client = promlet_db_client_new(registry,
                                   &(promlet_db_client_opts){.system = "sqlite", .max_series = 2});
    run("vacuum", "Locked", 1);
    run("vacuum", NULL, 1);
    for (int i = 0; i < 100; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "made up %d", i);
        run(name, i % 2 == 0 ? "Invented" : NULL, 1);
    }
    expect_operations("vacuum", "Locked", 1, 1);
    expect_operations("vacuum", "", 1, 1);
    expect_sample(DURATIONS "_count{otel_metric_overflow=\"true\"}", 100);
    expect_sample(DURATIONS "_sum{otel_metric_overflow=\"true\"}", 100);
}

/* ---- time ------------------------------------------------------------------------------------ */

static const promlet_clock clocks[] = {PROMLET_CLOCK_PRECISE, PROMLET_CLOCK_FAST,
                                       PROMLET_CLOCK_COARSE, PROMLET_CLOCK_NONE};

static promlet_db_client *client_with_clock(promlet_clock clock)
{
    return promlet_db_client_new(registry,
                                 &(promlet_db_client_opts){.system = "sqlite", .clock = clock});
}

static void operation_takes_its_time_on_every_clock(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_db_client *other = client_with_clock(clocks[i]);
        promlet_db_operation running = promlet_db_operation_start(other, "test", "users", "get");
        pass(0.25);
        promlet_db_operation_finish(&running, NULL);
        promlet_db_client_free(other);
    }
    expect_operations("get", "", 3, 0.75);
}

static void operation_whose_clock_stepped_back_takes_no_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(clocks); i++) {
        promlet_db_client *other = client_with_clock(clocks[i]);
        promlet_db_operation running = promlet_db_operation_start(other, "test", "users", "get");
        running.timer.start += 1000000000;
        promlet_db_operation_finish(&running, NULL);
        promlet_db_client_free(other);
    }
    expect_operations("get", "", 3, 0);
}

static void operation_while_recording_is_off_is_not_recorded(void **state)
{
    (void)state;
    promlet_db_operation begun_on = start("get");
    promlet_set_recording(false);
    promlet_db_operation begun_off = start("get");
    promlet_db_operation_finish(&begun_on, "Timeout");
    (void)promlet_db_operation_start(NULL, NULL, NULL, NULL); /* nor is the mistake counted */
    promlet_set_recording(true);
    promlet_db_operation_finish(&begun_off, NULL);
    expect_metrics(registry, "db_client_off", NULL, DURATIONS_HEAD "# EOF\n");
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void operation_is_recorded_once_or_never(void **state)
{
    (void)state;
    promlet_db_operation once = start("get");
    pass(1);
    promlet_db_operation_finish(&once, NULL);
    promlet_db_operation_finish(&once, "Timeout");
    promlet_db_operation_scope_finish(&once);
    promlet_db_operation_cancel(&once);
    promlet_db_operation_finish(&once, NULL);
    expect_operations("get", "", 1, 1);
    expect_operations("get", "Timeout", 0, 0);

    promlet_db_operation never = start("put");
    promlet_db_operation_cancel(&never);
    promlet_db_operation_cancel(&never);
    promlet_db_operation_finish(&never, NULL);
    promlet_db_operation_scope_finish(&never);
    expect_operations("put", "", 0, 0);
}

static void operation_that_is_zero_or_null_does_nothing(void **state)
{
    (void)state;
    promlet_db_operation zero = {0};
    promlet_db_operation *const given[] = {NULL, &zero};
    for (size_t i = 0; i < COUNT_OF(given); i++) {
        promlet_db_operation_set_status_code(given[i], "1");
        promlet_db_operation_fail(given[i], "Timeout");
        promlet_db_operation_finish(given[i], "Timeout");
        promlet_db_operation_scope_finish(given[i]);
        promlet_db_operation_cancel(given[i]);
    }
    expect_metrics(registry, "db_client_zero", NULL, DURATIONS_HEAD "# EOF\n");
}

static void operation_of_null_client_is_counted_once(void **state)
{
    (void)state;
    static const char *const sample = "promlet_dropped_total{reason=\"invalid_handle\"}";
    double before = scraped_value(NULL, sample);
    promlet_db_operation running = promlet_db_operation_start(NULL, "test", "users", "get");
    promlet_db_operation_finish(&running, NULL);
    assert_int_equal((int)(scraped_value(NULL, sample) - before), 1);
}

static int leave_by(int way)
{
    PROMLET_DB_OPERATION_SCOPE(operation, client, "test", "users", "scan");
    pass(1);
    switch (way) {
    case 1:
        promlet_db_operation_fail(&operation, "Timeout");
        return -1;
    case 2:
        promlet_db_operation_fail(&operation, "Timeout");
        promlet_db_operation_fail(&operation, NULL);
        goto out;
    case 3:
        promlet_db_operation_cancel(&operation);
        return 0;
    case 4:
        promlet_db_operation_finish(&operation, "Connection");
        pass(8);
        return -1;
    default:
        return 0;
    }
out:
    return -2;
}

static void operation_scope_records_on_every_way_out(void **state)
{
    (void)state;
    for (int way = 0; way <= 4; way++) {
        (void)leave_by(way);
    }
    expect_operations("scan", "", 1, 1);
    expect_operations("scan", "Timeout", 1, 1);
    expect_operations("scan", "_OTHER", 1, 1);
    expect_operations("scan", "Connection", 1, 1);
    {
        PROMLET_DB_OPERATION_SCOPE(operation, client, "test", "users", PROMLET_DB_EXISTS);
        promlet_db_operation_fail(&operation, PROMLET_DB_ERROR_KEY_NOT_FOUND);
    }
    expect_operations("exists", "", 1, 0);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void texts_that_are_null_are_empty(void **state)
{
    (void)state;
    promlet_db_operation running = promlet_db_operation_start(client, NULL, NULL, NULL);
    promlet_db_operation_finish(&running, NULL);
    expect_sample(DURATIONS "_count{db_system_name=\"sqlite\",db_namespace=\"\","
                            "db_collection_name=\"\",db_operation_name=\"\",error_type=\"\"}",
                  1);
}

static void texts_that_are_long_are_cut_and_bad_ones_replaced(void **state)
{
    (void)state;
    char long_text[3 * PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    promlet_db_operation first = promlet_db_operation_start(client, long_text, "users", "get");
    promlet_db_operation_finish(&first, NULL);
    long_text[sizeof long_text - 2] = 'y'; /* beyond where it is cut */
    promlet_db_operation second = promlet_db_operation_start(client, long_text, "users", "get");
    promlet_db_operation_finish(&second, NULL);
    long_text[PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES] = '\0';
    char sample[sizeof long_text + 256];
    (void)snprintf(sample, sizeof sample,
                   DURATIONS "_count{db_system_name=\"sqlite\",db_namespace=\"%s\","
                             "db_collection_name=\"users\",db_operation_name=\"get\","
                             "error_type=\"\"}",
                   long_text);
    expect_sample(sample, 2);

    promlet_db_operation bad = start("get\xff");
    promlet_db_operation_finish(&bad, "\xc3(");
    expect_operations("get\xef\xbf\xbd", "\xef\xbf\xbd(", 1, 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(client_new_shows_help_and_type_alone),
        CASE(operations_are_shown_with_the_labels_and_buckets_of_opentelemetry),
        CASE(each_operation_with_each_error_type_is_counted),
        CASE(names_have_the_texts_of_the_convention),
        CASE(any_other_name_is_as_good_until_there_are_too_many),
        CASE(operation_takes_its_time_on_every_clock),
        CASE(operation_whose_clock_stepped_back_takes_no_time),
        CASE(operation_while_recording_is_off_is_not_recorded),
        CASE(operation_is_recorded_once_or_never),
        CASE(operation_that_is_zero_or_null_does_nothing),
        CASE(operation_of_null_client_is_counted_once),
        CASE(operation_scope_records_on_every_way_out),
        CASE(texts_that_are_null_are_empty),
        CASE(texts_that_are_long_are_cut_and_bad_ones_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
