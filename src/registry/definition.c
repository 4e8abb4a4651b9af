/* SPDX-License-Identifier: Apache-2.0 */
/* From promlet_opts to a definition: check everything, complete the name and the labels, copy. */
#include "registry/definition.h"

#include "base/alloc.h"
#include "base/name.h"
#include "base/number.h"
#include "base/options.h"
#include "base/report.h"
#include "base/utf8.h"
#include "record/bound_table.h"
#include "registry/claims.h"
#include "registry/const_labels.h"
#include "registry/names.h"
#include "registry/native_options.h"
#include "registry/settings.h"
#include "series/exemplars.h"

#include <promlet/bounds.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double default_bounds[] = {PROMLET_BOUNDS_DEFAULT};

/* Fills in the default bounds and takes off a last +Inf, which is implied. */
static promlet_status settle_bounds(const pml_kind *kind, promlet_opts *options)
{
    if (kind->shape != PML_SHAPE_HISTOGRAM) {
        bool is_given = options->bounds != NULL || options->bound_count != 0;
        return !is_given ? PROMLET_OK
                         : pml_fail(PROMLET_ERROR_BOUNDS, "%.100s: %s has no bucket bounds",
                                    options->name, kind->noun);
    }
    if (options->bounds == NULL && options->bound_count != 0) {
        return pml_fail(PROMLET_ERROR_BOUNDS, "%.100s: bounds is NULL, but bound_count is %zu",
                        options->name, options->bound_count);
    }
    if (options->bounds == NULL && !options->native_only) {
        options->bounds = default_bounds;
        options->bound_count = sizeof default_bounds / sizeof default_bounds[0];
    }
    size_t last = options->bound_count - 1;
    if (options->bound_count > 0 && options->bound_count <= PROMLET_MAX_BOUNDS + 1 &&
        isinf(options->bounds[last]) && options->bounds[last] > 0) {
        options->bound_count--;
    }
    return pml_check_bounds(options->name, options->bounds, options->bound_count);
}

static promlet_status check_cells(const pml_kind *kind, const promlet_opts *options)
{
    if ((int)options->cells < 0 || options->cells > PROMLET_CELLS_SHARED) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: cells is %d, which is no promlet_cells",
                        options->name, (int)options->cells);
    }
    if (options->cells == PROMLET_CELLS_PER_CPU && kind->spread == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %s always has one cell", options->name,
                        kind->noun);
    }
    return PROMLET_OK;
}

static promlet_status check_idle_time(const promlet_opts *options)
{
    if (!isfinite(options->idle_seconds) || options->idle_seconds < 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: idle_seconds is negative or not finite; 0 means never",
                        options->name);
    }
    return PROMLET_OK;
}

static promlet_status check_exemplars(const pml_kind *kind, const promlet_opts *options)
{
    return !options->exemplars || kind->exemplar_count != NULL
               ? PROMLET_OK
               : pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %s has no exemplars", options->name,
                          kind->noun);
}

static promlet_status check_options(const pml_kind *kind, promlet_opts *options,
                                    const pml_naming *naming)
{
    promlet_status status = pml_check_metric_name(options->name, kind, naming->utf8_names);
    if (status == PROMLET_OK) {
        status = pml_check_all_labels(options, naming);
    }
    if (status == PROMLET_OK) {
        status = pml_check_unit(options->name, options->unit, kind);
    }
    if (status == PROMLET_OK) {
        status = check_cells(kind, options);
    }
    if (status == PROMLET_OK) {
        status = check_idle_time(options);
    }
    if (status == PROMLET_OK) {
        status = check_exemplars(kind, options);
    }
    if (status == PROMLET_OK) {
        status = pml_native_options_check(kind, options);
    }
    if (status == PROMLET_OK) {
        status = settle_bounds(kind, options);
    }
    if (status == PROMLET_OK) {
        status = pml_settings_check(kind, options, naming);
    }
    return status;
}

static bool copy_name(pml_definition *definition, const char *name)
{
    const char *suffix = definition->kind->suffix;
    size_t size = strlen(name);
    size_t suffix_size = strlen(suffix);
    bool is_complete = size >= suffix_size && strcmp(name + size - suffix_size, suffix) == 0;
    if (is_complete) {
        return pml_text_copy(&definition->name, name, size);
    }
    definition->is_name_completed = true;
    pml_text *to = &definition->name;
    to->size = size + suffix_size;
    to->bytes = pml_alloc(to->size + 1);
    if (to->bytes == NULL) {
        return false;
    }
    memcpy(to->bytes, name, size);
    memcpy(to->bytes + size, suffix, suffix_size + 1);
    return true;
}

static bool make_claims(pml_definition *definition)
{
    definition->claims = pml_claims_new(definition->kind, &definition->name);
    return definition->claims != NULL;
}

