/* SPDX-License-Identifier: Apache-2.0 */
/* Which series are meant: name{label="value",other!="x",third=~"a|b"}, as PromQL has it, but with
   quotes that may be left out, since a shell has its own, and extended regular expressions. */
#ifndef PML_TOOL_SELECTOR_H
#define PML_TOOL_SELECTOR_H

#include "tool/buffer.h"

#include <promlet/parse.h>

#include <stdbool.h>

typedef struct pml_selector pml_selector;

/* NULL when the text is no selector, and *why says what is wrong with it. */
pml_selector *pml_selector_new(const char *text, pml_buffer *why);
bool pml_selector_matches(const pml_selector *selector, const promlet_parsed_sample *sample);
void pml_selector_free(pml_selector *selector);

#endif
