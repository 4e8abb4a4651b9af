/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for native buckets, and the schema that a growth factor asks for. */
#include "registry/native_options.h"

#include "base/clock.h"
#include "base/number.h"
#include "base/report.h"
#include "record/native.h"

#include <promlet/histogram.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Longer than anybody waits, and nanoseconds of it fit. */
#define LONGEST_RESET_SECONDS 9e9

/* 2^-128, a bound in every schema; what Prometheus' clients take. */
#define DEFAULT_ZERO_THRESHOLD 0x1p-128

static bool is_positive(double value)
{
    return value > 0 && isfinite(value);
}

static bool is_given(double value)
{
    return value < 0 || value > 0 || isnan(value);
}

/* What is of use with native_factor only; NULL: none of it is given. */
static const char *find_detail(const promlet_opts *options)
{
    return options->native_max_buckets != 0              ? "native_max_buckets"
           : is_given(options->native_zero_threshold)    ? "native_zero_threshold"
           : is_given(options->native_min_reset_seconds) ? "native_min_reset_seconds"
           : options->native_only                        ? "native_only"
                                                         : NULL;
}

static promlet_status check_absence(const pml_kind *kind, const promlet_opts *options)
{
    const char *detail = find_detail(options);
    if (kind->native == NULL && (detail != NULL || is_given(options->native_factor))) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %s has no native buckets", options->name,
                        kind->noun);
    }
    if (detail != NULL && !is_given(options->native_factor)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %s is of use with native_factor only",
                        options->name, detail);
    }
    return PROMLET_OK;
}

static promlet_status check_details(const promlet_opts *options)
{
    if (options->native_max_buckets > PROMLET_MAX_NATIVE_BUCKETS) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: native_max_buckets is %zu, more than %d",
                        options->name, options->native_max_buckets, PROMLET_MAX_NATIVE_BUCKETS);
    }
    double threshold = options->native_zero_threshold;
    if (is_given(threshold) && !is_positive(threshold)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: native_zero_threshold is negative or not finite; 0 means 2^-128",
                        options->name);
    }
    double seconds = options->native_min_reset_seconds;
    if (is_given(seconds) && !(seconds > 0 && seconds <= LONGEST_RESET_SECONDS)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: native_min_reset_seconds must be from 0, which means never, to "
                        "9e9 seconds",
                        options->name);
    }
    if (options->native_only && (options->bounds != NULL || options->bound_count != 0)) {
        return pml_fail(PROMLET_ERROR_BOUNDS,
                        "%.100s: with native_only there are no classic buckets, so no bounds",
                        options->name);
    }
    return PROMLET_OK;
}

promlet_status pml_native_options_check(const pml_kind *kind, const promlet_opts *options)
{
    promlet_status status = check_absence(kind, options);
    if (status != PROMLET_OK || !is_given(options->native_factor)) {
        return status;
    }
    double factor = options->native_factor;
    if (!(factor > 1 && isfinite(factor))) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: native_factor must be above 1; 0 means no native buckets",
                        options->name);
    }
    return check_details(options);
}

/* The coarsest schema whose buckets grow by no more than the factor, else the finest. */
static int schema_of(double factor)
{
    int schema = PML_NATIVE_COARSEST;
    while (schema < PML_NATIVE_FINEST && exp2(exp2(-schema)) > factor) {
        schema++;
    }
    return schema;
}

/* For sentences about definitions that differ. */
static bool copy_text(pml_definition *definition)
{
    const pml_native_settings *native = &definition->settings.native;
    char threshold[PML_NUMBER_SIZE + 1];
    char seconds[PML_NUMBER_SIZE + 1];
    threshold[pml_format_double(native->zero_threshold, threshold)] = '\0';
    seconds[pml_format_double((double)native->min_reset_ns / PML_NS_PER_SECOND, seconds)] = '\0';
    char text[100 + 2 * PML_NUMBER_SIZE];
    (void)snprintf(text, sizeof text,
                   "schema %d of %u buckets (zero %s, reset after %s s, %s classic ones)",
                   native->schema, (unsigned)native->max_buckets, threshold, seconds,
                   native->is_only ? "without" : "with");
    return pml_text_copy(&definition->native_text, text, strlen(text));
}

bool pml_native_options_copy(pml_definition *definition, const promlet_opts *options)
{
    if (!is_given(options->native_factor)) {
        return true;
    }
    pml_native_settings *native = &definition->settings.native;
    native->schema = schema_of(options->native_factor);
    native->max_buckets = options->native_max_buckets != 0 ? (uint32_t)options->native_max_buckets
                                                           : PROMLET_DEFAULT_NATIVE_MAX_BUCKETS;
    native->zero_threshold = options->native_zero_threshold > 0 ? options->native_zero_threshold
                                                                : DEFAULT_ZERO_THRESHOLD;
    native->min_reset_ns = (uint64_t)(options->native_min_reset_seconds * PML_NS_PER_SECOND);
    native->is_only = options->native_only;
    native->slot_count = pml_native_slot_count(&definition->settings);
    return copy_text(definition);
}