static bool copy_help(pml_definition *definition, const char *help)
{
    help = help != NULL ? help : "";
    size_t size = strlen(help);
    bool is_cut;
    if (!pml_text_copy_fitted(&definition->help, help, size, PROMLET_MAX_HELP_BYTES, &is_cut)) {
        return false;
    }
    definition->is_help_cut = is_cut;
    if (is_cut) {
        pml_warn("%.100s: its help text is longer than %d bytes and was cut there",
                 definition->name.bytes, PROMLET_MAX_HELP_BYTES);
    }
    if (!pml_utf8_is_valid(help, size)) {
        pml_warn("%.100s: bytes of its help text that are not UTF-8 were replaced by U+FFFD",
                 definition->name.bytes);
    }
    return true;
}

static bool copy_labels(pml_definition *definition, const promlet_opts *options)
{
    size_t count = pml_count_labels(options);
    definition->label_names = pml_alloc_zeroed(count * sizeof *definition->label_names);
    if (definition->label_names == NULL) {
        return false;
    }
    definition->label_count = count;
    for (size_t i = 0; i < count; i++) {
        definition->label_names[i] = pml_copy_string(options->labels[i]);
        if (definition->label_names[i] == NULL) {
            return false;
        }
    }
    return true;
}

static bool copy_bound_texts(pml_definition *definition)
{
    size_t count = definition->settings.bounds.count;
    definition->bound_texts = pml_alloc_zeroed(count * sizeof *definition->bound_texts);
    bool is_copied = definition->bound_texts != NULL;
    for (size_t i = 0; is_copied && i < count; i++) {
        char text[PML_NUMBER_SIZE];
        size_t size = pml_format_bound(definition->settings.bounds.values[i], text);
        is_copied = pml_text_copy(&definition->bound_texts[i], text, size);
    }
    return is_copied;
}

/* The search for a bucket reads as far beyond the last bound as the table's span. */
static bool copy_bounds(pml_definition *definition, const double *bounds, size_t count)
{
    struct promlet_bound_table *table = pml_bound_table_new(bounds, count);
    size_t padding = table != NULL ? table->span : 0;
    double *values = pml_resize_array(NULL, count + padding, sizeof *values);
    definition->settings.bounds = (struct promlet_bounds){count, values, table};
    if (values == NULL || (table == NULL && count > 0)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = bounds[i] == 0 ? 0 : bounds[i]; /* -0 too: the same bound must have one text */
    }
    for (size_t i = 0; i < padding; i++) {
        values[count + i] = INFINITY;
    }
    return copy_bound_texts(definition);
}

/* A state set has a label that is called as it is. */
static bool has_utf8_names(const pml_kind *kind, const promlet_opts *options,
                           const pml_naming *naming)
{
    pml_name_role role = kind->shape == PML_SHAPE_STATES ? PML_NAME_LABEL : PML_NAME_METRIC;
    return !pml_name_is_plain(role, options->name, strlen(options->name)) ||
           pml_has_utf8_labels(options, naming);
}

static bool copy_options(pml_definition *definition, const promlet_opts *options,
                         const pml_naming *naming)
{
    const char *unit = options->unit != NULL ? options->unit : "";
    definition->max_series =
        options->max_series != 0 ? options->max_series : PROMLET_DEFAULT_MAX_SERIES;
    definition->cells = options->cells;
    definition->no_lint = options->no_lint;
    definition->idle_seconds = options->idle_seconds;
    definition->deadline_seconds = options->deadline_seconds;
    definition->settings.has_exemplars = options->exemplars;
    definition->has_utf8_names = has_utf8_names(definition->kind, options, naming);
    return copy_name(definition, options->name) && make_claims(definition) &&
           copy_help(definition, options->help) &&
           pml_text_copy(&definition->unit, unit, strlen(unit)) &&
           copy_labels(definition, options) &&
           pml_copy_const_labels(&definition->const_labels, options, naming) &&
           copy_bounds(definition, options->bounds, options->bound_count) &&
           pml_native_options_copy(definition, options) && pml_settings_copy(definition, options);
}

/* Puts the registry's prefix in front of a name, which is checked later. *prefixed must be freed.
 */
static promlet_status add_prefix(promlet_opts *options, const pml_naming *naming, char **prefixed)
{
    *prefixed = NULL;
    if (options->name == NULL || options->name[0] == '\0' || naming->prefix[0] == '\0') {
        return PROMLET_OK;
    }
    size_t size = strlen(naming->prefix) + strlen(options->name) + 1;
    *prefixed = pml_alloc(size);
    if (*prefixed == NULL) {
        return pml_fail_memory();
    }
    (void)snprintf(*prefixed, size, "%s%s", naming->prefix, options->name);
    options->name = *prefixed;
    return PROMLET_OK;
}

