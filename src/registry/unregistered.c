/* SPDX-License-Identifier: Apache-2.0 */
/* Families that were unregistered, by name. */
#include "registry/unregistered.h"

pml_family *pml_unregistered_find(const promlet_registry *registry,
                                  const pml_definition *definition)
{
    pml_family *family = pml_name_map_find(&registry->unregistered, definition->name.bytes);
    while (family != NULL && !pml_definition_is_identical(family->definition, definition)) {
        family = family->next_unregistered;
    }
    return family;
}

bool pml_unregistered_add(promlet_registry *registry, pml_family *family)
{
    pml_name_map *map = &registry->unregistered;
    const char *name = family->definition->name.bytes;
    if (!pml_name_map_reserve(map, 1)) {
        return false;
    }
    pml_family *first = pml_name_map_find(map, name);
    if (first != NULL) {
        pml_name_map_set(map, name, family);
    } else {
        pml_name_map_add(map, name, family);
    }
    family->next_unregistered = first;
    family->is_unregistered = true;
    return true;
}

void pml_unregistered_take(promlet_registry *registry, pml_family *family)
{
    pml_name_map *map = &registry->unregistered;
    const char *name = family->definition->name.bytes;
    pml_family *first = pml_name_map_find(map, name);
    pml_family *other = first;
    while (other != family && other->next_unregistered != family) {
        other = other->next_unregistered;
    }
    if (other != family) {
        other->next_unregistered = family->next_unregistered;
    } else if (family->next_unregistered != NULL) {
        pml_name_map_set(map, name, family->next_unregistered);
    } else {
        pml_name_map_remove(map, name);
    }
    family->next_unregistered = NULL;
    family->is_unregistered = false;
}

size_t pml_unregistered_count(const promlet_registry *registry)
{
    size_t count = 0;
    size_t at = 0;
    for (pml_family *family; (family = pml_name_map_next(&registry->unregistered, &at)) != NULL;) {
        for (; family != NULL; family = family->next_unregistered) {
            count++;
        }
    }
    return count;
}

void pml_unregistered_list(const promlet_registry *registry, pml_family **list)
{
    size_t at = 0;
    for (pml_family *family; (family = pml_name_map_next(&registry->unregistered, &at)) != NULL;) {
        for (; family != NULL; family = family->next_unregistered) {
            *list++ = family;
        }
    }
}

void pml_unregistered_free(promlet_registry *registry)
{
    size_t at = 0;
    for (pml_family *family; (family = pml_name_map_next(&registry->unregistered, &at)) != NULL;) {
        while (family != NULL) {
            pml_family *next = family->next_unregistered;
            pml_family_free(family);
            family = next;
        }
    }
    pml_name_map_free(&registry->unregistered);
}
