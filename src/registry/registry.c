/* SPDX-License-Identifier: Apache-2.0 */
/* Adding families, keeping their names apart, and the life of a registry. */
#include "registry/registry.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/claims.h"
#include "registry/collector.h"
#include "registry/conflict.h"
#include "registry/self_metrics.h"
#include "registry/static_metrics.h"
#include "registry/unregistered.h"
#include "series/readers.h"

#include <promlet/recording.h>

#include <stdio.h>
#include <string.h>

/* Usable before main() and after exit(): nothing starts it and nothing ends it. */
static promlet_registry default_registry = {
    .dropped = &pml_default_dropped,
    .owners = 1,
    .cell_budget = PROMLET_DEFAULT_CELL_BUDGET,
    .max_value_bytes = PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES,
    .snapshot_flight = PML_FLIGHT_INITIALIZER,
};

promlet_registry *pml_registry_of(const promlet_registry *registry)
{
    return registry != NULL ? (promlet_registry *)registry : &default_registry;
}

/* ---- life ------------------------------------------------------------------------------------ */

promlet_registry *promlet_registry_new(void)
{
    promlet_registry *registry = pml_alloc_zeroed(sizeof *registry);
    pml_dropped *dropped = pml_alloc_zeroed(sizeof *dropped);
    if (registry == NULL || dropped == NULL) {
        pml_free(registry);
        pml_free(dropped);
        pml_fail_memory();
        return NULL;
    }
    registry->dropped = dropped;
    registry->cell_budget = PROMLET_DEFAULT_CELL_BUDGET;
    /* relaxed: no other thread knows it yet. */
    pml_store_relaxed(&registry->max_value_bytes, PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES);
    pml_flight_start(&registry->snapshot_flight);
    /* relaxed: no other thread knows it yet. */
    pml_store_relaxed(&registry->owners, 1);
    return registry;
}

static void free_registry(promlet_registry *registry)
{
    pml_unregistered_free(registry);
    for (size_t i = 0; i < registry->family_count; i++) {
        pml_family_free(registry->families[i]);
    }
    pml_free(registry->families);
    pml_name_map_free(&registry->names);
    pml_free(registry->naming);
    pml_static_metrics_free(registry);
    pml_flight_end(&registry->snapshot_flight);
    pml_free(registry->dropped);
    pml_free(registry);
}

void pml_registry_retain(promlet_registry *registry)
{
    /* relaxed: the caller holds one already, so it can't become free meanwhile. */
    pml_add_relaxed(&registry->owners, 1);
}

void pml_registry_release(promlet_registry *registry)
{
    /* acq_rel: pairs with itself; the last owner sees what all others did. */
    if (pml_sub_acq_rel(&registry->owners, 1) == 1) {
        free_registry(registry);
    }
}

void promlet_registry_free(promlet_registry *registry)
{
    if (registry == NULL || registry == &default_registry) {
        pml_fail(PROMLET_ERROR_ARGUMENT, "the default registry can't be freed");
        return;
    }
    if (pml_collectors_are_calling(registry)) {
        pml_fail(PROMLET_ERROR_BUSY,
                 "a registry can't be freed in a callback or collector of its own");
        return;
    }
    pml_collectors_end(registry);
    pml_registry_release(registry);
}

/* ---- errors ---------------------------------------------------------------------------------- */

void pml_registry_keep_error(promlet_registry *registry, promlet_status status)
{
    /* relaxed: once set it stays, and what it says is not read here. */
    if (pml_load_relaxed(&registry->status) != PROMLET_OK) {
        return;
    }
    pml_lock(PML_LOCK_CHANGES);
    /* relaxed: only stored under the lock that this thread holds. */
    if (pml_load_relaxed(&registry->status) == PROMLET_OK) {
        (void)snprintf(registry->why, sizeof registry->why, "%s", promlet_last_error());
        /* release: pairs with the acquire in promlet_registry_status(); publishes the sentence. */
        pml_store_release(&registry->status, (int)status);
    }
    pml_unlock(PML_LOCK_CHANGES);
}

void pml_registry_fail(promlet_registry *registry, promlet_status status)
{
    /* Copied, because the log callback may call something that sets the last error anew. */
    char sentence[PML_SENTENCE_SIZE];
    (void)snprintf(sentence, sizeof sentence, "%s", promlet_last_error());
    pml_registry_keep_error(registry, status);
    promlet_log(sentence);
}

