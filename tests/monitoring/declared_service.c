/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that a Prometheus scrapes (tests/monitoring/run): one metric of each type or more, with
 * names and texts that are hard to write down. It writes dashboards and alert rules for them into a
 * folder, one with names as Prometheus 3 keeps them and one with names as older versions do, says
 * where it serves, and records until SIGTERM.
 *
 *     declared_service FOLDER
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NASTY                                                                                      \
    "\"quoted\" \\back\\ {{ .Labels }} {{$value}} $job ${job} [[job]]\n\t<b>#: - 'x' %s\x7f"
#define UNICODE "\xc3\xa9 \xc2\x85 \xe2\x80\xa8 \xef\xbb\xbf \xef\xbf\xbe \xf0\x9f\x92\xa5"

static void fail(const char *why)
{
    (void)fprintf(stderr, "declared_service: %s\n", why);
    exit(EXIT_FAILURE);
}

/* ---- what is declared ------------------------------------------------------------------------ */

static promlet_counter_family *requests;
static promlet_counter_family *full;
static promlet_counter_family *failures;
static promlet_counter *plain[4];
static promlet_histogram *histograms[4];
static promlet_histogram_family *operations;
static promlet_summary_family *summaries[2];

static void declare_counters(void)
{
    requests = promlet_counter_family_new(NULL, &(promlet_opts){.name = "t_http_requests_total",
                                                                .help = NASTY,
                                                                .labels = {"method", "code"}});
    failures = promlet_counter_family_new(
        NULL,
        &(promlet_opts){.name = "rpc.calls.total", .help = UNICODE, .labels = {"error.type"}});
    full = promlet_counter_family_new(
        NULL, &(promlet_opts){.name = "t_full_total", .labels = {"id"}, .max_series = 1});
    static const char *const names[] = {"t_sent_bytes_total", "t_busy_seconds_total",
                                        "caf\xc3\xa9 \"$job\" {{x}} [[y]]\\_total", "offset_total"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        plain[i] = promlet_counter_new(NULL, &(promlet_opts){.name = names[i], .help = UNICODE});
    }
}

static double now(void *ctx)
{
    (void)ctx;
    return (double)time(NULL);
}

/* Words of PromQL among them. */
static void declare_gauges(void)
{
    static const char *const names[] = {
        "on", "inf", "NaN", "by", "bool", "start", "t:depth", "t_used_ratio", "t_unknown.celsius"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = names[i], .help = NASTY}),
                          0.5);
    }
    promlet_gauge_family *labelled = promlet_gauge_family_new(
        NULL, &(promlet_opts){.name = "t_queue", .labels = {"by", "a{b}$c", "le_"}});
    promlet_gauge_set_by(labelled, 1, "x", "y", "z");
    promlet_counter_family *jobs = promlet_counter_family_new(
        NULL, &(promlet_opts){.name = "t_jobs_total", .labels = {"job", "instance"}});
    promlet_counter_inc_by(jobs, "x", "y");
    promlet_unknown_set(promlet_unknown_new(NULL, &(promlet_opts){.name = "t_odd_watts"}), 3);
    promlet_gauge_callback_new(NULL, &(promlet_opts){.name = "t_last_run_timestamp_seconds"}, now,
                               NULL);
    promlet_info_with(promlet_info_family_new(
                          NULL, &(promlet_opts){.name = "t_build_info", .labels = {"version"}}),
                      "1.0");
    promlet_state_set_select(
        promlet_state_set_new(
            NULL, &(promlet_opts){.name = "t_phase", .help = UNICODE, PROMLET_STATES("on", "off")}),
        1);
    promlet_state_set_select(
        promlet_state_set_new(NULL,
                              &(promlet_opts){.name = "my.phase", PROMLET_STATES("on", "off")}),
        0);
}

static void declare_distributions(void)
{
    static const promlet_opts options[] = {
        {.name = "t_wait_seconds", .help = NASTY, .unit = "seconds"},
        {.name = "t_both_seconds", .native_factor = 1.1},
        {.name = "t_native_only_seconds", .native_factor = 1.1, .native_only = true},
        {.name = "http.server.duration.seconds", .help = UNICODE},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        histograms[i] = promlet_histogram_new(NULL, &options[i]);
    }
    operations =
        promlet_histogram_family_new(NULL, &(promlet_opts){.name = "t_operation_seconds",
                                                           .labels = {"operation", "error_type"},
                                                           .native_factor = 1.1});
    summaries[0] = promlet_summary_family_new(
        NULL,
        &(promlet_opts){.name = "t_size_bytes", .labels = {"a"}, PROMLET_QUANTILES(0.5, 0.95)});
    summaries[1] = promlet_summary_family_new(
        NULL, &(promlet_opts){.name = "t_mean_size_bytes", .labels = {"a"}});
}

