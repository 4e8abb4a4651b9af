/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the options of a database client: further labels, what counts as success, and what is
   refused. */
#include "support/db_client.h"
#include "support/heard_log.h"

static int begin(void **state)
{
    (void)state;
    begin_with_stopped_time();
    return 0;
}

static void run(promlet_db_client *client, const char *operation, const char *error_type)
{
    promlet_db_operation running = promlet_db_operation_start(client, "test", "users", operation);
    promlet_db_operation_finish(&running, error_type);
}

/* ---- labels ---------------------------------------------------------------------------------- */

#define MANDATORY                                                                                  \
    "db_system_name=\"postgresql\",db_namespace=\"app\",db_collection_name=\"users\","             \
    "db_operation_name=\"put\","

static void run_with_code(promlet_db_client *client, const char *code, const char *error_type)
{
    promlet_db_operation running = promlet_db_operation_start(client, "app", "users", "put");
    promlet_db_operation_set_status_code(&running, "00000");
    promlet_db_operation_set_status_code(&running, code);
    promlet_db_operation_finish(&running, error_type);
}

static void status_code_is_a_label_by_choice(void **state)
{
    (void)state;
    promlet_db_client *client = promlet_db_client_new(
        registry, &(promlet_db_client_opts){.system = "postgresql", .with_status_code = true});
    run_with_code(client, "23505", "KeyExistsError");
    run_with_code(client, NULL, "Timeout");
    run_with_code(client, "01000", NULL);
    expect_sample(DURATIONS "_count{" MANDATORY
                            "error_type=\"KeyExistsError\",db_response_status_code=\"23505\"}",
                  1);
    expect_sample(
        DURATIONS "_count{" MANDATORY "error_type=\"Timeout\",db_response_status_code=\"\"}", 1);
    expect_sample(
        DURATIONS "_count{" MANDATORY "error_type=\"\",db_response_status_code=\"01000\"}", 1);
    promlet_db_client_free(client);
}

static void status_code_without_the_option_is_ignored(void **state)
{
    (void)state;
    promlet_db_client *client =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "postgresql"});
    run_with_code(client, "23505", NULL);
    expect_sample(DURATIONS "_count{" MANDATORY "error_type=\"\"}", 1);
    promlet_db_client_free(client);
}

/* Each server has its client; they share the histogram. The strings are copied. */
static void servers_are_labels_by_choice(void **state)
{
    (void)state;
    static const int ports[] = {0, 1, 65535};
    static const char *const port_texts[] = {"", "1", "65535"};
    for (size_t i = 0; i < COUNT_OF(ports); i++) {
        char system[] = "postgresql";
        char address[] = "db.example.com";
        promlet_db_client *client =
            promlet_db_client_new(registry, &(promlet_db_client_opts){.system = system,
                                                                      .server_address = address,
                                                                      .server_port = ports[i],
                                                                      .with_status_code = true});
        memset(system, 'x', sizeof system - 1);
        memset(address, 'x', sizeof address - 1);
        run_with_code(client, "1", NULL);
        promlet_db_client_free(client);
        char sample[512];
        (void)snprintf(sample, sizeof sample,
                       DURATIONS "_count{" MANDATORY "error_type=\"\",db_response_status_code="
                                 "\"1\",server_address=\"db.example.com\",server_port=\"%s\"}",
                       port_texts[i]);
        expect_sample(sample, 1);
    }
    expect_status(registry, PROMLET_OK, "");
}

static void clients_of_one_registry_share_the_histogram(void **state)
{
    (void)state;
    promlet_db_client *one =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "sqlite"});
    promlet_db_client *same =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "sqlite"});
    promlet_db_client *other =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "redis"});
    run(one, "get", NULL);
    run(same, "get", NULL);
    run(other, "get", NULL);
    promlet_db_client_free(one);
    promlet_db_client_free(same);
    promlet_db_client_free(other);
    expect_operations("get", "", 2, 0);
    expect_sample(DURATIONS "_count{db_system_name=\"redis\",db_namespace=\"test\","
                            "db_collection_name=\"users\",db_operation_name=\"get\","
                            "error_type=\"\"}",
                  1);
}

static void client_of_null_registry_is_in_the_default_one(void **state)
{
    (void)state;
    promlet_db_client *client =
        promlet_db_client_new(NULL, &(promlet_db_client_opts){.system = "sqlite"});
    run(client, "get", NULL);
    char *text = promlet_get_metrics();
    assert_true(operation_sample(text, "count", "get", "") > 0);
    promlet_free(text);
    promlet_db_client_free(client);
}

/* ---- what counts as success ------------------------------------------------------------------ */

