/* SPDX-License-Identifier: Apache-2.0 */
/* Removing series, from one to all of a family, and what may be removed. */
#ifndef PML_REGISTRY_REMOVAL_H
#define PML_REGISTRY_REMOVAL_H

#include "registry/family.h"

/* That a user's family is one, and has a definition; sets the last error if not. */
promlet_status pml_removal_check_family(const pml_family *family);

/* That it, or its series, may be removed; with PML_LOCK_CHANGES held. */
promlet_status pml_removal_check(const pml_family *family);

/* Refuses it for one of promlet's own metrics. */
promlet_status pml_removal_fail_own(const char *name);

/* A value that a label must have. */
typedef struct pml_condition {
    size_t label; /* the place of its name in the definition */
    const char *value;
} pml_condition;

/* Hides all series that meet all conditions, valid UTF-8; without conditions all series. A metric
   without labels is set to zero instead. Returns how many series there were. */
size_t pml_removal_hide_matching(pml_family *family, const pml_condition *conditions, size_t count);

#endif
