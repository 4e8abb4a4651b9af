/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the public API as a C11 program writes them, with the file-scope macros. */
#include <promlet/http.h>
#include <promlet/microhttpd.h>
#include <promlet/promlet.h>
#include <promlet/push.h>
#include <promlet/server.h>
#include <promlet/testing.h>

#include <stdio.h>
#include <string.h>

PROMLET_STATIC_COUNTER(restarts, "worker_restarts_total", "Workers restarted.");
PROMLET_STATIC_GAUGE(queued, "queue_length", "Jobs that wait.");
PROMLET_STATIC_HISTOGRAM(waits, "wait_seconds", "Time in the queue.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(sizes, "job_bytes", "Size of a job.", 100, 1000, 10000);
PROMLET_STATIC_SUMMARY(batches, "batch_jobs", "Jobs of a batch.");

#define METHODS(VALUE) VALUE(METHOD_GET, "GET") VALUE(METHOD_POST, "POST")
#define PEERS(VALUE) VALUE(PEER_A, "a") VALUE(PEER_B, "b") VALUE(PEER_C, "c")
enum method { METHODS(PROMLET_ENUMERATOR) };
#define MODES(VALUE) VALUE(MODE_SLOW, "slow")
enum peer { PEERS(PROMLET_ENUMERATOR) };
enum mode { MODES(PROMLET_ENUMERATOR) };
PROMLET_ENUM_LABEL(method, "method", METHODS);
PROMLET_ENUM_LABEL(peer, "peer", PEERS);
PROMLET_ENUM_LABEL(mode, "mode", MODES);
PROMLET_TABLE(counter, calls, method, peer);
PROMLET_TABLE(gauge, busy, peer);
PROMLET_TABLE(histogram, takes, method, peer, mode);
PROMLET_TABLE(summary, peer_loads, peer);
PROMLET_TABLE(state_set, peer_links, peer);
PROMLET_TABLE(unknown, peer_others, peer);

static void record_static(void)
{
    promlet_counter_inc(restarts);
    promlet_gauge_set(queued, 3);
    promlet_histogram_observe(waits, 0.02);
    promlet_histogram_observe(sizes, 512);
    promlet_summary_observe(batches, 8);
}

static void record_counters(void)
{
    promlet_counter_family *requests =
        promlet_counter_family_new(NULL, &(promlet_opts){.name = "http_requests_total",
                                                         .help = "Requests served.",
                                                         .labels = {"method", "status"}});
    promlet_counter *get_ok = promlet_counter_with(requests, "GET", "200");
    const char *const values[] = {"POST", "500"};

    promlet_counter_inc(get_ok);
    promlet_counter_add(get_ok, 0.5);
    promlet_counter_add_u64(promlet_counter_with_values(requests, values, 2), 7);
}

static void record_by_labels(void)
{
    promlet_counter_family *jobs = promlet_counter_family_new(
        NULL, &(promlet_opts){.name = "jobs_total", .help = "Jobs done.", .labels = {"kind"}});
    promlet_gauge_family *depths = promlet_gauge_family_new(
        NULL,
        &(promlet_opts){.name = "queue_depth", .help = "Jobs by queue.", .labels = {"queue"}});
    promlet_histogram_family *times = promlet_histogram_family_new(
        NULL, &(promlet_opts){.name = "job_seconds", .help = "Time.", .labels = {"kind", "end"}});
    const char *const values[] = {"mail"};

    promlet_counter_inc_by(jobs, "mail");
    promlet_counter_add_by(jobs, 0.5, "mail");
    promlet_counter_add_u64_by(jobs, 2, "mail");
    promlet_counter_inc_by_values(jobs, values, 1);
    promlet_gauge_set_by(depths, 3, "mail");
    promlet_gauge_add_by(depths, -1, "mail");
    promlet_gauge_raise_to_by(depths, 9, "mail");
    promlet_gauge_lower_to_by(depths, 2, "mail");
    promlet_histogram_observe_by(times, 0.02, "mail", "sent");
    promlet_timer_observe_by(promlet_timer_start(), times, "mail", "bounced");
}

static void record_by_name(void)
{
    promlet_counter_family *sent =
        promlet_counter_family_new(NULL, &(promlet_opts){.name = "sent_total",
                                                         .help = "Packets sent.",
                                                         .labels = {"port", "peer"},
                                                         .const_labels = {{"zone", "a"}}});
    promlet_gauge_family *depths = promlet_gauge_family_new(
        NULL, &(promlet_opts){.name = "peer_depth", .help = "Depth.", .labels = {"peer", "port"}});
    promlet_histogram_family *times = promlet_histogram_family_new(
        NULL, &(promlet_opts){.name = "peer_seconds", .help = "Time.", .labels = {"peer", "port"}});
    promlet_counter_family *to_b = promlet_counter_family_curry(sent, {"peer", "b"});
    const promlet_label labels[] = {{"peer", "b"}, {"port", "80"}};

    promlet_counter_inc(promlet_counter_with_labels(sent, {"peer", "b"}, {"port", "80"}));
    promlet_counter_inc(promlet_counter_with_label_array(sent, labels, 2));
    promlet_counter_inc_by(to_b, "80");
    promlet_counter_inc(promlet_counter_with(to_b, "80"));
    promlet_gauge_set(promlet_gauge_with_labels(depths, {"port", "1"}, {"peer", "c"}), 1);
    promlet_gauge_add_by(promlet_gauge_family_curry(depths, {"port", "1"}), 2, "c");
    promlet_histogram_observe(promlet_histogram_with_label_array(times, labels, 2), 1);
    promlet_histogram_observe_by(promlet_histogram_family_curry_array(times, labels, 1), 1, "80");
}

/* The instruments that have no positions above. */
static void record_others_by_name(void)
{
    promlet_summary_family *waits_by_peer = promlet_summary_family_new(
        NULL, &(promlet_opts){.name = "w_seconds", .help = "W.", .labels = {"peer", "port"}});
    promlet_info_family *versions = promlet_info_family_new(
        NULL, &(promlet_opts){.name = "peer_info", .help = "Peers.", .labels = {"peer", "port"}});
    promlet_state_set_family *states =
        promlet_state_set_family_new(NULL, &(promlet_opts){.name = "peer_state",
                                                           .help = "Peers.",
                                                           .labels = {"peer", "port"},
                                                           PROMLET_STATES("up", "busy")});
    promlet_unknown_family *values = promlet_unknown_family_new(
        NULL, &(promlet_opts){.name = "peer_value", .help = "V.", .labels = {"peer", "port"}});
    const promlet_label labels[] = {{"port", "1"}, {"peer", "b"}};

    promlet_summary_observe(
        promlet_summary_with_labels(waits_by_peer, {"port", "1"}, {"peer", "b"}), 2);
    promlet_summary_observe_by(promlet_summary_family_curry(waits_by_peer, {"port", "1"}), 3, "b");
    promlet_info_with_labels(versions, {"port", "1"}, {"peer", "b"});
    promlet_info_with(promlet_info_family_curry(versions, {"port", "2"}), "b");
    promlet_state_set_select(promlet_state_set_with_label_array(states, labels, 2), 1);
    promlet_state_set_select_by(promlet_state_set_family_curry_array(states, labels, 1), 1, "c");
    promlet_unknown_set(promlet_unknown_with_labels(values, {"port", "1"}, {"peer", "b"}), 5);
    promlet_unknown_set_by(promlet_unknown_family_curry(values, {"port", "1"}), 6, "b");

    promlet_summary_table_new(&peer_loads, NULL,
                              &(promlet_opts){.name = "loads", .help = "Loads."});
    promlet_state_set_table_new(
        &peer_links, NULL,
        &(promlet_opts){.name = "links", .help = "Links.", PROMLET_STATES("up", "busy")});
    promlet_unknown_table_new(&peer_others, NULL,
                              &(promlet_opts){.name = "others", .help = "Others."});
    promlet_summary_observe(peer_loads.by[PEER_A], 2);
    promlet_state_set_select(peer_links.by[PEER_A], 1);
    promlet_unknown_set(peer_others.by[PEER_A], 2);
}

static void record_by_enums(void)
{
    enum peer peer = PEER_C;

    promlet_counter_table_new(&calls, NULL,
                              &(promlet_opts){.name = "calls_total", .help = "Calls."});
    promlet_gauge_table_new(&busy, NULL, &(promlet_opts){.name = "busy", .help = "Busy peers."});
    promlet_histogram_table_new(
        &takes, NULL, &(promlet_opts){.name = "takes_bytes", .help = "T.", PROMLET_BOUNDS(1, 2)});
    promlet_counter_inc(calls.by[METHOD_POST][peer]);
    promlet_gauge_set(busy.by[PEER_B], 2);
    promlet_histogram_observe(takes.by[METHOD_GET][PEER_A][MODE_SLOW], 1);
    promlet_counter_inc_by(calls.family, "POST", "c");
}

static void record_gauges(void)
{
    promlet_gauge *temperature = promlet_gauge_new(
        NULL, &(promlet_opts){.name = "room_celsius", .help = "Temperature.", .unit = "celsius"});

    promlet_gauge_set(temperature, 21);
    promlet_gauge_inc(temperature);
    promlet_gauge_dec(temperature);
    promlet_gauge_add(temperature, 2.5);
    promlet_gauge_sub(temperature, 0.5);
}

static void record_histograms(void)
{
    promlet_histogram *latency =
        promlet_histogram_new(NULL, &(promlet_opts){.name = "http_request_duration_seconds",
                                                    .help = "Time to answer a request."});
    promlet_histogram *bytes =
        promlet_histogram_new(NULL, &(promlet_opts){.name = "http_response_bytes",
                                                    .help = "Size of an answer.",
                                                    PROMLET_BOUNDS(100, 1000, 10000)});
    promlet_timer timer = promlet_timer_start();

    promlet_timer_observe(timer, latency);
    promlet_histogram_observe(bytes, 812);
}

/* Left at its end, by return and by break; scopes may stand in each other. */
static int load(promlet_histogram *loads, promlet_gauge *loading, promlet_histogram_family *pages,
                const char *page)
{
    PROMLET_TIMED_SCOPE(loads);
    PROMLET_IN_PROGRESS_SCOPE(loading);
    PROMLET_OUTCOME_SCOPE(outcome, pages, page);
    for (int i = 0; i < 3; i++) {
        PROMLET_TIMED_SCOPE_WITH(loads, PROMLET_CLOCK_FAST);
        PROMLET_OUTCOME_SCOPE(attempt, pages, "attempt");
        if (i == 1) {
            promlet_outcome_cancel(&attempt);
            break;
        }
    }
    if (page[0] != '/') {
        promlet_outcome_fail(&outcome, "BadName");
        return -1;
    }
    return 0;
}

static void record_scopes(void)
{
    promlet_histogram *loads = promlet_histogram_new(
        NULL, &(promlet_opts){.name = "load_seconds", .help = "Time of a load."});
    promlet_gauge *loading =
        promlet_gauge_new(NULL, &(promlet_opts){.name = "loading", .help = "Loads in progress."});
    promlet_histogram_family *pages =
        promlet_histogram_family_new(NULL, &(promlet_opts){.name = "page_seconds",
                                                           .help = "Time of a page.",
                                                           .labels = {"page", "error_type"}});

    (void)load(loads, loading, pages, "/");
    promlet_set_recording(false);
    (void)load(loads, loading, pages, "/");
    promlet_set_recording(true);
    (void)load(loads, loading, pages, "x");
}

/* Left by return, as a client library does it. */
static int fetch(promlet_db_client *client, const char *key)
{
    PROMLET_DB_OPERATION_SCOPE(operation, client, "app", "users", PROMLET_DB_GET);
    PROMLET_DB_STAGE_SCOPE(client, "encode", PROMLET_DB_GET);
    if (key[0] == '\0') {
        promlet_db_operation_fail(&operation, PROMLET_DB_ERROR_INVALID_ARGUMENT);
        return -1;
    }
    return 0;
}

static void record_database_client(void)
{
    static const promlet_db_success successes[] = {
        {PROMLET_DB_EXISTS, PROMLET_DB_ERROR_KEY_NOT_FOUND}, {PROMLET_DB_GET, "Nil"}};
    promlet_db_client *client =
        promlet_db_client_new(NULL, &(promlet_db_client_opts){.system = "redis",
                                                              .server_address = "localhost",
                                                              .with_status_code = true,
                                                              .successes = successes,
                                                              .success_count = 2,
                                                              .clock = PROMLET_CLOCK_FAST});
    promlet_db_operation operation =
        promlet_db_operation_start(client, "app", NULL, PROMLET_DB_PUT);

    promlet_db_operation_set_status_code(&operation, "OOM");
    promlet_db_operation_finish(&operation, PROMLET_DB_ERROR_OTHER);
    promlet_db_operation_cancel(&operation);
    (void)promlet_db_client_set_stages_from_env(client);
    {
        PROMLET_DB_STAGES_SCOPE(client);
        (void)fetch(client, "");
    }
    promlet_db_client_set_stages(client, promlet_db_client_has_stages(client));
    (void)fetch(client, "k");
    promlet_db_client_free(client);
}

static void record_at_set_times(void)
{
    promlet_histogram *naps = promlet_histogram_new(
        NULL, &(promlet_opts){.name = "nap_seconds", .help = "Time of a nap."});
    if (promlet_testing_set_time(1700000000) == PROMLET_OK) {
        promlet_timer timer = promlet_timer_start();
        (void)promlet_testing_advance(0.3);
        promlet_timer_observe(timer, naps);
        promlet_testing_use_real_time();
    }
}

/* In every way there is; the text shows nothing of it. */
static void remove_series(void)
{
    promlet_gauge_family *rooms =
        promlet_gauge_family_new(NULL, &(promlet_opts){.name = "removed_rooms",
                                                       .help = "Rooms.",
                                                       .labels = {"house", "floor"},
                                                       .idle_seconds = 3600});
    promlet_gauge *gauge = promlet_gauge_with(rooms, "a", "1");
    promlet_label house = {"house", "a"};
    const char *const values[] = {"a", "3"};

    promlet_gauge_set(gauge, 7);
    promlet_gauge_set_by(rooms, 7, "a", "2");
    promlet_gauge_set_by(rooms, 7, "a", "3");
    promlet_gauge_set_by(rooms, 7, "a", "4");
    (void)promlet_family_remove(rooms, "a", "2");
    (void)promlet_family_remove_values(rooms, values, 2);
    (void)promlet_family_remove_matching(rooms, &house, 1);
    (void)promlet_family_clear(promlet_family_of(rooms));
    (void)promlet_family_unregister(rooms);
    (void)promlet_registry_unregister(NULL, "removed_rooms");
    promlet_gauge_release(gauge);
}

static void record_summaries(void)
{
    promlet_summary *answers = promlet_summary_new(
        NULL, &(promlet_opts){.name = "answer_bytes", .help = "Size of an answer."});
    promlet_summary_family *locks =
        promlet_summary_family_new(NULL, &(promlet_opts){.name = "lock_wait_seconds",
                                                         .help = "Wait for a lock.",
                                                         .labels = {"lock"},
                                                         PROMLET_QUANTILES(0.5, 0.99),
                                                         .window_seconds = 60});
    promlet_summary *wait = promlet_summary_with(locks, "cache");

    promlet_summary_observe(answers, 512);
    promlet_summary_observe(wait, 0);
    promlet_summary_observe_by(locks, 0, "index");
    promlet_timer_observe_summary(promlet_timer_start(), wait);
    PROMLET_TIMED_SCOPE(wait);
}

static double answer(void *ctx)
{
    return *(double *)ctx;
}

static void record_others(void)
{
    static double seven = 7;
    enum { STARTING, SERVING };
    promlet_state_set *phase =
        promlet_state_set_new(NULL, &(promlet_opts){.name = "server_phase",
                                                    .help = "What it does.",
                                                    PROMLET_STATES("starting", "serving")});
    promlet_state_set_family *links =
        promlet_state_set_family_new(NULL, &(promlet_opts){.name = "link_state",
                                                           .help = "A link.",
                                                           .labels = {"device"},
                                                           PROMLET_STATES("up", "full duplex")});
    promlet_info_family *build = promlet_info_family_new(
        NULL, &(promlet_opts){.name = "build_info", .help = "What runs.", .labels = {"version"}});
    promlet_unknown *legacy = promlet_unknown_new(
        NULL, &(promlet_opts){.name = "legacy_value", .help = "From elsewhere."});

    promlet_state_set_select(phase, STARTING);
    promlet_state_set_select(phase, SERVING);
    promlet_state_set_set_by(links, 1, true, "eth0");
    promlet_state_set_select_by(links, 0, "eth1");
    (void)promlet_info_with(build, "1.4.2");
    promlet_unknown_set(legacy, 7);
    promlet_unknown_callback_new(NULL, &(promlet_opts){.name = "asked", .help = "A."}, answer,
                                 &seven);
}

/* What was recorded, without a scrape. */
static int check_values(void)
{
    promlet_gauge *deepest =
        promlet_gauge_new(NULL, &(promlet_opts){.name = "deepest", .help = "Longest queue."});
    promlet_gauge_raise_to(deepest, 4);
    promlet_gauge_raise_to(deepest, 3);
    promlet_gauge_lower_to(deepest, 5);
    return promlet_gauge_value(deepest) > 3.5 && promlet_counter_value_u64(restarts) == 1 &&
           promlet_counter_value(restarts) > 0.5 && promlet_histogram_count(waits) == 1 &&
           promlet_histogram_sum(waits) > 0 && promlet_histogram_quantile(waits, 0.5) > 0;
}

/* Whether the document has this line; says so when it has not. */
static int has_line(const char *text, const char *line)
{
    if (strstr(text, line) != NULL) {
        return 1;
    }
    printf("missing: %s\n", line);
    return 0;
}

static int check_text(const char *text)
{
    return has_line(text, "worker_restarts_total 1\n") & has_line(text, "queue_length 3\n") &
           has_line(text, "job_bytes_bucket{le=\"1000.0\"} 1\n") &
           has_line(text, "http_requests_total{method=\"GET\",status=\"200\"} 1.5\n") &
           has_line(text, "http_requests_total{method=\"POST\",status=\"500\"} 7\n") &
           has_line(text, "jobs_total{kind=\"mail\"} 4.5\n") &
           has_line(text, "queue_depth{queue=\"mail\"} 2\n") &
           has_line(text, "job_seconds_count{kind=\"mail\",end=\"sent\"} 1\n") &
           has_line(text, "job_seconds_count{kind=\"mail\",end=\"bounced\"} 1\n") &
           has_line(text, "sent_total{zone=\"a\",port=\"80\",peer=\"b\"} 4\n") &
           has_line(text, "peer_depth{peer=\"c\",port=\"1\"} 3\n") &
           has_line(text, "peer_seconds_count{peer=\"b\",port=\"80\"} 2\n") &
           has_line(text, "calls_total{method=\"POST\",peer=\"c\"} 2\n") &
           has_line(text, "takes_bytes_count{method=\"GET\",peer=\"a\",mode=\"slow\"} 1\n") &
           has_line(text, "busy{peer=\"b\"} 2\n") & has_line(text, "room_celsius 23\n") &
           has_line(text, "http_request_duration_seconds_count 1\n") &
           has_line(text, "http_response_bytes_bucket{le=\"1000.0\"} 1\n") &
           has_line(text, "load_seconds_count 6\n") & has_line(text, "loading 0\n") &
           has_line(text, "page_seconds_count{page=\"/\",error_type=\"\"} 1\n") &
           has_line(text, "page_seconds_count{page=\"attempt\",error_type=\"\"} 2\n") &
           has_line(text, "page_seconds_count{page=\"x\",error_type=\"BadName\"} 1\n") &
           has_line(text, "error_type=\"_OTHER\",db_response_status_code=\"OOM\","
                          "server_address=\"localhost\",server_port=\"\"} 1\n") &
           has_line(text, "db_operation_name=\"get\",error_type=\"InvalidArgument\","
                          "db_response_status_code=\"\",server_address=\"localhost\"") &
           has_line(text, "db_client_internal_stage_seconds_count{stage=\"encode\","
                          "db_operation_name=\"get\"} 1\n") &
           has_line(text, "nap_seconds_sum 0.3\n") & (strstr(text, "removed_rooms") == NULL) &
           has_line(text, "answer_bytes_sum 512\n") &
           has_line(text, "lock_wait_seconds{lock=\"index\",quantile=\"0.99\"} 0\n") &
           has_line(text, "lock_wait_seconds_count{lock=\"cache\"} 3\n") &
           has_line(text, "w_seconds_sum{peer=\"b\",port=\"1\"} 5\n") &
           has_line(text, "peer_info{peer=\"b\",port=\"2\"} 1\n") &
           has_line(text, "peer_state{peer=\"c\",port=\"1\",peer_state=\"busy\"} 1\n") &
           has_line(text, "peer_value{peer=\"b\",port=\"1\"} 6\n") &
           has_line(text, "loads_sum{peer=\"a\"} 2\n") &
           has_line(text, "links{peer=\"a\",links=\"busy\"} 1\n") &
           has_line(text, "others{peer=\"a\"} 2\n") & has_line(text, "asked 7\n") &
           has_line(text, "server_phase{server_phase=\"serving\"} 1\n") &
           has_line(text, "link_state{device=\"eth0\",link_state=\"full duplex\"} 1\n") &
           has_line(text, "build_info{version=\"1.4.2\"} 1\n") &
           has_line(text, "batch_jobs_sum 8\n") & has_line(text, "legacy_value 7\n") &
           has_line(text, "\n# EOF\n");
}

static int check_with_helpers(void)
{
    char *difference = promlet_testing_compare(NULL, "queue_depth{queue=\"mail\"} 2\n",
                                               (const char *const[]){"queue_depth", NULL});
    int good = difference == NULL;
    printf("%s", good ? "" : difference);
    promlet_free(difference);
    good &= promlet_testing_value(NULL, "queue_depth", "queue", "mail") > 1;
    good &= promlet_testing_value(NULL, "room_celsius") > 22;
    good &= promlet_lint_description(NULL, NULL, NULL) == -1;
    return good & (promlet_registry_lint(NULL, NULL, NULL) == 0);
}

static void count_metric(const promlet_description *metric, void *ctx)
{
    *(size_t *)ctx += metric->name[0] != '\0';
}

static bool count_bytes(const char *data, size_t size, void *ctx)
{
    *(size_t *)ctx += size;
    return data != NULL;
}

static int check_dashboards(void)
{
    size_t metrics = 0, bytes = 0;
    char *dashboard = promlet_dashboard(NULL, &(promlet_dashboard_opts){.title = "A", .job = "b"});
    char *rules = promlet_alert_rules(NULL, &(promlet_alert_opts){.job = "b", .max_cpu_ratio = 2});
    int good = dashboard != NULL && strstr(dashboard, "\"title\": \"A\"") != NULL;
    good &= rules != NULL && has_line(rules, "groups:\n");
    good &= promlet_registry_describe(NULL, PROMLET_ESCAPING_ALLOW_UTF8, count_metric, &metrics) ==
            PROMLET_OK;
    good &= promlet_dashboard_write(NULL, NULL, count_bytes, &bytes) == PROMLET_OK;
    good &= promlet_alert_rules_write(NULL, NULL, count_bytes, &bytes) == PROMLET_OK;
    promlet_free(dashboard);
    promlet_free(rules);
    return good && metrics > 0 && bytes > 0;
}

static bool current_trace(promlet_trace_context *context, void *ctx)
{
    *context = *(const promlet_trace_context *)ctx;
    return true;
}

static void record_with_exemplars(void)
{
    static promlet_trace_context trace = {{1}, {2}, true};
    promlet_counter *retries = promlet_counter_new(
        NULL, &(promlet_opts){.name = "retries_total", .help = "Retries.", .exemplars = true});
    promlet_histogram *delays = promlet_histogram_new(
        NULL, &(promlet_opts){.name = "delay_seconds", .help = "Delays.", .exemplars = true});

    promlet_counter_add_with_exemplar(retries, 1, PROMLET_LABEL_LIST({"trace_id", "1"}));
    promlet_histogram_observe_with_exemplar(
        delays, 0.25, PROMLET_LABEL_LIST({"trace_id", "1"}, {"span_id", "2"}));
    promlet_counter_add_with_trace(retries, 1, &trace);
    promlet_histogram_observe_with_trace(delays, 0.25, &trace);
    promlet_set_trace_context_hook(current_trace, &trace);
    promlet_counter_inc(retries);
    promlet_histogram_observe(delays, 2);
    promlet_set_trace_context_hook(NULL, NULL);
}

/* As a program with a server of its own answers. */
static int check_negotiation(void)
{
    promlet_encoding encoding;
    promlet_snapshot *snapshot = promlet_snapshot_take(NULL);
    char *body;
    int good = promlet_negotiate("text/plain;q=0.5", 0, &encoding) == PROMLET_OK;
    body = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    good &= body != NULL && has_line(body, "queue_length 3\n") &&
            strstr(promlet_encoding_content_type(&encoding), "text/plain") != NULL;
    promlet_free(body);
    promlet_snapshot_release(snapshot);
    (void)promlet_negotiate("*/*", PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4), &encoding);
    return good && promlet_negotiate_gzip("gzip") && !promlet_negotiate_gzip("br");
}

