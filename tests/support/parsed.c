/* SPDX-License-Identifier: Apache-2.0 */
/* Writes down what a parser tells. */
#include "support/parsed.h"

#include "support/documents.h"
#include "support/expect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ----------------------------------------------------------------------------------- */

static void put_text(FILE *to, const promlet_parsed_text *text)
{
    (void)fputc('"', to);
    for (size_t i = 0; i < text->size; i++) {
        char c = text->bytes[i];
        if (c == '"' || c == '\\') {
            (void)fputc('\\', to);
        }
        if (c == '\n' || c == '\0') {
            (void)fputs(c == '\n' ? "\\n" : "\\0", to);
        } else {
            (void)fputc(c, to);
        }
    }
    (void)fputc('"', to);
}

static void put_number(FILE *to, const promlet_parsed_number *number)
{
    if (number->is_whole) {
        (void)fprintf(to, "%" PRIu64, number->whole);
    } else {
        (void)fprintf(to, "%.17g", number->real);
    }
}

static void put_time(FILE *to, const char *before, const promlet_parsed_time *time)
{
    (void)fprintf(to, "%s%" PRId64 ".%09" PRIu32, before, time->seconds, time->nanoseconds);
}

static void put_labels(FILE *to, const promlet_parsed_label *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(to, "%s%s=", i > 0 ? "," : "{", labels[i].name.bytes);
        put_text(to, &labels[i].value);
    }
    (void)fputs(count > 0 ? "}" : "", to);
}

/* ---- composite values ------------------------------------------------------------------------ */

static void put_side(FILE *to, const char *name, const promlet_parsed_side *side)
{
    (void)fprintf(to, " %s", name);
    for (size_t i = 0; i < side->span_count; i++) {
        (void)fprintf(to, " %d:%u", side->spans[i].offset, side->spans[i].length);
    }
    for (size_t i = 0; i < side->count; i++) {
        (void)fputs(i > 0 ? "," : " ", to);
        put_number(to, &side->counts[i]);
    }
}

