/* SPDX-License-Identifier: Apache-2.0 */
/* One line a value. What OpenMetrics forbids for some values is left out there, rule by rule. */
#include "encode/samples.h"

static pml_number whole(uint64_t value)
{
    return (pml_number){.is_whole = true, .as.whole = value};
}

static pml_number real(double value)
{
    return (pml_number){.is_whole = false, .as.real = value};
}

void pml_append_number(const pml_lines *lines, const pml_snapshot_series *series, pml_text suffix,
                       pml_number value)
{
    pml_append_line(lines, &(pml_line){.series = series, .suffix = suffix, .value = value});
}

/* Since when the series counts, in OpenMetrics 1.0.0 a sample of its own. */
static void append_created(const pml_lines *lines, const pml_snapshot_series *series)
{
    int64_t start_ns = pml_start_of(lines->family, series);
    if (!lines->with_created || !pml_time_is_known(start_ns)) {
        return;
    }
    pml_line line = {.series = series, .suffix = PML_TEXT("_created")};
    pml_cursor to = pml_cursor_open(lines->output);
    pml_put_identity(&to, lines, &line);
    pml_put_seconds(&to, start_ns / 1000000);
    pml_put_literal(&to, "\n");
    pml_cursor_close(&to);
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* Longer beginnings of lines are put together again for each line. */
enum { HEAD_ROOM = 512 };

static void append_bucket(const pml_lines *lines, pml_line *line, const pml_text *bound,
                          uint64_t count)
{
    line->label_value = bound;
    line->value = whole(count);
    pml_append_line(lines, line);
    if (line->exemplar != NULL) {
        line->exemplar++;
    }
}

/* What the lines of all buckets begin with, in `bytes`; no bytes if there is not enough room. */
static pml_text head_of(const pml_lines *lines, const pml_line *line, char bytes[HEAD_ROOM])
{
    pml_output output;
    pml_output_start_memory(&output, bytes, HEAD_ROOM);
    pml_cursor to = pml_cursor_open(&output);
    pml_put_head(&to, lines, line);
    pml_cursor_close(&to);
    size_t size = pml_output_total(&output);
    return (pml_text){bytes, size <= HEAD_ROOM ? size : 0};
}

/* Whether all that the lines have is their head, a bound and a count. */
static bool has_plain_lines(const pml_lines *lines, const pml_line *line)
{
    return line->head.size > 0 && line->exemplar == NULL && !lines->family->has_utf8_names &&
           lines->family->timestamps == NULL;
}

/* This and the next: the buckets below +Inf. Both return how much they count. */
static uint64_t append_plain_buckets(const pml_lines *lines, const pml_line *line,
                                     const uint64_t *counts)
{
    const pml_snapshot_family *family = lines->family;
    uint64_t count = 0;
    pml_cursor to = pml_cursor_open(lines->output);
    for (size_t i = 0; i < family->bound_count; i++) {
        count += counts[i];
        pml_put_text(&to, &line->head);
        pml_put_short_text(&to, &family->bounds[i]);
        pml_put_literal(&to, "\"} ");
        pml_put_u64(&to, count);
        pml_put_literal(&to, "\n");
    }
    pml_cursor_close(&to);
    return count;
}

static uint64_t append_full_buckets(const pml_lines *lines, pml_line *line, const uint64_t *counts)
{
    const pml_snapshot_family *family = lines->family;
    uint64_t count = 0;
    for (size_t i = 0; i < family->bound_count; i++) {
        count += counts[i];
        append_bucket(lines, line, &family->bounds[i], count);
    }
    return count;
}

uint64_t pml_append_buckets(const pml_lines *lines, const pml_snapshot_series *series)
{
    const pml_snapshot_family *family = lines->family;
    const uint64_t *counts = series->as.histogram.counts;
    pml_line line = {
        .series = series,
        .suffix = PML_TEXT("_bucket"),
        .label = PML_TEXT("le"),
        .exemplar = lines->is_openmetrics ? pml_exemplars_of(family, series) : NULL,
    };
    char head[HEAD_ROOM];
    line.head = head_of(lines, &line, head);
    uint64_t count = has_plain_lines(lines, &line) ? append_plain_buckets(lines, &line, counts)
                                                   : append_full_buckets(lines, &line, counts);
    count += counts[family->bound_count];
    append_bucket(lines, &line, &PML_TEXT("+Inf"), count);
    return count;
}

/* OpenMetrics 1.0.0 takes a sum for a counter, which is 0 or more; with negative bounds it can't
   be one, and it must not be there. The count is there if and only if the sum is. */
static bool shows_sum(const pml_lines *lines, double sum)
{
    return !lines->is_openmetrics || (sum >= 0 && !pml_has_negative_bounds(lines->family));
}

static void append_histogram(const pml_lines *lines, const pml_snapshot_series *series)
{
    uint64_t count = pml_append_buckets(lines, series);
    double sum = series->as.histogram.sum;
    if (shows_sum(lines, sum)) {
        pml_append_number(lines, series, PML_TEXT("_sum"), real(sum));
        pml_append_number(lines, series, PML_TEXT("_count"), whole(count));
    }
    append_created(lines, series);
}

/* A gauge of a sum may be below 0 where a value may. */
static void append_gauge_histogram(const pml_lines *lines, const pml_snapshot_series *series)
{
    uint64_t count = pml_append_buckets(lines, series);
    double sum = series->as.histogram.sum;
    if (sum >= 0 || (sum < 0 && pml_has_negative_bounds(lines->family))) {
        pml_append_number(lines, series, PML_TEXT("_gsum"), real(sum));
        pml_append_number(lines, series, PML_TEXT("_gcount"), whole(count));
    }
}

/* ---- summaries ------------------------------------------------------------------------------- */

/* In OpenMetrics, neither values at quantiles nor the sum may be below 0, and the sum is a number.
 */
static void append_summary(const pml_lines *lines, const pml_snapshot_series *series)
{
    const pml_snapshot_family *family = lines->family;
    pml_line line = {.series = series, .label = PML_TEXT("quantile")};
    for (size_t i = 0; i < family->bound_count; i++) {
        double value = series->as.summary->values[i];
        if (lines->is_openmetrics && value < 0) {
            continue;
        }
        line.label_value = &family->bounds[i];
        line.value = real(value);
        pml_append_line(lines, &line);
    }
    double sum = series->as.summary->sum;
    if (!lines->is_openmetrics || sum >= 0) {
        pml_append_number(lines, series, PML_TEXT("_sum"), real(sum));
    }
    pml_append_number(lines, series, PML_TEXT("_count"), whole(series->as.summary->count));
    append_created(lines, series);
}

/* ---- numbers and states ---------------------------------------------------------------------- */

/* What the family's own name has behind the one that the lines begin with. */
static pml_text own_suffix(const pml_lines *lines)
{
    const pml_text *name = lines->family->name;
    return (pml_text){name->bytes + lines->name.size, name->size - lines->name.size};
}

static void append_value(const pml_lines *lines, const pml_snapshot_series *series)
{
    pml_append_number(lines, series, own_suffix(lines), series->as.number);
}

static void append_counter(const pml_lines *lines, const pml_snapshot_series *series)
{
    pml_line line = {
        .series = series,
        .suffix = own_suffix(lines),
        .value = series->as.number,
        .exemplar = lines->is_openmetrics ? pml_exemplars_of(lines->family, series) : NULL,
    };
    pml_append_line(lines, &line);
    append_created(lines, series);
}

/* OpenMetrics gives the label the name of the family. */
static void append_states(const pml_lines *lines, const pml_snapshot_series *series)
{
    const pml_snapshot_family *family = lines->family;
    pml_line line = {.series = series, .label = lines->name};
    for (size_t i = 0; i < family->bound_count; i++) {
        line.label_value = &family->bounds[i];
        line.value = whole(series->as.states >> i & 1);
        pml_append_line(lines, &line);
    }
}

/* ---- families -------------------------------------------------------------------------------- */

static pml_append_fn append_of(const pml_snapshot_family *family)
{
    switch (family->shape) {
    case PML_SHAPE_NUMBER:
        return pml_is_type(family, "counter") ? append_counter : append_value;
    case PML_SHAPE_HISTOGRAM:
        return pml_is_type(family, "gaugehistogram") ? append_gauge_histogram : append_histogram;
    case PML_SHAPE_SUMMARY:
        return append_summary;
    case PML_SHAPE_STATES:
        return append_states;
    }
    return append_value;
}

void pml_append_samples(const pml_lines *lines)
{
    const pml_snapshot_family *family = lines->family;
    pml_append_fn append = append_of(family);
    for (size_t i = 0; i < family->series_count; i++) {
        append(lines, &family->series[i]);
    }
}
