/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of whole documents in the text format 0.0.4, which shares nothing with the
 * encoder. It takes the document apart, undoes the escaping, and refuses all that the format
 * forbids, and what the format only tolerates and promlet never writes: comments, empty lines,
 * spaces that are not needed. What strict_text.h checks on the fly with fixed buffers, this one
 * keeps, for any label values, so that a document can be compared with a model.
 *
 *     strict_document document;
 *     if (!strict_document_read(&document, text, STRICT_WITH_EOF)) { ... document.why ... }
 *     strict_document_free(&document);
 */
#ifndef TESTS_SUPPORT_STRICT_DOCUMENT_H
#define TESTS_SUPPORT_STRICT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRICT_MOST_LABELS 64

enum strict_end { STRICT_WITHOUT_EOF, STRICT_WITH_EOF };

typedef struct strict_label {
    char *name;
    char *value; /* unescaped */
} strict_label;

typedef struct strict_point {
    char *name;
    strict_label labels[STRICT_MOST_LABELS];
    size_t label_count;
    char *value_text;
    long double value; /* exact for whole numbers below 2^64 */
    char *timestamp;   /* NULL: none */
} strict_point;

typedef struct strict_family {
    char *name;
    char *help; /* unescaped; NULL: none */
    char *type;
    size_t first; /* of its points */
    size_t count;
} strict_family;

typedef struct strict_document {
    char *text; /* a copy, in which everything above lies */
    strict_family *families;
    size_t family_count;
    strict_point *points;
    size_t point_count;
    bool has_ended; /* # EOF was read */
    char why[400];
} strict_document;

static inline bool strict_refuse(strict_document *document, const char *rule, const char *where)
{
    (void)snprintf(document->why, sizeof document->why, "%s: %.300s", rule, where);
    return false;
}

/* ---- words ----------------------------------------------------------------------------------- */

static inline bool strict_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool strict_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the name at the start of a text ends; the text itself when there is none. */
static inline char *strict_end_of_name(char *text, bool colon_allowed)
{
    char *at = text;
    while (strict_is_letter(*at) || (colon_allowed && *at == ':') ||
           (at > text && strict_is_digit(*at))) {
        at++;
    }
    return at;
}

static inline const char *strict_skip_digits(const char *at)
{
    while (strict_is_digit(*at)) {
        at++;
    }
    return at;
}

/* A number as promlet writes it: what Go's ParseFloat reads, without its hexadecimal forms,
   underscores and other spellings of the infinities. */
static inline bool strict_is_number(const char *text)
{
    if (strcmp(text, "NaN") == 0 || strcmp(text, "+Inf") == 0 || strcmp(text, "-Inf") == 0) {
        return true;
    }
    const char *at = text + (*text == '-');
    const char *digits = at;
    at = strict_skip_digits(at);
    bool has_digits = at > digits;
    if (*at == '.') {
        digits = at + 1;
        at = strict_skip_digits(digits);
        has_digits = has_digits && at > digits;
    }
    if (has_digits && *at == 'e') {
        digits = at + 1 + (at[1] == '+' || at[1] == '-');
        at = strict_skip_digits(digits);
        has_digits = at > digits;
    }
    return has_digits && *at == '\0';
}

static inline bool strict_is_integer(const char *text)
{
    const char *digits = text + (*text == '-');
    const char *end = strict_skip_digits(digits);
    return end > digits && *end == '\0';
}

/* The code point that well-formed UTF-8 has at the start of a text, and its size; 0 if it is not
   well-formed. Computed from the bits, unlike the library's table. */
static inline size_t strict_utf8_size(const unsigned char *text)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80             ? 1
                  : (text[0] & 0xe0) == 0xc0 ? 2
                  : (text[0] & 0xf0) == 0xe0 ? 3
                  : (text[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    unsigned long code = size == 1 ? text[0] : size == 0 ? 0 : text[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3f);
    }
    bool is_allowed =
        size > 0 && code >= least[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return is_allowed ? size : 0;
}

static inline bool strict_is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t size = strict_utf8_size(at);
        if (size == 0) {
            return false;
        }
        at += size;
    }
    return true;
}

/* Undoes the escaping in place, up to the closing quote, or to the end when there is none to be.
   Returns where the text went on; NULL for an escape that the format does not know. */
