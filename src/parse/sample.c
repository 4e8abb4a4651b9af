/* SPDX-License-Identifier: Apache-2.0 */
/* Name, labels, value, times and exemplars of a line, in this order. */
#include "parse/sample.h"

#include "base/alloc.h"
#include "parse/composite.h"
#include "parse/number.h"

#include <string.h>

/* ---- room ------------------------------------------------------------------------------------ */

/* array points to a pointer. */
bool pml_sample_grow(pml_reader *reader, void *array, size_t *room, size_t count, size_t part_size)
{
    if (count < *room) {
        return true;
    }
    void *old;
    memcpy(&old, array, sizeof old);
    size_t more = *room == 0 ? 16 : 2 * *room;
    void *grown = pml_resize_array(old, more, part_size);
    if (grown == NULL) {
        return pml_reader_fail_memory(reader);
    }
    memcpy(array, &grown, sizeof grown);
    *room = more;
    return true;
}

void pml_sample_parts_free(pml_sample_parts *parts)
{
    pml_free(parts->labels);
    pml_free(parts->exemplars);
    pml_free(parts->fields);
    pml_free(parts->spans);
    pml_free(parts->counts);
}

/* ---- labels ---------------------------------------------------------------------------------- */

static bool is_same(const promlet_parsed_text *a, const promlet_parsed_text *b)
{
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static bool is_name_of_name(const promlet_parsed_text *name)
{
    return name->size == strlen("__name__") && memcmp(name->bytes, "__name__", name->size) == 0;
}

/* The labels of the sample or exemplar from `first` on have another name than the last. */
static bool check_label_name(pml_reader *reader, const pml_sample_parts *parts, size_t first,
                             const char *where)
{
    const promlet_parsed_text *name = &parts->labels[parts->label_count - 1].name;
    for (size_t i = first; i + 1 < parts->label_count; i++) {
        if (is_same(&parts->labels[i].name, name)) {
            return pml_reader_fail(reader, where, "the label %s stands twice",
                                   pml_show(name->bytes, name->size).text);
        }
    }
    return !is_name_of_name(name) ||
           pml_reader_fail(reader, where, "__name__ is the metric's name and no label");
}

static bool take_label(pml_reader *reader, pml_sample_parts *parts, size_t first)
{
    const char *where = reader->at;
    if (parts->label_count - first >= parts->limits.labels) {
        return pml_reader_fail_limit(reader, where, "there are more than %zu labels",
                                     parts->limits.labels);
    }
    if (!pml_sample_grow(reader, &parts->labels, &parts->label_room, parts->label_count,
                         sizeof *parts->labels)) {
        return false;
    }
    promlet_parsed_label *label = &parts->labels[parts->label_count];
    if (!pml_reader_take_name(reader, false, "a label's name", &label->name)) {
        return false;
    }
    pml_reader_skip_blanks(reader);
    if (!pml_reader_take(reader, '=')) {
        return pml_reader_fail(reader, reader->at, "there is no = behind the label's name %s",
                               pml_show(label->name.bytes, label->name.size).text);
    }
    pml_reader_skip_blanks(reader);
    if (!pml_reader_take_quoted(reader, "a label's value", &label->value)) {
        return false;
    }
    parts->label_count++;
    return check_label_name(reader, parts, first, where);
}

/* From behind the opening brace, or behind a name in the braces, to behind the closing one. A comma
   before that is one too many in OpenMetrics. */
static bool take_labels(pml_reader *reader, pml_sample_parts *parts)
{
    size_t first = parts->label_count;
    for (;;) {
        pml_reader_skip_blanks(reader);
        bool may_end = parts->label_count == first || pml_reader_has_free_spaces(reader);
        if (may_end && pml_reader_take(reader, '}')) {
            return true;
        }
        if (!take_label(reader, parts, first)) {
            return false;
        }
        pml_reader_skip_blanks(reader);
        if (pml_reader_take(reader, '}')) {
            return true;
        }
        if (!pml_reader_take(reader, ',')) {
            return pml_reader_fail(reader, reader->at, "behind a label there is a comma or }");
        }
    }
}

/* ---- name ------------------------------------------------------------------------------------ */

/* A name in quotes is the first thing in the braces. */
static bool take_name_in_braces(pml_reader *reader, pml_sample_parts *parts,
                                promlet_parsed_sample *sample)
{
    const char *where = reader->at;
    pml_reader_skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != '"') {
        return pml_reader_fail(reader, where, "there is no metric's name");
    }
    if (!pml_reader_take_name(reader, true, "a metric's name", &sample->name)) {
        return false;
    }
    pml_reader_skip_blanks(reader);
    if (pml_reader_take(reader, '}')) {
        return true;
    }
    if (!pml_reader_take(reader, ',')) {
        return pml_reader_fail(reader, reader->at, "behind a name in quotes there is a comma or }");
    }
    return take_labels(reader, parts);
}

