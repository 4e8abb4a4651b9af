/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service whose landing page a browser opens (tests/browser/run), which knows each value. Servers
 * differ in what they serve:
 *
 *     serving page=127.0.0.1:1 openmetrics=127.0.0.1:2 text=127.0.0.1:3 large=... empty=...
 *         guarded=...
 *
 * For each line on its standard input it records once more, and says "done"; it ends with its
 * input.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LARGE_FAMILIES 1000
#define SERIES_OF_EACH 10
#define SERIES_OF_ONE 10000

static void fail(const char *why)
{
    (void)fprintf(stderr, "page_service: %s\n", why);
    exit(EXIT_FAILURE);
}

/* ---- what there is to see -------------------------------------------------------------------- */

typedef struct recorded {
    promlet_counter *jobs;
    promlet_histogram *durations;
} recorded;

static void observe_often(promlet_histogram *histogram, double value, int times)
{
    for (int i = 0; i < times; i++) {
        promlet_histogram_observe(histogram, value);
    }
}

static void record_counters(promlet_registry *registry, recorded *live)
{
    live->jobs =
        promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs done."});
    promlet_counter_add_u64(live->jobs, 1234567);
    promlet_counter *most = promlet_counter_new(
        registry, &(promlet_opts){.name = "most_total", .help = "As many as there can be."});
    promlet_counter_add_u64(most, UINT64_MAX);
    promlet_counter_family *requests =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "requests_total",
                                                             .help = "Requests served.",
                                                             .labels = {"method", "status"}});
    promlet_counter_add_u64(promlet_counter_with(requests, "GET", "200"), 1000);
    promlet_counter_add_u64(promlet_counter_with(requests, "GET", "500"), 3);
    promlet_counter_add_u64(promlet_counter_with(requests, "POST", "200"), 200);
    promlet_counter_family *replies =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "replies_total",
                                                             .help = "Replies sent.",
                                                             .labels = {"host", "status", "zone"}});
    promlet_counter_add_u64(promlet_counter_with(replies, "", "204", "eu"), 7);
    promlet_counter_add_u64(promlet_counter_with(replies, "", "500", "eu"), 1);
    promlet_counter_family *dotted = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "http.server.replies", .help = "Dots.", .labels = {"http.status"}});
    promlet_counter_add_u64(promlet_counter_with(dotted, "204"), 7);
    (void)promlet_counter_family_new(
        registry, &(promlet_opts){.name = "idle_total", .help = "Nothing yet.", .labels = {"why"}});
}

static void record_gauges(promlet_registry *registry)
{
    promlet_gauge_set(
        promlet_gauge_new(registry, &(promlet_opts){.name = "temperature_celsius",
                                                    .help = "Temperature of the case."}),
        21.5);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "memory_bytes",
                                                                  .help = "Memory in use."}),
                      1610612736);
    promlet_gauge_family *depth = promlet_gauge_family_new(
        registry,
        &(promlet_opts){.name = "queue_depth", .help = "Jobs that wait.", .labels = {"queue"}});
    promlet_gauge_set(promlet_gauge_with(depth, "mail"), 3);
    promlet_gauge_set(promlet_gauge_with(depth, "print"), 17);
    promlet_gauge_family *odd = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "odd", .help = "Odd values.", .labels = {"is"}});
    promlet_gauge_set(promlet_gauge_with(odd, "infinite"), INFINITY);
    promlet_gauge_set(promlet_gauge_with(odd, "no number"), NAN);
    promlet_unknown_set(
        promlet_unknown_new(registry, &(promlet_opts){.name = "foreign", .help = "Of elsewhere."}),
        0.000012345678);
}

/* Label values and a help text that a page must not take for HTML, nor for the end of anything. */
static void record_hostile(promlet_registry *registry)
{
    promlet_gauge_family *hostile = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "hostile",
                                  .help = "<b onclick='x()'>Bold</b> & \"quoted\" \\ back\nslash.",
                                  .labels = {"text"}});
    promlet_gauge_set(promlet_gauge_with(hostile, "<img src=x onerror=\"window.hacked=1\">"), 1);
    promlet_gauge_set(promlet_gauge_with(hostile, "</script><script>window.hacked=2</script>"), 2);
    promlet_gauge_set(promlet_gauge_with(hostile, "\"quoted\"\nand {le=\"1\"} 2 \\n # EOF"), 3);
    promlet_gauge_set(promlet_gauge_with(hostile, ""), 4);
}

