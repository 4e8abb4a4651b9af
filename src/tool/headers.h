/* SPDX-License-Identifier: Apache-2.0 */
/* Headers that a request is to have: from the command line, or from a file, as others can see the
   one and not the other. */
#ifndef PML_TOOL_HEADERS_H
#define PML_TOOL_HEADERS_H

#include "tool/source.h"

/* Adds "Name: value", or for "@FILE" each line of the file. False if that is none, or a file which
   can't be read or has none; *why, which is empty before, then has a sentence. It shows nothing of
   a header. */
bool pml_headers_add(pml_source_options *source, const char *value, pml_buffer *why);

void pml_headers_free(pml_source_options *source);

#endif
