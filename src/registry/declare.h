/* SPDX-License-Identifier: Apache-2.0 */
/* The one way in which a metric comes into a registry, whoever declares it. */
#ifndef PML_REGISTRY_DECLARE_H
#define PML_REGISTRY_DECLARE_H

#include "registry/registry.h"

typedef struct pml_declaration {
    const pml_kind *kind;
    const promlet_opts *options;
    size_t options_size; /* as the caller was compiled */
    bool may_have_labels;
    bool is_callback; /* which labels are refused for, whatever it measures */
} pml_declaration;

/* Only checks and copies. NULL on an error, in the same way. */
pml_definition *pml_declare_definition(promlet_registry *registry,
                                       const pml_declaration *declaration, promlet_status *status);

/* Warns of what the linter finds, if it is wanted. */
void pml_declare_warn(promlet_registry *registry, const pml_definition *definition);

/* Checks, copies and adds a metric, or finds the same one. Warns of what the linter finds. NULL on
   an error, with the last error set and *status saying which. */
pml_family *pml_declare(promlet_registry *registry, const pml_declaration *declaration,
                        promlet_status *status);

#endif
