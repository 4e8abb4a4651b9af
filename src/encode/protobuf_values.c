/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages inside a metric. Each function puts the fields of one, in the order of their
 * numbers, and is run with a wire that counts before it is run with one that writes.
 */
#include "encode/protobuf_values.h"

#include "encode/protobuf_labels.h"

#include <math.h>

#define NS_A_SECOND 1000000000

/* The numbers of fields. */
enum { NUMBER_VALUE = 1 };
enum { TIME_SECONDS = 1, TIME_NANOS };
enum { EXEMPLAR_VALUE = 2, EXEMPLAR_TIME };
enum { COUNTER_EXEMPLAR = 2, COUNTER_START };
enum { SUMMARY_COUNT = 1, SUMMARY_SUM, SUMMARY_QUANTILE, SUMMARY_START };
enum { QUANTILE_QUANTILE = 1, QUANTILE_VALUE };
enum { BUCKET_COUNT = 1, BUCKET_BOUND, BUCKET_EXEMPLAR };
enum { SPAN_OFFSET = 1, SPAN_LENGTH };
enum {
    HISTOGRAM_COUNT = 1,
    HISTOGRAM_SUM,
    HISTOGRAM_BUCKET,
    HISTOGRAM_SCHEMA = 5,
    HISTOGRAM_ZERO_THRESHOLD,
    HISTOGRAM_ZERO_COUNT,
    HISTOGRAM_NEGATIVE_SPAN = 9,
    HISTOGRAM_NEGATIVE_DELTA,
    HISTOGRAM_POSITIVE_SPAN = 12,
    HISTOGRAM_POSITIVE_DELTA,
    HISTOGRAM_START = 15,
    HISTOGRAM_EXEMPLAR
};

/* ---- numbers --------------------------------------------------------------------------------- */

/* Of the NaNs Prometheus takes one for the end of a series, so all go out as the usual one. */
#define USUAL_NAN UINT64_C(0x7ff8000000000001)

static inline uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return isnan(value) ? USUAL_NAN : bits;
}

static void put_double(pml_wire *wire, unsigned field, double value)
{
    pml_wire_put_fixed64(wire, field, bits_of(value));
}

/* The nearest double, with integers alone: if the rounding mode had a say, a counter that is
   scraped in two modes could fall. Converted with a sign, for what compilers make of the conversion
   without one can turn 0 into -0. */
static double nearest_double(uint64_t value)
{
    if (value >> 53 == 0) {
        return (double)(int64_t)value;
    }
    int shift = 11 - __builtin_clzll(value);
    uint64_t kept = value >> shift;
    uint64_t rest = value - (kept << shift);
    uint64_t half = UINT64_C(1) << (shift - 1);
    kept += rest > half || (rest == half && kept % 2 != 0);
    return ldexp((double)(int64_t)kept, shift);
}

static double double_of(const pml_number *number)
{
    return number->is_whole ? nearest_double(number->as.whole) : number->as.real;
}

void pml_protobuf_put_number(pml_wire *wire, const pml_metric *metric)
{
    put_double(wire, NUMBER_VALUE, double_of(&metric->series->as.number));
}

void pml_protobuf_put_state(pml_wire *wire, const pml_metric *metric)
{
    bool is_on = (metric->series->as.states >> metric->state & 1) != 0;
    put_double(wire, NUMBER_VALUE, is_on ? 1 : 0);
}

/* ---- times and exemplars --------------------------------------------------------------------- */

typedef struct timestamp {
    uint64_t seconds;
    uint64_t nanos;
} timestamp;

static inline timestamp split_time(int64_t time_ns)
{
    return (timestamp){(uint64_t)(time_ns / NS_A_SECOND), (uint64_t)(time_ns % NS_A_SECOND)};
}

static inline size_t timestamp_size(timestamp time)
{
    return 1 + pml_varint_size(time.seconds) + 1 + pml_varint_size(time.nanos);
}

static inline char *write_timestamp(char *to, timestamp time)
{
    to = pml_tagged_write(to, TIME_SECONDS, PML_WIRE_VARINT, time.seconds);
    return pml_tagged_write(to, TIME_NANOS, PML_WIRE_VARINT, time.nanos);
}

