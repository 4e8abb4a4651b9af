/* SPDX-License-Identifier: Apache-2.0 */
/* The work that the service does: it plays its own users, and counts how that goes by other means
   than metrics, to compare these with. */
#ifndef KV_LOAD_H
#define KV_LOAD_H

#include "client.h"

#include <stdbool.h>

/* Runs each operation once, and meets each error that a sound server gives. */
void load_run_round(struct client *client);

/* Prints a line `# tally OPERATION ERROR_TYPE COUNT` for each that has occurred; ERROR_TYPE is "ok"
   for success. False if standard output can't be written. */
bool load_show_tally(void);

#endif
