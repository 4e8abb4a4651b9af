/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a registry's list of families, for those who go through it without the lock; and how
   much there is to read. */
#include "base/alloc.h"
#include "base/locks.h"
#include "registry/limits.h"
#include "registry/registry.h"
#include "registry/unregistered.h"

#include <string.h>

bool pml_registry_list_all(promlet_registry *registry, pml_family_list *list)
{
    pml_lock(PML_LOCK_CHANGES);
    size_t count = registry->family_count;
    size_t all_count = count + pml_unregistered_count(registry);
    pml_family **all = pml_resize_array(NULL, all_count + count, sizeof *all);
    if (all != NULL && count > 0) {
        memcpy(all, registry->families, count * sizeof *all);
        memcpy(all + all_count, registry->families, count * sizeof *all);
    }
    if (all != NULL) {
        pml_unregistered_list(registry, all + count);
        *list = (pml_family_list){all, all_count, all + all_count, count, registry->removals};
    }
    pml_unlock(PML_LOCK_CHANGES);
    return all != NULL;
}

pml_family **pml_registry_list(promlet_registry *registry, size_t *count)
{
    pml_family_list list;
    bool is_listed = pml_registry_list_all(registry, &list);
    *count = is_listed ? list.count : 0;
    return is_listed ? list.all : NULL;
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
