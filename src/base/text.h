/* SPDX-License-Identifier: Apache-2.0 */
/* A string that knows its length. */
#ifndef PML_BASE_TEXT_H
#define PML_BASE_TEXT_H

#include <stddef.h>

typedef struct pml_text {
    char *bytes; /* with a NUL behind them */
    size_t size; /* without it */
} pml_text;

#endif
