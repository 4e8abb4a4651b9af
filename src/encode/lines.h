/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lines of the text format and of OpenMetrics are made of: names, labels, numbers, times,
 * exemplars, and the lines that describe a family. Labels and bounds come escaped; numbers, times
 * and help texts are not even text yet.
 */
#ifndef PML_ENCODE_LINES_H
#define PML_ENCODE_LINES_H

#include "encode/cursor.h"
#include "encode/utf8_names.h"
#include "snapshot/snapshot.h"

/* The lines of one family, in one format. */
typedef struct pml_lines {
    pml_output *output;
    const pml_snapshot_family *family;
    pml_text name;       /* under which the format knows it: its own, or the beginning of that */
    bool is_openmetrics; /* so are numbers, times and help texts written */
    bool with_created;   /* samples say since when a series counts */
    pml_names names;     /* how names are written that are not plain */
} pml_lines;

/* A pml_text of a literal. */
#define PML_TEXT(literal)                                                                          \
    (pml_text)                                                                                     \
    {                                                                                              \
        (char *)(literal), sizeof(literal) - 1                                                     \
    }

#define PML_NO_SUFFIX PML_TEXT("")

/* ---- whole lines ----------------------------------------------------------------------------- */

/* A sample that has one value. */
typedef struct pml_line {
    const pml_snapshot_series *series;
    pml_text suffix;             /* behind the name; no bytes: none */
    pml_text label;              /* one more than the series has; no bytes: none */
    const pml_text *label_value; /* of that one, escaped */
    pml_text head;               /* all in front of that, put together before; no bytes: not so */
    pml_number value;
    const pml_exemplar *exemplar; /* NULL: none */
} pml_line;

void pml_append_line(const pml_lines *lines, const pml_line *line);

/* `# TYPE name type`, and `# HELP name text` if there is a text; with what stands behind the name.
 */
void pml_append_type(const pml_lines *lines, pml_text suffix, const char *type);
void pml_append_help(const pml_lines *lines, pml_text suffix);

/* TYPE, UNIT and HELP as OpenMetrics has them. */
void pml_append_openmetrics_head(const pml_lines *lines);

/* Appends each family of a snapshot as *lines, in the order that OpenMetrics wants: the target
   first, if there is one. */
void pml_append_openmetrics_families(pml_lines *lines, const promlet_snapshot *snapshot,
                                     const promlet_encoding *encoding,
                                     void (*append)(pml_lines *lines));

/* ---- parts of lines -------------------------------------------------------------------------- */

static inline bool pml_is_type(const pml_snapshot_family *family, const char *type)
{
    return strcmp(family->type, type) == 0;
}

/* Of a histogram; the first bound is the lowest. */
static inline bool pml_has_negative_bounds(const pml_snapshot_family *family)
{
    return family->bound_count > 0 && family->bounds[0].bytes[0] == '-';
}

/* When the values of a series were true, in ms; PML_NO_TIMESTAMP if it does not say. */
static inline int64_t pml_timestamp_of(const pml_snapshot_family *family,
                                       const pml_snapshot_series *series)
{
    return family->timestamps != NULL ? family->timestamps[series - family->series]
                                      : PML_NO_TIMESTAMP;
}

/* Since when a series counts, in ns; 0 if it is not known. */
static inline int64_t pml_start_of(const pml_snapshot_family *family,
                                   const pml_snapshot_series *series)
{
    return family->starts != NULL ? family->starts[series - family->series] : 0;
}

/* The exemplars of a series; NULL if its family has none. */
static inline const pml_exemplar *pml_exemplars_of(const pml_snapshot_family *family,
                                                   const pml_snapshot_series *series)
{
    return family->exemplars != NULL
               ? family->exemplars + (size_t)(series - family->series) * family->exemplars_a_series
               : NULL;
}

static inline void pml_put_name(pml_cursor *to, const pml_lines *lines, const pml_line *line)
{
    pml_put_text(to, &lines->name);
    if (line->suffix.size > 0) {
        pml_put_text(to, &line->suffix);
    }
}

/* What stands before the value of the label that a line has besides those of the series. */
static inline void pml_put_head(pml_cursor *to, const pml_lines *lines, const pml_line *line)
{
    pml_put_name(to, lines, line);
    pml_put_literal(to, "{");
    pml_put(to, line->series->labels, line->series->labels_size);
    pml_put(to, ",", line->series->labels_size > 0);
    pml_put_text(to, &line->label);
    pml_put_literal(to, "=\"");
}

static inline void pml_put_identity_with_label(pml_cursor *to, const pml_lines *lines,
                                               const pml_line *line)
{
    if (line->head.size > 0) {
        pml_put_text(to, &line->head);
    } else {
        pml_put_head(to, lines, line);
    }
    pml_put_short_text(to, line->label_value);
    pml_put_literal(to, "\"} ");
}

/* For the function below: of a family that has names which are not plain. */
pml_cursor pml_put_utf8_identity(pml_cursor to, const pml_lines *lines, const pml_line *line);

/* What stands before the value: name, suffix, {labels} and a space. */
static inline void pml_put_identity(pml_cursor *to, const pml_lines *lines, const pml_line *line)
{
    const pml_snapshot_series *series = line->series;
    if (lines->family->has_utf8_names) {
        *to = pml_put_utf8_identity(*to, lines, line);
        return;
    }
    if (line->label.size > 0) {
        pml_put_identity_with_label(to, lines, line);
        return;
    }
    pml_put_name(to, lines, line);
    if (series->labels_size > 0) {
        pml_put_literal(to, "{");
        pml_put(to, series->labels, series->labels_size);
        pml_put_literal(to, "} ");
    } else {
        pml_put_literal(to, " ");
    }
}

/* As pml_format_double(), but never without point or exponent: what has neither is an integer in
   OpenMetrics, which a double is not. */
size_t pml_format_openmetrics_double(double value, char *out);

/* Milliseconds as seconds with three decimals. Needs as much room as a number. */
size_t pml_format_seconds(int64_t milliseconds, char *out);

static inline void pml_put_openmetrics_double(pml_cursor *to, double value)
{
    char apart[PML_NUMBER_SIZE];
    char *room = pml_number_room(to, apart);
    pml_put_formatted(to, room, pml_format_openmetrics_double(value, room));
}

static inline void pml_put_seconds(pml_cursor *to, int64_t milliseconds)
{
    char apart[PML_NUMBER_SIZE];
    char *room = pml_number_room(to, apart);
    pml_put_formatted(to, room, pml_format_seconds(milliseconds, room));
}

static inline void pml_put_openmetrics_number(pml_cursor *to, const pml_number *number)
{
    if (number->is_whole) {
        pml_put_u64(to, number->as.whole);
    } else {
        pml_put_openmetrics_double(to, number->as.real);
    }
}

/* ` # {labels} value time`, without the time if it is not known. */
pml_cursor pml_put_exemplar(pml_cursor to, const pml_exemplar *exemplar);

#endif
