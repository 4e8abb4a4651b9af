/* SPDX-License-Identifier: Apache-2.0 */
/* What may be removed. */
#ifndef PML_REGISTRY_REMOVAL_H
#define PML_REGISTRY_REMOVAL_H

#include "registry/family.h"

/* That a user's family is one, and has a definition; sets the last error if not. */
promlet_status pml_removal_check_family(const pml_family *family);

/* That it, or its series, may be removed; with PML_LOCK_CHANGES held. */
promlet_status pml_removal_check(const pml_family *family);

/* Refuses it for one of promlet's own metrics. */
promlet_status pml_removal_fail_own(const char *name);

#endif
