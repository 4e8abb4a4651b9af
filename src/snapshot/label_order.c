/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing two escaped label texts as if they were not escaped. */
#include "snapshot/label_order.h"

#include "registry/names.h"
#include "snapshot/label_text.h"

static bool is_overflow(const pml_escaped *name)
{
    return name->size == strlen(PML_OVERFLOW_LABEL) &&
           memcmp(name->bytes, PML_OVERFLOW_LABEL, name->size) == 0;
}

static int compare_names(const pml_escaped *a, const pml_escaped *b)
{
    int order = pml_escaped_compare(a, b);
    if (order != 0 && (is_overflow(a) || is_overflow(b))) {
        return is_overflow(a) ? 1 : -1;
    }
    return order;
}

static int compare_labels(const pml_rendered_label *a, const pml_rendered_label *b)
{
    int order = compare_names(&a->name, &b->name);
    return order != 0 ? order : pml_escaped_compare(&a->value, &b->value);
}

int pml_compare_labels(const pml_snapshot_series *a, const pml_snapshot_series *b)
{
    pml_label_text left = pml_label_text_begin(a->labels, a->labels_size);
    pml_label_text right = pml_label_text_begin(b->labels, b->labels_size);
    int order = 0;
    while (order == 0) {
        pml_rendered_label one;
        pml_rendered_label other;
        bool has_one = pml_label_text_next(&left, &one);
        bool has_other = pml_label_text_next(&right, &other);
        if (!has_one || !has_other) {
            return has_one - has_other;
        }
        order = compare_labels(&one, &other);
    }
    return order;
}