static void successes_are_those_of_the_options(void **state)
{
    (void)state;
    char operation[] = "remove";
    promlet_db_success successes[] = {{operation, "KeyNotFoundError"}, {"put", "KeyExistsError"}};
    promlet_db_client *client = promlet_db_client_new(
        registry,
        &(promlet_db_client_opts){.system = "sqlite", .successes = successes, .success_count = 2});
    memset(operation, 'x', sizeof operation - 1);
    successes[1] = (promlet_db_success){NULL, NULL};
    run(client, "remove", "KeyNotFoundError");
    run(client, "put", "KeyExistsError");
    run(client, "put", "KeyNotFoundError");
    run(client, "exists", "KeyNotFoundError");
    expect_operations("remove", "", 1, 0);
    expect_operations("put", "", 1, 0);
    expect_operations("put", "KeyNotFoundError", 1, 0);
    expect_operations("exists", "KeyNotFoundError", 1, 0);
    promlet_db_client_free(client);
}

/* Two texts that begin as those of a success, and more successes than there are such beginnings. */
static void successes_are_told_from_what_begins_like_them(void **state)
{
    (void)state;
    promlet_db_success successes[PROMLET_DB_MAX_SUCCESSES];
    char operations[PROMLET_DB_MAX_SUCCESSES][8];
    for (size_t i = 0; i < COUNT_OF(successes); i++) {
        (void)snprintf(operations[i], sizeof operations[i], "%c%zu", (char)('!' + i % 90), i);
        successes[i] = (promlet_db_success){operations[i], "Gone"};
    }
    promlet_db_client *client = promlet_db_client_new(
        registry, &(promlet_db_client_opts){
                      .system = "sqlite", .successes = successes, .success_count = 100});
    for (size_t i = 0; i < COUNT_OF(successes); i++) {
        run(client, operations[i], "Gone");
    }
    run(client, "!", "Gone");
    run(client, "!0", "G");
    run(client, "!0", "");
    expect_operations("!", "Gone", 1, 0);
    expect_operations("!0", "G", 1, 0);
    expect_operations("!0", "", 2, 0);
    expect_operations("k74", "", 1, 0);
    promlet_db_client_free(client);
}

static void successes_can_be_none(void **state)
{
    (void)state;
    static const promlet_db_success none[] = {{NULL, NULL}};
    promlet_db_client *client = promlet_db_client_new(
        registry, &(promlet_db_client_opts){.system = "sqlite", .successes = none});
    run(client, "exists", "KeyNotFoundError");
    expect_operations("exists", "KeyNotFoundError", 1, 0);
    promlet_db_client_free(client);
}

/* ---- the histogram --------------------------------------------------------------------------- */

static void buckets_are_those_of_the_options(void **state)
{
    (void)state;
    static const double bounds[] = {0.00025, 4};
    promlet_db_client *client =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "sqlite",
                                                                  .bounds = bounds,
                                                                  .bound_count = COUNT_OF(bounds),
                                                                  .idle_seconds = 60,
                                                                  .native_factor = 1.1,
                                                                  .exemplars = true});
    run(client, "get", NULL);
    promlet_db_client_free(client);
#define GET_LABELS                                                                                 \
    "db_system_name=\"sqlite\",db_namespace=\"test\",db_collection_name=\"users\","                \
    "db_operation_name=\"get\",error_type=\"\""
    expect_metrics(registry, "db_client_bounds", NULL,
                   DURATIONS_HEAD DURATIONS
                   "_bucket{" GET_LABELS ",le=\"0.00025\"} 1\n" DURATIONS "_bucket{" GET_LABELS
                   ",le=\"4.0\"} 1\n" DURATIONS "_bucket{" GET_LABELS ",le=\"+Inf\"} 1\n" DURATIONS
                   "_sum{" GET_LABELS "} 0\n" DURATIONS "_count{" GET_LABELS "} 1\n# EOF\n");
}

/* ---- what is refused ------------------------------------------------------------------------- */

static const promlet_db_success without_error[] = {{"get", NULL}};
static const promlet_db_success without_operation[] = {{NULL, "Timeout"}};
static const promlet_db_success any_success[] = {{"get", "Timeout"}};
static const double falling[] = {2, 1};

static const struct refused {
    promlet_db_client_opts options;
    promlet_status status;
    const char *why;
} refused[] = {
    {{.system = NULL},
     PROMLET_ERROR_ARGUMENT,
     "a database client: system: is NULL or empty, and must name the product, such as \"redis\""},
    {{.system = ""},
     PROMLET_ERROR_ARGUMENT,
     "a database client: system: is NULL or empty, and must name the product, such as \"redis\""},
    {{.system = "s", .server_address = "a", .server_port = -1},
     PROMLET_ERROR_ARGUMENT,
     "a database client: server_port: is no number from 0 to 65535"},
    {{.system = "s", .server_address = "a", .server_port = 65536},
     PROMLET_ERROR_ARGUMENT,
     "a database client: server_port: is no number from 0 to 65535"},
    {{.system = "s", .server_port = 1},
     PROMLET_ERROR_ARGUMENT,
     "a database client: server_port: is set without server_address"},
    {{.system = "s", .success_count = 1},
     PROMLET_ERROR_ARGUMENT,
     "a database client: success_count: is set without successes"},
    {{.system = "s", .successes = without_error, .success_count = 1},
     PROMLET_ERROR_ARGUMENT,
     "a database client: successes: one has an operation or an error type that is NULL"},
    {{.system = "s", .successes = without_operation, .success_count = 1},
     PROMLET_ERROR_ARGUMENT,
     "a database client: successes: one has an operation or an error type that is NULL"},
    {{.system = "s", .successes = any_success, .success_count = PROMLET_DB_MAX_SUCCESSES + 1},
     PROMLET_ERROR_ARGUMENT,
     "a database client: successes: there are more than PROMLET_DB_MAX_SUCCESSES"},
    {{.system = "s", .bounds = falling, .bound_count = 2},
     PROMLET_ERROR_BOUNDS,
     DURATIONS ": bucket bound number 2 is not above the one before it"},
};

