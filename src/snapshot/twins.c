/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table with one entry for each scheme that a series may be escaped by, since names that are
 * the same under one scheme need not be so under another. At most half full.
 */
#include "snapshot/twins.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/name.h"
#include "snapshot/label_text.h"

struct pml_twins_entry {
    uint64_t hash;
    pml_snapshot_series *series; /* NULL: free */
};

bool pml_twins_make(pml_twins *made, size_t series_count, bool have_utf8_names)
{
    /* Plain names are the same under each. */
    made->scheme_count = have_utf8_names ? PML_SCHEME_COUNT : 1;
    if (series_count > SIZE_MAX / sizeof *made->entries / 4 / PML_SCHEME_COUNT) {
        return false;
    }
    made->capacity = 16;
    while (made->capacity < 2 * series_count * (size_t)made->scheme_count) {
        made->capacity *= 2;
    }
    made->entries = pml_alloc_zeroed(made->capacity * sizeof *made->entries);
    return made->entries != NULL;
}

void pml_twins_free(const pml_twins *made)
{
    pml_free(made->entries);
}

/* ---- labels as readers see them -------------------------------------------------------------- */

/* Takes the next label off that is not empty. */
static bool next_label(pml_label_text *left, pml_rendered_label *label)
{
    bool has_one;
    do {
        has_one = pml_label_text_next(left, label);
    } while (has_one && label->value.size == 0);
    return has_one;
}

static pml_label_text labels_of(const pml_snapshot_series *series)
{
    return pml_label_text_begin(series->labels, series->labels_size);
}

static pml_escaper escaper_of(const pml_rendered_label *label, pml_scheme scheme)
{
    const pml_escaped *name = &label->name;
    return label->is_name_quoted
               ? pml_escaper_start_quoted(PML_NAME_LABEL, name->bytes, name->size, scheme)
               : pml_escaper_start(PML_NAME_LABEL, name->bytes, name->size, scheme);
}

/* Byte by byte, since the pieces of names that become the same begin at other places. */
static uint64_t hash_label(const pml_rendered_label *label, pml_scheme scheme)
{
    uint64_t hash = pml_hash_bytes((uint64_t)scheme, label->value.bytes, label->value.size);
    pml_escaper escaper = escaper_of(label, scheme);
    const char *piece;
    for (size_t size; (size = pml_escaper_next(&escaper, &piece)) > 0;) {
        for (size_t i = 0; i < size; i++) {
            hash = pml_hash_mix(hash ^ (unsigned char)piece[i], PML_HASH_ODD1);
        }
    }
    return hash;
}

/* The same for each order of the labels. */
static uint64_t hash_labels(const pml_snapshot_series *series, pml_scheme scheme)
{
    uint64_t hash = (uint64_t)scheme;
    pml_label_text left = labels_of(series);
    for (pml_rendered_label label; next_label(&left, &label);) {
        hash += hash_label(&label, scheme);
    }
    return hash;
}

static bool are_same_labels(const pml_rendered_label *a, const pml_rendered_label *b,
                            pml_scheme scheme)
{
    return a->value.size == b->value.size &&
           memcmp(a->value.bytes, b->value.bytes, a->value.size) == 0 &&
           pml_escaper_are_same(escaper_of(a, scheme), escaper_of(b, scheme));
}

static bool has_label(const pml_snapshot_series *series, const pml_rendered_label *wanted,
                      pml_scheme scheme)
{
    pml_label_text left = labels_of(series);
    for (pml_rendered_label label; next_label(&left, &label);) {
        if (are_same_labels(&label, wanted, scheme)) {
            return true;
        }
    }
    return false;
}

static size_t count_labels(const pml_snapshot_series *series)
{
    size_t count = 0;
    pml_label_text left = labels_of(series);
    for (pml_rendered_label label; next_label(&left, &label);) {
        count++;
    }
    return count;
}

/* No two labels of a series become the same. */
static bool are_twins(const pml_snapshot_series *a, const pml_snapshot_series *b, pml_scheme scheme)
{
    pml_label_text left = labels_of(a);
    for (pml_rendered_label label; next_label(&left, &label);) {
        if (!has_label(b, &label, scheme)) {
            return false;
        }
    }
    return count_labels(a) == count_labels(b);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* The entry of a twin, or the free one where the series belongs. */
static struct pml_twins_entry *find_entry(const pml_twins *twins, const pml_snapshot_series *series,
                                          pml_scheme scheme, uint64_t hash)
{
    size_t mask = twins->capacity - 1;
    size_t at = (size_t)hash & mask;
    struct pml_twins_entry *entry = &twins->entries[at];
    while (entry->series != NULL &&
           (entry->hash != hash || !are_twins(entry->series, series, scheme))) {
        at = (at + 1) & mask;
        entry = &twins->entries[at];
    }
    return entry;
}

pml_snapshot_series *pml_twins_find(const pml_twins *twins, const pml_snapshot_series *series)
{
    pml_snapshot_series *twin = NULL;
    for (int i = 0; twin == NULL && i < twins->scheme_count; i++) {
        pml_scheme scheme = (pml_scheme)i;
        twin = find_entry(twins, series, scheme, hash_labels(series, scheme))->series;
    }
    return twin;
}

void pml_twins_add(pml_twins *twins, pml_snapshot_series *series)
{
    for (int i = 0; i < twins->scheme_count; i++) {
        pml_scheme scheme = (pml_scheme)i;
        uint64_t hash = hash_labels(series, scheme);
        *find_entry(twins, series, scheme, hash) = (struct pml_twins_entry){hash, series};
    }
}