promlet_status promlet_registry_report(promlet_registry *registry, promlet_status status,
                                       const char *sentence)
{
    if (status != PROMLET_OK) {
        (void)promlet_set_last_error(status, sentence);
        pml_registry_fail(pml_registry_of(registry), status);
    }
    return status;
}

promlet_status promlet_registry_status(const promlet_registry *registry, const char **why)
{
    promlet_registry *self = pml_registry_of(registry);
    /* acquire: pairs with the release in pml_registry_keep_error(); the sentence is complete. */
    promlet_status status = (promlet_status)pml_load_acquire(&self->status);
    if (why != NULL) {
        *why = status == PROMLET_OK ? "" : self->why;
    }
    return status;
}

/* ---- families, with PML_LOCK_CHANGES held ---------------------------------------------------- */

/* A callback has a name for itself, even where another metric is declared the same. */
static promlet_status fail_callback(const pml_definition *definition)
{
    return pml_fail(PROMLET_ERROR_CONFLICT,
                    "%.100s: a callback shares its name with no other metric",
                    definition->name.bytes);
}

/* The family that claims one of the names which a new family claims, *name; or NULL. */
static pml_family *find_conflict(const promlet_registry *registry, const pml_family *family,
                                 const char **name)
{
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        pml_family *other = pml_name_map_find(&registry->names, *claim);
        if (other != NULL) {
            *name = *claim;
            return other;
        }
    }
    return NULL;
}

static bool reserve_family(promlet_registry *registry, const pml_family *family)
{
    if (!pml_name_map_reserve(&registry->names, pml_claims_count(family->definition->claims))) {
        return false;
    }
    if (registry->family_count < registry->family_capacity) {
        return true;
    }
    size_t capacity = registry->family_capacity == 0 ? 16 : registry->family_capacity * 2;
    pml_family **families = pml_resize_array(registry->families, capacity, sizeof *families);
    if (families == NULL) {
        return false;
    }
    registry->families = families;
    registry->family_capacity = capacity;
    return true;
}

/* Where a name belongs among the families. */
static size_t place_of(const promlet_registry *registry, const char *name)
{
    size_t first = 0;
    size_t end = registry->family_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        bool is_behind = strcmp(registry->families[middle]->definition->name.bytes, name) < 0;
        first = is_behind ? middle + 1 : first;
        end = is_behind ? end : middle;
    }
    return first;
}

static void add_claims(promlet_registry *registry, pml_family *family)
{
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        pml_name_map_add(&registry->names, *claim, family);
    }
}

static void remove_claims(promlet_registry *registry, const pml_family *family)
{
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        pml_name_map_remove(&registry->names, *claim);
    }
}

static void insert_family(promlet_registry *registry, pml_family *family)
{
    size_t at = place_of(registry, family->definition->name.bytes);
    pml_family **place = registry->families + at;
    memmove(place + 1, place, (registry->family_count - at) * sizeof *place);
    *place = family;
    registry->family_count++;
    add_claims(registry, family);
}

/* The family that has this very name already, or that had this very definition, or the new one; or
   NULL. */
static pml_family *find_or_insert(promlet_registry *registry, pml_family *family,
                                  promlet_status *status)
{
    const char *name = NULL;
    pml_family *other = find_conflict(registry, family, &name);
    if (other != NULL) {
        bool is_same = pml_definition_is_same(other->definition, family->definition);
        if (is_same && !other->is_callback && !family->is_callback) {
            *status = PROMLET_OK;
            return other;
        }
        *status = is_same ? fail_callback(family->definition)
                          : pml_fail_conflict(other->definition, family->definition, name);
        return NULL;
    }
    if (!reserve_family(registry, family)) {
        *status = pml_fail_memory();
        return NULL;
    }
    other = family->is_callback ? NULL : pml_unregistered_find(registry, family->definition);
    if (other != NULL) {
        pml_unregistered_take(registry, other);
        family = other;
    }
    if (family->is_callback) {
        add_claims(registry, family);
    } else {
        pml_readers_prepare(family->definition->label_count > 0);
        insert_family(registry, family);
    }
    *status = PROMLET_OK;
    return family;
}

