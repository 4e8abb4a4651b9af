/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls that take labels by name: they put the values in order, and go on as those that
   take values do. On an error they go on with the sink family, which gives a sink. */
#include "registry/registry.h"
#include "registry/view.h"

#include <promlet/by_name.h>

static pml_family *fail(pml_family *family, promlet_status status)
{
    pml_registry_fail(pml_registry_of(family != NULL ? family->registry : NULL), status);
    return &pml_sink_family;
}

static promlet_status put_in_order(pml_family *family, const promlet_label *labels, size_t count,
                                   pml_all_values *all)
{
    if (family == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "a family is NULL");
    }
    pml_view_start(family, all);
    promlet_status status = pml_view_add_labels(family, labels, count, all);
    return status == PROMLET_OK ? pml_view_check_whole(family, all) : status;
}

/* The family that holds the series, and all its values in order; the sink family on an error. */
static void *order(void *typed_family, const promlet_label *labels, size_t count,
                   pml_all_values *all)
{
    pml_family *family = typed_family;
    if (family == &pml_sink_family) {
        return family;
    }
    promlet_status status = put_in_order(family, labels, count, all);
    return status == PROMLET_OK ? pml_view_family(family) : fail(family, status);
}

static size_t count_of(void *typed_family)
{
    const pml_family *family = typed_family;
    return pml_family_is_sink(family) ? 0 : family->definition->label_count;
}

static void *curry(void *typed_family, const promlet_label *labels, size_t count)
{
    pml_family *family = typed_family;
    if (family == NULL) {
        return fail(NULL, pml_fail(PROMLET_ERROR_ARGUMENT, "a family is NULL"));
    }
    if (pml_family_is_sink(family)) {
        return family;
    }
    promlet_status status;
    pml_family *view = pml_view_of(family, labels, count, &status);
    return view != NULL ? view : fail(family, status);
}

/* promlet_X_with_label_array() and promlet_X_family_curry_array() for one instrument. */
#define BY_NAME(instrument)                                                                        \
    promlet_##instrument *promlet_##instrument##_with_label_array(                                 \
        promlet_##instrument##_family *family, const promlet_label *labels, size_t count)          \
    {                                                                                              \
        pml_all_values all;                                                                        \
        family = order(family, labels, count, &all);                                               \
        return promlet_##instrument##_with_values(family, all.at, count_of(family));               \
    }                                                                                              \
    promlet_##instrument##_family *promlet_##instrument##_family_curry_array(                      \
        promlet_##instrument##_family *family, const promlet_label *labels, size_t count)          \
    {                                                                                              \
        return curry(family, labels, count);                                                       \
    }

BY_NAME(counter)
BY_NAME(gauge)
BY_NAME(histogram)
BY_NAME(summary)
BY_NAME(info)
BY_NAME(state_set)
BY_NAME(unknown)
