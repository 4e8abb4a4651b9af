/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows that the calls of <promlet/inline.h> do what the called ones do: given the same arguments,
 * both leave the same text behind, also for what is refused; both obey the switch; threads that use
 * both on the same metrics lose nothing; arguments are evaluated once; and the names still mean the
 * functions. C and C++ compile this file, with whatever options a program may have.
 *
 * usage: same RECORDINGS [atomic]
 * RECORDINGS is how many each thread makes; with `atomic`, per-CPU cells are written by atomic
 * operations. Prints the path in use. Exits 1 when something is wrong, and says what.
 */
#include "metrics.h"

#include <promlet/promlet.h>

/* Before inline.h gives the names another meaning. */
static void (*const library_inc)(promlet_counter *) = promlet_counter_inc;

#include <promlet/inline.h>

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- both forms ------------------------------------------------------------------------------ */

#define INLINED(name, arguments) name arguments
#define CALLED(name, arguments) (name) arguments

/* Every call with one amount. Per-CPU cells get amounts whose sums are exact in any order only,
   since the thread may move to another CPU at any time. */
#define RECORD(form)                                                                               \
    static void record_##form(const struct metrics *metrics, double amount, uint64_t whole,        \
                              int is_exact)                                                        \
    {                                                                                              \
        form(promlet_counter_inc, (metrics->counter));                                             \
        form(promlet_counter_add, (metrics->counter, amount));                                     \
        form(promlet_counter_add_u64, (metrics->counter, whole));                                  \
        form(promlet_gauge_set, (metrics->gauge, amount));                                         \
        form(promlet_gauge_inc, (metrics->gauge));                                                 \
        form(promlet_gauge_add, (metrics->gauge, amount));                                         \
        form(promlet_gauge_inc, (metrics->gauge));                                                 \
        form(promlet_gauge_sub, (metrics->gauge, amount));                                         \
        form(promlet_gauge_dec, (metrics->gauge));                                                 \
        form(promlet_histogram_observe, (metrics->histogram, amount));                             \
        form(promlet_summary_observe, (metrics->summary, amount));                                 \
        form(promlet_summary_observe, (metrics->quantiles, amount));                               \
        if (is_exact) {                                                                            \
            form(promlet_counter_inc, (metrics->spread_counter));                                  \
            form(promlet_counter_add, (metrics->spread_counter, amount));                          \
            form(promlet_counter_add_u64, (metrics->spread_counter, whole));                       \
            form(promlet_histogram_observe, (metrics->spread_histogram, amount));                  \
            form(promlet_histogram_observe, (metrics->boundless, amount));                         \
            form(promlet_summary_observe, (metrics->spread_summary, amount));                      \
        }                                                                                          \
    }                                                                                              \
    static void record_null_##form(double amount)                                                  \
    {                                                                                              \
        form(promlet_counter_inc, (NULL));                                                         \
        form(promlet_counter_add, (NULL, amount));                                                 \
        form(promlet_counter_add_u64, (NULL, 1));                                                  \
        form(promlet_gauge_set, (NULL, amount));                                                   \
        form(promlet_gauge_inc, (NULL));                                                           \
        form(promlet_gauge_add, (NULL, amount));                                                   \
        form(promlet_gauge_sub, (NULL, amount));                                                   \
        form(promlet_gauge_dec, (NULL));                                                           \
        form(promlet_histogram_observe, (NULL, amount));                                           \
        form(promlet_summary_observe, (NULL, amount));                                             \
    }

RECORD(INLINED)
RECORD(CALLED)

#define NULL_CALLS 10.0
#define NULL_GAUGE_CALLS 5.0

/* Amounts whose sums are exact, and then others. */
static const double exact_amounts[] = {0,         -0.0, 1,  0.5,         0.25, 3,   1024,
                                       1048576.5, -0.5, -1, -1048576.25, -2.5, NAN, 4.0};
static const double other_amounts[] = {INFINITY,
                                       -INFINITY,
                                       0.1,
                                       5e-324,
                                       -5e-324,
                                       9007199254740993.0,
                                       18446744073709549568.0,
                                       18446744073709551616.0,
                                       1e300,
                                       -1e300,
                                       1.7976931348623157e308};

static void record_all(const struct metrics *metrics,
                       void (*record)(const struct metrics *, double, uint64_t, int))
{
    for (size_t i = 0; i < sizeof exact_amounts / sizeof exact_amounts[0]; i++) {
        record(metrics, exact_amounts[i], i, 1);
    }
    for (size_t i = 0; i < sizeof other_amounts / sizeof other_amounts[0]; i++) {
        record(metrics, other_amounts[i], UINT64_C(0x8000000100000001) + i, 0);
    }
}

