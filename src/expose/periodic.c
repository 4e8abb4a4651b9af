/* SPDX-License-Identifier: Apache-2.0 */
/* Runs rounds in a thread until it is told to end. What a round does is the caller's. */
#include <promlet/collector.h>
#include <promlet/periodic.h>

#include "base/options.h"
#include "expose/failure.h"
#include "expose/rounds.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

/* Longer intervals are as long. */
#define MOST_SECONDS 1e9

/* Warnings are cut after so many bytes. */
#define WARNING_SIZE 400

enum order {
    GO_ON = 0,
    END,      /* After a last round, if one is wanted; somebody joins the thread. */
    END_ALONE /* As soon as no round runs; the thread frees all. */
};

struct counts {
    uint64_t rounds;
    uint64_t failures;
    double last_success_seconds;
};

struct promlet_periodic {
    pthread_mutex_t lock;   /* Guards the order and what is counted; nothing else is locked and no
                               code of the user's called while it is held. */
    pthread_cond_t changed; /* There is an order. */
    enum order order;
    struct counts counts;

    pthread_t thread;
    unsigned int process; /* The value of this_process in the one that started it. */
    promlet_periodic_opts options;
    int64_t interval_ns;
    int64_t max_interval_ns;
    char name[];
};

/* How often this process and those that it was forked from have been forked. Unlike a process id it
   is never that of another one again. Changed only where there is one thread. */
static unsigned int this_process;

/* Whose round this thread is in. The model spares libc from asking for memory at the first use in a
   thread, where it ends the process when there is none. */
static _Thread_local __attribute__((tls_model("initial-exec"))) const promlet_periodic *in_round;

/* ---- Forks ---- */

static int watch_error;

static void after_fork_in_child(void)
{
    this_process++;
}

static void watch_forks(void)
{
    watch_error = pthread_atfork(NULL, NULL, after_fork_in_child);
}

/* In a forked child there is no such thread, and its lock may be held for ever, by nobody: neither
   that nor the condition is touched there. */
static bool is_parents(const promlet_periodic *periodic)
{
    return periodic->process != this_process;
}

/* ---- Time ---- */

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static double unix_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / (double)NS_PER_S;
}

static int64_t ns_of(double seconds)
{
    return (int64_t)((seconds < MOST_SECONDS ? seconds : MOST_SECONDS) * (double)NS_PER_S);
}

/* The first moment after now that is whole intervals away from the start of the last round. */
static int64_t next_start_ns(int64_t started_ns, int64_t interval_ns)
{
    int64_t passed_ns = now_ns() - started_ns;
    return started_ns + (passed_ns / interval_ns + 1) * interval_ns;
}

/* Returns false when there is an order before the moment has come. */
static bool wait_until(promlet_periodic *periodic, int64_t moment_ns)
{
    struct timespec moment = {.tv_sec = (time_t)(moment_ns / NS_PER_S),
                              .tv_nsec = (long)(moment_ns % NS_PER_S)};
    int error = 0;
    pthread_mutex_lock(&periodic->lock);
    while (periodic->order == GO_ON && error != ETIMEDOUT) {
        error = pthread_cond_timedwait(&periodic->changed, &periodic->lock, &moment);
    }
    bool goes_on = periodic->order == GO_ON;
    pthread_mutex_unlock(&periodic->lock);
    return goes_on;
}

/* ---- Rounds ---- */

static void warn(const promlet_periodic *periodic, promlet_status status)
{
    char warning[WARNING_SIZE];
    const char *why = promlet_last_error();
    (void)snprintf(warning, sizeof warning, "%s: a round has failed: %s", periodic->name,
                   why[0] != '\0' ? why : promlet_status_text(status));
    promlet_log(warning);
}

static void note(promlet_periodic *periodic, promlet_status status)
{
    pthread_mutex_lock(&periodic->lock);
    periodic->counts.rounds++;
    if (status == PROMLET_OK) {
        periodic->counts.last_success_seconds = unix_seconds();
    } else {
        periodic->counts.failures++;
    }
    pthread_mutex_unlock(&periodic->lock);
}