static void put_time(pml_wire *wire, unsigned field, int64_t time_ns)
{
    if (!pml_time_is_known(time_ns)) {
        return;
    }
    timestamp time = split_time(time_ns);
    if (pml_wire_begin(wire, field, timestamp_size(time))) {
        char spare[2 * PML_WIRE_FIELD_SIZE];
        char *room = pml_wire_room(wire->output, sizeof spare, spare);
        pml_wire_advance(wire->output, write_timestamp(room, time), room, spare);
    }
}

static void put_start(pml_wire *wire, unsigned field, const pml_metric *metric)
{
    const int64_t *starts = metric->family->starts;
    put_time(wire, field, starts != NULL ? starts[metric->at] : 0);
}

static void put_exemplar_fields(pml_wire *wire, const pml_exemplar *exemplar)
{
    pml_protobuf_put_labels(wire, exemplar->labels, exemplar->labels_size);
    put_double(wire, EXEMPLAR_VALUE, exemplar->value);
    put_time(wire, EXEMPLAR_TIME, exemplar->time_ns);
}

/* NULL: there is none. */
static void put_exemplar(pml_wire *wire, unsigned field, const pml_exemplar *exemplar)
{
    if (exemplar != NULL) {
        pml_wire count = {NULL, 0, wire->names};
        put_exemplar_fields(&count, exemplar);
        if (pml_wire_begin(wire, field, count.size)) {
            put_exemplar_fields(wire, exemplar);
        }
    }
}

/* That of a counter, or of one bucket. */
static const pml_exemplar *exemplar_of(const pml_metric *metric, size_t place)
{
    const pml_snapshot_family *family = metric->family;
    if (family->exemplars == NULL || place >= family->exemplars_a_series) {
        return NULL;
    }
    const pml_exemplar *exemplar =
        &family->exemplars[metric->at * family->exemplars_a_series + place];
    return exemplar->labels != NULL ? exemplar : NULL;
}

/* ---- numbers alone --------------------------------------------------------------------------- */

size_t pml_plain_number_size(int64_t start_ns)
{
    size_t size = 1 + sizeof(double);
    return pml_time_is_known(start_ns) ? size + 2 + timestamp_size(split_time(start_ns)) : size;
}

char *pml_plain_number_write(char *to, const pml_number *number, int64_t start_ns)
{
    to = pml_fixed64_write(to, NUMBER_VALUE, bits_of(double_of(number)));
    if (pml_time_is_known(start_ns)) {
        timestamp start = split_time(start_ns);
        to = pml_tagged_write(to, COUNTER_START, PML_WIRE_SIZED, timestamp_size(start));
        to = write_timestamp(to, start);
    }
    return to;
}

/* ---- counters and summaries ------------------------------------------------------------------ */

void pml_protobuf_put_counter(pml_wire *wire, const pml_metric *metric)
{
    put_double(wire, NUMBER_VALUE, double_of(&metric->series->as.number));
    put_exemplar(wire, COUNTER_EXEMPLAR, exemplar_of(metric, 0));
    put_start(wire, COUNTER_START, metric);
}

static void put_quantile_fields(pml_wire *wire, double quantile, double value)
{
    put_double(wire, QUANTILE_QUANTILE, quantile);
    put_double(wire, QUANTILE_VALUE, value);
}

void pml_protobuf_put_summary(pml_wire *wire, const pml_metric *metric)
{
    const pml_snapshot_family *family = metric->family;
    const pml_snapshot_series *series = metric->series;
    pml_wire_put_u64(wire, SUMMARY_COUNT, series->as.summary->count);
    put_double(wire, SUMMARY_SUM, series->as.summary->sum);
    for (size_t i = 0; i < family->bound_count; i++) {
        pml_wire count = {NULL, 0, wire->names};
        put_quantile_fields(&count, family->bound_values[i], series->as.summary->values[i]);
        if (pml_wire_begin(wire, SUMMARY_QUANTILE, count.size)) {
            put_quantile_fields(wire, family->bound_values[i], series->as.summary->values[i]);
        }
    }
    put_start(wire, SUMMARY_START, metric);
}