static void check_same_text(void)
{
    promlet_registry *inlined = promlet_registry_new();
    promlet_registry *called = promlet_registry_new();
    const struct metrics inlined_metrics = new_metrics(inlined);
    const struct metrics called_metrics = new_metrics(called);
    record_all(&inlined_metrics, record_INLINED);
    record_all(&called_metrics, record_CALLED);
    char *inlined_text = text_of(inlined);
    char *called_text = text_of(called);
    if (strcmp(inlined_text, called_text) != 0) {
        expect(0, "the texts of both forms differ");
        printf("---- inlined:\n%s---- called:\n%s", inlined_text, called_text);
    }
    /* The number of amounts, so that two empty texts are not taken for the same. */
    expect(value_of(inlined, "many_sizes_count") == 13, "the count of exact amounts is not 13");
    expect(value_of(inlined, "all_sizes_bucket{le=\"+Inf\"}") == 13, "the only bucket is not 13");
    expect(value_of(inlined, "many_plain_count") == 13, "the count of a summary is not 13");
    expect(value_of(inlined, "ranked{quantile=\"0.99\"}") > 0, "there is no quantile");
    expect(value_of(inlined, "promlet_dropped_total{reason=\"negative\"}") > 0, "none is refused");
    promlet_free(inlined_text);
    promlet_free(called_text);
    promlet_registry_free(inlined);
    promlet_registry_free(called);
}

static void check_null(void)
{
    const char *const sample = "promlet_dropped_total{reason=\"invalid_handle\"}";
    record_null_INLINED(1);
    expect(value_of(NULL, sample) == NULL_CALLS, "NULL handles, inlined, are not counted");
    record_null_CALLED(1);
    expect(value_of(NULL, sample) == 2 * NULL_CALLS, "NULL handles, called, are not counted");
    /* A NULL handle is the reason, whatever the amount. */
    record_null_INLINED(NAN);
    expect(value_of(NULL, sample) == 3 * NULL_CALLS, "NULL handles with NaN are not counted");
}

/* While recording is off, only gauges change, and nothing is refused. */
static void check_off(void)
{
    const char *const sample = "promlet_dropped_total{reason=\"invalid_handle\"}";
    promlet_registry *registry = promlet_registry_new();
    const struct metrics metrics = new_metrics(registry);
    double refused = value_of(NULL, sample);
    promlet_set_recording(0);
    record_INLINED(&metrics, 0.5, 1, 1);
    record_INLINED(&metrics, NAN, 1, 1);
    record_null_INLINED(1);
    expect(value_of(registry, "one_cell_total") == 0, "one_cell_total while off, inlined");
    expect(value_of(registry, "many_cells_total") == 0, "many_cells_total while off, inlined");
    expect(value_of(registry, "sizes_count") == 0, "sizes_count while off, inlined");
    expect(value_of(registry, "many_sizes_count") == 0, "many_sizes_count while off, inlined");
    record_CALLED(&metrics, 0.5, 1, 1);
    record_CALLED(&metrics, NAN, 1, 1);
    expect(value_of(registry, "one_cell_total") == 0, "one_cell_total while off, called");
    expect(value_of(registry, "many_sizes_count") == 0, "many_sizes_count while off, called");
    expect(value_of(NULL, sample) == refused + NULL_GAUGE_CALLS, "NULL handles while off");
    promlet_set_recording(1);
    promlet_gauge_set(metrics.gauge, 2);
    record_INLINED(&metrics, 0.5, 1, 1);
    expect(value_of(registry, "one_cell_total") == 2.5, "one_cell_total, on again");
    expect(value_of(registry, "depth") == 1.5, "depth, on again");
    promlet_registry_free(registry);
}

/* ---- file-scope metrics ---------------------------------------------------------------------- */

PROMLET_STATIC_COUNTER(static_counter, "static_total", "Of a test.");
PROMLET_STATIC_GAUGE(static_gauge, "static_depth", "Of a test.");
PROMLET_STATIC_HISTOGRAM(static_histogram, "static_seconds", "Of a test.");

/* Before the first scrape their bounds have no table, afterwards they have one. */
static void check_static(void)
{
    for (int i = 1; i <= 2; i++) {
        promlet_counter_inc(static_counter);
        promlet_gauge_add(static_gauge, 0.5);
        promlet_histogram_observe(static_histogram, 0.03);
        promlet_histogram_observe(static_histogram, NAN);
        expect(value_of(NULL, "static_total") == i, "static_total");
        expect(value_of(NULL, "static_depth") == i * 0.5, "static_depth");
        expect(value_of(NULL, "static_seconds_bucket{le=\"0.025\"}") == 0, "static_seconds, 0.025");
        expect(value_of(NULL, "static_seconds_bucket{le=\"0.05\"}") == i, "static_seconds, 0.05");
        expect(value_of(NULL, "promlet_dropped_total{reason=\"nan\"}") == i, "NaN is not counted");
    }
}

