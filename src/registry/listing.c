/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a registry's list of families, for those who go through it without the lock; and how
   much there is to read. */
#include "base/alloc.h"
#include "base/locks.h"
#include "registry/limits.h"
#include "registry/registry.h"
#include "registry/unregistered.h"

#include <string.h>

pml_family **pml_registry_list_all(promlet_registry *registry, size_t *count, size_t *all_count,
                                   uint64_t *removals)
{
    pml_lock(PML_LOCK_CHANGES);
    *removals = registry->removals;
    *count = registry->family_count;
    *all_count = *count + pml_unregistered_count(registry);
    pml_family **list = pml_resize_array(NULL, *all_count + *count, sizeof *list);
    if (list != NULL && *count > 0) {
        memcpy(list, registry->families, *count * sizeof *list);
        memcpy(list + *all_count, registry->families, *count * sizeof *list);
    }
    if (list != NULL) {
        pml_unregistered_list(registry, list + *count);
    }
    pml_unlock(PML_LOCK_CHANGES);
    return list;
}

pml_family **pml_registry_list(promlet_registry *registry, size_t *count)
{
    size_t all_count;
    uint64_t removals;
    return pml_registry_list_all(registry, count, &all_count, &removals);
}

/* What a family adds to a snapshot or a document without its series, roughly. */
static size_t family_bytes(const pml_family *family)
{
    return sizeof *family + family->definition->help.size;
}

static bool is_settled(const pml_family *family)
{
    return family->fresh_count == 0 && family->hidden_count == 0;
}

bool pml_registry_has_little(promlet_registry *registry, size_t most_bytes)
{
    pml_lock(PML_LOCK_CHANGES);
    size_t bytes =
        pml_limits_memory(registry) + pml_unregistered_count(registry) * sizeof(pml_family);
    bool is_little = bytes <= most_bytes;
    for (size_t i = 0; is_little && i < registry->family_count; i++) {
        bytes += family_bytes(registry->families[i]);
        is_little = bytes <= most_bytes && is_settled(registry->families[i]);
    }
    pml_unlock(PML_LOCK_CHANGES);
    return is_little;
}

size_t pml_registry_keep_lasting(uint64_t removals, pml_family **list, size_t count)
{
    size_t kept = 0;
    pml_lock(PML_LOCK_CHANGES);
    for (size_t i = 0; i < count; i++) {
        if (list[i]->removal <= removals) {
            list[kept++] = list[i];
        }
    }
    pml_unlock(PML_LOCK_CHANGES);
    return kept;
}