static void record_histograms(promlet_registry *registry, recorded *live)
{
    live->durations =
        promlet_histogram_new(registry, &(promlet_opts){.name = "job_duration_seconds",
                                                        .help = "Time a job takes.",
                                                        PROMLET_BOUNDS(0.1, 0.5, 1)});
    observe_often(live->durations, 0.0625, 10);
    observe_often(live->durations, 0.25, 20);
    observe_often(live->durations, 0.75, 5);
    promlet_histogram_family *sizes =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "reply_size_bytes",
                                                               .help = "Size of a reply.",
                                                               .labels = {"method"},
                                                               PROMLET_BOUNDS(1024, 2048)});
    observe_often(promlet_histogram_with(sizes, "GET"), 512, 100);
    observe_often(promlet_histogram_with(sizes, "POST"), 1536, 50);
    observe_often(promlet_histogram_with(sizes, "POST"), 4096, 50);
    promlet_histogram *native =
        promlet_histogram_new(registry, &(promlet_opts){.name = "wait_seconds",
                                                        .help = "Wait for a place.",
                                                        .native_factor = 2,
                                                        .native_only = true});
    observe_often(native, 1.5, 100);
    observe_often(native, 3, 100);
    (void)promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "unused_seconds", .help = "Never observed.", PROMLET_BOUNDS(1)});
}

static void record_others(promlet_registry *registry)
{
    promlet_summary *wait =
        promlet_summary_new(registry, &(promlet_opts){.name = "lock_wait_seconds",
                                                      .help = "Wait for the lock.",
                                                      PROMLET_QUANTILES(0.5, 0.999)});
    for (int i = 1; i <= 100; i++) {
        promlet_summary_observe(wait, i / 64.0);
    }
    promlet_info_family *build =
        promlet_info_family_new(registry, &(promlet_opts){.name = "build_info",
                                                          .help = "What runs.",
                                                          .labels = {"version", "revision"}});
    promlet_info_with(build, "1.4.2", "5f3a9c1");
    promlet_state_set *phase = promlet_state_set_new(
        registry, &(promlet_opts){.name = "server_phase",
                                  .help = "What the server does.",
                                  PROMLET_STATES("starting", "serving", "draining")});
    promlet_state_set_select(phase, 1);
}

/* 20,000 series: half of them in one family. */
static void record_many(promlet_registry *registry)
{
    char text[32];
    promlet_gauge_family *one =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "a_wide_family",
                                                           .help = "Half of all series.",
                                                           .labels = {"number"},
                                                           .max_series = SERIES_OF_ONE});
    for (int i = 0; i < SERIES_OF_ONE; i++) {
        (void)snprintf(text, sizeof text, "%05d", i);
        promlet_gauge_set(promlet_gauge_with(one, text), i);
    }
    for (int i = 0; i < LARGE_FAMILIES; i++) {
        (void)snprintf(text, sizeof text, "family_%03d_total", i);
        promlet_counter_family *family = promlet_counter_family_new(
            registry, &(promlet_opts){.name = text, .help = "One of many.", .labels = {"number"}});
        for (int j = 0; j < SERIES_OF_EACH; j++) {
            (void)snprintf(text, sizeof text, "%d", j);
            promlet_counter_add_u64(promlet_counter_with(family, text), (uint64_t)j);
        }
    }
}

static promlet_registry *new_registry(void)
{
    promlet_registry *registry = promlet_registry_new();
    if (registry == NULL ||
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true}) !=
            PROMLET_OK) {
        fail(promlet_last_error());
    }
    return registry;
}

static void record_everything(promlet_registry *registry, recorded *live)
{
    record_counters(registry, live);
    record_gauges(registry);
    record_hostile(registry);
    record_histograms(registry, live);
    record_others(registry);
}

/* ---- serving --------------------------------------------------------------------------------- */

/* Only what the registry has, which is what is looked for. */
static void serve(const char *name, const promlet_server_opts *options)
{
    promlet_server *server; /* until the process ends */
    promlet_server_opts alone = *options;
    alone.hide_server_metrics = true;
    if (promlet_registry_status(options->registry, NULL) != PROMLET_OK ||
        promlet_server_start(&alone, &server) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    (void)printf(" %s=127.0.0.1:%d", name, promlet_server_port(server));
}

static void serve_all(recorded *live)
{
    promlet_registry *usual = new_registry();
    promlet_registry *large = new_registry();
    record_everything(usual, live);
    record_many(large);
    (void)fputs("serving", stdout);
    serve("page", &(promlet_server_opts){.registry = usual});
    serve("openmetrics",
          &(promlet_server_opts){.registry = usual,
                                 .formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_OPENMETRICS_1_0_0),
                                 .with_created = true});
    serve("text", &(promlet_server_opts){.registry = usual,
                                         .path = "//own/m'&amp;.txt",
                                         .formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4)});
    serve("large", &(promlet_server_opts){.registry = large});
    serve("empty", &(promlet_server_opts){.registry = new_registry()});
    serve("guarded", &(promlet_server_opts){.registry = usual, .username = "u", .password = "p"});
    (void)putchar('\n');
    (void)fflush(stdout);
}

int main(void)
{
    recorded live;
    char line[64];
    serve_all(&live);
    while (fgets(line, sizeof line, stdin) != NULL) {
        promlet_counter_add_u64(live.jobs, 1000);
        observe_often(live.durations, 0.25, 5);
        (void)puts("done");
        (void)fflush(stdout);
    }
    return EXIT_SUCCESS;
}