static void put_composite(FILE *to, const promlet_parsed_composite *composite)
{
    (void)fputs("count ", to);
    put_number(to, &composite->count);
    (void)fputs(" sum ", to);
    put_number(to, &composite->sum);
    if (composite->has_native) {
        (void)fprintf(to, " schema %d zero %.17g ", composite->schema, composite->zero_threshold);
        put_number(to, &composite->zero_count);
        put_side(to, "negative", &composite->negative);
        put_side(to, "positive", &composite->positive);
    }
    for (size_t i = 0; i < composite->field_count; i++) {
        (void)fprintf(to, " %.17g:", composite->fields[i].at);
        put_number(to, &composite->fields[i].value);
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool put_family(void *ctx, const promlet_parsed_family *family)
{
    FILE *to = ctx;
    (void)fprintf(to, "family %s", family->name.bytes);
    if (family->has_type) {
        (void)fprintf(to, " %s", promlet_parsed_type_text(family->type));
    }
    if (family->has_unit) {
        (void)fputs(" unit ", to);
        put_text(to, &family->unit);
    }
    if (family->has_help) {
        (void)fputs(" help ", to);
        put_text(to, &family->help);
    }
    (void)fputc('\n', to);
    return true;
}

static void put_exemplar(FILE *to, const promlet_parsed_exemplar *exemplar)
{
    (void)fputs(" # ", to);
    put_labels(to, exemplar->labels, exemplar->label_count);
    (void)fputc(' ', to);
    put_number(to, &exemplar->value);
    if (exemplar->has_timestamp) {
        put_time(to, " @", &exemplar->timestamp);
    }
}

static bool put_sample(void *ctx, const promlet_parsed_sample *sample)
{
    static const char *const roles[] = {
        [PROMLET_PARSED_VALUE] = "value",       [PROMLET_PARSED_BUCKET] = "bucket",
        [PROMLET_PARSED_QUANTILE] = "quantile", [PROMLET_PARSED_STATE] = "state",
        [PROMLET_PARSED_SUM] = "sum",           [PROMLET_PARSED_COUNT] = "count",
        [PROMLET_PARSED_CREATED] = "created",   [PROMLET_PARSED_COMPOSITE] = "composite",
    };
    FILE *to = ctx;
    (void)fprintf(to, "%s %s", roles[sample->role], sample->name.bytes);
    put_labels(to, sample->labels, sample->label_count);
    (void)fputc(' ', to);
    if (sample->composite != NULL) {
        put_composite(to, sample->composite);
    } else {
        put_number(to, &sample->value);
    }
    if (sample->has_timestamp) {
        put_time(to, " @", &sample->timestamp);
    }
    if (sample->has_start) {
        put_time(to, " since ", &sample->start);
    }
    for (size_t i = 0; i < sample->exemplar_count; i++) {
        put_exemplar(to, &sample->exemplars[i]);
    }
    (void)fputc('\n', to);
    return true;
}

static void put_error(void *ctx, const promlet_parse_error *error)
{
    (void)fprintf(ctx, "error %zu:%zu %s: %s\n", error->line, error->column,
                  error->status == PROMLET_ERROR_SYNTAX ? "syntax" : "limit", error->rule);
}

/* ---- documents ------------------------------------------------------------------------------- */

void keep_any(promlet_parse_format format, const char *document, size_t size)
{
    static size_t number;
    if (format == PROMLET_PARSE_OPENMETRICS2 || strlen(document) != size) {
        return;
    }
    char name[100];
    (void)snprintf(name, sizeof name, "%s_%03zu", program_invocation_short_name, number++);
    keep_as(name, format == PROMLET_PARSE_TEXT ? ".prom_any" : ".om1_any", document);
}

char *parsed_text(promlet_parser_opts options, const char *document, size_t size, size_t piece)
{
    char *text = NULL;
    size_t text_size = 0;
    FILE *to = open_memstream(&text, &text_size);
    options.on_family = put_family;
    options.on_sample = put_sample;
    options.on_error = put_error;
    options.ctx = to;
    promlet_parser *parser = promlet_parser_new(&options);
    assert_non_null(parser);
    for (size_t at = 0, step; at < size; at += step) {
        step = piece == 0 || piece > size - at ? size - at : piece;
        (void)promlet_parser_feed(parser, document + at, step);
    }
    promlet_status status = promlet_parser_finish(parser);
    promlet_parser_free(parser);
    (void)fprintf(to, "%s%s", status == PROMLET_OK ? "" : promlet_status_text(status),
                  status == PROMLET_OK ? "" : "\n");
    (void)fclose(to);
    return text;
}

char *kept_text(promlet_parser_opts options, const char *document, size_t size)
{
    char *text = NULL;
    size_t text_size = 0;
    FILE *to = open_memstream(&text, &text_size);
    promlet_parse_error error;
    promlet_document *kept = promlet_document_parse(document, size, &options, &error);
    for (size_t i = 0; i < promlet_document_family_count(kept); i++) {
        const promlet_parsed_family *family = promlet_document_family(kept, i);
        (void)put_family(to, family);
        for (size_t k = 0; k < family->sample_count; k++) {
            const promlet_parsed_sample *sample =
                promlet_document_sample(kept, family->first_sample + k);
            assert_ptr_equal(sample->family, family);
            (void)put_sample(to, sample);
        }
    }
    if (error.status != PROMLET_OK) {
        put_error(to, &error);
    }
    promlet_document_free(kept);
    (void)fclose(to);
    return text;
}

void expect_parsed(promlet_parser_opts options, const char *document, const char *expected)
{
    static const size_t pieces[] = {0, 1, 7};
    keep_any(options.format, document, strlen(document));
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        char *text = parsed_text(options, document, strlen(document), pieces[i]);
        assert_string_equal(text, expected);
        free(text);
    }
    if (strstr(expected, "error ") == NULL) {
        char *text = kept_text(options, document, strlen(document));
        assert_string_equal(text, expected);
        free(text);
    }
}
