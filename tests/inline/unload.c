/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a module, lets threads record with the calls that are compiled into it, and closes it:
 * again and again. While a thread has an rseq area that points into the module, the kernel would
 * kill the process at the next interruption of that thread, be it a signal or another thread's
 * turn.
 *
 * usage: unload MODULE ROUNDS
 * Exits 1 when a recording is lost or when the module stays loaded, and says so.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NOLOAD */
#endif

#include <promlet/promlet.h>

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 2, RECORDINGS = 100 };

typedef void (*record_fn)(promlet_counter *counter, promlet_histogram *histogram);

static promlet_counter *counter;
static promlet_histogram *histogram;
static record_fn record; /* handed on by the barriers */
static long rounds;
static pthread_barrier_t opened, recorded, closed;

static void record_some(void)
{
    for (int i = 0; i < RECORDINGS; i++) {
        record(counter, histogram);
    }
}

/* Sleeps in the last barrier while the module goes, and is interrupted when it wakes. */
static void *record_in_rounds(void *ctx)
{
    for (long i = 0; i < rounds; i++) {
        (void)pthread_barrier_wait(&opened);
        record_some();
        (void)pthread_barrier_wait(&recorded);
        (void)pthread_barrier_wait(&closed);
    }
    return ctx;
}

static void hear_signal(int number)
{
    (void)number;
}

static void *open_module(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL) {
        printf("wrong: %s\n", dlerror());
        exit(1);
    }
    *(void **)&record = dlsym(module, "module_record");
    return module;
}

static void close_module(void *module, const char *path)
{
    if (dlclose(module) != 0 || dlopen(path, RTLD_NOW | RTLD_NOLOAD) != NULL) {
        printf("wrong: the module stays loaded\n");
        exit(1);
    }
}

static void run_round(const char *path)
{
    void *module = open_module(path);
    (void)pthread_barrier_wait(&opened);
    (void)pthread_barrier_wait(&recorded);
    record_some();
    close_module(module, path);
    (void)raise(SIGUSR1);
    (void)pthread_barrier_wait(&closed);
}

static int has_sample(const char *text, const char *sample, double value)
{
    char line[128];
    (void)snprintf(line, sizeof line, "\n%s %.0f\n", sample, value);
    if (strstr(text, line) == NULL) {
        printf("wrong: expected%sin\n%s", line, text);
        return 0;
    }
    return 1;
}

static int check_totals(void)
{
    double calls = (double)rounds * (THREADS + 1) * RECORDINGS;
    char *text = promlet_get_metrics();
    int is_well = text != NULL && has_sample(text, "jobs_total", calls * 1.5) &&
                  has_sample(text, "sizes_count", calls) &&
                  has_sample(text, "sizes_sum", calls * 2.5);
    promlet_free(text);
    return is_well;
}

int main(int count, char **arguments)
{
    static const double bounds[] = {1, 2, 3};
    const promlet_opts jobs = {
        .name = "jobs_total", .help = "Of a test.", .cells = PROMLET_CELLS_PER_CPU};
    const promlet_opts sizes = {.name = "sizes",
                                .help = "Of a test.",
                                .bounds = bounds,
                                .bound_count = 3,
                                .cells = PROMLET_CELLS_PER_CPU};
    pthread_t threads[THREADS];
    if (count != 3) {
        return 2;
    }
    counter = promlet_counter_new(NULL, &jobs);
    histogram = promlet_histogram_new(NULL, &sizes);
    rounds = strtol(arguments[2], NULL, 10);
    (void)signal(SIGUSR1, hear_signal);
    (void)pthread_barrier_init(&opened, NULL, THREADS + 1);
    (void)pthread_barrier_init(&recorded, NULL, THREADS + 1);
    (void)pthread_barrier_init(&closed, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, record_in_rounds, NULL) != 0) {
            return 1;
        }
    }
    for (long i = 0; i < rounds; i++) {
        run_round(arguments[1]);
    }
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    return check_totals() ? 0 : 1;
}
