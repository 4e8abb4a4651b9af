/* SPDX-License-Identifier: Apache-2.0 */
/* Where documents come from: a file, standard input, or a URL. They are handed on in pieces. */
#ifndef PML_TOOL_SOURCE_H
#define PML_TOOL_SOURCE_H

#include "tool/buffer.h"

#include <promlet/parse.h>

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_source_options {
    bool has_format; /* it was said on the command line, so no Content-Type is asked */
    promlet_parse_format format;
    double timeout_seconds;  /* for a whole answer */
    size_t max_bytes;        /* of an answer, decompressed, or of a file that is kept */
    const char *unix_socket; /* NULL: TCP */
    const char *ca_file;     /* NULL: those of the system */
    char **headers;          /* further ones, each "Name: value" */
    size_t header_count;
} pml_source_options;

/* Who receives a document. */
typedef struct pml_sink {
    /* Before the first piece. false ends it. */
    bool (*begin)(void *ctx, promlet_parse_format format);
    /* A piece; lent. false ends it, which is no error of the source. */
    bool (*take)(void *ctx, const char *bytes, size_t size);
    void *ctx;
} pml_sink;

/* Its scheme may be in capitals. */
bool pml_source_is_url(const char *place);

/* The place as it is shown to people: a URL without the password that may be in it. The caller's to
   free. */
char *pml_source_name(const char *place);

/* Reads a document to its end. On an error, *why has a sentence that names the place. */
bool pml_source_read(const char *place, const pml_source_options *options, const pml_sink *sink,
                     pml_buffer *why);

#endif
