/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of the format, described, and a check for each. */
#include "support/strict_messages.h"

#include <math.h>
#include <string.h>

/* OpenMetrics allows so many characters of labels in an exemplar; Prometheus drops longer ones. */
#define STRICT_EXEMPLAR_CHARACTERS 128

bool wire_same_bytes(wire_bytes a, wire_bytes b)
{
    size_t size = (size_t)(a.end - a.at);
    return (size_t)(b.end - b.at) == size && (size == 0 || memcmp(a.at, b.at, size) == 0);
}

/* ---- labels, times, exemplars ---------------------------------------------------------------- */

/* Takes the label that stands first off the others. They were read before. */
static void wire_take_label(wire_bytes *labels, wire_bytes *name, wire_bytes *value)
{
    wire_reading ignored = {.text = NULL};
    wire_bytes pair;
    labels->at++;
    (void)wire_read_sized(&ignored, labels, &pair);
    pair.at++;
    (void)wire_read_sized(&ignored, &pair, name);
    pair.at++;
    (void)wire_read_sized(&ignored, &pair, value);
}

static const char *wire_check_label(wire_values *values)
{
    wire_bytes name = values->bytes[1];
    static const unsigned char reserved[] = "__name__";
    if (values->count[1] == 0 || values->count[2] == 0 || name.at == name.end) {
        return "no name or no value";
    }
    if (wire_same_bytes(name, (wire_bytes){reserved, reserved + sizeof reserved - 1})) {
        return "is the name of the metric";
    }
    wire_bytes before = values->parent->labels;
    while (before.at < before.end) {
        wire_bytes other;
        wire_bytes value;
        wire_take_label(&before, &other, &value);
        if (wire_same_bytes(other, name)) {
            return "stands twice";
        }
    }
    return NULL;
}

static const char *wire_check_time(wire_values *values)
{
    return values->sign[2] >= 0 && values->sign[2] < 1000000000 ? NULL
                                                                : "nanos are not below a second";
}

static size_t wire_count_characters(wire_bytes bytes)
{
    size_t count = 0;
    for (; bytes.at < bytes.end; bytes.at++) {
        count += (*bytes.at & 0xc0) != 0x80;
    }
    return count;
}

static const char *wire_check_exemplar(wire_values *values)
{
    size_t count = 0;
    for (wire_bytes labels = values->labels; labels.at < labels.end;) {
        wire_bytes name;
        wire_bytes value;
        wire_take_label(&labels, &name, &value);
        count += wire_count_characters(name) + wire_count_characters(value);
    }
    if (count > STRICT_EXEMPLAR_CHARACTERS) {
        return "too many characters";
    }
    return values->count[2] == 1 ? NULL : "no value";
}

/* ---- values ---------------------------------------------------------------------------------- */

static const char *wire_check_number(wire_values *values)
{
    return values->count[1] == 1 ? NULL : "no value";
}

static const char *wire_check_counter(wire_values *values)
{
    return values->count[1] == 1 && values->real[1] >= 0 ? NULL : "not 0 or more";
}

/* Of a repeated field the parent has the one before: its fields are kept under free numbers. */
static const char *wire_check_quantile(wire_values *values)
{
    wire_values *summary = values->parent;
    double quantile = values->real[1];
    if (values->count[1] == 0 || values->count[2] == 0 || !(quantile >= 0 && quantile <= 1)) {
        return "not from 0 to 1, or without a value";
    }
    if (summary->count[3] > 0 && !(quantile > summary->real[3])) {
        return "not above the one before";
    }
    summary->real[3] = quantile;
    return NULL;
}

static const char *wire_check_summary(wire_values *values)
{
    return values->count[1] == 1 && values->count[2] == 1 ? NULL : "no count or no sum";
}

static const char *wire_check_bucket(wire_values *values)
{
    wire_values *histogram = values->parent;
    uint64_t count = values->whole[1];
    double bound = values->real[2];
    if (values->count[1] == 0 || values->count[2] == 0 || isnan(bound)) {
        return "no count or no bound";
    }
    if (histogram->count[3] > 0 && !(bound > histogram->real[3])) {
        return "bounds do not rise";
    }
    if (histogram->count[3] > 0 && count < histogram->whole[3]) {
        return "buckets fall";
    }
    histogram->real[3] = bound;
    histogram->whole[3] = count;
    return NULL;
}

/* An exemplar belongs to the lowest bucket that holds it. */
static const char *wire_check_bucket_exemplar(wire_values *values)
{
    wire_values *bucket = values->parent;
    wire_values *histogram = bucket->parent;
    double value = values->real[2];
    if (!(value <= bucket->real[2]) || (histogram->count[3] > 0 && value <= histogram->real[3])) {
        return "lies in another bucket";
    }
    return wire_check_exemplar(values);
}