/* The same in one call. */
static int check_responses(void)
{
    promlet_http_response *response = promlet_respond(
        NULL, &(promlet_http_request){.query = "name[]=queue_length", .accept = "text/plain"});
    int good = response->status == 200 && response->header_count > 0 &&
               strcmp(response->headers[0].name, "Content-Type") == 0 &&
               response->piece_count == 1 && response->pieces[0].size == response->size;
    promlet_http_response_release(response);
    return good;
}

/* As a program whose own libmicrohttpd service is measured. */
static enum MHD_Result answer_http(void *ctx, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **state)
{
    (void)ctx, (void)version, (void)upload, (void)upload_size;
    *state = NULL;
    promlet_microhttpd_set_route(connection, "/users/{id}");
    if (strcmp(url, "/metrics") == 0) {
        return promlet_microhttpd_respond(NULL, connection, method);
    }
    return promlet_microhttpd_queue_response(connection, MHD_HTTP_OK, NULL, 0);
}

static int check_measured_service(void)
{
    static const char *const routes[] = {"/users/{id}"};
    promlet_registry *registry = promlet_registry_new();
    promlet_microhttpd *measured = promlet_microhttpd_new(
        registry,
        &(promlet_microhttpd_opts){.handler = answer_http, .routes = routes, .route_count = 1});
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_AUTO, 0, NULL, NULL, promlet_microhttpd_handle, measured,
        MHD_OPTION_NOTIFY_COMPLETED, promlet_microhttpd_complete, measured,
        MHD_OPTION_URI_LOG_CALLBACK, promlet_microhttpd_begin, measured, MHD_OPTION_END);
    MHD_stop_daemon(daemon);
    promlet_microhttpd_leave_out(NULL);
    promlet_microhttpd_free(measured);
    promlet_registry_free(registry);
    return measured != NULL && daemon != NULL;
}

