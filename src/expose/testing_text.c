/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the text format 0.0.4 (prometheus.io, "Exposition formats"). Escaped text is never
 * unescaped: the format has one escape for each character that needs one, so equal values are equal
 * as they are written.
 */
#include "expose/testing_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line on its way from the document. */
typedef struct reader {
    const char *at;
    const char *end;
    pml_testing_line *line;
    pml_testing_label labels[PML_TESTING_LABELS];
    size_t label_count;
    const char *fault;
} reader;

static pml_testing_part part_between(const char *start, const char *end)
{
    return (pml_testing_part){start, (size_t)(end - start)};
}

/* ---- one line -------------------------------------------------------------------------------- */

static bool fail(reader *self, const char *fault)
{
    self->fault = fault;
    return false;
}

static void skip_blanks(reader *self)
{
    while (self->at < self->end && (*self->at == ' ' || *self->at == '\t')) {
        self->at++;
    }
}

static bool take(reader *self, char c)
{
    bool is_there = self->at < self->end && *self->at == c;
    self->at += is_there;
    return is_there;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || is_digit(c);
}

static bool take_name(reader *self, pml_testing_part *name)
{
    const char *start = self->at;
    while (self->at < self->end && is_name_char(*self->at)) {
        self->at++;
    }
    *name = part_between(start, self->at);
    return name->size > 0 && !is_digit(*start);
}

/* What stands up to the next blank. */
static pml_testing_part take_word(reader *self)
{
    const char *start = self->at;
    while (self->at < self->end && *self->at != ' ' && *self->at != '\t') {
        self->at++;
    }
    return part_between(start, self->at);
}

static bool take_quoted(reader *self, pml_testing_part *value)
{
    const char *start = self->at;
    for (; self->at < self->end && *self->at != '"'; self->at++) {
        if (*self->at == '\\') {
            self->at++;
            if (self->at == self->end || strchr("\\\"n", *self->at) == NULL) {
                return false;
            }
        }
    }
    *value = part_between(start, self->at);
    return take(self, '"');
}

static bool read_label(reader *self)
{
    if (self->label_count == PML_TESTING_LABELS) {
        return fail(self, "it has too many labels");
    }
    pml_testing_label *label = &self->labels[self->label_count++];
    if (!take_name(self, &label->name) || !take(self, '=') || !take(self, '"') ||
        !take_quoted(self, &label->value)) {
        return fail(self, "a label is not name=\"value\"");
    }
    for (size_t i = 0; i + 1 < self->label_count; i++) {
        if (pml_testing_compare_parts(self->labels[i].name, label->name) == 0) {
            return fail(self, "a label stands twice");
        }
    }
    return true;
}

/* Behind the opening brace. */
static bool read_labels(reader *self)
{
    while (!take(self, '}')) {
        if (!read_label(self)) {
            return false;
        }
        if (!take(self, ',') && (self->at == self->end || *self->at != '}')) {
            return fail(self, "the labels are not closed by }");
        }
    }
    return true;
}

static bool read_value(reader *self)
{
    double number;
    skip_blanks(self);
    self->line->value = take_word(self);
    if (!pml_testing_number(self->line->value, &number)) {
        return fail(self, "the value is no number");
    }
    skip_blanks(self);
    self->line->timestamp = take_word(self);
    if (self->line->timestamp.size > 0 && !pml_testing_number(self->line->timestamp, &number)) {
        return fail(self, "the timestamp is no number");
    }
    skip_blanks(self);
    return self->at == self->end || fail(self, "something stands behind the value");
}

static bool read_sample(reader *self)
{
    const char *start = self->at;
    if (!take_name(self, &self->line->name)) {
        return fail(self, "it does not begin with a metric's name");
    }
    if (take(self, '{') && !read_labels(self)) {
        return false;
    }
    self->line->shown = part_between(start, self->at);
    if (!read_value(self)) {
        return false;
    }
    self->line->key = pml_testing_make_key(self->line->name, self->labels, self->label_count);
    return self->line->key != NULL;
}

