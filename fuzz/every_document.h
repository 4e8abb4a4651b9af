/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot in each format with each escaping of names, with times or without. Every document must
 * be taken by a strict reader of the tests' own, and what that found must be what the snapshot
 * holds; so all formats say the same. All ways in which a document leaves the library must give the
 * same bytes, wherever a piece or a buffer ends.
 */
#ifndef FUZZ_EVERY_DOCUMENT_H
#define FUZZ_EVERY_DOCUMENT_H

#include "made.h"

/* How documents are cut. */
typedef struct document_cuts {
    size_t piece_size;
    size_t piece_count; /* how many pieces the writer takes */
    size_t buffer_size;
    bool without_timestamps; /* in no document is a time */
} document_cuts;

document_cuts read_cuts(input *in);

/* Ends the process when one is wrong. */
void check_every_document(const made_snapshot *made, const document_cuts *cuts);

#endif
