/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several snapshots as one. Each has its families in order, and each family its series, so merging
 * takes one pass over them for each doubling of the number of snapshots.
 */
#include "base/alloc.h"
#include "base/name_map.h"
#include "base/report.h"
#include "registry/claims.h"
#include "snapshot/join.h"
#include "snapshot/sorted_runs.h"

#include <string.h>

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
static size_t select_alike(pml_sorted_item *families, size_t count)
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

static int compare_names(const pml_sorted_item *a, const pml_sorted_item *b)
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
   that is called so can't be in one document. Those of one snapshot get along, so names of the last
   need no claim. False when out of memory. */
static bool list_families(pml_sorted_runs *all, pml_name_map *names,
                          promlet_snapshot *const *snapshots, size_t count)
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
            } else if (i + 1 < count && !claim_names(names, family)) {
                return false;
            } else {
                all->items[at++] = (pml_sorted_item){family, 0};
            }
        }
        all->ends[i] = at;
    }
    return true;
}

static size_t count_same_name(const pml_sorted_item *families, size_t count)
{
    size_t same = 1;
    while (same < count && compare_names(&families[0], &families[same]) == 0) {
        same++;
    }
    return same;
}

/* families[count] by name, into a snapshot that has room for them. */
static bool fill(promlet_snapshot *merged, pml_sorted_item *families, size_t count)
{
    merged->family_count = 0;
    bool is_filled = true;
    for (size_t at = 0, same; is_filled && at < count; at += same) {
        pml_snapshot_family *to = &merged->families[merged->family_count++];
        same = count_same_name(families + at, count - at);
        size_t alike = select_alike(families + at, same);
        if (alike == 1) {
            *to = *families[at].family;
        } else {
            is_filled = pml_join_families(families + at, alike, to);
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
    promlet_snapshot *merged = pml_snapshot_new(NULL, family_count, 0);
    if (merged == NULL) {
        return NULL;
    }
    pml_sorted_runs all = {NULL, NULL, NULL, 0};
    pml_name_map names = {.capacity = 0};
    bool is_merged = keep_parts(merged, snapshots, count) &&
                     pml_sorted_runs_make(&all, family_count, count) &&
                     list_families(&all, &names, snapshots, count);
    if (is_merged) {
        size_t listed = count > 0 ? all.ends[count - 1] : 0;
        pml_sorted_runs_merge(&all, compare_names);
        is_merged = fill(merged, all.items, listed);
    }
    pml_name_map_free(&names);
    pml_sorted_runs_free(&all);
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
