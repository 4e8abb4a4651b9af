/* SPDX-License-Identifier: Apache-2.0 */
/* How a document is read and compared, and the ways in which it leaves the library. */
#include "every_document.h"

#include "encode/openmetrics.h"
#include "encode/openmetrics2.h"
#include "encode/protobuf.h"
#include "encode/text.h"
#include "expected.h"
#include "graphite_lines.h"
#include "read_back.h"
#include "session.h"
#include "support/strict_openmetrics2.h"
#include "support/strict_protobuf.h"

#define MOST_BUFFER 70000

typedef struct document {
    const made_snapshot *made;
    const document_cuts *cuts;
    promlet_encoding encoding;
    char *bytes;
    size_t size;
} document;

static const char *name_of(const promlet_encoding *encoding)
{
    static const char *const formats[] = {"text 0.0.4",      "text 0.0.4 with EOF", "text 1.0.0",
                                          "openmetrics 1.0", "openmetrics 2.0",     "protobuf"};
    static char name[100];
    (void)snprintf(name, sizeof name, "%s, escaping %d%s%s", formats[encoding->format],
                   (int)encoding->escaping, encoding->with_created ? ", created" : "",
                   encoding->without_timestamps ? ", no times" : "");
    return name;
}

/* ---- what it says ---------------------------------------------------------------------------- */

static void expect_same(const promlet_encoding *encoding, const char *found, const char *expected)
{
    size_t at = 0;
    while (found[at] != '\0' && found[at] == expected[at]) {
        at++;
    }
    if (found[at] != expected[at]) {
        size_t from = at < 200 ? 0 : at - 200;
        finding("%s: found\n%.400s\n-- expected\n%.400s", name_of(encoding), found + from,
                expected + from);
    }
}

static bool read_text_strictly(strict_document *read, const document *from)
{
    bool has_quotes = from->encoding.escaping == PROMLET_ESCAPING_ALLOW_UTF8;
    switch (from->encoding.format) {
    case PROMLET_FORMAT_TEXT_0_0_4:
        return strict_document_read(read, from->bytes, STRICT_WITHOUT_EOF);
    case PROMLET_FORMAT_TEXT_0_0_4_EOF:
        return strict_document_read(read, from->bytes, STRICT_WITH_EOF);
    case PROMLET_FORMAT_TEXT_1_0_0:
        return strict_document_read_as(read, from->bytes, STRICT_WITHOUT_EOF, has_quotes);
    case PROMLET_FORMAT_OPENMETRICS_1_0_0:
        return strict_openmetrics_read_as(read, from->bytes, has_quotes);
    case PROMLET_FORMAT_OPENMETRICS_2_0_0:
    case PROMLET_FORMAT_PROTOBUF:
        break;
    }
    return strict_openmetrics2_read_as(read, from->bytes, has_quotes);
}

static void check_text(const document *self)
{
    strict_document read;
    if (strlen(self->bytes) != self->size) {
        finding("%s: a NUL", name_of(&self->encoding));
    }
    if (!read_text_strictly(&read, self)) {
        (void)fprintf(stderr, "%s", self->bytes);
        finding("%s: not well-formed: %s", name_of(&self->encoding), read.why);
    }
    char *found = tell_text(&read);
    char *expected = expect_text(self->made, &self->encoding);
    expect_same(&self->encoding, found, expected);
    free(found);
    found = tell_read_back(&self->encoding, self->bytes, self->size, self->cuts->piece_size);
    expect_same(&self->encoding, found, expected);
    free(found);
    free(expected);
    strict_document_free(&read);
}

static void check_protobuf(const document *self)
{
    strict_protobuf read;
    if (!strict_protobuf_read(&read, self->bytes, self->size)) {
        (void)fprintf(stderr, "%s", read.reading.text);
        finding("%s: not well-formed: %s", name_of(&self->encoding), read.reading.why);
    }
    char *expected = expect_protobuf(self->made, &self->encoding);
    expect_same(&self->encoding, read.reading.text, expected);
    free(expected);
    strict_protobuf_free(&read);
}

/* ---- how it leaves the library --------------------------------------------------------------- */

typedef struct pieces {
    const document *of;
    size_t size;
    size_t left; /* how many are still taken */
} pieces;

static bool take_piece(const char *data, size_t size, void *ctx)
{
    pieces *to = ctx;
    const document *of = to->of;
    if (size == 0 || size > of->size - to->size || memcmp(of->bytes + to->size, data, size) != 0) {
        finding("%s: a piece of %zu bytes is not the next of the string", name_of(&of->encoding),
                size);
    }
    if (to->left == 0) {
        return false;
    }
    to->left--;
    to->size += size;
    return true;
}

static void check_pieces(const document *self)
{
    pieces to = {self, 0, self->cuts->piece_count};
    promlet_status status =
        promlet_snapshot_write_as(self->made->shown, &self->encoding, take_piece, &to);
    size_t pieces_of_all = (self->size + PROMLET_PIECE_SIZE - 1) / PROMLET_PIECE_SIZE;
    bool is_whole = pieces_of_all <= self->cuts->piece_count;
    if (status != (is_whole ? PROMLET_OK : PROMLET_ERROR_WRITER) ||
        (is_whole && to.size != self->size)) {
        finding("%s: the pieces are not the string", name_of(&self->encoding));
    }
}

