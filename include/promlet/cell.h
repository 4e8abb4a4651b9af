/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory behind a handle: what a recording call writes to. Not for programs, which use the
 * recording calls: it is public because a file-scope definition (static.h) reserves this memory at
 * compile time, and because the calls of inline.h are compiled into programs.
 *
 * The words are plain integers, not _Atomic, since C++ must compile this file; hot_path.h and the
 * library use atomic operations on them.
 *
 * The layout is frozen, and with it what compiled code relies on beyond the fields: the +Inf behind
 * the bounds, the slots behind a table and how a value finds its slot, that an rseq_offset of 0
 * leaves an observation to promlet_cell1_observe(), and what the flags of the switch mean. A change
 * of any is a new PROMLET_CELL_ABI, a new SONAME, which keeps a program from meeting the wrong
 * shared library, and new names for the functions at the end, which keep it from being linked with
 * the wrong static one.
 */
#ifndef PROMLET_CELL_H
#define PROMLET_CELL_H

#include <promlet/export.h>

#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** The layout that this header describes; a file-scope definition records it. */
#define PROMLET_CELL_ABI 1

/** Where the search for a bucket begins, by the leading bits of a value. Immutable. */
struct promlet_bound_table {
    int64_t first_slot; /**< The lowest leading bits; lower values share its slot. */
    int64_t last_slot;  /**< The highest ones; higher values share its slot. */
    unsigned shift;     /**< How many bits follow the leading ones. */
    unsigned span;      /**< The most bounds that one slot leaves to choose from. */
    /* Behind it, for each slot a uint16_t: how many bounds lie below it. */
};

/** The finite upper bounds of a histogram's buckets. Immutable while a cell points to it. */
struct promlet_bounds {
    size_t count;         /**< How many. */
    const double *values; /**< Rising and finite; with a table, its span of +Inf follows. */
    const struct promlet_bound_table *table; /**< NULL in a file-scope definition. */
};

/**
 * The per-CPU cells of a series that is recorded on often. All have the same words, and the value
 * of a word is the sum over these cells and the series' own. The head is immutable; a cell is
 * written either by restartable sequences or by atomic operations, never by both.
 */
struct promlet_spread {
    char *cells; /**< The cell of CPU 0, at the beginning of a cache line; NULL: native buckets. */
    size_t stride;       /**< Bytes from a CPU's cell to the next one's. */
    int64_t rseq_offset; /**< From the thread pointer to the thread's rseq area; 0: atomic cells. */
    uint32_t cell_count; /**< CPUs that have a cell. */
};

/** The words of a counter's cell. */
enum { PROMLET_COUNTER_WHOLE, PROMLET_COUNTER_FRACTION, PROMLET_COUNTER_WORDS };

/** A counter's value is the sum of both amounts. */
struct promlet_counter {
    void *series;                  /**< The library's; NULL in a file-scope definition. */
    struct promlet_spread *spread; /**< NULL until the series is given per-CPU cells. */
    uint64_t whole;                /**< Word 0: the whole amounts, added up. */
    uint64_t fraction;             /**< Word 1: a double's bits; fractional amounts, added up. */
};

/** A gauge's value. It can be set, so it is never spread. */
struct promlet_gauge {
    void *series;   /**< The library's; NULL in a file-scope definition. */
    uint64_t value; /**< The bits of a double. */
};

/** The words of a histogram's cell; from the second on, one a bucket. */
enum { PROMLET_HISTOGRAM_SUM, PROMLET_HISTOGRAM_COUNTS };

/** A histogram's observations. */
struct promlet_histogram {
    void *series;                        /**< The library's; NULL in a file-scope definition. */
    struct promlet_spread *spread;       /**< NULL until the series is given per-CPU cells; with
                                            native buckets never NULL. */
    const struct promlet_bounds *bounds; /**< Where the buckets end. */
    uint64_t *buckets; /**< Words 1 and up: bounds->count + 1 counts, not cumulative. */
    uint64_t sum;      /**< Word 0: the bits of a double. */
};

