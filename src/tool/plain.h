/* SPDX-License-Identifier: Apache-2.0 */
/* Text from elsewhere, for people: none of it may steer a terminal or look like another line. */
#ifndef PML_TOOL_PLAIN_H
#define PML_TOOL_PLAIN_H

#include "tool/buffer.h"

#include <stdbool.h>

/* Makes a '?' of each byte of a control character, line feeds included, and of each byte that is
   not UTF-8. */
void pml_make_plain(char *text, size_t size);

/* Ends the line, which is what a script wants to the byte, and prints it; made plain where standard
   output is a terminal. The buffer is empty afterwards. Returns whether it was written. */
bool pml_print_line(pml_buffer *line);

#endif