/* It can be used, and records nothing; the registry tells why, and the log hears of it. */
static void expect_refused(promlet_db_client *client, const struct heard_log *log,
                           promlet_status status, const char *why)
{
    assert_non_null(client);
    expect_status(registry, status, why);
    assert_string_equal(promlet_last_error(), why);
    assert_int_equal(log->count, 1);
    assert_string_equal(log->last, why);
    promlet_db_client_set_stages(client, true);
    promlet_db_client_set_stages(client, false);
    {
        PROMLET_DB_STAGES_SCOPE(client);
        PROMLET_DB_STAGE_SCOPE(client, "encode", "get");
        PROMLET_DB_OPERATION_SCOPE(operation, client, "test", "users", "get");
        promlet_db_operation_set_status_code(&operation, "1");
        promlet_db_operation_fail(&operation, "Timeout");
    }
    run(client, "get", NULL);
    promlet_db_client_free(client);
    promlet_db_client_free(client); /* which is nothing that could be freed */
}

static void options_that_are_wrong_give_a_client_that_records_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct heard_log log;
        promlet_registry_free(registry);
        registry = new_registry();
        start_to_hear(&log);
        promlet_db_client *client = promlet_db_client_new(registry, &refused[i].options);
        stop_to_hear();
        if (refused[i].status == PROMLET_ERROR_ARGUMENT) {
            expect_refused(client, &log, refused[i].status, refused[i].why);
        } else {
            expect_status(registry, refused[i].status, refused[i].why);
            run(client, "get", NULL);
            promlet_db_client_free(client);
        }
        expect_metrics(registry, "db_client_refused", NULL, "# EOF\n");
    }
}

static void options_of_no_known_size_are_refused(void **state)
{
    (void)state;
    struct {
        promlet_db_client_opts known;
        void *unknown;
    } longer = {{.system = "sqlite"}, NULL};
    struct heard_log log;
    start_to_hear(&log);
    expect_refused(promlet_db_client_new(registry, NULL), &log, PROMLET_ERROR_ARGUMENT,
                   "a database client: options: are NULL");
    stop_to_hear();
    assert_non_null(promlet_db_client_new_sized(registry, &longer.known, 3));
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence,
                   "a database client: options: have a size that they never had: 3, "
                   "where promlet " PROMLET_VERSION_STRING " has %zu bytes",
                   sizeof longer.known);
    assert_string_equal(promlet_last_error(), sentence);
    longer.unknown = &longer;
    assert_non_null(promlet_db_client_new_sized(registry, &longer.known, sizeof longer));
    assert_string_equal(
        promlet_last_error(),
        "a database client: options: hold members that promlet " PROMLET_VERSION_STRING
        " does not know");
    longer.unknown = NULL;
    promlet_db_client *client = promlet_db_client_new_sized(registry, &longer.known, sizeof longer);
    run(client, "get", NULL);
    promlet_db_client_free(client);
    client = promlet_db_client_new_sized(registry, &longer.known, sizeof(const char *));
    run(client, "get", NULL);
    promlet_db_client_free(client);
    expect_operations("get", "", 2, 0);
}

static void name_that_is_taken_gives_a_client_that_records_nothing(void **state)
{
    (void)state;
    (void)promlet_counter_new(registry, &(promlet_opts){.name = DURATIONS "_count"});
    promlet_db_client *client =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "sqlite"});
    const char *why;
    assert_int_equal(promlet_registry_status(registry, &why), PROMLET_ERROR_CONFLICT);
    assert_string_equal(why, promlet_last_error());
    run(client, "get", NULL);
    expect_operations("get", "", 0, 0);
    promlet_db_client_free(client);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end_with_real_time)
    const struct CMUnitTest tests[] = {
        CASE(status_code_is_a_label_by_choice),
        CASE(status_code_without_the_option_is_ignored),
        CASE(servers_are_labels_by_choice),
        CASE(clients_of_one_registry_share_the_histogram),
        CASE(client_of_null_registry_is_in_the_default_one),
        CASE(successes_are_those_of_the_options),
        CASE(successes_are_told_from_what_begins_like_them),
        CASE(successes_can_be_none),
        CASE(buckets_are_those_of_the_options),
        CASE(options_that_are_wrong_give_a_client_that_records_nothing),
        CASE(options_of_no_known_size_are_refused),
        CASE(name_that_is_taken_gives_a_client_that_records_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
