/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls that remove series, for families of all kinds. */
#include "registry/removal.h"

#include "base/alloc.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/label_values.h"
#include "registry/lifetime.h"
#include "registry/limits.h"
#include "registry/view.h"

#include <promlet/family.h>

#include <string.h>

/* ---- what may be removed --------------------------------------------------------------------- */

promlet_status pml_removal_check_family(const pml_family *family)
{
    if (family == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "a family is NULL");
    }
    if (pml_family_is_sink(family)) {
        return pml_fail(PROMLET_ERROR_NOT_FOUND, "the family's declaration was refused");
    }
    return PROMLET_OK;
}

promlet_status pml_removal_fail_own(const char *name)
{
    return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: promlet's own metrics can't be removed", name);
}

promlet_status pml_removal_check(const pml_family *family)
{
    const pml_definition *definition = family->definition;
    if (definition->is_own) {
        return pml_removal_fail_own(definition->name.bytes);
    }
    if (family->is_kept) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a metric at file scope can't be removed",
                        definition->name.bytes);
    }
    return PROMLET_OK;
}

/* Of a family or a view. */
static promlet_status check_removable(pml_family *family)
{
    promlet_status status = pml_removal_check_family(family);
    if (status == PROMLET_OK) {
        pml_lock(PML_LOCK_CHANGES);
        status = pml_removal_check(pml_view_family(family));
        pml_unlock(PML_LOCK_CHANGES);
    }
    return status;
}

/* ---- hiding, with PML_LOCK_CHANGES held ------------------------------------------------------ */

static bool has_labels(const pml_family *family)
{
    return family->definition->label_count > 0;
}

/* A metric without labels always exists. */
static bool hide_or_reset(pml_family *family, pml_series *series)
{
    if (has_labels(family)) {
        return pml_lifetime_hide(family, series);
    }
    bool is_shown = !pml_series_is_hidden(series);
    if (is_shown) {
        pml_lifetime_reset(family, series);
    }
    return is_shown;
}

static promlet_status hide_one(pml_family *family, const pml_label_query *query)
{
    promlet_status status = pml_removal_check(family);
    if (status != PROMLET_OK) {
        return status;
    }
    pml_series *series = pml_table_find(&family->table, query);
    if (series == NULL || !hide_or_reset(family, series)) {
        return pml_fail(PROMLET_ERROR_NOT_FOUND,
                        "%.100s: there is no series with these label values",
                        family->definition->name.bytes);
    }
    return PROMLET_OK;
}

/* A value that a label must have, valid UTF-8. */
typedef struct condition {
    size_t label; /* the place of its name in the definition */
    const char *value;
} condition;

/* Conditions rise by label; values have at most so many bytes, though that may not always have been
   so. */
static bool meets(const pml_series *series, const condition *conditions, size_t count, size_t most)
{
    const char *value = pml_label_set_values(&series->labels);
    size_t label = 0;
    for (size_t i = 0; i < count; i++) {
        for (; label < conditions[i].label; label++) {
            value += strlen(value) + 1;
        }
        if (!pml_label_value_is(value, conditions[i].value, most)) {
            return false;
        }
    }
    return true;
}

static size_t hide_some(pml_family *family, pml_series *const *series, size_t series_count,
                        const condition *conditions, size_t count)
{
    size_t hidden = 0;
    size_t most = pml_limits_value_bytes(family);
    for (size_t i = 0; i < series_count; i++) {
        if (meets(series[i], conditions, count, most)) {
            hidden += hide_or_reset(family, series[i]);
        }
    }
    return hidden;
}

/* Hides all series that meet all conditions, and says how many; without conditions all. A metric
   without labels is set to zero instead. With PML_LOCK_ORDER held as well. */
static size_t hide_matching(pml_family *family, const condition *conditions, size_t count)
{
    size_t hidden = hide_some(family, family->sorted, family->sorted_count, conditions, count) +
                    hide_some(family, family->fresh, family->fresh_count, conditions, count);
    pml_series *overflow = pml_family_overflow(family);
    if (overflow != NULL && count == 0) {
        hidden += pml_lifetime_hide(family, overflow);
    }
    return hidden;
}

/* ---- one series ------------------------------------------------------------------------------ */

static promlet_status remove_valid(pml_family *family, const char *const *values)
{
    pml_label_query query;
    (void)pml_label_query_start(&query, &family->label_reader, values);
    pml_lock(PML_LOCK_CHANGES);
    promlet_status status = hide_one(family, &query);
    pml_unlock(PML_LOCK_CHANGES);
    return status;
}

/* As a look-up of these values made it. */
static promlet_status remove_fitted(pml_family *family, const char *const *values, size_t count)
{
    const char *fitted[PROMLET_MAX_LABELS];
    size_t cut;
    char *memory =
        pml_label_values_fit(values, count, pml_limits_value_bytes(family), fitted, &cut);
    if (memory == NULL) {
        return pml_fail_memory();
    }
    promlet_status status = remove_valid(family, fitted);
    pml_free(memory);
    return status;
}

