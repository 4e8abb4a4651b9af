/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several snapshots as one. Each has its families in order, and each family its series, so merging
 * takes one pass over them for each doubling of the number of snapshots.
 */
#include "base/alloc.h"
#include "base/name_map.h"
#include "base/report.h"
#include "registry/claims.h"
#include "snapshot/label_order.h"
#include "snapshot/snapshot.h"

#include <string.h>

/* ---- sorted runs ----------------------------------------------------------------------------- */

/* A family, or one series of it. */
typedef struct item {
    const pml_snapshot_family *family;
    size_t at; /* of the series */
} item;

typedef int (*compare_fn)(const item *a, const item *b);

/* Sorted runs, one behind the other; run i is ends[i - 1] to ends[i]. */
typedef struct runs {
    item *items;
    item *spare; /* as many */
    size_t *ends;
    size_t count;
} runs;

static bool make_runs(runs *made, size_t item_count, size_t run_count)
{
    made->items = pml_resize_array(NULL, item_count, sizeof *made->items);
    made->spare = pml_resize_array(NULL, item_count, sizeof *made->spare);
    made->ends = pml_resize_array(NULL, run_count, sizeof *made->ends);
    made->count = run_count;
    return made->items != NULL && made->spare != NULL && made->ends != NULL;
}

static void free_runs(const runs *made)
{
    pml_free(made->items);
    pml_free(made->spare);
    pml_free(made->ends);
}

/* Of equal items, that of the first run comes first. */
static void merge_two(const item *a, const item *a_end, const item *b, const item *b_end, item *to,
                      compare_fn compare)
{
    while (a < a_end || b < b_end) {
        bool takes_a = b == b_end || (a < a_end && compare(a, b) <= 0);
        *to++ = takes_a ? *a++ : *b++;
    }
}

/* Two neighbours at a time, until one run is left: the items. */
static void merge_runs(runs *all, compare_fn compare)
{
    while (all->count > 1) {
        size_t begin = 0;
        size_t merged = 0;
        for (size_t i = 0; i < all->count; i += 2) {
            size_t middle = all->ends[i];
            size_t end = i + 1 < all->count ? all->ends[i + 1] : middle;
            const item *items = all->items;
            merge_two(items + begin, items + middle, items + middle, items + end,
                      all->spare + begin, compare);
            all->ends[merged++] = end;
            begin = end;
        }
        all->count = merged;
        item *spare = all->items;
        all->items = all->spare;
        all->spare = spare;
    }
}

/* ---- one family of several ------------------------------------------------------------------- */

static int compare_series(const item *a, const item *b)
{
    return pml_compare_labels(&a->family->series[a->at], &b->family->series[b->at]);
}

static void list_series(runs *all, const item *families, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < families[i].family->series_count; j++) {
            all->items[at++] = (item){families[i].family, j};
        }
        all->ends[i] = at;
    }
}