static inline char *strict_unescape(char *text, bool is_quoted)
{
    char *out = text;
    char *at = text;
    for (; *at != '\0' && !(is_quoted && *at == '"'); at++) {
        if (*at != '\\') {
            *out++ = *at;
            continue;
        }
        at++;
        if (*at != '\\' && *at != 'n' && !(is_quoted && *at == '"')) {
            return NULL;
        }
        *out++ = *at == 'n' ? '\n' : *at;
    }
    bool is_closed = !is_quoted || *at == '"';
    char *rest = is_closed ? at + is_quoted : NULL;
    *out = '\0';
    return rest;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static inline void *strict_grow(void *array, size_t count, size_t size)
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

static inline strict_family *strict_last_family(const strict_document *document)
{
    return document->family_count == 0 ? NULL : &document->families[document->family_count - 1];
}

static inline bool strict_add_family(strict_document *document, char *name)
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

static inline bool strict_read_help(strict_document *document, char *name)
{
    strict_family *last = strict_last_family(document);
    char *end = strict_end_of_name(name, true);
    if (last != NULL && last->type == NULL) {
        return strict_refuse(document, "HELP without TYPE", last->name);
    }
    if (end == name || *end != ' ') {
        return strict_refuse(document, "not a HELP line", name);
    }
    *end = '\0';
    if (strict_unescape(end + 1, false) == NULL) {
        return strict_refuse(document, "an unknown escape in HELP", end + 1);
    }
    if (!strict_add_family(document, name)) {
        return false;
    }
    strict_last_family(document)->help = end + 1;
    return true;
}

static inline bool strict_read_type(strict_document *document, char *name)
{
    static const char *const types[] = {"counter", "gauge", "histogram", "summary", "untyped"};
    char *end = strict_end_of_name(name, true);
    if (end == name || *end != ' ') {
        return strict_refuse(document, "not a TYPE line", name);
    }
    *end = '\0';
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
        if (strcmp(types[i], end + 1) == 0) {
            last->type = end + 1;
            return true;
        }
    }
    return strict_refuse(document, "an unknown type", end + 1);
}

