/* SPDX-License-Identifier: Apache-2.0 */
/* What the library's own parser finds in a document, told as expected.h tells it; doubles are told
   by the shortest text that only they have, so the same text is the same value to the bit. */
#ifndef FUZZ_READ_BACK_H
#define FUZZ_READ_BACK_H

#include <promlet/snapshot.h>

#include <stddef.h>

/* Reads it strictly, in pieces of so many bytes; ends the process if the parser refuses it. To be
   freed. */
char *tell_read_back(const promlet_encoding *encoding, const char *bytes, size_t size,
                     size_t piece_size);

#endif
