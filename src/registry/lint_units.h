/* SPDX-License-Identifier: Apache-2.0 */
/* Units of measurement in the names of metrics. */
#ifndef PML_REGISTRY_LINT_UNITS_H
#define PML_REGISTRY_LINT_UNITS_H

#include <stdbool.h>
#include <stddef.h>

/* Units that should be written out, in lower case; NULL ends them. */
extern const char *const pml_abbreviated_units[];

/* Whether a word is a unit that is known; *base is then the one to use, or the word itself. */
bool pml_find_base_unit(const char *word, size_t size, const char **base);

#endif
