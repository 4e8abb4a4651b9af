/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of Graphite's plaintext protocol, "path value time", with labels as parts of the path or as
 * tags (graphite.readthedocs.io, "Feeding In Your Data" and "Graphite Tag Support"). Not one of the
 * documents of document.c: it has no Content-Type, and something to say besides.
 */
#include <promlet/graphite.h>

#include "base/clock.h"
#include "base/options.h"
#include "base/output.h"
#include "base/report.h"
#include "base/utf8.h"
#include "encode/lines.h"
#include "snapshot/label_text.h"

#include <math.h>

/* Files of plain paths have path and parts for their names, with .wsp behind it; carbon ends a
   connection at a line of 16 KiB. */
enum { PATH_ROOM = 4000, MOST_OF_PART = 250 };

struct graphite {
    pml_output *output;
    const promlet_graphite_encoding *encoding;
    const pml_snapshot_family *family;
    uint64_t left_out;
};

/* A path, or a part of one, that is being put together. */
struct path {
    pml_output output;
    bool is_too_long;
    char bytes[PATH_ROOM];
};

/* The lines of one series. */
struct lines {
    struct graphite *document;
    const pml_snapshot_series *series;
    struct path labels; /* as they stand in each path */
};

/* ---- paths ----------------------------------------------------------------------------------- */

static void begin_path(struct path *made)
{
    made->is_too_long = false;
    pml_output_start_memory(&made->output, made->bytes, sizeof made->bytes);
}

static size_t path_size(struct path *made)
{
    size_t size = pml_output_total(&made->output);
    made->is_too_long |= size > PATH_ROOM;
    return size;
}

static void append_path(struct path *made, struct path *part)
{
    size_t size = path_size(part);
    made->is_too_long |= part->is_too_long;
    if (!part->is_too_long) {
        pml_output_append(&made->output, part->bytes, size);
    }
}

/* In a part of a path only what no reader of paths takes for something else. */
static bool is_kept_in_part(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-' || byte == ':';
}

/* In the value of a tag; what ends in "} carbon reads as if it were OpenMetrics. */
static bool is_kept_in_tag(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f && byte != ';' && byte != '"';
}

