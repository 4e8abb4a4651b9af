/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf, as `protoc --decode` prints it: with the printing of the strict reader, which knows
   nothing of the wire format. */
#include "expected.h"

#include "support/strict_wire.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One family. */
typedef struct expectation {
    wire_reading *to;
    const promlet_encoding *encoding;
    const made_family *family;
} expectation;

/* ---- fields ---------------------------------------------------------------------------------- */

static void put_field(wire_reading *to, const char *name)
{
    wire_print(to, "%*s%s: ", 2 * to->depth, "", name);
}

static void put_string(wire_reading *to, const char *name, const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    put_field(to, name);
    wire_print_string(to, (wire_bytes){bytes, bytes + strlen(text)});
}

static void put_real(wire_reading *to, const char *name, double value)
{
    put_field(to, name);
    wire_print_double(to, value);
}

static void put_whole(wire_reading *to, const char *name, uint64_t value)
{
    put_field(to, name);
    wire_print(to, "%" PRIu64 "\n", value);
}

static void put_signed(wire_reading *to, const char *name, int64_t value)
{
    put_field(to, name);
    wire_print(to, "%" PRId64 "\n", value);
}

static void begin(wire_reading *to, const char *name)
{
    wire_print(to, "%*s%s {\n", 2 * to->depth, "", name);
    to->depth++;
}

static void end(wire_reading *to)
{
    to->depth--;
    wire_print(to, "%*s}\n", 2 * to->depth, "");
}

/* ---- labels, times, exemplars ---------------------------------------------------------------- */

static void put_label(const expectation *self, const char *name, const char *value)
{
    begin(self->to, "label");
    put_string(self->to, "name", expect_name(name, true, self->encoding));
    put_string(self->to, "value", value);
    end(self->to);
}

static void put_labels(const expectation *self, const made_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        put_label(self, labels->names[i], labels->values[i]);
    }
}

/* Those before 1970 are not known. */
static void put_time(const expectation *self, const char *name, int64_t time_ns)
{
    if (time_ns > 0) {
        begin(self->to, name);
        put_signed(self->to, "seconds", time_ns / 1000000000);
        put_signed(self->to, "nanos", time_ns % 1000000000);
        end(self->to);
    }
}

static void put_start(const expectation *self, size_t series)
{
    const int64_t *starts = self->family->shown->starts;
    put_time(self, "start_timestamp", starts != NULL ? starts[series] : 0);
}

static bool has_exemplar(const expectation *self, size_t series, size_t place)
{
    const pml_snapshot_family *family = self->family->shown;
    return family->exemplars != NULL &&
           family->exemplars[series * family->exemplars_a_series + place].labels != NULL;
}

static void put_exemplar(const expectation *self, const char *name, size_t series, size_t place)
{
    const pml_snapshot_family *family = self->family->shown;
    size_t at = series * family->exemplars_a_series + place;
    begin(self->to, name);
    put_labels(self, &self->family->exemplars[at]);
    put_real(self->to, "value", family->exemplars[at].value);
    put_time(self, "timestamp", family->exemplars[at].time_ns);
    end(self->to);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void put_number(const expectation *self, size_t series)
{
    const pml_number *number = &self->family->shown->series[series].as.number;
    put_real(self->to, "value", number->is_whole ? (double)number->as.whole : number->as.real);
}

static void put_counter(const expectation *self, size_t series)
{
    put_number(self, series);
    if (has_exemplar(self, series, 0)) {
        put_exemplar(self, "exemplar", series, 0);
    }
    put_start(self, series);
}

static void put_summary(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    const pml_snapshot_series *shown = &family->series[series];
    put_whole(self->to, "sample_count", shown->as.summary->count);
    put_real(self->to, "sample_sum", shown->as.summary->sum);
    for (size_t i = 0; i < family->bound_count; i++) {
        begin(self->to, "quantile");
        put_real(self->to, "quantile", family->bound_values[i]);
        put_real(self->to, "value", shown->as.summary->values[i]);
        end(self->to);
    }
    put_start(self, series);
}

/* Of the last bucket only the exemplar is told. */
static void put_buckets(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        bool is_last = i == family->bound_count;
        count += family->series[series].as.histogram.counts[i];
        if (is_last && !has_exemplar(self, series, i)) {
            continue;
        }
        begin(self->to, "bucket");
        put_whole(self->to, "cumulative_count", count);
        put_real(self->to, "upper_bound", is_last ? INFINITY : family->bound_values[i]);
        if (has_exemplar(self, series, i)) {
            put_exemplar(self, "exemplar", series, i);
        }
        end(self->to);
    }
}

static void put_span(const expectation *self, const char *name, pml_native_span span)
{
    begin(self->to, name);
    put_signed(self->to, "offset", span.offset);
    put_whole(self->to, "length", span.length);
    end(self->to);
}