static bool take_identity(pml_reader *reader, pml_sample_parts *parts,
                          promlet_parsed_sample *sample)
{
    if (pml_reader_take(reader, '{')) {
        return take_name_in_braces(reader, parts, sample);
    }
    if (reader->at < reader->end && *reader->at == '"') {
        return pml_reader_fail(reader, reader->at,
                               "a metric's name in quotes stands within the braces");
    }
    if (!pml_reader_take_name(reader, true, "a metric's name", &sample->name)) {
        return false;
    }
    /* Behind a space, OpenMetrics 2.0 has a value of fields. */
    const char *behind = reader->at;
    if (reader->format != PROMLET_PARSE_OPENMETRICS2) {
        pml_reader_skip_blanks(reader);
    }
    if (pml_reader_take(reader, '{')) {
        return take_labels(reader, parts);
    }
    reader->at = behind;
    return true;
}

/* ---- numbers and times ----------------------------------------------------------------------- */

static bool check_spelling(pml_reader *reader, pml_spelling spelling, const char *end,
                           const char *whose)
{
    if (spelling == PML_SPELLING_RIGHT) {
        return true;
    }
    pml_shown shown = pml_show(reader->at, (size_t)(end - reader->at));
    if (end == reader->at) {
        return pml_reader_fail(reader, reader->at, "%s is missing", whose);
    }
    return spelling == PML_SPELLING_WRONG
               ? pml_reader_fail(reader, reader->at, "%s \"%s\" is no number", whose, shown.text)
               : pml_reader_fail(reader, reader->at, "%s \"%s\" is too large", whose, shown.text);
}

bool pml_sample_take_number(pml_reader *reader, const char *ends, const char *whose,
                            promlet_parsed_number *number)
{
    const char *end = pml_reader_word_end(reader, ends);
    if (!check_spelling(reader, pml_parse_number(reader->at, end, number), end, whose)) {
        return false;
    }
    reader->at = end;
    return true;
}

static bool take_time(pml_reader *reader, const char *whose, promlet_parsed_time *time)
{
    const char *end = pml_reader_word_end(reader, "");
    pml_spelling spelling = reader->format == PROMLET_PARSE_TEXT
                                ? pml_parse_milliseconds(reader->at, end, time)
                                : pml_parse_seconds(reader->at, end, time);
    if (!check_spelling(reader, spelling, end, whose)) {
        return false;
    }
    reader->at = end;
    return true;
}

/* ---- exemplars ------------------------------------------------------------------------------- */

/* Behind `#`. The labels are found by their count until all of them have their place. */
static bool take_exemplar(pml_reader *reader, pml_sample_parts *parts)
{
    const char *where = reader->at;
    if (parts->exemplar_count >= parts->limits.exemplars) {
        return pml_reader_fail_limit(reader, where, "there are more than %zu exemplars",
                                     parts->limits.exemplars);
    }
    if (!pml_sample_grow(reader, &parts->exemplars, &parts->exemplar_room, parts->exemplar_count,
                         sizeof *parts->exemplars) ||
        !pml_reader_take_space(reader, "an exemplar's labels")) {
        return false;
    }
    if (!pml_reader_take(reader, '{')) {
        return pml_reader_fail(reader, reader->at, "an exemplar begins with {");
    }
    size_t before = parts->label_count;
    promlet_parsed_exemplar *exemplar = &parts->exemplars[parts->exemplar_count];
    if (!take_labels(reader, parts) || !pml_reader_take_space(reader, "an exemplar's value") ||
        !pml_sample_take_number(reader, "", "an exemplar's value", &exemplar->value)) {
        return false;
    }
    exemplar->label_count = parts->label_count - before;
    exemplar->has_timestamp = false;
    exemplar->timestamp = (promlet_parsed_time){0, 0};
    parts->exemplar_count++;
    const char *behind = reader->at;
    if (reader->at == reader->end || pml_reader_is_at_end(reader)) {
        return true;
    }
    reader->at = behind;
    if (!pml_reader_take_space(reader, "an exemplar's time")) {
        return false;
    }
    if (reader->format == PROMLET_PARSE_OPENMETRICS2 && reader->at < reader->end &&
        *reader->at == '#') {
        reader->at = behind;
        return true;
    }
    exemplar->has_timestamp = true;
    return take_time(reader, "an exemplar's time", &exemplar->timestamp);
}

