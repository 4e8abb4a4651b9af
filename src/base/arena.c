/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that are filled one after the other; what is too large for one gets its own. */
#include "base/arena.h"

#include "base/alloc.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_SIZE 4000u

struct pml_arena_block {
    struct pml_arena_block *next;
    size_t used;
    size_t size;
    _Alignas(16) unsigned char bytes[];
};

static struct pml_arena_block *add_block(pml_arena *arena, size_t size)
{
    struct pml_arena_block *block = pml_alloc(sizeof *block + size);
    if (block != NULL) {
        block->next = arena->blocks;
        block->used = 0;
        block->size = size;
        arena->blocks = block;
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
        block = add_block(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
    }
    if (block == NULL) {
        return NULL;
    }
    void *taken = block->bytes + block->used;
    block->used += size;
    return taken;
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
        pml_free(block);
        block = next;
    }
    arena->blocks = NULL;
}
