/* SPDX-License-Identifier: Apache-2.0 */
/* What a push sends, and what it does not do to its host. */
#include "push/stand_in.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static stand_in gateway;
static promlet_registry *registry;

static void say_accepted(int fd, const char *ctx)
{
    stand_in_say(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    (void)ctx;
}

static void say_text(int fd, const char *ctx)
{
    stand_in_say(fd, ctx);
}

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    promlet_counter_add_u64(
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs."}), 3);
    gateway = (stand_in){.answer = say_accepted};
    stand_in_start(&gateway);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stand_in_stop(&gateway);
    promlet_registry_free(registry);
    return 0;
}

static promlet_push_opts options(void)
{
    return (promlet_push_opts){.registry = registry,
                               .url = gateway.url,
                               .job = "backup",
                               .connect_seconds = 60,
                               .push_seconds = 60};
}

#define DOCUMENT "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 3\n"

/* The whole request is this one; the port is the gateway's. */
static void expect_request(const char *head, const char *rest, const char *body)
{
    char expected[4096];
    (void)snprintf(
        expected, sizeof expected,
        "%s HTTP/1.1\r\nHost: %.63s\r\n%sUser-Agent: promlet/%s\r\nAccept: */*\r\n%s\r\n%s", head,
        gateway.url + strlen("http://"), strstr(rest, "Authorization") != NULL ? rest : "",
        promlet_version(), strstr(rest, "Authorization") != NULL ? "" : rest, body);
    assert_string_equal(stand_in_request(&gateway), expected);
    assert_int_equal(stand_in_requests(&gateway), 1);
}

/* ---- Requests -------------------------------------------------------------------------------- */

#define OF_DOCUMENT                                                                                \
    "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 63\r\n"

static void push_puts_all_metrics(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    expect_request("PUT /metrics/job/backup", OF_DOCUMENT, DOCUMENT);
}

static void push_add_posts_them(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.grouping[0] = (promlet_label){"zone", "eu/west"};
    assert_int_equal(promlet_push_add(&given), PROMLET_OK);
    expect_request("POST /metrics/job/backup/zone@base64/ZXUvd2VzdA", OF_DOCUMENT, DOCUMENT);
}

static void push_delete_sends_no_body(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    assert_int_equal(promlet_push_delete(&given), PROMLET_OK);
    expect_request("DELETE /metrics/job/backup", "", "");
}

static void credentials_are_said(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.username = "me";
    given.password = "a:b";
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\r\nAuthorization: Basic bWU6YTpi\r\n"));
    given.username = given.password = NULL;
    given.bearer_token = "abc.def";
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\r\nAuthorization: Bearer abc.def\r\n"));
    given.bearer_token = NULL;
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_null(strstr(stand_in_request(&gateway), "Authorization"));
}

static void other_formats_say_what_they_are(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.format = PROMLET_FORMAT_PROTOBUF;
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway),
                           "\r\nContent-Type: application/vnd.google.protobuf; "
                           "proto=io.prometheus.client.MetricFamily; "
                           "encoding=delimited"));
    given.format = PROMLET_FORMAT_TEXT_1_0_0;
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(
        strstr(stand_in_request(&gateway), "\r\nContent-Type: text/plain; version=1.0.0; "));
}

static void default_registry_is_pushed(void **state)
{
    (void)state;
    promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = "level"}), 7);
    assert_int_equal(promlet_push(&(promlet_push_opts){.url = gateway.url, .job = "j"}),
                     PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\nlevel 7\n"));
}

static void empty_registry_is_pushed(void **state)
{
    (void)state;
    promlet_registry *empty = promlet_registry_new();
    promlet_push_opts given = options();
    given.registry = empty;
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\r\nContent-Length: 0\r\n"));
    promlet_registry_free(empty);
}

static promlet_status emit_with_a_time(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    (void)promlet_emit_family(emitter,
                              &(promlet_emit_opts){.name = "level", .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value_at_by_values(emitter, 4, 1234567, NULL, 0);
}

/* The gateway would refuse the whole document. */
static void times_are_left_out(void **state)
{
    (void)state;
    (void)promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "timed", .collect = emit_with_a_time});
    promlet_push_opts given = options();
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\nlevel 4\n"));
}

static void large_document_arrives_whole(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "many_total", .labels = {"n"}});
    for (int i = 0; i < 1500; i++) {
        char n[16];
        (void)snprintf(n, sizeof n, "%d", i);
        (void)promlet_counter_with(family, n);
    }
    promlet_push_opts given = options();
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    promlet_snapshot_release(snapshot);
    assert_string_equal(strstr(stand_in_request(&gateway), "\r\n\r\n") + 4, text);
    promlet_free(text);
}

/* ---- Labels of the group --------------------------------------------------------------------- */