/* `name="value"` and what follows it; returns where the list goes on, NULL if it is wrong. */
static inline char *strict_read_label(strict_document *document, strict_point *point, char *at)
{
    char *end = strict_end_of_name(at, false);
    if (end == at || end[0] != '=' || end[1] != '"' || point->label_count == STRICT_MOST_LABELS) {
        (void)strict_refuse(document, "not a label", at);
        return NULL;
    }
    *end = '\0';
    strict_label label = {at, end + 2};
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

/* Returns what stands behind the closing brace, NULL if the list is wrong. An empty list may not
   be. */
static inline char *strict_read_labels(strict_document *document, strict_point *point, char *at)
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

static inline bool strict_read_point(strict_document *document, char *line)
{
    strict_family *family = strict_last_family(document);
    if (family == NULL || family->type == NULL) {
        return strict_refuse(document, "a sample without TYPE", line);
    }
    strict_point point = {.name = line};
    char *at = strict_end_of_name(line, true);
    char separator = *at;
    if (at == line || (separator != ' ' && separator != '{')) {
        return strict_refuse(document, "not a sample", line);
    }
    *at++ = '\0';
    if (separator == '{') {
        at = strict_read_labels(document, &point, at);
        if (at == NULL) {
            return false;
        }
        if (*at++ != ' ') {
            return strict_refuse(document, "no space before the value", point.name);
        }
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
    document->points =
        strict_grow(document->points, document->point_count, sizeof *document->points);
    document->points[document->point_count++] = point;
    family->count++;
    return true;
}

static inline bool strict_read_line(strict_document *document, char *line)
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

/* ---- what belongs together ------------------------------------------------------------------- */

static inline const char *strict_label_value(const strict_point *point, const char *name)
{
    for (size_t i = 0; i < point->label_count; i++) {
        if (strcmp(point->labels[i].name, name) == 0) {
            return point->labels[i].value;
        }
    }
    return NULL;
}

/* The same labels with the same values, whatever their order; one label may be left out. An empty
   value is the same as no label. */
static inline bool strict_has_labels_of(const strict_point *a, const strict_point *b,
                                        const char *but)
{
    for (size_t i = 0; i < a->label_count; i++) {
        const strict_label *label = &a->labels[i];
        const char *other = strict_label_value(b, label->name);
        if ((but == NULL || strcmp(label->name, but) != 0) &&
            strcmp(label->value, other != NULL ? other : "") != 0) {
            return false;
        }
    }
    return true;
}

static inline bool strict_same_labels(const strict_point *a, const strict_point *b, const char *but)
{
    return strict_has_labels_of(a, b, but) && strict_has_labels_of(b, a, but);
}

static inline bool strict_has_suffix(const strict_family *family, const strict_point *point,
                                     const char *suffix)
{
    size_t size = strlen(family->name);
    return strncmp(point->name, family->name, size) == 0 && strcmp(point->name + size, suffix) == 0;
}

/* One histogram or summary from `first` on: parts with a label `le` or `quantile`, then _sum and
   _count. Returns the point behind it, NULL if something is wrong. */
static inline const strict_point *strict_check_compound(strict_document *document,
                                                        const strict_family *family,
                                                        const strict_point *first,
                                                        const strict_point *end)
{
    bool is_histogram = strcmp(family->type, "histogram") == 0;
    const char *label = is_histogram ? "le" : "quantile";
    const strict_point *at = first;
    for (; at < end && strict_has_suffix(family, at, is_histogram ? "_bucket" : ""); at++) {
        const char *text = strict_label_value(at, label);
        const char *before = at == first ? NULL : strict_label_value(at - 1, label);
        if (text == NULL || !strict_is_number(text) || !strict_same_labels(first, at, label)) {
            (void)strict_refuse(document, "not a part of what it stands in", at->name);
            return NULL;
        }
        if (before != NULL && !(strtold(text, NULL) > strtold(before, NULL))) {
            (void)strict_refuse(document, "bounds or quantiles do not rise", at->name);
            return NULL;
        }
        if (before != NULL && is_histogram && !(at->value >= (at - 1)->value)) {
            (void)strict_refuse(document, "buckets fall", at->name);
            return NULL;
        }
    }
    if (is_histogram && (at == first || strcmp(strict_label_value(at - 1, "le"), "+Inf") != 0)) {
        (void)strict_refuse(document, "no bucket +Inf", first->name);
        return NULL;
    }
    if (end - at < 2 || !strict_has_suffix(family, at, "_sum") ||
        !strict_has_suffix(family, at + 1, "_count") || !strict_same_labels(first, at, label) ||
        !strict_same_labels(first, at + 1, label) || strict_label_value(at, label) != NULL ||
        strict_label_value(at + 1, label) != NULL) {
        (void)strict_refuse(document, "no _sum and _count of the same labels", first->name);
        return NULL;
    }
    if (is_histogram && ((at + 1)->value < (at - 1)->value || (at + 1)->value > (at - 1)->value)) {
        (void)strict_refuse(document, "_count differs from +Inf", first->name);
        return NULL;
    }
    return at + 2;
}

static inline bool strict_check_family(strict_document *document, const strict_family *family)
{
    const strict_point *at = document->points + family->first;
    const strict_point *end = at + family->count;
    bool is_compound =
        strcmp(family->type, "histogram") == 0 || strcmp(family->type, "summary") == 0;
    bool is_counter = strcmp(family->type, "counter") == 0;
    while (at < end) {
        if (is_compound) {
            at = strict_check_compound(document, family, at, end);
            if (at == NULL) {
                return false;
            }
            continue;
        }
        if (strcmp(at->name, family->name) != 0) {
            return strict_refuse(document, "a sample of another family", at->name);
        }
        if (is_counter && !(at->value >= 0)) {
            return strict_refuse(document, "a counter that is not 0 or more", at->name);
        }
        at++;
    }
    return true;
}

/* No two points are the same series, in whichever family they stand. */
static inline bool strict_check_unique(strict_document *document)
{
    for (size_t i = 0; i < document->point_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const strict_point *a = &document->points[i];
            const strict_point *b = &document->points[j];
            if (strcmp(a->name, b->name) == 0 && strict_same_labels(a, b, NULL)) {
                return strict_refuse(document, "a series stands twice", a->name);
            }
        }
    }
    return true;
}

static inline bool strict_read_lines(strict_document *document)
{
    for (char *line = document->text; *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end == NULL) {
            return strict_refuse(document, "the last line is cut short", line);
        }
        *end = '\0';
        if (!strict_read_line(document, line)) {
            return false;
        }
        line = end + 1;
    }
    return true;
}

/* True for a document that keeps all rules; else document->why says what is wrong. Free it in
   either case. */
static inline bool strict_document_read(strict_document *document, const char *text,
                                        enum strict_end end)
{
    /* Not strdup(), which would go round a test that counts what is allocated. */
    size_t size = strlen(text) + 1;
    *document = (strict_document){.text = malloc(size)};
    if (document->text == NULL) {
        abort();
    }
    memcpy(document->text, text, size);
    if (!strict_is_utf8(text)) {
        return strict_refuse(document, "not UTF-8", "the document");
    }
    if (!strict_read_lines(document)) {
        return false;
    }
    if (document->has_ended != (end == STRICT_WITH_EOF)) {
        return strict_refuse(document, "# EOF is missing or not wanted", "the document");
    }
    strict_family *last = strict_last_family(document);
    if (last != NULL && last->type == NULL) {
        return strict_refuse(document, "HELP without TYPE", last->name);
    }
    for (size_t i = 0; i < document->family_count; i++) {
        const strict_family *family = &document->families[i];
        if (family->count > 0 && !strict_check_family(document, family)) {
            return false;
        }
    }
    return strict_check_unique(document);
}

static inline void strict_document_free(strict_document *document)
{
    free(document->text);
    free(document->families);
    free(document->points);
}

#endif
