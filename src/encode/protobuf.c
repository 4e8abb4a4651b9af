/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The delimited protobuf format: a message io.prometheus.client.MetricFamily for each family, its
 * length before it. Nothing is kept to know that length: all fields of a family are counted first
 * (wire.h), and then written. A metric is written in place, its length last, where it fits into the
 * room that is left; else its fields are counted once more.
 * Fields stand in the order of their numbers, also those that are zero.
 */
#include "encode/protobuf.h"

#include "encode/protobuf_labels.h"
#include "encode/protobuf_values.h"
#include "encode/shown.h"
#include "encode/wire.h"
#include "snapshot/label_text.h"

#include <string.h>

/* The numbers of fields. */
enum { FAMILY_NAME = 1, FAMILY_HELP, FAMILY_TYPE, FAMILY_METRIC, FAMILY_UNIT };
enum {
    METRIC_GAUGE = 2,
    METRIC_COUNTER,
    METRIC_SUMMARY,
    METRIC_UNTYPED,
    METRIC_TIMESTAMP,
    METRIC_HISTOGRAM
};

/* The format has no info and no state set: each is a gauge. */
enum { TYPE_COUNTER, TYPE_GAUGE, TYPE_SUMMARY, TYPE_UNTYPED, TYPE_HISTOGRAM, TYPE_GAUGE_HISTOGRAM };

#define UNCOUNTED UINT64_MAX

/* How the families of a type are shown. */
struct type {
    const char *name; /* as OpenMetrics calls it */
    unsigned number;
    unsigned field; /* of a metric, for its value */
    pml_put_value_fn put_value;
};

static const struct type types[] = {
    {"counter", TYPE_COUNTER, METRIC_COUNTER, pml_protobuf_put_counter},
    {"gauge", TYPE_GAUGE, METRIC_GAUGE, pml_protobuf_put_number},
    {"histogram", TYPE_HISTOGRAM, METRIC_HISTOGRAM, pml_protobuf_put_histogram},
    {"summary", TYPE_SUMMARY, METRIC_SUMMARY, pml_protobuf_put_summary},
    {"info", TYPE_GAUGE, METRIC_GAUGE, pml_protobuf_put_number},
    {"stateset", TYPE_GAUGE, METRIC_GAUGE, pml_protobuf_put_state},
    {"gaugehistogram", TYPE_GAUGE_HISTOGRAM, METRIC_HISTOGRAM, pml_protobuf_put_histogram},
    {"unknown", TYPE_UNTYPED, METRIC_UNTYPED, pml_protobuf_put_number},
};

static const struct type *type_of(const pml_snapshot_family *family)
{
    const struct type *type = types;
    const struct type *unknown = &types[sizeof types / sizeof types[0] - 1];
    while (type < unknown && strcmp(type->name, family->type) != 0) {
        type++;
    }
    return type;
}

/* The label that tells the states apart has the name of the family, as in OpenMetrics. */
static void put_metric_labels(pml_wire *wire, const pml_metric *metric)
{
    pml_protobuf_put_labels(wire, metric->series->labels, metric->series->labels_size);
    if (metric->family->shape == PML_SHAPE_STATES) {
        pml_rendered_label label = {pml_escaped_plain(metric->family->name),
                                    pml_escaped_whole(&metric->family->bounds[metric->state]),
                                    false};
        pml_protobuf_put_label(wire, &label);
    }
}

static void put_timestamp(pml_wire *wire, const pml_metric *metric)
{
    const int64_t *timestamps = metric->family->timestamps;
    if (timestamps != NULL && timestamps[metric->at] != PML_NO_TIMESTAMP) {
        pml_wire_put_u64(wire, METRIC_TIMESTAMP, (uint64_t)timestamps[metric->at]);
    }
}

/* value_size: of the message with the value; UNCOUNTED: it is written in place. */
static void put_value(pml_wire *wire, const struct type *type, const pml_metric *metric,
                      uint64_t value_size)
{
    if (value_size == UNCOUNTED) {
        size_t head = pml_wire_open(wire->output);
        type->put_value(wire, metric);
        pml_wire_shut(wire->output, type->field, head);
    } else if (pml_wire_begin(wire, type->field, value_size)) {
        type->put_value(wire, metric);
    }
}

static void put_metric_fields(pml_wire *wire, const struct type *type, const pml_metric *metric,
                              uint64_t value_size)
{
    put_metric_labels(wire, metric);
    if (type->field < METRIC_TIMESTAMP) {
        put_value(wire, type, metric, value_size);
    }
    put_timestamp(wire, metric);
    if (type->field > METRIC_TIMESTAMP) {
        put_value(wire, type, metric, value_size);
    }
}

/* With less room it is not worth the attempt: at the end of a piece, or of memory of the caller,
   behind which all bytes are dropped 64 at a time. At least 1. */
#define LEAST_ROOM 128

/* Writes a metric in place, which takes half the time of counting it first. False, and nothing is
   written, if it does not fit into the room that is left. */
static bool write_in_place(pml_wire *wire, const struct type *type, const pml_metric *metric)
{
    pml_output *output = wire->output;
    size_t room = output->capacity - output->size;
    if (room < LEAST_ROOM) {
        return false;
    }
    pml_output rest;
    pml_output_start_memory(&rest, output->data + output->size, room);
    size_t head = pml_wire_open(&rest);
    put_metric_fields(&(pml_wire){&rest, 0, wire->names}, type, metric, UNCOUNTED);
    pml_wire_shut(&rest, FAMILY_METRIC, head);
    if (rest.passed > 0) {
        return false;
    }
    output->size += rest.size;
    return true;
}

