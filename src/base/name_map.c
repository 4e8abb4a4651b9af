/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing; at most half full, so a free slot ends every search. */
#include "base/name_map.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

struct pml_name_map_entry {
    const char *name; /* NULL: free */
    void *value;
};

/* The slot of a name, or the free slot where it belongs. The capacity must not be 0. */
static struct pml_name_map_entry *slot_of(const pml_name_map *map, const char *name)
{
    size_t mask = map->capacity - 1;
    size_t at = (size_t)pml_hash_bytes(map->seed, name, strlen(name)) & mask;
    while (map->entries[at].name != NULL && strcmp(map->entries[at].name, name) != 0) {
        at = (at + 1) & mask;
    }
    return &map->entries[at];
}

void *pml_name_map_find(const pml_name_map *map, const char *name)
{
    return map->capacity == 0 ? NULL : slot_of(map, name)->value;
}

bool pml_name_map_reserve(pml_name_map *map, size_t more)
{
    size_t capacity = map->capacity == 0 ? 16 : map->capacity;
    while ((map->count + more) * 2 > capacity) {
        capacity *= 2;
    }
    if (capacity == map->capacity) {
        return true;
    }
    pml_name_map larger = *map;
    larger.capacity = capacity;
    larger.entries = pml_alloc_zeroed(capacity * sizeof *larger.entries);
    if (larger.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->entries[i].name != NULL) {
            *slot_of(&larger, map->entries[i].name) = map->entries[i];
        }
    }
    pml_free(map->entries);
    *map = larger;
    return true;
}

void pml_name_map_add(pml_name_map *map, const char *name, void *value)
{
    *slot_of(map, name) = (struct pml_name_map_entry){name, value};
    map->count++;
}

void pml_name_map_set(pml_name_map *map, const char *name, void *value)
{
    *slot_of(map, name) = (struct pml_name_map_entry){name, value};
}

/* Entries behind the gap move up into it, so that a search still ends at the first free slot. */
static void close_gap(pml_name_map *map, size_t gap)
{
    size_t mask = map->capacity - 1;
    for (size_t at = (gap + 1) & mask; map->entries[at].name != NULL; at = (at + 1) & mask) {
        struct pml_name_map_entry entry = map->entries[at];
        map->entries[at] = (struct pml_name_map_entry){NULL, NULL};
        *slot_of(map, entry.name) = entry;
    }
}

void pml_name_map_remove(pml_name_map *map, const char *name)
{
    if (map->capacity == 0) {
        return;
    }
    struct pml_name_map_entry *entry = slot_of(map, name);
    if (entry->name != NULL) {
        *entry = (struct pml_name_map_entry){NULL, NULL};
        close_gap(map, (size_t)(entry - map->entries));
        map->count--;
    }
}

void *pml_name_map_next(const pml_name_map *map, size_t *at)
{
    while (*at < map->capacity) {
        const struct pml_name_map_entry *entry = &map->entries[(*at)++];
        if (entry->name != NULL) {
            return entry->value;
        }
    }
    return NULL;
}

void pml_name_map_free(pml_name_map *map)
{
    pml_free(map->entries);
    *map = (pml_name_map){.seed = map->seed};
}
