/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a definition whose name another one has already. */
#ifndef PML_REGISTRY_CONFLICT_H
#define PML_REGISTRY_CONFLICT_H

#include "base/report.h"
#include "registry/definition.h"

#include <promlet/status.h>

/* Sets the last error and returns PROMLET_ERROR_CONFLICT. name is the one that both claim. */
promlet_status pml_fail_conflict(const pml_definition *old, const pml_definition *new,
                                 const char *name);

/* Lists the options of a definition that is the same as an older one, but asks for what that one
   does not have, with what both say where that is short; false if there are none. What is left out
   asks for nothing. */
bool pml_list_ignored(const pml_definition *old, const pml_definition *new,
                      char list[PML_SENTENCE_SIZE]);

#endif
