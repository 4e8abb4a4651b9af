/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting in what is new, and taking out what was buried. */
#include "registry/order.h"

#include "base/alloc.h"
#include "base/locks.h"

#include <stdlib.h>

static int compare_series(const void *a, const void *b)
{
    const pml_series *left = *(pml_series *const *)a;
    const pml_series *right = *(pml_series *const *)b;
    return pml_label_set_compare(&left->labels, &right->labels);
}

/* Merges a sorted tail into the first `at` series, which are sorted, too; from the back, so that
   none is overwritten before it was moved. */
static void merge(pml_series **series, size_t at, pml_series *const *tail, size_t tail_count)
{
    size_t to = at + tail_count;
    while (tail_count > 0) {
        bool take_head = at > 0 && compare_series(&series[at - 1], &tail[tail_count - 1]) > 0;
        series[--to] = take_head ? series[--at] : tail[--tail_count];
    }
}

/* Takes the fresh series away, with room for them among the sorted ones. NULL when there are none
   or memory is out, which *count and *is_out_of_memory tell apart. */
static pml_series **take_fresh(pml_family *family, size_t *count, bool *is_out_of_memory)
{
    pml_series **fresh = NULL;
    pml_lock(PML_LOCK_CHANGES);
    *count = family->fresh_count;
    if (*count > 0) {
        pml_series **sorted =
            pml_resize_array(family->sorted, family->sorted_count + *count, sizeof *sorted);
        *is_out_of_memory = sorted == NULL;
        if (sorted != NULL) {
            family->sorted = sorted;
            fresh = family->fresh;
            family->fresh = NULL;
            family->fresh_count = 0;
            family->fresh_capacity = 0;
        }
    }
    pml_unlock(PML_LOCK_CHANGES);
    return fresh;
}

static bool sort(pml_family *family)
{
    size_t count;
    bool is_out_of_memory = false;
    pml_series **fresh = take_fresh(family, &count, &is_out_of_memory);
    if (fresh != NULL) {
        qsort(fresh, count, sizeof *fresh, compare_series);
        merge(family->sorted, family->sorted_count, fresh, count);
        family->sorted_count += count;
        pml_free(fresh);
    }
    return !is_out_of_memory;
}

static bool has_fresh(const pml_family *family)
{
    pml_lock(PML_LOCK_CHANGES);
    bool is_so = family->fresh_count > 0;
    pml_unlock(PML_LOCK_CHANGES);
    return is_so;
}

bool pml_family_sort(pml_family *family)
{
    if (!has_fresh(family)) {
        return true;
    }
    pml_lock(PML_LOCK_ORDER);
    bool is_sorted = sort(family);
    pml_unlock(PML_LOCK_ORDER);
    return is_sorted;
}