/* ---- classic buckets ------------------------------------------------------------------------- */

static uint64_t total_of(const pml_metric *metric)
{
    uint64_t total = 0;
    for (size_t i = 0; i <= metric->family->bound_count; i++) {
        total += metric->series->as.histogram.counts[i];
    }
    return total;
}

/* A bucket without an exemplar, as nearly all are: tags and varints of the lengths that they have
   here, and a double. */
#define BUCKET_ROOM (2 + 1 + PML_VARINT_SIZE + 1 + 8)

static inline size_t plain_bucket_size(uint64_t cumulative)
{
    return 1 + pml_varint_size(cumulative) + 1 + sizeof(double);
}

static inline char *write_plain_bucket(char *to, uint64_t cumulative, double bound)
{
    to = pml_tagged_write(to, HISTOGRAM_BUCKET, PML_WIRE_SIZED, plain_bucket_size(cumulative));
    to = pml_tagged_write(to, BUCKET_COUNT, PML_WIRE_VARINT, cumulative);
    return pml_fixed64_write(to, BUCKET_BOUND, bits_of(bound));
}

static inline void put_plain_bucket(pml_wire *wire, uint64_t cumulative, double bound)
{
    if (wire->output == NULL) {
        wire->size += 2 + plain_bucket_size(cumulative);
        return;
    }
    char spare[BUCKET_ROOM];
    char *room = pml_wire_room(wire->output, sizeof spare, spare);
    pml_wire_advance(wire->output, write_plain_bucket(room, cumulative, bound), room, spare);
}

static void put_bucket_fields(pml_wire *wire, uint64_t cumulative, double bound,
                              const pml_exemplar *exemplar)
{
    pml_wire_put_u64(wire, BUCKET_COUNT, cumulative);
    put_double(wire, BUCKET_BOUND, bound);
    put_exemplar(wire, BUCKET_EXEMPLAR, exemplar);
}

static void put_bucket(pml_wire *wire, uint64_t cumulative, double bound,
                       const pml_exemplar *exemplar)
{
    if (exemplar == NULL) {
        put_plain_bucket(wire, cumulative, bound);
        return;
    }
    pml_wire count = {NULL, 0, wire->names};
    put_bucket_fields(&count, cumulative, bound, exemplar);
    if (pml_wire_begin(wire, HISTOGRAM_BUCKET, count.size)) {
        put_bucket_fields(wire, cumulative, bound, exemplar);
    }
}

/* The same for all, where there is room for them. */
static char *write_plain_buckets(char *to, const pml_snapshot_family *family,
                                 const uint64_t *counts)
{
    uint64_t cumulative = 0;
    for (size_t i = 0; i < family->bound_count; i++) {
        cumulative += counts[i];
        to = write_plain_bucket(to, cumulative, family->bound_values[i]);
    }
    return to;
}

static void put_plain_buckets(pml_wire *wire, const pml_metric *metric)
{
    const pml_snapshot_family *family = metric->family;
    const uint64_t *counts = metric->series->as.histogram.counts;
    pml_output *output = wire->output;
    if (output != NULL && (output->capacity - output->size) / BUCKET_ROOM >= family->bound_count) {
        char *end = write_plain_buckets(output->data + output->size, family, counts);
        output->size = (size_t)(end - output->data);
        return;
    }
    uint64_t cumulative = 0;
    for (size_t i = 0; i < family->bound_count; i++) {
        cumulative += counts[i];
        put_plain_bucket(wire, cumulative, family->bound_values[i]);
    }
}

/* The count of the histogram implies the last bucket, that of +Inf; but its exemplar has no other
   place. */
static void put_buckets(pml_wire *wire, const pml_metric *metric)
{
    const pml_snapshot_family *family = metric->family;
    if (family->exemplars == NULL) {
        put_plain_buckets(wire, metric);
        return;
    }
    const uint64_t *counts = metric->series->as.histogram.counts;
    uint64_t cumulative = 0;
    for (size_t i = 0; i < family->bound_count; i++) {
        cumulative += counts[i];
        put_bucket(wire, cumulative, family->bound_values[i], exemplar_of(metric, i));
    }
    const pml_exemplar *last = exemplar_of(metric, family->bound_count);
    if (last != NULL) {
        put_bucket(wire, cumulative + counts[family->bound_count], INFINITY, last);
    }
}

