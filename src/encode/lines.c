/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that have one value, and those that describe a family. */
#include "encode/lines.h"

#include "encode/shown.h"

/* ---- numbers and times ----------------------------------------------------------------------- */

static bool looks_whole(const char *digits, size_t size)
{
    for (size_t i = *digits == '-'; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return false;
        }
    }
    return true;
}

size_t pml_format_openmetrics_double(double value, char *out)
{
    size_t size = pml_format_double(value, out);
    if (looks_whole(out, size)) {
        memcpy(out + size, ".0", 2);
        size += 2;
    }
    return size;
}

size_t pml_format_seconds(int64_t milliseconds, char *out)
{
    uint64_t magnitude = milliseconds < 0 ? 0 - (uint64_t)milliseconds : (uint64_t)milliseconds;
    size_t size = milliseconds < 0;
    out[0] = '-';
    size += pml_format_u64(magnitude / 1000, out + size);
    unsigned rest = (unsigned)(magnitude % 1000);
    out[size++] = '.';
    out[size++] = (char)('0' + rest / 100);
    out[size++] = (char)('0' + rest / 10 % 10);
    out[size++] = (char)('0' + rest % 10);
    return size;
}

/* The text format has whole milliseconds. */
static void put_milliseconds(pml_cursor *to, int64_t milliseconds)
{
    if (milliseconds < 0) {
        pml_put_literal(to, "-");
    }
    pml_put_u64(to, milliseconds < 0 ? 0 - (uint64_t)milliseconds : (uint64_t)milliseconds);
}

/* ---- names ----------------------------------------------------------------------------------- */

static pml_family_name name_of(const pml_lines *lines, pml_text suffix)
{
    const pml_text *name = lines->family->name;
    return (pml_family_name){name, name->size - lines->name.size, suffix};
}

static void append_name(const pml_lines *lines, pml_text suffix)
{
    if (lines->family->has_utf8_names) {
        pml_family_name name = name_of(lines, suffix);
        pml_append_family_name(lines->output, &lines->names, &name);
    } else {
        pml_output_append(lines->output, lines->name.bytes, lines->name.size);
        pml_output_append(lines->output, suffix.bytes, suffix.size);
    }
}

/* Behind the name, if that stands within the braces. */
static void append_labels(const pml_lines *lines, const pml_line *line, bool is_behind_name)
{
    pml_output *output = lines->output;
    const pml_snapshot_series *series = line->series;
    pml_output_append(output, ",", is_behind_name && series->labels_size > 0);
    pml_append_labels(output, &lines->names, series->labels, series->labels_size);
    if (line->label.size > 0) {
        pml_output_append(output, ",", is_behind_name || series->labels_size > 0);
        pml_append_label_name(output, &lines->names, &line->label);
        pml_output_append_text(output, "=\"");
        pml_output_append(output, line->label_value->bytes, line->label_value->size);
        pml_output_append_text(output, "\"");
    }
}

pml_cursor pml_put_utf8_identity(pml_cursor to, const pml_lines *lines, const pml_line *line)
{
    pml_output *output = lines->output;
    pml_cursor_close(&to);
    bool is_quoted = pml_family_name_is_quoted(&lines->names, lines->family->name);
    bool has_braces = is_quoted || line->label.size > 0 || line->series->labels_size > 0;
    pml_output_append(output, "{", is_quoted);
    append_name(lines, line->suffix);
    pml_output_append(output, "{", has_braces && !is_quoted);
    append_labels(lines, line, is_quoted);
    pml_output_append(output, "} ", has_braces ? 2 : 0);
    pml_output_append(output, " ", !has_braces);
    return pml_cursor_open(output);
}

/* ---- samples --------------------------------------------------------------------------------- */

pml_cursor pml_put_exemplar(pml_cursor to, const pml_exemplar *exemplar)
{
    pml_put_literal(&to, " # {");
    pml_put(&to, exemplar->labels, exemplar->labels_size);
    pml_put_literal(&to, "} ");
    pml_put_openmetrics_double(&to, exemplar->value);
    if (pml_time_is_known(exemplar->time_ns)) {
        pml_put_literal(&to, " ");
        pml_put_seconds(&to, exemplar->time_ns / 1000000);
    }
    return to;
}

