/* SPDX-License-Identifier: Apache-2.0 */
/* Each operation and each error, brought about on purpose. */
#include "once.h"

#include "client.h"
#include "metrics.h"
#include "tally.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

const struct request patient_scan = {
    .operation = OPERATION_SCAN, .key = "%99%", .deadline_us = 5000000};
/* To look at all shared keys takes some 20 times as long. */
const struct request impatient_scan = {
    .operation = OPERATION_SCAN, .key = "%99%", .deadline_us = 100};

void write_shared_key(char key[KEY_SIZE], uint64_t number)
{
    snprintf(key, KEY_SIZE, "shared/%06llu", (unsigned long long)number);
}

/* In one transaction: a transaction a key would take much longer. */
static bool fill(struct client *client)
{
    enum store_outcome outcome = ask_for(client, OPERATION_LOCK, NULL);
    for (uint64_t i = 0; outcome == STORE_OK && i < SHARED_KEYS; i++) {
        char key[KEY_SIZE];
        write_shared_key(key, i);
        outcome = ask(client, &(struct request){OPERATION_PUT, key, "0", 0, 0});
    }
    if (outcome == STORE_OK) {
        outcome = ask_for(client, OPERATION_UNLOCK, NULL);
    }
    if (outcome != STORE_OK) {
        fprintf(stderr, "sqlite_kv: cannot fill the store: %s\n", error_type(outcome));
    }
    return outcome == STORE_OK;
}

static void ask_all(struct client *client, const struct request *requests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ask(client, &requests[i]);
    }
}

static void succeed_once(struct client *client)
{
    static const struct request requests[] = {
        {.operation = OPERATION_PUT, .key = "first", .text = "1"},
        {.operation = OPERATION_PUT, .key = "second", .text = "1"},
        {.operation = OPERATION_GET, .key = "first"},
        {.operation = OPERATION_EXISTS, .key = "first"},
        {.operation = OPERATION_EXISTS, .key = "missing"}, /* "No" is an answer. */
        {.operation = OPERATION_TOUCH, .key = "first"},
        {.operation = OPERATION_APPEND, .key = "first", .text = "b"},
        {.operation = OPERATION_PREPEND, .key = "first", .text = "a"},
        {.operation = OPERATION_SELECT, .key = "first"},
        {.operation = OPERATION_INCREMENT, .key = "first", .number = 2},
        {.operation = OPERATION_OPERATE, .key = "first", .text = "9", .number = 1},
        {.operation = OPERATION_QUERY, .text = "9"},
        {.operation = OPERATION_BATCH_READ, .key = "[\"first\",\"second\"]"},
        {.operation = OPERATION_BATCH_OPERATE, .key = "[\"first\",\"second\"]"},
        {.operation = OPERATION_BATCH_REMOVE, .key = "[\"first\",\"second\"]"},
    };
    ask_all(client, requests, sizeof(requests) / sizeof(requests[0]));
    ask(client, &patient_scan);
}

static void fail_once(struct client *client)
{
    char long_text[20000] = "";
    memset(long_text, 'x', sizeof(long_text) - 1);
    const struct request requests[] = {
        {.operation = OPERATION_PUT, .key = "twice", .text = "1"},
        {.operation = OPERATION_PUT, .key = "twice", .text = "2"},   /* It is there. */
        {.operation = OPERATION_PUT, .key = "", .text = "1"},        /* No key. */
        {.operation = OPERATION_PUT, .key = "other", .text = "one"}, /* No number. */
        {.operation = OPERATION_GET, .key = "missing"},
        {.operation = OPERATION_SELECT, .key = "twice"}, /* It has no note. */
        {.operation = OPERATION_APPEND, .key = "twice", .text = long_text},
        {.operation = OPERATION_INCREMENT, .key = "twice", .number = 1}, /* It is not below. */
        {.operation = OPERATION_OPERATE, .key = "twice", .text = "5", .number = 7}, /* It is 1. */
    };
    ask_all(client, requests, sizeof(requests) / sizeof(requests[0]));
    ask(client, &impatient_scan);
}

/* The other client holds the lock while this one wants to write. */
static void wait_too_long(struct client *client, struct client *other)
{
    ask_for(other, OPERATION_LOCK, NULL);
    ask_for(client, OPERATION_REMOVE, "twice");
    ask_for(other, OPERATION_UNLOCK, NULL);
    ask_for(client, OPERATION_REMOVE, "twice");
}

/* A file is no folder, so nothing can be opened below it. */
static bool connect_to_nothing(const char *path)
{
    char below[600];
    snprintf(below, sizeof(below), "%s/nothing", path);
    struct client *client = client_open(below);
    if (client) {
        ask_for(client, OPERATION_GET, "first");
    }
    client_close(client);
    return client != NULL;
}

bool run_once(const char *path)
{
    struct client *client = client_open(path);
    struct client *other = client_open(path);
    bool is_good = client && other && fill(client);
    if (is_good) {
        succeed_once(client);
        fail_once(client);
        wait_too_long(client, other);
        is_good = connect_to_nothing(path);
    }
    client_close(other);
    client_close(client);
    return is_good;
}