/* ---- the language ---------------------------------------------------------------------------- */

static int evaluations;

static promlet_counter *counter_once(promlet_counter *counter)
{
    evaluations++;
    return counter;
}

static promlet_gauge *gauge_once(promlet_gauge *gauge)
{
    evaluations++;
    return gauge;
}

static promlet_histogram *histogram_once(promlet_histogram *histogram)
{
    evaluations++;
    return histogram;
}

static promlet_summary *summary_once(promlet_summary *summary)
{
    evaluations++;
    return summary;
}

static double amount_once(double amount)
{
    evaluations++;
    return amount;
}

static uint64_t whole_once(uint64_t amount)
{
    evaluations++;
    return amount;
}

#define EXPECT_EVALUATIONS(count, call)                                                            \
    evaluations = 0;                                                                               \
    call;                                                                                          \
    expect(evaluations == (count), "arguments are not evaluated once: " #call)

static void check_evaluations(const struct metrics *of)
{
    EXPECT_EVALUATIONS(1, promlet_counter_inc(counter_once(of->counter)));
    EXPECT_EVALUATIONS(2, promlet_counter_add(counter_once(of->counter), amount_once(1.5)));
    EXPECT_EVALUATIONS(2, promlet_counter_add(counter_once(of->counter), amount_once(-1)));
    EXPECT_EVALUATIONS(2, promlet_counter_add_u64(counter_once(of->counter), whole_once(2)));
    EXPECT_EVALUATIONS(2, promlet_gauge_set(gauge_once(of->gauge), amount_once(1)));
    EXPECT_EVALUATIONS(2, promlet_gauge_add(gauge_once(of->gauge), amount_once(1)));
    EXPECT_EVALUATIONS(2, promlet_gauge_sub(gauge_once(of->gauge), amount_once(1)));
    EXPECT_EVALUATIONS(1, promlet_gauge_inc(gauge_once(of->gauge)));
    EXPECT_EVALUATIONS(1, promlet_gauge_dec(gauge_once(of->gauge)));
    EXPECT_EVALUATIONS(
        2, promlet_histogram_observe(histogram_once(of->spread_histogram), amount_once(1)));
    EXPECT_EVALUATIONS(2,
                       promlet_summary_observe(summary_once(of->spread_summary), amount_once(1)));
}

/* Operators beside an argument and behind a call bind as with functions. */
static void check_operators(const struct metrics *of, promlet_registry *registry)
{
    const int is_first = 1;
    promlet_gauge *const gauges[2] = {of->gauge, NULL};
    promlet_gauge_set(of->gauge, is_first ? 8 : 16);
    promlet_gauge_sub(is_first ? gauges[0] : gauges[1], 1 + 1);
    promlet_gauge_add(*gauges, is_first ? 4 : 1);
    if (is_first)
        promlet_gauge_inc(gauges[0]);
    else
        promlet_gauge_dec(gauges[0]);
    (void)(promlet_gauge_dec(gauges[0]), promlet_gauge_add(gauges[0], 0.5f));
    expect(value_of(registry, "depth") == 10.5, "operators in arguments");
}

/* Commas that only braces keep together, which the preprocessor does not know. */
static void check_commas(const struct metrics *of, promlet_registry *registry)
{
    double before = value_of(registry, "depth");
#ifdef __cplusplus
    promlet_gauge_inc([](promlet_gauge *gauge, int, int) { return gauge; }(of->gauge, 1, 2));
#else
    promlet_gauge_inc((promlet_gauge *[]){of->gauge, NULL}[0]);
#endif
    expect(value_of(registry, "depth") == before + 1, "commas in an argument");
}

/* Without parentheses behind them, the names are those of functions. */
static void check_functions(const struct metrics *of, promlet_registry *registry)
{
    void (*const inc)(promlet_counter *) = &promlet_counter_inc;
    void (*const add)(promlet_counter *, double) = promlet_counter_add;
    void (*const add_u64)(promlet_counter *, uint64_t) = &promlet_counter_add_u64;
    void (*const observe)(promlet_histogram *, double) = &promlet_histogram_observe;
    void (*const observe_summary)(promlet_summary *, double) = &promlet_summary_observe;
    void (*const of_gauge[])(promlet_gauge *, double) = {&promlet_gauge_set, &promlet_gauge_add,
                                                         promlet_gauge_sub};
    void (*const steps[])(promlet_gauge *) = {&promlet_gauge_inc, &promlet_gauge_dec};
    double before = value_of(registry, "one_cell_total");
    double observed = value_of(registry, "sizes_count");
    double summed = value_of(registry, "plain_count");
    expect(inc == library_inc, "the address of promlet_counter_inc is another function's");
    inc(of->counter);
    add(of->counter, 2);
    add_u64(of->counter, 4);
    observe(of->histogram, 1);
    observe_summary(of->summary, 1);
    of_gauge[0](of->gauge, 10);
    of_gauge[1](of->gauge, 5);
    of_gauge[2](of->gauge, 3);
    steps[0](of->gauge);
    steps[0](of->gauge);
    steps[1](of->gauge);
    expect(value_of(registry, "one_cell_total") == before + 7, "functions of counters");
    expect(value_of(registry, "sizes_count") == observed + 1, "functions of histograms");
    expect(value_of(registry, "plain_count") == summed + 1, "functions of summaries");
    expect(value_of(registry, "depth") == 13, "functions of gauges");
}

static void check_language(void)
{
    promlet_registry *registry = promlet_registry_new();
    const struct metrics metrics = new_metrics(registry);
    check_evaluations(&metrics);
    check_operators(&metrics, registry);
    check_commas(&metrics, registry);
    check_functions(&metrics, registry);
    promlet_registry_free(registry);
}

/* ---- threads --------------------------------------------------------------------------------- */

enum { THREADS = 4 };

struct crew {
    struct metrics metrics;
    uint64_t recordings;
};

static void *record_much(void *ctx)
{
    const struct crew *crew = (const struct crew *)ctx;
    for (uint64_t i = 0; i < crew->recordings; i++) {
        record_INLINED(&crew->metrics, 0.5, 1, 1);
        record_CALLED(&crew->metrics, 3, 1, 1);
    }
    return NULL;
}

static void check_totals(promlet_registry *registry, double rounds)
{
    /* Each round adds, in both forms: 2 times 1, 2 whole ones, 0.5 and 3. */
    expect(value_of(registry, "one_cell_total") == rounds * 7.5, "one_cell_total of threads");
    expect(value_of(registry, "many_cells_total") == rounds * 7.5, "many_cells_total of threads");
    expect(value_of(registry, "sizes_count") == rounds * 2, "sizes_count of threads");
    expect(value_of(registry, "sizes_sum") == rounds * 3.5, "sizes_sum of threads");
    expect(value_of(registry, "many_sizes_count") == rounds * 2, "many_sizes_count of threads");
    expect(value_of(registry, "many_sizes_sum") == rounds * 3.5, "many_sizes_sum of threads");
    expect(value_of(registry, "many_sizes_bucket{le=\"0.5\"}") == rounds, "a bucket of threads");
    expect(value_of(registry, "all_sizes_bucket{le=\"+Inf\"}") == rounds * 2, "the only bucket");
    expect(value_of(registry, "plain_sum") == rounds * 3.5, "plain_sum of threads");
    expect(value_of(registry, "many_plain_count") == rounds * 2, "many_plain_count of threads");
    expect(value_of(registry, "many_plain_sum") == rounds * 3.5, "many_plain_sum of threads");
    expect(value_of(registry, "ranked_count") == rounds * 2, "ranked_count of threads");
    expect(value_of(registry, "all_sizes_bucket{le=\"-3.0\"}") == -1, "a bound of no bounds");
}

/* Scrapes go on meanwhile: they read the cells that the threads write. */
static void check_threads(uint64_t recordings)
{
    promlet_registry *registry = promlet_registry_new();
    struct crew crew = {new_metrics(registry), recordings};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, record_much, &crew) != 0) {
            exit(1);
        }
    }
    for (int i = 0; i < 20; i++) {
        expect(value_of(registry, "many_sizes_count") >= 0, "a scrape meanwhile");
    }
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    check_totals(registry, (double)(recordings * THREADS));
    promlet_registry_free(registry);
}

int main(int count, char **arguments)
{
    if (count < 2) {
        return 2;
    }
    if (count > 2 && promlet_set_recording_path(PROMLET_PATH_ATOMIC) != PROMLET_OK) {
        return 1;
    }
    check_static();
    check_null();
    check_off();
    check_same_text();
    check_language();
    check_threads(strtoull(arguments[1], NULL, 10));
    printf("path: %s, compiled in: %s\n",
           promlet_get_recording_path() == PROMLET_PATH_ATOMIC ? "atomic" : "restartable",
           PROMLET_HAS_SECTIONS ? "restartable" : "atomic");
    return faults == 0 ? 0 : 1;
}
