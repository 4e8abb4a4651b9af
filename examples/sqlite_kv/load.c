/* SPDX-License-Identifier: Apache-2.0 */
/* What users, the report and the maintenance job do, and how fast. All of them together keep a
   processor busy for a few percent of the time. */
#include "load.h"

#include "client.h"
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
    SHARED_KEYS = 50000,           /* In the store from the beginning; nobody removes them. */
    KEY_SIZE = 48,
    OPERATIONS_PER_ROUND = 10,
    USER_PAUSE_MS = 20, /* At least; up to twice as long. */
    REPORT_PAUSE_MS = 500,
    MAINTENANCE_PAUSE_MS = 700,
    MAINTENANCE_HOLD_MS = 60, /* Longer than the clients' busy timeout. */
    PATIENT_DEADLINE_US = 5000000,
    IMPATIENT_DEADLINE_US = 100, /* To look at all shared keys takes some 20 times as long. */
    IMPATIENT_EVERY = 3          /* So many scans of the report. */
};

static const char scan_pattern[] = "%99%";

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

static void write_shared_key(char key[KEY_SIZE], uint64_t number)
{
    snprintf(key, KEY_SIZE, "shared/%06llu", (unsigned long long)number);
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
static void user_inserts(struct worker *worker)
{
    char key[KEY_SIZE];
    if (random_below(worker, 10) == 0) {
        write_shared_key(key, random_below(worker, SHARED_KEYS));
        client_insert(worker->client, key, 0);
        return;
    }
    write_own_key(key, worker, worker->next_own_key);
    if (client_insert(worker->client, key, 1) == STORE_OK) {
        worker->next_own_key++;
    }
}

/* The oldest of the user's own keys; without any left, the one that comes next is missing. */
static void user_removes(struct worker *worker)
{
    char key[KEY_SIZE];
    write_own_key(key, worker, worker->first_own_key);
    if (client_remove(worker->client, key) == STORE_OK) {
        worker->first_own_key++;
    }
}

static void user_operates(struct worker *worker)
{
    char key[KEY_SIZE];
    int64_t value;
    bool exists;
    uint64_t dice = random_below(worker, 100);
    write_wanted_key(key, worker);
    if (dice < 50) {
        client_get(worker->client, key, &value);
    } else if (dice < 60) {
        client_exists(worker->client, key, &exists);
    } else if (dice < 80) {
        client_increment(worker->client, key);
    } else if (dice < 90) {
        user_inserts(worker);
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
    int64_t matches;
    client_scan(worker->client, scan_pattern,
                is_impatient ? IMPATIENT_DEADLINE_US : PATIENT_DEADLINE_US, &matches);
    pause_ms(worker->load, REPORT_PAUSE_MS);
}

/* Keeps the lock for so long that users who want to write give up. */
static void maintenance_works(struct worker *worker)
{
    if (client_lock(worker->client) == STORE_OK) {
        pause_ms(worker->load, MAINTENANCE_HOLD_MS);
        client_unlock(worker->client);
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

/* In one transaction: a transaction a key would take much longer. */
static bool fill(struct client *client)
{
    bool is_good = client_lock(client) == STORE_OK;
    for (uint64_t i = 0; is_good && i < SHARED_KEYS; i++) {
        char key[KEY_SIZE];
        write_shared_key(key, i);
        is_good = client_insert(client, key, 0) == STORE_OK;
    }
    is_good = is_good && client_unlock(client) == STORE_OK;
    if (!is_good) {
        fputs("sqlite_kv: cannot fill the store\n", stderr);
    }
    return is_good;
}

static void succeed_once(struct client *client)
{
    int64_t number;
    bool exists;
    client_insert(client, "first", 1);
    client_get(client, "first", &number);
    client_increment(client, "first");
    client_exists(client, "first", &exists);
    client_remove(client, "first");
    client_scan(client, scan_pattern, PATIENT_DEADLINE_US, &number);
}

/* The other client holds the lock while this one wants to write. */
static void fail_once(struct client *client, struct client *other)
{
    int64_t number;
    client_get(client, "missing", &number);
    client_insert(client, "twice", 1);
    client_insert(client, "twice", 2);
    client_scan(client, scan_pattern, IMPATIENT_DEADLINE_US, &number);
    client_lock(other);
    client_increment(client, "twice");
    client_unlock(other);
}

bool load_run_once(const char *path)
{
    struct client *client = client_open(path);
    struct client *other = client_open(path);
    bool is_good = client && other && fill(client);
    if (is_good) {
        succeed_once(client);
        fail_once(client, other);
    }
    client_close(other);
    client_close(client);
    return is_good;
}
