/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the clients, and counts what they answer by other means than metrics, to compare these with.
   A service has no need of that. */
#ifndef KV_TALLY_H
#define KV_TALLY_H

#include "client.h"

#include <stdbool.h>

/* As client_run(), and counted. */
enum store_outcome ask(struct client *client, const struct request *request);

/* For operations that need a key at most. */
enum store_outcome ask_for(struct client *client, enum operation operation, const char *key);

/* Prints a line `# tally OPERATION ERROR_TYPE COUNT` for each that has occurred; ERROR_TYPE is "ok"
   for success. False if standard output can't be written. */
bool tally_show(void);

#endif
