/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing; at most half full, so a free slot ends every search. */
#include "base/name_map.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

/* Names come from the program, not from outside, so a fixed seed is enough. */
#define NAME_SEED 0

struct pml_name_map_entry {
    const char *name; /* NULL: free */
    void *value;
};

/* The slot of a name, or the free slot where it belongs. The capacity must not be 0. */
static struct pml_name_map_entry *slot_of(struct pml_name_map_entry *entries, size_t capacity,
                                          const char *name)
{
    size_t mask = capacity - 1;
    size_t at = (size_t)pml_hash_bytes(NAME_SEED, name, strlen(name)) & mask;
    while (entries[at].name != NULL && strcmp(entries[at].name, name) != 0) {
        at = (at + 1) & mask;
    }
    return &entries[at];
}

void *pml_name_map_find(const pml_name_map *map, const char *name)
{
    return map->capacity == 0 ? NULL : slot_of(map->entries, map->capacity, name)->value;
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
    struct pml_name_map_entry *entries = pml_alloc_zeroed(capacity * sizeof *entries);
    if (entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->entries[i].name != NULL) {
            *slot_of(entries, capacity, map->entries[i].name) = map->entries[i];
        }
    }
    pml_free(map->entries);
    map->entries = entries;
    map->capacity = capacity;
    return true;
}

void pml_name_map_add(pml_name_map *map, const char *name, void *value)
{
    *slot_of(map->entries, map->capacity, name) = (struct pml_name_map_entry){name, value};
    map->count++;
}

void pml_name_map_set(pml_name_map *map, const char *name, void *value)
{
    *slot_of(map->entries, map->capacity, name) = (struct pml_name_map_entry){name, value};
}

/* Entries behind the gap move up into it, so that a search still ends at the first free slot. */
static void close_gap(pml_name_map *map, size_t gap)
{
    size_t mask = map->capacity - 1;
    for (size_t at = (gap + 1) & mask; map->entries[at].name != NULL; at = (at + 1) & mask) {
        struct pml_name_map_entry entry = map->entries[at];
        map->entries[at] = (struct pml_name_map_entry){NULL, NULL};
        *slot_of(map->entries, map->capacity, entry.name) = entry;
    }
}

void pml_name_map_remove(pml_name_map *map, const char *name)
{
    if (map->capacity == 0) {
        return;
    }
    struct pml_name_map_entry *entry = slot_of(map->entries, map->capacity, name);
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
    *map = (pml_name_map){NULL, 0, 0};
}