static pml_definition *check_and_copy(const pml_kind *kind, promlet_opts *options,
                                      const pml_naming *naming, promlet_status *status)
{
    *status = check_options(kind, options, naming);
    if (*status != PROMLET_OK) {
        return NULL;
    }
    pml_definition *definition = pml_alloc_zeroed(sizeof *definition);
    if (definition != NULL) {
        definition->kind = kind;
    }
    if (definition == NULL || !copy_options(definition, options, naming)) {
        pml_definition_free(definition);
        *status = pml_fail_memory();
        return NULL;
    }
    return definition;
}

pml_definition *pml_definition_new(const pml_kind *kind, const promlet_opts *given,
                                   size_t options_size, const pml_naming *naming,
                                   promlet_status *status)
{
    promlet_opts options;
    pml_options_size size = {options_size, sizeof options};
    *status = pml_options_read(given, &options, size, "a metric's options");
    if (*status != PROMLET_OK) {
        return NULL;
    }
    char *prefixed;
    *status = add_prefix(&options, naming, &prefixed);
    pml_definition *definition =
        *status == PROMLET_OK ? check_and_copy(kind, &options, naming, status) : NULL;
    pml_free(prefixed);
    return definition;
}

void pml_definition_free(pml_definition *definition)
{
    if (definition == NULL) {
        return;
    }
    for (size_t i = 0; i < definition->label_count; i++) {
        pml_free(definition->label_names[i]);
    }
    for (size_t i = 0; definition->bound_texts != NULL && i < definition->settings.bounds.count;
         i++) {
        pml_free(definition->bound_texts[i].bytes);
    }
    pml_claims_free(definition->claims);
    pml_settings_free(definition);
    pml_free(definition->label_names);
    pml_free(definition->bound_texts);
    pml_free((double *)definition->settings.bounds.values);
    pml_free((struct promlet_bound_table *)definition->settings.bounds.table);
    pml_free(definition->name.bytes);
    pml_free(definition->help.bytes);
    pml_free(definition->unit.bytes);
    pml_free(definition->native_text.bytes);
    pml_free(definition->const_labels.bytes);
    pml_free(definition);
}

size_t pml_definition_exemplar_count(const pml_definition *definition)
{
    const pml_settings *settings = &definition->settings;
    return settings->has_exemplars ? definition->kind->exemplar_count(settings) : 0;
}

size_t pml_definition_cell_size(const pml_definition *definition)
{
    return definition->kind->cell_size(&definition->settings) +
           pml_definition_exemplar_count(definition) * sizeof(pml_exemplar_slot);
}

size_t pml_definition_find_label(const pml_definition *definition, const char *name)
{
    size_t place = 0;
    while (place < definition->label_count && strcmp(definition->label_names[place], name) != 0) {
        place++;
    }
    return place;
}

static bool have_same_labels(const pml_definition *a, const pml_definition *b)
{
    if (a->label_count != b->label_count) {
        return false;
    }
    for (size_t i = 0; i < a->label_count; i++) {
        if (strcmp(a->label_names[i], b->label_names[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool have_same_native_buckets(const pml_definition *a, const pml_definition *b)
{
    const pml_native_settings *left = &a->settings.native;
    const pml_native_settings *right = &b->settings.native;
    return left->slot_count == right->slot_count && left->max_buckets == right->max_buckets &&
           left->schema == right->schema && left->is_only == right->is_only &&
           left->min_reset_ns == right->min_reset_ns &&
           left->zero_threshold <= right->zero_threshold &&
           left->zero_threshold >= right->zero_threshold;
}

static bool have_same_bounds(const pml_definition *a, const pml_definition *b)
{
    if (a->settings.bounds.count != b->settings.bounds.count) {
        return false;
    }
    for (size_t i = 0; i < a->settings.bounds.count; i++) {
        if (a->settings.bounds.values[i] < b->settings.bounds.values[i] ||
            a->settings.bounds.values[i] > b->settings.bounds.values[i]) {
            return false;
        }
    }
    return true;
}

bool pml_definition_is_same(const pml_definition *a, const pml_definition *b)
{
    return a->kind == b->kind && strcmp(a->name.bytes, b->name.bytes) == 0 &&
           strcmp(a->unit.bytes, b->unit.bytes) == 0 &&
           strcmp(a->const_labels.bytes, b->const_labels.bytes) == 0 && have_same_labels(a, b) &&
           have_same_bounds(a, b) && have_same_native_buckets(a, b) && pml_settings_are_same(a, b);
}

bool pml_definition_is_identical(const pml_definition *a, const pml_definition *b)
{
    bool has_same_idle_time =
        a->idle_seconds <= b->idle_seconds && a->idle_seconds >= b->idle_seconds;
    return pml_definition_is_same(a, b) && strcmp(a->help.bytes, b->help.bytes) == 0 &&
           a->max_series == b->max_series && a->cells == b->cells && has_same_idle_time &&
           a->settings.has_exemplars == b->settings.has_exemplars && a->is_own == b->is_own;
}