static const char *wire_check_native_exemplar(wire_values *values)
{
    return values->count[3] == 1 ? wire_check_exemplar(values) : "no time";
}

/* The spans of one sign; their lengths are added up in the parent. */
static const char *wire_check_span_of(wire_values *values, unsigned field)
{
    wire_values *histogram = values->parent;
    if (values->count[1] == 0 || values->count[2] == 0) {
        return "no offset or no length";
    }
    if (histogram->count[field] > 0 && values->sign[1] < 0) {
        return "a later offset is negative";
    }
    histogram->sum[field] += values->whole[2];
    return NULL;
}

static const char *wire_check_negative_span(wire_values *values)
{
    return wire_check_span_of(values, 9);
}

static const char *wire_check_positive_span(wire_values *values)
{
    return wire_check_span_of(values, 12);
}

static const char *wire_check_native(const wire_values *values)
{
    if (values->count[6] == 0 || values->count[7] == 0 || !(values->real[6] > 0)) {
        return "no zero bucket";
    }
    if (values->sign[5] < -4 || values->sign[5] > 8) {
        return "no such schema";
    }
    if (values->count[9] + values->count[12] == 0) {
        return "no span";
    }
    if (values->sum[9] != values->count[10] || values->sum[12] != values->count[13]) {
        return "spans and buckets differ in number";
    }
    uint64_t total = values->whole[7] + values->sum[10] + values->sum[13];
    return total == values->whole[1] ? NULL : "the native buckets are not the count";
}

static const char *wire_check_histogram(wire_values *values)
{
    if (values->count[1] == 0 || values->count[2] == 0) {
        return "no count or no sum";
    }
    if (values->count[3] > 0 && values->whole[3] > values->whole[1]) {
        return "a bucket is above the count";
    }
    if (values->count[3] > 0 && isinf(values->real[3]) && values->whole[3] != values->whole[1]) {
        return "+Inf is not the count";
    }
    if (values->count[5] > 0) {
        return wire_check_native(values);
    }
    for (unsigned i = 6; i <= 13; i++) {
        if (values->count[i] > 0) {
            return "native fields without a schema";
        }
    }
    return values->count[16] > 0 ? "native exemplars without a schema" : NULL;
}

/* The value stands in the field that belongs to the type; it is the only one. */
static const char *wire_check_metric(wire_values *values)
{
    static const unsigned fields[] = {3, 2, 4, 5, 7, 7};
    size_t value_count = values->count[2] + values->count[3] + values->count[4] + values->count[5] +
                         values->count[7];
    if (value_count != 1 || values->count[fields[values->parent->whole[3]]] != 1) {
        return "no value of its type, or more than one";
    }
    return NULL;
}

static const char *wire_check_family(wire_values *values)
{
    if (values->count[1] == 0 || values->bytes[1].at == values->bytes[1].end) {
        return "no name";
    }
    return values->count[3] == 0 ? "no type" : values->count[4] == 0 ? "no metric" : NULL;
}

/* ---- the messages, from the table in the rule sheet of the format ---------------------------- */

#define WIRE_END                                                                                   \
    {                                                                                              \
        0, NULL, WIRE_UNSIGNED, false, NULL                                                        \
    }

static const wire_field wire_label_fields[] = {
    {1, "name", WIRE_STRING, false, NULL}, {2, "value", WIRE_STRING, false, NULL}, WIRE_END};
static const wire_message wire_label_message = {"label", wire_label_fields, wire_check_label};

static const wire_field wire_time_fields[] = {
    {1, "seconds", WIRE_SIGNED, false, NULL}, {2, "nanos", WIRE_SIGNED, false, NULL}, WIRE_END};
static const wire_message wire_time_message = {"timestamp", wire_time_fields, wire_check_time};

static const wire_field wire_exemplar_fields[] = {
    {1, "label", WIRE_MESSAGE, true, &wire_label_message},
    {2, "value", WIRE_DOUBLE, false, NULL},
    {3, "timestamp", WIRE_MESSAGE, false, &wire_time_message},
    WIRE_END};
static const wire_message wire_exemplar_message = {"exemplar", wire_exemplar_fields,
                                                   wire_check_exemplar};
static const wire_message wire_bucket_exemplar_message = {"exemplar", wire_exemplar_fields,
                                                          wire_check_bucket_exemplar};
static const wire_message wire_native_exemplar_message = {"exemplar", wire_exemplar_fields,
                                                          wire_check_native_exemplar};

static const wire_field wire_number_fields[] = {{1, "value", WIRE_DOUBLE, false, NULL}, WIRE_END};
static const wire_message wire_number_message = {"number", wire_number_fields, wire_check_number};

