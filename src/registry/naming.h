/* SPDX-License-Identifier: Apache-2.0 */
/* What a registry adds to each of its metrics, a prefix and constant labels, and which names they
   may have. Immutable. */
#ifndef PML_REGISTRY_NAMING_H
#define PML_REGISTRY_NAMING_H

#include <promlet/registry.h>

#include <stdbool.h>
#include <stddef.h>

/* One piece of memory, with its strings behind it. */
typedef struct pml_naming {
    const char *prefix; /* "" for none */
    bool utf8_names;    /* names need not be plain; see base/name.h */
    size_t label_count;
    promlet_label labels[PROMLET_MAX_CONST_LABELS]; /* valid UTF-8 */
} pml_naming;

/* Adds nothing, and takes plain names only. */
extern const pml_naming pml_no_naming;

/* Checks and copies; to be freed with pml_free(). NULL on an error, with the last error set and
 *status saying which. Warns of values that had to be repaired. */
pml_naming *pml_naming_new(const promlet_registry_opts *options, promlet_status *status);

/* True if both add the same and take the same names. */
bool pml_naming_is_same(const pml_naming *a, const pml_naming *b);

#endif
