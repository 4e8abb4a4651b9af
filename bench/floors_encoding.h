/* SPDX-License-Identifier: Apache-2.0 */
/* The floors of encoding: what it takes to put the text of a shape together when nothing has to be
   decided. */
#ifndef BENCH_FLOORS_ENCODING_H
#define BENCH_FLOORS_ENCODING_H

#include "harness.h"

/* For memcpy_, rendered_, parts_, walk_ and words_ with a shape; false: there is no such floor. */
bool floor_encoding_prepare(const char *workload, bench_repetition *repetition);

/* The text of the shape that was prepared, as rendered_ makes it; the caller frees it. NULL: out of
   memory. */
char *floor_encoding_render(size_t *size);

/* Prints how large the document is. */
void floor_encoding_notes(void);

#endif
