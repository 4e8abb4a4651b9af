/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views: a family with the values of some labels fixed; and labels that are given by name.
 *
 * A view is a pml_family itself, so that it is taken wherever a family is: one with an empty table,
 * whose label reader takes no values. Quick look-ups therefore find nothing in it, and need not ask
 * whether a family is a view; slow ones ask here for the family behind it and for all values.
 */
#ifndef PML_REGISTRY_VIEW_H
#define PML_REGISTRY_VIEW_H

#include "registry/family.h"

/* Values for all labels of a family in the order of its declaration; NULL where none is given. */
typedef struct pml_all_values {
    const char *at[PROMLET_MAX_LABELS];
} pml_all_values;

/* The family that holds the series; the given one if it is no view. */
pml_family *pml_view_family(pml_family *family);

/* What is fixed. The family may be none or a sink's. */
void pml_view_start(const pml_family *family, pml_all_values *all);

/* Adds labels that are given by name. Errors set the last error: a name that the family does not
   have, or has fixed, or that is given twice; NULL. */
promlet_status pml_view_add_labels(const pml_family *family, const promlet_label *labels,
                                   size_t count, pml_all_values *all);

/* Adds values for the labels that are not fixed, in order. */
promlet_status pml_view_add_values(const pml_family *family, const char *const *values,
                                   size_t count, pml_all_values *all);

/* That no value is missing. */
promlet_status pml_view_check_whole(const pml_family *family, const pml_all_values *all);

/* The view of a family, or of another view, that fixes these labels as well; the same one if there
   is one. It lives as long as the family. NULL on an error, with the last error set and *status
   saying which. */
pml_family *pml_view_of(pml_family *family, const promlet_label *labels, size_t count,
                        promlet_status *status);

/* Frees all views of a family. */
void pml_views_free(struct pml_view *first);

#endif
