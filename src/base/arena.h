/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for many small things that are freed together. Not thread-safe. */
#ifndef PML_BASE_ARENA_H
#define PML_BASE_ARENA_H

#include <stddef.h>

typedef struct pml_arena {
    struct pml_arena_block *blocks; /* the one that is being filled first */
} pml_arena;

/* size bytes, not initialised, aligned for everything; NULL when out of memory. */
void *pml_arena_take(pml_arena *arena, size_t size);

/* A copy of so many bytes, with a NUL behind it; NULL when out of memory. */
char *pml_arena_copy(pml_arena *arena, const void *bytes, size_t size);

void pml_arena_free(pml_arena *arena);

#endif
