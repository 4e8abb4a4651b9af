/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of a document to lines, lines to families and samples, which the caller's functions are
 * told. What a line says by itself is read elsewhere; here is what it means behind those before.
 */
#include "parse/parser.h"

#include "base/alloc.h"
#include "base/report.h"
#include "base/utf8.h"
#include "parse/sample_rules.h"

#include <string.h>

/* ---- errors ---------------------------------------------------------------------------------- */

/* Nothing more is read. */
static bool end_with(promlet_parser *parser, promlet_status status)
{
    parser->status = status;
    return false;
}

/* Tells of the error. False if it is the end. */
static bool report(promlet_parser *parser)
{
    promlet_parse_error *error = &parser->error;
    error->line = error->line != 0 ? error->line : parser->line_number;
    if (parser->options.on_error != NULL) {
        parser->options.on_error(parser->options.ctx, error);
    }
    bool goes_on = parser->options.goes_on || parser->options.is_lenient;
    return (goes_on && error->status != PROMLET_ERROR_MEMORY) || end_with(parser, error->status);
}

/* The same for a sample that was read. */
static bool report_readable(promlet_parser *parser)
{
    parser->error.is_readable = parser->error.status == PROMLET_ERROR_SYNTAX;
    return report(parser);
}

/* The same for what is missing or too much in the document as a whole. */
static bool report_rule(promlet_parser *parser, promlet_status status, const char *rule)
{
    parser->error = (promlet_parse_error){.status = status};
    memcpy(parser->error.rule, rule, strlen(rule) + 1);
    return report(parser);
}

/* ---- families -------------------------------------------------------------------------------- */

static bool tell_family(promlet_parser *parser, pml_reader *reader)
{
    pml_open_family *family = &parser->family;
    if (family->is_told) {
        return true;
    }
    family->is_told = true;
    pml_grouping_begin(&parser->grouping);
    if (!(pml_open_family_check(family, reader) || report(parser)) ||
        !(pml_open_family_claim(family, reader, parser->options.max_families) || report(parser))) {
        return false;
    }
    const promlet_parser_opts *options = &parser->options;
    return options->on_family == NULL || options->on_family(options->ctx, &family->shown) ||
           end_with(parser, PROMLET_ERROR_WRITER);
}

/* The family before is complete. */
static bool end_family(promlet_parser *parser, pml_reader *reader)
{
    pml_open_family *family = &parser->family;
    bool is_right = !family->is_open || tell_family(parser, reader);
    bool is_judged = !family->is_open || parser->options.is_lenient;
    while (is_right && !is_judged) {
        is_judged = pml_grouping_end(&parser->grouping, reader, &family->shown);
        is_right = is_judged || report_readable(parser);
    }
    family->is_open = false;
    return is_right;
}

static bool begin_family(promlet_parser *parser, pml_reader *reader,
                         const promlet_parsed_text *name)
{
    return end_family(parser, reader) &&
           (pml_open_family_begin(&parser->family, name, parser->line_number) ||
            (pml_reader_fail_memory(reader), report(parser)));
}

