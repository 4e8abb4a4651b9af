/* SPDX-License-Identifier: Apache-2.0 */
/*
 * promlet as a bench program. It is built in several forms: linked statically, with the shared
 * library, and with the inlined calls (BENCH_INLINE). The environment chooses what they record on:
 *
 *   PROMLET_BENCH_CELLS  shared: the series' own cell; per-cpu: cells for each CPU from the start;
 *                        auto (if unset): as the options are by default, warmed up with scrapes.
 *   PROMLET_BENCH_PATH   atomic or restartable; unset: the library's choice.
 */
#include "harness.h"
#include "promlet_encoding.h"
#include "streams.h"
#include "text.h"

#include <promlet/promlet.h>
#include <promlet/recording.h>
#ifdef BENCH_INLINE
#include <promlet/inline.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hot series is given per-CPU cells by the second of two scrapes that lie apart. */
enum { SCRAPES_TO_WARM_UP = 4, SCRAPE_INTERVAL_MS = 120, SERIES_OBSERVATIONS = 20 };

static promlet_registry *registry;
static promlet_cells cells = PROMLET_CELLS_AUTO;

/* ---- declaring ------------------------------------------------------------------------------- */

static promlet_opts labelled(const char *name)
{
    promlet_opts options = {.name = name, .help = "What the benchmark records.", .cells = cells};
    memcpy(options.labels, bench_label_names, sizeof bench_label_names);
    return options;
}

static promlet_opts by_thread(const char *name)
{
    return (promlet_opts){
        .name = name, .help = "What the benchmark records.", .labels = {"thread"}, .cells = cells};
}

static const char *thread_label(unsigned number)
{
    static const char *const labels[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    return labels[number];
}

static void *counter_series(unsigned number)
{
    promlet_opts options = by_thread("recorded_total");
    return promlet_counter_with(promlet_counter_family_new(registry, &options),
                                thread_label(number));
}

static void *gauge_series(unsigned number)
{
    promlet_opts options = by_thread("recorded");
    options.cells = PROMLET_CELLS_AUTO;
    return promlet_gauge_with(promlet_gauge_family_new(registry, &options), thread_label(number));
}

static void *histogram_series(unsigned number, const double *bounds, size_t count)
{
    promlet_opts options = by_thread("recorded");
    options.bounds = bounds;
    options.bound_count = count;
    return promlet_histogram_with(promlet_histogram_family_new(registry, &options),
                                  thread_label(number));
}

static void *histogram9_series(unsigned number)
{
    return histogram_series(number, bench_bounds9, BENCH_BOUNDS9);
}

static void *histogram20_series(unsigned number)
{
    return histogram_series(number, bench_bounds20, BENCH_BOUNDS20);
}

/* With native buckets, and those of histogram9 unless they are the only ones. */
static void *native_series(unsigned number, bool is_only)
{
    promlet_opts options = by_thread("recorded");
    options.native_factor = 1.1;
    options.native_only = is_only;
    options.bounds = is_only ? NULL : bench_bounds9;
    options.bound_count = is_only ? 0 : BENCH_BOUNDS9;
    return promlet_histogram_with(promlet_histogram_family_new(registry, &options),
                                  thread_label(number));
}

static void *histogram9_native_series(unsigned number)
{
    return native_series(number, false);
}

static void *native_only_series(unsigned number)
{
    return native_series(number, true);
}

static void *summary_series(unsigned number)
{
    promlet_opts options = by_thread("recorded");
    return promlet_summary_with(promlet_summary_family_new(registry, &options),
                                thread_label(number));
}

static promlet_histogram_family *histograms_by_labels(const char *name, const double *bounds,
                                                      size_t count)
{
    promlet_opts options = labelled(name);
    options.bounds = bounds;
    options.bound_count = count;
    return promlet_histogram_family_new(registry, &options);
}

/* All 120 series exist before the first look-up; every thread uses the same family. */
static void *counter_by_family(unsigned number)
{
    (void)number;
    promlet_opts options = labelled("recorded_total");
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    for (size_t i = 0; i < BENCH_SERIES; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(i, values);
        promlet_counter_with_values(family, values, BENCH_LABELS);
    }
    return family;
}

static void *gauge_by_family(unsigned number)
{
    (void)number;
    promlet_opts options = labelled("recorded");
    options.cells = PROMLET_CELLS_AUTO;
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    for (size_t i = 0; i < BENCH_SERIES; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(i, values);
        promlet_gauge_with_values(family, values, BENCH_LABELS);
    }
    return family;
}

static void *add_all_series(promlet_histogram_family *family)
{
    for (size_t i = 0; i < BENCH_SERIES; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(i, values);
        promlet_histogram_with_values(family, values, BENCH_LABELS);
    }
    return family;
}

static void *histogram_by_family(const double *bounds, size_t count)
{
    return add_all_series(histograms_by_labels("recorded", bounds, count));
}

static void *histogram9_by_family(unsigned number)
{
    (void)number;
    return histogram_by_family(bench_bounds9, BENCH_BOUNDS9);
}

static void *histogram20_by_family(unsigned number)
{
    (void)number;
    return histogram_by_family(bench_bounds20, BENCH_BOUNDS20);
}

static void *summary_by_family(unsigned number)
{
    (void)number;
    promlet_opts options = labelled("recorded");
    promlet_summary_family *family = promlet_summary_family_new(registry, &options);
    for (size_t i = 0; i < BENCH_SERIES; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(i, values);
        promlet_summary_with_values(family, values, BENCH_LABELS);
    }
    return family;
}

/* Its histogram is declared here first, since a client takes the one that is there, with its cells.
 */
static void *db_client(promlet_clock clock)
{
    promlet_opts options = labelled("db_client_operation_duration_seconds");
    options.unit = "seconds";
    options.bounds = bench_bounds9;
    options.bound_count = BENCH_BOUNDS9;
    add_all_series(promlet_histogram_family_new(registry, &options));
    return promlet_db_client_new(registry,
                                 &(promlet_db_client_opts){.system = "aerospike", .clock = clock});
}

static void *db_client_precise(unsigned number)
{
    (void)number;
    return db_client(PROMLET_CLOCK_PRECISE);
}

static void *db_client_fast(unsigned number)
{
    (void)number;
    return db_client(PROMLET_CLOCK_FAST);
}

static void *db_client_coarse(unsigned number)
{
    (void)number;
    return db_client(PROMLET_CLOCK_COARSE);
}

/* What a scrape meets besides that which is recorded. */
static void add_scraped_series(void)
{
    promlet_histogram_family *family =
        histograms_by_labels("scraped", bench_bounds9, BENCH_BOUNDS9);
    for (size_t i = 0; i < BENCH_SERIES; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(i, values);
        promlet_histogram *histogram = promlet_histogram_with_values(family, values, BENCH_LABELS);
        for (size_t at = 0; at < SERIES_OBSERVATIONS; at++) {
            promlet_histogram_observe(histogram, bench_values[at]);
        }
    }
}

static void *counter_scraped_series(unsigned number)
{
    add_scraped_series();
    return counter_series(number);
}

static void *histogram9_scraped_series(unsigned number)
{
    add_scraped_series();
    return histogram9_series(number);
}

/* ---- recording ------------------------------------------------------------------------------- */

static void record_counter(const bench_worker *worker)
{
    promlet_counter *counter = worker->series;
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_counter_inc(counter);
    }
}