/* Takes the status of the round before. */
static promlet_status run_round(promlet_periodic *periodic, promlet_status before)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
    in_round = periodic;
    promlet_status status = periodic->options.run(periodic->options.ctx);
    if (!is_parents(periodic)) {
        note(periodic, status);
        if (status != PROMLET_OK && before == PROMLET_OK) {
            warn(periodic, status);
        }
    }
    in_round = NULL;
    return status;
}

static int64_t after_failure_ns(const promlet_periodic *periodic, int64_t interval_ns)
{
    int64_t most_ns = periodic->max_interval_ns;
    if (most_ns <= periodic->interval_ns) {
        return periodic->interval_ns;
    }
    return interval_ns < most_ns / 2 ? interval_ns * 2 : most_ns;
}

static void free_all(promlet_periodic *periodic)
{
    if (periodic->options.free_ctx != NULL) {
        periodic->options.free_ctx(periodic->options.ctx);
    }
    if (!is_parents(periodic)) {
        pthread_cond_destroy(&periodic->changed);
        pthread_mutex_destroy(&periodic->lock);
    }
    free(periodic);
}

static enum order read_order(promlet_periodic *periodic)
{
    pthread_mutex_lock(&periodic->lock);
    enum order order = periodic->order;
    pthread_mutex_unlock(&periodic->lock);
    return order;
}

/* What the thread does when it is told to end, or finds itself in a child that a round has forked:
   there the order can only have come from this thread, and the lock is left alone. */
static void leave(promlet_periodic *periodic, promlet_status status)
{
    enum order order = is_parents(periodic) ? periodic->order : read_order(periodic);
    if (order == END && periodic->options.runs_at_stop) {
        (void)run_round(periodic, status);
    } else if (order == END_ALONE) {
        pthread_detach(pthread_self());
        free_all(periodic);
    }
}

static void *run_rounds(void *argument)
{
    promlet_periodic *periodic = argument;
    promlet_status status = PROMLET_OK;
    int64_t interval_ns = periodic->interval_ns;
    int64_t start_ns = now_ns();
    (void)prctl(PR_SET_NAME, periodic->name);
    while (!is_parents(periodic) && wait_until(periodic, start_ns)) {
        start_ns = now_ns();
        status = run_round(periodic, status);
        interval_ns =
            status == PROMLET_OK ? periodic->interval_ns : after_failure_ns(periodic, interval_ns);
        start_ns = next_start_ns(start_ns, interval_ns);
    }
    leave(periodic, status);
    return NULL;
}

/* ---- Starting ---- */

static promlet_status check(promlet_periodic_opts *options)
{
    double seconds = options->interval_seconds;
    if (options->run == NULL) {
        return pml_expose_refuse("run: is NULL");
    }
    if (seconds == 0) {
        options->interval_seconds = PROMLET_DEFAULT_INTERVAL_SECONDS;
    } else if (!(seconds >= PROMLET_MIN_INTERVAL_SECONDS)) {
        return pml_expose_refuse("interval_seconds: must be a millisecond or more");
    }
    if (!(options->max_interval_seconds >= 0)) {
        return pml_expose_refuse("max_interval_seconds: is not a time");
    }
    if (options->name == NULL) {
        options->name = "promlet";
    }
    return PROMLET_OK;
}