static void label_of_group_is_refused_before_anything_is_sent(void **state)
{
    static const promlet_format formats[] = {PROMLET_FORMAT_TEXT_0_0_4, PROMLET_FORMAT_PROTOBUF};
    (void)state;
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "free_bytes", .labels = {"zone"}});
    promlet_gauge_set(promlet_gauge_with(family, "x"), 1);
    promlet_push_opts given = options();
    given.grouping[0] = (promlet_label){"zone", "eu"};
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        given.format = formats[i];
        assert_int_equal(promlet_push(&given), PROMLET_ERROR_LABELS);
        assert_string_equal(promlet_last_error(),
                            "free_bytes: has the label zone, which the grouping sets");
    }
    assert_int_equal(stand_in_requests(&gateway), 0);
}

/* ---- Batch jobs ------------------------------------------------------------------------------ */

static void job_that_succeeded_says_so(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.job = "9 nightly-backup";
    assert_int_equal(promlet_push_job(&given, promlet_timer_start(), true), PROMLET_OK);
    assert_memory_equal(stand_in_request(&gateway), "POST ", 5);
    assert_non_null(
        strstr(stand_in_request(&gateway), "\n# TYPE _9_nightly_backup_duration_seconds gauge\n"));
    assert_non_null(strstr(stand_in_request(&gateway),
                           "\n_9_nightly_backup_last_completion_timestamp_seconds "));
    assert_non_null(
        strstr(stand_in_request(&gateway), "\n_9_nightly_backup_last_success_timestamp_seconds "));
    assert_non_null(strstr(stand_in_request(&gateway), "\njobs_total 3\n"));
    double age = (double)time(NULL) -
                 scraped_value(registry, "_9_nightly_backup_last_success_timestamp_seconds");
    assert_true(age > -2 && age < 100);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_OK);
}

/* A character is one `_`, however many bytes it has. */
static void job_in_utf8_has_names_of_its_length(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.job = "nacht\xc3\xbcr \xf0\x9f\x8c\x99:x";
    assert_int_equal(promlet_push_job(&given, promlet_timer_start(), true), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\nnacht_r___x_duration_seconds "));
}

static void job_that_failed_leaves_the_last_success(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    assert_int_equal(promlet_push_job(&given, promlet_timer_start(), false), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\nbackup_duration_seconds "));
    assert_non_null(
        strstr(stand_in_request(&gateway), "\nbackup_last_completion_timestamp_seconds "));
    assert_null(strstr(stand_in_request(&gateway), "last_success"));

    /* Of several runs in one process, too. */
    assert_int_equal(promlet_push_job(&given, promlet_timer_start(), true), PROMLET_OK);
    double before = scraped_value(registry, "backup_last_success_timestamp_seconds");
    assert_int_equal(promlet_push_job(&given, promlet_timer_start(), false), PROMLET_OK);
    assert_float_equal(scraped_value(registry, "backup_last_success_timestamp_seconds"), before, 0);
    assert_true(scraped_value(registry, "backup_last_completion_timestamp_seconds") >= before);
}

static void job_without_a_clock_has_no_duration(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    assert_int_equal(promlet_push_job(&given, promlet_timer_start_with(PROMLET_CLOCK_NONE), true),
                     PROMLET_OK);
    assert_null(strstr(stand_in_request(&gateway), "duration"));
    assert_non_null(strstr(stand_in_request(&gateway), "\nbackup_last_success_timestamp_seconds "));
}

static void job_whose_gauge_is_something_else_is_pushed(void **state)
{
    (void)state;
    promlet_counter_new(registry, &(promlet_opts){.name = "backup_duration_seconds"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "backup_last_completion_timestamp_seconds",
                                                .help = "Another one."});
    promlet_push_opts given = options();
    assert_int_equal(promlet_push_job(&given, promlet_timer_start(), true), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway), "\nbackup_last_success_timestamp_seconds "));
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
}

/* ---- What the host does not notice ----------------------------------------------------------- */

static void environment_is_not_asked_for_proxies(void **state)
{
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(setenv(names[i], "http://127.0.0.1:1", 1), 0);
    }
    promlet_push_opts given = options();
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(unsetenv(names[i]), 0);
    }
}

static void proxy_is_used_when_asked_for(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.url = "http://gateway.invalid:9091";
    given.proxy = gateway.url;
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_non_null(strstr(stand_in_request(&gateway),
                           "PUT http://gateway.invalid:9091/metrics/job/backup HTTP/1.1\r\n"));
}

static void descriptors_and_threads_are_as_before(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    int threads = count_entries("/proc/self/task");
    int descriptors = count_entries("/proc/self/fd");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(promlet_push_add(&given), PROMLET_OK);
    }
    wait_for_descriptors(descriptors);
    wait_for_threads(threads);
}

