/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up for a user, who may hand in anything. */
#include "registry/look_up.h"

pml_series *pml_look_up(pml_family *family, const char *const *values, size_t count,
                        void (*fail)(promlet_registry *registry, promlet_status status))
{
    if (family == NULL) {
        fail(pml_registry_of(NULL), pml_fail(PROMLET_ERROR_ARGUMENT, "a family is NULL"));
        return NULL;
    }
    if (pml_family_is_sink(family)) {
        return NULL;
    }
    promlet_status status;
    pml_series *series = pml_family_series(family, values, count, &status);
    if (series == NULL) {
        fail(pml_registry_of(family->registry), status);
    }
    return series;
}
