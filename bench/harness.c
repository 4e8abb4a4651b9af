/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a workload by the protocol of README.md: reads the arguments, starts the threads, takes the
 * time, and has the client's own total compared with the operations that were made. What an
 * operation is, and how a client counts, is the client's.
 */
#include "harness.h"

#include "streams.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_MISSING = 3, CACHE_LINES = 128 };

static const char usage[] =
    "usage: WORKLOAD THREADS same|different MILLISECONDS, or memory_... SERIES";

/* One recording thread. Its count is on cache lines of its own, for main() reads it. */
typedef struct lane {
    _Alignas(CACHE_LINES) atomic_uint_fast64_t operations;
    _Alignas(CACHE_LINES) bench_worker worker;
    const bench_workload *workload;
    pthread_t thread;
} lane;

typedef struct arguments {
    const char *name;
    const bench_workload *workload; /* NULL: none with this name */
    unsigned threads;
    bool is_same;
    unsigned ms;
} arguments;

static lane lanes[BENCH_MAX_THREADS];
static atomic_bool stopping;

void *bench_missing(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return NULL;
}

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void bench_sleep_ms(unsigned ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

static void *record_until_stopped(void *argument)
{
    lane *own = argument;
    bench_worker worker = own->worker;
    uint64_t operations = 0;
    while (!atomic_load_explicit(&stopping, memory_order_relaxed)) {
        own->workload->record(&worker);
        worker.at = (worker.at + BENCH_BATCH) % BENCH_STREAM;
        operations += BENCH_BATCH;
        atomic_store_explicit(&own->operations, operations, memory_order_relaxed);
    }
    return NULL;
}

static void *scrape_until_stopped(void *argument)
{
    const bench_workload *workload = argument;
    while (!atomic_load_explicit(&stopping, memory_order_relaxed)) {
        workload->scrape();
    }
    return NULL;
}

static uint64_t operations_so_far(unsigned threads)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < threads; i++) {
        sum += atomic_load_explicit(&lanes[i].operations, memory_order_relaxed);
    }
    return sum;
}

static void start_thread(pthread_t *thread, void *(*run)(void *), void *argument)
{
    if (pthread_create(thread, NULL, run, argument) != 0) {
        fail("cannot start a thread");
    }
}

/* False: the client has no such thing. */
static bool set_up_lanes(const arguments *args)
{
    for (unsigned i = 0; i < args->threads; i++) {
        bool is_new = i == 0 || !args->is_same;
        void *series = is_new ? args->workload->series(i) : lanes[0].worker.series;
        if (series == NULL) {
            return false;
        }
        lanes[i].workload = args->workload;
        lanes[i].worker = (bench_worker){
            .series = series, .index = i, .at = i * (BENCH_STREAM / BENCH_MAX_THREADS)};
    }
    return true;
}

/* What was done between the two moments; the threads record before the first and after the last. */
static void measure(const bench_client *client, const arguments *args)
{
    if (client->warm_up != NULL) {
        client->warm_up();
    }
    bench_sleep_ms(args->ms / 10 + 1);
    uint64_t before = operations_so_far(args->threads);
    uint64_t start_ns = now_ns();
    uint64_t operations;
    do { /* longer on a machine so busy that no thread came to run */
        bench_sleep_ms(args->ms);
        operations = operations_so_far(args->threads) - before;
    } while (operations == 0);
    printf("%llu %llu\n", (unsigned long long)operations,
           (unsigned long long)(now_ns() - start_ns));
}

static void check_count(const arguments *args)
{
    uint64_t operations = operations_so_far(args->threads);
    if (args->workload->is_counted != NULL && !args->workload->is_counted(operations)) {
        fprintf(stderr, "%s: not all of %llu operations were counted, or more\n",
                args->workload->name, (unsigned long long)operations);
        exit(1);
    }
}

