/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a definition whose name another, different one has already. */
#ifndef PML_REGISTRY_CONFLICT_H
#define PML_REGISTRY_CONFLICT_H

#include "registry/definition.h"

#include <promlet/status.h>

/* Sets the last error and returns PROMLET_ERROR_CONFLICT. name is the one that both claim. */
promlet_status pml_fail_conflict(const pml_definition *old, const pml_definition *new,
                                 const char *name);

#endif