/* # HELP or # TYPE: the key is all but the text. False, without a fault, for another comment. */
static bool read_comment(reader *self, bool *is_skipped)
{
    const char *start = self->at;
    (void)take(self, '#');
    skip_blanks(self);
    pml_testing_part word = take_word(self);
    *is_skipped = !pml_testing_is(word, "HELP") && !pml_testing_is(word, "TYPE");
    if (*is_skipped) {
        return true;
    }
    skip_blanks(self);
    self->line->is_comment = true;
    if (!take_name(self, &self->line->name)) {
        return fail(self, "it does not say of which metric");
    }
    self->line->shown = part_between(start, self->at);
    skip_blanks(self);
    self->line->value = part_between(self->at, self->end);
    size_t size = self->line->name.size + sizeof "# TYPE ";
    self->line->key = malloc(size);
    if (self->line->key != NULL) {
        (void)snprintf(self->line->key, size, "# %.4s %.*s", word.bytes, (int)self->line->name.size,
                       self->line->name.bytes);
    }
    return self->line->key != NULL;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool add_line(pml_testing_text *text, const pml_testing_line *line)
{
    if (text->count == text->capacity) {
        size_t capacity = text->capacity == 0 ? 64 : text->capacity * 2;
        pml_testing_line *lines = capacity > SIZE_MAX / sizeof *lines
                                      ? NULL
                                      : realloc(text->lines, capacity * sizeof *lines);
        if (lines == NULL) {
            return false;
        }
        text->lines = lines;
        text->capacity = capacity;
    }
    text->lines[text->count++] = *line;
    return true;
}

/* Reads what stands between two places as a line; *family is that of the lines before. */
static bool read_line(pml_testing_text *text, const char *start, const char *end,
                      pml_testing_part *family)
{
    pml_testing_line line = {.key = NULL};
    reader self = {.at = start, .end = end, .line = &line};
    bool is_skipped = false;
    skip_blanks(&self);
    bool is_read = true;
    if (self.at == self.end) {
        is_skipped = true;
    } else if (*self.at == '#') {
        is_read = read_comment(&self, &is_skipped);
    } else {
        is_read = read_sample(&self);
    }
    *family = line.is_comment ? line.name : *family;
    line.family = *family;
    if (is_read && !is_skipped && !add_line(text, &line)) {
        free(line.key);
        return false;
    }
    text->fault = self.fault;
    return is_read;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(((const pml_testing_line *)a)->key, ((const pml_testing_line *)b)->key);
}

/* The number of the line that a place is in. */
static size_t line_number(const char *document, const char *place)
{
    size_t number = 1;
    for (; document < place; document++) {
        number += *document == '\n';
    }
    return number;
}

static bool find_twice(pml_testing_text *text, const char *document)
{
    for (size_t i = 1; i < text->count; i++) {
        const char *one = text->lines[i - 1].shown.bytes;
        const char *other = text->lines[i].shown.bytes;
        if (compare_lines(&text->lines[i - 1], &text->lines[i]) == 0) {
            text->fault = "it stands there twice";
            text->fault_line = line_number(document, one > other ? one : other);
            return false;
        }
    }
    return true;
}

bool pml_testing_read(pml_testing_text *text, const char *document)
{
    *text = (pml_testing_text){.lines = NULL};
    pml_testing_part family = {"", 0};
    for (const char *at = document; *at != '\0';) {
        const char *end = at + strcspn(at, "\n");
        if (!read_line(text, at, end, &family)) {
            text->fault_line = line_number(document, at);
            return false;
        }
        at = *end == '\n' ? end + 1 : end;
    }
    if (text->count > 0) {
        qsort(text->lines, text->count, sizeof *text->lines, compare_lines);
    }
    return find_twice(text, document);
}

void pml_testing_free(pml_testing_text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        free(text->lines[i].key);
    }
    free(text->lines);
}

const pml_testing_line *pml_testing_look_up(const pml_testing_text *text, const char *key)
{
    const pml_testing_line wanted = {.key = (char *)key};
    return text->count == 0
               ? NULL
               : bsearch(&wanted, text->lines, text->count, sizeof wanted, compare_lines);
}