/* Beyond ASCII all is kept but what carbon takes for a space, and the controls. */
static bool is_space(uint32_t code)
{
    return code <= 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* Replaces what can't stand there, in place; returns the size then, which is no larger. */
static size_t sanitise(char *text, size_t size, bool (*is_kept)(unsigned char byte))
{
    size_t to = 0;
    size_t code_size;
    for (size_t at = 0; at < size; at += code_size) {
        uint32_t code = pml_utf8_decode(text + at, size - at, &code_size);
        if (code < 0x80 ? is_kept((unsigned char)code) : !is_space(code)) {
            memmove(text + to, text + at, code_size);
            to += code_size;
        } else {
            text[to++] = '_';
        }
    }
    return to;
}

/* Sanitises what was appended from here on. Returns how much of it there is then. */
static size_t end_part(struct path *made, size_t begin, bool (*is_kept)(unsigned char byte))
{
    size_t size = path_size(made);
    if (made->is_too_long) {
        return 0;
    }
    made->output.size = begin + sanitise(made->bytes + begin, size - begin, is_kept);
    return made->output.size - begin;
}

/* A part of a path, also a name of a label. */
static void append_part(struct path *made, const pml_escaped *text)
{
    size_t begin = path_size(made);
    pml_escaped_append(&made->output, text);
    size_t size = end_part(made, begin, is_kept_in_part);
    made->is_too_long |= size > MOST_OF_PART;
    pml_output_append(&made->output, "_", text->size == 0);
}

/* carbon gives the tag "name" the name of the metric. */
static void append_tag(struct path *made, const pml_escaped *name, const pml_escaped *value)
{
    if (value->size == 0) {
        return; /* which Graphite refuses; and Prometheus says it is the same as no label */
    }
    bool is_name = name->size == 4 && memcmp(name->bytes, "name", 4) == 0;
    pml_output_append_text(&made->output, is_name ? ";exported_" : ";");
    append_part(made, name);
    pml_output_append_text(&made->output, "=");
    size_t begin = path_size(made);
    pml_escaped_append(&made->output, value);
    if (end_part(made, begin, is_kept_in_tag) > 0 && made->bytes[begin] == '~') {
        made->bytes[begin] = '_';
    }
}

static void append_label(struct path *made, bool tagged, const pml_escaped *name,
                         const pml_escaped *value)
{
    if (tagged) {
        append_tag(made, name, value);
        return;
    }
    pml_output_append_text(&made->output, ".");
    append_part(made, name);
    pml_output_append_text(&made->output, ".");
    append_part(made, value);
}

static void append_labels(struct path *made, bool tagged, const pml_snapshot_series *series)
{
    pml_label_text left = pml_label_text_begin(series->labels, series->labels_size);
    pml_rendered_label label;
    while (!made->is_too_long && pml_label_text_next(&left, &label)) {
        append_label(made, tagged, &label.name, &label.value);
    }
}

/* A suffix is behind the name, within its part. */
static void append_name(struct path *made, const struct graphite *document, const pml_text *suffix)
{
    const pml_text *name = document->family->name;
    if (document->encoding->prefix != NULL) {
        pml_output_append_text(&made->output, document->encoding->prefix);
        pml_output_append_text(&made->output, ".");
    }
    size_t begin = path_size(made);
    pml_output_append(&made->output, name->bytes, name->size);
    pml_output_append(&made->output, suffix->bytes, suffix->size);
    made->is_too_long |= end_part(made, begin, is_kept_in_part) > MOST_OF_PART;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int64_t time_of(const struct lines *lines)
{
    int64_t milliseconds = pml_timestamp_of(lines->document->family, lines->series);
    return milliseconds != PML_NO_TIMESTAMP ? milliseconds / 1000
                                            : lines->document->encoding->timestamp_seconds;
}

static bool can_be_sent(const pml_number *value, int64_t seconds)
{
    return (value->is_whole || isfinite(value->as.real)) && seconds >= 0;
}

static void put_value(pml_cursor *to, const pml_number *value, int64_t seconds)
{
    pml_put_literal(to, " ");
    if (value->is_whole) {
        pml_put_u64(to, value->as.whole);
    } else {
        pml_put_double(to, value->as.real);
    }
    pml_put_literal(to, " ");
    pml_put_u64(to, (uint64_t)seconds);
    pml_put_literal(to, "\n");
}

/* label: one more than the series has; no bytes: none. */
static void append_labelled(struct lines *lines, pml_text suffix, pml_text label,
                            const pml_text *label_value, pml_number value)
{
    struct graphite *document = lines->document;
    struct path whole;
    begin_path(&whole);
    append_name(&whole, document, &suffix);
    append_path(&whole, &lines->labels);
    if (label.size > 0 && !whole.is_too_long) {
        pml_escaped name = pml_escaped_plain(&label);
        pml_escaped text = pml_escaped_whole(label_value);
        append_label(&whole, document->encoding->tagged, &name, &text);
    }
    int64_t seconds = time_of(lines);
    size_t size = path_size(&whole);
    if (whole.is_too_long || !can_be_sent(&value, seconds)) {
        document->left_out++;
        return;
    }
    pml_cursor to = pml_cursor_open(document->output);
    pml_put(&to, whole.bytes, size);
    put_value(&to, &value, seconds);
    pml_cursor_close(&to);
}

static void append_whole(struct lines *lines, pml_text suffix, uint64_t value)
{
    append_labelled(lines, suffix, PML_NO_SUFFIX, NULL,
                    (pml_number){.is_whole = true, .as.whole = value});
}

static void append_real(struct lines *lines, pml_text suffix, double value)
{
    append_labelled(lines, suffix, PML_NO_SUFFIX, NULL,
                    (pml_number){.is_whole = false, .as.real = value});
}

/* ---- series ---------------------------------------------------------------------------------- */

static void append_bucket(struct lines *lines, const pml_text *bound, uint64_t count)
{
    append_labelled(lines, PML_TEXT("_bucket"), PML_TEXT("le"), bound,
                    (pml_number){.is_whole = true, .as.whole = count});
}

static void append_histogram(struct lines *lines)
{
    const pml_snapshot_family *family = lines->document->family;
    const uint64_t *counts = lines->series->as.histogram.counts;
    bool is_gauge = pml_is_type(family, "gaugehistogram");
    uint64_t count = 0;
    for (size_t i = 0; i < family->bound_count; i++) {
        count += counts[i];
        append_bucket(lines, &family->bounds[i], count);
    }
    count += counts[family->bound_count];
    append_bucket(lines, &PML_TEXT("+Inf"), count);
    append_real(lines, is_gauge ? PML_TEXT("_gsum") : PML_TEXT("_sum"),
                lines->series->as.histogram.sum);
    append_whole(lines, is_gauge ? PML_TEXT("_gcount") : PML_TEXT("_count"), count);
}

static void append_summary(struct lines *lines)
{
    const pml_snapshot_family *family = lines->document->family;
    for (size_t i = 0; i < family->bound_count; i++) {
        pml_number value = {.is_whole = false, .as.real = lines->series->as.summary->values[i]};
        append_labelled(lines, PML_NO_SUFFIX, PML_TEXT("quantile"), &family->bounds[i], value);
    }
    append_real(lines, PML_TEXT("_sum"), lines->series->as.summary->sum);
    append_whole(lines, PML_TEXT("_count"), lines->series->as.summary->count);
}

static void append_states(struct lines *lines)
{
    const pml_snapshot_family *family = lines->document->family;
    for (size_t i = 0; i < family->bound_count; i++) {
        pml_number value = {.is_whole = true, .as.whole = lines->series->as.states >> i & 1};
        append_labelled(lines, PML_NO_SUFFIX, *family->name, &family->bounds[i], value);
    }
}

static void append_series(struct lines *lines)
{
    begin_path(&lines->labels);
    append_labels(&lines->labels, lines->document->encoding->tagged, lines->series);
    switch (lines->document->family->shape) {
    case PML_SHAPE_NUMBER:
        append_labelled(lines, PML_NO_SUFFIX, PML_NO_SUFFIX, NULL, lines->series->as.number);
        break;
    case PML_SHAPE_HISTOGRAM:
        append_histogram(lines);
        break;
    case PML_SHAPE_SUMMARY:
        append_summary(lines);
        break;
    case PML_SHAPE_STATES:
        append_states(lines);
        break;
    }
}

static void append_families(struct graphite *document, const promlet_snapshot *snapshot)
{
    struct lines lines = {.document = document};
    for (size_t i = 0; i < snapshot->family_count; i++) {
        document->family = &snapshot->families[i];
        for (size_t j = 0; j < document->family->series_count; j++) {
            lines.series = &document->family->series[j];
            append_series(&lines);
        }
    }
}

/* ---- the call -------------------------------------------------------------------------------- */

static bool is_prefix(const char *prefix)
{
    if (prefix == NULL) {
        return true;
    }
    char before = '.';
    for (; *prefix != '\0'; before = *prefix++) {
        bool is_dot_between = *prefix == '.' && before != '.';
        if (!is_kept_in_part((unsigned char)*prefix) && !is_dot_between) {
            return false;
        }
    }
    return before != '.';
}

static promlet_status read_encoding(const promlet_graphite_encoding *given,
                                    promlet_graphite_encoding *known, size_t encoding_size)
{
    pml_options_size size = {encoding_size, sizeof *known};
    promlet_status status = pml_options_read(given, known, size, "an encoding's fields");
    if (status != PROMLET_OK) {
        return status;
    }
    if (known->prefix != NULL && known->prefix[0] == '\0') {
        known->prefix = NULL;
    }
    if (!is_prefix(known->prefix)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "prefix: has more than letters, digits, '_', '-', ':', and single dots "
                        "between them");
    }
    if (known->timestamp_seconds < 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "timestamp_seconds: is before 1970");
    }
    if (known->timestamp_seconds == 0) {
        known->timestamp_seconds = (int64_t)(pml_clock_unix_ns() / PML_NS_PER_SECOND);
    }
    return PROMLET_OK;
}

promlet_status promlet_graphite_write_sized(const promlet_snapshot *snapshot,
                                            const promlet_graphite_encoding *encoding,
                                            promlet_write_fn write, void *ctx, uint64_t *left_out,
                                            size_t encoding_size)
{
    promlet_graphite_encoding known;
    if (snapshot == NULL || write == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%s is NULL",
                        snapshot == NULL ? "the snapshot" : "the writer");
    }
    promlet_status status = read_encoding(encoding, &known, encoding_size);
    if (status != PROMLET_OK) {
        return status;
    }
    char piece[PROMLET_PIECE_SIZE];
    pml_output output;
    pml_output_start_writer(&output, piece, sizeof piece, write, ctx);
    struct graphite document = {.output = &output, .encoding = &known};
    append_families(&document, snapshot);
    if (left_out != NULL) {
        *left_out = document.left_out;
    }
    status = pml_output_finish_writer(&output);
    return status == PROMLET_OK ? status : pml_fail(status, "the writer asked to stop");
}