/* Keeps the first of those with the same labels, and says how many are left. */
static size_t drop_duplicates(item *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_series(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    return kept;
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
    to->series = pml_resize_array(NULL, count, sizeof *to->series);
    bool is_reserved = to->series != NULL;
    if (is_reserved && extra->has_timestamps) {
        to->timestamps = pml_resize_array(NULL, count, sizeof *to->timestamps);
        is_reserved = to->timestamps != NULL;
    }
    if (is_reserved && extra->has_starts) {
        to->starts = pml_resize_array(NULL, count, sizeof *to->starts);
        is_reserved = to->starts != NULL;
    }
    if (is_reserved && extra->has_natives) {
        to->natives = pml_alloc_zeroed(count * sizeof *to->natives);
        is_reserved = to->natives != NULL;
    }
    if (is_reserved && extra->exemplar_count > 0) {
        size_t size = extra->exemplar_count * sizeof *to->exemplars;
        to->exemplars = pml_resize_array(NULL, count, size);
        to->exemplars_a_series = extra->exemplar_count;
        is_reserved = to->exemplars != NULL;
    }
    return is_reserved;
}

/* Their labels belong to the parts. */
static void copy_exemplars(const item *one, size_t at, pml_snapshot_family *to)
{
    size_t count = to->exemplars_a_series;
    const pml_exemplar *from = one->family->exemplars;
    for (size_t i = 0; i < count; i++) {
        to->exemplars[at * count + i] =
            from != NULL ? from[one->at * count + i] : (pml_exemplar){.labels = NULL};
    }
}

static void copy_one(const item *one, pml_snapshot_family *to)
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

static bool copy_series(const item *items, size_t count, const extras *extra,
                        pml_snapshot_family *to)
{
    if (!reserve(count, extra, to)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        copy_one(&items[i], to);
    }
    return true;
}

/* The head of the merged family is that of the first, with the first help text there is. Its starts
   are known if all are. */
static extras describe(const item *families, size_t count, pml_snapshot_family *to)
{
    *to = *families[0].family;
    to->is_lent = false;
    to->series = NULL;
    to->series_count = 0;
    to->timestamps = NULL;
    to->starts = NULL;
    to->exemplars = NULL;
    to->exemplars_a_series = 0;
    to->natives = NULL;
    to->parts = (pml_arena){NULL};
    to->words = NULL; /* the series point to those of the parts */
    to->quantile_values = NULL;
    extras extra = {.has_timestamps = false, .has_starts = true};
    for (size_t i = 0; i < count; i++) {
        const pml_snapshot_family *family = families[i].family;
        to->help = to->help->size > 0 ? to->help : family->help;
        to->has_utf8_names |= family->has_utf8_names;
        extra.has_timestamps |= family->timestamps != NULL;
        extra.has_starts &= family->starts != NULL;
        extra.has_natives |= family->natives != NULL;
        extra.exemplar_count =
            family->exemplars != NULL ? family->exemplars_a_series : extra.exemplar_count;
    }
    return extra;
}

static size_t count_series(const item *families, size_t count)
{
    size_t series_count = 0;
    for (size_t i = 0; i < count; i++) {
        series_count += families[i].family->series_count;
    }
    return series_count;
}

static bool join_families(const item *families, size_t count, pml_snapshot_family *to)
{
    extras extra = describe(families, count, to);
    size_t series_count = count_series(families, count);
    runs all = {NULL, NULL, NULL, 0};
    bool is_joined = make_runs(&all, series_count, count);
    if (is_joined) {
        list_series(&all, families, count);
        merge_runs(&all, compare_series);
        size_t kept = drop_duplicates(all.items, series_count);
        if (kept < series_count) {
            pml_warn("%.100s: %zu series stand in more than one of the merged snapshots; the first "
                     "of each is shown",
                     to->name->bytes, series_count - kept);
        }
        is_joined = copy_series(all.items, kept, &extra, to);
    }
    free_runs(&all);
    return is_joined;
}

/* ---- which families belong together ---------------------------------------------------------- */

static bool have_same_bounds(const pml_snapshot_family *a, const pml_snapshot_family *b)
{
    if (a->bound_count != b->bound_count) {
        return false;
    }
    for (size_t i = 0; i < a->bound_count; i++) {
        if (strcmp(a->bounds[i].bytes, b->bounds[i].bytes) != 0) {
            return false;
        }
    }
    return true;
}

/* What is different in two families of the same name; NULL: nothing that counts. */
static const char *find_difference(const pml_snapshot_family *a, const pml_snapshot_family *b)
{
    if (a->shape != b->shape || strcmp(a->type, b->type) != 0) {
        return "of another type";
    }
    if (strcmp(a->unit->bytes, b->unit->bytes) != 0) {
        return "of another unit";
    }
    if (have_same_bounds(a, b)) {
        return NULL;
    }
    return a->shape == PML_SHAPE_HISTOGRAM ? "with other bounds"
           : a->shape == PML_SHAPE_SUMMARY ? "with other quantiles"
                                           : "with other states";
}

/* Of families with one name, keeps those that are like the first. */
static size_t select_alike(item *families, size_t count)
{
    const pml_snapshot_family *first = families[0].family;
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        const pml_snapshot_family *family = families[i].family;
        const char *difference = find_difference(first, family);
        if (difference == NULL) {
            families[kept++] = families[i];
        } else {
            pml_warn("%.80s: a %s%s%.40s %s than the %s%s%.40s of an earlier snapshot is "
                     "left out",
                     first->name->bytes, family->type, family->unit->size > 0 ? " in " : "",
                     family->unit->bytes, difference, first->type,
                     first->unit->size > 0 ? " in " : "", first->unit->bytes);
        }
    }
    return kept;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int compare_names(const item *a, const item *b)
{
    return strcmp(a->family->name->bytes, b->family->name->bytes);
}

/* The family of another name that has one of these names, which *name says; NULL: none. */
static const pml_snapshot_family *find_rival(const pml_name_map *names,
                                             const pml_snapshot_family *family, const char **name)
{
    for (char *const *claim = family->claims; *claim != NULL; claim++) {
        const pml_snapshot_family *other = pml_name_map_find(names, *claim);
        if (other != NULL && strcmp(other->name->bytes, family->name->bytes) != 0) {
            *name = *claim;
            return other;
        }
    }
    return NULL;
}

/* Claims the names of the first family of a name; others that are shown have the same. */
static bool claim_names(pml_name_map *names, const pml_snapshot_family *family)
{
    if (pml_name_map_find(names, family->name->bytes) != NULL) {
        return true;
    }
    if (!pml_name_map_reserve(names, pml_claims_count(family->claims))) {
        return false;
    }
    for (char *const *claim = family->claims; *claim != NULL; claim++) {
        pml_name_map_add(names, *claim, (void *)family);
    }
    return true;
}

/* All families but those that have a name of an earlier one: the _count of a histogram and a metric
   that is called so can't be in one document. False when out of memory. */
static bool list_families(runs *all, pml_name_map *names, promlet_snapshot *const *snapshots,
                          size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < snapshots[i]->family_count; j++) {
            const pml_snapshot_family *family = &snapshots[i]->families[j];
            const char *name;
            const pml_snapshot_family *rival = find_rival(names, family, &name);
            if (rival != NULL) {
                pml_warn("%.80s: left out, since the %s %.80s of an earlier snapshot has the name "
                         "%.80s as well",
                         family->name->bytes, rival->type, rival->name->bytes, name);
            } else if (!claim_names(names, family)) {
                return false;
            } else {
                all->items[at++] = (item){family, 0};
            }
        }
        all->ends[i] = at;
    }
    return true;
}

