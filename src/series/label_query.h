/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Label values that are looked for: what one pass over them learns, and how they are compared with
 * those of a series. No lock, no memory, no system call, so a signal handler may ask as well.
 */
#ifndef PML_SERIES_LABEL_QUERY_H
#define PML_SERIES_LABEL_QUERY_H

#include "series/block.h"

#include <promlet/registry.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the values of one family are read. */
typedef struct pml_label_reader {
    /* Of its hash: values may come from outside, and must not be made to collide. */
    uint64_t keys[2];
    size_t count; /* values to a series */
    bool reads_ahead;
} pml_label_reader;

/* One value that is asked for. */
typedef struct pml_label_value {
    pml_block first; /* of its blocks */
    size_t size;     /* without its NUL */
} pml_label_value;

/* What is asked. It lives on the stack, and borrows the values. */
typedef struct pml_label_query {
    uint32_t hash;
    const char *const *values;
    size_t count;
    size_t size;   /* of all values, with their NULs */
    bool has_long; /* some value has 16 bytes or more */
    pml_label_value read[PROMLET_MAX_LABELS];
} pml_label_query;

/* A reader for so many values, whose hash depends on the seed. Reads ahead where that is possible
   and nobody watches. */
void pml_label_reader_start(pml_label_reader *reader, uint64_t seed, size_t count);

/* Reads reader->count values, once. False if one is NULL. */
bool pml_label_query_start(pml_label_query *query, const pml_label_reader *reader,
                           const char *const *values);

/* True if a series' values, query->size bytes as a label set holds them, are exactly these. */
bool pml_label_query_fits_long(const pml_label_query *query, const char *values);

static inline bool pml_label_query_fits(const pml_label_query *query, const char *values)
{
    if (query->has_long) {
        return pml_label_query_fits_long(query, values);
    }
    /* Each value is one block, whose NUL is among the bytes that count. Where the next one begins
       follows from our own sizes: if they are others, some NUL is not where it should be. */
    pml_block differences = {0, 0};
    const pml_label_value *end = query->read + query->count;
    for (const pml_label_value *value = query->read; value < end; value++) {
        pml_block own = pml_block_load(values) & pml_block_mask(value->size + 1);
        differences |= own ^ value->first;
        values += value->size + 1;
    }
    return pml_block_is_zero(differences);
}

#endif
