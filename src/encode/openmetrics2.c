/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenMetrics 2.0.0, as its release candidate has it: a family is called as its samples are, and a
 * histogram or a summary is one sample with a value of several fields.
 */
#include "encode/openmetrics2.h"

#include "encode/lines.h"

/* ---- what stands around a value -------------------------------------------------------------- */

/* An exemplar must have a time here. */
static bool is_shown(const pml_exemplar *exemplar)
{
    return exemplar->labels != NULL && pml_time_is_known(exemplar->time_ns);
}

/* Behind the value: when it was true, since when it counts, and exemplars. */
static void put_rest(pml_cursor *to, const pml_lines *lines, const pml_snapshot_series *series,
                     size_t exemplar_count)
{
    const pml_snapshot_family *family = lines->family;
    int64_t timestamp = pml_timestamp_of(family, series);
    if (timestamp != PML_NO_TIMESTAMP) {
        pml_put_literal(to, " ");
        pml_put_seconds(to, timestamp);
    }
    int64_t start_ns = pml_start_of(family, series);
    if (pml_time_is_known(start_ns)) {
        pml_put_literal(to, " st@");
        pml_put_seconds(to, start_ns / 1000000);
    }
    const pml_exemplar *exemplars = pml_exemplars_of(family, series);
    for (size_t i = 0; exemplars != NULL && i < exemplar_count; i++) {
        if (is_shown(&exemplars[i])) {
            *to = pml_put_exemplar(*to, &exemplars[i]);
        }
    }
    pml_put_literal(to, "\n");
}

static void append_number(const pml_lines *lines, const pml_line *line)
{
    pml_cursor to = pml_cursor_open(lines->output);
    pml_put_identity(&to, lines, line);
    pml_put_openmetrics_number(&to, &line->value);
    put_rest(&to, lines, line->series, pml_is_type(lines->family, "counter"));
    pml_cursor_close(&to);
}

static void append_value(const pml_lines *lines, const pml_snapshot_series *series)
{
    append_number(lines, &(pml_line){.series = series, .value = series->as.number});
}

