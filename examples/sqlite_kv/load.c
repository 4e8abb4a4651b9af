/* SPDX-License-Identifier: Apache-2.0 */
/* What users, the report and the maintenance job do, and how fast. All of them together keep a
   processor busy for a few percent of the time. */
#include "load.h"

#include "client.h"
#include "once.h"
#include "tally.h"
#include "trace.h"

#include <promlet/promlet.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    USER_COUNT = 3,
    WORKER_COUNT = USER_COUNT + 2, /* The report and the maintenance job are workers as well. */
    OPERATIONS_PER_ROUND = 10,
    USER_PAUSE_MS = 20, /* At least; up to twice as long. */
    REPORT_PAUSE_MS = 500,
    MAINTENANCE_PAUSE_MS = 700,
    MAINTENANCE_HOLD_MS = 60, /* Longer than the clients' busy timeout. */
    IMPATIENT_EVERY = 3       /* So many scans of the report. */
};

PROMLET_STATIC_COUNTER(rounds, "kv_load_rounds_total", "Rounds of operations that users have run.");

/* One thread. Only `load` is shared, the rest belongs to the thread once it runs. */
struct worker {
    struct load *load;
    struct client *client;
    pthread_t thread;
    void (*work)(struct worker *worker); /* One round. */
    int number;
    uint64_t random_state;
    uint64_t first_own_key; /* The user has inserted the keys from here... */
    uint64_t next_own_key;  /* ...to just before here, and not yet removed them. */
    uint64_t scans;
};

struct load {
    pthread_mutex_t mutex; /* Guards is_stopping; the innermost lock. */
    pthread_cond_t stopping;
    bool is_stopping;
    int started; /* How many of the workers have a thread. */
    struct worker workers[WORKER_COUNT];
};

/* The generator is splitmix64's: a counter whose bits are mixed, so that any seed is as good as any
   other, and the same seed gives the same load. */
static uint64_t random_bits(struct worker *worker)
{
    uint64_t bits = worker->random_state += UINT64_C(0x9e3779b97f4a7c15);
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

static uint64_t random_below(struct worker *worker, uint64_t limit)
{
    return random_bits(worker) % limit;
}

static void write_own_key(char key[KEY_SIZE], const struct worker *worker, uint64_t number)
{
    snprintf(key, KEY_SIZE, "user%d/%llu", worker->number, (unsigned long long)number);
}

/* A shared key, or now and then one that does not exist. */
static void write_wanted_key(char key[KEY_SIZE], struct worker *worker)
{
    bool is_missing = random_below(worker, 20) == 0;
    write_shared_key(key, random_below(worker, SHARED_KEYS) + (is_missing ? SHARED_KEYS : 0));
}

/* Waits, and returns at once when the load is stopped. */
static void pause_ms(struct load *load, uint64_t milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    uint64_t ns = (uint64_t)until.tv_nsec + milliseconds * 1000000;
    until.tv_sec += (time_t)(ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);

    pthread_mutex_lock(&load->mutex);
    int error = 0;
    while (!load->is_stopping && error == 0) {
        error = pthread_cond_timedwait(&load->stopping, &load->mutex, &until);
    }
    pthread_mutex_unlock(&load->mutex);
}

static bool is_stopping(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    bool result = load->is_stopping;
    pthread_mutex_unlock(&load->mutex);
    return result;
}

/* Mostly a new key; sometimes one that is there already, as when two users choose one name. */
static void user_puts(struct worker *worker)
{
    char key[KEY_SIZE];
    bool is_taken = random_below(worker, 10) == 0;
    if (is_taken) {
        write_shared_key(key, random_below(worker, SHARED_KEYS));
    } else {
        write_own_key(key, worker, worker->next_own_key);
    }
    struct request request = {.operation = OPERATION_PUT, .key = key, .text = "1"};
    if (ask(worker->client, &request) == STORE_OK) {
        worker->next_own_key++;
    }
}

/* The oldest of the user's own keys; without any left, the one that comes next is missing. */
static void user_removes(struct worker *worker)
{
    char key[KEY_SIZE];
    write_own_key(key, worker, worker->first_own_key);
    if (ask_for(worker->client, OPERATION_REMOVE, key) == STORE_OK) {
        worker->first_own_key++;
    }
}

static void user_asks_for_many(struct worker *worker, enum operation operation)
{
    char first[KEY_SIZE], second[KEY_SIZE], both[2 * KEY_SIZE + 8];
    write_wanted_key(first, worker);
    write_wanted_key(second, worker);
    snprintf(both, sizeof(both), "[\"%s\",\"%s\"]", first, second);
    ask_for(worker->client, operation, both);
}

/* What users do with one key, and how often out of 100 times. The rest are new keys, removed keys,
   and several keys at once. */
static const struct {
    uint64_t per_cent;
    struct request request;
} habits[] = {
    {40, {.operation = OPERATION_GET}},
    {10, {.operation = OPERATION_EXISTS}},
    {15, {.operation = OPERATION_INCREMENT, .number = 2}},
    {2, {.operation = OPERATION_SELECT}},
    {2, {.operation = OPERATION_TOUCH}},
    {2, {.operation = OPERATION_APPEND, .text = "a"}},
    {2, {.operation = OPERATION_PREPEND, .text = "b"}},
    {2, {.operation = OPERATION_OPERATE, .text = "0", .number = 1}},
    {2, {.operation = OPERATION_QUERY, .text = "1"}},
};

/* True if the dice fell on a habit. */
static bool user_follows_habit(struct worker *worker, uint64_t dice)
{
    char key[KEY_SIZE];
    for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
        if (dice < habits[i].per_cent) {
            struct request request = habits[i].request;
            write_wanted_key(key, worker);
            request.key = key;
            ask(worker->client, &request);
            return true;
        }
        dice -= habits[i].per_cent;
    }
    return false;
}

