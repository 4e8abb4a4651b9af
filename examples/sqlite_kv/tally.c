/* SPDX-License-Identifier: Apache-2.0 */
/* One counter for each operation and outcome, shared by all threads. */
#include "tally.h"

#include "metrics.h"

#include <stdatomic.h>
#include <stdio.h>

static atomic_ulong counts[OPERATION_COUNT][STORE_OUTCOME_COUNT];

enum store_outcome ask(struct client *client, const struct request *request)
{
    enum store_outcome outcome = client_run(client, request, NULL);
    /* Asked whether a key exists, "no" is an answer. */
    bool is_answer = request->operation == OPERATION_EXISTS && outcome == STORE_NOT_FOUND;
    atomic_fetch_add(&counts[request->operation][is_answer ? STORE_OK : outcome], 1);
    return outcome;
}

enum store_outcome ask_for(struct client *client, enum operation operation, const char *key)
{
    return ask(client, &(struct request){.operation = operation, .key = key});
}

bool tally_show(void)
{
    bool is_good = true;
    for (enum operation i = 0; i < OPERATION_COUNT; i++) {
        for (enum store_outcome j = 0; j < STORE_OUTCOME_COUNT; j++) {
            unsigned long count = atomic_load(&counts[i][j]);
            const char *how = j == STORE_OK ? "ok" : error_type(j);
            if (count > 0 && printf("# tally %s %s %lu\n", operation_name(i), how, count) < 0) {
                is_good = false;
            }
        }
    }
    return is_good;
}
