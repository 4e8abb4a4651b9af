/* SPDX-License-Identifier: Apache-2.0 */
/* The store as the service uses it: the same operations, each of them timed and recorded. */
#ifndef KV_CLIENT_H
#define KV_CLIENT_H

#include "store.h"

#include <stdint.h>

/* One connection with its metrics. Used by one thread at a time; other threads open their own. */
struct client;

/* As store_open(). NULL on an error, which stderr then tells. Needs metrics_declare(). */
struct client *client_open(const char *path);

/* NULL is allowed. */
void client_close(struct client *client);

/* Runs an operation. The answer is as store.h says; NULL: it is not wanted. */
enum store_outcome client_run(struct client *client, const struct request *request,
                              int64_t *answer);

#endif
