/* SPDX-License-Identifier: Apache-2.0 */
/* A set of texts, each with a number in the order in which it came. */
#ifndef PML_TOOL_NAMES_H
#define PML_TOOL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_names {
    char **items; /* by number, each with a NUL behind it */
    size_t *sizes;
    size_t count;
    size_t capacity;
    size_t sizes_capacity;
    size_t *slots; /* 0: free; else a number and 1 */
    size_t slot_count;
} pml_names;

/* The number of a text, which is copied if it is new. */
size_t pml_names_add(pml_names *names, const char *bytes, size_t size, bool *is_new);

/* Forgets all of them. */
void pml_names_clear(pml_names *names);
void pml_names_free(pml_names *names);

#endif
