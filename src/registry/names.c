/* SPDX-License-Identifier: Apache-2.0 */
/* Naming rules of the Prometheus data model, and the names that promlet keeps for itself. */
#include "registry/names.h"

#include "base/report.h"

#include <promlet/registry.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* <ctype.h> would ask the locale. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(const char *name, bool colon_allowed)
{
    if (is_digit(name[0]) || name[0] == '\0') {
        return false;
    }
    for (; *name != '\0'; name++) {
        if (!is_letter(*name) && !is_digit(*name) && !(colon_allowed && *name == ':')) {
            return false;
        }
    }
    return true;
}

promlet_status pml_check_metric_name(const char *name, const pml_kind *kind)
{
    if (name == NULL) {
        return pml_fail(PROMLET_ERROR_NAME, "a metric's name is NULL");
    }
    if (!is_name(name, true)) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "%.100s: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*", name);
    }
    if (strcmp(name, kind->suffix) == 0) {
        return pml_fail(PROMLET_ERROR_NAME, "%s: %s's name needs something before its suffix", name,
                        kind->noun);
    }
    return PROMLET_OK;
}

promlet_status pml_check_not_reserved(const char *name)
{
    static const char *const stems[] = {PML_DROPPED_STEM, PML_SERIES_STEM, PML_MEMORY_STEM,
                                        PML_COLLECTOR_STEM};
    for (size_t i = 0; i < sizeof stems / sizeof stems[0]; i++) {
        if (strncmp(name, stems[i], strlen(stems[i])) == 0) {
            return pml_fail(PROMLET_ERROR_NAME,
                            "%.100s: names that begin with %s are reserved for promlet's own "
                            "metrics",
                            name, stems[i]);
        }
    }
    return PROMLET_OK;
}

static promlet_status check_label_name(const char *metric, const char *label)
{
    if (!is_name(label, false)) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "%.100s: label name \"%.60s\" must be [a-zA-Z_][a-zA-Z0-9_]*", metric,
                        label);
    }
    if (strncmp(label, "__", 2) == 0) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "%.100s: label name \"%.60s\" is reserved (it starts with __)", metric,
                        label);
    }
    if (strcmp(label, "le") == 0 || strcmp(label, "quantile") == 0) {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: label name \"%s\" is reserved for %s", metric,
                        label, label[0] == 'l' ? "histograms" : "summaries");
    }
    if (strcmp(label, PML_OVERFLOW_LABEL) == 0) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "%.100s: label name \"%s\" is reserved for the overflow series", metric,
                        label);
    }
    return PROMLET_OK;
}

promlet_status pml_check_label_names(const char *metric, const char *const *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        promlet_status status = check_label_name(metric, labels[i]);
        if (status != PROMLET_OK) {
            return status;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(labels[i], labels[j]) == 0) {
                return pml_fail(PROMLET_ERROR_NAME, "%.100s: label name \"%.60s\" stands twice",
                                metric, labels[i]);
            }
        }
    }
    return PROMLET_OK;
}

promlet_status pml_check_prefix(const char *prefix)
{
    if (prefix[0] != '\0' && !is_name(prefix, true)) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "a registry: its prefix \"%.100s\" must be [a-zA-Z_:][a-zA-Z0-9_:]*",
                        prefix);
    }
    return PROMLET_OK;
}

size_t pml_count_const_labels(const promlet_label *labels)
{
    size_t count = 0;
    while (count < PROMLET_MAX_CONST_LABELS && labels[count].name != NULL) {
        count++;
    }
    return count;
}

promlet_status pml_check_const_labels(const char *metric, const promlet_label *labels, size_t count)
{
    const char *names[PROMLET_MAX_CONST_LABELS];
    for (size_t i = 0; i < count; i++) {
        names[i] = labels[i].name;
        if (labels[i].value == NULL) {
            return pml_fail(PROMLET_ERROR_LABELS,
                            "%.100s: the value of the constant label \"%.60s\" is NULL", metric,
                            names[i]);
        }
    }
    return pml_check_label_names(metric, names, count);
}

promlet_status pml_check_label_not_own(const char *metric, const char *label)
{
    static const char *const own[] = {PML_REASON_LABEL, PML_FAMILY_LABEL, PML_COLLECTOR_LABEL};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strcmp(label, own[i]) == 0) {
            return pml_fail(PROMLET_ERROR_NAME,
                            "%.100s: a constant label can't be \"%s\", which promlet's own metrics "
                            "have",
                            metric, label);
        }
    }
    return PROMLET_OK;
}

static bool ends_in(const char *name, size_t name_size, const char *suffix, size_t suffix_size)
{
    return name_size >= suffix_size &&
           memcmp(name + name_size - suffix_size, suffix, suffix_size) == 0;
}

promlet_status pml_check_unit(const char *metric, const char *unit, const pml_kind *kind)
{
    if (unit == NULL || unit[0] == '\0') {
        return PROMLET_OK;
    }
    if (kind->is_unitless) {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: %s has no unit", metric, kind->noun);
    }
    size_t size = strlen(metric);
    size_t suffix_size = strlen(kind->suffix);
    if (ends_in(metric, size, kind->suffix, suffix_size)) {
        size -= suffix_size;
    }
    size_t unit_size = strlen(unit);
    bool is_suffix = ends_in(metric, size, unit, unit_size) && size > unit_size &&
                     metric[size - unit_size - 1] == '_';
    if (!is_suffix) {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: the name must end in _%.40s%s, its unit",
                        metric, unit, kind->suffix);
    }
    return PROMLET_OK;
}

promlet_status pml_check_bounds(const char *metric, const double *bounds, size_t count)
{
    if (count > PROMLET_MAX_BOUNDS) {
        return pml_fail(PROMLET_ERROR_BOUNDS, "%.100s: %zu bucket bounds are more than %d", metric,
                        count, PROMLET_MAX_BOUNDS);
    }
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(bounds[i])) {
            return pml_fail(PROMLET_ERROR_BOUNDS,
                            "%.100s: bucket bound number %zu is not finite (+Inf is implied)",
                            metric, i + 1);
        }
        if (i > 0 && bounds[i] <= bounds[i - 1]) {
            return pml_fail(PROMLET_ERROR_BOUNDS,
                            "%.100s: bucket bound number %zu is not above the one before it",
                            metric, i + 1);
        }
    }
    return PROMLET_OK;
}
