/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the public API as a C++ program writes them (C++11 and later). */
#include <promlet/http.h>
#include <promlet/microhttpd.h>
#include <promlet/promlet.h>
#include <promlet/push.h>
#include <promlet/server.h>
#include <promlet/testing.h>

#include <cstdio>
#include <cstring>
#include <string>

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

namespace
{

void record_static()
{
    promlet_counter_inc(restarts);
    promlet_gauge_set(queued, 3);
    promlet_histogram_observe(waits, 0.02);
    promlet_histogram_observe(sizes, 512);
    promlet_summary_observe(batches, 8);
}

/* Of no family are all samples compared. */
const char *const no_names[] = {nullptr};

/* C++ has no compound literals, so options are filled by assignment. */
promlet_opts options(const char *name, const char *help)
{
    promlet_opts filled = promlet_opts();
    filled.name = name;
    filled.help = help;
    return filled;
}

void record_counters()
{
    promlet_opts filled = options("http_requests_total", "Requests served.");
    filled.labels[0] = "method";
    filled.labels[1] = "status";
    promlet_counter_family *requests = promlet_counter_family_new(nullptr, &filled);
    promlet_counter *get_ok = promlet_counter_with(requests, "GET", "200");
    const std::string method = "POST";

    promlet_counter_inc(get_ok);
    promlet_counter_add(get_ok, 0.5);
    promlet_counter_add_u64(promlet_counter_with(requests, method.c_str(), "500"), 7);
}

void record_by_labels()
{
    promlet_opts filled = options("jobs_total", "Jobs done.");
    filled.labels[0] = "kind";
    promlet_counter_family *jobs = promlet_counter_family_new(nullptr, &filled);
    filled.name = "queue_depth";
    promlet_gauge_family *depths = promlet_gauge_family_new(nullptr, &filled);
    filled.name = "job_seconds";
    filled.labels[1] = "end";
    promlet_histogram_family *times = promlet_histogram_family_new(nullptr, &filled);
    const std::string kind = "mail";

    promlet_counter_inc_by(jobs, "mail");
    promlet_counter_add_by(jobs, 0.5, kind.c_str());
    promlet_counter_add_u64_by(jobs, 2, "mail");
    promlet_gauge_set_by(depths, 3, "mail");
    promlet_gauge_add_by(depths, -1, "mail");
    promlet_gauge_raise_to_by(depths, 9, "mail");
    promlet_gauge_lower_to_by(depths, 2, "mail");
    promlet_histogram_observe_by(times, 0.02, "mail", "sent");
    promlet_timer_observe_by(promlet_timer_start(), times, "mail", "bounced");
}

bool current_trace(promlet_trace_context *context, void *ctx)
{
    *context = *static_cast<const promlet_trace_context *>(ctx);
    return true;
}

void record_with_exemplars()
{
    promlet_trace_context trace = {{1}, {2}, true};
    promlet_opts options = promlet_opts();
    options.name = "retries_total";
    options.help = "Retries.";
    options.exemplars = true;
    promlet_counter *retries = promlet_counter_new(nullptr, &options);
    options.name = "delay_seconds";
    options.help = "Delays.";
    promlet_histogram *delays = promlet_histogram_new(nullptr, &options);
    const promlet_label labels[] = {{"trace_id", "1"}, {"span_id", "2"}};

    promlet_counter_add_with_exemplar(retries, 1, labels, 2);
    promlet_histogram_observe_with_exemplar(delays, 0.25, labels, 2);
    promlet_counter_add_with_trace(retries, 1, &trace);
    promlet_histogram_observe_with_trace(delays, 0.25, &trace);
    promlet_set_trace_context_hook(current_trace, &trace);
    promlet_counter_inc(retries);
    promlet_histogram_observe(delays, 2);
    promlet_set_trace_context_hook(nullptr, nullptr);
}

void record_by_name()
{
    promlet_opts filled = options("sent_total", "Packets sent.");
    filled.labels[0] = "port";
    filled.labels[1] = "peer";
    filled.const_labels[0] = promlet_label{"zone", "a"};
    promlet_counter_family *sent = promlet_counter_family_new(nullptr, &filled);
    filled.name = "peer_depth";
    promlet_gauge_family *depths = promlet_gauge_family_new(nullptr, &filled);
    filled.name = "peer_seconds";
    promlet_histogram_family *times = promlet_histogram_family_new(nullptr, &filled);
    const promlet_label peer = {"peer", "b"};
    const promlet_label port = {"port", "80"};
    promlet_counter_family *to_b = promlet_counter_family_curry(sent, peer);

    promlet_counter_inc(promlet_counter_with_labels(sent, peer, promlet_label{"port", "80"}));
    promlet_counter_inc_by(to_b, "80");
    promlet_gauge_set(promlet_gauge_with_labels(depths, peer, port), 1);
    promlet_gauge_add_by(promlet_gauge_family_curry(depths, port), 2, "b");
    promlet_histogram_observe(promlet_histogram_with_labels(times, port, peer), 1);
    promlet_histogram_observe_by(promlet_histogram_family_curry(times, peer), 1, "80");
}

/* The instruments that have no positions above. */
void record_others_by_name()
{
    static const char *const phases[] = {"up", "busy"};
    promlet_opts filled = options("w_seconds", "W.");
    filled.labels[0] = "peer";
    filled.labels[1] = "port";
    promlet_summary_family *waits_by_peer = promlet_summary_family_new(nullptr, &filled);
    filled.name = "peer_info";
    promlet_info_family *versions = promlet_info_family_new(nullptr, &filled);
    filled.name = "peer_value";
    promlet_unknown_family *values = promlet_unknown_family_new(nullptr, &filled);
    filled.name = "peer_state";
    filled.states = phases;
    filled.state_count = 2;
    promlet_state_set_family *states = promlet_state_set_family_new(nullptr, &filled);
    const promlet_label peer = {"peer", "b"};
    const promlet_label port = {"port", "1"};

    promlet_summary_observe(promlet_summary_with_labels(waits_by_peer, port, peer), 2);
    promlet_summary_observe_by(promlet_summary_family_curry(waits_by_peer, port), 3, "b");
    promlet_info_with_labels(versions, port, peer);
    promlet_info_with(promlet_info_family_curry(versions, peer), "2");
    promlet_state_set_select(promlet_state_set_with_labels(states, port, peer), 1);
    promlet_state_set_select_by(promlet_state_set_family_curry(states, port), 1, "c");
    promlet_unknown_set(promlet_unknown_with_labels(values, port, peer), 5);
    promlet_unknown_set_by(promlet_unknown_family_curry(values, port), 6, "b");

    filled = options("loads", "Loads.");
    promlet_summary_table_new(&peer_loads, nullptr, &filled);
    filled.name = "others";
    promlet_unknown_table_new(&peer_others, nullptr, &filled);
    filled.name = "links";
    filled.states = phases;
    filled.state_count = 2;
    promlet_state_set_table_new(&peer_links, nullptr, &filled);
    promlet_summary_observe(peer_loads.by[PEER_A], 2);
    promlet_state_set_select(peer_links.by[PEER_A], 1);
    promlet_unknown_set(peer_others.by[PEER_A], 2);
}

void record_by_enums()
{
    promlet_opts filled = options("calls_total", "Calls.");
    promlet_counter_table_new(&calls, nullptr, &filled);
    filled.name = "busy";
    promlet_gauge_table_new(&busy, nullptr, &filled);
    filled.name = "takes_bytes";
    promlet_histogram_table_new(&takes, nullptr, &filled);
    const enum peer peer = PEER_C;

    promlet_counter_inc(calls.by[METHOD_POST][peer]);
    promlet_gauge_set(busy.by[PEER_B], 2);
    promlet_histogram_observe(takes.by[METHOD_GET][PEER_A][MODE_SLOW], 1);
    promlet_counter_inc_by(calls.family, "POST", "c");
}

void record_gauges()
{
    promlet_opts filled = options("room_celsius", "Temperature.");
    filled.unit = "celsius";
    promlet_gauge *temperature = promlet_gauge_new(nullptr, &filled);

    promlet_gauge_set(temperature, 21);
    promlet_gauge_inc(temperature);
    promlet_gauge_dec(temperature);
    promlet_gauge_add(temperature, 2.5);
    promlet_gauge_sub(temperature, 0.5);
}

void record_histograms()
{
    static const double bounds[] = {PROMLET_BOUNDS_OTEL_HTTP};
    promlet_opts filled = options("http_request_duration_seconds", "Time to answer a request.");
    filled.bounds = bounds;
    filled.bound_count = sizeof bounds / sizeof bounds[0];
    promlet_histogram *latency = promlet_histogram_new(nullptr, &filled);

    promlet_timer timer = promlet_timer_start();
    promlet_timer_observe(timer, latency);
}

/* Left at its end, by return and by an exception. */
int load(promlet_histogram *loads, promlet_gauge *loading, promlet_histogram_family *pages,
         const std::string &page)
{
    PROMLET_TIMED_SCOPE(loads);
    PROMLET_IN_PROGRESS_SCOPE(loading);
    PROMLET_OUTCOME_SCOPE(outcome, pages, page.c_str());
    if (page == "/named") {
        promlet_outcome_fail(&outcome, "Named");
    }
    if (page != "/") {
        throw page.size();
    }
    return 0;
}

/* Works while an exception is under way: what ends well then is a success. */
struct cleaner {
    promlet_histogram *loads;
    promlet_gauge *loading;
    promlet_histogram_family *pages;
    promlet_histogram_family *endings;

