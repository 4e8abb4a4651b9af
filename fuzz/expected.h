/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a document must say, told line by line: once from the snapshot that was made, once from what
 * a strict reader found in the document. Both are the same text, or one of them is wrong.
 */
#ifndef FUZZ_EXPECTED_H
#define FUZZ_EXPECTED_H

#include "made.h"
#include "support/strict_document.h"

#include <promlet/snapshot.h>

/* Each is to be freed. */
char *expect_text(const made_snapshot *made, const promlet_encoding *encoding);
char *tell_text(const strict_document *document);

/* Of protobuf, as `protoc --decode` prints it. */
char *expect_protobuf(const made_snapshot *made, const promlet_encoding *encoding);

/* A name as an encoding writes it, without quotes; freed by made_free(). */
char *expect_name(const char *name, bool is_label, const promlet_encoding *encoding);

#endif
