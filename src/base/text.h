/* SPDX-License-Identifier: Apache-2.0 */
/* A string that knows its length. */
#ifndef PML_BASE_TEXT_H
#define PML_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_text {
    char *bytes; /* with a NUL behind them */
    size_t size; /* without it */
} pml_text;

/* A copy of so many bytes, to be freed with pml_free(to->bytes); false when out of memory. */
bool pml_text_copy(pml_text *to, const char *text, size_t size);

/* The same with U+FFFD for bytes that are not UTF-8. */
bool pml_text_copy_repaired(pml_text *to, const char *text, size_t size);

/* The same without what is beyond so many bytes then; *is_cut says whether anything is. */
bool pml_text_copy_fitted(pml_text *to, const char *text, size_t size, size_t most, bool *is_cut);

#endif
