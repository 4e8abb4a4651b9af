/* SPDX-License-Identifier: Apache-2.0 */
/* What stands inside a protobuf metric behind its labels: for each shape the message with the
   value. */
#ifndef PML_ENCODE_PROTOBUF_VALUES_H
#define PML_ENCODE_PROTOBUF_VALUES_H

#include "encode/wire.h"
#include "snapshot/label_text.h"
#include "snapshot/snapshot.h"

/* One metric of a family. */
typedef struct pml_metric {
    const pml_snapshot_family *family;
    const pml_snapshot_series *series;
    size_t at;    /* of the series in its family */
    size_t state; /* which one of a state set; else 0 */
} pml_metric;

/* Puts the fields of the message with a metric's value. */
typedef void (*pml_put_value_fn)(pml_wire *wire, const pml_metric *metric);

void pml_protobuf_put_number(pml_wire *wire, const pml_metric *metric);
void pml_protobuf_put_state(pml_wire *wire, const pml_metric *metric);
void pml_protobuf_put_counter(pml_wire *wire, const pml_metric *metric);
void pml_protobuf_put_summary(pml_wire *wire, const pml_metric *metric);
void pml_protobuf_put_histogram(pml_wire *wire, const pml_metric *metric);

/* The same for a number of which nothing else is shown but since when it counts, 0: not even that.
   How large the fields are, and writing them where there is so much room. */
#define PML_PLAIN_NUMBER_ROOM 64
size_t pml_plain_number_size(int64_t start_ns);
char *pml_plain_number_write(char *to, const pml_number *number, int64_t start_ns);

#endif
