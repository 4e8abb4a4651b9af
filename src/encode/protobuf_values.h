/* SPDX-License-Identifier: Apache-2.0 */
/* What stands inside a protobuf metric: labels, and for each shape the message with the value. */
#ifndef PML_ENCODE_PROTOBUF_VALUES_H
#define PML_ENCODE_PROTOBUF_VALUES_H

#include "encode/label_text.h"
#include "encode/names.h"
#include "encode/wire.h"
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

/* Puts a name that is escaped. */
void pml_protobuf_put_escaped_name(pml_wire *wire, unsigned field, pml_escaper name);

/* Puts a label of a metric or of an exemplar. */
void pml_protobuf_put_label(pml_wire *wire, const pml_rendered_label *label);

/* Puts each label of a rendered text. */
void pml_protobuf_put_labels(pml_wire *wire, const char *labels, size_t size);

#endif
