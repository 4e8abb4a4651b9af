/* SPDX-License-Identifier: Apache-2.0 */
/* What the service measures about its database operations, by the OpenTelemetry convention for
   database clients, and by which names; and what it says of itself. */
#ifndef KV_METRICS_H
#define KV_METRICS_H

#include "store.h"

#include <promlet/db_client.h>
#include <promlet/promlet.h>

/* Declares all that is not at file scope. Before the first client, and once. False on an error,
   which stderr then tells. */
bool metrics_declare(void);

/* Shows the process as well, and the name of the service that the environment says. False on an
   error. */
bool metrics_declare_process(void);

/* Frees what the operations were recorded with, when all clients are closed. */
void metrics_free(void);

/* What operations are recorded with. */
promlet_db_client *db_metrics(void);

/* The label values of an operation and of how it ended; "" for success. */
const char *operation_name(enum operation operation);
const char *error_type(enum store_outcome outcome);

#endif