static const wire_field wire_counter_fields[] = {
    {1, "value", WIRE_DOUBLE, false, NULL},
    {2, "exemplar", WIRE_MESSAGE, false, &wire_exemplar_message},
    {3, "start_timestamp", WIRE_MESSAGE, false, &wire_time_message},
    WIRE_END};
static const wire_message wire_counter_message = {"counter", wire_counter_fields,
                                                  wire_check_counter};

static const wire_field wire_quantile_fields[] = {
    {1, "quantile", WIRE_DOUBLE, false, NULL}, {2, "value", WIRE_DOUBLE, false, NULL}, WIRE_END};
static const wire_message wire_quantile_message = {"quantile", wire_quantile_fields,
                                                   wire_check_quantile};

static const wire_field wire_summary_fields[] = {
    {1, "sample_count", WIRE_UNSIGNED, false, NULL},
    {2, "sample_sum", WIRE_DOUBLE, false, NULL},
    {3, "quantile", WIRE_MESSAGE, true, &wire_quantile_message},
    {4, "start_timestamp", WIRE_MESSAGE, false, &wire_time_message},
    WIRE_END};
static const wire_message wire_summary_message = {"summary", wire_summary_fields,
                                                  wire_check_summary};

static const wire_field wire_bucket_fields[] = {
    {1, "cumulative_count", WIRE_UNSIGNED, false, NULL},
    {2, "upper_bound", WIRE_DOUBLE, false, NULL},
    {3, "exemplar", WIRE_MESSAGE, false, &wire_bucket_exemplar_message},
    WIRE_END};
static const wire_message wire_bucket_message = {"bucket", wire_bucket_fields, wire_check_bucket};

static const wire_field wire_span_fields[] = {
    {1, "offset", WIRE_ZIGZAG, false, NULL}, {2, "length", WIRE_UNSIGNED, false, NULL}, WIRE_END};
static const wire_message wire_negative_span_message = {"span", wire_span_fields,
                                                        wire_check_negative_span};
static const wire_message wire_positive_span_message = {"span", wire_span_fields,
                                                        wire_check_positive_span};

static const wire_field wire_histogram_fields[] = {
    {1, "sample_count", WIRE_UNSIGNED, false, NULL},
    {2, "sample_sum", WIRE_DOUBLE, false, NULL},
    {3, "bucket", WIRE_MESSAGE, true, &wire_bucket_message},
    {5, "schema", WIRE_ZIGZAG, false, NULL},
    {6, "zero_threshold", WIRE_DOUBLE, false, NULL},
    {7, "zero_count", WIRE_UNSIGNED, false, NULL},
    {9, "negative_span", WIRE_MESSAGE, true, &wire_negative_span_message},
    {10, "negative_delta", WIRE_PACKED_ZIGZAG, false, NULL},
    {12, "positive_span", WIRE_MESSAGE, true, &wire_positive_span_message},
    {13, "positive_delta", WIRE_PACKED_ZIGZAG, false, NULL},
    {15, "start_timestamp", WIRE_MESSAGE, false, &wire_time_message},
    {16, "exemplars", WIRE_MESSAGE, true, &wire_native_exemplar_message},
    WIRE_END};
static const wire_message wire_histogram_message = {"histogram", wire_histogram_fields,
                                                    wire_check_histogram};

static const wire_field wire_metric_fields[] = {
    {1, "label", WIRE_MESSAGE, true, &wire_label_message},
    {2, "gauge", WIRE_MESSAGE, false, &wire_number_message},
    {3, "counter", WIRE_MESSAGE, false, &wire_counter_message},
    {4, "summary", WIRE_MESSAGE, false, &wire_summary_message},
    {5, "untyped", WIRE_MESSAGE, false, &wire_number_message},
    {6, "timestamp_ms", WIRE_SIGNED, false, NULL},
    {7, "histogram", WIRE_MESSAGE, false, &wire_histogram_message},
    WIRE_END};
static const wire_message wire_metric_message = {"metric", wire_metric_fields, wire_check_metric};

static const char *const wire_types[] = {"COUNTER",   "GAUGE",           "SUMMARY", "UNTYPED",
                                         "HISTOGRAM", "GAUGE_HISTOGRAM", NULL};

static const wire_field wire_family_fields[] = {
    {1, "name", WIRE_STRING, false, NULL},
    {2, "help", WIRE_STRING, false, NULL},
    {3, "type", WIRE_ENUM, false, wire_types},
    {4, "metric", WIRE_MESSAGE, true, &wire_metric_message},
    {5, "unit", WIRE_STRING, false, NULL},
    WIRE_END};
const wire_message wire_family_message = {"family", wire_family_fields, wire_check_family};