/** What a recording must know of the process. Every recording reads it, so it fills a cache line:
   nothing that is written often may lie beside it. */
struct promlet_switch {
    uint32_t flags;      /**< 0: recordings are made, and that is all. */
    uint32_t unused[15]; /**< 0. */
};

/** The flags of the switch. Recordings that can't have an exemplar look at the first alone; others
   are left to the library when any is set. */
enum {
    PROMLET_SWITCH_OFF = 1,   /**< Recording is switched off. */
    PROMLET_SWITCH_TRACED = 2 /**< There is a function to ask for a thread's trace. */
};

/** The words of a summary's cell: of a histogram with one bucket. */
enum { PROMLET_SUMMARY_SUM, PROMLET_SUMMARY_COUNT, PROMLET_SUMMARY_WORDS };

/** What tells the quantiles of a summary; the library's. */
struct promlet_sketch;

/** A summary's observations. */
struct promlet_summary {
    void *series;                  /**< The library's; NULL in a file-scope definition. */
    struct promlet_spread *spread; /**< NULL until the series is given per-CPU cells. */
    struct promlet_sketch *sketch; /**< NULL without quantiles. */
    uint64_t sum;                  /**< Word 0: the bits of a double. */
    uint64_t count;                /**< Word 1: how many. */
};

/* What the inlined calls leave to the library. The names carry the layout. */

/** The switch of this process, which only the library writes. */
extern PROMLET_API struct promlet_switch promlet_cell1_switch;

/**
 * Add to one word of a series that has per-CPU cells: to this CPU's, or to the series' own. What
 * the thread recorded before is visible to whoever sees the addition.
 *
 * spread  the per-CPU cells.
 * word    its number in a cell.
 * base    the same word in the series' own cell.
 * amount  what to add.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_add_whole(struct promlet_spread *spread, size_t word, uint64_t *base,
                                         uint64_t amount);

/**
 * The same for a word that holds the bits of a double, without the promise of order.
 *
 * spread  the per-CPU cells.
 * word    its number in a cell.
 * base    the same word in the series' own cell.
 * amount  what to add; finite.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_add_real(struct promlet_spread *spread, size_t word, uint64_t *base,
                                        double amount);

/**
 * Record an observation in a histogram or summary whose per-CPU cells are atomic ones, or in a
 * histogram that has native buckets.
 *
 * spread  the per-CPU cells, or what stands in their place.
 * bucket  the number of its bucket; of a summary 0.
 * value   finite.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_observe(struct promlet_spread *spread, size_t bucket, double value);

/**
 * Note a value for the quantiles of a summary.
 *
 * sketch  of a summary with quantiles.
 * value   finite.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_note(struct promlet_sketch *sketch, double value);

/**
 * Add a whole amount to a counter while a flag of the switch is set: nothing while recording is
 * off; else as usual, with an exemplar if there is room for one and the thread's trace is known.
 *
 * counter  as for promlet_counter_add_u64().
 * amount   as for promlet_counter_add_u64().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_counter_add_u64(struct promlet_counter *counter, uint64_t amount);

/**
 * The same for any amount.
 *
 * counter  as for promlet_counter_add().
 * amount   as for promlet_counter_add().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_counter_add(struct promlet_counter *counter, double amount);

/**
 * The same for an observation of a histogram.
 *
 * histogram  as for promlet_histogram_observe().
 * value      as for promlet_histogram_observe().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_histogram_observe(struct promlet_histogram *histogram, double value);

/**
 * Count a recording that is refused because its amount is not finite or negative.
 *
 * series  of the handle.
 * amount  tells the reason.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_refuse(const void *series, double amount);

/**
 * Count a recording on a handle that is NULL.
 *
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_cell1_refuse_null(void);

PROMLET_END_DECLS

#endif
