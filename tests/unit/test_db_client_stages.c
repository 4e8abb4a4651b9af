/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the stages of a database client: what switches them, and that they cost nothing while
   they are off. The program is linked so that readings of the clock go through here. */
#include "support/db_client.h"

#include <stdatomic.h>
#include <time.h>

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

static atomic_int clock_readings;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    atomic_fetch_add(&clock_readings, 1);
    return __real_clock_gettime(clock, now);
}

static promlet_db_client *client;

static int begin(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("PROMLET_DB_STAGES"), 0);
    begin_with_stopped_time();
    client = promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "sqlite"});
    return 0;
}

static int end(void **state)
{
    promlet_db_client_free(client);
    return end_with_real_time(state);
}

static void run_stage(const char *stage, double seconds)
{
    promlet_db_stage running = promlet_db_stage_start(client, stage, "get");
    pass(seconds);
    promlet_db_stage_finish(&running);
}

/* ---- off and on ------------------------------------------------------------------------------ */

static void stages_are_off_and_show_nothing(void **state)
{
    (void)state;
    assert_false(promlet_db_client_has_stages(client));
    run_stage("encode", 1);
    promlet_db_client_set_stages(client, false);
    run_stage("encode", 1);
    expect_metrics(registry, "db_client_stages_off", NULL, DURATIONS_HEAD "# EOF\n");
}

static void stages_that_are_off_read_no_clock(void **state)
{
    (void)state;
    promlet_testing_use_real_time();
    atomic_store(&clock_readings, 0);
    for (int i = 0; i < 100; i++) {
        PROMLET_DB_STAGE_SCOPE(client, "encode", "get");
    }
    assert_int_equal(atomic_load(&clock_readings), 0);
    promlet_db_client_set_stages(client, true);
    atomic_store(&clock_readings, 0);
    for (int i = 0; i < 100; i++) {
        PROMLET_DB_STAGE_SCOPE(client, "decode", "get");
    }
    assert_true(atomic_load(&clock_readings) >= 200); /* so they are seen here */
    promlet_db_client_set_stages(client, false);
    atomic_store(&clock_readings, 0);
    for (int i = 0; i < 100; i++) {
        PROMLET_DB_STAGE_SCOPE(client, "encode", "get");
    }
    assert_int_equal(atomic_load(&clock_readings), 0);
}

#define STAGE_LABELS "stage=\"encode\",db_operation_name=\"get\""
#define BUCKET(bound, count) STAGES "_bucket{" STAGE_LABELS ",le=\"" bound "\"} " count "\n"
#define BUCKETS                                                                                    \
    BUCKET("1e-06", "0")                                                                           \
    BUCKET("5e-06", "1")                                                                           \
    BUCKET("1e-05", "1")                                                                           \
    BUCKET("5e-05", "1")                                                                           \
    BUCKET("0.0001", "1")                                                                          \
    BUCKET("0.0005", "1")                                                                          \
    BUCKET("0.001", "1")                                                                           \
    BUCKET("0.002", "1")                                                                           \
    BUCKET("0.005", "1")                                                                           \
    BUCKET("0.01", "1")                                                                            \
    BUCKET("0.02", "1")                                                                            \
    BUCKET("0.05", "1")                                                                            \
    BUCKET("0.1", "1")                                                                             \
    BUCKET("0.5", "2")                                                                             \
    BUCKET("1.0", "2")                                                                             \
    BUCKET("+Inf", "2")

static void stages_that_are_on_are_shown_with_their_buckets(void **state)
{
    (void)state;
    promlet_db_client_set_stages(client, true);
    assert_true(promlet_db_client_has_stages(client));
    expect_metrics(registry, "db_client_stages_new", NULL, STAGES_HEAD DURATIONS_HEAD "# EOF\n");
    run_stage("encode", 0.000003);
    run_stage("encode", 0.25);
    expect_metrics(registry, "db_client_stages", NULL,
                   STAGES_HEAD BUCKETS STAGES "_sum{" STAGE_LABELS "} 0.250003\n" STAGES
                                              "_count{" STAGE_LABELS "} 2\n" DURATIONS_HEAD
                                              "# EOF\n");
}

static void stages_that_are_off_again_stay_shown_and_count_no_more(void **state)
{
    (void)state;
    promlet_db_client_set_stages(client, true);
    promlet_db_client_set_stages(client, true);
    run_stage("encode", 1);
    promlet_db_client_set_stages(client, false);
    run_stage("encode", 1);
    assert_false(promlet_db_client_has_stages(client));
    expect_stages("encode", "get", 1, 1);
    promlet_db_client_set_stages(client, true);
    run_stage("encode", 1);
    expect_stages("encode", "get", 2, 2);
}