static void signals_stay_as_they_were(void **state)
{
    (void)state;
    sigset_t before;
    sigset_t after;
    sigset_t pipes;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &pipes, &before), 0);
    assert_int_equal(raise(SIGPIPE), 0);
    promlet_push_opts given = options();
    assert_int_equal(promlet_push(&given), PROMLET_OK);

    /* What was the host's own is still there. */
    sigset_t pending;
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 1);
    assert_int_equal(sigtimedwait(&pipes, NULL, &(struct timespec){0, 0}), SIGPIPE);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, &after), 0);
    assert_int_equal(sigismember(&after, SIGPIPE), 1);
    struct sigaction action;
    assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
    assert_ptr_equal(action.sa_handler, SIG_DFL);
    assert_int_equal(promlet_push(&given), PROMLET_OK);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
    assert_int_equal(sigismember(&after, SIGPIPE), 0);
}

static void *push_often(void *ctx)
{
    promlet_push_opts given = options();
    (void)ctx;
    for (int i = 0; i < 20; i++) {
        if (promlet_push(&given) != PROMLET_OK) {
            return "a push failed";
        }
    }
    return NULL;
}

static void threads_push_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, push_often, NULL), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *fault = NULL;
        assert_int_equal(pthread_join(threads[i], &fault), 0);
        assert_null(fault);
    }
    assert_int_equal(stand_in_requests(&gateway), 80);
}

static promlet_status push_in_collector(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    promlet_push_opts given = options();
    *(promlet_status *)ctx = promlet_push(&given);
    return PROMLET_OK;
}

static void push_while_collecting_is_busy(void **state)
{
    (void)state;
    promlet_status met = PROMLET_OK;
    (void)promlet_collector_new(
        registry,
        &(promlet_collector_opts){.name = "pushing", .collect = push_in_collector, .ctx = &met});
    promlet_snapshot_release(promlet_snapshot_take(registry));
    assert_int_equal(met, PROMLET_ERROR_BUSY);
    assert_int_equal(stand_in_requests(&gateway), 0);
}

/* ---- Refusals -------------------------------------------------------------------------------- */

static void expect_refusal(const char *answer, const char *reason)
{
    char expected[256];
    promlet_push_opts given = options();
    stand_in_answer(&gateway, say_text, answer);
    given.username = "me";
    given.password = "secret";
    assert_int_equal(promlet_push(&given), PROMLET_ERROR_REFUSED);
    (void)snprintf(expected, sizeof expected, "%s/metrics/job/backup: %s", gateway.url, reason);
    assert_string_equal(promlet_last_error(), expected);
}

