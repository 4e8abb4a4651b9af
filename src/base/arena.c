/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that are filled one after the other; what is too large for one gets its own. Large blocks
   come from the system, the others from libc. */
#include "base/arena.h"

#include "base/alloc.h"
#include "base/pages.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_SIZE 4000u

struct pml_arena_block {
    struct pml_arena_block *next;
    size_t used;
    size_t size;
    bool is_mapped; /* by base/pages.h */
    _Alignas(16) unsigned char bytes[];
};

static struct pml_arena_block *new_block(size_t size)
{
    struct pml_arena_block *block = NULL;
    size_t bytes = sizeof *block + size;
    if (bytes >= PML_LEAST_PAGES) {
        block = pml_pages_map(bytes);
    }
    bool is_mapped = block != NULL;
    if (!is_mapped) {
        block = pml_alloc(bytes);
    }
    if (block != NULL) {
        block->used = 0;
        block->size = size;
        block->is_mapped = is_mapped;
    }
    return block;
}

static void free_block(struct pml_arena_block *block)
{
    if (block->is_mapped) {
        pml_pages_unmap(block, sizeof *block + block->size);
    } else {
        pml_free(block);
    }
}

/* What is taken at once from a block of its own leaves the one that is being filled where it is. */
static struct pml_arena_block *add_block(pml_arena *arena, size_t size, bool is_own)
{
    struct pml_arena_block *block = new_block(size);
    if (block != NULL) {
        struct pml_arena_block **at =
            is_own && arena->blocks != NULL ? &arena->blocks->next : &arena->blocks;
        block->next = *at;
        *at = block;
    }
    return block;
}

void *pml_arena_take(pml_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size = (size + 15) & ~(size_t)15;
    struct pml_arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < size) {
        bool is_own = size > BLOCK_SIZE;
        block = add_block(arena, is_own ? size : BLOCK_SIZE, is_own);
    }
    if (block == NULL) {
        return NULL;
    }
    void *taken = block->bytes + block->used;
    block->used += size;
    return taken;
}

void *pml_arena_take_array(pml_arena *arena, size_t count, size_t element_size)
{
    size_t elements = count > 0 ? count : 1;
    return elements <= SIZE_MAX / element_size ? pml_arena_take(arena, elements * element_size)
                                               : NULL;
}

bool pml_arena_reserve(pml_arena *arena, size_t size)
{
    return size == 0 || add_block(arena, size, false) != NULL;
}

size_t pml_arena_taken(const pml_arena *arena)
{
    size_t size = 0;
    for (const struct pml_arena_block *block = arena->blocks; block != NULL; block = block->next) {
        size += block->used;
    }
    return size;
}

char *pml_arena_copy(pml_arena *arena, const void *bytes, size_t size)
{
    char *copy = size < SIZE_MAX ? pml_arena_take(arena, size + 1) : NULL;
    if (copy != NULL) {
        memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    return copy;
}

void pml_arena_free(pml_arena *arena)
{
    struct pml_arena_block *block = arena->blocks;
    while (block != NULL) {
        struct pml_arena_block *next = block->next;
        free_block(block);
        block = next;
    }
    arena->blocks = NULL;
}
