/* SPDX-License-Identifier: Apache-2.0 */
/* The families of a registry that were unregistered. They stay in memory, since nobody gives the
   handle of a family back, and wait for the same definition; those of one name are chained. */
#ifndef PML_REGISTRY_UNREGISTERED_H
#define PML_REGISTRY_UNREGISTERED_H

#include "registry/registry.h"

/* ---- with PML_LOCK_CHANGES held -------------------------------------------------------------- */

/* The one of the very same definition, or NULL. */
pml_family *pml_unregistered_find(const promlet_registry *registry,
                                  const pml_definition *definition);

/* False when out of memory. */
bool pml_unregistered_add(promlet_registry *registry, pml_family *family);

/* Takes one out, which is registered again. */
void pml_unregistered_take(promlet_registry *registry, pml_family *family);

size_t pml_unregistered_count(const promlet_registry *registry);

/* Writes all of them to a list that has room. */
void pml_unregistered_list(const promlet_registry *registry, pml_family **list);

/* ---- when the registry ends ------------------------------------------------------------------ */

void pml_unregistered_free(promlet_registry *registry);

#endif
