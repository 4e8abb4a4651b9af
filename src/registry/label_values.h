/* SPDX-License-Identifier: Apache-2.0 */
/* Label values as users give them: are there enough, and are they UTF-8. */
#ifndef PML_REGISTRY_LABEL_VALUES_H
#define PML_REGISTRY_LABEL_VALUES_H

#include "registry/definition.h"

/* That there is a value for each label of a metric; sets the last error if not. */
promlet_status pml_label_values_check(const pml_definition *definition, const char *const *values,
                                      size_t count);

bool pml_label_values_are_utf8(const char *const *values, size_t count);

/* Whether none has more than so many bytes. */
bool pml_label_values_are_short(const char *const *values, size_t count, size_t most);

/* Copies of all values with U+FFFD for what is not UTF-8, in memory that the caller frees; NULL
   when out of memory. */
char *pml_label_values_repair(const char *const *values, size_t count, const char **repaired);

/* The same, but each value is cut so that it has at most so many bytes; *cut is the place of the
   first one for which that matters, or count. */
char *pml_label_values_fit(const char *const *values, size_t count, size_t most,
                           const char **fitted, size_t *cut);

/* Whether a repaired value is one that a series has, or would be once it was cut. */
bool pml_label_value_is(const char *own, const char *value, size_t most);

#endif