static inline void put_number(pml_cursor *to, const pml_lines *lines, const pml_number *number)
{
    if (lines->is_openmetrics) {
        pml_put_openmetrics_number(to, number);
    } else if (number->is_whole) {
        pml_put_u64(to, number->as.whole);
    } else {
        pml_put_double(to, number->as.real);
    }
}

void pml_append_line(const pml_lines *lines, const pml_line *line)
{
    pml_cursor to = pml_cursor_open(lines->output);
    pml_put_identity(&to, lines, line);
    put_number(&to, lines, &line->value);
    int64_t timestamp = pml_timestamp_of(lines->family, line->series);
    if (timestamp != PML_NO_TIMESTAMP) {
        pml_put_literal(&to, " ");
        if (lines->is_openmetrics) {
            pml_put_seconds(&to, timestamp);
        } else {
            put_milliseconds(&to, timestamp);
        }
    }
    if (line->exemplar != NULL && line->exemplar->labels != NULL) {
        to = pml_put_exemplar(to, line->exemplar);
    }
    pml_put_literal(&to, "\n");
    pml_cursor_close(&to);
}

/* ---- the head of a family -------------------------------------------------------------------- */

/* In a help text the text format escapes the backslash and the line feed only; OpenMetrics quotes
   as well, as in a label value. */
static void append_escaped(pml_output *output, const pml_text *help, const char *escaped)
{
    const char *rest = help->bytes;
    for (;;) {
        size_t plain = strcspn(rest, escaped);
        pml_output_append(output, rest, plain);
        rest += plain;
        if (*rest == '\0') {
            return;
        }
        char escape[2] = {'\\', *rest == '\n' ? 'n' : *rest};
        pml_output_append(output, escape, sizeof escape);
        rest++;
    }
}

/* `# WORD name ` */
static void append_keyword(const pml_lines *lines, const char *keyword, pml_text suffix)
{
    pml_output_append_text(lines->output, keyword);
    append_name(lines, suffix);
    pml_output_append_text(lines->output, " ");
}

void pml_append_type(const pml_lines *lines, pml_text suffix, const char *type)
{
    append_keyword(lines, "# TYPE ", suffix);
    pml_output_append_text(lines->output, type);
    pml_output_append_text(lines->output, "\n");
}

void pml_append_help(const pml_lines *lines, pml_text suffix)
{
    const pml_text *help = lines->family->help;
    if (help->size > 0) {
        append_keyword(lines, "# HELP ", suffix);
        append_escaped(lines->output, help, lines->is_openmetrics ? "\\\n\"" : "\\\n");
        pml_output_append_text(lines->output, "\n");
    }
}

void pml_append_openmetrics_head(const pml_lines *lines)
{
    const pml_text *unit = lines->family->unit;
    pml_append_type(lines, PML_NO_SUFFIX, lines->family->type);
    if (unit->size > 0 && pml_names_keep_unit(&lines->names, lines->family->name, unit)) {
        append_keyword(lines, "# UNIT ", PML_NO_SUFFIX);
        pml_output_append(lines->output, unit->bytes, unit->size);
        pml_output_append_text(lines->output, "\n");
    }
    pml_append_help(lines, PML_NO_SUFFIX);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* What a program says of itself, so that a reader knows it before all else. */
static bool is_target(const pml_snapshot_family *family)
{
    return strcmp(family->name->bytes, "target_info") == 0 && pml_is_type(family, "info");
}

void pml_append_openmetrics_families(pml_lines *lines, const promlet_snapshot *snapshot,
                                     const promlet_encoding *encoding,
                                     void (*append)(pml_lines *lines))
{
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < snapshot->family_count; i++) {
            pml_snapshot_family rest;
            lines->family = pml_family_shown(&snapshot->families[i], encoding, &rest);
            lines->name = *lines->family->name;
            if (is_target(lines->family) == (pass == 0)) {
                append(lines);
            }
        }
    }
}