static void append_states(const pml_lines *lines, const pml_snapshot_series *series)
{
    pml_line line = {.series = series, .label = lines->name, .value.is_whole = true};
    for (size_t i = 0; i < lines->family->bound_count; i++) {
        line.label_value = &lines->family->bounds[i];
        line.value.as.whole = series->as.states >> i & 1;
        append_number(lines, &line);
    }
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* The last bucket is always that of +Inf. */
static void put_classic_buckets(pml_cursor *to, const pml_snapshot_family *family,
                                const uint64_t *counts)
{
    uint64_t count = 0;
    pml_put_literal(to, ",bucket:[");
    for (size_t i = 0; i < family->bound_count; i++) {
        count += counts[i];
        pml_put_text(to, &family->bounds[i]);
        pml_put_literal(to, ":");
        pml_put_u64(to, count);
        pml_put_literal(to, ",");
    }
    pml_put_literal(to, "+Inf:");
    pml_put_u64(to, count + counts[family->bound_count]);
    pml_put_literal(to, "]");
}

static void put_integer(pml_cursor *to, int64_t value)
{
    if (value < 0) {
        pml_put_literal(to, "-");
    }
    pml_put_u64(to, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* The spans and the buckets of one side, if it has any. */
static void put_native_side(pml_cursor *to, const char *sign, const pml_native_side *side)
{
    if (side->count == 0) {
        return;
    }
    pml_put_literal(to, ",");
    pml_put(to, sign, strlen(sign));
    pml_put_literal(to, "_spans:[");
    for (size_t i = 0; i < side->span_count; i++) {
        pml_put(to, ",", i > 0);
        put_integer(to, side->spans[i].offset);
        pml_put_literal(to, ":");
        pml_put_u64(to, side->spans[i].length);
    }
    pml_put_literal(to, "],");
    pml_put(to, sign, strlen(sign));
    pml_put_literal(to, "_buckets:[");
    for (size_t i = 0; i < side->count; i++) {
        pml_put(to, ",", i > 0);
        pml_put_u64(to, side->counts[i]);
    }
    pml_put_literal(to, "]");
}

static void put_native_buckets(pml_cursor *to, const pml_native *native)
{
    pml_put_literal(to, ",schema:");
    put_integer(to, native->schema);
    pml_put_literal(to, ",zero_threshold:");
    pml_put_openmetrics_double(to, native->zero_threshold);
    pml_put_literal(to, ",zero_count:");
    pml_put_u64(to, native->zero_count);
    put_native_side(to, "negative", &native->negative);
    put_native_side(to, "positive", &native->positive);
}

/* NULL if a series has none; then its family may still have some. */
static const pml_native *native_of(const pml_snapshot_family *family,
                                   const pml_snapshot_series *series)
{
    const pml_native *native =
        family->natives != NULL ? &family->natives[series - family->series] : NULL;
    return native != NULL && native->zero_threshold > 0 ? native : NULL;
}

static uint64_t count_of(const pml_snapshot_family *family, const uint64_t *counts)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        count += counts[i];
    }
    return count;
}

static void append_histogram(const pml_lines *lines, const pml_snapshot_series *series)
{
    const pml_snapshot_family *family = lines->family;
    const uint64_t *counts = series->as.histogram.counts;
    bool is_gauge = pml_is_type(family, "gaugehistogram");
    pml_cursor to = pml_cursor_open(lines->output);
    pml_put_identity(&to, lines, &(pml_line){.series = series});
    pml_put_literal(&to, "{");
    pml_put(&to, "g", is_gauge);
    pml_put_literal(&to, "count:");
    pml_put_u64(&to, count_of(family, counts));
    pml_put_literal(&to, ",");
    pml_put(&to, "g", is_gauge);
    pml_put_literal(&to, "sum:");
    pml_put_openmetrics_double(&to, series->as.histogram.sum);
    const pml_native *native = native_of(family, series);
    if (native != NULL) {
        put_native_buckets(&to, native);
    }
    if (native == NULL || family->bound_count > 0) {
        put_classic_buckets(&to, family, counts);
    }
    pml_put_literal(&to, "}");
    put_rest(&to, lines, series, family->exemplars_a_series);
    pml_cursor_close(&to);
}

/* ---- summaries ------------------------------------------------------------------------------- */

/* A value at a quantile must not be below 0. */
static void append_summary(const pml_lines *lines, const pml_snapshot_series *series)
{
    const pml_snapshot_family *family = lines->family;
    const double *values = series->as.summary->values;
    pml_cursor to = pml_cursor_open(lines->output);
    pml_put_identity(&to, lines, &(pml_line){.series = series});
    pml_put_literal(&to, "{count:");
    pml_put_u64(&to, series->as.summary->count);
    pml_put_literal(&to, ",sum:");
    pml_put_openmetrics_double(&to, series->as.summary->sum);
    pml_put_literal(&to, ",quantile:[");
    bool is_first = true;
    for (size_t i = 0; i < family->bound_count; i++) {
        if (values[i] < 0) {
            continue;
        }
        pml_put(&to, ",", !is_first);
        is_first = false;
        pml_put_text(&to, &family->bounds[i]);
        pml_put_literal(&to, ":");
        pml_put_openmetrics_double(&to, values[i]);
    }
    pml_put_literal(&to, "]}");
    put_rest(&to, lines, series, 0);
    pml_cursor_close(&to);
}

/* ---- documents ------------------------------------------------------------------------------- */

static void append_series(const pml_lines *lines, const pml_snapshot_series *series)
{
    switch (lines->family->shape) {
    case PML_SHAPE_NUMBER:
        append_value(lines, series);
        break;
    case PML_SHAPE_HISTOGRAM:
        append_histogram(lines, series);
        break;
    case PML_SHAPE_SUMMARY:
        append_summary(lines, series);
        break;
    case PML_SHAPE_STATES:
        append_states(lines, series);
        break;
    }
}

static void append_family(pml_lines *lines)
{
    pml_append_openmetrics_head(lines);
    for (size_t i = 0; i < lines->family->series_count; i++) {
        append_series(lines, &lines->family->series[i]);
    }
}

void pml_encode_openmetrics2(pml_output *output, const promlet_snapshot *snapshot,
                             const promlet_encoding *encoding)
{
    pml_lines lines = {
        .output = output,
        .is_openmetrics = true,
        .names = pml_names_of(encoding, true),
    };
    pml_append_openmetrics_families(&lines, snapshot, encoding, append_family);
}
