/* SPDX-License-Identifier: Apache-2.0 */
/* What an encoding leaves out of a family, whatever the format. */
#ifndef PML_ENCODE_SHOWN_H
#define PML_ENCODE_SHOWN_H

#include "snapshot/snapshot.h"

/* The family itself, or, where something is left out, what is left of it, in *rest. */
static inline const pml_snapshot_family *pml_family_shown(const pml_snapshot_family *family,
                                                          const promlet_encoding *encoding,
                                                          pml_snapshot_family *rest)
{
    if (!encoding->without_timestamps || family->timestamps == NULL) {
        return family;
    }
    *rest = *family;
    rest->timestamps = NULL;
    return rest;
}

#endif