/* As a program with an event loop of its own serves. */
static bool serve_without_a_thread(void)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {.no_thread = true, .max_connections = 8, .header_seconds = 0.5};
    return promlet_server_start(&options, &server) == PROMLET_OK &&
           promlet_server_fd(server) >= 0 && promlet_server_timeout_ms(server) == -1 &&
           promlet_server_run(server) == PROMLET_OK &&
           promlet_server_stop_within(server, PROMLET_DEFAULT_SEND_SECONDS) == PROMLET_OK;
}

/* Nobody listens there. */
static int check_pushes(void)
{
    promlet_periodic *periodic;
    return promlet_push_start(&(promlet_push_opts){.url = "http://127.0.0.1:1", .job = "a"},
                              &periodic) == PROMLET_OK &&
           promlet_periodic_stop(periodic) == PROMLET_OK &&
           promlet_push(&(promlet_push_opts){.url = "http://127.0.0.1:1", .job = "a"}) ==
               PROMLET_ERROR_UNREACHABLE &&
           promlet_push_add(&(promlet_push_opts){.url = "http://127.0.0.1:1", .job = "a"}) ==
               PROMLET_ERROR_UNREACHABLE &&
           promlet_push_delete(&(promlet_push_opts){.url = "http://127.0.0.1:1", .job = "a"}) ==
               PROMLET_ERROR_UNREACHABLE &&
           promlet_push_job(&(promlet_push_opts){.url = "http://127.0.0.1:1", .job = "a"},
                            promlet_timer_start(), true) == PROMLET_ERROR_UNREACHABLE;
}