static promlet_status remove_one(pml_family *family, const char *const *values, size_t count)
{
    promlet_status status = pml_label_values_check(family->definition, values, count);
    if (status != PROMLET_OK) {
        return status;
    }
    if (!pml_label_values_are_utf8(values, count)) {
        return remove_fitted(family, values, count);
    }
    /* A longer value may have been allowed once. */
    status = remove_valid(family, values);
    bool may_be_cut = status == PROMLET_ERROR_NOT_FOUND &&
                      !pml_label_values_are_short(values, count, pml_limits_value_bytes(family));
    return may_be_cut ? remove_fitted(family, values, count) : status;
}

static promlet_status remove_one_in_view(pml_family *view, const char *const *values, size_t count)
{
    pml_all_values all;
    pml_view_start(view, &all);
    promlet_status status = pml_view_add_values(view, values, count, &all);
    if (status != PROMLET_OK) {
        return status;
    }
    return remove_one(pml_view_family(view), all.at, view->definition->label_count);
}

promlet_status(promlet_family_remove_values)(promlet_family *opaque, const char *const *values,
                                             size_t count)
{
    pml_family *family = (pml_family *)opaque;
    promlet_status status = pml_removal_check_family(family);
    if (status != PROMLET_OK) {
        return status;
    }
    return family->view == NULL ? remove_one(family, values, count)
                                : remove_one_in_view(family, values, count);
}

/* ---- some series ----------------------------------------------------------------------------- */

/* What label sets must have to be removed. */
typedef struct match {
    pml_all_values all;    /* with what the view has fixed; NULL: any value */
    bool is_contradiction; /* a label that is given or fixed twice, with two values */
} match;

/* Label sets hold repaired values with a limit, so two may become the same. */
static promlet_status add_value(const char *value, size_t most, const char **to,
                                bool *is_contradiction)
{
    const char *const pair[] = {*to != NULL ? *to : value, value};
    const char *fitted[2];
    size_t cut;
    char *memory = pml_label_values_fit(pair, 2, most, fitted, &cut);
    if (memory == NULL) {
        return pml_fail_memory();
    }
    *is_contradiction |= strcmp(fitted[0], fitted[1]) != 0;
    *to = value;
    pml_free(memory);
    return PROMLET_OK;
}

static promlet_status add_label(const pml_family *family, const promlet_label *label, match *into)
{
    const pml_definition *definition = family->definition;
    const char *name = definition->name.bytes;
    if (label->name == NULL || label->value == NULL) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the name or the value of a label is NULL",
                        name);
    }
    size_t place = pml_definition_find_label(definition, label->name);
    if (place == definition->label_count) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: it has no label \"%.60s\"", name,
                        label->name);
    }
    return add_value(label->value, pml_limits_value_bytes(family), &into->all.at[place],
                     &into->is_contradiction);
}

static promlet_status read_labels(pml_family *family, const promlet_label *labels, size_t count,
                                  match *into)
{
    promlet_status status = check_removable(family);
    if (status != PROMLET_OK) {
        return status;
    }
    into->is_contradiction = false;
    pml_view_start(family, &into->all);
    if (labels == NULL && count > 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: labels is NULL, but count is %zu",
                        family->definition->name.bytes, count);
    }
    for (size_t i = 0; i < count && status == PROMLET_OK; i++) {
        status = add_label(family, &labels[i], into);
    }
    return status;
}

/* As label sets have them: in the order of the labels, with U+FFFD for what is not UTF-8. NULL when
   out of memory; the caller frees what comes back. */
static char *make_conditions(const match *from, condition *conditions, size_t *count)
{
    const char *values[PROMLET_MAX_LABELS];
    *count = 0;
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        if (from->all.at[i] != NULL) {
            conditions[*count].label = i;
            values[(*count)++] = from->all.at[i];
        }
    }
    const char *repaired[PROMLET_MAX_LABELS];
    char *memory = pml_label_values_repair(values, *count, repaired);
    for (size_t i = 0; memory != NULL && i < *count; i++) {
        conditions[i].value = repaired[i];
    }
    return memory;
}

static promlet_status remove_matching(pml_family *family, const promlet_label *labels, size_t count,
                                      size_t *hidden)
{
    match wanted;
    *hidden = 0;
    promlet_status status = read_labels(family, labels, count, &wanted);
    if (status != PROMLET_OK || wanted.is_contradiction) {
        return status;
    }
    condition conditions[PROMLET_MAX_LABELS];
    size_t condition_count;
    char *memory = make_conditions(&wanted, conditions, &condition_count);
    if (memory == NULL) {
        return pml_fail_memory();
    }
    pml_lock(PML_LOCK_ORDER);
    pml_lock(PML_LOCK_CHANGES);
    *hidden = hide_matching(pml_view_family(family), conditions, condition_count);
    pml_unlock(PML_LOCK_CHANGES);
    pml_unlock(PML_LOCK_ORDER);
    pml_free(memory);
    return PROMLET_OK;
}

size_t(promlet_family_remove_matching)(promlet_family *opaque, const promlet_label *labels,
                                       size_t count)
{
    size_t hidden;
    (void)remove_matching((pml_family *)opaque, labels, count, &hidden);
    return hidden;
}

promlet_status(promlet_family_clear)(promlet_family *opaque)
{
    size_t hidden;
    return remove_matching((pml_family *)opaque, NULL, 0, &hidden);
}
