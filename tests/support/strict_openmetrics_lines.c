/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one line of OpenMetrics into a document. */
#include "support/strict_openmetrics_lines.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ----------------------------------------------------------------------------------- */

bool strict_is_seconds(const char *text)
{
    const char *digits = text + (*text == '-');
    const char *point = strict_skip_digits(digits);
    return point > digits && *point == '.' && strlen(point) == 4 &&
           *strict_skip_digits(point + 1) == '\0';
}

/* In OpenMetrics a help text escapes quotes as well. Undone in place; false for a wrong escape. */
static bool strict_unescape_help(char *text)
{
    char *out = text;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"') {
            return false;
        }
        if (*at == '\\') {
            at++;
            if (*at != '\\' && *at != 'n' && *at != '"') {
                return false;
            }
            *out++ = *at == 'n' ? '\n' : *at;
        } else {
            *out++ = *at;
        }
    }
    *out = '\0';
    return true;
}

static size_t strict_count_code_points(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

char *strict_end_word(char *text)
{
    char *space = strchr(text, ' ');
    if (space != NULL) {
        *space++ = '\0';
    }
    return space;
}

/* ---- the head of a family -------------------------------------------------------------------- */

static bool strict_read_openmetrics_type(strict_document *document, char *line)
{
    static const char *const types[] = {"counter", "gauge",   "histogram", "gaugehistogram",
                                        "info",    "summary", "stateset",  "unknown"};
    char *type = line;
    char separator;
    char *name = strict_take_name(document, &type, true, &separator);
    if (name == NULL || separator != ' ') {
        return strict_refuse(document, "not a TYPE line", line);
    }
    if (!strict_add_family(document, name)) {
        return false;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i], type) == 0) {
            strict_last_family(document)->type = type;
            return true;
        }
    }
    return strict_refuse(document, "an unknown type", type);
}

/* The text behind `name `, if that is the family whose head is being read; else NULL. */
static char *strict_read_meta(strict_document *document, char *line)
{
    strict_family *family = strict_last_family(document);
    char *rest = line;
    char separator = '\0';
    char *name = strict_take_name(document, &rest, true, &separator);
    if (family == NULL || family->count > 0 || family->help != NULL || name == NULL ||
        separator != ' ') {
        (void)strict_refuse(document, "not where this line may stand", line);
        return NULL;
    }
    if (strcmp(family->name, name) != 0) {
        (void)strict_refuse(document, "TYPE is of another family", name);
        return NULL;
    }
    return rest;
}

static bool strict_read_unit(strict_document *document, char *name)
{
    char *unit = strict_read_meta(document, name);
    strict_family *family = strict_last_family(document);
    if (unit == NULL) {
        return false;
    }
    if (family->unit != NULL || *unit == '\0' || strcmp(family->type, "info") == 0 ||
        strcmp(family->type, "stateset") == 0) {
        return strict_refuse(document, "a unit where none may be", name);
    }
    family->unit = unit;
    return true;
}

static bool strict_read_openmetrics_help(strict_document *document, char *name)
{
    char *help = strict_read_meta(document, name);
    if (help == NULL) {
        return false;
    }
    if (*help == '\0' || !strict_unescape_help(help)) {
        return strict_refuse(document, "an empty help text or a wrong escape", name);
    }
    strict_last_family(document)->help = help;
    return true;
}

/* ---- samples --------------------------------------------------------------------------------- */

char *strict_read_exemplar(strict_document *document, char *at, bool needs_time,
                           strict_point *exemplar, bool *is_read)
{
    *exemplar = (strict_point){.name = (char *)"an exemplar"};
    *is_read = false;
    if (*at++ != '{') {
        (void)strict_refuse(document, "not an exemplar", at);
        return NULL;
    }
    if (*at == '}') {
        at++;
    } else {
        at = strict_read_labels(document, exemplar, at);
    }
    if (at == NULL) {
        return NULL;
    }
    if (*at++ != ' ') {
        (void)strict_refuse(document, "no space before the value", exemplar->name);
        return NULL;
    }
    exemplar->value_text = at;
    at = strict_end_word(at);
    exemplar->timestamp = at;
    at = at != NULL ? strict_end_word(at) : NULL;
    bool has_time = exemplar->timestamp != NULL;
    if (!strict_is_number(exemplar->value_text) || (needs_time && !has_time) ||
        (has_time && !strict_is_seconds(exemplar->timestamp))) {
        (void)strict_refuse(document, "an exemplar with a wrong value or time", exemplar->name);
        return NULL;
    }
    exemplar->value = strtold(exemplar->value_text, NULL);
    *is_read = true;
    return at;
}

size_t strict_exemplar_size(const strict_point *exemplar)
{
    size_t size = 0;
    for (size_t i = 0; i < exemplar->label_count; i++) {
        size += strict_count_code_points(exemplar->labels[i].name) +
                strict_count_code_points(exemplar->labels[i].value);
    }
    return size;
}

void strict_add_exemplar(strict_document *document, strict_point *point,
                         const strict_point *exemplar)
{
    document->exemplars =
        strict_grow(document->exemplars, document->exemplar_count, sizeof *document->exemplars);
    point->first_exemplar = document->exemplar_count - point->exemplar_count;
    point->exemplar_count++;
    document->exemplars[document->exemplar_count++] = *exemplar;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool strict_read_openmetrics_line(strict_document *document, char *line,
                                         strict_read_sample_fn read_sample)
{
    if (document->has_ended) {
        return strict_refuse(document, "a line behind # EOF", line);
    }
    if (line[0] != '#') {
        return strict_last_family(document) != NULL
                   ? read_sample(document, line)
                   : strict_refuse(document, "a sample without TYPE", line);
    }
    if (strncmp(line, "# TYPE ", 7) == 0) {
        return strict_read_openmetrics_type(document, line + 7);
    }
    if (strncmp(line, "# UNIT ", 7) == 0) {
        return strict_read_unit(document, line + 7);
    }
    if (strncmp(line, "# HELP ", 7) == 0) {
        return strict_read_openmetrics_help(document, line + 7);
    }
    document->has_ended = strcmp(line, "# EOF") == 0;
    return document->has_ended || strict_refuse(document, "a comment", line);
}

bool strict_read_openmetrics(strict_document *document, const char *text,
                             strict_read_sample_fn read_sample, bool has_quotes)
{
    size_t size = strlen(text) + 1;
    *document = (strict_document){.text = malloc(size), .has_quotes = has_quotes};
    if (document->text == NULL) {
        abort();
    }
    memcpy(document->text, text, size);
    if (!strict_is_utf8(text)) {
        return strict_refuse(document, "not UTF-8", "the document");
    }
    for (char *line = document->text; *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end == NULL) {
            return strict_refuse(document, "the last line is cut short", line);
        }
        *end = '\0';
        if (!strict_read_openmetrics_line(document, line, read_sample)) {
            return false;
        }
        line = end + 1;
    }
    return document->has_ended || strict_refuse(document, "no # EOF", "the document");
}
