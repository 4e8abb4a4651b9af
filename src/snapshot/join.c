/* SPDX-License-Identifier: Apache-2.0 */
/* The series of one family from several snapshots, side by side, with all that belongs to them. */
#include "snapshot/join.h"

#include "base/alloc.h"
#include "base/report.h"
#include "registry/names.h"
#include "snapshot/label_order.h"
#include "snapshot/label_text.h"
#include "snapshot/twins.h"

#include <string.h>

static int compare_series(const pml_sorted_item *a, const pml_sorted_item *b)
{
    return pml_compare_labels(&a->family->series[a->at], &b->family->series[b->at]);
}

static void list_series(pml_sorted_runs *all, const pml_sorted_item *families, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < families[i].family->series_count; j++) {
            all->items[at++] = (pml_sorted_item){families[i].family, j};
        }
        all->ends[i] = at;
    }
}

/* What the series of a merged family have beside their values. */
typedef struct extras {
    bool has_timestamps;
    bool has_starts;
    bool has_natives;
    size_t exemplar_count; /* of a series; 0: none */
} extras;

static bool reserve(size_t count, const extras *extra, pml_snapshot_family *to)
{
    to->series = pml_arena_take_array(to->memory, count, sizeof *to->series);
    bool is_reserved = to->series != NULL;
    if (is_reserved && extra->has_timestamps) {
        to->timestamps = pml_arena_take_array(to->memory, count, sizeof *to->timestamps);
        is_reserved = to->timestamps != NULL;
    }
    if (is_reserved && extra->has_starts) {
        to->starts = pml_arena_take_array(to->memory, count, sizeof *to->starts);
        is_reserved = to->starts != NULL;
    }
    if (is_reserved && extra->has_natives) {
        to->natives = pml_arena_take_array(to->memory, count, sizeof *to->natives);
        is_reserved = to->natives != NULL;
        if (is_reserved) {
            memset(to->natives, 0, count * sizeof *to->natives);
        }
    }
    if (is_reserved && extra->exemplar_count > 0) {
        size_t size = extra->exemplar_count * sizeof *to->exemplars;
        to->exemplars = pml_arena_take_array(to->memory, count, size);
        to->exemplars_a_series = extra->exemplar_count;
        is_reserved = to->exemplars != NULL;
    }
    return is_reserved;
}

/* Their labels belong to the parts. */
static void copy_exemplars(const pml_sorted_item *one, size_t at, pml_snapshot_family *to)
{
    size_t count = to->exemplars_a_series;
    const pml_exemplar *from = one->family->exemplars;
    for (size_t i = 0; i < count; i++) {
        to->exemplars[at * count + i] =
            from != NULL ? from[one->at * count + i] : (pml_exemplar){.labels = NULL};
    }
}

static void copy_one(const pml_sorted_item *one, pml_snapshot_family *to)
{
    const pml_snapshot_family *from = one->family;
    size_t at = to->series_count++;
    to->series[at] = from->series[one->at];
    if (to->timestamps != NULL) {
        to->timestamps[at] =
            from->timestamps != NULL ? from->timestamps[one->at] : PML_NO_TIMESTAMP;
    }
    if (to->starts != NULL) {
        to->starts[at] = from->starts[one->at];
    }
    if (from->natives != NULL) {
        to->natives[at] = from->natives[one->at]; /* spans and counts stay with the part */
    }
    copy_exemplars(one, at, to);
}

/* ---- series with the same labels ------------------------------------------------------------- */

static double as_real(const pml_number *number)
{
    return number->is_whole ? (double)number->as.whole : number->as.real;
}

static void add_number(const pml_number *number, pml_number *to)
{
    if (to->is_whole && number->is_whole) {
        to->as.whole += number->as.whole;
    } else {
        *to = (pml_number){.is_whole = false, .as.real = as_real(to) + as_real(number)};
    }
}

/* promlet's own metrics are numbers: amounts of a registry, so those of all are their sum, and
   whether a collector has worked, which is so if it did for all. */
static void add_own(const pml_sorted_item *one, pml_snapshot_series *to)
{
    const pml_number *number = &one->family->series[one->at].as.number;
    pml_number *sum = &to->as.number;
    if (strcmp(one->family->name->bytes, PML_COLLECTOR_SUCCESS) != 0) {
        add_number(number, sum);
    } else if (as_real(number) < as_real(sum)) {
        *sum = *number;
    }
}

/* Whether an earlier one of those with the same labels tells of the same registry. */
static bool is_told_before(const pml_sorted_item *items, size_t at)
{
    const promlet_registry *teller = items[at].family->teller;
    for (size_t i = at; teller != NULL && i > 0; i--) {
        if (compare_series(&items[i - 1], &items[at]) != 0) {
            return false;
        }
        if (items[i - 1].family->teller == teller) {
            return true;
        }
    }
    return false;
}

