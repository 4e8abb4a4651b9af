/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one line of the text format into a document. */
#include "support/strict_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool strict_refuse(strict_document *document, const char *rule, const char *where)
{
    (void)snprintf(document->why, sizeof document->why, "%s: %.300s", rule, where);
    return false;
}

void *strict_grow(void *array, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0) {
        return array;
    }
    void *grown = realloc(array, (count == 0 ? 1 : 2 * count) * size);
    if (grown == NULL) {
        abort();
    }
    return grown;
}

strict_family *strict_last_family(const strict_document *document)
{
    return document->family_count == 0 ? NULL : &document->families[document->family_count - 1];
}

bool strict_add_family(strict_document *document, char *name)
{
    for (size_t i = 0; i < document->family_count; i++) {
        if (strcmp(document->families[i].name, name) == 0) {
            return strict_refuse(document, "the family stands twice", name);
        }
    }
    document->families =
        strict_grow(document->families, document->family_count, sizeof *document->families);
    document->families[document->family_count++] =
        (strict_family){.name = name, .first = document->point_count};
    return true;
}

char *strict_take_name(const strict_document *document, char **at, bool colon_allowed,
                       char *separator)
{
    char *name = *at;
    char *end = strict_end_of_name(name, colon_allowed);
    if (document->has_quotes && *name == '"') {
        name++;
        end = strict_unescape(name, true);
        bool is_plain = *strict_end_of_name(name, colon_allowed) == '\0';
        if (end == NULL || is_plain) {
            return NULL;
        }
    } else if (end == name) {
        return NULL;
    }
    *separator = *end;
    *at = end + (*end != '\0');
    *end = '\0';
    return name;
}

static bool strict_read_help(strict_document *document, char *line)
{
    strict_family *last = strict_last_family(document);
    if (last != NULL && last->type == NULL) {
        return strict_refuse(document, "HELP without TYPE", last->name);
    }
    char *help = line;
    char separator;
    char *name = strict_take_name(document, &help, true, &separator);
    if (name == NULL || separator != ' ') {
        return strict_refuse(document, "not a HELP line", line);
    }
    if (strict_unescape(help, false) == NULL) {
        return strict_refuse(document, "an unknown escape in HELP", help);
    }
    if (!strict_add_family(document, name)) {
        return false;
    }
    strict_last_family(document)->help = help;
    return true;
}

static bool strict_read_type(strict_document *document, char *line)
{
    static const char *const types[] = {"counter", "gauge", "histogram", "summary", "untyped"};
    char *type = line;
    char separator;
    char *name = strict_take_name(document, &type, true, &separator);
    if (name == NULL || separator != ' ') {
        return strict_refuse(document, "not a TYPE line", line);
    }
    strict_family *last = strict_last_family(document);
    if (last == NULL || last->type != NULL) {
        if (!strict_add_family(document, name)) {
            return false;
        }
        last = strict_last_family(document);
    } else if (strcmp(last->name, name) != 0) {
        return strict_refuse(document, "HELP is of another family", name);
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i], type) == 0) {
            last->type = type;
            return true;
        }
    }
    return strict_refuse(document, "an unknown type", type);
}

/* `name="value"` and what follows it; returns where the list goes on, NULL if it is wrong. */
static char *strict_read_label(strict_document *document, strict_point *point, char *at)
{
    char *value = at;
    char separator;
    char *name = strict_take_name(document, &value, false, &separator);
    if (name == NULL || separator != '=' || *value != '"' ||
        point->label_count == STRICT_MOST_LABELS) {
        (void)strict_refuse(document, "not a label", at);
        return NULL;
    }
    strict_label label = {name, value + 1};
    char *rest = strict_unescape(label.value, true);
    if (rest == NULL) {
        (void)strict_refuse(document, "a label value with a wrong escape or no end", label.value);
        return NULL;
    }
    for (size_t i = 0; i < point->label_count; i++) {
        if (strcmp(point->labels[i].name, label.name) == 0) {
            (void)strict_refuse(document, "a label stands twice", label.name);
            return NULL;
        }
    }
    point->labels[point->label_count++] = label;
    return rest;
}

char *strict_read_labels(strict_document *document, strict_point *point, char *at)
{
    for (;;) {
        at = strict_read_label(document, point, at);
        if (at == NULL || *at == '}') {
            return at != NULL ? at + 1 : NULL;
        }
        if (*at != ',') {
            (void)strict_refuse(document, "no comma between labels", at);
            return NULL;
        }
        at++;
    }
}

char *strict_read_identity(strict_document *document, char *line, strict_point *point)
{
    bool is_inside = document->has_quotes && line[0] == '{' && line[1] == '"';
    char *at = line + is_inside;
    char separator;
    *point = (strict_point){.name = strict_take_name(document, &at, true, &separator)};
    if (point->name == NULL || line[0] == '"' || separator == '\0' ||
        strchr(is_inside ? ",}" : " {", separator) == NULL) {
        (void)strict_refuse(document, "not a sample", line);
        return NULL;
    }
    if (separator == '{' || separator == ',') {
        at = strict_read_labels(document, point, at);
    }
    if (at != NULL && separator != ' ' && *at++ != ' ') {
        (void)strict_refuse(document, "no space before the value", point->name);
        return NULL;
    }
    return at;
}

void strict_add_point(strict_document *document, const strict_point *point)
{
    document->points =
        strict_grow(document->points, document->point_count, sizeof *document->points);
    document->points[document->point_count++] = *point;
    strict_last_family(document)->count++;
}

static bool strict_read_point(strict_document *document, char *line)
{
    strict_family *family = strict_last_family(document);
    if (family == NULL || family->type == NULL) {
        return strict_refuse(document, "a sample without TYPE", line);
    }
    strict_point point;
    char *at = strict_read_identity(document, line, &point);
    if (at == NULL) {
        return false;
    }
    point.value_text = at;
    point.timestamp = strchr(at, ' ');
    if (point.timestamp != NULL) {
        *point.timestamp++ = '\0';
    }
    if (!strict_is_number(point.value_text) ||
        (point.timestamp != NULL && !strict_is_integer(point.timestamp))) {
        return strict_refuse(document, "the value or time is no number", at);
    }
    point.value = strtold(point.value_text, NULL);
    strict_add_point(document, &point);
    return true;
}

bool strict_read_line(strict_document *document, char *line)
{
    if (document->has_ended) {
        return strict_refuse(document, "a line behind # EOF", line);
    }
    if (line[0] != '#') {
        return strict_read_point(document, line);
    }
    if (strncmp(line, "# HELP ", 7) == 0) {
        return strict_read_help(document, line + 7);
    }
    if (strncmp(line, "# TYPE ", 7) == 0) {
        return strict_read_type(document, line + 7);
    }
    document->has_ended = strcmp(line, "# EOF") == 0;
    return document->has_ended || strict_refuse(document, "a comment", line);
}
