/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a round, and the tally of how they ended. */
#include "load.h"

#include <promlet/db_client.h>

#include <stdio.h>
#include <string.h>

#define NUMBER "redis_kv:number"
#define TEXT "redis_kv:text"
#define LIST "redis_kv:list"
#define HASH "redis_kv:hash"
#define INDEX "redis_kv:index"
#define MISSING "redis_kv:missing"

/* Sets a key, if it still has the value that the caller has seen. */
static const char compare_and_set[] =
    "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return nil end "
    "return redis.call('SET', KEYS[1], ARGV[2])";

/* Of two that are alike, the second fails. */
static const struct command commands[] = {
    {PROMLET_DB_BATCH_REMOVE, NULL, {"DEL", NUMBER, TEXT, LIST, HASH, INDEX}},
    {PROMLET_DB_PUT, PROMLET_DB_ERROR_KEY_EXISTS, {"SET", NUMBER, "1", "NX"}},
    {PROMLET_DB_PUT, PROMLET_DB_ERROR_KEY_EXISTS, {"SET", NUMBER, "1", "NX"}},
    {PROMLET_DB_GET, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"GET", NUMBER}},
    {PROMLET_DB_GET, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"GET", MISSING}},
    {PROMLET_DB_EXISTS, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"EXISTS", NUMBER}},
    {PROMLET_DB_EXISTS, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"EXISTS", MISSING}}, /* No error. */
    {PROMLET_DB_APPEND, NULL, {"APPEND", TEXT, "abc"}},
    {PROMLET_DB_APPEND, NULL, {"SETRANGE", TEXT, "536870912", "x"}},
    {PROMLET_DB_INCREMENT, NULL, {"INCR", NUMBER}},
    {PROMLET_DB_INCREMENT, NULL, {"INCR", TEXT}},
    {PROMLET_DB_TOUCH, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"EXPIRE", NUMBER, "60"}},
    {PROMLET_DB_TOUCH, PROMLET_DB_ERROR_FILTERED_OUT, {"EXPIRE", NUMBER, "30", "GT"}},
    {PROMLET_DB_OPERATE,
     PROMLET_DB_ERROR_GENERATION,
     {"EVAL", compare_and_set, "1", NUMBER, "2", "9"}},
    {PROMLET_DB_OPERATE,
     PROMLET_DB_ERROR_GENERATION,
     {"EVAL", compare_and_set, "1", NUMBER, "2", "9"}},
    {PROMLET_DB_OPERATE, NULL, {"EVALSHA", "such a script was never loaded", "0"}},
    {PROMLET_DB_PREPEND, NULL, {"LPUSH", LIST, "first"}},
    {PROMLET_DB_PREPEND, NULL, {"LPUSH", TEXT, "first"}},
    {PROMLET_DB_BATCH_OPERATE, NULL, {"HSET", HASH, "name", "Ada", "born", "1815"}},
    {PROMLET_DB_SELECT, PROMLET_DB_ERROR_BIN_NOT_FOUND, {"HGET", HASH, "name"}},
    {PROMLET_DB_SELECT, PROMLET_DB_ERROR_BIN_NOT_FOUND, {"HGET", HASH, "died"}},
    {PROMLET_DB_BATCH_READ, NULL, {"MGET", NUMBER, TEXT, MISSING}},
    {PROMLET_DB_PUT, NULL, {"ZADD", INDEX, "7", "seven"}},
    {PROMLET_DB_QUERY, NULL, {"ZRANGEBYSCORE", INDEX, "5", "9"}},
    {PROMLET_DB_QUERY, NULL, {"ZRANGEBYSCORE", INDEX}},
    {PROMLET_DB_SCAN, NULL, {"SCAN", "0", "MATCH", "redis_kv:*"}},
    {PROMLET_DB_REMOVE, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"DEL", NUMBER}},
    {PROMLET_DB_REMOVE, PROMLET_DB_ERROR_KEY_NOT_FOUND, {"DEL", NUMBER}},
};

/* ---- the tally ------------------------------------------------------------------------------- */

static struct {
    const char *operation;
    const char *how;
    unsigned long count;
} tally[200]; /* 15 operations and 13 errors, of which each has but some. */

static void count(const char *operation, const char *how)
{
    for (size_t i = 0; i < sizeof(tally) / sizeof(tally[0]); i++) {
        if (!tally[i].operation) {
            tally[i].operation = operation;
            tally[i].how = how;
        }
        if (strcmp(tally[i].operation, operation) == 0 && strcmp(tally[i].how, how) == 0) {
            tally[i].count++;
            return;
        }
    }
}

bool load_show_tally(void)
{
    bool is_good = true;
    for (size_t i = 0; i < sizeof(tally) / sizeof(tally[0]) && tally[i].operation; i++) {
        is_good =
            printf("# tally %s %s %lu\n", tally[i].operation, tally[i].how, tally[i].count) >= 0 &&
            is_good;
    }
    return is_good;
}

void load_run_round(struct client *client)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        const char *operation = commands[i].operation;
        const char *error_type = client_run(client, &commands[i]);
        /* Asked whether a key exists, "no" is an answer. */
        bool is_answer = error_type && strcmp(operation, PROMLET_DB_EXISTS) == 0 &&
                         strcmp(error_type, PROMLET_DB_ERROR_KEY_NOT_FOUND) == 0;
        count(operation, !error_type || is_answer ? "ok" : error_type);
    }
}
