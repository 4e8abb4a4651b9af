/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of OpenMetrics 1.0 as promlet writes it, which shares nothing with the encoder:
 * it refuses what the format forbids, and what it leaves open but promlet never does.
 *
 *     strict_document document;
 *     if (!strict_openmetrics_read(&document, text)) { ... document.why ... }
 *     strict_document_free(&document);
 */
#ifndef TESTS_SUPPORT_STRICT_OPENMETRICS_H
#define TESTS_SUPPORT_STRICT_OPENMETRICS_H

#include "support/strict_openmetrics_lines.h"

bool strict_is_type(const strict_family *family, const char *type);

/* What Go's 'g' format gives for a bound, with a point or an exponent. */
bool strict_is_bound(const char *text);

/* The part of the name that ends there ends in the unit, if the family has one. */
bool strict_unit_fits(const strict_family *family, const char *stem_end);

/* True for a document that keeps all rules; else document->why says what is wrong. Free it in
   either case. */
bool strict_openmetrics_read(strict_document *document, const char *text);

/* The same, and names may stand in quotes. */
bool strict_openmetrics_read_as(strict_document *document, const char *text, bool has_quotes);

#endif
