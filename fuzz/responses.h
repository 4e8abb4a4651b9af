/* SPDX-License-Identifier: Apache-2.0 */
/* What a server has sent on a connection, taken apart and judged. */
#ifndef FUZZ_RESPONSES_H
#define FUZZ_RESPONSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_STATUSES 1024

typedef struct responses {
    char *bytes; /* with a NUL behind them */
    size_t size;
    bool is_closed;       /* by the server, */
    bool is_closed_first; /* and before this side was ended */
    int statuses[MOST_STATUSES];
    size_t count;
} responses;

/* Reads the statuses, and ends the process when something is wrong for what was sent. */
void check_responses(responses *found, const uint8_t *sent, size_t sent_size);

/* The same statuses must have come back twice. */
void check_same(const responses *one, const responses *other);

#endif
