/* SPDX-License-Identifier: Apache-2.0 */
/* A log callback that keeps what it hears, so that a test can compare it. */
#ifndef TESTS_SUPPORT_HEARD_LOG_H
#define TESTS_SUPPORT_HEARD_LOG_H

#include <promlet/status.h>

#include <stdio.h>

struct heard_log {
    int count;      /* how many warnings */
    char last[512]; /* the last of them */
};

static inline void hear_log(const char *message, void *ctx)
{
    struct heard_log *heard = ctx;
    heard->count++;
    (void)snprintf(heard->last, sizeof heard->last, "%s", message);
}

/* Listens from here on, to be ended with promlet_set_log_callback(NULL, NULL). */
static inline void start_to_hear(struct heard_log *heard)
{
    *heard = (struct heard_log){0, ""};
    promlet_set_log_callback(hear_log, heard);
}

static inline void stop_to_hear(void)
{
    promlet_set_log_callback(NULL, NULL);
}

#endif