static void put_side(const expectation *self, const char *span, const char *delta,
                     const pml_native_side *side)
{
    for (size_t i = 0; i < side->span_count; i++) {
        put_span(self, span, side->spans[i]);
    }
    for (size_t i = 0; i < side->count; i++) {
        uint64_t before = i > 0 ? side->counts[i - 1] : 0;
        put_signed(self->to, delta, (int64_t)(side->counts[i] - before));
    }
}

static void put_native(const expectation *self, const pml_native *native)
{
    put_signed(self->to, "schema", native->schema);
    put_real(self->to, "zero_threshold", native->zero_threshold);
    put_whole(self->to, "zero_count", native->zero_count);
    put_side(self, "negative_span", "negative_delta", &native->negative);
    put_side(self, "positive_span", "positive_delta", &native->positive);
    if (native->negative.span_count + native->positive.span_count == 0) {
        put_span(self, "positive_span", (pml_native_span){0, 0});
    }
}

static void put_histogram(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    const pml_native *native = family->natives != NULL ? &family->natives[series] : NULL;
    bool is_native = native != NULL && native->zero_threshold > 0;
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        count += family->series[series].as.histogram.counts[i];
    }
    put_whole(self->to, "sample_count", count);
    put_real(self->to, "sample_sum", family->series[series].as.histogram.sum);
    put_buckets(self, series);
    if (is_native) {
        put_native(self, native);
    }
    put_start(self, series);
    for (size_t i = 0; is_native && i <= family->bound_count; i++) {
        size_t at = series * family->exemplars_a_series + i;
        if (has_exemplar(self, series, i) && family->exemplars[at].time_ns > 0) {
            put_exemplar(self, "exemplars", series, i);
        }
    }
}

/* ---- families -------------------------------------------------------------------------------- */

static const struct kind {
    const char *type;
    const char *enum_name;
    const char *field;
    void (*put)(const expectation *self, size_t series);
} kinds[] = {
    {"counter", "COUNTER", "counter", put_counter},
    {"gauge", "GAUGE", "gauge", put_number},
    {"info", "GAUGE", "gauge", put_number},
    {"stateset", "GAUGE", "gauge", NULL},
    {"unknown", "UNTYPED", "untyped", put_number},
    {"summary", "SUMMARY", "summary", put_summary},
    {"histogram", "HISTOGRAM", "histogram", put_histogram},
    {"gaugehistogram", "GAUGE_HISTOGRAM", "histogram", put_histogram},
};

static const struct kind *kind_of(const pml_snapshot_family *family)
{
    const struct kind *kind = kinds;
    while (strcmp(kind->type, family->type) != 0) {
        kind++;
    }
    return kind;
}

static void put_timestamp(const expectation *self, size_t series)
{
    const int64_t *timestamps = self->family->shown->timestamps;
    if (!self->encoding->without_timestamps && timestamps != NULL &&
        timestamps[series] != PML_NO_TIMESTAMP) {
        put_signed(self->to, "timestamp_ms", timestamps[series]);
    }
}

static void put_metric(const expectation *self, size_t series, size_t state)
{
    const pml_snapshot_family *family = self->family->shown;
    const struct kind *kind = kind_of(family);
    bool is_behind = strcmp(kind->field, "histogram") == 0; /* its number is above the time's */
    begin(self->to, "metric");
    put_labels(self, &self->family->series[series]);
    if (kind->put == NULL) {
        put_label(self, family->name->bytes, self->family->states[state]);
    }
    if (is_behind) {
        put_timestamp(self, series);
    }
    begin(self->to, kind->field);
    if (kind->put == NULL) {
        put_real(self->to, "value", (double)(family->series[series].as.states >> state & 1));
    } else {
        kind->put(self, series);
    }
    end(self->to);
    if (!is_behind) {
        put_timestamp(self, series);
    }
    end(self->to);
}

static void put_family(const expectation *self)
{
    const pml_snapshot_family *family = self->family->shown;
    const struct kind *kind = kind_of(family);
    put_string(self->to, "name", expect_name(family->name->bytes, false, self->encoding));
    if (family->help->size > 0) {
        put_string(self->to, "help", family->help->bytes);
    }
    put_field(self->to, "type");
    wire_print(self->to, "%s\n", kind->enum_name);
    size_t metrics = kind->put == NULL ? family->bound_count : 1;
    for (size_t i = 0; i < family->series_count; i++) {
        for (size_t j = 0; j < metrics; j++) {
            put_metric(self, i, j);
        }
    }
    if (family->unit->size > 0) {
        put_string(self->to, "unit", family->unit->bytes);
    }
}

char *expect_protobuf(const made_snapshot *made, const promlet_encoding *encoding)
{
    wire_reading reading = {.text = NULL};
    wire_add(&reading, "", 0);
    for (size_t i = 0; i < made->shown->family_count; i++) {
        expectation self = {&reading, encoding, &made->families[i]};
        if (made->shown->families[i].series_count > 0) {
            put_family(&self);
        }
    }
    return reading.text;
}
