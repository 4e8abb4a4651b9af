/* SPDX-License-Identifier: Apache-2.0 */
/* Between a source of bytes and promlet's parser. */
#include "tool/reading.h"

#include "tool/command.h"

#include <stdlib.h>

/* So many bad lines are named; a page of HTML has more. */
#define MOST_NAMED 5

typedef struct reading {
    char *name; /* of the place */
    bool (*on_sample)(void *ctx, const promlet_parsed_sample *sample);
    void *ctx;
    promlet_parser *parser;
    promlet_status status;
    size_t sample_count;
    size_t bad_count;
} reading;

static bool count_sample(void *ctx, const promlet_parsed_sample *sample)
{
    reading *self = ctx;
    self->sample_count++;
    return self->on_sample(self->ctx, sample);
}

static void name_line(void *ctx, const promlet_parse_error *error)
{
    reading *self = ctx;
    if (++self->bad_count <= MOST_NAMED) {
        (void)pml_trouble("%s:%zu:%zu: %s", self->name, error->line, error->column, error->rule);
    }
}

static void count_lines(const reading *self)
{
    if (self->bad_count > MOST_NAMED) {
        (void)pml_trouble("%s: %zu lines could not be read", self->name, self->bad_count);
    }
}

static bool begin(void *ctx, promlet_parse_format format)
{
    reading *self = ctx;
    const promlet_parser_opts options = {.format = format,
                                         .is_lenient = true,
                                         .on_sample = count_sample,
                                         .on_error = name_line,
                                         .ctx = self};
    self->parser = promlet_parser_new(&options);
    self->status = self->parser != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    return self->parser != NULL;
}

static bool take(void *ctx, const char *bytes, size_t size)
{
    reading *self = ctx;
    self->status = promlet_parser_feed(self->parser, bytes, size);
    return self->status == PROMLET_OK;
}

static int finish(reading *self, bool is_whole, const pml_buffer *why)
{
    if (!is_whole) {
        return pml_trouble("%s", pml_buffer_peek(why));
    }
    if (self->status == PROMLET_OK) {
        self->status = promlet_parser_finish(self->parser);
    }
    if (self->status != PROMLET_OK) {
        return pml_trouble("%s: %s", self->name, promlet_last_error());
    }
    count_lines(self);
    return self->bad_count > 0 && self->sample_count == 0 ? PML_TOOL_TROUBLE : PML_TOOL_OK;
}

int pml_read_samples(const char *place, const pml_source_options *options,
                     bool (*on_sample)(void *ctx, const promlet_parsed_sample *sample), void *ctx)
{
    reading self = {.name = pml_source_name(place), .on_sample = on_sample, .ctx = ctx};
    const pml_sink sink = {begin, take, &self};
    pml_buffer why = {.bytes = NULL};
    bool is_whole = pml_source_read(place, options, &sink, &why);
    int status = finish(&self, is_whole, &why);
    promlet_parser_free(self.parser);
    pml_buffer_free(&why);
    free(self.name);
    return status;
}

/* ---- kept ------------------------------------------------------------------------------------ */

static bool begin_collecting(void *ctx, promlet_parse_format format)
{
    pml_collected *self = ctx;
    pml_buffer_clear(&self->text);
    self->format = format;
    return true;
}

static bool collect(void *ctx, const char *bytes, size_t size)
{
    pml_collected *self = ctx;
    if (self->max_bytes > 0 && size > self->max_bytes - self->text.size) {
        self->is_too_long = true;
        return false;
    }
    pml_buffer_put(&self->text, bytes, size);
    return true;
}

pml_sink pml_collecting(pml_collected *collected)
{
    return (pml_sink){begin_collecting, collect, collected};
}

/* A document on its way to be kept. */
typedef struct keeping {
    size_t count; /* of samples; lines of four bytes each would need fifty times their size */
    void (*on_error)(void *ctx, const promlet_parse_error *error);
    void *ctx;
} keeping;

static bool count_kept(void *ctx, const promlet_parsed_sample *sample)
{
    keeping *self = ctx;
    (void)sample;
    return ++self->count <= PML_MOST_SAMPLES;
}

static void hand_on_error(void *ctx, const promlet_parse_error *error)
{
    const keeping *self = ctx;
    if (self->on_error != NULL) {
        self->on_error(self->ctx, error);
    }
}

promlet_document *pml_collected_parse(const pml_collected *collected,
                                      void (*on_error)(void *ctx, const promlet_parse_error *error),
                                      void *ctx, pml_buffer *why)
{
    promlet_parse_error error;
    keeping self = {0, on_error, ctx};
    const promlet_parser_opts options = {.format = collected->format,
                                         .is_lenient = true,
                                         .on_sample = count_kept,
                                         .on_error = hand_on_error,
                                         .ctx = &self};
    promlet_document *document = promlet_document_parse(pml_buffer_peek(&collected->text),
                                                        collected->text.size, &options, &error);
    bool is_useless = document == NULL ||
                      (error.status != PROMLET_OK && promlet_document_sample_count(document) == 0);
    if (self.count > PML_MOST_SAMPLES) {
        pml_buffer_format(why, "it has more than %zu samples", PML_MOST_SAMPLES);
        promlet_document_free(document);
        return NULL;
    }
    if (is_useless) {
        pml_buffer_format(why, "line %zu: %s", error.line, error.rule);
        promlet_document_free(document);
        return NULL;
    }
    return document;
}

promlet_document *pml_read_document(const char *place, const pml_source_options *options,
                                    bool *has_all)
{
    reading self = {.name = pml_source_name(place)};
    pml_collected collected = {.format = PROMLET_PARSE_TEXT, .max_bytes = options->max_bytes};
    pml_buffer why = {.bytes = NULL};
    promlet_document *document = NULL;
    const pml_sink sink = pml_collecting(&collected);
    if (!pml_source_read(place, options, &sink, &why)) {
        (void)pml_trouble("%s", pml_buffer_peek(&why));
    } else if (collected.is_too_long) {
        (void)pml_trouble("%s: it is larger than %zu bytes, see --max-bytes", place,
                          options->max_bytes);
    } else {
        document = pml_collected_parse(&collected, name_line, &self, &why);
        if (document == NULL && self.bad_count == 0) {
            (void)pml_trouble("%s: %s", self.name, pml_buffer_peek(&why));
        }
        count_lines(&self);
    }
    *has_all = self.bad_count == 0;
    pml_buffer_free(&collected.text);
    pml_buffer_free(&why);
    free(self.name);
    return document;
}
