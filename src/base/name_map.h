/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table from names to pointers. Not thread-safe: its owner locks. */
#ifndef PML_BASE_NAME_MAP_H
#define PML_BASE_NAME_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pml_name_map {
    struct pml_name_map_entry *entries; /* capacity is 0 or a power of two */
    size_t capacity;
    size_t count;
    uint64_t seed; /* 0 where all names come from the program; else one that nobody can guess */
} pml_name_map;

/* The value of a name, or NULL. */
void *pml_name_map_find(const pml_name_map *map, const char *name);

/* Makes room for some more names, so that adding them can't fail; false when out of memory. */
bool pml_name_map_reserve(pml_name_map *map, size_t more);

/* Adds a name that is not there yet, with room reserved. The name must live as long as the map. */
void pml_name_map_add(pml_name_map *map, const char *name, void *value);

/* Gives a name that is there another value. */
void pml_name_map_set(pml_name_map *map, const char *name, void *value);

/* Removes a name; nothing happens if it is not there. */
void pml_name_map_remove(pml_name_map *map, const char *name);

/* Walks all names in no order: the value of the next one, NULL at the end. *at keeps the place, and
   is 0 at first. */
void *pml_name_map_next(const pml_name_map *map, size_t *at);

void pml_name_map_free(pml_name_map *map);

#endif
