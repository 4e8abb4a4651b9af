/* SPDX-License-Identifier: Apache-2.0 */
/* What a cursor does at the end of a piece. */
#include "encode/cursor.h"

pml_cursor pml_put_slowly(pml_cursor to, const char *bytes, size_t size)
{
    pml_cursor_close(&to);
    pml_output_append_slowly(to.output, bytes, size);
    return pml_cursor_open(to.output);
}
