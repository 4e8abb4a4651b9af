/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The delimited protobuf format: a message io.prometheus.client.MetricFamily for each family, its
 * length before it. Nothing is kept to know the length of a message before its fields: they are
 * counted first (wire.h), those of a whole family once more than those of each metric in it.
 * Fields stand in the order of their numbers, also those that are zero.
 */
#include "encode/protobuf.h"

#include "encode/label_text.h"
#include "encode/protobuf_values.h"
#include "encode/wire.h"

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

static void put_value(pml_wire *wire, const struct type *type, const pml_metric *metric,
                      uint64_t size)
{
    if (pml_wire_begin(wire, type->field, size)) {
        type->put_value(wire, metric);
    }
}

/* value_size: of the message with the value. */
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

/* Most metrics are smaller than this many bytes. */
#define METRIC_ROOM 1024

/* A metric is put aside, which tells its size, and is then copied, unless it is large: that takes
   half the time of counting it first. */
static void write_metric(pml_wire *wire, const struct type *type, const pml_metric *metric,
                         uint64_t value_size)
{
    char room[METRIC_ROOM];
    pml_output aside;
    pml_output_start_memory(&aside, room, sizeof room);
    put_metric_fields(&(pml_wire){&aside, 0, wire->names}, type, metric, value_size);
    size_t size = pml_output_total(&aside);
    pml_wire_put_head(wire, FAMILY_METRIC, size);
    if (size <= sizeof room) {
        pml_output_append(wire->output, room, size);
    } else {
        put_metric_fields(wire, type, metric, value_size);
    }
}

static void put_metric(pml_wire *wire, const struct type *type, const pml_metric *metric)
{
    pml_wire value = {NULL, 0, wire->names};
    type->put_value(&value, metric);
    if (wire->output != NULL) {
        write_metric(wire, type, metric, value.size);
        return;
    }
    pml_wire fields = {NULL, 0, wire->names};
    put_metric_fields(&fields, type, metric, value.size);
    (void)pml_wire_begin(wire, FAMILY_METRIC, fields.size);
}

/* A series is one metric, but of a state set one for each state. */
static void put_metrics(pml_wire *wire, const struct type *type, const pml_snapshot_family *family)
{
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
    if (wire->names == NULL) {
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
        const pml_names *escaped = family->has_utf8_names && !names->are_raw ? names : NULL;
        pml_wire count = {NULL, 0, escaped};
        put_family_fields(&count, family);
        pml_wire wire = {output, 0, escaped};
        pml_wire_put_varint(&wire, count.size);
        put_family_fields(&wire, family);
    }
}

void pml_encode_protobuf(pml_output *output, const promlet_snapshot *snapshot,
                         const promlet_encoding *encoding)
{
    pml_names names = pml_names_of(encoding, true);
    for (size_t i = 0; i < snapshot->family_count; i++) {
        put_family(output, &names, &snapshot->families[i]);
    }
}
