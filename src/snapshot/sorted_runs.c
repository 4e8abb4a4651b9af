/* SPDX-License-Identifier: Apache-2.0 */
/* Merging takes one pass over the items for each doubling of the number of runs. */
#include "snapshot/sorted_runs.h"

#include "base/alloc.h"

bool pml_sorted_runs_make(pml_sorted_runs *made, size_t item_count, size_t run_count)
{
    made->items = pml_resize_array(NULL, item_count, sizeof *made->items);
    made->spare = pml_resize_array(NULL, item_count, sizeof *made->spare);
    made->ends = pml_resize_array(NULL, run_count, sizeof *made->ends);
    made->count = run_count;
    return made->items != NULL && made->spare != NULL && made->ends != NULL;
}

void pml_sorted_runs_free(const pml_sorted_runs *made)
{
    pml_free(made->items);
    pml_free(made->spare);
    pml_free(made->ends);
}

/* Of equal items, that of the first run comes first. */
static void merge_two(const pml_sorted_item *a, const pml_sorted_item *a_end,
                      const pml_sorted_item *b, const pml_sorted_item *b_end, pml_sorted_item *to,
                      pml_compare_sorted compare)
{
    while (a < a_end || b < b_end) {
        bool takes_a = b == b_end || (a < a_end && compare(a, b) <= 0);
        *to++ = takes_a ? *a++ : *b++;
    }
}

void pml_sorted_runs_merge(pml_sorted_runs *all, pml_compare_sorted compare)
{
    while (all->count > 1) {
        size_t begin = 0;
        size_t merged = 0;
        for (size_t i = 0; i < all->count; i += 2) {
            size_t middle = all->ends[i];
            size_t end = i + 1 < all->count ? all->ends[i + 1] : middle;
            const pml_sorted_item *items = all->items;
            merge_two(items + begin, items + middle, items + middle, items + end,
                      all->spare + begin, compare);
            all->ends[merged++] = end;
            begin = end;
        }
        all->count = merged;
        pml_sorted_item *spare = all->items;
        all->items = all->spare;
        all->spare = spare;
    }
}
