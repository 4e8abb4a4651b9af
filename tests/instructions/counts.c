/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes N recordings of each kind on the atomic path, each kind in a function of its own, so that
 * callgrind can tell how many instructions they take; see run.
 *
 * usage: counts N
 * A function case_..._FORM is one row of the reference. Its loop counts, too. Amounts are
 * volatile, so that nothing of a recording can be moved out of the loop.
 */
#include <promlet/promlet.h>

#include <promlet/inline.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static volatile double whole = 3;
static volatile double fraction = 0.25;
static volatile uint64_t whole_u64 = 3;

/* From below all bounds to above them. */
enum { VALUES = 64 };
static volatile double values[VALUES];

PROMLET_STATIC_HISTOGRAM(unread, "unread_seconds", "No scrape has given its bounds a table yet.");

static struct {
    promlet_counter *base_counter;
    promlet_counter *striped_counter;
    promlet_gauge *base_gauge;
    promlet_histogram *base_9;
    promlet_histogram *base_11;
    promlet_histogram *base_20;
    promlet_histogram *striped_9;
    promlet_histogram *striped_11;
    promlet_histogram *striped_20;
    promlet_histogram *base_native;
    promlet_histogram *striped_native;
    promlet_summary *base_summary;
    promlet_summary *striped_summary;
    promlet_counter_family *counters;
    promlet_histogram_family *histograms;
    promlet_db_client *db_client;
} of;

/* Nor made one with another row that has the same instructions. */
#define NOT_INLINED __attribute__((noinline, no_icf))

#define INLINED(name, arguments) name arguments
#define CALLED(name, arguments) (name) arguments

/* A row in both forms; `call` uses the loop's i. */
#define CASE(row, name, arguments)                                                                 \
    NOT_INLINED static void case_##row##_inlined(long count)                                       \
    {                                                                                              \
        for (long i = 0; i < count; i++) {                                                         \
            INLINED(name, arguments);                                                              \
        }                                                                                          \
    }                                                                                              \
    NOT_INLINED static void case_##row##_called(long count)                                        \
    {                                                                                              \
        for (long i = 0; i < count; i++) {                                                         \
            CALLED(name, arguments);                                                               \
        }                                                                                          \
    }

#define VALUE values[i % VALUES]

CASE(counter_inc_base, promlet_counter_inc, (of.base_counter))
CASE(counter_inc_striped, promlet_counter_inc, (of.striped_counter))
CASE(counter_add_u64_base, promlet_counter_add_u64, (of.base_counter, whole_u64))
CASE(counter_add_u64_striped, promlet_counter_add_u64, (of.striped_counter, whole_u64))
CASE(counter_add_whole_base, promlet_counter_add, (of.base_counter, whole))
CASE(counter_add_whole_striped, promlet_counter_add, (of.striped_counter, whole))
CASE(counter_add_fraction_base, promlet_counter_add, (of.base_counter, fraction))
CASE(counter_add_fraction_striped, promlet_counter_add, (of.striped_counter, fraction))
CASE(gauge_set_base, promlet_gauge_set, (of.base_gauge, fraction))
CASE(gauge_add_base, promlet_gauge_add, (of.base_gauge, fraction))
CASE(observe_9_bounds_base, promlet_histogram_observe, (of.base_9, VALUE))
CASE(observe_9_bounds_striped, promlet_histogram_observe, (of.striped_9, VALUE))
CASE(observe_11_bounds_base, promlet_histogram_observe, (of.base_11, VALUE))
CASE(observe_11_bounds_striped, promlet_histogram_observe, (of.striped_11, VALUE))
CASE(observe_20_bounds_base, promlet_histogram_observe, (of.base_20, VALUE))
CASE(observe_20_bounds_striped, promlet_histogram_observe, (of.striped_20, VALUE))
CASE(observe_native_base, promlet_histogram_observe, (of.base_native, VALUE))
CASE(observe_native_striped, promlet_histogram_observe, (of.striped_native, VALUE))
CASE(summary_base, promlet_summary_observe, (of.base_summary, VALUE))
CASE(summary_striped, promlet_summary_observe, (of.striped_summary, VALUE))
CASE(observe_without_table, promlet_histogram_observe, (unread, VALUE))

