/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table of texts. */
#include "tool/names.h"

#include "tool/hash.h"
#include "tool/memory.h"

#include <stdlib.h>
#include <string.h>

/* What is kept of a cleared table: it is cleared behind each family, and behind a large one there
   may be a million small ones. */
#define KEPT_SLOTS 1024u

/* Where a text is, or would be put. */
static size_t find_slot(const pml_names *names, const char *bytes, size_t size)
{
    size_t at = (size_t)pml_tool_hash(0, bytes, size) & (names->slot_count - 1);
    for (; names->slots[at] != 0; at = (at + 1) & (names->slot_count - 1)) {
        size_t number = names->slots[at] - 1;
        if (names->sizes[number] == size && memcmp(names->items[number], bytes, size) == 0) {
            break;
        }
    }
    return at;
}

static void enlarge(pml_names *names)
{
    free(names->slots);
    names->slot_count = names->slot_count == 0 ? 64 : names->slot_count * 2;
    names->slots = pml_tool_new(names->slot_count, sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++) {
        names->slots[find_slot(names, names->items[i], names->sizes[i])] = i + 1;
    }
}

size_t pml_names_add(pml_names *names, const char *bytes, size_t size, bool *is_new)
{
    if (names->count >= names->slot_count / 2) {
        enlarge(names);
    }
    size_t at = find_slot(names, bytes, size);
    *is_new = names->slots[at] == 0;
    if (*is_new) {
        size_t count = names->count + 1;
        names->items = pml_tool_grow(names->items, &names->capacity, count, sizeof *names->items);
        names->sizes =
            pml_tool_grow(names->sizes, &names->sizes_capacity, count, sizeof *names->sizes);
        names->items[names->count] = pml_tool_copy(bytes, size);
        names->sizes[names->count] = size;
        names->count = count;
        names->slots[at] = count;
    }
    return names->slots[at] - 1;
}

void pml_names_clear(pml_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    names->count = 0;
    if (names->slot_count > KEPT_SLOTS) {
        free(names->slots);
        names->slots = NULL;
        names->slot_count = 0;
    } else if (names->slots != NULL) {
        memset(names->slots, 0, names->slot_count * sizeof *names->slots);
    }
}

void pml_names_free(pml_names *names)
{
    pml_names_clear(names);
    free(names->items);
    free(names->sizes);
    free(names->slots);
    *names = (pml_names){.items = NULL};
}