static void record_gauge(const bench_worker *worker)
{
    promlet_gauge *gauge = worker->series;
    const double *values = &bench_values[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_gauge_set(gauge, values[i]);
    }
}

static void record_histogram(const bench_worker *worker)
{
    promlet_histogram *histogram = worker->series;
    const double *values = &bench_values[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_histogram_observe(histogram, values[i]);
    }
}

static void record_counter_by(const bench_worker *worker)
{
    promlet_counter_family *family = worker->series;
    const char *(*labels)[BENCH_LABELS] = &bench_labels[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_counter_inc_by(family, labels[i][0], labels[i][1], labels[i][2], labels[i][3],
                               labels[i][4]);
    }
}

static void record_gauge_by(const bench_worker *worker)
{
    promlet_gauge_family *family = worker->series;
    const char *(*labels)[BENCH_LABELS] = &bench_labels[worker->at];
    const double *values = &bench_values[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_gauge_set_by(family, values[i], labels[i][0], labels[i][1], labels[i][2],
                             labels[i][3], labels[i][4]);
    }
}

static void record_histogram_by(const bench_worker *worker)
{
    promlet_histogram_family *family = worker->series;
    const char *(*labels)[BENCH_LABELS] = &bench_labels[worker->at];
    const double *values = &bench_values[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_histogram_observe_by(family, values[i], labels[i][0], labels[i][1], labels[i][2],
                                     labels[i][3], labels[i][4]);
    }
}

static void record_summary(const bench_worker *worker)
{
    promlet_summary *summary = worker->series;
    const double *values = &bench_values[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_summary_observe(summary, values[i]);
    }
}

static void record_summary_by(const bench_worker *worker)
{
    promlet_summary_family *family = worker->series;
    const char *(*labels)[BENCH_LABELS] = &bench_labels[worker->at];
    const double *values = &bench_values[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_summary_observe_by(family, values[i], labels[i][0], labels[i][1], labels[i][2],
                                   labels[i][3], labels[i][4]);
    }
}

