/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compression by zlib. The encoder's pieces go into the compressor as they come, so the document is
 * never there as a whole but compressed.
 */
#include "http/gzip.h"

#include <string.h>

#define ZLIB_CONST /* what is compressed is const then */
#include <zlib.h>

/* The lowest. The text of 120 histograms (178 KB) becomes 15.2 KB in 0.42 ms; level 6, zlib's
   default, makes 12.7 KB of it in 1.25 ms. The time is the host's. */
#define LEVEL 1

/* The largest window, and a header and checksum of gzip around it. */
#define WINDOW_BITS (MAX_WBITS + 16)

#define MEMORY_LEVEL 8 /* zlib's default */

struct compressing {
    pml_http_body *body;
    char head[PML_HTTP_LEAST_GZIP_BYTES - 1]; /* waits until there is more than that */
    size_t head_size;
    bool is_started;
    z_stream stream;
};

/* All of what is in the stream, and with Z_FINISH the end of the result. */
static bool deflate_all(struct compressing *self, int flush)
{
    int result = Z_OK;
    while (result == Z_OK && (flush == Z_FINISH || self->stream.avail_in > 0)) {
        size_t room;
        char *to = pml_http_body_reserve(self->body, &room);
        if (to == NULL) {
            return false;
        }
        self->stream.next_out = (Bytef *)to;
        self->stream.avail_out = (uInt)room;
        result = deflate(&self->stream, flush);
        pml_http_body_keep(self->body, room - self->stream.avail_out);
    }
    return result == (flush == Z_FINISH ? Z_STREAM_END : Z_OK);
}

static bool deflate_piece(struct compressing *self, const char *data, size_t size)
{
    self->stream.next_in = (const Bytef *)data;
    self->stream.avail_in = (uInt)size;
    return deflate_all(self, Z_NO_FLUSH);
}

static bool start(struct compressing *self)
{
    self->is_started = deflateInit2(&self->stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
                                    Z_DEFAULT_STRATEGY) == Z_OK;
    return self->is_started && deflate_piece(self, self->head, self->head_size);
}

/* A promlet_write_fn; pieces are of at most PROMLET_PIECE_SIZE bytes. */
static bool take_piece(const char *data, size_t size, void *ctx)
{
    struct compressing *self = ctx;
    if (!pml_http_body_goes_on(self->body)) {
        return false;
    }
    if (!self->is_started && size <= sizeof self->head - self->head_size) {
        memcpy(self->head + self->head_size, data, size);
        self->head_size += size;
        return true;
    }
    return (self->is_started || start(self)) && deflate_piece(self, data, size);
}

bool pml_http_write_gzip(const promlet_snapshot *snapshot, const promlet_encoding *encoding,
                         pml_http_body *body)
{
    struct compressing self = {.body = body};
    bool is_made = promlet_snapshot_write_as(snapshot, encoding, take_piece, &self) == PROMLET_OK &&
                   self.is_started && deflate_all(&self, Z_FINISH);
    if (self.is_started) {
        (void)deflateEnd(&self.stream);
    }
    body->is_gzip = is_made;
    return is_made;
}