/* As promlet_snapshot_write_as(), but with pieces of another size. */
static void check_small_pieces(const document *self)
{
    static void (*const encoders[])(pml_output *, const promlet_snapshot *,
                                    const promlet_encoding *) = {
        pml_encode_text,        pml_encode_text,         pml_encode_text,
        pml_encode_openmetrics, pml_encode_openmetrics2, pml_encode_protobuf};
    pieces to = {self, 0, SIZE_MAX};
    char *piece = malloc(self->cuts->piece_size);
    if (piece == NULL) {
        abort();
    }
    pml_output output;
    pml_output_start_writer(&output, piece, self->cuts->piece_size, take_piece, &to);
    encoders[self->encoding.format](&output, self->made->shown, &self->encoding);
    promlet_status status = pml_output_finish_writer(&output);
    const char *end = self->bytes + to.size;
    bool is_whole = to.size == self->size || strcmp(end, "# EOF\n") == 0;
    if (status != PROMLET_OK || !is_whole) {
        finding("%s: pieces of %zu bytes are not the string", name_of(&self->encoding),
                self->cuts->piece_size);
    }
    free(piece);
}

static void check_copy(const document *self)
{
    size_t size = self->cuts->buffer_size;
    char *buffer = malloc(size);
    size_t needed = 0;
    if (buffer == NULL) {
        abort();
    }
    promlet_status status =
        promlet_snapshot_copy_as(self->made->shown, &self->encoding, buffer, size, &needed);
    bool is_whole = size > self->size;
    size_t shown = is_whole ? self->size : size - 1;
    if (needed != self->size + 1 || status != (is_whole ? PROMLET_OK : PROMLET_ERROR_BUFFER_SIZE) ||
        (size > 0 && (memcmp(buffer, self->bytes, shown) != 0 || buffer[shown] != '\0'))) {
        finding("%s: the copy is not the string", name_of(&self->encoding));
    }
    free(buffer);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Debian's client for Python loses its way in exemplars, in times of some series only and in times
   before 1970. */
static bool is_for_python(const made_snapshot *made)
{
    for (size_t i = 0; i < made->shown->family_count; i++) {
        if (made->shown->families[i].exemplars != NULL ||
            made->shown->families[i].timestamps != NULL) {
            return false;
        }
    }
    return true;
}

/* What readers of others call a document that they can read; NULL for the rest. */
static const char *ending_of(const document *self)
{
    if (self->encoding.escaping == PROMLET_ESCAPING_ALLOW_UTF8 || self->encoding.with_created) {
        return NULL;
    }
    if (self->encoding.format == PROMLET_FORMAT_TEXT_0_0_4) {
        return "prom";
    }
    bool is_openmetrics = self->encoding.format == PROMLET_FORMAT_OPENMETRICS_1_0_0;
    return is_openmetrics && is_for_python(self->made) ? "om1" : NULL;
}

/* The environment variable says where. Text and OpenMetrics of one snapshot have the same name. */
static void keep_document(const document *self, size_t number)
{
    const char *folder = getenv("PROMLET_FUZZ_DOCUMENTS");
    const char *ending = ending_of(self);
    if (folder == NULL || ending == NULL) {
        return;
    }
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%06zu-%d.%s", folder, number,
                   (int)self->encoding.escaping, ending);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(self->bytes, file) == EOF || fclose(file) != 0) {
        finding("can't write %s", path);
    }
}

static void check_document(document *self)
{
    size_t mark = made_mark();
    self->bytes = promlet_snapshot_string_as(self->made->shown, &self->encoding, &self->size);
    if (self->bytes == NULL) {
        finding("out of memory");
    }
    if (self->encoding.format == PROMLET_FORMAT_PROTOBUF) {
        check_protobuf(self);
    } else {
        check_text(self);
    }
    check_pieces(self);
    check_small_pieces(self);
    check_copy(self);
    made_free(mark);
}

/* Without names that need it, all escapings are the same. */
void check_every_document(const made_snapshot *made, const document_cuts *cuts)
{
    static size_t number;
    document self = {.made = made, .cuts = cuts};
    for (int format = PROMLET_FORMAT_TEXT_0_0_4; format <= PROMLET_FORMAT_PROTOBUF; format++) {
        int escapings = made->has_utf8_names ? PROMLET_ESCAPING_ALLOW_UTF8 + 1 : 1;
        int with_created = format == PROMLET_FORMAT_OPENMETRICS_1_0_0;
        for (int i = 0; i < escapings * (1 + with_created); i++) {
            self.encoding = (promlet_encoding){.format = (promlet_format)format,
                                               .escaping = (promlet_escaping)(i % escapings),
                                               .with_created = i >= escapings,
                                               .without_timestamps = cuts->without_timestamps};
            check_document(&self);
            if (format == PROMLET_FORMAT_TEXT_0_0_4) {
                check_graphite_lines(made, self.bytes);
            }
            keep_document(&self, number);
            promlet_free(self.bytes);
        }
    }
    number++;
}

document_cuts read_cuts(input *in)
{
    document_cuts cuts = {.piece_size = (size_t)1 + input_byte(in),
                          .piece_count = input_choice(in, 8)};
    cuts.buffer_size = (size_t)input_byte(in) * input_byte(in) % MOST_BUFFER;
    cuts.without_timestamps = cuts.piece_size % 4 == 0;
    return cuts;
}