static void stage_is_measured_if_stages_were_on_when_it_began(void **state)
{
    (void)state;
    promlet_db_stage before = promlet_db_stage_start(client, "before", "get");
    promlet_db_client_set_stages(client, true);
    promlet_db_stage_finish(&before);
    promlet_db_stage within = promlet_db_stage_start(client, "within", "get");
    promlet_db_client_set_stages(client, false);
    pass(2);
    promlet_db_stage_finish(&within);
    promlet_db_stage_finish(&within);
    expect_stages("before", "get", 0, 0);
    expect_stages("within", "get", 1, 2);
}

static void stage_of_null_texts_has_empty_ones(void **state)
{
    (void)state;
    promlet_db_client_set_stages(client, true);
    promlet_db_stage stage = promlet_db_stage_start(client, NULL, NULL);
    promlet_db_stage_finish(&stage);
    expect_stages("", "", 1, 0);
}

static void stages_of_no_client_do_nothing(void **state)
{
    (void)state;
    promlet_db_client_set_stages(NULL, true);
    assert_false(promlet_db_client_has_stages(NULL));
    assert_int_equal(setenv("PROMLET_DB_STAGES", "1", 1), 0);
    assert_int_equal(promlet_db_client_set_stages_from_env(NULL), PROMLET_OK);
    PROMLET_DB_STAGES_SCOPE(NULL);
    PROMLET_DB_STAGE_SCOPE(NULL, "encode", "get");
    promlet_db_stage zero = {0};
    promlet_db_stage_finish(&zero);
    promlet_db_stage_finish(NULL);
    promlet_db_stages_scope_finish(NULL);
}

static void stages_while_recording_is_off_are_not_recorded(void **state)
{
    (void)state;
    promlet_db_client_set_stages(client, true);
    promlet_set_recording(false);
    promlet_db_stage stage = promlet_db_stage_start(client, "encode", "get");
    promlet_set_recording(true);
    promlet_db_stage_finish(&stage);
    expect_stages("encode", "get", 0, 0);
}