static int run_workload(const bench_client *client, const arguments *args)
{
    pthread_t scraper;
    if (!set_up_lanes(args)) {
        return EXIT_MISSING;
    }
    for (unsigned i = 0; i < args->threads; i++) {
        start_thread(&lanes[i].thread, record_until_stopped, &lanes[i]);
    }
    if (args->workload->scrape != NULL) {
        start_thread(&scraper, scrape_until_stopped, (void *)args->workload);
    }
    measure(client, args);
    atomic_store_explicit(&stopping, true, memory_order_relaxed);
    for (unsigned i = 0; i < args->threads; i++) {
        pthread_join(lanes[i].thread, NULL);
    }
    if (args->workload->scrape != NULL) {
        pthread_join(scraper, NULL);
    }
    check_count(args);
    if (client->print_notes != NULL) {
        client->print_notes();
    }
    return 0;
}

static void *record_beside(void *argument)
{
    const bench_repetition *repetition = argument;
    while (!atomic_load_explicit(&stopping, memory_order_relaxed)) {
        repetition->record();
    }
    return NULL;
}

/* At least once, however long that takes. */
static void measure_repetition(const bench_repetition *repetition, unsigned ms)
{
    uint64_t operations = 0;
    uint64_t start_ns = now_ns();
    uint64_t end_ns;
    do {
        repetition->once();
        operations += repetition->operations;
        end_ns = now_ns();
    } while (end_ns - start_ns < (uint64_t)ms * 1000000);
    printf("%llu %llu\n", (unsigned long long)operations, (unsigned long long)(end_ns - start_ns));
}

static int run_repetition(const bench_client *client, const arguments *args)
{
    pthread_t recorder;
    bench_repetition repetition = {0};
    bench_streams_draw();
    if (client->prepare == NULL || !client->prepare(args->name, &repetition)) {
        bench_missing("no such workload here");
        return EXIT_MISSING;
    }
    if (repetition.record != NULL) {
        start_thread(&recorder, record_beside, &repetition);
    }
    repetition.once(); /* what is allocated at first use is then there */
    measure_repetition(&repetition, args->ms);
    if (repetition.record != NULL) {
        atomic_store_explicit(&stopping, true, memory_order_relaxed);
        pthread_join(recorder, NULL);
    }
    if (client->print_notes != NULL) {
        client->print_notes();
    }
    return 0;
}

/* A whole number within the limits; exits on anything else. */
static unsigned long number(const char *text, unsigned long least, unsigned long most)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || *text == '\0' || *end != '\0' || value < least || value > most) {
        fail(usage);
    }
    return value;
}

/* Whether all threads record on one series; exits on a word that is neither of the two. */
static bool is_same_place(const char *word)
{
    bool is_same = strcmp(word, "same") == 0;
    if (!is_same && strcmp(word, "different") != 0) {
        fail(usage);
    }
    return is_same;
}

static size_t resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1) {
        fail("cannot read /proc/self/statm");
    }
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int run_memory(const bench_client *client, const char *workload, size_t count)
{
    bench_streams_draw();
    size_t before = resident_bytes();
    if (client->fill == NULL || !client->fill(workload, count)) {
        bench_missing("no such workload here");
        return EXIT_MISSING;
    }
    printf("%zu 0\n", (resident_bytes() - before) / count);
    return 0;
}

static const bench_workload *find_workload(const bench_client *client, const char *name)
{
    const bench_workload *workload = client->workloads;
    while (workload->name != NULL && strcmp(workload->name, name) != 0) {
        workload++;
    }
    return workload->name != NULL ? workload : NULL;
}

int bench_main(int argc, char **argv, const bench_client *client)
{
    if (argc == 2 && strcmp(argv[1], "streams") == 0) {
        bench_streams_draw();
        printf("%016llx\n", (unsigned long long)bench_streams_checksum());
        return 0;
    }
    if (argc == 3 && strncmp(argv[1], "memory_", 7) == 0) {
        return run_memory(client, argv[1], number(argv[2], 1, 100000000));
    }
    if (argc != 5) {
        fail(usage);
    }
    arguments args = {.name = argv[1],
                      .workload = find_workload(client, argv[1]),
                      .threads = (unsigned)number(argv[2], 1, BENCH_MAX_THREADS),
                      .is_same = is_same_place(argv[3]),
                      .ms = (unsigned)number(argv[4], 1, 1000000)};
    if (args.workload == NULL) {
        return run_repetition(client, &args);
    }
    bench_streams_draw();
    return run_workload(client, &args);
}
