/* SPDX-License-Identifier: Apache-2.0 */
/* Making, keeping and following views. */
#include "registry/view.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/locks.h"
#include "base/report.h"
#include "base/utf8.h"

#include <string.h>

struct pml_view {
    pml_family face; /* what the user holds; it has no series */
    pml_family *family;
    struct pml_view *next; /* of the same family */
    uint64_t hash;         /* of what is fixed */
    size_t fixed_count;
    pml_all_values fixed; /* valid UTF-8; behind the view */
};

static const char *name_of(const pml_family *family)
{
    return family->definition->name.bytes;
}

pml_family *pml_view_family(pml_family *family)
{
    return family->view != NULL ? family->view->family : family;
}

void pml_view_start(const pml_family *family, pml_all_values *all)
{
    if (family->view != NULL) {
        *all = family->view->fixed;
    } else {
        memset(all, 0, sizeof *all);
    }
}

static bool is_fixed(const pml_family *family, size_t place)
{
    return family->view != NULL && family->view->fixed.at[place] != NULL;
}

/* ---- completing values ----------------------------------------------------------------------- */

static promlet_status add_label(const pml_family *family, const promlet_label *label,
                                pml_all_values *all)
{
    if (label->name == NULL) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the name of a label is NULL",
                        name_of(family));
    }
    size_t place = pml_definition_find_label(family->definition, label->name);
    if (place == family->definition->label_count) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: it has no label \"%.60s\"", name_of(family),
                        label->name);
    }
    if (label->value == NULL) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the value of label \"%.60s\" is NULL",
                        name_of(family), label->name);
    }
    if (all->at[place] != NULL) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: label \"%.60s\" is %s", name_of(family),
                        label->name,
                        is_fixed(family, place) ? "fixed by the view already" : "given twice");
    }
    all->at[place] = label->value;
    return PROMLET_OK;
}

promlet_status pml_view_add_labels(const pml_family *family, const promlet_label *labels,
                                   size_t count, pml_all_values *all)
{
    if (labels == NULL && count > 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: its labels are NULL", name_of(family));
    }
    promlet_status status = PROMLET_OK;
    for (size_t i = 0; status == PROMLET_OK && i < count; i++) {
        status = add_label(family, &labels[i], all);
    }
    return status;
}

promlet_status pml_view_add_values(const pml_family *family, const char *const *values,
                                   size_t count, pml_all_values *all)
{
    size_t label_count = family->definition->label_count;
    size_t fixed_count = family->view != NULL ? family->view->fixed_count : 0;
    if (count != label_count - fixed_count || (values == NULL && count > 0)) {
        return pml_fail(PROMLET_ERROR_LABELS,
                        "%.100s: needs %zu label values beside those that the view has fixed, got "
                        "%zu",
                        name_of(family), label_count - fixed_count,
                        values == NULL ? (size_t)0 : count);
    }
    for (size_t place = 0; place < label_count; place++) {
        if (!is_fixed(family, place)) {
            all->at[place] = *values++;
        }
    }
    return PROMLET_OK;
}

promlet_status pml_view_check_whole(const pml_family *family, const pml_all_values *all)
{
    for (size_t place = 0; place < family->definition->label_count; place++) {
        if (all->at[place] == NULL) {
            return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the value of label \"%.60s\" is missing",
                            name_of(family), family->definition->label_names[place]);
        }
    }
    return PROMLET_OK;
}

/* ---- making ---------------------------------------------------------------------------------- */

static size_t repaired_size(const char *value)
{
    return value != NULL ? pml_utf8_repair(value, strlen(value), NULL) + 1 : 0;
}

/* Copies what is fixed to the memory behind the view. A fixed value is repaired here, so that
   look-ups through the view need not do it each time. */
static void copy_fixed(struct pml_view *view, const pml_all_values *all)
{
    char *next = (char *)(view + 1);
    for (size_t place = 0; place < PROMLET_MAX_LABELS; place++) {
        const char *value = all->at[place];
        if (value == NULL) {
            continue;
        }
        size_t size = pml_utf8_repair(value, strlen(value), next);
        next[size] = '\0';
        view->fixed.at[place] = next;
        view->fixed_count++;
        view->hash += pml_hash_bytes(place, next, size);
        next += size + 1;
    }
}

static struct pml_view *new_view(pml_family *family, const pml_all_values *all)
{
    size_t size = 0;
    for (size_t place = 0; place < PROMLET_MAX_LABELS; place++) {
        size += repaired_size(all->at[place]);
    }
    struct pml_view *view = pml_alloc_zeroed(sizeof *view + size);
    if (view != NULL) {
        view->face.registry = family->registry;
        view->face.owner = family->owner;
        view->face.definition = family->definition;
        view->face.view = view;
        view->family = family;
        copy_fixed(view, all);
    }
    return view;
}

static bool is_same(const struct pml_view *a, const struct pml_view *b)
{
    bool is_same = a->hash == b->hash && a->fixed_count == b->fixed_count;
    for (size_t place = 0; is_same && place < PROMLET_MAX_LABELS; place++) {
        const char *left = a->fixed.at[place];
        const char *right = b->fixed.at[place];
        is_same = left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
    }
    return is_same;
}

/* With PML_LOCK_CHANGES held: the view that fixes the same, or the new one; NULL if there is no
   room for it. */
static struct pml_view *find_or_keep(struct pml_view *view)
{
    pml_family *family = view->family;
    size_t count = 0;
    for (struct pml_view *other = family->views; other != NULL; other = other->next) {
        if (is_same(other, view)) {
            return other;
        }
        count++;
    }
    if (count >= family->definition->max_series) {
        return NULL;
    }
    view->next = family->views;
    family->views = view;
    return view;
}

static pml_family *keep(struct pml_view *view, promlet_status *status)
{
    pml_lock(PML_LOCK_CHANGES);
    struct pml_view *kept = find_or_keep(view);
    pml_unlock(PML_LOCK_CHANGES);
    if (kept == NULL) {
        *status = pml_fail(PROMLET_ERROR_LABELS,
                           "%.100s: it has %zu views, as many as it can have series",
                           name_of(&view->face), view->face.definition->max_series);
    }
    if (kept != view) {
        pml_free(view);
    }
    return kept != NULL ? &kept->face : NULL;
}

pml_family *pml_view_of(pml_family *family, const promlet_label *labels, size_t count,
                        promlet_status *status)
{
    pml_all_values all;
    pml_view_start(family, &all);
    *status = pml_view_add_labels(family, labels, count, &all);
    if (*status == PROMLET_OK && count == 0) {
        *status = pml_fail(PROMLET_ERROR_LABELS, "%.100s: a view of it must fix some label",
                           name_of(family));
    }
    if (*status != PROMLET_OK) {
        return NULL;
    }
    struct pml_view *view = new_view(pml_view_family(family), &all);
    if (view == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    return keep(view, status);
}

void pml_views_free(struct pml_view *first)
{
    while (first != NULL) {
        struct pml_view *next = first->next;
        pml_free(first);
        first = next;
    }
}