    ~cleaner()
    {
        PROMLET_OUTCOME_SCOPE(ending, endings);
        (void)load(loads, loading, pages, "/");
    }
};

bool throws(promlet_histogram *loads, promlet_gauge *loading, promlet_histogram_family *pages,
            promlet_histogram_family *endings, const char *page)
{
    try {
        PROMLET_OUTCOME_SCOPE(outcome, endings);
        const cleaner clean = {loads, loading, pages, endings};
        (void)load(loads, loading, pages, page);
    } catch (std::size_t) {
        PROMLET_OUTCOME_SCOPE(outcome, pages, "handler");
        return true;
    }
    return false;
}

void record_scopes()
{
    promlet_opts filled = options("load_seconds", "Time of a load.");
    promlet_histogram *loads = promlet_histogram_new(nullptr, &filled);
    filled = options("loading", "Loads in progress.");
    promlet_gauge *loading = promlet_gauge_new(nullptr, &filled);
    filled = options("ending_seconds", "Time of an ending.");
    filled.labels[0] = "error_type";
    promlet_histogram_family *endings = promlet_histogram_family_new(nullptr, &filled);
    filled = options("page_seconds", "Time of a page.");
    filled.labels[0] = "page";
    filled.labels[1] = "error_type";
    promlet_histogram_family *pages = promlet_histogram_family_new(nullptr, &filled);

    const bool is_thrown[] = {throws(loads, loading, pages, endings, "/"),
                              throws(loads, loading, pages, endings, "/named"),
                              throws(loads, loading, pages, endings, "/missing")};
    if (is_thrown[0] || !is_thrown[1] || !is_thrown[2]) {
        std::printf("exceptions are lost\n");
    }
}

/* Left by return and by an exception, as a client library does it. */
int fetch(promlet_db_client *client, const std::string &key)
{
    PROMLET_DB_OPERATION_SCOPE(operation, client, "app", "users", PROMLET_DB_GET);
    PROMLET_DB_STAGE_SCOPE(client, "encode", PROMLET_DB_GET);
    if (key == "named") {
        promlet_db_operation_fail(&operation, PROMLET_DB_ERROR_TIMEOUT);
    }
    if (key == "cancelled") {
        promlet_db_operation_cancel(&operation);
    }
    if (key != "k") {
        throw key.size();
    }
    return 0;
}

void record_database_client()
{
    promlet_db_client_opts filled = promlet_db_client_opts();
    filled.system = "redis";
    promlet_db_client *client = promlet_db_client_new(nullptr, &filled);
    promlet_db_operation operation =
        promlet_db_operation_start(client, "app", nullptr, PROMLET_DB_PUT);
    promlet_db_operation_set_status_code(&operation, "OOM");
    promlet_db_operation_finish(&operation, PROMLET_DB_ERROR_OTHER);
    promlet_db_operation_cancel(&operation);
    (void)promlet_db_client_set_stages_from_env(client);

    const char *const keys[] = {"k", "", "named", "cancelled"};
    for (const char *key : keys) {
        PROMLET_DB_STAGES_SCOPE(client);
        try {
            (void)fetch(client, key);
        } catch (std::size_t) {
            PROMLET_DB_OPERATION_SCOPE(of_none, nullptr, "app", "users", PROMLET_DB_GET);
        }
    }
    promlet_db_client_set_stages(client, promlet_db_client_has_stages(client));
    promlet_db_client_free(client);
}

void record_at_set_times()
{
    promlet_opts filled = options("nap_seconds", "Time of a nap.");
    promlet_histogram *naps = promlet_histogram_new(nullptr, &filled);
    if (promlet_testing_set_time(1700000000) == PROMLET_OK) {
        PROMLET_TIMED_SCOPE_WITH(naps, PROMLET_CLOCK_FAST);
        (void)promlet_testing_advance(0.3);
    }
    promlet_testing_use_real_time();
}

void remove_series()
{
    promlet_opts filled = options("removed_rooms", "Rooms.");
    filled.labels[0] = "house";
    filled.labels[1] = "floor";
    filled.idle_seconds = 3600;
    promlet_gauge_family *rooms = promlet_gauge_family_new(nullptr, &filled);
    promlet_gauge *gauge = promlet_gauge_with(rooms, "a", "1");
    const promlet_label house = {"house", "a"};
    const char *const values[] = {"a", "3"};

    promlet_gauge_set(gauge, 7);
    promlet_gauge_set_by(rooms, 7, "a", "2");
    promlet_gauge_set_by(rooms, 7, "a", "3");
    promlet_family_remove(rooms, "a", "2");
    promlet_family_remove_values(rooms, values, 2);
    promlet_family_remove_matching(rooms, &house, 1);
    promlet_family_clear(promlet_family_of(rooms));
    promlet_family_unregister(rooms);
    promlet_registry_unregister(nullptr, "removed_rooms");
    promlet_gauge_release(gauge);
}

void record_summaries()
{
    static const double quantiles[] = {0.5, 0.99};
    promlet_opts filled = options("lock_wait_seconds", "Wait for a lock.");
    filled.labels[0] = "lock";
    filled.quantiles = quantiles;
    filled.quantile_count = sizeof quantiles / sizeof quantiles[0];
    promlet_summary_family *locks = promlet_summary_family_new(nullptr, &filled);
    promlet_summary_observe(promlet_summary_with(locks, "cache"), 0);
    promlet_summary_observe_by(locks, 0, "index");
    promlet_timer_observe_summary(promlet_timer_start(), promlet_summary_with(locks, "cache"));
    PROMLET_TIMED_SCOPE(promlet_summary_with(locks, "cache"));
}

double answer(void *ctx)
{
    return *static_cast<double *>(ctx);
}

void record_others()
{
    static double seven = 7;
    enum { STARTING, SERVING };
    static const char *const phases[] = {"starting", "serving"};
    promlet_opts filled = options("server_phase", "What it does.");
    filled.states = phases;
    filled.state_count = sizeof phases / sizeof phases[0];
    promlet_state_set *phase = promlet_state_set_new(nullptr, &filled);
    promlet_state_set_select(phase, STARTING);
    promlet_state_set_select(phase, SERVING);

    filled = options("build_info", "What runs.");
    filled.labels[0] = "version";
    promlet_info_with(promlet_info_family_new(nullptr, &filled), "1.4.2");

    filled = options("legacy_value", "From elsewhere.");
    promlet_unknown_set(promlet_unknown_new(nullptr, &filled), 7);
    filled = options("asked", "A.");
    promlet_unknown_callback_new(nullptr, &filled, answer, &seven);
}

/* Whether the document has this line; says so when it has not. */
bool has_line(const std::string &text, const char *line)
{
    if (text.find(line) != std::string::npos) {
        return true;
    }
    std::printf("missing: %s\n", line);
    return false;
}

bool check_text(const std::string &text)
{
    bool good = has_line(text, "worker_restarts_total 1\n");
    good &= has_line(text, "queue_length 3\n");
    good &= has_line(text, "job_bytes_bucket{le=\"1000.0\"} 1\n");
    good &= has_line(text, "http_requests_total{method=\"GET\",status=\"200\"} 1.5\n");
    good &= has_line(text, "http_requests_total{method=\"POST\",status=\"500\"} 7\n");
    good &= has_line(text, "jobs_total{kind=\"mail\"} 3.5\n");
    good &= has_line(text, "queue_depth{kind=\"mail\"} 2\n");
    good &= has_line(text, "job_seconds_count{kind=\"mail\",end=\"sent\"} 1\n");
    good &= has_line(text, "job_seconds_count{kind=\"mail\",end=\"bounced\"} 1\n");
    good &= has_line(text, "sent_total{zone=\"a\",port=\"80\",peer=\"b\"} 2\n");
    good &= has_line(text, "peer_depth{zone=\"a\",port=\"80\",peer=\"b\"} 3\n");
    good &= has_line(text, "peer_seconds_count{zone=\"a\",port=\"80\",peer=\"b\"} 2\n");
    good &= has_line(text, "calls_total{method=\"POST\",peer=\"c\"} 2\n");
    good &= has_line(text, "busy{peer=\"b\"} 2\n");
    good &= has_line(text, "takes_bytes_count{method=\"GET\",peer=\"a\",mode=\"slow\"} 1\n");
    good &= has_line(text, "room_celsius 23\n");
    good &= has_line(text, "http_request_duration_seconds_bucket{le=\"0.075\"} 1\n");
    good &= has_line(text, "load_seconds_count 6\n");
    good &= has_line(text, "loading 0\n");
    good &= has_line(text, "page_seconds_count{page=\"/\",error_type=\"\"} 4\n");
    good &= has_line(text, "page_seconds_count{page=\"/named\",error_type=\"Named\"} 1\n");
    good &= has_line(text, "page_seconds_count{page=\"/missing\",error_type=\"exception\"} 1\n");
    good &= has_line(text, "page_seconds_count{page=\"handler\",error_type=\"\"} 2\n");
    good &= has_line(text, "ending_seconds_count{error_type=\"\"} 4\n");
    good &= has_line(text, "ending_seconds_count{error_type=\"exception\"} 2\n");
    good &= has_line(text, "nap_seconds_sum 0.3\n");
    good &= text.find("removed_rooms") == std::string::npos;
    good &= has_line(text, "lock_wait_seconds{lock=\"index\",quantile=\"0.99\"} 0\n");
    good &= has_line(text, "lock_wait_seconds_count{lock=\"cache\"} 3\n");
    good &= has_line(text, "w_seconds_sum{peer=\"b\",port=\"1\"} 5\n");
    good &= has_line(text, "peer_info{peer=\"b\",port=\"2\"} 1\n");
    good &= has_line(text, "peer_state{peer=\"c\",port=\"1\",peer_state=\"busy\"} 1\n");
    good &= has_line(text, "peer_value{peer=\"b\",port=\"1\"} 6\n");
    good &= has_line(text, "loads_sum{peer=\"a\"} 2\n");
    good &= has_line(text, "links{peer=\"a\",links=\"busy\"} 1\n");
    good &= has_line(text, "others{peer=\"a\"} 2\n");
    good &= has_line(text, "asked 7\n");
    good &= has_line(text, "server_phase{server_phase=\"serving\"} 1\n");
    good &= has_line(text, "build_info{version=\"1.4.2\"} 1\n");
    good &= has_line(text, "batch_jobs_sum 8\n");
    good &= has_line(text, "legacy_value 7\n");
    good &= has_line(text, "db_operation_name=\"put\",error_type=\"_OTHER\"} 1\n");
    good &= has_line(text, "db_operation_name=\"get\",error_type=\"\"} 1\n");
    good &= has_line(text, "db_operation_name=\"get\",error_type=\"exception\"} 1\n");
    good &= has_line(text, "db_operation_name=\"get\",error_type=\"Timeout\"} 1\n");
    good &= has_line(text, "stage=\"encode\",db_operation_name=\"get\"} 4\n");
    good &= has_line(text, "\n# EOF\n");
    return good;
}

bool check_with_helpers()
{
    char *difference = promlet_testing_compare(nullptr, "queue_depth{kind=\"mail\"} 2\n", no_names);
    bool good = difference == nullptr;
    std::printf("%s", good ? "" : difference);
    promlet_free(difference);
    good &= promlet_testing_value(nullptr, "queue_depth", "kind", "mail") > 1;
    good &= promlet_testing_value(nullptr, "room_celsius") > 22;
    good &= promlet_lint_description(nullptr, nullptr, nullptr) == -1;
    return good && promlet_registry_lint(nullptr, nullptr, nullptr) == 0;
}

void count_metric(const promlet_description *metric, void *ctx)
{
    *static_cast<std::size_t *>(ctx) += metric->name[0] != '\0';
}

bool count_bytes(const char *data, std::size_t size, void *ctx)
{
    *static_cast<std::size_t *>(ctx) += size;
    return data != nullptr;
}

bool check_dashboards()
{
    std::size_t metrics = 0, bytes = 0;
    promlet_dashboard_opts options = promlet_dashboard_opts();
    options.title = "A";
    promlet_alert_opts limits = promlet_alert_opts();
    limits.max_cpu_ratio = 2;
    char *dashboard = promlet_dashboard(nullptr, &options);
    char *rules = promlet_alert_rules(nullptr, &limits);
    bool good = dashboard != nullptr && std::strstr(dashboard, "\"title\": \"A\"") != nullptr;
    good &= rules != nullptr && has_line(rules, "groups:\n");
    good &= promlet_registry_describe(nullptr, PROMLET_ESCAPING_ALLOW_UTF8, count_metric,
                                      &metrics) == PROMLET_OK;
    good &= promlet_dashboard_write(nullptr, nullptr, count_bytes, &bytes) == PROMLET_OK;
    good &= promlet_alert_rules_write(nullptr, nullptr, count_bytes, &bytes) == PROMLET_OK;
    promlet_free(dashboard);
    promlet_free(rules);
    return good && metrics > 0 && bytes > 0;
}

// As a program with a server of its own answers.
bool check_negotiation()
{
    promlet_encoding encoding = promlet_encoding();
    promlet_snapshot *snapshot = promlet_snapshot_take(nullptr);
    bool good = promlet_negotiate("text/plain;q=0.5", 0, &encoding) == PROMLET_OK;
    char *body = promlet_snapshot_string_as(snapshot, &encoding, nullptr);
    good &= body != nullptr && has_line(body, "room_celsius 23\n");
    good &= std::strstr(promlet_encoding_content_type(&encoding), "text/plain") != nullptr;
    promlet_free(body);
    promlet_snapshot_release(snapshot);
    (void)promlet_negotiate("*/*", PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4), &encoding);
    return good && promlet_negotiate_gzip("gzip") && !promlet_negotiate_gzip("br");
}

