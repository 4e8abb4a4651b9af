/* SPDX-License-Identifier: Apache-2.0 */
/* What a snapshot lends of its registry: the label text of series, which are not freed before. */
#ifndef PML_REGISTRY_LEASE_H
#define PML_REGISTRY_LEASE_H

#include <promlet/registry.h>

#include <stdint.h>

/* One of a registry; it lies in its snapshot. */
typedef struct pml_lease {
    struct pml_lease *older;
    struct pml_lease *newer;
    uint64_t number; /* rising, in the order in which they began */
} pml_lease;

/* From the beginning of a snapshot to its end, which may come in any thread. The beginning is also
   when grace periods get on. */
void pml_lease_begin(promlet_registry *registry, pml_lease *lease);
void pml_lease_end(promlet_registry *registry, pml_lease *lease);

#endif
