/* SPDX-License-Identifier: Apache-2.0 */
/* Naming rules of the Prometheus data model, and the names that promlet keeps for itself. */
#include "registry/names.h"

#include "base/name.h"
#include "base/report.h"
#include "base/utf8.h"

#include <promlet/registry.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- names of metrics ------------------------------------------------------------------------ */

static bool is_utf8_name(const char *name)
{
    return name[0] != '\0' && pml_utf8_is_valid(name, strlen(name));
}

static bool is_name(pml_name_role role, const char *name, bool is_utf8)
{
    return is_utf8 ? is_utf8_name(name) : pml_name_is_plain(role, name, strlen(name));
}

promlet_status pml_check_metric_name(const char *name, const pml_kind *kind, bool is_utf8)
{
    if (name == NULL) {
        return pml_fail(PROMLET_ERROR_NAME, "a metric's name is NULL");
    }
    if (!is_name(PML_NAME_METRIC, name, is_utf8)) {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: a metric's name must be %s", name,
                        is_utf8 ? "UTF-8 and not empty" : "[a-zA-Z_:][a-zA-Z0-9_:]*");
    }
    if (strcmp(name, kind->suffix) == 0) {
        return pml_fail(PROMLET_ERROR_NAME, "%s: %s's name needs something before its suffix", name,
                        kind->noun);
    }
    return PROMLET_OK;
}

/* What a name has in common with promlet's own; NULL: nothing. */
static const char *find_own_stem(const char *name)
{
    static const char *const stems[] = {PML_DROPPED_STEM, PML_SERIES_STEM, PML_MEMORY_STEM,
                                        PML_HELP_STEM, PML_COLLECTOR_STEM};
    for (size_t i = 0; i < sizeof stems / sizeof stems[0]; i++) {
        if (strncmp(name, stems[i], strlen(stems[i])) == 0) {
            return stems[i];
        }
    }
    return NULL;
}

bool pml_name_is_own(const char *name)
{
    return find_own_stem(name) != NULL;
}

static promlet_status check_claim(const char *name, const char *claim)
{
    const char *stem = find_own_stem(claim);
    return stem == NULL ? PROMLET_OK
                        : pml_fail(PROMLET_ERROR_NAME,
                                   "%.100s: names that begin with %s are reserved for promlet's "
                                   "own metrics",
                                   name, stem);
}

promlet_status pml_check_not_reserved(char *const *claims)
{
    promlet_status status = PROMLET_OK;
    for (char *const *claim = claims; status == PROMLET_OK && *claim != NULL; claim++) {
        status = check_claim(claims[0], *claim);
    }
    return status;
}

promlet_status pml_check_prefix(const char *prefix, bool is_utf8)
{
    if (prefix[0] != '\0' && !is_name(PML_NAME_METRIC, prefix, is_utf8)) {
        return pml_fail(PROMLET_ERROR_NAME, "a registry: its prefix \"%.100s\" must be %s", prefix,
                        is_utf8 ? "UTF-8" : "[a-zA-Z_:][a-zA-Z0-9_:]*");
    }
    return PROMLET_OK;
}

/* ---- names of labels ------------------------------------------------------------------------- */

/* Whether two names of labels are the same once a scheme has escaped them. */
static bool become_same(const char *a, const char *b, pml_scheme *scheme)
{
    for (int i = 0; i < PML_SCHEME_COUNT; i++) {
        *scheme = (pml_scheme)i;
        if (pml_escaper_are_same(pml_escaper_start(PML_NAME_LABEL, a, strlen(a), *scheme),
                                 pml_escaper_start(PML_NAME_LABEL, b, strlen(b), *scheme))) {
            return true;
        }
    }
    return false;
}

/* What no label may be called, even where that is only seen once its name is escaped. */
static promlet_status check_not_escaped_to_reserved(const char *metric, const char *label)
{
    static const char *const reserved[] = {"__name__", PML_OVERFLOW_LABEL};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        pml_scheme scheme;
        if (become_same(label, reserved[i], &scheme)) {
            return pml_fail(PROMLET_ERROR_NAME,
                            "%.100s: label name \"%.60s\" is reserved (escaped by %s it is %s)",
                            metric, label, pml_scheme_text(scheme), reserved[i]);
        }
    }
    return PROMLET_OK;
}

static promlet_status check_not_reserved_label(const char *metric, const char *label)
{
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

static bool is_plain_label(const char *label)
{
    return pml_name_is_plain(PML_NAME_LABEL, label, strlen(label));
}

static promlet_status check_label_name(const char *metric, const char *label, bool is_utf8)
{
    if (!is_name(PML_NAME_LABEL, label, is_utf8)) {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: label name \"%.60s\" must be %s", metric,
                        label, is_utf8 ? "UTF-8 and not empty" : "[a-zA-Z_][a-zA-Z0-9_]*");
    }
    promlet_status status = check_not_reserved_label(metric, label);
    return status != PROMLET_OK || is_plain_label(label)
               ? status
               : check_not_escaped_to_reserved(metric, label);
}

static promlet_status check_differ(const char *metric, const char *label, const char *other)
{
    if (strcmp(label, other) == 0) {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: label name \"%.60s\" stands twice", metric,
                        label);
    }
    pml_scheme scheme;
    bool are_plain = is_plain_label(label) && is_plain_label(other);
    if (!are_plain && become_same(label, other, &scheme)) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "%.80s: label names \"%.50s\" and \"%.50s\" are the same once they are "
                        "escaped by %s",
                        metric, other, label, pml_scheme_text(scheme));
    }
    return PROMLET_OK;
}

promlet_status pml_check_label_names(const char *metric, const char *const *labels, size_t count,
                                     bool is_utf8)
{
    for (size_t i = 0; i < count; i++) {
        promlet_status status = check_label_name(metric, labels[i], is_utf8);
        for (size_t j = 0; status == PROMLET_OK && j < i; j++) {
            status = check_differ(metric, labels[i], labels[j]);
        }
        if (status != PROMLET_OK) {
            return status;
        }
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

promlet_status pml_check_const_labels(const char *metric, const promlet_label *labels, size_t count,
                                      bool is_utf8)
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
    return pml_check_label_names(metric, names, count, is_utf8);
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

/* ---- units and bounds ------------------------------------------------------------------------ */

static bool ends_in(const char *name, size_t name_size, const char *suffix, size_t suffix_size)
{
    return name_size >= suffix_size &&
           memcmp(name + name_size - suffix_size, suffix, suffix_size) == 0;
}

/* Names may have any, but a unit is never quoted or escaped. */
static const char unit_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:";

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
    if (unit[strspn(unit, unit_characters)] != '\0') {
        return pml_fail(PROMLET_ERROR_NAME, "%.100s: its unit \"%.60s\" must be [a-zA-Z0-9_:]*",
                        metric, unit);
    }
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
