/* SPDX-License-Identifier: Apache-2.0 */
/* Documents read leniently: the samples as they come, or all of them kept. */
#ifndef PML_TOOL_READING_H
#define PML_TOOL_READING_H

#include "tool/source.h"

#include <promlet/parse.h>

/* Hands each sample on. Lines that can't be read are named on standard error and left out; it is an
   error when nothing is left. Returns PML_TOOL_OK, or PML_TOOL_TROUBLE after saying why. */
int pml_read_samples(const char *place, const pml_source_options *options,
                     bool (*on_sample)(void *ctx, const promlet_parsed_sample *sample), void *ctx);

/* The most samples of a document that is kept, at about 200 bytes each. */
#define PML_MOST_SAMPLES ((size_t)10000000)

/* Bytes of a document that is to be kept. */
typedef struct pml_collected {
    pml_buffer text;
    promlet_parse_format format;
    size_t max_bytes; /* 0: who fills it sees to that */
    bool is_too_long;
} pml_collected;

/* What fills it; it begins anew with each document. */
pml_sink pml_collecting(pml_collected *collected);

/* What was collected; NULL when no line of it can be read, and *why says why. on_error
   hears of each line that is left out. To be freed with promlet_document_free(). */
promlet_document *pml_collected_parse(const pml_collected *collected,
                                      void (*on_error)(void *ctx, const promlet_parse_error *error),
                                      void *ctx, pml_buffer *why);

/* A whole document; NULL after saying why. Lines that can't be read are named on standard error and
   left out; *has_all is false then. */
promlet_document *pml_read_document(const char *place, const pml_source_options *options,
                                    bool *has_all);

#endif