static void refusal_has_the_words_of_the_gateway(void **state)
{
    (void)state;
    expect_refusal(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 21\r\n\r\nbad metric\non line 7\r\n",
        "status 400: bad metric on line 7");
    expect_refusal("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "status 500");
    expect_refusal("HTTP/1.1 401 No\r\nContent-Length: 6\r\n\r\n\x01\xc3\xa4%s\n",
                   "status 401: ???%s");
    expect_refusal("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nthere\r\n0\r\n\r\n",
                   "status 404: there");
}

/* As servers for debugging do, and proxies with a page of what went wrong. */
static void secrets_that_the_gateway_repeats_are_hidden(void **state)
{
    (void)state;
    char expected[256];
    expect_refusal("HTTP/1.1 400 No\r\nContent-Length: 49\r\n\r\n"
                   "authorization: basic bWU6c2VjcmV0, i.e. me:secret",
                   "status 400: authorization: basic ************, i.e. me:******");
    expect_refusal("HTTP/1.1 401 No\r\nContent-Length: 20\r\n\r\nBasic auth is needed",
                   "status 401: Basic auth is needed");
    expect_refusal("HTTP/1.1 302 Found\r\nLocation: http://me:secret@other.example/\r\n"
                   "Content-Length: 0\r\n\r\n",
                   "status 302, which is not followed to http://me:******@other.example/");
    promlet_push_opts given = options();
    char token[301];
    memset(token, 't', sizeof token - 1);
    token[sizeof token - 1] = '\0';
    char answer[512];
    (void)snprintf(answer, sizeof answer, "HTTP/1.1 400 No\r\nContent-Length: 305\r\n\r\nfor: %s",
                   token);
    stand_in_answer(&gateway, say_text, answer);
    given.bearer_token = token;
    assert_int_equal(promlet_push(&given), PROMLET_ERROR_REFUSED);
    (void)snprintf(expected, sizeof expected, "%s/metrics/job/backup: status 400: for: ***",
                   gateway.url);
    assert_memory_equal(promlet_last_error(), expected, strlen(expected));
    assert_null(strstr(promlet_last_error(), "t*"));
    assert_null(strstr(promlet_last_error(), "ttt"));
}

static void expect_failure_by_proxy(const char *proxy, promlet_status status, const char *reason)
{
    char expected[256];
    promlet_push_opts given = options();
    given.proxy = proxy;
    assert_int_equal(promlet_push(&given), status);
    (void)snprintf(expected, sizeof expected, "%s/metrics/job/backup: %s", gateway.url, reason);
    assert_string_equal(promlet_last_error(), expected);
}

/* libcurl shows a proxy that it can't use, whole or cut. */
static void password_of_the_proxy_is_hidden(void **state)
{
    (void)state;
    char proxy[400];
    expect_failure_by_proxy("htp://me:secret@proxy:3128", PROMLET_ERROR_UNREACHABLE,
                            "Unsupported proxy scheme for 'htp://*********@proxy:3128'");
    expect_failure_by_proxy("me:/secret@proxy", PROMLET_ERROR_UNREACHABLE,
                            "Unsupported proxy scheme for '**********@proxy'");
    expect_failure_by_proxy("htp://s%65cret@proxy", PROMLET_ERROR_UNREACHABLE,
                            "Unsupported proxy scheme for 'htp://********@proxy'");
    memset(proxy, 's', sizeof proxy);
    memcpy(proxy, "htp://me:", 9);
    memcpy(proxy + sizeof proxy - 7, "@proxy", 7);
    promlet_push_opts given = options();
    given.proxy = proxy;
    assert_int_equal(promlet_push(&given), PROMLET_ERROR_UNREACHABLE);
    assert_null(strstr(promlet_last_error(), "ss"));
    (void)snprintf(proxy, sizeof proxy, "http://me:s%%65cret@%.60s",
                   gateway.url + strlen("http://"));
    stand_in_answer(&gateway, say_text,
                    "HTTP/1.1 403 No\r\nContent-Length: 35\r\n\r\n"
                    "me with secret, as s%65cret, is not");
    expect_failure_by_proxy(proxy, PROMLET_ERROR_REFUSED,
                            "status 403: me with ******, as ********, is not");
}

static void redirect_is_not_followed(void **state)
{
    (void)state;
    expect_refusal("HTTP/1.1 302 Found\r\nLocation: http://other.example/metrics\r\n"
                   "Content-Length: 4\r\n\r\nmove",
                   "status 302, which is not followed to http://other.example/metrics");
    expect_refusal("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", "status 301");
    assert_int_equal(stand_in_requests(&gateway), 2);
}

static void long_words_are_cut(void **state)
{
    (void)state;
    char answer[4096];
    char words[3001];
    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    (void)snprintf(answer, sizeof answer, "HTTP/1.1 400 No\r\nContent-Length: 3000\r\n\r\n%s",
                   words);
    stand_in_answer(&gateway, say_text, answer);
    char job[200];
    memset(job, 'j', sizeof job - 1);
    job[sizeof job - 1] = '\0';
    promlet_push_opts given = options();
    given.job = job;
    assert_int_equal(promlet_push(&given), PROMLET_ERROR_REFUSED);
    assert_int_equal(strlen(promlet_last_error()), 255);
    assert_non_null(strstr(promlet_last_error(), "jjj...: status 400: www"));
}

#define WITH_GATEWAY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_GATEWAY(push_puts_all_metrics),
        WITH_GATEWAY(push_add_posts_them),
        WITH_GATEWAY(push_delete_sends_no_body),
        WITH_GATEWAY(credentials_are_said),
        WITH_GATEWAY(other_formats_say_what_they_are),
        WITH_GATEWAY(default_registry_is_pushed),
        WITH_GATEWAY(empty_registry_is_pushed),
        WITH_GATEWAY(times_are_left_out),
        WITH_GATEWAY(large_document_arrives_whole),
        WITH_GATEWAY(label_of_group_is_refused_before_anything_is_sent),
        WITH_GATEWAY(job_that_succeeded_says_so),
        WITH_GATEWAY(job_in_utf8_has_names_of_its_length),
        WITH_GATEWAY(job_that_failed_leaves_the_last_success),
        WITH_GATEWAY(job_without_a_clock_has_no_duration),
        WITH_GATEWAY(job_whose_gauge_is_something_else_is_pushed),
        WITH_GATEWAY(environment_is_not_asked_for_proxies),
        WITH_GATEWAY(proxy_is_used_when_asked_for),
        WITH_GATEWAY(descriptors_and_threads_are_as_before),
        WITH_GATEWAY(signals_stay_as_they_were),
        WITH_GATEWAY(threads_push_at_once),
        WITH_GATEWAY(push_while_collecting_is_busy),
        WITH_GATEWAY(refusal_has_the_words_of_the_gateway),
        WITH_GATEWAY(secrets_that_the_gateway_repeats_are_hidden),
        WITH_GATEWAY(password_of_the_proxy_is_hidden),
        WITH_GATEWAY(redirect_is_not_followed),
        WITH_GATEWAY(long_words_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
