/* SPDX-License-Identifier: Apache-2.0 */
/* All names under which some format, with some escaping, shows a metric or a sample of it. No two
   metrics of a document may share one. */
#ifndef PML_REGISTRY_CLAIMS_H
#define PML_REGISTRY_CLAIMS_H

#include "base/name.h"
#include "base/text.h"
#include "record/kind.h"

#include <stdbool.h>
#include <stddef.h>

/* The names, that of the metric first; NULL ends them. NULL when out of memory. */
char **pml_claims_new(const pml_kind *kind, const pml_text *name);

/* NULL is allowed. */
void pml_claims_free(char **claims);

size_t pml_claims_count(char *const *claims);

/* Whether a claim of such a metric comes from escaping, and by which scheme. */
bool pml_claim_is_escaped(const pml_kind *kind, const pml_text *name, const char *claim,
                          pml_scheme *scheme);

#endif
