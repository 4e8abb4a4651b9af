/* SPDX-License-Identifier: Apache-2.0 */
/* Which options the documentation allows, and how bytes that are not UTF-8 are repaired. */
#include "model_rules.h"
#include "model_memory.h"

#include "support/strict_document.h"

#include <math.h>

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

/* Whether some well-formed sequence begins with these bytes: any that completes them will do, so
   the least and the greatest completion are tried. */
static bool begins_sequence(const unsigned char *bytes, size_t size, size_t whole)
{
    unsigned char least[5] = {0};
    unsigned char greatest[5] = {0};
    memcpy(least, bytes, size);
    memcpy(greatest, bytes, size);
    memset(least + size, 0x80, whole - size);
    memset(greatest + size, 0xbf, whole - size);
    return strict_utf8_size(least) == whole || strict_utf8_size(greatest) == whole;
}

/* How many bytes one U+FFFD stands for. */
static size_t ill_formed_size(const unsigned char *bytes)
{
    size_t longest = 1;
    for (size_t whole = 2; whole <= 4; whole++) {
        for (size_t size = 1; size < whole && (size == 1 || bytes[size - 1] != '\0'); size++) {
            if (size > longest && begins_sequence(bytes, size, whole)) {
                longest = size;
            }
        }
    }
    return longest;
}

char *model_repair(const char *text)
{
    char *repaired = allocate(3 * strlen(text) + 1);
    char *out = repaired;
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t size = strict_utf8_size(at);
        if (size > 0) {
            memcpy(out, at, size);
            out += size;
            at += size;
        } else {
            memcpy(out, "\xef\xbf\xbd", 3);
            out += 3;
            at += ill_formed_size(at);
        }
    }
    *out = '\0';
    return repaired;
}

/* ---- names, labels, units, bounds ------------------------------------------------------------ */

static bool ends_in(const char *text, const char *suffix)
{
    size_t size = strlen(text);
    size_t suffix_size = strlen(suffix);
    return size >= suffix_size && strcmp(text + size - suffix_size, suffix) == 0;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_name(const char *text, bool colon_allowed)
{
    static const char digits[] = "0123456789";
    static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool is_digit = strchr(digits, text[i]) != NULL;
        bool is_other = strchr(others, text[i]) != NULL || (colon_allowed && text[i] == ':');
        if (!is_other && (!is_digit || i == 0)) {
            return false;
        }
    }
    return text[0] != '\0';
}

static bool is_label_allowed(const char *name)
{
    return is_name(name, false) && !begins_with(name, "__") && strcmp(name, "le") != 0 &&
           strcmp(name, "quantile") != 0 && strcmp(name, "otel_metric_overflow") != 0;
}

size_t model_count_const_labels(const promlet_label *labels)
{
    size_t count = 0;
    while (count < PROMLET_MAX_CONST_LABELS && labels[count].name != NULL) {
        count++;
    }
    return count;
}

static bool are_names_allowed(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_label_allowed(names[i])) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(names[i], names[j]) == 0) {
                return false;
            }
        }
    }
    return true;
}

/* All that a series has. */
static bool are_labels_allowed(const model *self, const promlet_opts *options, size_t count)
{
    const char *names[PROMLET_MAX_LABELS + 2 * PROMLET_MAX_CONST_LABELS] = {NULL};
    size_t all = 0;
    size_t const_count = model_count_const_labels(options->const_labels);
    for (size_t i = 0; i < self->const_labels.count; i++) {
        names[all++] = self->const_labels.names[i];
    }
    for (size_t i = 0; i < const_count; i++) {
        if (options->const_labels[i].value == NULL) {
            return false;
        }
        names[all++] = options->const_labels[i].name;
    }
    for (size_t i = 0; i < count; i++) {
        names[all++] = options->labels[i];
    }
    return are_names_allowed(names, all);
}

bool model_is_configuration_allowed(const promlet_registry_opts *options)
{
    const char *names[PROMLET_MAX_CONST_LABELS] = {NULL};
    size_t count = model_count_const_labels(options->const_labels);
    bool is_allowed =
        options->prefix == NULL || options->prefix[0] == '\0' || is_name(options->prefix, true);
    for (size_t i = 0; i < count; i++) {
        names[i] = options->const_labels[i].name;
        is_allowed = is_allowed && options->const_labels[i].value != NULL &&
                     strcmp(names[i], "reason") != 0 && strcmp(names[i], "family") != 0;
    }
    return is_allowed && are_names_allowed(names, count);
}

char *model_full_name(const model *self, const char *name)
{
    const char *prefix = self->prefix != NULL ? self->prefix : "";
    char *full = allocate(strlen(prefix) + strlen(name) + 1);
    memcpy(full, prefix, strlen(prefix));
    memcpy(full + strlen(prefix), name, strlen(name));
    return full;
}

char *model_stem(enum model_kind kind, const char *name)
{
    char *stem = copy(name);
    if (kind == MODEL_COUNTER && ends_in(stem, "_total")) {
        stem[strlen(stem) - strlen("_total")] = '\0';
    }
    return stem;
}

static bool is_unit_allowed(enum model_kind kind, const char *name, const char *unit)
{
    if (unit == NULL || unit[0] == '\0') {
        return true;
    }
    char *stem = model_stem(kind, name);
    size_t size = strlen(stem);
    size_t unit_size = strlen(unit);
    bool is_allowed = ends_in(stem, unit) && size > unit_size && stem[size - unit_size - 1] == '_';
    free(stem);
    return is_allowed;
}

static bool are_bounds_allowed(enum model_kind kind, const promlet_opts *options)
{
    if (kind != MODEL_HISTOGRAM) {
        return options->bounds == NULL && options->bound_count == 0;
    }
    if (options->bounds == NULL) {
        return options->bound_count == 0;
    }
    size_t count = options->bound_count;
    bool has_infinity = count > 0 && count <= PROMLET_MAX_BOUNDS + 1 &&
                        isinf(options->bounds[count - 1]) && options->bounds[count - 1] > 0;
    count -= has_infinity;
    for (size_t i = 0; i < count && count <= PROMLET_MAX_BOUNDS; i++) {
        if (!isfinite(options->bounds[i]) ||
            (i > 0 && !(options->bounds[i] > options->bounds[i - 1]))) {
            return false;
        }
    }
    return count <= PROMLET_MAX_BOUNDS;
}

static bool is_cells_allowed(enum model_kind kind, promlet_cells cells)
{
    return (int)cells >= 0 && cells <= PROMLET_CELLS_SHARED &&
           (kind != MODEL_GAUGE || cells != PROMLET_CELLS_PER_CPU);
}

static bool is_name_allowed(enum model_kind kind, const char *name)
{
    return name != NULL && is_name(name, true) &&
           (kind != MODEL_COUNTER || strcmp(name, "_total") != 0) &&
           !begins_with(name, "promlet_dropped") && !begins_with(name, "promlet_series") &&
           !begins_with(name, "promlet_memory") && !begins_with(name, "promlet_collector");
}

bool model_is_allowed(const model *self, enum model_kind kind, const promlet_opts *options,
                      size_t label_count)
{
    if (options->name == NULL || options->name[0] == '\0') {
        return false;
    }
    char *name = model_full_name(self, options->name);
    bool is_allowed = is_name_allowed(kind, name) && is_unit_allowed(kind, name, options->unit);
    free(name);
    return is_allowed && are_labels_allowed(self, options, label_count) &&
           are_bounds_allowed(kind, options) && is_cells_allowed(kind, options->cells);
}
