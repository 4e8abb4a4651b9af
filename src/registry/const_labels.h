/* SPDX-License-Identifier: Apache-2.0 */
/* The labels that a metric's options name, and those whose values are fixed with them. */
#ifndef PML_REGISTRY_CONST_LABELS_H
#define PML_REGISTRY_CONST_LABELS_H

#include "base/text.h"
#include "registry/naming.h"

#include <stdbool.h>

/* How many labels the options declare, constant ones not among them. */
size_t pml_count_labels(const promlet_opts *options);

/* All labels of a series, the registry's constant ones too: their names, and that none stands
   twice. Sets the last error. */
promlet_status pml_check_all_labels(const promlet_opts *options, const pml_naming *naming);

/* The same with one more, which is not among the options. */
promlet_status pml_check_another_label(const promlet_opts *options, const pml_naming *naming,
                                       const char *name);

/* Whether a series has a label of this name, be it declared or constant. */
bool pml_has_label(const promlet_opts *options, const pml_naming *naming, const char *name);

/* Whether the name of a label is not plain; see base/name.h. */
bool pml_has_utf8_labels(const promlet_opts *options, const pml_naming *naming);

/* The constant labels as text: the registry's, then the family's. Warns if it had to be repaired.
   False when out of memory. */
bool pml_copy_const_labels(pml_text *to, const promlet_opts *options, const pml_naming *naming);

#endif