/* While recording is off, the word of the switch is loaded and looked at, by inlined code first and
   then by the library, which knows more of its flags; whatever there would be to do. */
CASE(counter_inc_off, promlet_counter_inc, (of.striped_counter))
CASE(counter_add_off, promlet_counter_add, (of.striped_counter, fraction))
CASE(observe_off, promlet_histogram_observe, (of.striped_20, VALUE))
CASE(summary_off, promlet_summary_observe, (of.striped_summary, VALUE))

/* By label values there is the called form alone. Plain, because promlet reads the text of values
   ahead, in larger pieces, except under valgrind, where this counts. */
#define CASE_BY(row, name, arguments)                                                              \
    NOT_INLINED static void case_##row##_called(long count)                                        \
    {                                                                                              \
        for (long i = 0; i < count; i++) {                                                         \
            name arguments;                                                                        \
        }                                                                                          \
    }

#define FIVE_VALUES "GET", "/api/v1/items", "200", "eu-west-1", "backend"

CASE_BY(counter_inc_by_5_labels_plain, promlet_counter_inc_by, (of.counters, FIVE_VALUES))
CASE_BY(observe_11_by_5_labels_plain, promlet_histogram_observe_by,
        (of.histograms, VALUE, FIVE_VALUES))
CASE_BY(observe_11_by_5_labels_off, promlet_histogram_observe_by,
        (of.histograms, VALUE, FIVE_VALUES))

/* No clock is read at either end, which would be a hundred instructions. */
NOT_INLINED static void case_timer_off_called(long count)
{
    for (long i = 0; i < count; i++) {
        (void)promlet_timer_observe(promlet_timer_start(), of.striped_9);
    }
}

/* A stage of a database client while stages are off: a load, and no clock. */
NOT_INLINED static void case_db_stage_off_called(long count)
{
    for (long i = 0; i < count; i++) {
        PROMLET_DB_STAGE_SCOPE(of.db_client, "encode", "get");
    }
}

#define RUN(row)                                                                                   \
    case_##row##_inlined(count);                                                                   \
    case_##row##_called(count)

static void run_cases_while_off(long count)
{
    promlet_set_recording(false);
    RUN(counter_inc_off);
    RUN(counter_add_off);
    RUN(observe_off);
    RUN(summary_off);
    case_observe_11_by_5_labels_off_called(count);
    case_timer_off_called(count);
    promlet_set_recording(true);
}

static void run_cases(long count)
{
    RUN(counter_inc_base);
    RUN(counter_inc_striped);
    RUN(counter_add_u64_base);
    RUN(counter_add_u64_striped);
    RUN(counter_add_whole_base);
    RUN(counter_add_whole_striped);
    RUN(counter_add_fraction_base);
    RUN(counter_add_fraction_striped);
    RUN(gauge_set_base);
    RUN(gauge_add_base);
    RUN(observe_9_bounds_base);
    RUN(observe_9_bounds_striped);
    RUN(observe_11_bounds_base);
    RUN(observe_11_bounds_striped);
    RUN(observe_20_bounds_base);
    RUN(observe_20_bounds_striped);
    RUN(observe_native_base);
    RUN(observe_native_striped);
    RUN(summary_base);
    RUN(summary_striped);
    RUN(observe_without_table);
    case_counter_inc_by_5_labels_plain_called(count);
    case_observe_11_by_5_labels_plain_called(count);
    case_db_stage_off_called(count);
}

static promlet_counter *new_counter(const char *name, promlet_cells cells)
{
    return promlet_counter_new(NULL,
                               &(promlet_opts){.name = name, .help = "Counts.", .cells = cells});
}