static size_t count_same_name(const item *families, size_t count)
{
    size_t same = 1;
    while (same < count && compare_names(&families[0], &families[same]) == 0) {
        same++;
    }
    return same;
}

/* families[count] by name, into a snapshot that has room for them. */
static bool fill(promlet_snapshot *merged, item *families, size_t count)
{
    merged->family_count = 0;
    bool is_filled = true;
    for (size_t at = 0, same; is_filled && at < count; at += same) {
        pml_snapshot_family *to = &merged->families[merged->family_count++];
        same = count_same_name(families + at, count - at);
        size_t alike = select_alike(families + at, same);
        if (alike == 1) {
            *to = *families[at].family;
            to->is_lent = true;
        } else {
            is_filled = join_families(families + at, alike, to);
        }
    }
    return is_filled;
}

static bool keep_parts(promlet_snapshot *merged, promlet_snapshot *const *snapshots, size_t count)
{
    merged->parts = pml_resize_array(NULL, count, sizeof *merged->parts);
    for (size_t i = 0; merged->parts != NULL && i < count; i++) {
        merged->parts[i] = promlet_snapshot_retain(snapshots[i]);
        merged->part_count++;
    }
    return merged->parts != NULL;
}

static promlet_snapshot *merge(promlet_snapshot *const *snapshots, size_t count)
{
    size_t family_count = 0;
    for (size_t i = 0; i < count; i++) {
        family_count += snapshots[i]->family_count;
    }
    promlet_snapshot *merged = pml_snapshot_new(NULL, family_count);
    if (merged == NULL) {
        return NULL;
    }
    runs all = {NULL, NULL, NULL, 0};
    pml_name_map names = {NULL, 0, 0};
    bool is_merged = keep_parts(merged, snapshots, count) && make_runs(&all, family_count, count) &&
                     list_families(&all, &names, snapshots, count);
    if (is_merged) {
        size_t listed = count > 0 ? all.ends[count - 1] : 0;
        merge_runs(&all, compare_names);
        is_merged = fill(merged, all.items, listed);
    }
    pml_name_map_free(&names);
    free_runs(&all);
    if (!is_merged) {
        pml_snapshot_free(merged);
        return NULL;
    }
    return merged;
}

promlet_snapshot *promlet_snapshot_merge(promlet_snapshot *const *snapshots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (snapshots == NULL || snapshots[i] == NULL) {
            (void)pml_fail(PROMLET_ERROR_ARGUMENT, "a snapshot to be merged is NULL");
            return NULL;
        }
    }
    promlet_snapshot *merged = merge(snapshots, count);
    if (merged == NULL) {
        (void)pml_fail_memory();
    }
    return merged;
}
