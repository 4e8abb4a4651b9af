/* SPDX-License-Identifier: Apache-2.0 */
/* Builders of bucket bounds. */
#include <promlet/bounds.h>
#include <promlet/registry.h>

#include "base/report.h"

#include <math.h>
#include <stdbool.h>

static promlet_status check_arguments(bool are_valid, size_t least, size_t count,
                                      const double *bounds, const char *rule)
{
    if (bounds == NULL || count < least || count > PROMLET_MAX_BOUNDS) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "bucket bounds: need memory for %zu to %d bounds, got %zu%s", least,
                        PROMLET_MAX_BOUNDS, count, bounds == NULL ? " and NULL" : "");
    }
    if (!are_valid) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "bucket bounds: %s", rule);
    }
    return PROMLET_OK;
}

/* A width or factor that is too small for its start gives equal neighbours; one that is too large
   overflows. */
static promlet_status check_result(size_t count, const double *bounds)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
            return pml_fail(PROMLET_ERROR_BOUNDS,
                            "bucket bounds: bound %zu is not finite or not above the one before",
                            i + 1);
        }
    }
    return PROMLET_OK;
}

promlet_status promlet_bounds_linear(double start, double width, size_t count, double *bounds)
{
    bool are_valid = isfinite(start) && isfinite(width) && width > 0;
    promlet_status status = check_arguments(are_valid, 1, count, bounds,
                                            "start must be finite, width finite and above 0");
    if (status != PROMLET_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        bounds[i] = start + (double)i * width;
    }
    return check_result(count, bounds);
}

promlet_status promlet_bounds_exponential(double start, double factor, size_t count, double *bounds)
{
    bool are_valid = isfinite(start) && start > 0 && isfinite(factor) && factor > 1;
    promlet_status status = check_arguments(are_valid, 1, count, bounds,
                                            "start must be finite and above 0, factor above 1");
    if (status != PROMLET_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        bounds[i] = start * pow(factor, (double)i);
    }
    return check_result(count, bounds);
}

promlet_status promlet_bounds_exponential_range(double first, double last, size_t count,
                                                double *bounds)
{
    bool are_valid = isfinite(first) && first > 0 && isfinite(last) && last > first;
    promlet_status status = check_arguments(
        are_valid, 2, count, bounds, "first must be above 0 and last finite and above first");
    if (status != PROMLET_OK) {
        return status;
    }
    /* The ratio itself may overflow where its logarithm does not. */
    double step = (log(last) - log(first)) / (double)(count - 1);
    for (size_t i = 0; i < count; i++) {
        bounds[i] = exp(log(first) + step * (double)i);
    }
    bounds[0] = first;
    bounds[count - 1] = last;
    return check_result(count, bounds);
}