// The same in one call.
bool check_responses()
{
    promlet_http_request request = promlet_http_request();
    request.query = "name[]=room_celsius";
    promlet_http_response *response = promlet_respond(nullptr, &request);
    bool good = response->status == 200 && response->header_count > 0 &&
                std::strcmp(response->headers[0].name, "Content-Type") == 0 &&
                response->piece_count == 1 && response->pieces[0].size == response->size;
    promlet_http_response_release(response);
    return good;
}

// As a program whose own libmicrohttpd service is measured.
enum MHD_Result answer_http(void *, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *, const char *, size_t *, void **state)
{
    *state = nullptr;
    promlet_microhttpd_set_route(connection, "/users/{id}");
    if (std::strcmp(url, "/metrics") == 0) {
        return promlet_microhttpd_respond(nullptr, connection, method);
    }
    return promlet_microhttpd_queue_response(connection, MHD_HTTP_OK, nullptr, 0);
}

bool check_measured_service()
{
    static const char *const routes[] = {"/users/{id}"};
    promlet_microhttpd_opts options = promlet_microhttpd_opts();
    options.handler = answer_http;
    options.routes = routes;
    options.route_count = 1;
    promlet_registry *registry = promlet_registry_new();
    promlet_microhttpd *measured = promlet_microhttpd_new(registry, &options);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_AUTO, 0, nullptr, nullptr, promlet_microhttpd_handle, measured,
        MHD_OPTION_NOTIFY_COMPLETED, promlet_microhttpd_complete, measured,
        MHD_OPTION_URI_LOG_CALLBACK, promlet_microhttpd_begin, measured, MHD_OPTION_END);
    MHD_stop_daemon(daemon);
    promlet_microhttpd_leave_out(nullptr);
    promlet_microhttpd_free(measured);
    promlet_registry_free(registry);
    return measured != nullptr && daemon != nullptr;
}

} // namespace

