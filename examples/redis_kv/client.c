/* SPDX-License-Identifier: Apache-2.0 */
/* hiredis, its answers and its errors; and at the end client_run(), by which all of it is
   measured. */
#include "client.h"

#include <promlet/db_client.h>
#include <promlet/promlet.h>

#include <hiredis/hiredis.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { TIMEOUT_US = 100000, USUAL_PORT = 6379 };

struct client {
    char host[256]; /* Or the path of a socket. */
    int port;
    promlet_db_client *metrics;
    redisContext *redis; /* NULL: not connected. */
};

/* ---- errors ---------------------------------------------------------------------------------- */

/* How the texts of Redis's errors begin. They may go on with names and numbers, so the whole of one
   is no label value. */
static const struct {
    const char *beginning;
    const char *error_type;
} known_errors[] = {
    {"WRONGTYPE", PROMLET_DB_ERROR_BIN_TYPE},
    {"ERR value is not an integer", PROMLET_DB_ERROR_BIN_TYPE},
    {"ERR string exceeds", PROMLET_DB_ERROR_RECORD_TOO_BIG},
    {"ERR wrong number of arguments", PROMLET_DB_ERROR_INVALID_ARGUMENT},
    {"ERR syntax error", PROMLET_DB_ERROR_INVALID_ARGUMENT},
    {"ERR max number of clients", PROMLET_DB_ERROR_NO_MORE_CONNECTIONS},
    {"READONLY", PROMLET_DB_ERROR_INVALID_NODE},
    {"MOVED", PROMLET_DB_ERROR_INVALID_NODE},
};

static const char *type_of_text(const char *text)
{
    for (size_t i = 0; i < sizeof(known_errors) / sizeof(known_errors[0]); i++) {
        if (strncmp(text, known_errors[i].beginning, strlen(known_errors[i].beginning)) == 0) {
            return known_errors[i].error_type;
        }
    }
    return PROMLET_DB_ERROR_UNKNOWN;
}

static const char *type_of_reply(const redisReply *reply, const char *if_nothing)
{
    if (reply->type == REDIS_REPLY_ERROR) {
        return type_of_text(reply->str);
    }
    bool is_nothing = reply->type == REDIS_REPLY_NIL ||
                      (reply->type == REDIS_REPLY_INTEGER && reply->integer == 0);
    return is_nothing ? if_nothing : NULL;
}

/* hiredis leaves in errno why it has no reply. */
static const char *type_of_errno(int error)
{
    bool is_timeout = error == EAGAIN || error == EWOULDBLOCK || error == ETIMEDOUT;
    return is_timeout ? PROMLET_DB_ERROR_TIMEOUT : PROMLET_DB_ERROR_CONNECTION;
}

/* ---- the connection -------------------------------------------------------------------------- */

static void disconnect(struct client *client)
{
    if (client->redis) {
        redisFree(client->redis);
        client->redis = NULL;
    }
}

/* The timeout is for connecting, and then for each wait for the server. */
static bool connect_if_needed(struct client *client)
{
    if (client->redis) {
        return true;
    }
    const struct timeval timeout = {.tv_sec = TIMEOUT_US / 1000000,
                                    .tv_usec = TIMEOUT_US % 1000000};
    client->redis = client->host[0] == '/'
                        ? redisConnectUnixWithTimeout(client->host, timeout)
                        : redisConnectWithTimeout(client->host, client->port, timeout);
    return client->redis && !client->redis->err && redisSetTimeout(client->redis, timeout) == 0;
}

static bool read_port(const char *text, int *port)
{
    char *end;
    long value = strtol(text, &end, 10);
    *port = (int)value;
    return end != text && *end == '\0' && value > 0 && value <= 65535;
}

static bool read_address(struct client *client, const char *address)
{
    const char *colon = address[0] == '/' ? NULL : strrchr(address, ':');
    size_t size = colon ? (size_t)(colon - address) : strlen(address);
    if (size == 0 || size >= sizeof(client->host)) {
        return false;
    }
    memcpy(client->host, address, size);
    client->port = USUAL_PORT;
    return !colon || read_port(colon + 1, &client->port);
}

/* The port is a label where it is not the usual one, as OpenTelemetry has it. */
static promlet_db_client *new_metrics(const struct client *client)
{
    return promlet_db_client_new(NULL,
                                 &(promlet_db_client_opts){
                                     .system = "redis",
                                     .server_address = client->host,
                                     .server_port = client->port == USUAL_PORT ? 0 : client->port,
                                 });
}

struct client *client_open(const char *address)
{
    struct client *client = calloc(1, sizeof(*client));
    if (!client) {
        fputs("redis_kv: out of memory\n", stderr);
        return NULL;
    }
    if (!read_address(client, address)) {
        fprintf(stderr, "redis_kv: %s is no HOST:PORT and no path of a socket\n", address);
        free(client);
        return NULL;
    }
    client->metrics = new_metrics(client);
    return client;
}

void client_close(struct client *client)
{
    if (!client) {
        return;
    }
    disconnect(client);
    promlet_db_client_free(client->metrics);
    free(client);
}

/* ---- commands -------------------------------------------------------------------------------- */

static redisReply *ask(struct client *client, const struct command *command)
{
    const char *words[COMMAND_MAX_WORDS];
    memcpy(words, command->words, sizeof(words));
    int count = 0;
    while (count < COMMAND_MAX_WORDS && words[count]) {
        count++;
    }
    return connect_if_needed(client) ? redisCommandArgv(client->redis, count, words, NULL) : NULL;
}

/* This is the wrapper. Whatever way out it takes, the operation is recorded: as a success, unless
   it has been said to have failed. "0" is the database that a connection begins with; Redis knows
   no collections. */
const char *client_run(struct client *client, const struct command *command)
{
    PROMLET_DB_OPERATION_SCOPE(operation, client->metrics, "0", NULL, command->operation);
    errno = 0;
    redisReply *reply = ask(client, command);
    if (!reply) {
        const char *error_type = type_of_errno(errno);
        promlet_db_operation_fail(&operation, error_type);
        disconnect(client);
        return error_type;
    }
    const char *error_type = type_of_reply(reply, command->if_nothing);
    freeReplyObject(reply);
    if (error_type) {
        promlet_db_operation_fail(&operation, error_type);
    }
    return error_type;
}