/* ---- what a collector has -------------------------------------------------------------------- */

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    static const double bounds[] = {1, 10};
    static const uint64_t counts[] = {3, 2, 1};
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "t_waiting_bytes",
                                                      .type = PROMLET_TYPE_GAUGE_HISTOGRAM});
    promlet_emit_histogram(emitter,
                           &(promlet_emit_histogram_data){
                               .bounds = bounds, .bound_count = 2, .counts = counts, .sum = 30});
    promlet_emit_family(
        emitter,
        &(promlet_emit_opts){.name = "t_emitted", .type = PROMLET_TYPE_GAUGE, .labels = {"of"}});
    return promlet_emit_value(emitter, 1, "collector");
}

/* ---- documents ------------------------------------------------------------------------------- */

static void keep(const char *folder, const char *name, char *text)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = text != NULL ? fopen(path, "w") : NULL;
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        fail(text == NULL ? promlet_last_error() : path);
    }
    promlet_free(text);
}

static void keep_documents(const char *folder)
{
    keep(folder, "dashboard.json",
         promlet_dashboard(NULL, &(promlet_dashboard_opts){
                                     .title = NASTY, .escaping = PROMLET_ESCAPING_UNDERSCORES}));
    keep(folder, "dashboard_utf8.json",
         promlet_dashboard(NULL, &(promlet_dashboard_opts){.job = NASTY, .uid = "utf8"}));
    keep(folder, "rules.yml",
         promlet_alert_rules(NULL, &(promlet_alert_opts){.escaping = PROMLET_ESCAPING_UNDERSCORES,
                                                         .max_memory_bytes = 1e9}));
    keep(folder, "rules_of_job.yml",
         promlet_alert_rules(NULL, &(promlet_alert_opts){.group = UNICODE,
                                                         .job = NASTY,
                                                         .escaping = PROMLET_ESCAPING_VALUES,
                                                         .max_p95_seconds = 1e-7}));
    keep(folder, "rules_utf8.yml", promlet_alert_rules(NULL, NULL));
}

/* ---- recording ------------------------------------------------------------------------------- */

static void record_once(int round)
{
    static const char *const codes[] = {"200", "200", "200", "500"};
    char id[16];
    (void)snprintf(id, sizeof id, "%d", round % 3);
    promlet_counter_inc_by(requests, "GET", codes[round % 4]);
    promlet_counter_inc_by(failures, round % 2 == 0 ? "" : "Timeout");
    promlet_counter_inc_by(full, id);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        promlet_counter_inc(plain[i]);
        promlet_histogram_observe(histograms[i], (round % 100 + 1) / 100.0);
    }
    promlet_histogram_observe_by(operations, 0.01, "get", round % 2 == 0 ? "" : "Timeout");
    promlet_summary_observe_by(summaries[0], round % 50, "x");
    promlet_summary_observe_by(summaries[1], round % 50, "x");
    promlet_counter_add(plain[0], -1); /* refused */
}

static void record_until(const sigset_t *ending)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    for (int round = 0; sigtimedwait(ending, NULL, &pause) < 0; round++) {
        record_once(round);
    }
}

int main(int argc, char **argv)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    if (argc != 2 ||
        promlet_registry_configure(
            NULL, &(promlet_registry_opts){.utf8_names = true, .show_usage = true}) != PROMLET_OK) {
        fail("usage: declared_service FOLDER");
    }
    declare_counters();
    declare_gauges();
    declare_distributions();
    promlet_collector_new(NULL, &(promlet_collector_opts){.name = "of_a_test", .collect = collect});
    promlet_process_metrics_register(NULL, &(promlet_process_opts){.service_name = NASTY});
    record_once(0); /* so that promlet's own metrics are there */
    record_once(1);
    keep_documents(argv[1]);
    const char *why;
    promlet_server *server; /* until the process ends */
    if (promlet_registry_status(NULL, &why) != PROMLET_OK) {
        fail(why);
    }
    if (promlet_server_start(&(promlet_server_opts){.port = 0}, &server) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    (void)printf("serving http://127.0.0.1:%d/metrics\n", promlet_server_port(server));
    (void)fflush(stdout);
    record_until(&ending);
    return EXIT_SUCCESS;
}