static void user_operates(struct worker *worker)
{
    uint64_t dice = random_below(worker, 100);
    if (user_follows_habit(worker, dice)) {
        return;
    }
    if (dice < 80) {
        user_asks_for_many(worker, OPERATION_BATCH_READ);
    } else if (dice < 82) {
        user_asks_for_many(worker, OPERATION_BATCH_OPERATE);
    } else if (dice < 91) {
        user_puts(worker);
    } else {
        user_removes(worker);
    }
}

static void user_works(struct worker *worker)
{
    for (int i = 0; i < OPERATIONS_PER_ROUND; i++) {
        user_operates(worker);
    }
    promlet_counter_inc(rounds);
    pause_ms(worker->load, USER_PAUSE_MS + random_below(worker, USER_PAUSE_MS));
}

static void report_works(struct worker *worker)
{
    bool is_impatient = ++worker->scans % IMPATIENT_EVERY == 0;
    ask(worker->client, is_impatient ? &impatient_scan : &patient_scan);
    pause_ms(worker->load, REPORT_PAUSE_MS);
}

/* Keeps the lock for so long that users who want to write give up. */
static void maintenance_works(struct worker *worker)
{
    if (ask_for(worker->client, OPERATION_LOCK, NULL) == STORE_OK) {
        pause_ms(worker->load, MAINTENANCE_HOLD_MS);
        ask_for(worker->client, OPERATION_UNLOCK, NULL);
    }
    pause_ms(worker->load, MAINTENANCE_PAUSE_MS);
}

/* A round is what a request would be. */
static void begin_trace(struct worker *worker)
{
    trace_begin((const uint64_t[]){random_bits(worker), random_bits(worker), random_bits(worker)});
}

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    while (!is_stopping(worker->load)) {
        begin_trace(worker);
        worker->work(worker);
    }
    return NULL;
}

static bool open_worker(struct load *load, int number, const char *path)
{
    struct worker *worker = &load->workers[number];
    worker->load = load;
    worker->number = number;
    worker->random_state = (uint64_t)number;
    worker->client = client_open(path);
    return worker->client != NULL;
}

static bool start_worker(struct load *load, void (*work)(struct worker *))
{
    struct worker *worker = &load->workers[load->started];
    worker->work = work;
    int error = pthread_create(&worker->thread, NULL, run_worker, worker);
    if (error != 0) {
        fprintf(stderr, "sqlite_kv: cannot start a thread: %s\n", strerror(error));
        return false;
    }
    load->started++;
    return true;
}

static struct load *new_load(void)
{
    struct load *load = calloc(1, sizeof(*load));
    if (!load) {
        fputs("sqlite_kv: out of memory\n", stderr);
        return NULL;
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&load->stopping, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&load->mutex, NULL);
    return load;
}

/* All clients are there before the first of them locks the others out. */
static bool start_all(struct load *load, const char *path)
{
    bool is_good = true;
    for (int i = 0; is_good && i < WORKER_COUNT; i++) {
        is_good = open_worker(load, i, path);
    }
    for (int i = 0; is_good && i < USER_COUNT; i++) {
        is_good = start_worker(load, user_works);
    }
    return is_good && start_worker(load, report_works) && start_worker(load, maintenance_works);
}

struct load *load_start(const char *path)
{
    struct load *load = new_load();
    if (load && !start_all(load, path)) {
        load_stop(load);
        return NULL;
    }
    return load;
}

void load_stop(struct load *load)
{
    if (!load) {
        return;
    }
    pthread_mutex_lock(&load->mutex);
    load->is_stopping = true;
    pthread_cond_broadcast(&load->stopping);
    pthread_mutex_unlock(&load->mutex);
    for (int i = 0; i < load->started; i++) {
        pthread_join(load->workers[i].thread, NULL);
    }
    for (int i = 0; i < WORKER_COUNT; i++) {
        client_close(load->workers[i].client);
    }
    pthread_cond_destroy(&load->stopping);
    pthread_mutex_destroy(&load->mutex);
    free(load);
}