static promlet_histogram *new_histogram(const char *name, promlet_cells cells, const double *bounds,
                                        size_t bound_count)
{
    return promlet_histogram_new(NULL, &(promlet_opts){.name = name,
                                                       .help = "Counts.",
                                                       .bounds = bounds,
                                                       .bound_count = bound_count,
                                                       .cells = cells});
}

/* With the default bounds as well. */
static promlet_histogram *new_native(const char *name, promlet_cells cells)
{
    return promlet_histogram_new(
        NULL,
        &(promlet_opts){.name = name, .help = "Counts.", .cells = cells, .native_factor = 1.1});
}

static promlet_summary *new_summary(const char *name, promlet_cells cells)
{
    return promlet_summary_new(NULL,
                               &(promlet_opts){.name = name, .help = "Counts.", .cells = cells});
}

static promlet_status make_metrics(void)
{
    static const double nine[] = {PROMLET_BOUNDS_OTEL_DB};
    static const double eleven[] = {PROMLET_BOUNDS_DEFAULT};
    double twenty[20];
    promlet_status status = promlet_bounds_exponential(0.001, 2, 20, twenty);
    if (status != PROMLET_OK) {
        return status;
    }
    of.base_counter = new_counter("base_total", PROMLET_CELLS_SHARED);
    of.striped_counter = new_counter("striped_total", PROMLET_CELLS_PER_CPU);
    of.base_gauge = promlet_gauge_new(NULL, &(promlet_opts){.name = "level", .help = "Counts."});
    of.base_9 = new_histogram("base_9", PROMLET_CELLS_SHARED, nine, 9);
    of.base_11 = new_histogram("base_11", PROMLET_CELLS_SHARED, eleven, 11);
    of.base_20 = new_histogram("base_20", PROMLET_CELLS_SHARED, twenty, 20);
    of.striped_9 = new_histogram("striped_9", PROMLET_CELLS_PER_CPU, nine, 9);
    of.striped_11 = new_histogram("striped_11", PROMLET_CELLS_PER_CPU, eleven, 11);
    of.striped_20 = new_histogram("striped_20", PROMLET_CELLS_PER_CPU, twenty, 20);
    of.base_native = new_native("base_native", PROMLET_CELLS_SHARED);
    of.striped_native = new_native("striped_native", PROMLET_CELLS_PER_CPU);
    of.base_summary = new_summary("base_summary", PROMLET_CELLS_SHARED);
    of.striped_summary = new_summary("striped_summary", PROMLET_CELLS_PER_CPU);
    of.counters = promlet_counter_family_new(
        NULL, &(promlet_opts){
                  .name = "by_total", .help = "Counts.", .labels = {"a", "b", "c", "d", "e"}});
    of.histograms =
        promlet_histogram_family_new(NULL, &(promlet_opts){.name = "by_seconds",
                                                           .help = "Counts.",
                                                           .labels = {"a", "b", "c", "d", "e"},
                                                           PROMLET_BOUNDS(PROMLET_BOUNDS_DEFAULT)});
    of.db_client = promlet_db_client_new(NULL, &(promlet_db_client_opts){.system = "none"});
    for (int i = 0; i < VALUES; i++) {
        values[i] = 0.0004 * (1 << i % 16) * (1 + i * 0.01);
    }
    return promlet_registry_status(NULL, NULL);
}

int main(int count, char **arguments)
{
    if (count != 2 || promlet_set_recording_path(PROMLET_PATH_ATOMIC) != PROMLET_OK ||
        make_metrics() != PROMLET_OK) {
        fprintf(stderr, "counts: cannot start: %s\n", promlet_last_error());
        return 1;
    }
    run_cases(strtol(arguments[1], NULL, 10));
    run_cases_while_off(strtol(arguments[1], NULL, 10));
    return 0;
}
