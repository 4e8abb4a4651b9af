/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public ways to declare a metric, to ask for a series and to give it back. None returns NULL:
 * on an error the handle is a sink, whose cell nobody reads.
 */
#include "base/report.h"
#include "registry/declare.h"
#include "registry/look_up.h"

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/info.h>
#include <promlet/state_set.h>
#include <promlet/summary.h>
#include <promlet/unknown.h>

pml_family pml_sink_family;

/* The family of a metric with labels; the sink on an error. */
static pml_family *declare_family(promlet_registry *registry, const pml_kind *kind,
                                  const promlet_opts *options, size_t options_size)
{
    promlet_registry *owner = pml_registry_of(registry);
    pml_declaration declaration = {kind, options, options_size, .may_have_labels = true};
    promlet_status status;
    pml_family *family = pml_declare(owner, &declaration, &status);
    if (family == NULL) {
        pml_registry_fail(owner, status);
        return &pml_sink_family;
    }
    return family;
}

/* The cell of a metric without labels; the sink on an error. */
static void *declare_one(promlet_registry *registry, const pml_kind *kind,
                         const promlet_opts *options, size_t options_size)
{
    promlet_registry *owner = pml_registry_of(registry);
    pml_declaration declaration = {kind, options, options_size, .may_have_labels = false};
    promlet_status status;
    pml_family *family = pml_declare(owner, &declaration, &status);
    pml_series *series = NULL;
    if (family != NULL) {
        series = pml_family_series(family, NULL, 0, &status);
    }
    if (series == NULL) {
        pml_registry_fail(owner, status);
        return kind->sink;
    }
    return series->cell;
}

/* The cell of one series of a typed family; the sink on an error. */
static void *find_cell(void *family, const pml_kind *kind, const char *const *values, size_t count)
{
    pml_series *series = pml_look_up(family, values, count, pml_registry_fail);
    return series != NULL ? series->cell : kind->sink;
}

static void warn_of_release(const pml_series *series)
{
    bool has_labels = series->labels.text_size > 0;
    (void)pml_fail(PROMLET_ERROR_ARGUMENT,
                   "%.100s: a handle was released more often than it was given out%s%.*s%s",
                   series->owner->name, has_labels ? ": {" : "", (int)series->labels.text_size,
                   series->labels.text, has_labels ? "}" : "");
    pml_warn("%s", promlet_last_error());
}

/* Each cell begins with its series; NULL: a sink, or at file scope. */
static void release(void *cell)
{
    pml_series *series = cell != NULL ? *(void **)cell : NULL;
    if (series != NULL && !pml_series_unpin(series)) {
        warn_of_release(series);
    }
}

/* A typed family is a pml_family that only calls of its type accept; its struct is never defined,
   so that the compiler refuses a gauge where a counter is wanted. */

promlet_counter *promlet_counter_new_sized(promlet_registry *registry, const promlet_opts *options,
                                           size_t options_size)
{
    return declare_one(registry, &pml_counter_kind, options, options_size);
}

promlet_counter_family *promlet_counter_family_new_sized(promlet_registry *registry,
                                                         const promlet_opts *options,
                                                         size_t options_size)
{
    return (promlet_counter_family *)declare_family(registry, &pml_counter_kind, options,
                                                    options_size);
}

promlet_counter *promlet_counter_with_values(promlet_counter_family *family,
                                             const char *const *values, size_t count)
{
    return find_cell(family, &pml_counter_kind, values, count);
}

promlet_gauge *promlet_gauge_new_sized(promlet_registry *registry, const promlet_opts *options,
                                       size_t options_size)
{
    return declare_one(registry, &pml_gauge_kind, options, options_size);
}

promlet_gauge_family *promlet_gauge_family_new_sized(promlet_registry *registry,
                                                     const promlet_opts *options,
                                                     size_t options_size)
{
    return (promlet_gauge_family *)declare_family(registry, &pml_gauge_kind, options, options_size);
}

promlet_gauge *promlet_gauge_with_values(promlet_gauge_family *family, const char *const *values,
                                         size_t count)
{
    return find_cell(family, &pml_gauge_kind, values, count);
}

