/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floors: what this machine allows, as straight-line code in the same loop and under the same
 * protocol as the clients. floors_cells.h and floors_labels.h hold the operations.
 */
#include "floors_call.h"
#include "floors_cells.h"
#include "floors_encoding.h"
#include "floors_labels.h"
#include "harness.h"
#include "streams.h"

#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>
#endif

static floor_search search9;
static floor_search search20;
static int64_t rseq;         /* see floor_rseq_offset() */
static char *plain_cells;    /* one for each thread */
static size_t worker_stride; /* from a thread's cell to the next one's; 0: they share */

/* What turns ticks of the counter into seconds where it runs at 2.5 GHz. Elsewhere the seconds are
   wrong, but not the time that it takes to observe them. */
#define SECONDS_PER_TICK 4e-10
#define SECONDS_PER_NS 1e-9

/* Keeps the compiler from leaving out what computes a value. */
#define CONSUME(value) __asm__ volatile("" : : "r"(value))

/* ---- the operations -------------------------------------------------------------------------- */

static floor_cell *cell_of(const bench_worker *worker)
{
    return (floor_cell *)(void *)((char *)worker->series + worker->index * worker_stride);
}

/* A function that makes a batch of one operation, which finds in `cell` what it records on and in
   `value` what it observes. */
#define RECORD(name, ...)                                                                          \
    static void record_##name(const bench_worker *worker)                                          \
    {                                                                                              \
        floor_cell *const cell = cell_of(worker);                                                  \
        const double *const values = &bench_values[worker->at];                                    \
        const int64_t offset = rseq;                                                               \
        for (size_t i = 0; i < BENCH_BATCH; i++) {                                                 \
            const double value = values[i];                                                        \
            (void)cell, (void)value, (void)offset;                                                 \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

RECORD(empty, CONSUME(i);)
RECORD(call_static, floor_call_static(cell);)
RECORD(call_shared, floor_call_shared(cell);)

RECORD(plain_add, floor_plain_add(&cell->counts[0]);)
RECORD(locked_add, floor_locked_add(&cell->counts[0]);)
RECORD(cpu_locked_add, {
    floor_cell *own = floor_cell_of_cpu(cell, offset);
    floor_locked_add(&own->counts[0]);
})
RECORD(restartable_add, floor_restartable_add(&cell->counts[0], offset);)

#define SET(to, amount) __atomic_store_n(&(to)->sum.bits, floor_bits(amount), __ATOMIC_RELAXED)

RECORD(set, SET(cell, value);)

#define SUMMARIZE_RESTARTABLE(to, amount)                                                          \
    floor_restartable_add_real(&(to)->sum, amount, offset);                                        \
    floor_restartable_add(&(to)->counts[0], offset)

#define SUMMARIZE_ATOMIC(to, amount)                                                               \
    floor_locked_add_real(&(to)->sum, amount);                                                     \
    floor_locked_add(&(to)->counts[0])

RECORD(summary_restartable, SUMMARIZE_RESTARTABLE(cell, value);)
RECORD(summary_atomic, SUMMARIZE_ATOMIC(cell, value);)

#define OBSERVE_PLAIN(search, to, amount)                                                          \
    floor_plain_add_real(&(to)->sum, amount);                                                      \
    floor_plain_add(&(to)->counts[floor_bucket(&(search), amount)])

#define OBSERVE_RESTARTABLE(search, to, amount)                                                    \
    floor_restartable_add_real(&(to)->sum, amount, offset);                                        \
    floor_restartable_add(&(to)->counts[floor_bucket(&(search), amount)], offset)

#define OBSERVE_ATOMIC(search, to, amount)                                                         \
    floor_locked_add_real(&(to)->sum, amount);                                                     \
    floor_locked_add(&(to)->counts[floor_bucket(&(search), amount)])

RECORD(observe9_plain, OBSERVE_PLAIN(search9, cell, value);)
RECORD(observe9_restartable, OBSERVE_RESTARTABLE(search9, cell, value);)
RECORD(observe9_atomic, OBSERVE_ATOMIC(search9, cell, value);)
RECORD(observe9_cpu_atomic, {
    floor_cell *own = floor_cell_of_cpu(cell, offset);
    OBSERVE_ATOMIC(search9, own, value);
})
RECORD(observe20_plain, OBSERVE_PLAIN(search20, cell, value);)
RECORD(observe20_restartable, OBSERVE_RESTARTABLE(search20, cell, value);)
RECORD(observe20_atomic, OBSERVE_ATOMIC(search20, cell, value);)

/* With another layout of the cell: see floor_pairs. */
RECORD(observe9_restartable_pair, {
    floor_pairs *pairs = (floor_pairs *)(void *)cell;
    floor_restartable_add_pair(&pairs->buckets[floor_bucket(&search9, value)], value, offset);
})
RECORD(observe9_atomic_pair, {
    floor_pairs *pairs = (floor_pairs *)(void *)cell;
    floor_locked_add_pair(&pairs->buckets[floor_bucket(&search9, value)], value);
})

/* By five labels. */
#define FOUND floor_cell *found = floor_find(bench_labels[worker->at + i])

RECORD(find, FOUND; CONSUME(found);)
RECORD(find_add_restartable, FOUND; floor_restartable_add(&found->counts[0], offset);)
RECORD(find_add_atomic, FOUND; floor_locked_add(&found->counts[0]);)
RECORD(find_set, FOUND; SET(found, value);)
RECORD(find_observe9_restartable, FOUND; OBSERVE_RESTARTABLE(search9, found, value);)
RECORD(find_observe9_atomic, FOUND; OBSERVE_ATOMIC(search9, found, value);)
RECORD(find_observe20_restartable, FOUND; OBSERVE_RESTARTABLE(search20, found, value);)
RECORD(find_observe20_atomic, FOUND; OBSERVE_ATOMIC(search20, found, value);)
RECORD(find_summary_restartable, FOUND; SUMMARIZE_RESTARTABLE(found, value);)
RECORD(find_summary_atomic, FOUND; SUMMARIZE_ATOMIC(found, value);)

static uint64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t ticks(void)
{
#ifdef __x86_64__
    return __rdtsc();
#else
    return 0;
#endif
}

RECORD(two_clocks, {
    uint64_t start = clock_ns();
    uint64_t taken = clock_ns() - start;
    CONSUME(taken);
})
RECORD(two_ticks, {
    uint64_t start = ticks();
    uint64_t taken = ticks() - start;
    CONSUME(taken);
})

/* A timed operation. It takes longer than its parts by themselves: the bucket depends on what the
   clock says, so nothing of the observation can begin before. */
#define TIMED(read, scale, observe)                                                                \
    uint64_t start = read();                                                                       \
    double seconds = (double)(read() - start) * (scale);                                           \
    observe(search9, cell, seconds)

RECORD(timed_restartable, TIMED(clock_ns, SECONDS_PER_NS, OBSERVE_RESTARTABLE);)
RECORD(timed_atomic, TIMED(clock_ns, SECONDS_PER_NS, OBSERVE_ATOMIC);)
RECORD(timed_fast_restartable, TIMED(ticks, SECONDS_PER_TICK, OBSERVE_RESTARTABLE);)
RECORD(timed_fast_atomic, TIMED(ticks, SECONDS_PER_TICK, OBSERVE_ATOMIC);)

/* ---- the series ------------------------------------------------------------------------------ */

static void *new_cell(unsigned number)
{
    (void)number;
    return floor_new_cell();
}

/* For one writer only: each thread gets a cell of its own, whatever the place. */
static void *new_plain_cell(unsigned number)
{
    if (number == 0) {
        worker_stride = FLOOR_CELL_SIZE;
        plain_cells = floor_new_cell();
        for (unsigned i = 1; i < BENCH_MAX_THREADS; i++) {
            floor_new_cell();
        }
    }
    return plain_cells;
}

static void *new_restartable_cell(unsigned number)
{
    return rseq != 0 ? new_cell(number) : bench_missing("no restartable sequences here");
}

static void *new_exchanged_cell(unsigned number)
{
    return floor_has_pair_exchange() ? new_cell(number) : bench_missing("no cmpxchg16b here");
}

static void *new_found_cells(unsigned number)
{
    if (number == 0 && !floor_labels_init()) {
        return bench_missing("no SSE2 here");
    }
    return &floor_labels;
}

static void *new_restartable_found_cells(unsigned number)
{
    return rseq != 0 ? new_found_cells(number) : bench_missing("no restartable sequences here");
}

static void *no_cell(unsigned number)
{
    (void)number;
    return &search9;
}

/* ---- the program ----------------------------------------------------------------------------- */

static bool is_right(uint64_t operations)
{
    return floor_count() == operations;
}

static bool is_right_in_pairs(uint64_t operations)
{
    return floor_count_in_pairs() == operations;
}

/* For the self-test, which wants to see a wrong count found. */
static bool is_never_right(uint64_t operations)
{
    return floor_count() == operations + 1;
}

static const bench_workload workloads[] = {
    {"empty", no_cell, record_empty, NULL, NULL},
    {"call_static", no_cell, record_call_static, NULL, NULL},
    {"call_shared", no_cell, record_call_shared, NULL, NULL},
    {"plain_add", new_plain_cell, record_plain_add, is_right, NULL},
    {"locked_add", new_cell, record_locked_add, is_right, NULL},
    {"cpu_locked_add", new_restartable_cell, record_cpu_locked_add, is_right, NULL},
    {"restartable_add", new_restartable_cell, record_restartable_add, is_right, NULL},
    {"set", new_cell, record_set, NULL, NULL},
    {"summary_restartable", new_restartable_cell, record_summary_restartable, is_right, NULL},
    {"summary_atomic", new_cell, record_summary_atomic, is_right, NULL},
    {"observe9_plain", new_plain_cell, record_observe9_plain, is_right, NULL},
    {"observe9_restartable", new_restartable_cell, record_observe9_restartable, is_right, NULL},
    {"observe9_atomic", new_cell, record_observe9_atomic, is_right, NULL},
    {"observe9_cpu_atomic", new_restartable_cell, record_observe9_cpu_atomic, is_right, NULL},
    {"observe9_restartable_pair", new_restartable_cell, record_observe9_restartable_pair,
     is_right_in_pairs, NULL},
    {"observe9_atomic_pair", new_exchanged_cell, record_observe9_atomic_pair, is_right_in_pairs,
     NULL},
    {"observe20_plain", new_plain_cell, record_observe20_plain, is_right, NULL},
    {"observe20_restartable", new_restartable_cell, record_observe20_restartable, is_right, NULL},
    {"observe20_atomic", new_cell, record_observe20_atomic, is_right, NULL},
    {"find", new_found_cells, record_find, NULL, NULL},
    {"find_add_restartable", new_restartable_found_cells, record_find_add_restartable, is_right,
     NULL},
    {"find_add_atomic", new_found_cells, record_find_add_atomic, is_right, NULL},
    {"find_set", new_found_cells, record_find_set, NULL, NULL},
    {"find_observe9_restartable", new_restartable_found_cells, record_find_observe9_restartable,
     is_right, NULL},
    {"find_observe9_atomic", new_found_cells, record_find_observe9_atomic, is_right, NULL},
    {"find_observe20_restartable", new_restartable_found_cells, record_find_observe20_restartable,
     is_right, NULL},
    {"find_observe20_atomic", new_found_cells, record_find_observe20_atomic, is_right, NULL},
    {"find_summary_restartable", new_restartable_found_cells, record_find_summary_restartable,
     is_right, NULL},
    {"find_summary_atomic", new_found_cells, record_find_summary_atomic, is_right, NULL},
    {"two_clocks", no_cell, record_two_clocks, NULL, NULL},
    {"two_ticks", no_cell, record_two_ticks, NULL, NULL},
    {"timed_restartable", new_restartable_cell, record_timed_restartable, is_right, NULL},
    {"timed_atomic", new_cell, record_timed_atomic, is_right, NULL},
    {"timed_fast_restartable", new_restartable_cell, record_timed_fast_restartable, is_right, NULL},
    {"timed_fast_atomic", new_cell, record_timed_fast_atomic, is_right, NULL},
    {"miscounted", new_cell, record_locked_add, is_never_right, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static const bench_client client = {
    .workloads = workloads, .prepare = floor_encoding_prepare, .print_notes = floor_encoding_notes};

int main(int argc, char **argv)
{
    rseq = floor_rseq_offset();
    floor_search_init(&search9, bench_bounds9, BENCH_BOUNDS9);
    floor_search_init(&search20, bench_bounds20, BENCH_BOUNDS20);
    return bench_main(argc, argv, &client);
}
