/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that begin with #. */
#include "parse/comment.h"

#include <string.h>

static bool is(const promlet_parsed_text *text, const char *word)
{
    return strlen(word) == text->size && memcmp(text->bytes, word, text->size) == 0;
}

/* What the formats call the types. */
static const struct {
    const char *word;
    promlet_parsed_type type;
    bool is_in_text;
    bool is_in_openmetrics;
} types[] = {
    {"counter", PROMLET_PARSED_COUNTER, true, true},
    {"gauge", PROMLET_PARSED_GAUGE, true, true},
    {"histogram", PROMLET_PARSED_HISTOGRAM, true, true},
    {"summary", PROMLET_PARSED_SUMMARY, true, true},
    {"gaugehistogram", PROMLET_PARSED_GAUGE_HISTOGRAM, false, true},
    {"info", PROMLET_PARSED_INFO, false, true},
    {"stateset", PROMLET_PARSED_STATE_SET, false, true},
    {"unknown", PROMLET_PARSED_UNKNOWN, false, true},
    {"untyped", PROMLET_PARSED_UNKNOWN, true, false},
};

const char *promlet_parsed_type_text(promlet_parsed_type type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].type == type) {
            return types[i].word;
        }
    }
    return "unknown";
}

static bool find_type(pml_reader *reader, const char *where, pml_metadata *metadata)
{
    bool is_text = reader->format == PROMLET_PARSE_TEXT;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        bool is_known = is_text ? types[i].is_in_text : types[i].is_in_openmetrics;
        if (is_known && is(&metadata->text, types[i].word)) {
            metadata->type = types[i].type;
            return true;
        }
    }
    return pml_reader_fail(reader, where, "the type \"%s\" is none that the format has",
                           pml_show(metadata->text.bytes, metadata->text.size).text);
}

/* What is left behind one space, so that a help text that begins with spaces is read as written; in
   the text format it may not be there. */
static bool take_help(pml_reader *reader, pml_metadata *metadata)
{
    bool is_missing = reader->at == reader->end && pml_reader_has_free_spaces(reader);
    if (!is_missing && !pml_reader_take(reader, ' ') &&
        !(pml_reader_has_free_spaces(reader) && pml_reader_take(reader, '\t'))) {
        return pml_reader_fail(reader, reader->at, "there is no space before the text");
    }
    return pml_reader_take_help(reader, &metadata->text);
}

static bool take_text(pml_reader *reader, pml_metadata *metadata)
{
    if (metadata->kind == PML_METADATA_HELP) {
        return take_help(reader, metadata);
    }
    if (!pml_reader_take_space(reader, "the text")) {
        return false;
    }
    const char *where = reader->at;
    pml_reader_take_word(reader, &metadata->text);
    if (!pml_reader_is_at_end(reader)) {
        return pml_reader_fail(reader, reader->at, "nothing may stand here");
    }
    return metadata->kind != PML_METADATA_TYPE || find_type(reader, where, metadata);
}

/* The word behind # and its kind; false if it is none of these. */
static bool find_kind(const pml_reader *reader, const char *end, pml_metadata *metadata)
{
    static const char *const words[] = {
        [PML_METADATA_TYPE] = "TYPE", [PML_METADATA_HELP] = "HELP", [PML_METADATA_UNIT] = "UNIT"};
    size_t count = reader->format == PROMLET_PARSE_TEXT ? PML_METADATA_UNIT : PML_METADATA_UNIT + 1;
    promlet_parsed_text word = {reader->at, (size_t)(end - reader->at)};
    for (size_t i = 0; i < count; i++) {
        if (is(&word, words[i])) {
            metadata->kind = (pml_metadata_kind)i;
            return true;
        }
    }
    return false;
}

static bool is_eof(const pml_reader *reader)
{
    promlet_parsed_text rest = {reader->start, (size_t)(reader->end - reader->start)};
    return reader->format != PROMLET_PARSE_TEXT && is(&rest, "# EOF");
}

bool pml_comment_read(pml_reader *reader, pml_comment *comment, pml_metadata *metadata)
{
    *metadata = (pml_metadata){.type = PROMLET_PARSED_UNKNOWN};
    *comment = is_eof(reader) ? PML_COMMENT_EOF : PML_COMMENT_NONE;
    if (*comment == PML_COMMENT_EOF) {
        return true;
    }
    bool is_free = pml_reader_has_free_spaces(reader);
    const char *where = reader->at;
    (void)pml_reader_take(reader, '#');
    if (is_free) {
        pml_reader_skip_blanks(reader);
    } else if (!pml_reader_take(reader, ' ')) {
        return pml_reader_fail(reader, where, "OpenMetrics has no comments");
    }
    const char *end = pml_reader_word_end(reader, "");
    if (!find_kind(reader, end, metadata)) {
        return is_free || pml_reader_fail(reader, where, "OpenMetrics has no comments");
    }
    *comment = PML_COMMENT_METADATA;
    reader->at = end;
    return pml_reader_take_space(reader, "the metric's name") &&
           pml_reader_take_name(reader, true, "a metric's name", &metadata->name) &&
           take_text(reader, metadata);
}