static void stages_of_clients_are_switched_one_by_one_and_share_the_histogram(void **state)
{
    (void)state;
    promlet_db_client *other =
        promlet_db_client_new(registry, &(promlet_db_client_opts){.system = "redis"});
    promlet_db_client_set_stages(other, true);
    assert_false(promlet_db_client_has_stages(client));
    promlet_db_client_set_stages(client, true);
    run_stage("encode", 1);
    promlet_db_stage stage = promlet_db_stage_start(other, "encode", "get");
    promlet_db_stage_finish(&stage);
    expect_stages("encode", "get", 2, 1);
    promlet_db_client_free(other);
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static int leave_by(int way)
{
    for (int i = 0; i < 2; i++) {
        PROMLET_DB_STAGES_SCOPE(client);
        PROMLET_DB_STAGE_SCOPE(client, "encode", "get");
        pass(1);
        if (way == 1) {
            return 1;
        }
        if (way == 2) {
            break;
        }
    }
    return 0;
}

static void stages_scope_measures_until_any_way_out(void **state)
{
    (void)state;
    for (int way = 0; way <= 2; way++) {
        (void)leave_by(way);
        assert_false(promlet_db_client_has_stages(client));
        run_stage("encode", 8);
    }
    expect_stages("encode", "get", 4, 4);
}

static void stages_scopes_overlap_in_any_order(void **state)
{
    (void)state;
    promlet_db_stages_scope first = promlet_db_stages_scope_start(client);
    promlet_db_stages_scope second = promlet_db_stages_scope_start(client);
    promlet_db_stages_scope_finish(&first);
    promlet_db_stages_scope_finish(&first);
    assert_true(promlet_db_client_has_stages(client));
    promlet_db_stages_scope_finish(&second);
    assert_false(promlet_db_client_has_stages(client));
}

static void stages_scope_leaves_the_switch_alone(void **state)
{
    (void)state;
    promlet_db_stages_scope scope = promlet_db_stages_scope_start(client);
    promlet_db_client_set_stages(client, true);
    promlet_db_stages_scope_finish(&scope);
    assert_true(promlet_db_client_has_stages(client));
    scope = promlet_db_stages_scope_start(client);
    promlet_db_client_set_stages(client, false);
    assert_true(promlet_db_client_has_stages(client));
    promlet_db_stages_scope_finish(&scope);
    assert_false(promlet_db_client_has_stages(client));
}

/* ---- the environment ------------------------------------------------------------------------- */

/* As of a program that has more rights than whoever started it. */
static bool is_privileged;

/* In the place of libc's. */
char *secure_getenv(const char *name)
{
    return is_privileged ? NULL : getenv(name);
}

static promlet_status read_variable(const char *value)
{
    if (value == NULL) {
        assert_int_equal(unsetenv("PROMLET_DB_STAGES"), 0);
    } else {
        assert_int_equal(setenv("PROMLET_DB_STAGES", value, 1), 0);
    }
    return promlet_db_client_set_stages_from_env(client);
}

static void stages_are_switched_by_the_environment_when_it_is_asked(void **state)
{
    (void)state;
    static const char *const on[] = {"1", "true", "yes", "on", "TRUE", "Yes", " oN\t", "\n1\r\n"};
    static const char *const off[] = {"0", "false", "no", "off", "FALSE", " No", "OFF "};
    assert_int_equal(setenv("PROMLET_DB_STAGES", "1", 1), 0);
    assert_false(promlet_db_client_has_stages(client)); /* it was not asked */
    for (size_t i = 0; i < COUNT_OF(on); i++) {
        promlet_db_client_set_stages(client, false);
        assert_int_equal(read_variable(on[i]), PROMLET_OK);
        assert_true(promlet_db_client_has_stages(client));
    }
    for (size_t i = 0; i < COUNT_OF(off); i++) {
        promlet_db_client_set_stages(client, true);
        assert_int_equal(read_variable(off[i]), PROMLET_OK);
        assert_false(promlet_db_client_has_stages(client));
    }
}

static void variable_that_is_not_set_or_wrong_changes_nothing(void **state)
{
    (void)state;
    static const char *const unset[] = {NULL, "", " ", "\t\n"};
    static const char *const wrong[] = {"2", "maybe", "tru", "truee", "o n", "-1", "1 1"};
    for (int is_on = 0; is_on < 2; is_on++) {
        promlet_db_client_set_stages(client, is_on);
        for (size_t i = 0; i < COUNT_OF(unset); i++) {
            assert_int_equal(read_variable(unset[i]), PROMLET_OK);
            assert_int_equal(promlet_db_client_has_stages(client), is_on);
        }
        for (size_t i = 0; i < COUNT_OF(wrong); i++) {
            assert_int_equal(read_variable(wrong[i]), PROMLET_ERROR_ARGUMENT);
            assert_int_equal(promlet_db_client_has_stages(client), is_on);
        }
    }
    (void)read_variable(" maybe ");
    assert_string_equal(promlet_last_error(), "PROMLET_DB_STAGES: \"maybe\" is none of 1, true, "
                                              "yes, on, 0, false, no and off");
    char long_value[1000];
    memset(long_value, 'x', sizeof long_value - 1);
    long_value[sizeof long_value - 1] = '\0';
    assert_int_equal(read_variable(long_value), PROMLET_ERROR_ARGUMENT);
    assert_non_null(strstr(promlet_last_error(), "xx\" is none of 1, true, yes, on, 0, false, no"));
}

static void stages_of_privileged_program_stay_as_they_are(void **state)
{
    (void)state;
    is_privileged = true;
    promlet_status status = read_variable("1");
    is_privileged = false;
    assert_int_equal(status, PROMLET_OK);
    assert_false(promlet_db_client_has_stages(client));
}

/* ---- refused --------------------------------------------------------------------------------- */

static void stages_whose_name_is_taken_stay_off_until_it_is_free(void **state)
{
    (void)state;
    (void)promlet_counter_new(registry, &(promlet_opts){.name = STAGES "_count"});
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_db_client_set_stages(client, true);
    assert_false(promlet_db_client_has_stages(client));
    const char *why;
    assert_int_equal(promlet_registry_status(registry, &why), PROMLET_ERROR_CONFLICT);
    assert_string_equal(why, promlet_last_error());
    run_stage("encode", 1);
    {
        PROMLET_DB_STAGES_SCOPE(client);
        assert_false(promlet_db_client_has_stages(client));
    }
    assert_int_equal(promlet_registry_unregister(registry, STAGES "_count"), PROMLET_OK);
    (void)promlet_set_last_error(PROMLET_OK, "an error of before");
    promlet_db_client_set_stages(client, true);
    assert_true(promlet_db_client_has_stages(client));
    assert_string_equal(promlet_last_error(), "an error of before");
    run_stage("encode", 1);
    expect_stages("encode", "get", 1, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(stages_are_off_and_show_nothing),
        CASE(stages_that_are_off_read_no_clock),
        CASE(stages_that_are_on_are_shown_with_their_buckets),
        CASE(stages_that_are_off_again_stay_shown_and_count_no_more),
        CASE(stage_is_measured_if_stages_were_on_when_it_began),
        CASE(stage_of_null_texts_has_empty_ones),
        CASE(stages_of_no_client_do_nothing),
        CASE(stages_while_recording_is_off_are_not_recorded),
        CASE(stages_of_clients_are_switched_one_by_one_and_share_the_histogram),
        CASE(stages_scope_measures_until_any_way_out),
        CASE(stages_scopes_overlap_in_any_order),
        CASE(stages_scope_leaves_the_switch_alone),
        CASE(stages_are_switched_by_the_environment_when_it_is_asked),
        CASE(variable_that_is_not_set_or_wrong_changes_nothing),
        CASE(stages_of_privileged_program_stay_as_they_are),
        CASE(stages_whose_name_is_taken_stay_off_until_it_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