static void record_timed(const bench_worker *worker)
{
    promlet_histogram *histogram = worker->series;
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_timer_observe(promlet_timer_start(), histogram);
    }
}

static inline void record_timed_with(const bench_worker *worker, promlet_clock clock)
{
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_timer_observe(promlet_timer_start_with(clock), worker->series);
    }
}

static void record_timed_fast(const bench_worker *worker)
{
    record_timed_with(worker, PROMLET_CLOCK_FAST);
}

static void record_timed_coarse(const bench_worker *worker)
{
    record_timed_with(worker, PROMLET_CLOCK_COARSE);
}

/* Two readings of a clock, and nothing that is recorded. */
static inline void read_clock_twice(promlet_clock clock)
{
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        (void)promlet_timer_seconds(promlet_timer_start_with(clock));
    }
}

static void read_precise_twice(const bench_worker *worker)
{
    (void)worker;
    read_clock_twice(PROMLET_CLOCK_PRECISE);
}

static void read_fast_twice(const bench_worker *worker)
{
    (void)worker;
    read_clock_twice(PROMLET_CLOCK_FAST);
}

static void read_coarse_twice(const bench_worker *worker)
{
    (void)worker;
    read_clock_twice(PROMLET_CLOCK_COARSE);
}

/* The clock is the client's. */
static void record_operations(const bench_worker *worker)
{
    const promlet_db_client *client = worker->series;
    const char *(*labels)[BENCH_LABELS] = &bench_labels[worker->at];
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        promlet_db_operation operation =
            promlet_db_operation_start(client, labels[i][1], labels[i][2], labels[i][3]);
        promlet_db_operation_finish(&operation, labels[i][4]);
    }
}

/* Of stages that are off. */
static void pass_stages(const bench_worker *worker)
{
    for (size_t i = 0; i < BENCH_BATCH; i++) {
        PROMLET_DB_STAGE_SCOPE(worker->series, "encode", "get");
    }
}

/* ---- checking -------------------------------------------------------------------------------- */

static bool shows_total(const char *series, uint64_t operations)
{
    char *text = promlet_registry_get_metrics(registry);
    bool is_right = text != NULL && text_total(text, series) == operations;
    promlet_free(text);
    return is_right;
}

static bool is_counter_right(uint64_t operations)
{
    return shows_total("recorded_total{", operations);
}

static bool is_histogram_right(uint64_t operations)
{
    return shows_total("recorded_count{", operations);
}

static bool is_db_client_right(uint64_t operations)
{
    return shows_total("db_client_operation_duration_seconds_count{", operations);
}

static bool is_gauge_right(uint64_t operations)
{
    char *text = promlet_registry_get_metrics(registry);
    bool is_right = operations > 0 && text != NULL && text_shows_values(text, "recorded{");
    promlet_free(text);
    return is_right;
}

/* ---- the program ----------------------------------------------------------------------------- */

static unsigned scrapes;
static size_t scraped_bytes;

static void scrape(void)
{
    char *text = promlet_registry_get_metrics(registry);
    scraped_bytes = text != NULL ? strlen(text) : 0;
    scrapes++;
    promlet_free(text);
}

