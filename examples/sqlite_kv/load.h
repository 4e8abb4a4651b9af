/* SPDX-License-Identifier: Apache-2.0 */
/* The work that the service does: it plays its own users. */
#ifndef KV_LOAD_H
#define KV_LOAD_H

/* Threads with a client each: some users, a report that scans, and a maintenance job that locks. */
struct load;

/* NULL on an error, which stderr then tells. */
struct load *load_start(const char *path);

/* Ends and joins the threads and closes their clients. NULL is allowed. */
void load_stop(struct load *load);

#endif
