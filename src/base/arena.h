/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for many small things that are freed together. Not thread-safe. */
#ifndef PML_BASE_ARENA_H
#define PML_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_arena {
    struct pml_arena_block *blocks; /* the one that is being filled first */
} pml_arena;

/* size bytes, not initialised, aligned for everything; NULL when out of memory. */
void *pml_arena_take(pml_arena *arena, size_t size);

/* The same for an array of count elements, at least one. */
void *pml_arena_take_array(pml_arena *arena, size_t count, size_t element_size);

/* Has room for so many bytes that are taken next, in one piece; false when out of memory. */
bool pml_arena_reserve(pml_arena *arena, size_t size);

/* How many bytes were taken; to be reserved in another arena for the same again. */
size_t pml_arena_taken(const pml_arena *arena);

/* A copy of so many bytes, with a NUL behind it; NULL when out of memory. */
char *pml_arena_copy(pml_arena *arena, const void *bytes, size_t size);

void pml_arena_free(pml_arena *arena);

#endif