/* ---- native buckets -------------------------------------------------------------------------- */

static void put_span_fields(pml_wire *wire, const pml_native_span *span)
{
    pml_wire_put_u64(wire, SPAN_OFFSET, pml_zigzag(span->offset));
    pml_wire_put_u64(wire, SPAN_LENGTH, span->length);
}

static void put_span(pml_wire *wire, unsigned field, const pml_native_span *span)
{
    pml_wire count = {NULL, 0, wire->names};
    put_span_fields(&count, span);
    if (pml_wire_begin(wire, field, count.size)) {
        put_span_fields(wire, span);
    }
}

/* The first count, then by how much each differs from the one before. */
static void put_deltas(pml_wire *wire, const pml_native_side *side)
{
    uint64_t before = 0;
    for (size_t i = 0; i < side->count; i++) {
        pml_wire_put_varint(wire, pml_zigzag((int64_t)(side->counts[i] - before)));
        before = side->counts[i];
    }
}

static void put_side(pml_wire *wire, unsigned span_field, unsigned delta_field,
                     const pml_native_side *side)
{
    for (size_t i = 0; i < side->span_count; i++) {
        put_span(wire, span_field, &side->spans[i]);
    }
    if (side->count > 0) {
        pml_wire count = {NULL, 0, wire->names};
        put_deltas(&count, side);
        if (pml_wire_begin(wire, delta_field, count.size)) {
            put_deltas(wire, side);
        }
    }
}

/* Readers tell by the spans that there are native buckets, so an empty one stands for none. */
static void put_native(pml_wire *wire, const pml_native *native)
{
    static const pml_native_span no_buckets = {0, 0};
    pml_wire_put_u64(wire, HISTOGRAM_SCHEMA, pml_zigzag(native->schema));
    put_double(wire, HISTOGRAM_ZERO_THRESHOLD, native->zero_threshold);
    pml_wire_put_u64(wire, HISTOGRAM_ZERO_COUNT, native->zero_count);
    put_side(wire, HISTOGRAM_NEGATIVE_SPAN, HISTOGRAM_NEGATIVE_DELTA, &native->negative);
    put_side(wire, HISTOGRAM_POSITIVE_SPAN, HISTOGRAM_POSITIVE_DELTA, &native->positive);
    if (native->negative.span_count == 0 && native->positive.span_count == 0) {
        put_span(wire, HISTOGRAM_POSITIVE_SPAN, &no_buckets);
    }
}

/* Those of the buckets once more, for readers of the native ones, which need their times. */
static void put_native_exemplars(pml_wire *wire, const pml_metric *metric)
{
    for (size_t i = 0; i < metric->family->exemplars_a_series; i++) {
        const pml_exemplar *exemplar = exemplar_of(metric, i);
        if (exemplar != NULL && pml_time_is_known(exemplar->time_ns)) {
            put_exemplar(wire, HISTOGRAM_EXEMPLAR, exemplar);
        }
    }
}

/* NULL: there are none, or of other series of the family only. */
static const pml_native *native_of(const pml_metric *metric)
{
    const pml_native *natives = metric->family->natives;
    bool is_native = natives != NULL && natives[metric->at].zero_threshold > 0;
    return is_native ? &natives[metric->at] : NULL;
}

void pml_protobuf_put_histogram(pml_wire *wire, const pml_metric *metric)
{
    const pml_native *native = native_of(metric);
    pml_wire_put_u64(wire, HISTOGRAM_COUNT, total_of(metric));
    put_double(wire, HISTOGRAM_SUM, metric->series->as.histogram.sum);
    put_buckets(wire, metric);
    if (native != NULL) {
        put_native(wire, native);
    }
    put_start(wire, HISTOGRAM_START, metric);
    if (native != NULL) {
        put_native_exemplars(wire, metric);
    }
}
