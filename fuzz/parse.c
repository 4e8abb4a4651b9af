/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two bytes choose the format, the mode and small limits; the rest is a document. It must be told
 * the same whole, in pieces and kept; what strict reading takes, lenient reading takes and tells as
 * well; all that is told must be sound: valid UTF-8 with a NUL behind it, within the limits, in
 * lines that the document has.
 */
#include "base/utf8.h"
#include "input.h"

#include <promlet/parse.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define finding(...) (fprintf(stderr, "finding: " __VA_ARGS__), fputc('\n', stderr), abort())

/* All that was told, as a hash of each kind, and what it is checked against. */
typedef struct told {
    const promlet_parser_opts *options;
    size_t size;
    size_t line_count;
    uint64_t hash; /* of families and samples */
    uint64_t error_hash;
    size_t sample_count;
    size_t error_count;
    size_t last_line;
    promlet_status status;
} told;

/* ---- hashes ---------------------------------------------------------------------------------- */

static void add_bytes(uint64_t *hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        *hash = (*hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
    *hash = (*hash ^ size) * UINT64_C(0x100000001b3);
}

static void add_u64(uint64_t *hash, uint64_t value)
{
    add_bytes(hash, &value, sizeof value);
}

static void add_text(told *self, const promlet_parsed_text *text)
{
    if (text->bytes == NULL || text->bytes[text->size] != '\0') {
        finding("a text of %zu bytes has no NUL behind it", text->size);
    }
    if (!pml_utf8_is_valid(text->bytes, text->size) || text->size > self->size) {
        finding("a text is not valid, or larger than the document");
    }
    add_bytes(&self->hash, text->bytes, text->size);
}

static void add_number(told *self, const promlet_parsed_number *number)
{
    double real = number->real;
    if (number->is_whole && real != (double)number->whole) {
        finding("%.17g is not %llu", real, (unsigned long long)number->whole);
    }
    uint64_t bits = 1;
    if (real == real) {
        memcpy(&bits, &real, sizeof bits);
    }
    add_u64(&self->hash, bits);
    add_u64(&self->hash, number->is_whole ? number->whole : 1);
}

static void add_time(told *self, bool is_there, const promlet_parsed_time *time)
{
    if (time->nanoseconds > 999999999) {
        finding("%u ns", time->nanoseconds);
    }
    add_u64(&self->hash, is_there);
    add_u64(&self->hash, (uint64_t)time->seconds);
    add_u64(&self->hash, time->nanoseconds);
}

static void add_labels(told *self, const promlet_parsed_label *labels, size_t count)
{
    if (count > self->options->max_labels) {
        finding("%zu labels", count);
    }
    add_u64(&self->hash, count);
    for (size_t i = 0; i < count; i++) {
        add_text(self, &labels[i].name);
        add_text(self, &labels[i].value);
    }
}

static void add_side(told *self, const promlet_parsed_side *side)
{
    if (side->span_count > self->options->max_fields || side->count > self->options->max_fields) {
        finding("%zu spans, %zu buckets", side->span_count, side->count);
    }
    for (size_t i = 0; i < side->span_count; i++) {
        add_u64(&self->hash, (uint64_t)side->spans[i].offset);
        add_u64(&self->hash, side->spans[i].length);
    }
    for (size_t i = 0; i < side->count; i++) {
        add_number(self, &side->counts[i]);
    }
}

static void add_composite(told *self, const promlet_parsed_composite *value)
{
    if (value->field_count > self->options->max_fields) {
        finding("%zu fields", value->field_count);
    }
    add_u64(&self->hash, (uint64_t)value->type);
    add_number(self, &value->count);
    add_number(self, &value->sum);
    for (size_t i = 0; i < value->field_count; i++) {
        add_bytes(&self->hash, &value->fields[i].at, sizeof value->fields[i].at);
        add_number(self, &value->fields[i].value);
    }
    if (value->has_native) {
        add_u64(&self->hash, (uint64_t)value->schema);
        add_number(self, &value->zero_count);
        add_side(self, &value->negative);
        add_side(self, &value->positive);
    }
}

/* ---- what is told ---------------------------------------------------------------------------- */

static size_t count_lines(const char *document, size_t size)
{
    size_t lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += document[i] == '\n';
    }
    return lines;
}

static void check_line(const told *self, size_t line)
{
    if (line == 0 || line > self->line_count) {
        finding("line %zu of %zu", line, self->line_count);
    }
}

static bool take_family(void *ctx, const promlet_parsed_family *family)
{
    told *self = ctx;
    check_line(self, family->line);
    add_text(self, &family->name);
    add_text(self, &family->help);
    add_text(self, &family->unit);
    add_u64(&self->hash, (uint64_t)family->type);
    return true;
}

