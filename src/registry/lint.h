/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of good names and help texts. What breaks one is advice to the user, never an error. */
#ifndef PML_REGISTRY_LINT_H
#define PML_REGISTRY_LINT_H

#include "registry/definition.h"

#include <promlet/lint.h>

/* Calls found, which may be NULL, with each rule that a definition breaks; returns their number. */
int pml_lint(const pml_definition *definition, promlet_lint_fn found, void *ctx);

/* Gives them to the log callback. */
void pml_lint_warn(const pml_definition *definition);

#endif
