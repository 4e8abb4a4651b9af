/* SPDX-License-Identifier: Apache-2.0 */
/* Setting a registry's options. */
#include "registry/registry.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/locks.h"
#include "base/options.h"
#include "registry/limits.h"
#include "registry/self_metrics.h"

/* With PML_LOCK_CHANGES held. Takes *naming over, and leaves there what is to be freed. */
static promlet_status set_naming(promlet_registry *registry, pml_naming **naming)
{
    const pml_naming *old = registry->naming != NULL ? registry->naming : &pml_no_naming;
    if (pml_naming_is_same(old, *naming)) {
        return PROMLET_OK;
    }
    if (registry->is_naming_fixed) {
        return pml_fail(PROMLET_ERROR_CONFLICT,
                        "a registry: %s can't be changed after the first metric was declared",
                        old->utf8_names != (*naming)->utf8_names
                            ? "whether its names may be UTF-8"
                            : "its prefix and constant labels");
    }
    pml_naming *replaced = registry->naming;
    registry->naming = *naming;
    *naming = replaced;
    return PROMLET_OK;
}

static promlet_status configure(promlet_registry *registry, const promlet_registry_opts *given,
                                size_t options_size)
{
    promlet_registry_opts options;
    pml_options_size size = {options_size, sizeof options};
    promlet_status status = pml_options_read(given, &options, size, "a registry's options");
    if (status != PROMLET_OK) {
        return status;
    }
    pml_naming *naming = pml_naming_new(&options, &status);
    if (naming == NULL) {
        return status;
    }
    pml_lock(PML_LOCK_CHANGES);
    status = set_naming(registry, &naming);
    if (status == PROMLET_OK) {
        /* relaxed: a lone choice, and the next scrape follows it. */
        pml_store_relaxed(&registry->hides_empty_families, options.hide_empty_families);
        registry->no_lint = options.no_lint;
    }
    pml_unlock(PML_LOCK_CHANGES);
    pml_free(naming);
    if (status == PROMLET_OK) {
        pml_limits_set(registry, options.max_label_value_bytes, options.max_memory_bytes);
        pml_self_metrics_choose(registry, options.hide_self_metrics, options.show_usage);
    }
    return status;
}

promlet_status promlet_registry_configure_sized(promlet_registry *registry,
                                                const promlet_registry_opts *options,
                                                size_t options_size)
{
    promlet_registry *self = pml_registry_of(registry);
    promlet_status status = configure(self, options, options_size);
    if (status != PROMLET_OK) {
        pml_registry_fail(self, status);
    }
    return status;
}

const pml_naming *pml_registry_naming(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CHANGES);
    registry->is_naming_fixed = true;
    const pml_naming *naming = registry->naming != NULL ? registry->naming : &pml_no_naming;
    pml_unlock(PML_LOCK_CHANGES);
    return naming;
}

bool pml_registry_is_linted(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CHANGES);
    bool is_linted = !registry->no_lint;
    pml_unlock(PML_LOCK_CHANGES);
    return is_linted;
}

bool pml_registry_hides_empty_families(promlet_registry *registry)
{
    /* relaxed: a lone choice. */
    return pml_load_relaxed(&registry->hides_empty_families);
}
