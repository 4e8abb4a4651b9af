/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a document again and again and prints the nanoseconds of the fastest turn.
 *
 * usage: parse memcpy|memchr|strict|lenient|keep|pieces FILE TURNS
 *
 * memcpy copies it, memchr finds its line feeds; pieces is strict, with 16 KiB at a time.
 */
#include <promlet/parse.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct document {
    char *bytes;
    size_t size;
    char *copy;
    promlet_parse_format format;
    size_t samples; /* that were told */
} document;

static void fail(const char *what)
{
    (void)fprintf(stderr, "parse: %s\n", what);
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- ways ------------------------------------------------------------------------------------ */

static bool count_sample(void *ctx, const promlet_parsed_sample *sample)
{
    (void)sample;
    ((document *)ctx)->samples++;
    return true;
}

static void read_in_pieces(document *self, bool is_lenient, size_t piece)
{
    promlet_parser *parser = promlet_parser_new(&(promlet_parser_opts){
        .format = self->format, .is_lenient = is_lenient, .on_sample = count_sample, .ctx = self});
    for (size_t at = 0; at < self->size; at += piece) {
        size_t left = self->size - at;
        if (promlet_parser_feed(parser, self->bytes + at, left < piece ? left : piece) != 0) {
            fail(promlet_last_error());
        }
    }
    if (promlet_parser_finish(parser) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    promlet_parser_free(parser);
}

static void read_strictly(document *self)
{
    read_in_pieces(self, false, self->size);
}

static void read_leniently(document *self)
{
    read_in_pieces(self, true, self->size);
}

static void read_small_pieces(document *self)
{
    read_in_pieces(self, false, 16384);
}

static void keep(document *self)
{
    promlet_parser_opts options = {.format = self->format};
    promlet_document *kept = promlet_document_parse(self->bytes, self->size, &options, NULL);
    if (kept == NULL) {
        fail(promlet_last_error());
    }
    self->samples += promlet_document_sample_count(kept);
    promlet_document_free(kept);
}

static void copy(document *self)
{
    memcpy(self->copy, self->bytes, self->size);
    self->samples += self->copy[self->size - 1] == '\n';
}

static void find_lines(document *self)
{
    const char *end = self->bytes + self->size;
    for (const char *at = self->bytes; at < end; self->samples++) {
        at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
    }
}

static const struct {
    const char *name;
    void (*call)(document *self);
} ways[] = {
    {"memcpy", copy}, {"memchr", find_lines},      {"strict", read_strictly},
    {"keep", keep},   {"lenient", read_leniently}, {"pieces", read_small_pieces},
};

/* ---- turns ----------------------------------------------------------------------------------- */

static void read_file(document *self, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fail(path);
    }
    self->size = (size_t)ftell(file);
    rewind(file);
    self->bytes = malloc(self->size);
    self->copy = calloc(1, self->size);
    if (self->bytes == NULL || self->copy == NULL ||
        fread(self->bytes, 1, self->size, file) != self->size) {
        fail(path);
    }
    (void)fclose(file);
    self->format = strstr(path, ".om1") != NULL ? PROMLET_PARSE_OPENMETRICS : PROMLET_PARSE_TEXT;
}

int main(int argc, char **argv)
{
    document self = {.samples = 0};
    if (argc != 4) {
        fail("usage: parse WAY FILE TURNS");
    }
    read_file(&self, argv[2]);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(ways[i].name, argv[1]) != 0) {
            continue;
        }
        uint64_t best = UINT64_MAX;
        for (int turn = 0; turn < atoi(argv[3]); turn++) {
            uint64_t start = now_ns();
            ways[i].call(&self);
            uint64_t took = now_ns() - start;
            best = took < best ? took : best;
        }
        (void)printf("%llu\n", (unsigned long long)best);
        return self.samples > 0 ? 0 : 1;
    }
    fail("no such way");
    return 1;
}