// As a program with an event loop of its own serves.
static bool serve_without_a_thread()
{
    promlet_server *server = nullptr;
    promlet_server_opts options = promlet_server_opts();
    options.no_thread = true;
    options.max_connections = 8;
    options.header_seconds = 0.5;
    return promlet_server_start(&options, &server) == PROMLET_OK &&
           promlet_server_fd(server) >= 0 && promlet_server_timeout_ms(server) == -1 &&
           promlet_server_run(server) == PROMLET_OK &&
           promlet_server_stop_within(server, PROMLET_DEFAULT_SEND_SECONDS) == PROMLET_OK;
}

// Nobody listens there.
static bool check_pushes()
{
    promlet_push_opts options = promlet_push_opts();
    options.url = "http://127.0.0.1:1";
    options.job = "a";
    options.grouping[0] = promlet_label{"rack", "7"};
    promlet_periodic *periodic = nullptr;
    return promlet_push_start(&options, &periodic) == PROMLET_OK &&
           promlet_periodic_stop(periodic) == PROMLET_OK &&
           promlet_push(&options) == PROMLET_ERROR_UNREACHABLE &&
           promlet_push_add(&options) == PROMLET_ERROR_UNREACHABLE &&
           promlet_push_delete(&options) == PROMLET_ERROR_UNREACHABLE &&
           promlet_push_job(&options, promlet_timer_start(), true) == PROMLET_ERROR_UNREACHABLE;
}

