/* SPDX-License-Identifier: Apache-2.0 */
/* Allocating or ending. */
#include "tool/memory.h"

#include "tool/command.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_end(void *memory)
{
    if (memory == NULL) {
        fputs("promlet: out of memory\n", stderr);
        exit(PML_TOOL_TROUBLE);
    }
    return memory;
}

void *pml_tool_new(size_t count, size_t size)
{
    return or_end(calloc(count > 0 ? count : 1, size));
}

void *pml_tool_grow(void *array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity && array != NULL) {
        return array;
    }
    size_t wanted = *capacity < 8 ? 16 : *capacity;
    while (wanted < needed && wanted <= SIZE_MAX / 2 / size) {
        wanted *= 2;
    }
    array = or_end(wanted < needed ? NULL : realloc(array, wanted * size));
    *capacity = wanted;
    return array;
}

char *pml_tool_copy(const char *bytes, size_t size)
{
    char *copy = or_end(size == SIZE_MAX ? NULL : malloc(size + 1));
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}