static promlet_status count_round(void *ctx)
{
    ++*(int *)ctx;
    return PROMLET_OK;
}

static bool run_rounds(void)
{
    int rounds = 0;
    promlet_periodic *periodic = NULL;
    return promlet_periodic_start(&(promlet_periodic_opts){.interval_seconds = 60,
                                                           .run = count_round,
                                                           .ctx = &rounds,
                                                           .runs_at_stop = true},
                                  &periodic) == PROMLET_OK &&
           promlet_periodic_failures(periodic) == 0 &&
           promlet_periodic_stop(periodic) == PROMLET_OK && rounds > 0;
}

/* Neither a folder nor a Graphite is there. */
static bool send_by_itself(void)
{
    size_t size = 0;
    uint64_t left_out = 0;
    promlet_periodic *periodic = NULL;
    promlet_graphite_opts graphite = {.host = "127.0.0.1", .port = 1, .tagged = true};
    promlet_snapshot *snapshot = promlet_snapshot_take(NULL);
    promlet_status status = promlet_graphite_write(
        snapshot, &(promlet_graphite_encoding){.prefix = "usage"}, count_bytes, &size, &left_out);
    promlet_snapshot_release(snapshot);
    return status == PROMLET_OK && size > 0 && run_rounds() &&
           promlet_graphite_send(&graphite, &left_out) == PROMLET_ERROR_UNREACHABLE &&
           promlet_graphite_start(&graphite, &periodic) == PROMLET_OK &&
           promlet_periodic_stop(periodic) == PROMLET_OK &&
           promlet_text_file_write(&(promlet_text_file_opts){.path = "/no/such/folder/x.prom"}) ==
               PROMLET_ERROR_NOT_FOUND &&
           promlet_text_file_start(&(promlet_text_file_opts){.path = "/no/such/folder/x.prom"},
                                   &periodic) == PROMLET_OK &&
           promlet_periodic_stop(periodic) == PROMLET_OK;
}

int main(void)
{
    const char *why = NULL;
    promlet_status status;
    char *text;
    int good;

    record_static();
    record_counters();
    record_by_labels();
    record_by_name();
    record_by_enums();
    record_others_by_name();
    record_gauges();
    record_histograms();
    record_with_exemplars();
    remove_series();
    record_summaries();
    record_others();
    (void)promlet_registry_configure(NULL, &(promlet_registry_opts){.hide_empty_families = true});
    record_scopes();
    record_database_client();
    record_at_set_times();
    status = promlet_registry_status(NULL, &why);
    if (status != PROMLET_OK) {
        printf("%s: %s\n", promlet_status_text(status), why);
        return 1;
    }
    if (promlet_start_metrics_server(0) != PROMLET_OK) {
        printf("server: %s\n", promlet_last_error());
        return 1;
    }
    promlet_stop_metrics_server();

    text = promlet_get_metrics();
    good = text != NULL && serve_without_a_thread() && check_text(text) && check_values() &&
           check_with_helpers() && check_dashboards() && check_negotiation() && check_responses() &&
           check_measured_service() && check_pushes() && send_by_itself();
    promlet_free(text);
    return good ? 0 : 1;
}