/* Whether a metric has this name, or had it before the suffix of its kind was added. */
static bool is_name(const pml_definition *definition, size_t prefix_size, const char *name)
{
    const char *own = definition->name.bytes + prefix_size;
    size_t size = strlen(name);
    const char *rest = own + size;
    return strncmp(own, name, size) == 0 &&
           (*rest == '\0' || strcmp(rest, definition->kind->suffix) == 0);
}

/* The same for one that was declared without its registry's prefix. */
static pml_family *find_by_rest(const promlet_registry *registry, const char *name)
{
    const char *prefix = registry->naming != NULL ? registry->naming->prefix : "";
    size_t size = strlen(prefix);
    for (size_t i = 0; size > 0 && i < registry->family_count; i++) {
        const pml_definition *definition = registry->families[i]->definition;
        if (strncmp(definition->name.bytes, prefix, size) == 0 && is_name(definition, size, name)) {
            return registry->families[i];
        }
    }
    return NULL;
}

pml_family *pml_registry_find(const promlet_registry *registry, const char *name)
{
    pml_family *family = pml_name_map_find(&registry->names, name);
    bool is_found = family != NULL && is_name(family->definition, 0, name);
    return is_found ? family : find_by_rest(registry, name);
}

bool pml_registry_remove(promlet_registry *registry, pml_family *family)
{
    const char *name = family->definition->name.bytes;
    if (!pml_unregistered_add(registry, family)) {
        return false;
    }
    family->removal = ++registry->removals;
    remove_claims(registry, family);
    size_t at = place_of(registry, name);
    registry->family_count--;
    memmove(registry->families + at, registry->families + at + 1,
            (registry->family_count - at) * sizeof *registry->families);
    return true;
}

bool pml_registry_keep_family(pml_family *family)
{
    pml_lock(PML_LOCK_CHANGES);
    bool is_kept = !family->is_unregistered;
    family->is_kept |= is_kept;
    pml_unlock(PML_LOCK_CHANGES);
    return is_kept;
}

/* Whoever declares a metric at each use, to find it, is told once. */
static void warn_of_ignored(pml_family *family, const pml_definition *again)
{
    char list[PML_SENTENCE_SIZE];
    if (again->no_lint || !pml_list_ignored(family->definition, again, list)) {
        return;
    }
    pml_lock(PML_LOCK_CHANGES);
    bool is_told = family->is_told_of_ignored || family->registry->no_lint;
    family->is_told_of_ignored = true;
    pml_unlock(PML_LOCK_CHANGES);
    if (!is_told) {
        pml_warn("%.100s: declared again with another %s; what the first declaration said holds",
                 again->name.bytes, list);
    }
}

pml_family *pml_registry_family(promlet_registry *registry, pml_definition *definition,
                                bool *is_new, promlet_status *status)
{
    *is_new = false;
    pml_family *family = pml_family_new(registry, registry->dropped, definition);
    if (family == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    pml_lock(PML_LOCK_CHANGES);
    pml_family *result = find_or_insert(registry, family, status);
    pml_unlock(PML_LOCK_CHANGES);
    *is_new = result == family;
    if (!*is_new) {
        if (result != NULL) {
            warn_of_ignored(result, family->definition);
        }
        pml_family_free(family);
    }
    return result;
}

bool pml_registry_claim(promlet_registry *registry, pml_family *family, promlet_status *status)
{
    pml_lock(PML_LOCK_CHANGES);
    bool is_claimed = find_or_insert(registry, family, status) == family;
    pml_unlock(PML_LOCK_CHANGES);
    return is_claimed;
}

void pml_registry_unclaim(promlet_registry *registry, pml_family *family)
{
    pml_lock(PML_LOCK_CHANGES);
    remove_claims(registry, family);
    if (family->definition->is_help_cut) {
        pml_self_metrics_forget(family);
    }
    pml_unlock(PML_LOCK_CHANGES);
}

pml_family *pml_registry_owner_of(promlet_registry *registry, const char *name)
{
    pml_lock(PML_LOCK_CHANGES);
    pml_family *family = pml_name_map_find(&registry->names, name);
    pml_unlock(PML_LOCK_CHANGES);
    return family;
}