static bool take_sample(void *ctx, const promlet_parsed_sample *sample)
{
    told *self = ctx;
    if (sample->line <= self->last_line) {
        finding("line %zu behind line %zu", sample->line, self->last_line);
    }
    self->last_line = sample->line;
    self->sample_count++;
    check_line(self, sample->line);
    add_text(self, &sample->family->name);
    add_text(self, &sample->name);
    add_labels(self, sample->labels, sample->label_count);
    add_u64(&self->hash, (uint64_t)sample->role);
    if ((sample->composite != NULL) != (sample->role == PROMLET_PARSED_COMPOSITE)) {
        finding("role %d", (int)sample->role);
    }
    if (sample->composite != NULL) {
        add_composite(self, sample->composite);
    }
    add_number(self, &sample->value);
    add_time(self, sample->has_timestamp, &sample->timestamp);
    add_time(self, sample->has_start, &sample->start);
    if (sample->exemplar_count > self->options->max_exemplars) {
        finding("%zu exemplars", sample->exemplar_count);
    }
    for (size_t i = 0; i < sample->exemplar_count; i++) {
        const promlet_parsed_exemplar *exemplar = &sample->exemplars[i];
        add_labels(self, exemplar->labels, exemplar->label_count);
        add_number(self, &exemplar->value);
        add_time(self, exemplar->has_timestamp, &exemplar->timestamp);
    }
    return true;
}

static void take_error(void *ctx, const promlet_parse_error *error)
{
    told *self = ctx;
    self->error_count++;
    check_line(self, error->line);
    size_t size = strlen(error->rule);
    if (size == 0 || size >= sizeof error->rule - 1 || !pml_utf8_is_valid(error->rule, size) ||
        error->column > self->size + 1) {
        finding("%zu:%zu: %s", error->line, error->column, error->rule);
    }
    add_u64(&self->error_hash, error->line);
    add_u64(&self->error_hash, error->column);
    add_bytes(&self->error_hash, error->rule, size);
}

/* ---- reading --------------------------------------------------------------------------------- */

static told read_in_pieces(promlet_parser_opts options, const char *document, size_t size,
                           size_t piece)
{
    told self = {.options = &options, .size = size, .line_count = count_lines(document, size)};
    options.on_family = take_family;
    options.on_sample = take_sample;
    options.on_error = take_error;
    options.ctx = &self;
    promlet_parser *parser = promlet_parser_new(&options);
    if (parser == NULL) {
        finding("out of memory");
    }
    for (size_t at = 0; at < size; at += piece) {
        (void)promlet_parser_feed(parser, document + at, size - at < piece ? size - at : piece);
    }
    self.status = promlet_parser_finish(parser);
    promlet_parser_free(parser);
    return self;
}

static told read_and_keep(promlet_parser_opts options, const char *document, size_t size)
{
    told self = {.options = &options, .size = size, .line_count = count_lines(document, size)};
    promlet_parse_error error;
    promlet_document *kept = promlet_document_parse(document, size, &options, &error);
    self.status = kept != NULL ? PROMLET_OK : error.status;
    for (size_t i = 0; i < promlet_document_family_count(kept); i++) {
        const promlet_parsed_family *family = promlet_document_family(kept, i);
        (void)take_family(&self, family);
        for (size_t k = 0; k < family->sample_count; k++) {
            (void)take_sample(&self, promlet_document_sample(kept, family->first_sample + k));
        }
    }
    promlet_document_free(kept);
    return self;
}

static void expect_same(const told *found, const told *expected, const char *what)
{
    if (found->hash != expected->hash || found->status != expected->status) {
        finding("%s: other families or samples, or status %d instead of %d", what,
                (int)found->status, (int)expected->status);
    }
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* The limits are small in one of four inputs. */
static promlet_parser_opts read_options(input *in)
{
    uint8_t choice = input_byte(in);
    bool is_small = choice / 12 % 4 == 3;
    return (promlet_parser_opts){
        .format = (promlet_parse_format)(choice % 3),
        .is_lenient = choice / 3 % 2,
        .goes_on = choice / 6 % 2,
        .max_line_bytes = is_small ? 40 : 4096,
        .max_labels = is_small ? 2 : 64,
        .max_exemplars = is_small ? 1 : 64,
        .max_fields = is_small ? 2 : 64,
        .max_families = is_small ? 3 : 1000,
        .max_family_series = is_small ? 3 : 1000,
        .max_document_bytes = 1 << 20,
    };
}

/* Such a help text ends with it, but for lenient reading, which takes it for the line's end. */
static bool has_return_at_line_end(const char *document, size_t size)
{
    bool has_one = size > 0 && document[size - 1] == '\r';
    for (size_t i = 0; !has_one && i + 1 < size; i++) {
        has_one = document[i] == '\r' && document[i + 1] == '\n';
    }
    return has_one;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    promlet_parser_opts options = read_options(&in);
    size_t piece = (size_t)1 + input_byte(&in) % 32;
    /* As large as it is, so that a sanitizer sees one who reads on. */
    char *document = malloc(in.left > 0 ? in.left : 1);
    if (document == NULL) {
        abort();
    }
    memcpy(document, in.left > 0 ? in.at : (const uint8_t *)"", in.left);
    told whole = read_in_pieces(options, document, in.left, in.left + 1);
    told pieces = read_in_pieces(options, document, in.left, piece);
    expect_same(&pieces, &whole, "in pieces");
    bool may_go_on = options.goes_on || options.is_lenient;
    if (pieces.error_hash != whole.error_hash || (!may_go_on && whole.error_count > 1)) {
        finding("%zu errors, %zu in pieces", whole.error_count, pieces.error_count);
    }
    if (whole.status == PROMLET_OK) {
        told kept = read_and_keep(options, document, in.left);
        expect_same(&kept, &whole, "kept");
    }
    if (whole.error_count == 0 && !has_return_at_line_end(document, in.left)) {
        options.is_lenient = true;
        told lenient = read_in_pieces(options, document, in.left, in.left + 1);
        expect_same(&lenient, &whole, "lenient");
    }
    free(document);
    return 0;
}
