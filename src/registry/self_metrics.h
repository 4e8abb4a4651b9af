/* SPDX-License-Identifier: Apache-2.0 */
/* promlet's own metrics in a registry: what was dropped, and what a full family could not hold. */
#ifndef PML_REGISTRY_SELF_METRICS_H
#define PML_REGISTRY_SELF_METRICS_H

#include "registry/naming.h"

#include <promlet/registry.h>

#include <stdbool.h>

/* What they are given in a registry: its constant labels, so that registries can be told apart, and
   not its prefix, as people look for these metrics by name. */
pml_naming pml_own_naming(promlet_registry *registry);

/* Brings them up to date; each appears only once it is not zero. For the one thread that takes a
   snapshot. False when out of memory. */
bool pml_self_metrics_refresh(promlet_registry *registry);

#endif
