/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Prometheus text format 0.0.4 (prometheus.io, "Exposition formats", text-based format). What a
 * line is made of was escaped and formatted before, except for the values.
 */
#include "encode/text.h"

#include "base/number.h"

#include <string.h>

static void append_number(pml_output *output, const pml_number *number)
{
    char text[PML_NUMBER_SIZE];
    size_t size = number->is_whole ? pml_format_u64(number->as.whole, text)
                                   : pml_format_double(number->as.real, text);
    pml_output_append(output, text, size);
}

static void append_text(pml_output *output, const pml_text *text)
{
    pml_output_append(output, text->bytes, text->size);
}

/* In a help text, unlike a label value, only the backslash and the line feed are escaped. */
static void append_help(pml_output *output, const pml_text *help)
{
    const char *rest = help->bytes;
    for (;;) {
        size_t plain = strcspn(rest, "\\\n");
        pml_output_append(output, rest, plain);
        rest += plain;
        if (*rest == '\0') {
            return;
        }
        pml_output_append_text(output, *rest == '\n' ? "\\n" : "\\\\");
        rest++;
    }
}

/* The types of OpenMetrics that this format lacks, under the names that it has for them. */
static const char *type_of(const pml_snapshot_family *family)
{
    static const char *const names[][2] = {
        {"info", "gauge"}, {"stateset", "gauge"}, {"unknown", "untyped"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(family->type, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return family->type;
}

static void append_head(pml_output *output, const pml_snapshot_family *family)
{
    if (family->help->size > 0) {
        pml_output_append_text(output, "# HELP ");
        append_text(output, family->name);
        pml_output_append_text(output, " ");
        append_help(output, family->help);
        pml_output_append_text(output, "\n");
    }
    pml_output_append_text(output, "# TYPE ");
    append_text(output, family->name);
    pml_output_append_text(output, " ");
    pml_output_append_text(output, type_of(family));
    pml_output_append_text(output, "\n");
}

/* Behind a value: the time at which it was true, if it has one. */
static void append_end(pml_output *output, const pml_snapshot_family *family,
                       const pml_snapshot_series *series)
{
    int64_t timestamp =
        family->timestamps != NULL ? family->timestamps[series - family->series] : PML_NO_TIMESTAMP;
    if (timestamp != PML_NO_TIMESTAMP) {
        char text[PML_NUMBER_SIZE];
        bool is_negative = timestamp < 0;
        uint64_t size = is_negative ? 0 - (uint64_t)timestamp : (uint64_t)timestamp;
        pml_output_append_text(output, is_negative ? " -" : " ");
        pml_output_append(output, text, pml_format_u64(size, text));
    }
    pml_output_append_text(output, "\n");
}

/* name, suffix, {labels} and the value. */
static void append_sample(pml_output *output, const pml_snapshot_family *family, const char *suffix,
                          const pml_snapshot_series *series, const pml_number *value)
{
    append_text(output, family->name);
    pml_output_append_text(output, suffix);
    if (series->labels_size > 0) {
        pml_output_append_text(output, "{");
        pml_output_append(output, series->labels, series->labels_size);
        pml_output_append_text(output, "}");
    }
    pml_output_append_text(output, " ");
    append_number(output, value);
    append_end(output, family, series);
}

/* The same with one label more, whose value is one of the family's bounds. */
static void append_part(pml_output *output, const pml_snapshot_family *family, const char *suffix,
                        const pml_snapshot_series *series, const pml_text *label,
                        const pml_text *bound, const pml_number *value)
{
    append_text(output, family->name);
    pml_output_append_text(output, suffix);
    pml_output_append_text(output, "{");
    pml_output_append(output, series->labels, series->labels_size);
    pml_output_append_text(output, series->labels_size > 0 ? "," : "");
    append_text(output, label);
    pml_output_append_text(output, "=\"");
    append_text(output, bound);
    pml_output_append_text(output, "\"} ");
    append_number(output, value);
    append_end(output, family, series);
}

static void append_sum_and_count(pml_output *output, const pml_snapshot_family *family,
                                 const pml_snapshot_series *series, double sum, uint64_t count)
{
    append_sample(output, family, "_sum", series, &(pml_number){.is_whole = false, .as.real = sum});
    append_sample(output, family, "_count", series,
                  &(pml_number){.is_whole = true, .as.whole = count});
}

static void append_bucket(pml_output *output, const pml_snapshot_family *family,
                          const pml_snapshot_series *series, const pml_text *bound, uint64_t count)
{
    static const pml_text label = {(char *)"le", 2};
    append_part(output, family, "_bucket", series, &label, bound,
                &(pml_number){.is_whole = true, .as.whole = count});
}

/* Cumulative buckets and the count are derived here, so that +Inf always equals the count. */
static void append_histogram(pml_output *output, const pml_snapshot_family *family,
                             const pml_snapshot_series *series)
{
    static const pml_text infinity = {(char *)"+Inf", 4};
    uint64_t count = 0;
    for (size_t i = 0; i < family->bound_count; i++) {
        count += series->as.histogram.counts[i];
        append_bucket(output, family, series, &family->bounds[i], count);
    }
    count += series->as.histogram.counts[family->bound_count];
    append_bucket(output, family, series, &infinity, count);
    append_sum_and_count(output, family, series, series->as.histogram.sum, count);
}

static void append_summary(pml_output *output, const pml_snapshot_family *family,
                           const pml_snapshot_series *series)
{
    static const pml_text label = {(char *)"quantile", 8};
    for (size_t i = 0; i < family->bound_count; i++) {
        append_part(output, family, "", series, &label, &family->bounds[i],
                    &(pml_number){.is_whole = false, .as.real = series->as.summary.values[i]});
    }
    append_sum_and_count(output, family, series, series->as.summary.sum, series->as.summary.count);
}

/* OpenMetrics gives the label the name of the family. */
static void append_states(pml_output *output, const pml_snapshot_family *family,
                          const pml_snapshot_series *series)
{
    for (size_t i = 0; i < family->bound_count; i++) {
        append_part(output, family, "", series, family->name, &family->bounds[i],
                    &(pml_number){.is_whole = true, .as.whole = series->as.states >> i & 1});
    }
}

static void append_family(pml_output *output, const pml_snapshot_family *family)
{
    append_head(output, family);
    for (size_t i = 0; i < family->series_count; i++) {
        const pml_snapshot_series *series = &family->series[i];
        switch (family->shape) {
        case PML_SHAPE_NUMBER:
            append_sample(output, family, "", series, &series->as.number);
            break;
        case PML_SHAPE_HISTOGRAM:
            append_histogram(output, family, series);
            break;
        case PML_SHAPE_SUMMARY:
            append_summary(output, family, series);
            break;
        case PML_SHAPE_STATES:
            append_states(output, family, series);
            break;
        }
    }
}

void pml_encode_text(pml_output *output, const promlet_snapshot *snapshot,
                     const promlet_encoding *encoding)
{
    (void)encoding;
    for (size_t i = 0; i < snapshot->family_count; i++) {
        append_family(output, &snapshot->families[i]);
    }
}
