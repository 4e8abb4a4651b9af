/* SPDX-License-Identifier: Apache-2.0 */
/* Pushes every so often: what they tell about themselves, what a failure leaves, stops and forks.
 */
#include "push/stand_in.h"
#include "support/children.h"
#include "support/periodic.h"

static stand_in gateway;
static promlet_registry *registry;
static promlet_counter *jobs;

#define ACCEPTED "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

static void say(int fd, const char *text)
{
    stand_in_say(fd, text);
}

/* ---- The log --------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char told[8][512];
static size_t told_count;

static void keep_line(const char *message, void *ctx)
{
    (void)ctx;
    pthread_mutex_lock(&lock);
    if (told_count < COUNT_OF(told)) {
        (void)snprintf(told[told_count], sizeof told[0], "%s", message);
    }
    told_count++;
    pthread_mutex_unlock(&lock);
}

/* ---- Life ------------------------------------------------------------------------------------ */

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    jobs = promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total"});
    gateway = (stand_in){.answer = say, .ctx = ACCEPTED};
    stand_in_start(&gateway);
    told_count = 0;
    promlet_set_log_callback(keep_line, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_set_log_callback(NULL, NULL);
    stand_in_stop(&gateway);
    promlet_registry_free(registry);
    return 0;
}

/* Rounds follow each other at once, or never unless the test asks for it. */
static promlet_periodic *start_pushing(double interval_seconds)
{
    promlet_periodic *periodic = NULL;
    promlet_push_opts options = {.registry = registry,
                                 .url = gateway.url,
                                 .job = "j",
                                 .connect_seconds = 60,
                                 .push_seconds = 60,
                                 .interval_seconds = interval_seconds};
    assert_int_equal(promlet_push_start(&options, &periodic), PROMLET_OK);
    assert_non_null(periodic);
    return periodic;
}

static void wait_for_requests(int count)
{
    while (stand_in_requests(&gateway) < count) {
        (void)poll(NULL, 0, 1);
    }
}

#define OFTEN 0.001
#define NEVER 1e6

/* ---- Tests ----------------------------------------------------------------------------------- */

static void first_push_is_at_once_and_last_one_at_stop(void **state)
{
    (void)state;
    promlet_periodic *periodic = start_pushing(NEVER);
    wait_for_rounds(periodic, 1);
    assert_memory_equal(stand_in_request(&gateway), "PUT /metrics/job/j HTTP/1.1\r\n", 29);
    assert_non_null(strstr(stand_in_request(&gateway), "\njobs_total 0\n"));
    promlet_counter_inc(jobs);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_int_equal(stand_in_requests(&gateway), 2);
    assert_non_null(strstr(stand_in_request(&gateway), "\njobs_total 1\n"));
}

static void it_tells_about_itself(void **state)
{
    (void)state;
    promlet_periodic *periodic = start_pushing(NEVER);
    wait_for_rounds(periodic, 1);
    const char *first = stand_in_request(&gateway);
    assert_non_null(strstr(first, "\npromlet_push_duration_seconds_count 0\n"));
    assert_non_null(strstr(first, "\npromlet_push_failures_total{reason=\"timeout\"} 0\n"));
    assert_null(strstr(first, "promlet_push_last_success"));
    size_t size = strlen(strstr(first, "\r\n\r\n") + 4);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    char expected[80];
    const char *last = stand_in_request(&gateway);
    (void)snprintf(expected, sizeof expected, "\npromlet_push_size_bytes_sum %zu\n", size);
    assert_non_null(strstr(last, expected));
    assert_non_null(strstr(last, "\npromlet_push_duration_seconds_count 1\n"));
    assert_non_null(strstr(last, "\npromlet_push_last_success_timestamp_seconds "));
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "promlet_push"));
    promlet_free(text);
}

static void it_can_be_silent_and_add(void **state)
{
    (void)state;
    promlet_periodic *periodic = NULL;
    promlet_push_opts options = {.registry = registry,
                                 .url = gateway.url,
                                 .job = "j",
                                 .interval_seconds = NEVER,
                                 .adds = true,
                                 .hide_own_metrics = true};
    assert_int_equal(promlet_push_start(&options, &periodic), PROMLET_OK);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_memory_equal(stand_in_request(&gateway), "POST ", 5);
    assert_null(strstr(stand_in_request(&gateway), "promlet_push"));
}

/* Whatever was recorded while nobody took it is in the next push, and so is that nobody did. */
static void failure_loses_nothing(void **state)
{
    (void)state;
    stand_in_answer(&gateway, say, "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nfull");
    promlet_periodic *periodic = start_pushing(NEVER);
    wait_for_rounds(periodic, 1);
    promlet_counter_add_u64(jobs, 5);
    stand_in_answer(&gateway, say, ACCEPTED);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\njobs_total 5\n"));
    assert_non_null(
        strstr(stand_in_request(&gateway), "\npromlet_push_failures_total{reason=\"status\"} 1\n"));
}

static void log_hears_of_each_new_reason_once(void **state)
{
    (void)state;
    char expected[512];
    stand_in_answer(&gateway, say, "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nfull");
    promlet_periodic *periodic = start_pushing(OFTEN);
    wait_for_requests(5);
    stand_in_answer(&gateway, say, "nonsense\r\n\r\n");
    wait_for_requests(10);
    stand_in_answer(&gateway, say, ACCEPTED);
    wait_for_requests(12);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_int_equal(told_count, 2);
    (void)snprintf(expected, sizeof expected,
                   "promlet push: a round has failed: %s/metrics/job/j: status 500: full",
                   gateway.url);
    assert_string_equal(told[0], expected);
    (void)snprintf(expected, sizeof expected,
                   "%s/metrics/job/j: Received HTTP/0.9 when not allowed", gateway.url);
    assert_memory_equal(told[1], expected, strlen(expected));
}

/* A child has the object and no thread. */
static void forked_child_pushes_nothing(void **state)
{
    (void)state;
    promlet_periodic *periodic = start_pushing(NEVER);
    wait_for_rounds(periodic, 1);
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        _exit(promlet_periodic_stop(periodic) == PROMLET_OK ? 0 : 1);
    }
    assert_child_succeeds(child);
    assert_int_equal(stand_in_requests(&gateway), 1);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_int_equal(stand_in_requests(&gateway), 2);
}

static void options_are_copied(void **state)
{
    (void)state;
    char url[64];
    char job[] = "j";
    promlet_periodic *periodic = NULL;
    (void)snprintf(url, sizeof url, "%s", gateway.url);
    promlet_push_opts options = {
        .registry = registry, .url = url, .job = job, .interval_seconds = NEVER};
    assert_int_equal(promlet_push_start(&options, &periodic), PROMLET_OK);
    memset(url, 'x', sizeof url);
    job[0] = 'x';
    memset(&options, 0, sizeof options);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_memory_equal(stand_in_request(&gateway), "PUT /metrics/job/j HTTP/1.1\r\n", 29);
}

#define WITH_GATEWAY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_GATEWAY(first_push_is_at_once_and_last_one_at_stop),
        WITH_GATEWAY(it_tells_about_itself),
        WITH_GATEWAY(it_can_be_silent_and_add),
        WITH_GATEWAY(failure_loses_nothing),
        WITH_GATEWAY(log_hears_of_each_new_reason_once),
        WITH_GATEWAY(forked_child_pushes_nothing),
        WITH_GATEWAY(options_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