promlet_histogram *promlet_histogram_new_sized(promlet_registry *registry,
                                               const promlet_opts *options, size_t options_size)
{
    return declare_one(registry, &pml_histogram_kind, options, options_size);
}

promlet_histogram_family *promlet_histogram_family_new_sized(promlet_registry *registry,
                                                             const promlet_opts *options,
                                                             size_t options_size)
{
    return (promlet_histogram_family *)declare_family(registry, &pml_histogram_kind, options,
                                                      options_size);
}

promlet_histogram *promlet_histogram_with_values(promlet_histogram_family *family,
                                                 const char *const *values, size_t count)
{
    return find_cell(family, &pml_histogram_kind, values, count);
}

promlet_summary *promlet_summary_new_sized(promlet_registry *registry, const promlet_opts *options,
                                           size_t options_size)
{
    return declare_one(registry, &pml_summary_kind, options, options_size);
}

promlet_summary_family *promlet_summary_family_new_sized(promlet_registry *registry,
                                                         const promlet_opts *options,
                                                         size_t options_size)
{
    return (promlet_summary_family *)declare_family(registry, &pml_summary_kind, options,
                                                    options_size);
}

promlet_summary *promlet_summary_with_values(promlet_summary_family *family,
                                             const char *const *values, size_t count)
{
    return find_cell(family, &pml_summary_kind, values, count);
}

promlet_info *promlet_info_new_sized(promlet_registry *registry, const promlet_opts *options,
                                     size_t options_size)
{
    return declare_one(registry, &pml_info_kind, options, options_size);
}

promlet_info_family *promlet_info_family_new_sized(promlet_registry *registry,
                                                   const promlet_opts *options, size_t options_size)
{
    return (promlet_info_family *)declare_family(registry, &pml_info_kind, options, options_size);
}

promlet_info *promlet_info_with_values(promlet_info_family *family, const char *const *values,
                                       size_t count)
{
    return find_cell(family, &pml_info_kind, values, count);
}

promlet_state_set *promlet_state_set_new_sized(promlet_registry *registry,
                                               const promlet_opts *options, size_t options_size)
{
    return declare_one(registry, &pml_state_set_kind, options, options_size);
}

promlet_state_set_family *promlet_state_set_family_new_sized(promlet_registry *registry,
                                                             const promlet_opts *options,
                                                             size_t options_size)
{
    return (promlet_state_set_family *)declare_family(registry, &pml_state_set_kind, options,
                                                      options_size);
}

promlet_state_set *promlet_state_set_with_values(promlet_state_set_family *family,
                                                 const char *const *values, size_t count)
{
    return find_cell(family, &pml_state_set_kind, values, count);
}

promlet_unknown *promlet_unknown_new_sized(promlet_registry *registry, const promlet_opts *options,
                                           size_t options_size)
{
    return declare_one(registry, &pml_unknown_kind, options, options_size);
}

promlet_unknown_family *promlet_unknown_family_new_sized(promlet_registry *registry,
                                                         const promlet_opts *options,
                                                         size_t options_size)
{
    return (promlet_unknown_family *)declare_family(registry, &pml_unknown_kind, options,
                                                    options_size);
}

promlet_unknown *promlet_unknown_with_values(promlet_unknown_family *family,
                                             const char *const *values, size_t count)
{
    return find_cell(family, &pml_unknown_kind, values, count);
}

void promlet_counter_release(promlet_counter *counter)
{
    release(counter);
}

void promlet_gauge_release(promlet_gauge *gauge)
{
    release(gauge);
}

void promlet_histogram_release(promlet_histogram *histogram)
{
    release(histogram);
}

void promlet_summary_release(promlet_summary *summary)
{
    release(summary);
}

void promlet_info_release(promlet_info *info)
{
    release(info);
}

void promlet_state_set_release(promlet_state_set *state_set)
{
    release(state_set);
}

void promlet_unknown_release(promlet_unknown *unknown)
{
    release(unknown);
}
