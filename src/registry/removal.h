/* SPDX-License-Identifier: Apache-2.0 */
/* Removing series, from one to all of a family; and whole families. */
#ifndef PML_REGISTRY_REMOVAL_H
#define PML_REGISTRY_REMOVAL_H

#include "registry/family.h"

/* A value that a label must have. */
typedef struct pml_condition {
    size_t label; /* the place of its name in the definition */
    const char *value;
} pml_condition;

/* Hides all series that meet all conditions, valid UTF-8; without conditions all series. A metric
   without labels is set to zero instead. Returns how many series there were. */
size_t pml_removal_hide_matching(pml_family *family, const pml_condition *conditions, size_t count);

#endif
