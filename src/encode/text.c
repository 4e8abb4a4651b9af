/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Prometheus text format (prometheus.io, "Exposition formats", text-based format). Version
 * 1.0.0 differs from 0.0.4 only in names that need quotes.
 */
#include "encode/text.h"

#include "encode/lines.h"
#include "encode/samples.h"
#include "encode/shown.h"

/* The types of OpenMetrics that this format lacks, under the names that it has for them. */
static const char *type_of(const pml_snapshot_family *family)
{
    static const char *const names[][2] = {
        {"info", "gauge"}, {"stateset", "gauge"}, {"unknown", "untyped"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (pml_is_type(family, names[i][0])) {
            return names[i][1];
        }
    }
    return family->type;
}

static void append_head(const pml_lines *lines, pml_text suffix, const char *type)
{
    pml_append_help(lines, suffix);
    pml_append_type(lines, suffix, type);
}

/* ---- gauge histograms ------------------------------------------------------------------------ */

static void append_gauges(const pml_lines *lines, pml_text suffix, pml_append_fn append)
{
    append_head(lines, suffix, "gauge");
    for (size_t i = 0; i < lines->family->series_count; i++) {
        append(lines, &lines->family->series[i]);
    }
}

static void append_buckets(const pml_lines *lines, const pml_snapshot_series *series)
{
    (void)pml_append_buckets(lines, series);
}

static void append_count(const pml_lines *lines, const pml_snapshot_series *series)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= lines->family->bound_count; i++) {
        count += series->as.histogram.counts[i];
    }
    pml_number number = {.is_whole = true, .as.whole = count};
    pml_append_number(lines, series, PML_TEXT("_gcount"), number);
}

static void append_sum(const pml_lines *lines, const pml_snapshot_series *series)
{
    pml_number number = {.is_whole = false, .as.real = series->as.histogram.sum};
    pml_append_number(lines, series, PML_TEXT("_gsum"), number);
}

/* This format has no type for them; its histograms are counters. So that the samples have the names
   that OpenMetrics gives them, and a type that is true, they stand in three families of gauges. */
static void append_gauge_histograms(const pml_lines *lines)
{
    append_gauges(lines, PML_TEXT("_bucket"), append_buckets);
    append_gauges(lines, PML_TEXT("_gcount"), append_count);
    append_gauges(lines, PML_TEXT("_gsum"), append_sum);
}

/* ---- documents ------------------------------------------------------------------------------- */

void pml_encode_text(pml_output *output, const promlet_snapshot *snapshot,
                     const promlet_encoding *encoding)
{
    bool has_quotes = encoding->format == PROMLET_FORMAT_TEXT_1_0_0;
    pml_names names = pml_names_of(encoding, has_quotes);
    for (size_t i = 0; i < snapshot->family_count; i++) {
        pml_snapshot_family rest;
        const pml_snapshot_family *family =
            pml_family_shown(&snapshot->families[i], encoding, &rest);
        pml_lines lines = {
            .output = output, .family = family, .name = *family->name, .names = names};
        if (pml_is_type(family, "gaugehistogram")) {
            append_gauge_histograms(&lines);
        } else {
            append_head(&lines, PML_NO_SUFFIX, type_of(family));
            pml_append_samples(&lines);
        }
    }
}
