/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of strings. */
#include "base/text.h"

#include "base/alloc.h"

#include <string.h>

bool pml_text_copy(pml_text *to, const char *text, size_t size)
{
    to->bytes = pml_alloc(size + 1);
    if (to->bytes == NULL) {
        return false;
    }
    memcpy(to->bytes, text, size);
    to->bytes[size] = '\0';
    to->size = size;
    return true;
}
