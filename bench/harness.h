/* SPDX-License-Identifier: Apache-2.0 */
/* The part of a bench program that is the same for promlet and the floors: arguments, threads,
   time, and the check that every operation was counted. README.md has the protocol. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BENCH_BATCH = 1024, /* operations between two looks at the clock; divides BENCH_STREAM */
    BENCH_MAX_THREADS = 8
};

/* What a recording thread is told. */
typedef struct bench_worker {
    void *series;   /* from bench_workload.series */
    unsigned index; /* its number, from 0 */
    size_t at;      /* its place in the streams; a whole batch is left before their end */
} bench_worker;

typedef struct bench_workload {
    const char *name;
    /* Makes the series with this number and returns its handle; is called for 0, then 1, ... NULL:
       there is no such thing here, as bench_missing() was told. */
    void *(*series)(unsigned number);
    /* Makes BENCH_BATCH operations. */
    void (*record)(const bench_worker *worker);
    /* True if the client shows that it counted exactly these operations. NULL: nothing to count. */
    bool (*is_counted)(uint64_t operations);
    /* Called in a loop by one more thread. NULL: no such thread. */
    void (*scrape)(void);
} bench_workload;

/* One thing that the main thread does again and again, such as encoding a document. */
typedef struct bench_repetition {
    void (*once)(void);
    uint64_t operations; /* in each, such as lines */
    /* Called in a loop by one more thread meanwhile. NULL: no such thread. */
    void (*record)(void);
} bench_repetition;

typedef struct bench_client {
    const bench_workload *workloads; /* the one without a name ends them */
    /* Makes ready what a workload repeats that is not among those above; false: there is no such
       workload. NULL: none at all. */
    bool (*prepare)(const char *workload, bench_repetition *repetition);
    /* Runs in the main thread while the others record, to get the client into the state that is to
       be measured; NULL: recording alone does. */
    void (*warm_up)(void);
    /* Prints lines "note: ...". NULL: none. */
    void (*print_notes)(void);
    /* Makes so many series for a memory workload; false: there is no such workload. */
    bool (*fill)(const char *workload, size_t count);
} bench_client;

/* main() of a bench program. */
int bench_main(int argc, char **argv, const bench_client *client);

/* Says on standard error what this client does not have; returns NULL. */
void *bench_missing(const char *what);

/* Sleeps so long, whatever signals come. */
void bench_sleep_ms(unsigned ms);

#endif
