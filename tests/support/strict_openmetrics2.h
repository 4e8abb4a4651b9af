/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of OpenMetrics 2.0 as promlet writes it, by the release candidate of March 2026.
 * No released tool reads this version, so what is right is only what this reader says.
 *
 *     strict_document document;
 *     if (!strict_openmetrics2_read(&document, text)) { ... document.why ... }
 *     strict_document_free(&document);
 */
#ifndef TESTS_SUPPORT_STRICT_OPENMETRICS2_H
#define TESTS_SUPPORT_STRICT_OPENMETRICS2_H

#include "support/strict_openmetrics.h"

/* True for a document that keeps all rules; else document->why says what is wrong. Free it in
   either case. */
bool strict_openmetrics2_read(strict_document *document, const char *text);

/* The same, and names may stand in quotes. */
bool strict_openmetrics2_read_as(strict_document *document, const char *text, bool has_quotes);

#endif
