/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the strict readers of OpenMetrics 1.0 and 2.0: how one line is read into a document. What
 * both versions share stands here; a version says what a value is, and which samples a family may
 * have.
 */
#ifndef TESTS_SUPPORT_STRICT_OPENMETRICS_LINES_H
#define TESTS_SUPPORT_STRICT_OPENMETRICS_LINES_H

#include "support/strict_document.h"

/* `123.456`, as promlet writes times: all digits are there, none is lost to an exponent. */
bool strict_is_seconds(const char *text);

/* Ends the word that begins at a text, and returns what stands behind the space; NULL: nothing. */
char *strict_end_word(char *text);

/* `{labels} value time` behind ` # `; the time may be missing if it need not be there. Returns what
   stands behind, NULL at the end of the line; *is_read says whether it was all right. */
char *strict_read_exemplar(strict_document *document, char *at, bool needs_time,
                           strict_point *exemplar, bool *is_read);

/* How many characters the labels have. */
size_t strict_exemplar_size(const strict_point *exemplar);

/* Belongs to the point that is read next. */
void strict_add_exemplar(strict_document *document, strict_point *point,
                         const strict_point *exemplar);

/* Reads a line that is a sample. */
typedef bool (*strict_read_sample_fn)(strict_document *document, char *line);

/* Reads all lines of a copy of the text, which the document then owns. */
bool strict_read_openmetrics(strict_document *document, const char *text,
                             strict_read_sample_fn read_sample, bool has_quotes);

#endif