/* Returns 0 or an errno value. */
static int begin(promlet_periodic *periodic)
{
    pthread_condattr_t attributes;
    int error = pthread_mutex_init(&periodic->lock, NULL);
    if (error != 0) {
        return error;
    }
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    error = pthread_cond_init(&periodic->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (error != 0) {
        pthread_mutex_destroy(&periodic->lock);
    }
    return error;
}

/* The host's signals are for its own threads, so ours starts with all of them blocked. With the
   lock held, since the thread may stop and free itself: it does nothing before we are done. */
static int start_thread(promlet_periodic *periodic)
{
    sigset_t all;
    sigset_t callers;
    sigfillset(&all);
    pthread_mutex_lock(&periodic->lock);
    pthread_sigmask(SIG_SETMASK, &all, &callers);
    int error = pthread_create(&periodic->thread, NULL, run_rounds, periodic);
    pthread_sigmask(SIG_SETMASK, &callers, NULL);
    pthread_mutex_unlock(&periodic->lock);
    return error;
}

static promlet_periodic *new_periodic(const promlet_periodic_opts *options)
{
    size_t name_size = strlen(options->name) + 1;
    promlet_periodic *periodic = calloc(1, sizeof *periodic + name_size);
    if (periodic == NULL || begin(periodic) != 0) {
        free(periodic);
        return NULL;
    }
    periodic->process = this_process;
    periodic->options = *options;
    periodic->options.name = NULL;
    periodic->interval_ns = ns_of(options->interval_seconds);
    periodic->max_interval_ns = ns_of(options->max_interval_seconds);
    memcpy(periodic->name, options->name, name_size);
    return periodic;
}

/* What a caller has to know when no thread could be made. */
static promlet_status no_thread(promlet_periodic *periodic, int error)
{
    promlet_status status = pml_expose_fail(periodic->name, "a thread", error);
    pthread_cond_destroy(&periodic->changed);
    pthread_mutex_destroy(&periodic->lock);
    free(periodic);
    return status;
}

promlet_status promlet_periodic_start_sized(const promlet_periodic_opts *options,
                                            promlet_periodic **periodic, size_t options_size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    promlet_periodic_opts known;
    pml_options_size size = {options_size, sizeof known};
    promlet_status status = pml_rounds_prepare(periodic);
    if (status == PROMLET_OK) {
        status = pml_options_read(options, &known, size, "options:");
    }
    if (status == PROMLET_OK) {
        status = check(&known);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    (void)pthread_once(&once, watch_forks);
    promlet_periodic *made = watch_error == 0 ? new_periodic(&known) : NULL;
    if (made == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    *periodic = made;
    int error = start_thread(made);
    if (error != 0) {
        *periodic = NULL;
        return no_thread(made, error);
    }
    return PROMLET_OK;
}

/* ---- Stopping ---- */

/* Woken with the lock held: without it, the thread could free all in between. */
static void give_order(promlet_periodic *periodic, enum order order)
{
    if (is_parents(periodic)) {
        periodic->order = order;
        return;
    }
    pthread_mutex_lock(&periodic->lock);
    periodic->order = order;
    pthread_cond_signal(&periodic->changed);
    pthread_mutex_unlock(&periodic->lock);
}

promlet_status promlet_periodic_stop(promlet_periodic *periodic)
{
    if (periodic == NULL) {
        return PROMLET_OK;
    }
    if (is_parents(periodic) && in_round != periodic) {
        free_all(periodic);
        return PROMLET_OK;
    }
    if (in_round != NULL || promlet_is_collecting()) {
        give_order(periodic, END_ALONE);
        return promlet_set_last_error(PROMLET_ERROR_BUSY,
                                      "the thread ends by itself, after the round that it is in");
    }
    pthread_t thread = periodic->thread;
    give_order(periodic, END);
    pthread_join(thread, NULL);
    free_all(periodic);
    return PROMLET_OK;
}

/* ---- Reading ---- */

static struct counts read_counts(promlet_periodic *periodic)
{
    struct counts counts = {0};
    if (periodic != NULL && !is_parents(periodic)) {
        pthread_mutex_lock(&periodic->lock);
        counts = periodic->counts;
        pthread_mutex_unlock(&periodic->lock);
    }
    return counts;
}

uint64_t promlet_periodic_rounds(promlet_periodic *periodic)
{
    return read_counts(periodic).rounds;
}

uint64_t promlet_periodic_failures(promlet_periodic *periodic)
{
    return read_counts(periodic).failures;
}

double promlet_periodic_last_success_seconds(promlet_periodic *periodic)
{
    return read_counts(periodic).last_success_seconds;
}
