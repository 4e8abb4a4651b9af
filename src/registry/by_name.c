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

promlet_counter *promlet_counter_with_label_array(promlet_counter_family *family,
                                                  const promlet_label *labels, size_t count)
{
    pml_all_values all;
    family = order(family, labels, count, &all);
    return promlet_counter_with_values(family, all.at, count_of(family));
}

promlet_counter_family *promlet_counter_family_curry_array(promlet_counter_family *family,
                                                           const promlet_label *labels,
                                                           size_t count)
{
    return curry(family, labels, count);
}

promlet_gauge *promlet_gauge_with_label_array(promlet_gauge_family *family,
                                              const promlet_label *labels, size_t count)
{
    pml_all_values all;
    family = order(family, labels, count, &all);
    return promlet_gauge_with_values(family, all.at, count_of(family));
}

promlet_gauge_family *promlet_gauge_family_curry_array(promlet_gauge_family *family,
                                                       const promlet_label *labels, size_t count)
{
    return curry(family, labels, count);
}

promlet_histogram *promlet_histogram_with_label_array(promlet_histogram_family *family,
                                                      const promlet_label *labels, size_t count)
{
    pml_all_values all;
    family = order(family, labels, count, &all);
    return promlet_histogram_with_values(family, all.at, count_of(family));
}

promlet_histogram_family *promlet_histogram_family_curry_array(promlet_histogram_family *family,
                                                               const promlet_label *labels,
                                                               size_t count)
{
    return curry(family, labels, count);
}