static const bench_workload workloads[] = {
    {"counter", counter_series, record_counter, is_counter_right, NULL},
    {"gauge", gauge_series, record_gauge, is_gauge_right, NULL},
    {"histogram9", histogram9_series, record_histogram, is_histogram_right, NULL},
    {"histogram20", histogram20_series, record_histogram, is_histogram_right, NULL},
    {"histogram9_native", histogram9_native_series, record_histogram, is_histogram_right, NULL},
    {"native_only", native_only_series, record_histogram, is_histogram_right, NULL},
    {"summary", summary_series, record_summary, is_histogram_right, NULL},
    {"counter_by", counter_by_family, record_counter_by, is_counter_right, NULL},
    {"gauge_by", gauge_by_family, record_gauge_by, is_gauge_right, NULL},
    {"histogram9_by", histogram9_by_family, record_histogram_by, is_histogram_right, NULL},
    {"histogram20_by", histogram20_by_family, record_histogram_by, is_histogram_right, NULL},
    {"summary_by", summary_by_family, record_summary_by, is_histogram_right, NULL},
    {"counter_scraped", counter_scraped_series, record_counter, is_counter_right, scrape},
    {"histogram9_scraped", histogram9_scraped_series, record_histogram, is_histogram_right, scrape},
    {"timed", histogram9_series, record_timed, is_histogram_right, NULL},
    {"timed_fast", histogram9_series, record_timed_fast, is_histogram_right, NULL},
    {"timed_coarse", histogram9_series, record_timed_coarse, is_histogram_right, NULL},
    {"readings", counter_series, read_precise_twice, NULL, NULL},
    {"readings_fast", counter_series, read_fast_twice, NULL, NULL},
    {"readings_coarse", counter_series, read_coarse_twice, NULL, NULL},
    {"db_operation", db_client_precise, record_operations, is_db_client_right, NULL},
    {"db_operation_fast", db_client_fast, record_operations, is_db_client_right, NULL},
    {"db_operation_coarse", db_client_coarse, record_operations, is_db_client_right, NULL},
    {"db_stage_off", db_client_precise, pass_stages, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* With `auto` the threads record for longer before the measured time than with anything else; see
   README.md. */
static void warm_up(void)
{
    for (unsigned i = 0; cells == PROMLET_CELLS_AUTO && i < SCRAPES_TO_WARM_UP; i++) {
        promlet_free(promlet_registry_get_metrics(registry));
        bench_sleep_ms(SCRAPE_INTERVAL_MS);
    }
}

static void print_notes(void)
{
    if (encoding_notes()) {
        return;
    }
    bool has_cells = promlet_registry_cell_bytes(registry) > 0;
    if (cells == PROMLET_CELLS_AUTO) {
        printf("note: %s per-CPU cells\n", has_cells ? "was given" : "was not given");
    } else if (cells == PROMLET_CELLS_PER_CPU && !has_cells) {
        puts("note: was not given the per-CPU cells that it asked for");
    }
    if (scrapes > 0) {
        printf("note: %u scrapes of %zu bytes\n", scrapes, scraped_bytes);
    }
}

static void memory_labels(size_t i, char buffers[3][32])
{
    snprintf(buffers[0], sizeof buffers[0], "n%zu", i / 1000);
    snprintf(buffers[1], sizeof buffers[1], "s%zu", i / 10 % 100);
    snprintf(buffers[2], sizeof buffers[2], "o%zu", i % 10);
}

static promlet_opts filled(const char *name, size_t count)
{
    return (promlet_opts){.name = name,
                          .help = "What the benchmark fills.",
                          .labels = {"node", "set", "op"},
                          .max_series = count,
                          .cells = cells};
}

static void fill_counters(size_t count)
{
    promlet_opts options = filled("filled_total", count);
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    for (size_t i = 0; i < count; i++) {
        char labels[3][32];
        memory_labels(i, labels);
        promlet_counter_inc(promlet_counter_with(family, labels[0], labels[1], labels[2]));
    }
}

static void fill_histograms(size_t count)
{
    promlet_opts options = filled("filled", count);
    options.bounds = bench_bounds9;
    options.bound_count = BENCH_BOUNDS9;
    promlet_histogram_family *family = promlet_histogram_family_new(registry, &options);
    for (size_t i = 0; i < count; i++) {
        char labels[3][32];
        memory_labels(i, labels);
        promlet_histogram *histogram =
            promlet_histogram_with(family, labels[0], labels[1], labels[2]);
        for (size_t at = 0; at < SERIES_OBSERVATIONS; at++) {
            promlet_histogram_observe(histogram, bench_values[at]);
        }
    }
}

static bool fill(const char *workload, size_t count)
{
    if (strcmp(workload, "memory_counter") == 0) {
        fill_counters(count);
        return true;
    }
    if (strcmp(workload, "memory_histogram9") == 0) {
        fill_histograms(count);
        return true;
    }
    return false;
}

static bool prepare(const char *workload, bench_repetition *repetition)
{
    return encoding_prepare(registry, workload, repetition);
}

static const bench_client client = {workloads, prepare, warm_up, print_notes, fill};

/* True if the variable is set to this word. */
static bool says(const char *variable, const char *word)
{
    const char *value = getenv(variable);
    return value != NULL && strcmp(value, word) == 0;
}

/* False: this system has no such path. */
static bool choose_variant(void)
{
    if (says("PROMLET_BENCH_CELLS", "shared")) {
        cells = PROMLET_CELLS_SHARED;
    } else if (says("PROMLET_BENCH_CELLS", "per-cpu")) {
        cells = PROMLET_CELLS_PER_CPU;
    }
    promlet_status status = PROMLET_OK;
    if (says("PROMLET_BENCH_PATH", "atomic")) {
        status = promlet_set_recording_path(PROMLET_PATH_ATOMIC);
    } else if (says("PROMLET_BENCH_PATH", "restartable")) {
        status = promlet_set_recording_path(PROMLET_PATH_RESTARTABLE);
    }
    return status == PROMLET_OK;
}

int main(int argc, char **argv)
{
    if (!choose_variant()) {
        fprintf(stderr, "promlet: %s\n", promlet_last_error());
        return 3;
    }
    registry = promlet_registry_new();
    if (registry == NULL) {
        fputs("promlet: out of memory\n", stderr);
        return 1;
    }
    return bench_main(argc, argv, &client);
}
