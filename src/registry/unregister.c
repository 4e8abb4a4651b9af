/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls that take metrics out of their registry. */
#include "base/locks.h"
#include "base/report.h"
#include "registry/lifetime.h"
#include "registry/names.h"
#include "registry/registry.h"
#include "registry/removal.h"
#include "registry/self_metrics.h"

#include <promlet/family.h>

static void hide_all(pml_family *family, pml_series *const *series, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)pml_lifetime_hide(family, series[i]);
    }
}

/* With PML_LOCK_ORDER and PML_LOCK_CHANGES held. */
static promlet_status unregister(pml_family *family)
{
    promlet_status status = pml_removal_check(family);
    if (status != PROMLET_OK) {
        return status;
    }
    if (family->is_callback) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: a callback ends with promlet_collector_free()",
                        family->definition->name.bytes);
    }
    if (family->is_unregistered) {
        return pml_fail(PROMLET_ERROR_NOT_FOUND, "%.100s: it is not registered any more",
                        family->definition->name.bytes);
    }
    if (!pml_registry_remove(family->registry, family)) {
        return pml_fail_memory();
    }
    hide_all(family, family->sorted, family->sorted_count);
    hide_all(family, family->fresh, family->fresh_count);
    pml_series *overflow = pml_family_overflow(family);
    hide_all(family, &overflow, overflow != NULL);
    pml_self_metrics_forget(family);
    return PROMLET_OK;
}

promlet_status(promlet_family_unregister)(promlet_family *opaque)
{
    pml_family *family = (pml_family *)opaque;
    promlet_status status = pml_removal_check_family(family);
    if (status == PROMLET_OK && family->view != NULL) {
        status = pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a view can't be unregistered",
                          family->definition->name.bytes);
    }
    if (status == PROMLET_OK) {
        pml_lock(PML_LOCK_ORDER);
        pml_lock(PML_LOCK_CHANGES);
        status = unregister(family);
        pml_unlock(PML_LOCK_CHANGES);
        pml_unlock(PML_LOCK_ORDER);
    }
    return status;
}

/* promlet's own metrics need not be there yet. */
static promlet_status fail_not_found(const char *name)
{
    return pml_name_is_own(name) ? pml_removal_fail_own(name)
                                 : pml_fail(PROMLET_ERROR_NOT_FOUND,
                                            "%.100s: no metric of this name is registered", name);
}

promlet_status promlet_registry_unregister(promlet_registry *registry, const char *name)
{
    promlet_registry *self = pml_registry_of(registry);
    if (name == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "a metric's name is NULL");
    }
    pml_lock(PML_LOCK_ORDER);
    pml_lock(PML_LOCK_CHANGES);
    pml_family *family = pml_registry_find(self, name);
    promlet_status status = family != NULL ? unregister(family) : fail_not_found(name);
    pml_unlock(PML_LOCK_CHANGES);
    pml_unlock(PML_LOCK_ORDER);
    return status;
}
