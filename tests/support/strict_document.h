/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of whole documents in the text format 0.0.4, which shares nothing with the
 * encoder. It takes the document apart, undoes the escaping, and refuses all that the format
 * forbids, and what the format only tolerates and promlet never writes: comments, empty lines,
 * spaces that are not needed. What strict_text.h checks on the fly with fixed buffers, this one
 * keeps, for any label values, so that a document can be compared with a model.
 *
 *     strict_document document;
 *     if (!strict_document_read(&document, text, STRICT_WITH_EOF)) { ... document.why ... }
 *     strict_document_free(&document);
 */
#ifndef TESTS_SUPPORT_STRICT_DOCUMENT_H
#define TESTS_SUPPORT_STRICT_DOCUMENT_H

#include "support/strict_lines.h"

/* NULL if the point has no such label. */
const char *strict_label_value(const strict_point *point, const char *name);

/* The same labels with the same values, whatever their order; one label may be left out. */
bool strict_same_labels(const strict_point *a, const strict_point *b, const char *but);

/* The name of the point is that of the family and the suffix. */
bool strict_has_suffix(const strict_family *family, const strict_point *point, const char *suffix);

/* No two points are the same series, in whichever family they stand. */
bool strict_check_unique(strict_document *document);

/* What the two below do. */
bool strict_document_read_as(strict_document *document, const char *text, enum strict_end end,
                             bool has_quotes);

/* True for a document that keeps all rules; else document->why says what is wrong. Free it in
   either case. */
bool strict_document_read(strict_document *document, const char *text, enum strict_end end);

/* The same for the text format 1.0.0 with names in quotes. */
bool strict_document_read_quoted(strict_document *document, const char *text);

void strict_document_free(strict_document *document);

#endif