static void put_metric(pml_wire *wire, const struct type *type, const pml_metric *metric)
{
    if (wire->output != NULL && write_in_place(wire, type, metric)) {
        return;
    }
    pml_wire value = {NULL, 0, wire->names};
    type->put_value(&value, metric);
    pml_wire fields = {NULL, 0, wire->names};
    put_metric_fields(&fields, type, metric, value.size);
    if (pml_wire_begin(wire, FAMILY_METRIC, fields.size)) {
        put_metric_fields(wire, type, metric, value.size);
    }
}

/* ---- metrics that are a number and little else ----------------------------------------------- */

/* Most series are such: their fields are put one behind the other in a variable, since to do so in
   an output takes twice the time. */
static bool has_plain_numbers(const pml_wire *wire, const pml_snapshot_family *family)
{
    return family->shape == PML_SHAPE_NUMBER && wire->names == NULL && family->exemplars == NULL &&
           family->timestamps == NULL;
}

static int64_t start_of(const struct type *type, const pml_metric *metric)
{
    const int64_t *starts = metric->family->starts;
    return starts != NULL && type->field == METRIC_COUNTER ? starts[metric->at] : 0;
}

/* This and the next: false if it takes a closer look. */
static bool count_plain_number(pml_wire *wire, const struct type *type, const pml_metric *metric)
{
    const pml_snapshot_series *series = metric->series;
    size_t labels_size = pml_plain_labels_size(series->labels, series->labels_size);
    if (labels_size == PML_NOT_PLAIN) {
        return false;
    }
    size_t number_size = pml_plain_number_size(start_of(type, metric));
    (void)pml_wire_begin(wire, FAMILY_METRIC, labels_size + PML_SHORT_HEAD + number_size);
    return true;
}

static bool write_plain_number(pml_output *output, const struct type *type,
                               const pml_metric *metric)
{
    const pml_snapshot_series *series = metric->series;
    size_t needed = pml_plain_labels_room(series->labels_size) + PML_PLAIN_NUMBER_ROOM;
    if (output->capacity - output->size < needed) {
        return false;
    }
    char *head = output->data + output->size;
    char *to = pml_plain_labels_write(head + PML_SHORT_HEAD, series->labels, series->labels_size);
    if (to == NULL) {
        return false;
    }
    char *number = to;
    to = pml_plain_number_write(to + PML_SHORT_HEAD, &series->as.number, start_of(type, metric));
    to = pml_head_write(number, type->field, to);
    to = pml_head_write(head, FAMILY_METRIC, to);
    output->size = (size_t)(to - output->data);
    return true;
}

static bool put_plain_number(pml_wire *wire, const struct type *type, const pml_metric *metric)
{
    return wire->output == NULL ? count_plain_number(wire, type, metric)
                                : write_plain_number(wire->output, type, metric);
}

/* ---- families -------------------------------------------------------------------------------- */

static void put_plain_numbers(pml_wire *wire, const struct type *type,
                              const pml_snapshot_family *family)
{
    for (size_t at = 0; at < family->series_count; at++) {
        pml_metric metric = {family, &family->series[at], at, 0};
        if (!put_plain_number(wire, type, &metric)) {
            put_metric(wire, type, &metric);
        }
    }
}

/* A series is one metric, but of a state set one for each state. */
static void put_metrics(pml_wire *wire, const struct type *type, const pml_snapshot_family *family)
{
    if (has_plain_numbers(wire, family)) {
        put_plain_numbers(wire, type, family);
        return;
    }
    size_t states = family->shape == PML_SHAPE_STATES ? family->bound_count : 1;
    for (size_t at = 0; at < family->series_count; at++) {
        for (size_t state = 0; state < states; state++) {
            put_metric(wire, type, &(pml_metric){family, &family->series[at], at, state});
        }
    }
}

static void put_text(pml_wire *wire, unsigned field, const pml_text *text)
{
    if (text->size > 0) {
        pml_wire_put_bytes(wire, field, text->bytes, text->size);
    }
}

static void put_name(pml_wire *wire, const pml_text *name)
{
    if (wire->names == NULL || wire->names->are_raw) {
        put_text(wire, FAMILY_NAME, name);
        return;
    }
    pml_protobuf_put_escaped_name(
        wire, FAMILY_NAME,
        pml_escaper_start(PML_NAME_METRIC, name->bytes, name->size, wire->names->scheme));
}

static void put_family_fields(pml_wire *wire, const pml_snapshot_family *family)
{
    const struct type *type = type_of(family);
    put_name(wire, family->name);
    put_text(wire, FAMILY_HELP, family->help);
    pml_wire_put_u64(wire, FAMILY_TYPE, type->number);
    put_metrics(wire, type, family);
    put_text(wire, FAMILY_UNIT, family->unit);
}

/* Without series a family says nothing here, and some readers refuse it. */
static void put_family(pml_output *output, const pml_names *names,
                       const pml_snapshot_family *family)
{
    if (family->series_count > 0) {
        const pml_names *written = family->has_utf8_names ? names : NULL;
        pml_wire count = {NULL, 0, written};
        put_family_fields(&count, family);
        pml_wire wire = {output, 0, written};
        pml_wire_put_varint(&wire, count.size);
        put_family_fields(&wire, family);
    }
}

void pml_encode_protobuf(pml_output *output, const promlet_snapshot *snapshot,
                         const promlet_encoding *encoding)
{
    pml_names names = pml_names_of(encoding, true);
    for (size_t i = 0; i < snapshot->family_count; i++) {
        pml_snapshot_family rest;
        put_family(output, &names, pml_family_shown(&snapshot->families[i], encoding, &rest));
    }
}