static void place_exemplars(pml_sample_parts *parts, promlet_parsed_sample *sample)
{
    size_t at = sample->label_count;
    for (size_t i = 0; i < parts->exemplar_count; i++) {
        parts->exemplars[i].labels = parts->labels != NULL ? parts->labels + at : NULL;
        at += parts->exemplars[i].label_count;
    }
    sample->labels = parts->labels;
    sample->exemplars = parts->exemplars;
    sample->exemplar_count = parts->exemplar_count;
}

/* ---- the line -------------------------------------------------------------------------------- */

/* `st@` and a time, behind a space; *is_there says whether there is one. */
static bool take_start(pml_reader *reader, const pml_sample_parts *parts,
                       promlet_parsed_sample *sample, bool *is_there)
{
    *is_there = reader->format == PROMLET_PARSE_OPENMETRICS2 && reader->end - reader->at >= 3 &&
                memcmp(reader->at, "st@", 3) == 0;
    if (!*is_there) {
        return true;
    }
    if (sample->has_start || parts->exemplar_count > 0) {
        return pml_reader_fail(reader, reader->at, "st@ stands once, and before exemplars");
    }
    reader->at += 3;
    sample->has_start = true;
    return take_time(reader, "the start time", &sample->start);
}

/* One of what may stand behind the value, in this order: its time, since when it counts, exemplars.
 */
static bool take_rest(pml_reader *reader, pml_sample_parts *parts, promlet_parsed_sample *sample)
{
    bool is_start;
    if (!take_start(reader, parts, sample, &is_start)) {
        return false;
    }
    if (is_start) {
        return true;
    }
    bool may_have_exemplars = reader->format != PROMLET_PARSE_TEXT;
    if (may_have_exemplars && pml_reader_take(reader, '#')) {
        if (parts->exemplar_count == 1 && reader->format == PROMLET_PARSE_OPENMETRICS) {
            return pml_reader_fail(reader, reader->at - 1,
                                   "a second exemplar needs OpenMetrics 2.0");
        }
        return take_exemplar(reader, parts);
    }
    if (sample->has_timestamp || sample->has_start || parts->exemplar_count > 0) {
        return pml_reader_fail(reader, reader->at, "nothing may stand here");
    }
    sample->has_timestamp = true;
    return take_time(reader, "the time", &sample->timestamp);
}

static bool take_value(pml_reader *reader, pml_sample_parts *parts, promlet_parsed_sample *sample)
{
    if (reader->format == PROMLET_PARSE_OPENMETRICS2 && reader->at < reader->end &&
        *reader->at == '{') {
        sample->composite = &parts->composite;
        return pml_composite_read(reader, parts);
    }
    return pml_sample_take_number(reader, "", "the value", &sample->value);
}

bool pml_sample_read(pml_reader *reader, pml_sample_parts *parts, promlet_parsed_sample *sample)
{
    *sample = (promlet_parsed_sample){.family = NULL};
    parts->label_count = 0;
    parts->exemplar_count = 0;
    if (!take_identity(reader, parts, sample)) {
        return false;
    }
    sample->label_count = parts->label_count;
    if (!pml_reader_take_space(reader, "the value") || !take_value(reader, parts, sample)) {
        return false;
    }
    while (reader->at < reader->end && !pml_reader_is_at_end(reader)) {
        if ((reader->at[-1] != ' ' && reader->at[-1] != '\t' &&
             !pml_reader_take_space(reader, "what follows")) ||
            !take_rest(reader, parts, sample)) {
            return false;
        }
    }
    place_exemplars(parts, sample);
    return true;
}