static promlet_status count_round(void *ctx)
{
    ++*static_cast<int *>(ctx);
    return PROMLET_OK;
}

static bool run_rounds()
{
    int rounds = 0;
    promlet_periodic *periodic = nullptr;
    promlet_periodic_opts options = promlet_periodic_opts();
    options.interval_seconds = 60;
    options.run = count_round;
    options.ctx = &rounds;
    options.runs_at_stop = true;
    return promlet_periodic_start(&options, &periodic) == PROMLET_OK &&
           promlet_periodic_failures(periodic) == 0 &&
           promlet_periodic_stop(periodic) == PROMLET_OK && rounds > 0;
}

/* Neither a folder nor a Graphite is there. */
static bool send_by_itself()
{
    size_t size = 0;
    uint64_t left_out = 0;
    promlet_periodic *periodic = nullptr;
    promlet_graphite_encoding encoding = promlet_graphite_encoding();
    encoding.prefix = "usage";
    promlet_graphite_opts graphite = promlet_graphite_opts();
    graphite.host = "127.0.0.1";
    graphite.port = 1;
    promlet_text_file_opts file = promlet_text_file_opts();
    file.path = "/no/such/folder/x.prom";
    promlet_snapshot *snapshot = promlet_snapshot_take(nullptr);
    const promlet_status status =
        promlet_graphite_write(snapshot, &encoding, count_bytes, &size, &left_out);
    promlet_snapshot_release(snapshot);
    return status == PROMLET_OK && size > 0 && run_rounds() &&
           promlet_graphite_send(&graphite, &left_out) == PROMLET_ERROR_UNREACHABLE &&
           promlet_graphite_start(&graphite, &periodic) == PROMLET_OK &&
           promlet_periodic_stop(periodic) == PROMLET_OK &&
           promlet_text_file_write(&file) == PROMLET_ERROR_NOT_FOUND &&
           promlet_text_file_start(&file, &periodic) == PROMLET_OK &&
           promlet_periodic_stop(periodic) == PROMLET_OK;
}

int main()
{
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
    promlet_registry_opts registry_options = promlet_registry_opts();
    registry_options.hide_empty_families = true;
    (void)promlet_registry_configure(nullptr, &registry_options);
    record_scopes();
    record_database_client();
    record_at_set_times();
    const char *why = nullptr;
    if (promlet_registry_status(nullptr, &why) != PROMLET_OK) {
        std::printf("%s\n", why);
        return 1;
    }
    if (promlet_start_metrics_server(0) != PROMLET_OK) {
        std::printf("server: %s\n", promlet_last_error());
        return 1;
    }
    promlet_stop_metrics_server();

    char *text = promlet_get_metrics();
    const bool good = text != nullptr && serve_without_a_thread() && check_text(text) &&
                      check_with_helpers() && check_dashboards() && check_negotiation() &&
                      check_responses() && check_measured_service() && check_pushes() &&
                      send_by_itself();
    promlet_free(text);
    return good ? 0 : 1;
}
