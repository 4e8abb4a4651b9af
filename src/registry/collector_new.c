/* SPDX-License-Identifier: Apache-2.0 */
/* Making a collector from what a user gives. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/options.h"
#include "base/report.h"
#include "base/text.h"
#include "registry/collector.h"
#include "registry/registry.h"

#include <math.h>
#include <string.h>

promlet_status pml_collector_check_deadline(const char *name, double seconds)
{
    if (isnan(seconds)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: deadline_seconds is not a number", name);
    }
    return seconds >= 0 ? PROMLET_OK
                        : pml_fail(PROMLET_ERROR_ARGUMENT,
                                   "%.100s: deadline_seconds is %g, below 0", name, seconds);
}

uint64_t pml_collector_deadline_ns(double seconds)
{
    return (uint64_t)ceil(fmin(seconds, PML_COLLECTOR_LONGEST_SECONDS) * PML_NS_PER_SECOND);
}

static promlet_status check_families(const promlet_collector_opts *options)
{
    if (options->families == NULL && options->family_count > 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: families is NULL, but family_count is %zu",
                        options->name, options->family_count);
    }
    for (size_t i = 0; i < options->family_count; i++) {
        if (options->families[i] == NULL) {
            return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: families[%zu] is NULL", options->name,
                            i);
        }
    }
    return PROMLET_OK;
}

static promlet_status check_options(const promlet_collector_opts *options)
{
    if (options->name == NULL || options->name[0] == '\0') {
        return pml_fail(PROMLET_ERROR_NAME, "a collector's name is %s",
                        options->name == NULL ? "NULL" : "empty");
    }
    if (options->collect == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a collector's function is NULL",
                        options->name);
    }
    promlet_status status = pml_collector_check_deadline(options->name, options->deadline_seconds);
    return status == PROMLET_OK ? check_families(options) : status;
}

static bool copy_families(promlet_collector *collector, const promlet_collector_opts *options)
{
    if (options->families == NULL) {
        return true;
    }
    collector->families = pml_alloc_zeroed(options->family_count * sizeof *collector->families);
    bool is_copied = collector->families != NULL;
    collector->family_count = options->family_count;
    for (size_t i = 0; is_copied && i < options->family_count; i++) {
        collector->families[i] = pml_copy_string(options->families[i]);
        is_copied = collector->families[i] != NULL;
    }
    return is_copied;
}

static promlet_collector *copy_options(promlet_registry *registry,
                                       const promlet_collector_opts *options)
{
    promlet_collector *collector = pml_alloc_zeroed(sizeof *collector);
    if (collector == NULL) {
        return NULL;
    }
    collector->registry = registry;
    collector->collect = options->collect;
    collector->ctx = options->ctx;
    collector->deadline_ns = pml_collector_deadline_ns(options->deadline_seconds);
    pml_text name;
    bool is_copied = pml_text_copy_repaired(&name, options->name, strlen(options->name));
    collector->name = name.bytes;
    if (!is_copied || !copy_families(collector, options)) {
        pml_collector_discard(collector);
        return NULL;
    }
    return collector;
}

promlet_status pml_collector_make(promlet_registry *registry, const promlet_collector_opts *options,
                                  promlet_collector **collector)
{
    promlet_status status = check_options(options);
    if (status != PROMLET_OK) {
        return status;
    }
    *collector = copy_options(registry, options);
    return *collector != NULL ? PROMLET_OK : pml_fail_memory();
}

static promlet_status make_and_add(promlet_registry *registry, const promlet_collector_opts *given,
                                   size_t options_size, promlet_collector **collector)
{
    promlet_collector_opts options;
    pml_options_size size = {options_size, sizeof options};
    promlet_status status = pml_options_read(given, &options, size, "a collector's options");
    if (status == PROMLET_OK) {
        status = pml_collector_make(registry, &options, collector);
    }
    return status == PROMLET_OK ? pml_collector_add(*collector) : status;
}

promlet_collector *promlet_collector_new_sized(promlet_registry *registry,
                                               const promlet_collector_opts *options,
                                               size_t options_size)
{
    promlet_registry *owner = pml_registry_of(registry);
    promlet_collector *collector;
    promlet_status status = make_and_add(owner, options, options_size, &collector);
    if (status != PROMLET_OK) {
        pml_registry_fail(owner, status);
        return &pml_sink_collector;
    }
    return collector;
}
