/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of strings. */
#include "base/text.h"

#include "base/alloc.h"
#include "base/utf8.h"

#include <stdint.h>
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

bool pml_text_copy_fitted(pml_text *to, const char *text, size_t size, size_t most, bool *is_cut)
{
    to->size = pml_utf8_fit(text, size, most, NULL, is_cut);
    to->bytes = pml_alloc(to->size + 1);
    if (to->bytes == NULL) {
        return false;
    }
    (void)pml_utf8_fit(text, size, most, to->bytes, is_cut);
    to->bytes[to->size] = '\0';
    return true;
}

bool pml_text_copy_repaired(pml_text *to, const char *text, size_t size)
{
    bool is_cut;
    return pml_text_copy_fitted(to, text, size, SIZE_MAX, &is_cut);
}