/* The copied series that has the same labels; NULL: none. Without a table it is the last one. */
static pml_snapshot_series *find_same(const pml_twins *twins, const pml_sorted_item *items,
                                      size_t at, pml_snapshot_family *to)
{
    if (twins->entries != NULL) {
        return pml_twins_find(twins, &items[at].family->series[items[at].at]);
    }
    bool is_same = at > 0 && compare_series(&items[at - 1], &items[at]) == 0;
    return is_same ? &to->series[to->series_count - 1] : NULL;
}

/* Says how many are left out, since one before them has the same labels. */
static size_t copy_series(pml_twins *twins, const pml_sorted_item *items, size_t count,
                          pml_snapshot_family *to)
{
    size_t left_out = 0;
    for (size_t i = 0; i < count; i++) {
        pml_snapshot_series *same = find_same(twins, items, i, to);
        if (same == NULL) {
            copy_one(&items[i], to);
            if (twins->entries != NULL) {
                pml_twins_add(twins, &to->series[to->series_count - 1]);
            }
        } else if (!to->is_own) {
            left_out++;
        } else if (!is_told_before(items, i)) {
            add_own(&items[i], same);
        }
    }
    return left_out;
}

/* ---- labels with other names ----------------------------------------------------------------- */

static bool have_same_names(const pml_snapshot_series *a, const pml_snapshot_series *b)
{
    pml_label_text left = pml_label_text_begin(a->labels, a->labels_size);
    pml_label_text right = pml_label_text_begin(b->labels, b->labels_size);
    for (;;) {
        pml_rendered_label one;
        pml_rendered_label other;
        bool has_one = pml_label_text_next(&left, &one);
        bool has_other = pml_label_text_next(&right, &other);
        if (!has_one || !has_other) {
            return has_one == has_other;
        }
        if (pml_escaped_compare(&one.name, &other.name) != 0) {
            return false;
        }
    }
}

/* Whether the labels of all families have the same names in the same order. Those of the series of
   one registry do, but for an overflow series, which is then no twin of another one. */
static bool are_named_alike(const pml_sorted_item *families, size_t count)
{
    const pml_snapshot_series *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const pml_snapshot_family *family = families[i].family;
        if (family->series_count == 0) {
            continue;
        }
        first = first != NULL ? first : &family->series[0];
        if (family->teller == NULL || !have_same_names(first, &family->series[0])) {
            return false;
        }
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The head of the merged family is that of the first, with the first help text there is. Its starts
   are known if all are. It tells of a registry if all of them tell of that one. */
static extras describe(const pml_sorted_item *families, size_t count, pml_snapshot_family *to)
{
    pml_arena *memory = to->memory;
    *to = *families[0].family;
    to->memory = memory;
    to->series = NULL;
    to->series_count = 0;
    to->timestamps = NULL;
    to->starts = NULL;
    to->exemplars = NULL;
    to->exemplars_a_series = 0;
    to->natives = NULL;
    to->words = NULL; /* the series point to those of the parts */
    to->summaries = NULL;
    to->quantile_values = NULL;
    extras extra = {.has_timestamps = false, .has_starts = true};
    for (size_t i = 0; i < count; i++) {
        const pml_snapshot_family *family = families[i].family;
        to->help = to->help->size > 0 ? to->help : family->help;
        to->teller = family->teller == to->teller ? to->teller : NULL;
        to->has_utf8_names |= family->has_utf8_names;
        extra.has_timestamps |= family->timestamps != NULL;
        extra.has_starts &= family->starts != NULL;
        extra.has_natives |= family->natives != NULL;
        extra.exemplar_count =
            family->exemplars != NULL ? family->exemplars_a_series : extra.exemplar_count;
    }
    return extra;
}

static size_t count_series(const pml_sorted_item *families, size_t count)
{
    size_t series_count = 0;
    for (size_t i = 0; i < count; i++) {
        series_count += families[i].family->series_count;
    }
    return series_count;
}

bool pml_join_families(const pml_sorted_item *families, size_t count, pml_snapshot_family *to)
{
    extras extra = describe(families, count, to);
    size_t series_count = count_series(families, count);
    pml_sorted_runs all = {NULL, NULL, NULL, 0};
    pml_twins twins = {NULL, 0, 0};
    bool is_joined = pml_sorted_runs_make(&all, series_count, count) &&
                     reserve(series_count, &extra, to) &&
                     (are_named_alike(families, count) ||
                      pml_twins_make(&twins, series_count, to->has_utf8_names));
    if (is_joined) {
        list_series(&all, families, count);
        pml_sorted_runs_merge(&all, compare_series);
        size_t left_out = copy_series(&twins, all.items, series_count, to);
        if (left_out > 0) {
            pml_warn("%.100s: %zu series stand in more than one of the merged snapshots; the first "
                     "of each is shown",
                     to->name->bytes, left_out);
        }
    }
    pml_twins_free(&twins);
    pml_sorted_runs_free(&all);
    return is_joined;
}
