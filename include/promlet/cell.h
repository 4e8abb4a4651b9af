/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory behind a handle: what a recording call writes to. Not for programs: it is public only
 * because a file-scope definition (static.h) must reserve this memory at compile time. Use the
 * recording calls; every word below is shared by threads and changes under their hands.
 *
 * The words are plain integers, not _Atomic, since C++ must compile this file; the library reads
 * and writes them with atomic operations only. A change of the layout is a new PROMLET_CELL_ABI.
 */
#ifndef PROMLET_CELL_H
#define PROMLET_CELL_H

#include <stddef.h>
#include <stdint.h>

/** The layout that this header describes; a file-scope definition records it. */
#define PROMLET_CELL_ABI 1

/** The finite upper bounds of a histogram's buckets. Immutable while a cell points to it. */
struct promlet_bounds {
    size_t count;         /**< How many. */
    const double *values; /**< Rising and finite. */
    const void *table;    /**< The library's; NULL in a file-scope definition. */
};

/** A counter's value is the sum of both amounts. */
struct promlet_counter {
    void *series;      /**< The library's; NULL in a file-scope definition. */
    void *spread;      /**< The library's; NULL in a file-scope definition. */
    uint64_t whole;    /**< The whole amounts, added up. */
    uint64_t fraction; /**< The bits of a double: the fractional amounts, added up. */
};

/** A gauge's value. */
struct promlet_gauge {
    void *series;   /**< The library's; NULL in a file-scope definition. */
    uint64_t value; /**< The bits of a double. */
};

/** A histogram's observations. */
struct promlet_histogram {
    void *series;                        /**< The library's; NULL in a file-scope definition. */
    void *spread;                        /**< The library's; NULL in a file-scope definition. */
    const struct promlet_bounds *bounds; /**< Where the buckets end. */
    uint64_t *buckets;                   /**< bounds->count + 1 counts, not cumulative. */
    uint64_t sum;                        /**< The bits of a double. */
};

#endif
