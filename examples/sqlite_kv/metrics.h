/* SPDX-License-Identifier: Apache-2.0 */
/* What the service measures about its database operations: one histogram family, which follows the
   OpenTelemetry convention for database clients. And what it says of itself. */
#ifndef KV_METRICS_H
#define KV_METRICS_H

#include "store.h"

#include <promlet/promlet.h>

enum operation {
    OPERATION_INSERT,
    OPERATION_GET,
    OPERATION_INCREMENT,
    OPERATION_EXISTS,
    OPERATION_REMOVE,
    OPERATION_SCAN,
    OPERATION_LOCK,
    OPERATION_UNLOCK,
    OPERATION_COUNT
};

/* The series that one client has used. A series is looked up by its labels once, when an operation
   first ends in that way; from then on recording costs nothing but the recording. What never
   happens has no series. All clients share the series themselves, but each client has handles of
   its own, so that threads need not agree on who looks up. Zeroed at the start. */
struct operation_series {
    promlet_histogram *handles[OPERATION_COUNT][STORE_OUTCOME_COUNT];
};

/* Declares all that is not at file scope. Before the first operation_record(), and once. */
void metrics_declare(void);

/* Records that an operation, begun when timer was started, has ended. Returns the outcome, so that
   a caller can write `return operation_record(...)`. */
enum store_outcome operation_record(struct operation_series *series, enum operation operation,
                                    promlet_timer timer, enum store_outcome outcome);

#endif
