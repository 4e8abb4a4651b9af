/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot in the formats beside text 0.0.4: each document is read strictly, and kept for the
 * readers of others.
 */
#ifndef TESTS_SUPPORT_EVERY_FORMAT_H
#define TESTS_SUPPORT_EVERY_FORMAT_H

#include "support/documents.h"
#include "support/strict_openmetrics2.h"
#include "support/strict_protobuf.h"

#include <promlet/snapshot.h>

/* What the reader says, aloud if it refuses the text. */
bool is_read(const char *text, bool (*read)(strict_document *, const char *));

/* True if the strict readers take each document, and text 1.0.0 is text 0.0.4 to the byte. The
   documents are kept if they have a name. */
bool every_format_is_read(const promlet_snapshot *snapshot, const char *name);

#endif
