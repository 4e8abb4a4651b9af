/* SPDX-License-Identifier: Apache-2.0 */
/* The options of summaries and state sets: quantiles with their window, and states. */
#ifndef PML_REGISTRY_SETTINGS_H
#define PML_REGISTRY_SETTINGS_H

#include "registry/definition.h"

/* Checks what the options say of quantiles, of their window and of states, which a kind may not
   have. The metric's name and labels must be checked already. Sets the last error. */
promlet_status pml_settings_check(const pml_kind *kind, const promlet_opts *options,
                                  const pml_naming *naming);

/* Copies them into a definition that has its name, with their texts; false when out of memory. */
bool pml_settings_copy(pml_definition *definition, const promlet_opts *options);

/* Frees what pml_settings_copy() made, as far as it came. */
void pml_settings_free(pml_definition *definition);

bool pml_settings_are_same(const pml_definition *a, const pml_definition *b);

#endif
