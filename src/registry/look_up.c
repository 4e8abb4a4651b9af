/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up for a user, who may hand in anything. */
#include "registry/look_up.h"

#include "registry/view.h"

static pml_series *look_up_in_view(pml_family *view, const char *const *values, size_t count,
                                   promlet_status *status)
{
    pml_all_values all;
    pml_view_start(view, &all);
    *status = pml_view_add_values(view, values, count, &all);
    if (*status != PROMLET_OK) {
        return NULL;
    }
    return pml_family_series(pml_view_family(view), all.at, view->definition->label_count, status);
}

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
    pml_series *series = family->view == NULL ? pml_family_series(family, values, count, &status)
                                              : look_up_in_view(family, values, count, &status);
    if (series == NULL) {
        fail(pml_registry_of(family->registry), status);
    }
    return series;
}