static bool is_of_family(const promlet_parser *parser, const promlet_parsed_text *name)
{
    const promlet_parsed_text *own = &parser->family.shown.name;
    return parser->family.is_open && own->size == name->size &&
           memcmp(own->bytes, name->bytes, name->size) == 0;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool read_comment(promlet_parser *parser, pml_reader *reader)
{
    pml_comment comment;
    pml_metadata metadata;
    if (!pml_comment_read(reader, &comment, &metadata)) {
        return report(parser);
    }
    parser->has_ended = parser->has_ended || comment == PML_COMMENT_EOF;
    if (comment != PML_COMMENT_METADATA) {
        return true;
    }
    if (!is_of_family(parser, &metadata.name) && !begin_family(parser, reader, &metadata.name)) {
        return false;
    }
    return pml_open_family_add(&parser->family, reader, &metadata) || report(parser);
}

/* What the sample says beside the others. *is_left_out says whether nobody is told of it. */
static bool judge_sample(promlet_parser *parser, pml_reader *reader, promlet_parsed_sample *sample,
                         bool *is_left_out)
{
    *is_left_out = true;
    if (!pml_sample_fit_role(reader, sample)) {
        return report_readable(parser);
    }
    *is_left_out = false;
    if (parser->options.is_lenient) {
        return true;
    }
    if (!pml_grouping_turn(&parser->grouping, reader, sample) && !report_readable(parser)) {
        return false;
    }
    *is_left_out =
        !pml_grouping_take(&parser->grouping, reader, sample, parser->options.max_family_series);
    return !*is_left_out || report_readable(parser);
}

static bool read_sample(promlet_parser *parser, pml_reader *reader)
{
    promlet_parsed_sample sample;
    if (!pml_sample_read(reader, &parser->parts, &sample)) {
        return report(parser);
    }
    pml_open_family *family = &parser->family;
    if (!family->is_open ||
        !pml_open_family_role(&family->shown, &sample.name, reader, &sample.role)) {
        if (!begin_family(parser, reader, &sample.name)) {
            return false;
        }
        sample.role = PROMLET_PARSED_VALUE;
    }
    sample.family = &family->shown;
    sample.line = parser->line_number;
    bool is_left_out;
    if (!tell_family(parser, reader) || !judge_sample(parser, reader, &sample, &is_left_out)) {
        return false;
    }
    const promlet_parser_opts *options = &parser->options;
    return is_left_out || options->on_sample == NULL || options->on_sample(options->ctx, &sample) ||
           end_with(parser, PROMLET_ERROR_WRITER);
}

/* Room for the texts of a line; see parse/reader.h. */
static bool make_room(promlet_parser *parser, size_t size)
{
    if (parser->text_room < size + 2) {
        char *texts = pml_resize_array(parser->texts, 2 * size + 256, 1);
        if (texts == NULL) {
            return false;
        }
        parser->texts = texts;
        parser->text_room = 2 * size + 256;
    }
    return true;
}

/* A line without its line feed; false if it is the last that is read. */
static bool read_line(promlet_parser *parser, const char *bytes, size_t size)
{
    bool is_lenient = parser->options.is_lenient;
    size -= is_lenient && size > 0 && bytes[size - 1] == '\r';
    pml_reader reader = {.start = bytes,
                         .at = bytes,
                         .end = bytes + size,
                         .format = parser->options.format,
                         .is_lenient = is_lenient,
                         .error = &parser->error};
    if (!make_room(parser, size)) {
        (void)pml_reader_fail_memory(&reader);
        return report(parser);
    }
    reader.out = parser->texts;
    if (parser->has_ended) {
        return is_lenient ||
               report_rule(parser, PROMLET_ERROR_SYNTAX, "there is a line behind # EOF");
    }
    if (!pml_utf8_is_valid(bytes, size)) {
        (void)pml_reader_fail(&reader, bytes + pml_utf8_valid_size(bytes, size),
                              "the line is not UTF-8 from here on");
        return report(parser);
    }
    pml_reader_skip_blanks(&reader);
    if (reader.at == reader.end) {
        bool may_be_empty = pml_reader_has_free_spaces(&reader);
        return may_be_empty ||
               report_rule(parser, PROMLET_ERROR_SYNTAX, "OpenMetrics has no empty lines");
    }
    return *reader.at == '#' ? read_comment(parser, &reader) : read_sample(parser, &reader);
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static bool report_long_line(promlet_parser *parser)
{
    parser->is_skipping = true;
    parser->pending_size = 0;
    return report_rule(parser, PROMLET_ERROR_LIMIT, "the line is longer than the limit");
}

/* Keeps the beginning of a line. */
static bool keep(promlet_parser *parser, const char *bytes, size_t size)
{
    if (parser->is_skipping) {
        return true;
    }
    if (size > parser->options.max_line_bytes - parser->pending_size) {
        return report_long_line(parser);
    }
    size_t needed = parser->pending_size + size;
    if (needed > parser->pending_room) {
        char *pending = pml_resize_array(parser->pending, 2 * needed, 1);
        if (pending == NULL) {
            return report_rule(parser, PROMLET_ERROR_MEMORY, "out of memory");
        }
        parser->pending = pending;
        parser->pending_room = 2 * needed;
    }
    if (size > 0) {
        memcpy(parser->pending + parser->pending_size, bytes, size);
    }
    parser->pending_size = needed;
    return true;
}

/* A line whose end has come. */
static bool end_line(promlet_parser *parser, const char *bytes, size_t size)
{
    if (parser->is_skipping) {
        parser->is_skipping = false;
        parser->line_number++;
        return true;
    }
    bool goes_on;
    if (parser->pending_size > 0) {
        goes_on = keep(parser, bytes, size) &&
                  (parser->is_skipping || read_line(parser, parser->pending, parser->pending_size));
        parser->pending_size = 0;
    } else if (size > parser->options.max_line_bytes) {
        goes_on = report_long_line(parser);
    } else {
        goes_on = read_line(parser, bytes, size);
    }
    parser->is_skipping = false;
    parser->line_number++;
    return goes_on;
}

static bool take_bytes(promlet_parser *parser, const char *bytes, size_t size)
{
    if (size > parser->options.max_document_bytes - parser->document_bytes) {
        (void)report_rule(parser, PROMLET_ERROR_LIMIT, "the document is longer than the limit");
        return end_with(parser, PROMLET_ERROR_LIMIT);
    }
    parser->document_bytes += size;
    const char *end = bytes + size;
    while (bytes < end) {
        const char *feed = memchr(bytes, '\n', (size_t)(end - bytes));
        if (feed == NULL) {
            return keep(parser, bytes, (size_t)(end - bytes));
        }
        if (!end_line(parser, bytes, (size_t)(feed - bytes))) {
            return false;
        }
        bytes = feed + 1;
    }
    return true;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static promlet_status fail_with_error(const promlet_parser *parser)
{
    const promlet_parse_error *error = &parser->error;
    if (parser->status == PROMLET_ERROR_WRITER) {
        return pml_fail(PROMLET_ERROR_WRITER, "a function that is told of a document ended it");
    }
    if (parser->status == PROMLET_ERROR_MEMORY) {
        return pml_fail_memory();
    }
    if (error->column == 0) {
        return pml_fail(parser->status, "line %zu: %s", error->line, error->rule);
    }
    return pml_fail(parser->status, "line %zu, column %zu: %s", error->line, error->column,
                    error->rule);
}

promlet_status promlet_parser_feed(promlet_parser *parser, const void *bytes, size_t size)
{
    if (parser == NULL || (bytes == NULL && size > 0)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        parser == NULL ? "the parser is NULL" : "what is to be parsed is NULL");
    }
    if (parser->status == PROMLET_OK && size > 0) {
        (void)take_bytes(parser, bytes, size);
    }
    return parser->status == PROMLET_OK ? PROMLET_OK : fail_with_error(parser);
}

/* The last line may lack its line feed where nobody minds, and behind # EOF. */
static bool end_last_line(promlet_parser *parser)
{
    if (parser->pending_size == 0 && !parser->is_skipping) {
        return true;
    }
    bool is_skipped = parser->is_skipping;
    if (!end_line(parser, NULL, 0)) {
        return false;
    }
    parser->line_number--;
    return is_skipped || parser->options.is_lenient || parser->has_ended ||
           report_rule(parser, PROMLET_ERROR_SYNTAX, "the last line does not end in a line feed");
}

static void finish(promlet_parser *parser)
{
    promlet_parser_opts *options = &parser->options;
    pml_reader reader = {
        .format = options->format, .is_lenient = options->is_lenient, .error = &parser->error};
    if (!end_last_line(parser) || !end_family(parser, &reader)) {
        return;
    }
    if (options->format != PROMLET_PARSE_TEXT && !options->is_lenient && !parser->has_ended) {
        (void)report_rule(parser, PROMLET_ERROR_SYNTAX, "the last line is not # EOF");
    }
}

promlet_status promlet_parser_finish(promlet_parser *parser)
{
    if (parser == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "the parser is NULL");
    }
    if (parser->status == PROMLET_OK && !parser->is_finished) {
        parser->is_finished = true;
        finish(parser);
    }
    return parser->status == PROMLET_OK ? PROMLET_OK : fail_with_error(parser);
}

promlet_parser *promlet_parser_new_sized(const promlet_parser_opts *options, size_t options_size)
{
    promlet_parser_opts known;
    if (pml_parser_options_read(options, options_size, &known) != PROMLET_OK) {
        return NULL;
    }
    promlet_parser *parser = pml_alloc_zeroed(sizeof *parser);
    if (parser == NULL) {
        (void)pml_fail_memory();
        return NULL;
    }
    parser->options = known;
    parser->line_number = 1;
    parser->family.seed = pml_key_seed(parser);
    parser->grouping.seed = parser->family.seed;
    parser->parts.limits =
        (pml_sample_limits){known.max_labels, known.max_exemplars, known.max_fields};
    return parser;
}

void promlet_parser_free(promlet_parser *parser)
{
    if (parser == NULL) {
        return;
    }
    pml_free(parser->pending);
    pml_free(parser->texts);
    pml_sample_parts_free(&parser->parts);
    pml_open_family_free(&parser->family);
    pml_grouping_free(&parser->grouping);
    pml_free(parser);
}
