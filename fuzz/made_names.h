/* SPDX-License-Identifier: Apache-2.0 */
/* Names and texts from bytes, for made.c. What they return is freed by made_free(). */
#ifndef FUZZ_MADE_NAMES_H
#define FUZZ_MADE_NAMES_H

#include "input.h"

#include <stdbool.h>
#include <stddef.h>

/* Any text in UTF-8; with is_long, sometimes of some KiB. */
char *read_made_text(input *in, bool is_long);

/* A name that has this letter, behind nothing that is one, so that names with different letters
   from G on (but not d, o and t of `_dot_`, nor U) differ under each escaping. */
char *read_made_name(input *in, char letter, const char *suffix);

#endif
